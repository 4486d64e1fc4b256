//! A text nobody may see in a log, compared without telling how much of it was right.

use std::fmt;

use subtle::ConstantTimeEq;

/// A secret text: `Debug` hides it, `==` takes as long for a near miss as for a far one.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh one: 160 random bits in base32.
    pub fn random() -> Self {
        Self(super::random::base32(&super::random::bytes::<20>()))
    }

    /// The text itself, for where it is used.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this secret.
    pub fn matches(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_and_compares() {
        let secret = Secret::new("abc");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert!(secret.matches("abc"));
        for other in ["", "ab", "abd", "abcd"] {
            assert!(!secret.matches(other), "{other}");
        }
        assert_ne!(Secret::random(), Secret::random());
    }
}
