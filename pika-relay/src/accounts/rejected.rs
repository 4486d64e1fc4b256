//! Why an account's form was not taken: which field, which text, which refusal.

use pika_protocol::ErrorCode;
use serde::Serialize;

use crate::{base::Refusal, store::StoreError};

/// A field of a form about accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The DJ's name.
    Name,
    /// The e-mail address.
    Email,
    /// The password, where a new one is chosen too.
    Password,
    /// The password that holds until now.
    Current,
    /// The invitation's code.
    Invite,
    /// The profile's address.
    Slug,
    /// A token's name.
    TokenName,
    /// None: the form as a whole.
    Form,
}

/// Why a form was not taken. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Where it is shown.
    pub field: Field,
    /// Key of the text in `web/texts`.
    pub text: &'static str,
    /// The number in the text, where it has one.
    pub n: Option<i64>,
    /// The same for programs.
    pub refusal: Refusal,
    /// Whether something of the same name is in the way: status 409.
    pub is_conflict: bool,
}

impl Rejected {
    /// A field that breaks a rule.
    pub fn invalid(field: Field, text: &'static str, message: &str) -> Self {
        Self::new(field, text, ErrorCode::Invalid, message)
    }

    /// A field that is taken by somebody else.
    pub fn taken(field: Field, text: &'static str, message: &str) -> Self {
        Self {
            is_conflict: true,
            ..Self::invalid(field, text, message)
        }
    }

    /// Any other reason.
    pub fn new(field: Field, text: &'static str, code: ErrorCode, message: &str) -> Self {
        Self {
            field,
            text,
            n: None,
            refusal: Refusal::new(code, message),
            is_conflict: false,
        }
    }
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        let minutes = refusal.retry_after_secs.map(|secs| i64::from(secs.div_ceil(60)));
        let (text, n) = match refusal.code {
            ErrorCode::RateLimited => ("account.wait", minutes.or(Some(1))),
            ErrorCode::Full => ("account.busy", None),
            ErrorCode::Unavailable => ("account.unavailable", None),
            _ => ("account.fault", None),
        };
        Self {
            field: Field::Form,
            text,
            n,
            refusal,
            is_conflict: false,
        }
    }
}

impl From<StoreError> for Rejected {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Refusal::unavailable().into(),
            error => {
                tracing::error!(error = %error.in_one_line(), "an account could not be read or changed");
                Refusal::internal().into()
            }
        }
    }
}
