//! The library: tracks, analyses and the logbook in one SQLite file with one writer.
//!
//! [`Library`] is the plain, single-threaded thing; `worker` puts it on its own thread and hands
//! out [`LibraryHandle`]s.

mod content;
mod corrections;
pub mod fold;
mod folders;
mod lookup;
mod opinions;
pub(crate) mod os_path;
mod plays;
mod record;
mod schema;
mod search;
mod tracks;
mod worker;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use content::{ContentId, content_id};
pub use corrections::{Correction, Corrections};
pub use folders::{Folder, FolderId, UnreadableFile};
pub use opinions::{Doubt, DoubtfulTrack, Opinion};
pub use plays::{MatchedBy, Play, PlayUuid};
pub use schema::{OpenError, OpenNote};
pub use search::{Query, SortColumn};
pub use tracks::{FileFacts, KnownFile, PendingTrack, Placement, Track, TrackId, Values};
pub use worker::{LibraryHandle, LibraryWorker, spawn};

/// The open library. All reading and writing goes through its methods.
#[derive(Debug)]
pub struct Library {
    connection: Connection,
    path: PathBuf,
}

impl Library {
    /// Opens or creates the library at `path`; the note says what the DJ should know.
    pub fn open(path: &Path) -> Result<(Self, Option<OpenNote>), OpenError> {
        let (connection, note) = schema::open(path)?;
        Ok((
            Self {
                connection,
                path: path.to_owned(),
            },
            note,
        ))
    }

    /// Keeps a copy of the library as the last good one.
    pub fn keep_good_copy(&self) -> Result<(), OpenError> {
        schema::keep_good_copy(&self.connection, &self.path)
    }
}

#[cfg(test)]
mod tests;
