//! Reading a message: what is wrong with it, and which action it was, when it cannot be read.

use serde::{Deserialize, de::DeserializeOwned};

use crate::{ActionId, ErrorCode};

/// A family of messages, told apart by `"type"`.
pub trait Message: DeserializeOwned {
    /// The types in this family.
    const TYPES: &'static [&'static str];

    /// Reads one message.
    ///
    /// Errors: [`ErrorCode::UnknownType`] when the type is not in this family, else [`ErrorCode::Invalid`].
    fn parse(text: &str) -> Result<Self, ParseError> {
        serde_json::from_str(text).map_err(|error| {
            // Only a message that failed is read twice.
            let head: Head = serde_json::from_str(text).unwrap_or_default();
            let code = match &head.kind {
                Some(kind) if !Self::TYPES.contains(&kind.as_str()) => ErrorCode::UnknownType,
                _ => ErrorCode::Invalid,
            };
            ParseError {
                code,
                id: head.id.and_then(|id| id.parse().ok()).map(ActionId),
                text: error.to_string(),
            }
        })
    }
}

/// Why a message could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What to answer.
    pub code: ErrorCode,
    /// The message's id, where it had a readable one.
    pub id: Option<ActionId>,
    /// What the parser says; names fields and positions, never the content of others.
    pub text: String,
}

#[derive(Default, Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DancerMessage;

    #[test]
    fn an_unknown_type_is_told_from_a_broken_message() {
        let code = |text| DancerMessage::parse(text).unwrap_err().code;
        assert_eq!(code(r#"{"type":"DANCE"}"#), ErrorCode::UnknownType);
        assert_eq!(code(r#"{"type":"LIKE"}"#), ErrorCode::Invalid);
        assert_eq!(code("[]"), ErrorCode::Invalid);
        assert_eq!(code("{"), ErrorCode::Invalid);
    }

    #[test]
    fn the_id_of_a_broken_message_is_kept() {
        let id = "6f2f3f0e-5a2b-4a55-9c3c-0c1d8a5b7e11";
        let error = DancerMessage::parse(&format!(r#"{{"type":"LIKE","id":"{id}"}}"#)).unwrap_err();
        assert_eq!(error.id.unwrap().to_string(), id);
    }
}
