//! What both database files of the library share: why one does not open.

use std::{io, path::PathBuf};

pub(crate) use crate::own_files::{is_damage, with_suffix};

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
