//! From the desktop's own types to those of the protocol.

use pika_protocol::{ActionId, DjMessage, PlayId, Track, UnixMs, limits};

use crate::{library::PlayUuid, nowplaying::NowPlaying};

/// The message that tells of a play: the first time as NOW_PLAYING, later as CORRECT_PLAY.
pub(super) fn message(play: &NowPlaying, known: bool) -> DjMessage {
    if known {
        DjMessage::CorrectPlay {
            id: ActionId::random(),
            play_id: PlayId(play.play_id),
            track: Some(track(play)),
            started_at: Some(UnixMs(play.started_at_ms)),
        }
    } else {
        announcement(play.play_id, track(play), play.started_at_ms)
    }
}

/// The message that tells of a play for the first time.
pub(super) fn announcement(play: PlayUuid, track: Track, started_at_ms: i64) -> DjMessage {
    DjMessage::NowPlaying {
        id: ActionId::random(),
        play_id: PlayId(play),
        track,
        started_at: UnixMs(started_at_ms),
    }
}

/// Puts the times of a message on the relay's clock, which is so far ahead of ours.
pub(super) fn on_relay_clock(mut message: DjMessage, relay_ahead_ms: i64) -> DjMessage {
    match &mut message {
        DjMessage::NowPlaying { started_at, .. }
        | DjMessage::CorrectPlay {
            started_at: Some(started_at),
            ..
        } => *started_at = started_at.plus_ms(relay_ahead_ms),
        DjMessage::TrackStopped { stopped_at, .. } => *stopped_at = stopped_at.plus_ms(relay_ahead_ms),
        _ => {}
    }
    message
}

/// The message that takes a play back.
pub(super) fn removal(play: PlayUuid) -> DjMessage {
    DjMessage::RemovePlay {
        id: ActionId::random(),
        play_id: PlayId(play),
    }
}

/// Characters of a text of the relay that are shown; its own limits are far below.
const MOST_CHARS: usize = 1_000;

/// A text of the relay as it may be shown: clean, and of bounded length.
pub(super) fn shown(text: &str) -> String {
    // Looked at no further than it could matter.
    let beginning: String = text.chars().take(2 * MOST_CHARS).collect();
    limits::clean_text(&beginning).chars().take(MOST_CHARS).collect()
}

/// A name: clean, and as long as the protocol lets it be.
pub(super) fn short(text: &str) -> String {
    let beginning: String = text.chars().take(MOST_CHARS).collect();
    limits::clean_text(&beginning)
        .chars()
        .take(limits::NAME_CHARS)
        .collect()
}

/// A track as dancers see it: within the limits of the wire, and never with a path.
pub(super) fn track(play: &NowPlaying) -> Track {
    let values = &play.values;
    let cut = |text: &str| {
        limits::clean_text(text)
            .chars()
            .take(limits::TITLE_CHARS)
            .collect::<String>()
    };
    let title = match cut(&play.title) {
        // Nothing printable was left of it.
        title if title.is_empty() => "Unknown song".to_owned(),
        title => title,
    };
    Track {
        title,
        artist: cut(&play.artist),
        // Two decimals are what the analysis can tell.
        bpm: values
            .bpm
            .map(|bpm| (bpm * 100.0).round() / 100.0)
            .filter(|bpm| (20.0..=400.0).contains(bpm)),
        key: values.key.map(|key| key.short_name()),
        camelot: values.key.map(|key| key.camelot()),
        energy: values.energy.map(percent),
        danceability: values.danceability.map(percent),
        brightness: values.brightness.map(percent),
        duration_ms: values
            .duration_s
            .map(|seconds| (seconds * 1000.0).round() as u32)
            .filter(|ms| (1..=limits::DURATION_MS_MAX).contains(ms)),
    }
}

fn percent(value: f64) -> u8 {
    value.round().clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use pika_analysis::{Mode, MusicalKey};
    use uuid::Uuid;

    use super::*;
    use crate::{library::Values, nowplaying::SourceKind};

    fn play(title: &str) -> NowPlaying {
        NowPlaying {
            play_id: Uuid::new_v4(),
            track: None,
            title: title.into(),
            artist: "a".repeat(600),
            values: Values {
                duration_s: Some(181.5),
                bpm: Some(97.996),
                key: Some(MusicalKey::new(9, Mode::Minor)),
                energy: Some(70.4),
                brightness: Some(120.0),
                ..Values::default()
            },
            started_at_ms: 5,
            logged_at_ms: 6,
            source: SourceKind::VirtualDj,
            matched_by: None,
            needs_analysis: false,
        }
    }

    #[test]
    fn everything_the_relay_gets_is_within_its_limits() {
        let track = track(&play("T\u{0}\n"));
        assert_eq!(track.clone().cleaned(), Ok(track.clone()));
        assert_eq!((track.title.as_str(), track.artist.len()), ("T", 500));
        assert_eq!(
            (track.bpm, track.key.as_deref(), track.camelot.as_deref()),
            (Some(98.0), Some("Am"), Some("8A"))
        );
        assert_eq!(
            (track.energy, track.brightness, track.duration_ms),
            (Some(70), Some(100), Some(181_500))
        );
        assert_eq!(super::track(&play("\u{202e}\t")).title, "Unknown song");
    }
}
