//! Tags as symphonia reads them: the second choice, for files that the first one refuses.

use std::io;

use symphonia::core::meta::{MetadataRevision, StandardTag};

use super::{
    beside, names,
    source::{Bytes, GuardedSource},
    stream,
};
use crate::{
    control::Control,
    tags::{Tags, bpm, clean, year},
};

/// Bytes of a file that may be read for its tags, pictures on the way included: what a library keeps of tiny pieces is
/// up to twenty times as much.
const TAG_BYTES: u64 = 12 << 20;

/// A source for reading tags alone; `None` when it would cost far too much.
///
/// Errors: the file cannot be read.
pub(crate) fn tag_source(mut bytes: Bytes, control: &Control) -> io::Result<Option<GuardedSource>> {
    let from = names::after_tags(&mut bytes)?;
    if beside::has_absurd_comments(&mut bytes, from)? {
        return Ok(None);
    }
    Ok(Some(
        GuardedSource::new(bytes, control.clone())?.limited(TAG_BYTES),
    ))
}

pub(super) fn read(bytes: Bytes, control: &Control) -> Tags {
    let Some(mut reader) = tag_source(bytes, control)
        .ok()
        .flatten()
        .and_then(|source| stream::open(source).ok())
    else {
        return Tags::default();
    };
    let mut metadata = reader.metadata();
    let mut tags = Tags::default();
    loop {
        if let Some(revision) = metadata.current() {
            // A later revision completes and overrides an earlier one.
            tags = from_revision(revision).or(tags);
        }
        if metadata.pop().is_none() {
            return tags;
        }
    }
}

fn from_revision(revision: &MetadataRevision) -> Tags {
    let mut tags = Tags::default();
    let per_track = revision.per_track.iter().flat_map(|track| &track.metadata.tags);
    for tag in revision.media.tags.iter().chain(per_track) {
        match &tag.std {
            Some(StandardTag::TrackTitle(text)) => tags.title = clean(text),
            Some(StandardTag::Artist(text)) => tags.artist = clean(text),
            Some(StandardTag::Album(text)) => tags.album = clean(text),
            Some(StandardTag::Genre(text)) => tags.genre = clean(text),
            Some(StandardTag::Comment(text)) => tags.comment = clean(text),
            Some(StandardTag::InitialKey(text)) => tags.key = clean(text),
            Some(StandardTag::Bpm(value)) => tags.bpm = bpm(&value.to_string()),
            Some(StandardTag::RecordingDate(date) | StandardTag::ReleaseDate(date)) => tags.year = year(date),
            Some(StandardTag::RecordingYear(value) | StandardTag::ReleaseYear(value)) => {
                tags.year = year(&value.to_string());
            }
            _ => {}
        }
    }
    tags
}
