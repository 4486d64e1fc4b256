//! Tracks in words and pictures, as the scripts say and draw them, too (`web/assets/js/cover.js`, `live/music.js`).

use pika_protocol::{Track, session::Play};
use serde::Serialize;

/// A track ready for a template.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrackView {
    pub(crate) play_id: String,
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) started_at: i64,
    pub(crate) likes: u32,
    /// Whole beats a minute.
    pub(crate) bpm: Option<i64>,
    /// Text key of the tempo in words.
    pub(crate) speed: Option<&'static str>,
    pub(crate) camelot: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) energy: Option<u8>,
    pub(crate) danceability: Option<u8>,
    pub(crate) brightness: Option<u8>,
    /// Whether tempo or key are known.
    pub(crate) known: bool,
    /// What the cover is drawn from.
    pub(crate) cover: String,
    /// Whether the title takes the smaller steps.
    pub(crate) long: bool,
    /// Class of the title's size.
    pub(crate) size: &'static str,
}

impl From<&Play> for TrackView {
    fn from(play: &Play) -> Self {
        let track = &play.track;
        let chars = track.title.chars().count();
        Self {
            play_id: play.play_id.to_string(),
            title: track.title.clone(),
            artist: track.artist.clone(),
            started_at: play.started_at.0,
            likes: play.likes,
            bpm: track.bpm.map(|bpm| bpm.round() as i64),
            speed: track.bpm.map(speed),
            camelot: track.camelot.clone().filter(|c| is_camelot(c)),
            key: track.key.clone(),
            energy: track.energy,
            danceability: track.danceability,
            brightness: track.brightness,
            known: track.bpm.is_some() || track.camelot.is_some() || track.key.is_some(),
            cover: cover(track),
            long: chars > 26,
            size: match chars {
                121.. => "longer endless",
                76.. => "longer",
                _ => "",
            },
        }
    }
}

/// Text key of a tempo (beats a minute) by how it feels to a social dancer.
pub(crate) fn speed(bpm: f64) -> &'static str {
    match bpm {
        b if b < 80.0 => "speed.slow",
        b if b < 95.0 => "speed.relaxed",
        b if b < 108.0 => "speed.medium",
        b if b < 120.0 => "speed.lively",
        _ => "speed.fast",
    }
}

/// `1A`–`12B`: only these name a colour.
fn is_camelot(text: &str) -> bool {
    let number = text.strip_suffix(['A', 'B']).and_then(|n| n.parse::<u8>().ok());
    number.is_some_and(|n| (1..=12).contains(&n))
}

/// What the ripple cover is drawn from: `bpm,key,energy,dance,bright,name`.
///
/// Without an analysis the name alone decides, so that such songs differ, too.
pub(crate) fn cover(track: &Track) -> String {
    let whole = format!("{}{}", track.title, track.artist);
    let letters: String = whole.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = if letters.is_empty() { whole } else { letters };
    let own = name.encode_utf16().fold(7_u32, |sum, unit| {
        sum.wrapping_mul(31).wrapping_add(u32::from(unit))
    });
    let key = track
        .camelot
        .clone()
        .unwrap_or_else(|| format!("{}{}", own % 12 + 1, if own & 4096 != 0 { 'A' } else { 'B' }));
    let number = |value: Option<u8>, otherwise: u8| value.unwrap_or(otherwise);
    let (energy, dance, bright) = (
        number(track.energy, 50),
        number(track.danceability, 70),
        number(track.brightness, 50),
    );
    format!(
        "{},{key},{energy},{dance},{bright},{name}",
        track.bpm.unwrap_or(100.0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_named_by_the_analysis_and_the_letters() {
        let track = Track {
            title: "Low Tide".into(),
            artist: "The Velvet Hours".into(),
            bpm: Some(96.0),
            camelot: Some("8A".into()),
            energy: Some(64),
            danceability: Some(91),
            brightness: Some(47),
            ..Track::default()
        };
        assert_eq!(cover(&track), "96,8A,64,91,47,LowTideTheVelvetHours");
    }

    #[test]
    fn songs_without_letters_of_ours_differ_still() {
        let of = |title: &str| {
            cover(&Track {
                title: title.into(),
                ..Track::default()
            })
        };
        assert_ne!(of("밤"), of("별"));
        assert!(of("밤").ends_with(",밤"));
    }

    #[test]
    fn only_the_wheel_has_colours() {
        for right in ["1A", "8A", "12B"] {
            assert!(is_camelot(right), "{right}");
        }
        for wrong in ["0A", "13B", "8", "8a", "A", "\" onload"] {
            assert!(!is_camelot(wrong), "{wrong}");
        }
    }
}
