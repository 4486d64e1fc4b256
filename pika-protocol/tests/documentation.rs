//! `docs/protocol.md` names every message, every code with its number, and every field of every sample.

use std::path::Path;

use pika_protocol::{DancerMessage, DjMessage, ErrorCode, Message, ToDancer, ToDj};
use serde_json::Value;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md");
    std::fs::read_to_string(path).expect("the page is there")
}

#[test]
fn every_message_and_code_is_described() {
    let page = page();
    let families = [
        DancerMessage::TYPES,
        ToDancer::TYPES,
        DjMessage::TYPES,
        ToDj::TYPES,
    ];
    for kind in families.concat() {
        assert!(page.contains(&format!("`{kind}")), "{kind} is not described");
    }
    for code in ErrorCode::ALL {
        let line = format!("| {} | `{}` |", code.number(), code.as_str());
        assert!(page.contains(&line), "{line} is not in the table");
    }
}

#[test]
fn every_field_is_named() {
    let page = page();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for family in ["dancer", "to_dancer", "dj", "to_dj"] {
        for file in std::fs::read_dir(golden.join(family)).expect("the samples are there") {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            let sample: Value = serde_json::from_str(&text).expect("JSON");
            for key in keys(&sample) {
                assert!(page.contains(&key), "{key} of {} is not named", path.display());
            }
        }
    }
}

fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, v)| [vec![key.clone()], keys(v)].concat())
            .collect(),
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}
