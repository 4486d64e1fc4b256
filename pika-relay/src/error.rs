//! From a refusal to an HTTP answer: the one place that knows which code has which status.

use hyper::StatusCode;
use pika_protocol::{ErrorCode, rest::ErrorBody};

use crate::{base::Refusal, store::StoreError};

/// Why a request was not done, ready to be an answer. The store's own words never get this far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    refusal: Box<Refusal>,
}

impl ApiError {
    /// An error whose status follows from its code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal::new(code, message).into()
    }

    /// 404: nothing has this address. Says the same whatever it was that is not there.
    pub fn not_found() -> Self {
        Self::with_status(StatusCode::NOT_FOUND, "there is nothing at this address")
    }

    /// An error of HTTP itself, for which the protocol has no code but `invalid`.
    pub fn with_status(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            refusal: Box::new(Refusal::invalid(message)),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What `Retry-After` says, in seconds.
    pub fn retry_after_secs(&self) -> Option<u32> {
        self.refusal.retry_after_secs
    }

    /// The body of the answer.
    pub fn body(&self) -> ErrorBody {
        ErrorBody {
            code: self.refusal.code,
            message: self.refusal.message.clone(),
            retry_after_secs: self.refusal.retry_after_secs,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: status_of(refusal.code),
            refusal: Box::new(refusal),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Conflict => Self::with_status(StatusCode::CONFLICT, "this is there already"),
            StoreError::Unavailable(error) => {
                tracing::warn!(%error, "the database is away");
                Refusal::unavailable().into()
            }
            StoreError::Other(error) => {
                tracing::error!(%error, "the database failed");
                Refusal::internal().into()
            }
        }
    }
}

/// Which status an error code has.
pub fn status_of(code: ErrorCode) -> StatusCode {
    use ErrorCode as E;
    match code {
        E::Invalid | E::UnknownType | E::UnsupportedVersion => StatusCode::BAD_REQUEST,
        E::Unauthorized | E::TicketExpired => StatusCode::UNAUTHORIZED,
        E::Forbidden | E::PinRequired | E::PinWrong => StatusCode::FORBIDDEN,
        E::UnknownSession | E::UnknownPlay | E::UnknownPoll => StatusCode::NOT_FOUND,
        E::Timeout => StatusCode::REQUEST_TIMEOUT,
        E::NotSubscribed | E::PollClosed | E::PollOpen | E::AlreadyLive | E::TakenOver => {
            StatusCode::CONFLICT
        }
        E::SessionEnded => StatusCode::GONE,
        E::PinLocked | E::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        E::Slow | E::Full | E::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        // A new code without a status here is our fault, not the client's.
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_status_of_its_own_kind() {
        for code in ErrorCode::ALL {
            let status = status_of(*code);
            assert!(status.is_client_error() || status.is_server_error(), "{code:?}");
            assert_eq!(
                status == StatusCode::INTERNAL_SERVER_ERROR,
                *code == ErrorCode::Internal,
                "{code:?}"
            );
        }
    }

    #[test]
    fn the_stores_words_stay_inside() {
        for error in [
            StoreError::Other("secret".into()),
            StoreError::Unavailable("secret".into()),
        ] {
            let error = ApiError::from(error);
            assert!(error.status().is_server_error());
            assert!(!error.body().message.contains("secret"));
        }
    }
}
