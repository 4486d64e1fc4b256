//! `Debug` for what carries secrets: everything is shown but tokens, PINs, passes, tickets and screen keys.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// Names of fields that no log may show.
const SECRETS: &[&str] = &["token", "pin", "pass", "ticket", "screen_key"];

/// Writes a value's JSON with its secrets hidden.
pub(crate) fn debug(value: &impl Serialize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match serde_json::to_value(value) {
        Ok(mut json) => {
            hide(&mut json);
            write!(f, "{json}")
        }
        Err(_) => f.write_str("[unreadable]"),
    }
}

fn hide(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRETS.contains(&name.as_str()) {
                    *value = Value::from("[redacted]");
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

macro_rules! hides_secrets {
    ($($name:ty),+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::redact::debug(self, f)
            }
        })+
    };
}
pub(crate) use hides_secrets;

#[cfg(test)]
mod tests {
    use crate::{DancerMessage, DjMessage, Message};

    #[test]
    fn no_secret_shows_in_debug() {
        let id = "6f2f3f0e-5a2b-4a55-9c3c-0c1d8a5b7e11";
        let register = format!(
            r#"{{"type":"REGISTER_SESSION","id":"{id}","protocol_version":1,"token":"hunter1","name":"Friday","listed":true,"pin":"4711","device_id":"{id}"}}"#
        );
        let shown = format!("{:?}", DjMessage::parse(&register).unwrap());
        assert!(
            shown.contains("Friday") && !shown.contains("hunter1") && !shown.contains("4711"),
            "{shown}"
        );
        let subscribe =
            r#"{"type":"SUBSCRIBE","protocol_version":1,"code":"K7QX","pin":"4711","pass":"hunter2"}"#;
        let shown = format!("{:?}", DancerMessage::parse(subscribe).unwrap());
        assert!(
            shown.contains("K7QX") && !shown.contains("hunter2") && !shown.contains("4711"),
            "{shown}"
        );
    }
}
