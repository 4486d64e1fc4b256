//! Which files are music, and what one says of itself: identity of its sound and its tags.

use std::{io, path::Path, time::SystemTime};

use pika_analysis::read_tags;

use crate::library::{FileFacts, Identities, identities};

/// Suffixes of files that are looked into, in lower case. The analysis names formats that it does
/// not support, so these are here too.
const SUFFIXES: [&str; 17] = [
    "mp3", "flac", "wav", "wave", "aif", "aiff", "aifc", "m4a", "m4b", "mp4", "aac", "alac", "ogg", "oga",
    "opus", "wma", "mp2",
];

/// Whether a name looks like a music file of ours to read.
pub(crate) fn is_audio(path: &Path) -> bool {
    // Companion files of macOS on foreign drives are named like the song, with "._" in front.
    let companion = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"._"));
    !companion
        && path
            .extension()
            .is_some_and(|suffix| SUFFIXES.iter().any(|known| suffix.eq_ignore_ascii_case(known)))
}

/// Nanoseconds since 1970; negative before.
pub(crate) fn ns_of(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}

/// Reads what the library keeps of one file.
///
/// Errors: the file cannot be read. Tags that cannot be read are empty; the analysis says what is wrong.
pub(crate) fn read_facts(path: &Path, size: u64, modified_ns: i64) -> io::Result<FileFacts> {
    Ok(read_with_identities(path, size, modified_ns)?.0)
}

/// The same, with what an earlier version took the sound for.
pub(crate) fn read_with_identities(
    path: &Path,
    size: u64,
    modified_ns: i64,
) -> io::Result<(FileFacts, Identities)> {
    let identities = identities(path)?;
    let facts = FileFacts {
        path: path.to_owned(),
        size,
        modified_ns,
        content_id: identities.current,
        tags: read_tags(path).unwrap_or_default(),
    };
    Ok((facts, identities))
}
