//! By hand: the DJ says which track plays.

use super::source::{PlayEvent, SourceKind};
use crate::library::Track;

/// The event of a track that the DJ chose.
pub(super) fn event(track: &Track, now_ms: i64) -> PlayEvent {
    PlayEvent {
        source: SourceKind::Hand,
        path: Some(track.path.to_string_lossy().into_owned()),
        artist: Some(track.artist.clone()).filter(|artist| !artist.is_empty()),
        title: Some(track.title.clone()),
        remix: None,
        file_size: None,
        duration_s: track.values.duration_s,
        logged_at_ms: now_ms,
        started_at_ms: now_ms,
        line_at_ms: None,
        at_start: false,
        replaces_last: false,
    }
}

/// The event of a song that the DJ typed.
pub(super) fn text_event(title: String, artist: String, now_ms: i64) -> PlayEvent {
    PlayEvent {
        source: SourceKind::Hand,
        path: None,
        artist: Some(artist).filter(|artist| !artist.trim().is_empty()),
        title: Some(title).filter(|title| !title.trim().is_empty()),
        remix: None,
        file_size: None,
        duration_s: None,
        logged_at_ms: now_ms,
        started_at_ms: now_ms,
        line_at_ms: None,
        at_start: false,
        replaces_last: false,
    }
}
