//! Tags of a file: what its owner wrote into it, in the form in which it is kept. Who reads them is `read_tags`.

use serde::{Deserialize, Serialize};

/// Longest text that is kept, in characters.
const LONGEST_TEXT: usize = 2000;

/// What a file says about itself. Texts are trimmed, without control characters, never empty and at
/// most 2000 characters long.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tags {
    /// Title of the track.
    pub title: Option<String>,
    /// Who plays it.
    pub artist: Option<String>,
    /// Album or single.
    pub album: Option<String>,
    /// Genre as written.
    pub genre: Option<String>,
    /// Comment; other programs leave keys, energies and URLs there.
    pub comment: Option<String>,
    /// Year of recording or release.
    pub year: Option<u16>,
    /// Tempo in BPM, 20 to 400.
    pub bpm: Option<f64>,
    /// Key in whatever notation was used: `Am`, `8A`, `1m`.
    pub key: Option<String>,
}

impl Tags {
    /// These, and where one is missing, that of `others`.
    pub(crate) fn or(self, others: Self) -> Self {
        Self {
            title: self.title.or(others.title),
            artist: self.artist.or(others.artist),
            album: self.album.or(others.album),
            genre: self.genre.or(others.genre),
            comment: self.comment.or(others.comment),
            year: self.year.or(others.year),
            bpm: self.bpm.or(others.bpm),
            key: self.key.or(others.key),
        }
    }
}

/// A text as it is kept; `None` when nothing is left.
pub(crate) fn clean(text: &str) -> Option<String> {
    // A tag may hold several values, separated by NUL.
    let parts: Vec<&str> = text
        .split('\0')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let kept: String = parts
        .join(" / ")
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .take(LONGEST_TEXT)
        .collect();
    let trimmed = kept.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Year at the start of a date such as `2019-05-01`.
pub(crate) fn year(date: &str) -> Option<u16> {
    let digits = date.get(..4)?;
    digits.parse().ok().filter(|year| (1000..3000).contains(year))
}

/// Tempo as written, with point or comma.
pub(crate) fn bpm(text: &str) -> Option<f64> {
    let number = text
        .trim()
        .trim_end_matches(|c: char| c.is_alphabetic() || c == ' ')
        .replace(',', ".");
    number.parse().ok().filter(|bpm| (20.0..=400.0).contains(bpm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned() {
        assert_eq!(clean("  A\u{7}\tsong\0"), Some("A song".to_owned()));
        assert_eq!(clean("One\0Two"), Some("One / Two".to_owned()));
        assert_eq!(clean(" \0 "), None);
        assert_eq!(
            clean(&"x".repeat(5000)).map(|text| text.len()),
            Some(LONGEST_TEXT)
        );
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        assert_eq!(bpm("92,5"), Some(92.5));
        assert_eq!(bpm(" 128 BPM"), Some(128.0));
        assert_eq!(bpm("0"), None);
        assert_eq!(bpm("NaN"), None);
        assert_eq!(bpm("inf"), None);
        assert_eq!(year("2019-05-01"), Some(2019));
        assert_eq!(year("19"), None);
        assert_eq!(year("日本語"), None);
    }
}
