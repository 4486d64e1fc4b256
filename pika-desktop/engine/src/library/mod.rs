//! The library: tracks, analyses and the logbook in one SQLite file with one writer, and a second file beside it
//! for what can be measured again.
//!
//! [`Library`] is the plain, single-threaded thing; `worker` puts it on its own thread and hands
//! out [`LibraryHandle`]s.

mod analyses;
pub mod browse;
mod command;
mod content;
mod corrections;
mod database_file;
mod detail;
mod files;
pub mod fold;
mod folders;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub mod grid;
mod ids;
mod logbook;
mod lookup;
mod made;
mod measured;
mod nights;
mod opinions;
pub(crate) mod os_path;
mod play_ids;
mod plays;
mod record;
mod report;
mod schema;
mod search;
mod take_over;
mod text_index;
mod tracks;
mod waveform;
mod worker;

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;

pub use analyses::PendingTrack;
pub use command::LibraryCommand;
#[cfg(test)]
pub(crate) use content::ogg_file;
pub use content::{ContentId, Identities, content_id, identities};
pub use corrections::{Correction, Corrections};
pub use database_file::OpenError;
pub use detail::TrackDetail;
pub use files::{FileFacts, KnownFile, Placement};
pub use folders::{Folder, UnreadableFile};
pub use ids::{FolderId, PlayUuid, TrackId};
pub use lookup::relevance;
pub use nights::{Night, NightDetail};
pub use opinions::{Doubt, DoubtfulTrack, Opinion};
pub use play_ids::PlayIds;
pub use plays::{Answers, MatchedBy, NoticedBy, Play, PlayOfBefore};
pub use report::{FoundTracks, LibraryReport, Overview};
pub use schema::{GoodCopy, OpenNote};
pub use search::{Query, SortColumn};
pub use tracks::{Track, Values};
pub use worker::{Job, LibraryHandle, LibraryWorker, spawn};

/// How old a good copy may be while the program starts.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The open library. All reading and writing goes through its methods.
#[derive(Debug)]
pub struct Library {
    connection: Connection,
    path: PathBuf,
    /// How many changes this connection had made when the last good copy was kept.
    copied: Cell<Option<u64>>,
    /// What is done again in a moment.
    postponed: worker::Postponed,
}

impl Library {
    /// Opens or creates the library at `path`; the note says what the DJ should know.
    pub fn open(path: &Path) -> Result<(Self, Option<OpenNote>), OpenError> {
        let (connection, note) = schema::open(path)?;
        Ok((
            Self {
                connection,
                path: path.to_owned(),
                copied: Cell::new(None),
                postponed: worker::Postponed::default(),
            },
            note,
        ))
    }

    /// Where the library is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a copy of the library as the last good one, unless that would be the same as the last one.
    pub fn keep_good_copy(&self) -> Result<(), OpenError> {
        let changes = self.connection.total_changes();
        let copied = self.copied.get();
        if copied == Some(changes) && self.good_copy().is_some() {
            return Ok(());
        }
        schema::keep_good_copy(&self.connection, &self.path)?;
        self.copied.set(Some(changes));
        Ok(())
    }

    /// [`Self::keep_good_copy`], unless there is one that is younger than a day: a program that is killed
    /// every evening has one too.
    pub fn keep_daily_copy(&self) -> Result<(), OpenError> {
        let age = schema::good_copy(&self.path).and_then(|copy| copy.made_at.elapsed().ok());
        match age {
            Some(age) if age < DAY => Ok(()),
            _ => self.keep_good_copy(),
        }
    }

    /// The copy that [`Self::go_back`] would bring back.
    pub fn good_copy(&self) -> Option<GoodCopy> {
        schema::good_copy(&self.path)
    }

    /// Puts the last good copy in the place of the library; returns where the library as it was is kept. What was played
    /// since the copy was made stays in the logbook.
    ///
    /// Errors: there is no good copy, it is damaged, or there is no room for it; the library stays as it was then.
    pub fn go_back(&mut self) -> Result<PathBuf, OpenError> {
        let back = schema::way_back(&self.path)?;
        // The file can be moved only when nobody has it open.
        self.connection = Connection::open_in_memory()?;
        self.copied.set(None);
        match schema::go_back(&self.path, &back) {
            Ok((connection, kept)) => {
                self.connection = connection;
                logbook::carry_over(&mut self.connection, &kept);
                Ok(kept)
            }
            Err(error) => {
                // A library that is not in its place would be made anew, and that is an empty one.
                if self.path.exists() {
                    self.connection = schema::open(&self.path)?.0;
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
