//! What a floor answers: likes, tempo votes, polls; and announcements.

use serde::{Deserialize, Serialize};

use crate::{AnnouncementId, PlayId, PollId, UnixMs};

/// What a dancer thinks of the tempo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TempoChoice {
    /// I would like it faster.
    Faster,
    /// Just right.
    Perfect,
    /// I would like it slower.
    Slower,
    /// I take my vote back.
    Clear,
}

/// When a poll closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum PollCloses {
    /// After so many seconds, 15–600.
    After {
        /// Seconds from the start.
        seconds: u32,
    },
    /// When the DJ closes it.
    Manual,
    /// When the song that plays now ends: with the next song, or when the music stops.
    SongEnd,
}

/// A poll and its votes so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Poll {
    /// Which poll.
    pub poll_id: PollId,
    /// The question, 1–200 characters.
    pub question: String,
    /// 2–10 options of 1–100 characters; a vote names one by its index.
    pub options: Vec<String>,
    /// When it closes.
    pub closes: PollCloses,
    /// When it was opened, on the relay's clock.
    pub opened_at: UnixMs,
    /// When a timed poll closes, on the relay's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<UnixMs>,
    /// Votes per option.
    pub votes: Vec<u32>,
}

/// A text from the DJ to the whole floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Announcement {
    /// Which announcement.
    pub announcement_id: AnnouncementId,
    /// The text, 1–140 characters.
    pub text: String,
    /// When it was made, on the relay's clock.
    pub at: UnixMs,
    /// When it ends, on the relay's clock; absent: until removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<UnixMs>,
}

/// How many like a play: an absolute number, the latest one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlayLikes {
    /// Which play.
    pub play_id: PlayId,
    /// Dancers who like it.
    pub likes: u32,
}

/// How the floor answered one play: absolute numbers, for its DJ only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlayCounts {
    /// Which play.
    pub play_id: PlayId,
    /// Dancers who like it.
    pub likes: u32,
    /// Votes for faster.
    pub faster: u32,
    /// Votes for "just right".
    pub perfect: u32,
    /// Votes for slower.
    pub slower: u32,
}
