//! What a file says of itself: identity of its sound and its tags.

use std::{io, path::Path};

use pika_analysis::read_tags;

use crate::library::{FileFacts, content_id};

/// Reads what the library keeps of one file.
///
/// Errors: the file cannot be read. Tags that cannot be read are empty; the analysis says what is wrong.
pub(crate) fn read_facts(path: &Path, size: u64, modified_ns: i64) -> io::Result<FileFacts> {
    Ok(FileFacts {
        path: path.to_owned(),
        size,
        modified_ns,
        content_id: content_id(path)?,
        tags: read_tags(path).unwrap_or_default(),
    })
}
