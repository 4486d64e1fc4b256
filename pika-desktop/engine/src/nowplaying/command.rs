//! What the now-playing worker can be asked.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use uuid::Uuid;

use super::virtualdj::VirtualDjFolder;
use crate::library::{PlayUuid, TrackId};

/// What to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowPlayingConfig {
    /// VirtualDJ; `None`: not followed.
    pub virtualdj: Option<VirtualDjFolder>,
    /// A text file or playlist that another program writes.
    pub file: Option<PathBuf>,
}

/// What the worker can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NowPlayingCommand {
    /// Follow these sources from now on.
    Follow(NowPlayingConfig),
    /// This track plays now.
    PlayNow(TrackId),
    /// The newest play did not happen: it is still the one before.
    StillLastSong,
    /// This plays now; the library need not know it.
    PlayText {
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
    /// A play did not happen.
    Remove(PlayUuid),
    /// A play was something else.
    Replace {
        /// Which play.
        play: PlayUuid,
        /// What it really was.
        with: Replacement,
    },
    /// Tell of everything that was played in a live session.
    TellOf {
        /// The session's mark in the logbook.
        mark: Option<Uuid>,
        /// When it began, in milliseconds since 1970: for a session without a mark.
        since_ms: i64,
    },
    /// The library is an older copy of itself from now on.
    WentBack,
    /// Something else is known of these tracks now; of those that play, tell so.
    TracksChanged(Arc<BTreeSet<TrackId>>),
}

/// What a play really was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// A track of the library.
    Track(TrackId),
    /// A song that the library does not know.
    Text {
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
}
