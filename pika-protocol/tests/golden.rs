//! Each message equals its JSON file, both ways. A golden file is never edited once released, only joined by
//! another: older clients speak like that.
//!
//! `PIKA_BLESS=1 cargo test` writes the files that are missing.

#![allow(clippy::unwrap_used)] // A test that cannot unwrap has failed.

mod samples;

use std::{
    collections::BTreeSet,
    fmt::Debug,
    path::{Path, PathBuf},
};

use pika_protocol::{DancerMessage, DjMessage, Message, ToDancer, ToDj};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

#[test]
fn messages_from_a_dancer() {
    check_family::<DancerMessage>("dancer", samples::from_dancer());
}

#[test]
fn messages_to_a_dancer() {
    check_family::<ToDancer>("to_dancer", samples::to_dancer());
}

#[test]
fn messages_from_a_dj() {
    check_family::<DjMessage>("dj", samples::from_dj());
}

#[test]
fn messages_to_a_dj() {
    check_family::<ToDj>("to_dj", samples::to_dj());
}

#[test]
fn bodies_of_plain_requests() {
    check("rest", "join_request", &samples::join_request());
    check("rest", "join_answer", &samples::join_answer());
    check("rest", "screen_request", &samples::screen_request());
    check("rest", "screen_answer", &samples::screen_answer());
    check("rest", "dancer_batch", &samples::dancer_batch());
    check("rest", "dj_batch", &samples::dj_batch());
    check("rest", "polled_state", &samples::polled_state());
    check("rest", "error_body", &samples::error_body());
    check("rest", "session_list", &samples::session_list());
    check("rest", "owner_recap", &samples::owner_recap());
    check("rest", "closing", &samples::closing());
}

#[test]
fn unknown_fields_are_ignored() {
    let text = r#"{"type":"PING","added_in_2031":{"a":[1]}}"#;
    assert_eq!(DancerMessage::parse(text), Ok(DancerMessage::Ping {}));
}

/// Checks every sample, and that every type of the family has one.
fn check_family<M: Message + Serialize + PartialEq + Debug>(family: &str, samples: Vec<M>) {
    let mut seen = BTreeSet::new();
    for sample in samples {
        let value = serde_json::to_value(&sample).unwrap();
        let kind = value["type"].as_str().unwrap().to_owned();
        let nth = (1..).find(|n| !seen.contains(&(kind.clone(), *n))).unwrap();
        let name = if nth == 1 {
            kind.clone()
        } else {
            format!("{kind}_{nth}")
        };
        seen.insert((kind, nth));
        check(family, &name.to_lowercase(), &sample);
    }
    let kinds: BTreeSet<&str> = seen.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        M::TYPES.iter().copied().collect(),
        "a type without a golden file"
    );
}

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(family: &str, name: &str, sample: &T) {
    let path = golden(family, name);
    if !path.exists() && std::env::var_os("PIKA_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(
            &path,
            format!("{}\n", serde_json::to_string_pretty(sample).unwrap()),
        )
        .unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(&read, sample, "reading {}", path.display());
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        serde_json::to_value(sample).unwrap(),
        file,
        "writing {}",
        path.display()
    );
}

fn golden(family: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(family)
        .join(format!("{name}.json"))
}
