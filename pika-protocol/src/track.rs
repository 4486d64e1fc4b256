//! A track as the dancers see it.

use serde::{Deserialize, Serialize};

use crate::limits;

/// What is said about a track on the wire. Only the title must be there; a path never is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Track {
    /// Title, 1–500 characters.
    pub title: String,
    /// Artist, 0–500 characters.
    #[serde(default)]
    pub artist: String,
    /// Tempo in beats per minute, 20–400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bpm: Option<f64>,
    /// Key as musicians write it: `Am`, `C♯m`, `A♭`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The key in Camelot notation: `8A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camelot: Option<String>,
    /// Energy, 0–100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<u8>,
    /// Danceability, 0–100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danceability: Option<u8>,
    /// Brightness, 0–100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brightness: Option<u8>,
    /// Length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u32>,
}

impl Track {
    /// The same track with control characters removed, spaces at the ends cut and numbers out of range left out.
    ///
    /// Errors: names the field when the title is empty or a text is longer than its limit.
    pub fn cleaned(mut self) -> Result<Self, &'static str> {
        self.title = limits::clean_text(&self.title);
        self.artist = limits::clean_text(&self.artist);
        if self.title.is_empty() {
            return Err("title is empty");
        }
        if self.title.chars().count() > limits::TITLE_CHARS {
            return Err("title is too long");
        }
        if self.artist.chars().count() > limits::TITLE_CHARS {
            return Err("artist is too long");
        }
        self.bpm = self.bpm.filter(|bpm| (20.0..=400.0).contains(bpm));
        self.key = short(self.key);
        self.camelot = short(self.camelot);
        self.energy = self.energy.filter(|v| *v <= 100);
        self.danceability = self.danceability.filter(|v| *v <= 100);
        self.brightness = self.brightness.filter(|v| *v <= 100);
        self.duration_ms = self
            .duration_ms
            .filter(|ms| (1..=limits::DURATION_MS_MAX).contains(ms));
        Ok(self)
    }
}

/// Key names have at most a handful of characters; anything longer is not a key.
fn short(text: Option<String>) -> Option<String> {
    text.map(|t| limits::clean_text(&t))
        .filter(|t| !t.is_empty() && t.chars().count() <= 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(title: &str) -> Track {
        Track {
            title: title.to_owned(),
            ..Track::default()
        }
    }

    #[test]
    fn control_characters_are_removed() {
        let track = titled(" So\u{0}ng\n\u{202e} ").cleaned().unwrap();
        assert_eq!(track.title, "Song");
    }

    #[test]
    fn the_title_has_1_to_500_characters() {
        assert!(titled(" \t ").cleaned().is_err());
        assert!(titled(&"é".repeat(500)).cleaned().is_ok());
        assert!(titled(&"é".repeat(501)).cleaned().is_err());
    }

    #[test]
    fn impossible_numbers_are_left_out() {
        let track = Track {
            bpm: Some(f64::NAN),
            energy: Some(101),
            duration_ms: Some(0),
            ..titled("x")
        };
        assert_eq!(track.cleaned().unwrap(), titled("x"));
    }
}
