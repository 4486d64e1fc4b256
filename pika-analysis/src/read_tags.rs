//! Reads the tags of a file: lofty does, symphonia where lofty fails.

use std::{
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};

use lofty::{
    config::{ParseOptions, ParsingMode},
    file::TaggedFileExt,
    probe::Probe,
    tag::{ItemKey, Tag},
};

use crate::{
    AnalysisError,
    control::{CancelFlag, Control},
    decode::{self, Bytes, GuardedSource, JUNK, tag_source},
    tags::{Tags, bpm, clean, year},
};

/// Time after which a file's tags are given up.
const DEADLINE: Duration = Duration::from_secs(20);

/// Reads the tags of a file. Pictures are not loaded.
///
/// Errors: [`AnalysisError::Io`] when the file cannot be opened. A file without readable tags has
/// empty ones.
pub fn read_tags(path: &Path) -> Result<Tags, AnalysisError> {
    let control = Control::start(Some(DEADLINE), &CancelFlag::new());
    let Some(source) = tag_source(Bytes::open_unread(path)?, &control)? else {
        return Ok(Tags::default());
    };
    // Both libraries have panicked on odd tags before; a tag must never stop anything.
    let tags = catch_unwind(AssertUnwindSafe(|| from_lofty(source))).unwrap_or_default();
    if tags.title.is_some() || tags.artist.is_some() {
        return Ok(tags);
    }
    let bytes = Bytes::open_unread(path)?;
    let others = catch_unwind(AssertUnwindSafe(|| decode::symphonia_tags(bytes, &control)));
    Ok(tags.or(others.unwrap_or_default()))
}

/// Tags as lofty reads them; empty when it cannot.
pub(crate) fn from_lofty(source: GuardedSource) -> Tags {
    let options = ParseOptions::new()
        .read_properties(false)
        .read_cover_art(false)
        .max_junk_bytes(JUNK)
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

#[cfg(test)]
mod tests {
    use super::*;

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
