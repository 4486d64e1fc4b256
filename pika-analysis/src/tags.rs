//! Tags of a file: what its owner wrote into it. lofty reads them, symphonia where lofty fails.

use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use lofty::config::{ParseOptions, ParsingMode};
use lofty::file::TaggedFileExt;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};
use serde::{Deserialize, Serialize};

use crate::AnalysisError;
use crate::control::{CancelFlag, Control};
use crate::decode::{self, Bytes, GuardedSource};

/// Longest text that is kept, in characters.
const LONGEST_TEXT: usize = 2000;
/// Time after which a file's tags are given up.
const DEADLINE: Duration = Duration::from_secs(20);

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

/// Reads the tags of a file. Pictures are not loaded.
///
/// Errors: [`AnalysisError::Io`] when the file cannot be opened. A file without readable tags has
/// empty ones.
pub fn read_tags(path: &Path) -> Result<Tags, AnalysisError> {
    let control = Control::start(Some(DEADLINE), &CancelFlag::new());
    let source = GuardedSource::new(Bytes::open_unread(path)?, control.clone())?;
    // Both libraries have panicked on odd tags before; a tag must never stop anything.
    let tags = catch_unwind(AssertUnwindSafe(|| from_lofty(source))).unwrap_or_default();
    if tags.title.is_some() || tags.artist.is_some() {
        return Ok(tags);
    }
    let bytes = Bytes::open_unread(path)?;
    let others = catch_unwind(AssertUnwindSafe(|| decode::symphonia_tags(bytes, &control)));
    Ok(tags.or(others.unwrap_or_default()))
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

fn from_lofty(source: GuardedSource) -> Tags {
    let options = ParseOptions::new()
        .read_properties(false)
        .read_cover_art(false)
        .parsing_mode(ParsingMode::Relaxed);
    let probe = Probe::new(BufReader::new(source)).options(options);
    let Some(file) = probe.guess_file_type().ok().and_then(|probe| probe.read().ok()) else {
        return Tags::default();
    };
    // The usual tag of the format first, then whatever else there is (ID3v1, APE).
    let primary = file.primary_tag().into_iter();
    primary
        .chain(file.tags())
        .map(from_tag)
        .fold(Tags::default(), Tags::or)
}

fn from_tag(tag: &Tag) -> Tags {
    let text = |keys: &[ItemKey]| keys.iter().find_map(|&key| clean(tag.get_string(key)?));
    Tags {
        title: text(&[ItemKey::TrackTitle]),
        artist: text(&[ItemKey::TrackArtist, ItemKey::AlbumArtist]),
        album: text(&[ItemKey::AlbumTitle]),
        genre: text(&[ItemKey::Genre]),
        comment: text(&[ItemKey::Comment]),
        year: text(&[ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate])
            .and_then(|date| year(&date)),
        bpm: text(&[ItemKey::Bpm, ItemKey::IntegerBpm]).and_then(|text| bpm(&text)),
        key: text(&[ItemKey::InitialKey]),
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

    #[test]
    fn a_file_without_tags_has_empty_ones_and_a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.mp3");
        std::fs::write(&path, b"no sound at all").unwrap();
        assert_eq!(read_tags(&path).unwrap(), Tags::default());
        assert!(matches!(
            read_tags(&folder.path().join("y.mp3")),
            Err(AnalysisError::Io(_))
        ));
    }
}
