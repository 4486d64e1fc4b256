//! What is told of the library.

use std::{path::PathBuf, sync::Arc};

use pika_protocol::SessionId;

use super::{Folder, Night, NightDetail, Track, TrackDetail, TrackId, UnreadableFile};

/// The library as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// The music folders, oldest first.
    pub folders: Vec<Folder>,
    /// Tracks whose files are there.
    pub tracks: u32,
    /// How many of those are analysed.
    pub analyzed: u32,
    /// What cannot be used, with the reason.
    pub unreadable: Vec<UnreadableFile>,
    /// How old the last good copy is, in milliseconds; `None` when there is none.
    pub good_copy_age_ms: Option<i64>,
    /// Crash reports in the logs folder.
    pub crash_reports: usize,
}

/// A few tracks that fit a word.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundTracks {
    /// What was typed.
    pub text: String,
    /// The first that fit.
    pub tracks: Vec<Track>,
}

/// What is reported of the library.
#[derive(Debug, Clone, PartialEq)]
pub enum LibraryReport {
    /// Something else is known of these tracks.
    Changed(Vec<TrackId>),
    /// Corrections changed what is known of these tracks.
    Corrected(Vec<TrackId>),
    /// Notes or tags of these tracks changed.
    Noted(Vec<TrackId>),
    /// What it holds as a whole.
    Overview(Box<Overview>),
    /// One track, whole, as it was asked for; `None` when it is not in the library.
    Detail {
        /// Which.
        track: TrackId,
        /// What is known of it.
        detail: Option<Arc<TrackDetail>>,
    },
    /// Tracks for a word, as they were asked for.
    Found(Arc<FoundTracks>),
    /// A list was written.
    Exported {
        /// Where it is.
        path: PathBuf,
        /// How many tracks it holds.
        tracks: usize,
    },
    /// The nights of before, newest first.
    Nights(Arc<Vec<Night>>),
    /// One night, whole, as it was asked for; `None` when there is no such night.
    Night(Option<Arc<NightDetail>>),
    /// Nights whose recap was never fetched.
    RecapsMissing(Vec<SessionId>),
    /// The last good copy took its place. Holds where the library as it was is kept.
    WentBack(PathBuf),
}
