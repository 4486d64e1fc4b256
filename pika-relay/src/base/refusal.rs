//! A refusal: why something was not done, before it becomes a message or a status.

use pika_protocol::{ActionId, ErrorCode, ParseError, ToDancer, ToDj, session::LiveElsewhere};

use crate::rate_limit::RetryAfter;

/// Why something was not done. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// Seconds to wait before the next try.
    pub retry_after_secs: Option<u32>,
    /// With [`ErrorCode::AlreadyLive`]: where.
    pub live: Option<Box<LiveElsewhere>>,
}

impl Refusal {
    /// A refusal with its reason.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_secs: None,
            live: None,
        }
    }

    /// [`ErrorCode::Invalid`] with its reason.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// Too fast: `wait` first.
    pub fn wait(code: ErrorCode, message: impl Into<String>, wait: RetryAfter) -> Self {
        let secs = u32::try_from(wait.secs()).unwrap_or(u32::MAX);
        Self {
            retry_after_secs: Some(secs),
            ..Self::new(code, message)
        }
    }

    /// The store cannot take more at the moment.
    pub fn unavailable() -> Self {
        let message = "the relay cannot store this at the moment, it will be tried again";
        Self {
            retry_after_secs: Some(1),
            ..Self::new(ErrorCode::Unavailable, message)
        }
    }

    /// Our fault.
    pub fn internal() -> Self {
        Self::new(
            ErrorCode::Internal,
            "something went wrong on our side, please try again",
        )
    }

    /// As an answer to a dancer.
    pub fn to_dancer(&self, id: Option<ActionId>) -> ToDancer {
        ToDancer::Error {
            id,
            code: self.code,
            message: self.message.clone(),
            retry_after_secs: self.retry_after_secs,
        }
    }

    /// As an answer to a DJ.
    pub fn to_dj(&self, id: Option<ActionId>) -> ToDj {
        ToDj::Error {
            id,
            code: self.code,
            message: self.message.clone(),
            retry_after_secs: self.retry_after_secs,
            live: self.live.as_deref().cloned(),
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self::new(error.code, error.text)
    }
}
