//! What has to hold for any bytes: run by the tests over thousands of small changes, by `scripts/fuzz` without end.

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};

use crate::{DancerMessage, DjMessage, Message, SessionCode, ToDancer, ToDj, Track, limits, rest};

/// Reads every family of messages: what can be read is written and read again as the same, what cannot is refused
/// in few words.
///
/// # Panics
///
/// When that does not hold.
pub fn messages(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    family::<DancerMessage>(text);
    family::<DjMessage>(text);
    family::<ToDancer>(text);
    family::<ToDj>(text);
}

/// Reads the bodies of plain requests and answers, which must be written and read again as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn bodies(bytes: &[u8]) {
    body::<rest::JoinRequest>(bytes);
    body::<rest::JoinAnswer>(bytes);
    body::<rest::ScreenRequest>(bytes);
    body::<rest::DancerBatch>(bytes);
    body::<rest::DancerAnswers>(bytes);
    body::<rest::DjBatch>(bytes);
    body::<rest::DjAnswers>(bytes);
    body::<rest::PolledState>(bytes);
    body::<rest::SessionList>(bytes);
    body::<rest::History>(bytes);
    body::<rest::OwnerRecap>(bytes);
    body::<rest::ErrorBody>(bytes);
    body::<rest::Closing>(bytes);
}

/// Cleans texts and tracks and reads codes: what is clean stays as it is, within its limits.
///
/// # Panics
///
/// When that does not hold.
pub fn texts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let clean = limits::clean_text(&text);
    assert!(clean.len() <= text.len());
    assert_eq!(limits::clean_text(&clean), clean);
    if let Some(code) = SessionCode::parse(&text) {
        assert_eq!(SessionCode::parse(code.as_str()), Some(code));
    }
    let (title, artist) = text.split_once('\n').unwrap_or((&text, ""));
    let track = Track {
        title: title.to_owned(),
        artist: artist.to_owned(),
        bpm: artist.trim().parse().ok(),
        key: Some(title.to_owned()),
        camelot: Some(artist.to_owned()),
        duration_ms: title.trim().parse().ok(),
        ..Track::default()
    };
    if let Ok(track) = track.cleaned() {
        assert!((1..=limits::TITLE_CHARS).contains(&track.title.chars().count()));
        assert!(track.artist.chars().count() <= limits::TITLE_CHARS);
        assert_eq!(track.clone().cleaned(), Ok(track));
    }
}

fn family<M: Message + Serialize + PartialEq + Debug>(text: &str) {
    match M::parse(text) {
        Ok(message) => {
            let written = serde_json::to_string(&message).expect("plain data");
            assert_eq!(M::parse(&written).as_ref(), Ok(&message), "{written}");
        }
        Err(error) => {
            // It goes to the sender; a sign of its text is at most escaped (`\u{7f}`).
            assert!(error.text.len() <= 8 * text.len() + 1024, "{}", error.text.len());
        }
    }
}

fn body<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(body) = serde_json::from_slice::<T>(bytes) {
        let written = serde_json::to_vec(&body).expect("plain data");
        assert_eq!(serde_json::from_slice::<T>(&written).ok(), Some(body));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    const CRATE: &str = env!("CARGO_MANIFEST_DIR");

    fn check(target: &str, golden: &[&str], body: fn(&[u8])) {
        let corpora = [format!("{CRATE}/fuzz/corpus/{target}")]
            .into_iter()
            .chain(
                golden
                    .iter()
                    .map(|family| format!("{CRATE}/tests/golden/{family}")),
            )
            .collect::<Vec<_>>();
        let corpora: Vec<&Path> = corpora.iter().map(Path::new).collect();
        pika_mutate::check(target, &corpora, body);
    }

    #[test]
    fn messages() {
        check(
            "messages",
            &["dancer", "dj", "to_dancer", "to_dj"],
            super::messages,
        );
    }

    #[test]
    fn bodies() {
        check("bodies", &["rest"], super::bodies);
    }

    #[test]
    fn texts() {
        check("texts", &[], super::texts);
    }
}
