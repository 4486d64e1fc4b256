//! What a dancer's page and the relay say to each other.

use serde::{Deserialize, Serialize};

use crate::{
    ActionId, AnnouncementId, ErrorCode, PlayId, PollId, UnixMs,
    feedback::{Announcement, PlayLikes, Poll, TempoChoice},
    message::Message,
    session::{Play, Position, SessionCode, Snapshot},
    track::Track,
};

/// From a dancer to the relay.
///
/// Each action has an `id` (its repeats carry the same one) and a `counter` that grows with every action of a
/// pass, whichever tab it comes from. It is answered with `ACK` once it is stored, or with `ERROR`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DancerMessage {
    /// The first message of a WebSocket: which session, who, and where the reader was.
    Subscribe {
        /// Version of the protocol that the client speaks.
        protocol_version: u32,
        /// Version of the client, for the statistics.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_version: Option<String>,
        /// The session's address.
        code: SessionCode,
        /// The PIN, where one is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<String>,
        /// The pass from an earlier WELCOME.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pass: Option<String>,
        /// The last state message that was read: what came after it is sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Position>,
    },
    /// I like this play.
    Like {
        /// Id of the action.
        id: ActionId,
        /// Counter of the pass.
        #[cfg_attr(test, ts(type = "number"))]
        counter: u64,
        /// Which play.
        play_id: PlayId,
    },
    /// I take my like back.
    Unlike {
        /// Id of the action.
        id: ActionId,
        /// Counter of the pass.
        #[cfg_attr(test, ts(type = "number"))]
        counter: u64,
        /// Which play.
        play_id: PlayId,
    },
    /// My vote in a poll; it may be changed until the poll closes.
    Vote {
        /// Id of the action.
        id: ActionId,
        /// Counter of the pass.
        #[cfg_attr(test, ts(type = "number"))]
        counter: u64,
        /// Which poll.
        poll_id: PollId,
        /// Index of the option.
        option: u8,
    },
    /// What I think of the tempo of a play.
    TempoVote {
        /// Id of the action.
        id: ActionId,
        /// Counter of the pass.
        #[cfg_attr(test, ts(type = "number"))]
        counter: u64,
        /// Which play.
        play_id: PlayId,
        /// What I think.
        vote: TempoChoice,
    },
    /// Thank you, DJ. One per dancer and session counts.
    Thank {
        /// Id of the action.
        id: ActionId,
        /// Counter of the pass.
        #[cfg_attr(test, ts(type = "number"))]
        counter: u64,
    },
    /// Are you there? Answered with PONG.
    Ping {},
}

impl Message for DancerMessage {
    const TYPES: &'static [&'static str] = &[
        "SUBSCRIBE",
        "LIKE",
        "UNLIKE",
        "VOTE",
        "TEMPO_VOTE",
        "THANK",
        "PING",
    ];
}

impl DancerMessage {
    /// Id of the action; SUBSCRIBE and PING have none.
    pub fn id(&self) -> Option<ActionId> {
        match self {
            Self::Like { id, .. }
            | Self::Unlike { id, .. }
            | Self::Vote { id, .. }
            | Self::TempoVote { id, .. }
            | Self::Thank { id, .. } => Some(*id),
            Self::Subscribe { .. } | Self::Ping {} => None,
        }
    }
}

