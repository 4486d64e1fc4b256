//! What the library can be asked for by the DJ.

use std::path::PathBuf;

use pika_protocol::SessionId;

use super::{Correction, FolderId, TrackId};

/// What the DJ asks of the library; a [`super::LibraryReport`] tells what came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum LibraryCommand {
    /// Add a music folder and look through it.
    AddFolder(PathBuf),
    /// Forget a music folder; what is known of its tracks stays.
    RemoveFolder(FolderId),
    /// Try failed files again.
    RetryFailures,
    /// Analyse tracks again, whatever is known of them.
    AnalyzeAgain(Vec<TrackId>),
    /// Correct tracks, as one step.
    Correct {
        /// Which.
        tracks: Vec<TrackId>,
        /// How.
        correction: Correction,
    },
    /// Take back the last correction.
    UndoCorrection,
    /// Replace a track's notes.
    SetNotes {
        /// Which.
        track: TrackId,
        /// The notes, whole.
        notes: String,
    },
    /// Give tracks a tag.
    AddLabel {
        /// Which.
        tracks: Vec<TrackId>,
        /// The tag.
        label: String,
    },
    /// Take a tag from tracks.
    RemoveLabel {
        /// Which.
        tracks: Vec<TrackId>,
        /// The tag.
        label: String,
    },
    /// Show this track, whole; a [`super::LibraryReport::Detail`] answers.
    ShowTrack(TrackId),
    /// Find a few tracks for a word; a [`super::LibraryReport::Found`] answers.
    FindTracks(String),
    /// Write tracks, in this order, to a file; the suffix says how (`csv`, `m3u8`, `txt`).
    Export {
        /// Which tracks.
        tracks: Vec<TrackId>,
        /// Where to.
        path: PathBuf,
    },
    /// Read the nights of before.
    ListNights,
    /// Show one night, whole.
    ShowNight(SessionId),
    /// Write one night to a file; the suffix says how (`csv`, `json`).
    ExportNight {
        /// Which.
        session: SessionId,
        /// Where to.
        path: PathBuf,
    },
    /// Put the last good copy in the place of the library.
    GoBackToGoodCopy,
}
