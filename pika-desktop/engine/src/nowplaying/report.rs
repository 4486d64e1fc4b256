//! What the now-playing worker tells.

use std::sync::Arc;

use super::{NowPlaying, SourceStatus};
use crate::library::PlayUuid;

/// What is reported of what plays.
#[derive(Debug, Clone, PartialEq)]
pub enum NowPlayingReport {
    /// What a source of now-playing data is doing.
    Source(SourceStatus),
    /// A song plays, or is better known now (same play id).
    Playing(Box<NowPlaying>),
    /// A song was played before the one that plays now, or is better known now (same play id).
    PlayedBefore(Box<NowPlaying>),
    /// Everything that was played since a moment, as the logbook knows it, oldest first.
    PlayedSince(Arc<Vec<NowPlaying>>),
    /// A play did not happen after all.
    Removed(PlayUuid),
    /// Nothing plays any more.
    Stopped,
}