/// From the relay to a dancer.
///
/// Those with an `offset` are the state messages: numbered without gaps within the epoch that WELCOME names.
/// COUNTS and POLL_RESULTS are absolute numbers, the latest wins.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToDancer {
    /// The first message. A SNAPSHOT follows, or, when `resumed`, the state messages that were missed.
    Welcome {
        /// Version of the protocol that the relay speaks.
        protocol_version: u32,
        /// Version of the relay.
        server_version: String,
        /// The dancer's pass: keep it, send it with the next SUBSCRIBE.
        pass: String,
        /// The relay's clock.
        relay_time: UnixMs,
        /// Where the log stands: the epoch to be kept, and the offset after what follows.
        position: Position,
        /// Whether only what was missed follows instead of a SNAPSHOT.
        resumed: bool,
    },
    /// Everything at once.
    Snapshot {
        /// The state.
        #[serde(flatten)]
        snapshot: Snapshot,
    },
    /// A track began.
    NowPlaying {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// What plays. When it began before the latest play it joins the history and is not playing now.
        play: Play,
        /// Whether it is what plays now.
        current: bool,
    },
    /// A play was something else than was said, or began at another time; likes stay with it.
    PlayCorrected {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Which play.
        play_id: PlayId,
        /// What it really was.
        track: Track,
        /// When it really began.
        started_at: UnixMs,
    },
    /// A play never was.
    PlayRemoved {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Which play.
        play_id: PlayId,
        /// What plays now, if anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        playing: Option<PlayId>,
    },
    /// The music stopped; nothing plays now.
    TrackStopped {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Which play stopped.
        play_id: PlayId,
        /// When.
        stopped_at: UnixMs,
    },
    /// The DJ's program is not connected: what is shown may be old.
    DjOffline {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Since when.
        at: UnixMs,
    },
    /// The DJ's program is back.
    DjOnline {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Since when.
        at: UnixMs,
    },
    /// Absolute numbers, some times a second at most: the current play, and those that changed lately.
    Counts {
        /// Dancers connected.
        listeners: u32,
        /// Likes of the current play and of those whose number changed in the last 30 seconds.
        plays: Vec<PlayLikes>,
    },
    /// A poll opened, or an open one was extended (same id: replace it).
    PollStarted {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// The poll.
        poll: Poll,
    },
    /// Votes so far: absolute numbers.
    PollResults {
        /// Which poll.
        poll_id: PollId,
        /// Votes per option.
        votes: Vec<u32>,
    },
    /// A poll closed.
    PollEnded {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Which poll.
        poll_id: PollId,
        /// Final votes per option.
        votes: Vec<u32>,
        /// Whether the DJ took it back: then no result is shown.
        cancelled: bool,
    },
    /// An announcement; it replaces the one before.
    Announcement {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// The announcement.
        announcement: Announcement,
    },
    /// The announcement was removed.
    AnnouncementCancelled {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// Which announcement.
        announcement_id: AnnouncementId,
    },
    /// The session is over; the recap is ready.
    SessionEnded {
        /// Number in the log.
        #[cfg_attr(test, ts(type = "number"))]
        offset: u64,
        /// When.
        ended_at: UnixMs,
    },
    /// The action is stored.
    Ack {
        /// Which action.
        id: ActionId,
    },
    /// Something was refused.
    Error {
        /// Which action, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<ActionId>,
        /// Why, for programs.
        code: ErrorCode,
        /// Why, for people.
        message: String,
        /// Seconds to wait before trying again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_secs: Option<u32>,
    },
    /// Here I am.
    Pong {
        /// The relay's clock.
        relay_time: UnixMs,
    },
}

impl Message for ToDancer {
    const TYPES: &'static [&'static str] = &[
        "WELCOME",
        "SNAPSHOT",
        "NOW_PLAYING",
        "PLAY_CORRECTED",
        "PLAY_REMOVED",
        "TRACK_STOPPED",
        "DJ_OFFLINE",
        "DJ_ONLINE",
        "COUNTS",
        "POLL_STARTED",
        "POLL_RESULTS",
        "POLL_ENDED",
        "ANNOUNCEMENT",
        "ANNOUNCEMENT_CANCELLED",
        "SESSION_ENDED",
        "ACK",
        "ERROR",
        "PONG",
    ];
}

impl ToDancer {
    /// Number in the log; only state messages have one.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::NowPlaying { offset, .. }
            | Self::PlayCorrected { offset, .. }
            | Self::PlayRemoved { offset, .. }
            | Self::TrackStopped { offset, .. }
            | Self::DjOffline { offset, .. }
            | Self::DjOnline { offset, .. }
            | Self::PollStarted { offset, .. }
            | Self::PollEnded { offset, .. }
            | Self::Announcement { offset, .. }
            | Self::AnnouncementCancelled { offset, .. }
            | Self::SessionEnded { offset, .. } => Some(*offset),
            Self::Welcome { .. }
            | Self::Snapshot { .. }
            | Self::Counts { .. }
            | Self::PollResults { .. }
            | Self::Ack { .. }
            | Self::Error { .. }
            | Self::Pong { .. } => None,
        }
    }
}

crate::redact::hides_secrets!(DancerMessage, ToDancer);
