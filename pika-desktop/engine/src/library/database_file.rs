//! What both database files of the library share: why one does not open, how damage is known, names beside it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the library did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer program made the database.
    #[error("the library was written by a newer version of Pika! (version {0})")]
    Newer(u32),
    /// The database is damaged and there is no good copy to go back to.
    /// Holds where the damaged file was put.
    #[error("the library is damaged and there is no good copy yet; it was kept as {0}")]
    Damaged(PathBuf),
    /// The database refused.
    #[error("cannot open the library: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("cannot open the library: {0}")]
    Io(#[from] io::Error),
    /// The data could not be brought into the new layout.
    #[error("cannot bring the library up to date: {0}")]
    Migration(String),
}

/// Whether an answer of the database says that the file itself is broken.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}

/// The file beside `path` with this ending after the whole name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
