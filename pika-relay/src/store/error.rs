//! Why a database did not do what it was asked.

use std::{error::Error, fmt};

/// Why the database did not do it.
///
/// Shown by itself it says little; its [`Cause`] is its source, which a chain of errors tells after it and
/// [`in_one_line`](Self::in_one_line) with it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// It would break a uniqueness rule.
    #[error("conflict")]
    Conflict,
    /// The database cannot be reached, is busy or full; the same call may succeed later.
    #[error("database unavailable")]
    Unavailable(#[source] Cause),
    /// Anything else; trying again would not help.
    #[error("database")]
    Other(#[source] Cause),
}

impl StoreError {
    /// With its cause, for a log.
    pub fn in_one_line(&self) -> String {
        match self {
            Self::NotFound | Self::Conflict => self.to_string(),
            Self::Unavailable(cause) | Self::Other(cause) => format!("{self}: {cause}"),
        }
    }
}

/// What stands behind an error of the database: in words that may be logged, and as the error of the library or of
/// the system that it came from, if it did.
pub struct Cause {
    words: String,
    error: Option<Box<dyn Error + Send + Sync>>,
}

impl Cause {
    /// An error that may be logged as it is.
    pub fn of(error: impl Error + Send + Sync + 'static) -> Self {
        Self::worded(error.to_string(), error)
    }

    /// An error that is told in other words.
    pub fn worded(words: String, error: impl Error + Send + Sync + 'static) -> Self {
        Self {
            words,
            error: Some(Box::new(error)),
        }
    }

    /// The same in other words.
    #[must_use]
    pub fn told_as(self, words: String) -> Self {
        Self { words, ..self }
    }

    /// The error that it came from. Not its source: who follows a chain would be told the same twice, and what a
    /// server adds may repeat the values of a row.
    pub fn error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.error.as_deref()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl fmt::Debug for Cause {
    /// The words alone, as they may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.words, f)
    }
}

impl Error for Cause {}

impl From<String> for Cause {
    fn from(words: String) -> Self {
        Self { words, error: None }
    }
}

impl From<&str> for Cause {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<StoreError> for Cause {
    fn from(error: StoreError) -> Self {
        Self::worded(error.in_one_line(), error)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_cause_is_told_once_and_kept() {
        let refused = io::Error::new(io::ErrorKind::PermissionDenied, "not yours");
        let error = StoreError::Other(Cause::of(refused));
        assert_eq!(error.in_one_line(), "database: not yours");
        let StoreError::Other(cause) = &error else {
            panic!("{error}");
        };
        let kept = cause.error().and_then(|error| error.downcast_ref::<io::Error>());
        assert_eq!(kept.map(io::Error::kind), Some(io::ErrorKind::PermissionDenied));
        let chain = anyhow::Error::from(error).context("nothing was restored");
        assert_eq!(format!("{chain:#}"), "nothing was restored: database: not yours");
    }

    #[test]
    fn other_words_hide_the_first_ones() {
        let cause = Cause::of(io::Error::other("secret")).told_as("a row".to_owned());
        let error = StoreError::Unavailable(cause);
        assert_eq!(error.in_one_line(), "database unavailable: a row");
        assert!(!format!("{error:?}").contains("secret"));
        assert_eq!(Cause::from(error).to_string(), "database unavailable: a row");
    }
}
