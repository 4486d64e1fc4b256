//! What a DJ's program and the relay say to each other.

use serde::{Deserialize, Serialize};

use crate::{
    ActionId, AnnouncementId, DeviceId, ErrorCode, PlayId, PollId, SessionId, Track, UnixMs,
    feedback::{Announcement, PlayCounts, Poll, PollCloses},
    message::Message,
    session::{LiveElsewhere, Play, SessionCode},
};

/// From a DJ's program to the relay.
///
/// Each message but PING has an `id`; a repeat with the same id changes nothing and gets the same answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DjMessage {
    /// The first message: starts a session, or goes on with one.
    RegisterSession {
        /// Id of the action.
        id: ActionId,
        /// Version of the protocol that the client speaks.
        protocol_version: u32,
        /// Version of the client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_version: Option<String>,
        /// The account's token. Over POST it travels as bearer token instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// Name of the session, 1–80 characters; ignored when one is resumed.
        name: String,
        /// Name of the DJ where the account has none (the relay inside the desktop program).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dj_name: Option<String>,
        /// Whether the session is shown in the public list; ignored when one is resumed.
        #[serde(default = "yes")]
        listed: bool,
        /// PIN of 4–8 digits; ignored when a session is resumed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<String>,
        /// Which installation this is.
        device_id: DeviceId,
        /// Name of this computer, for the question whether to take over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_name: Option<String>,
        /// The session to go on with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<SessionId>,
        /// Take the session from another computer of the same account.
        #[serde(default)]
        take_over: bool,
    },
    /// A track began.
    NowPlaying {
        /// Id of the action.
        id: ActionId,
        /// Which play, made by the sender.
        play_id: PlayId,
        /// What plays.
        track: Track,
        /// When it began; clamped to the session and the relay's clock.
        started_at: UnixMs,
    },
    /// A play was something else, or began at another time.
    CorrectPlay {
        /// Id of the action.
        id: ActionId,
        /// Which play.
        play_id: PlayId,
        /// What it really was; absent: as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        track: Option<Track>,
        /// When it really began; absent: as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started_at: Option<UnixMs>,
    },
    /// A play never was.
    RemovePlay {
        /// Id of the action.
        id: ActionId,
        /// Which play.
        play_id: PlayId,
    },
    /// The music stopped.
    TrackStopped {
        /// Id of the action.
        id: ActionId,
        /// Which play stopped; it changes nothing when another one plays already.
        play_id: PlayId,
        /// When.
        stopped_at: UnixMs,
    },
    /// Opens a poll. Refused with `poll_open` while another one is.
    StartPoll {
        /// Id of the action.
        id: ActionId,
        /// Which poll, made by the sender.
        poll_id: PollId,
        /// The question.
        question: String,
        /// The options.
        options: Vec<String>,
        /// When it closes.
        closes: PollCloses,
    },
    /// Gives a poll so many seconds more; one without a time gets so many from now.
    ExtendPoll {
        /// Id of the action.
        id: ActionId,
        /// Which poll.
        poll_id: PollId,
        /// Seconds more.
        seconds: u32,
    },
    /// Closes a poll now; the result stands.
    EndPoll {
        /// Id of the action.
        id: ActionId,
        /// Which poll.
        poll_id: PollId,
    },
    /// Takes a poll back; no result is shown.
    CancelPoll {
        /// Id of the action.
        id: ActionId,
        /// Which poll.
        poll_id: PollId,
    },
    /// Shows a text to everybody; it replaces the one before.
    BroadcastAnnouncement {
        /// Id of the action.
        id: ActionId,
        /// Which announcement, made by the sender.
        announcement_id: AnnouncementId,
        /// The text.
        text: String,
        /// Seconds it stands; absent: until removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u32>,
    },
    /// Removes an announcement.
    CancelAnnouncement {
        /// Id of the action.
        id: ActionId,
        /// Which announcement.
        announcement_id: AnnouncementId,
    },
    /// Asks newcomers for a PIN from now on, or no longer. Who is in stays in.
    SetPin {
        /// Id of the action.
        id: ActionId,
        /// The PIN; absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<String>,
    },
    /// Shows the session in the public list or not.
    SetListed {
        /// Id of the action.
        id: ActionId,
        /// Whether it is shown.
        listed: bool,
    },
    /// Ends the session.
    EndSession {
        /// Id of the action.
        id: ActionId,
    },
    /// Are you there? Answered with PONG.
    Ping {},
}

impl Message for DjMessage {
    const TYPES: &'static [&'static str] = &[
        "REGISTER_SESSION",
        "NOW_PLAYING",
        "CORRECT_PLAY",
        "REMOVE_PLAY",
        "TRACK_STOPPED",
        "START_POLL",
        "EXTEND_POLL",
        "END_POLL",
        "CANCEL_POLL",
        "BROADCAST_ANNOUNCEMENT",
        "CANCEL_ANNOUNCEMENT",
        "SET_PIN",
        "SET_LISTED",
        "END_SESSION",
        "PING",
    ];
}

impl DjMessage {
    /// Id of the action; PING has none.
    pub fn id(&self) -> Option<ActionId> {
        match self {
            Self::RegisterSession { id, .. }
            | Self::NowPlaying { id, .. }
            | Self::CorrectPlay { id, .. }
            | Self::RemovePlay { id, .. }
            | Self::TrackStopped { id, .. }
            | Self::StartPoll { id, .. }
            | Self::ExtendPoll { id, .. }
            | Self::EndPoll { id, .. }
            | Self::CancelPoll { id, .. }
            | Self::BroadcastAnnouncement { id, .. }
            | Self::CancelAnnouncement { id, .. }
            | Self::SetPin { id, .. }
            | Self::SetListed { id, .. }
            | Self::EndSession { id } => Some(*id),
            Self::Ping {} => None,
        }
    }
}

/// Everything the DJ's program shows of its session.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct DjState {
    /// Name of the session.
    pub name: String,
    /// The DJ's name as dancers see it.
    pub dj_name: String,
    /// Whether it is in the public list.
    pub listed: bool,
    /// The PIN, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// When the session began.
    pub started_at: UnixMs,
    /// Every play, oldest first.
    pub plays: Vec<Play>,
    /// Which of them is playing now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playing: Option<PlayId>,
    /// Answers per play, in the order of `plays`.
    pub counts: Vec<PlayCounts>,
    /// Dancers who thanked the DJ.
    pub thanks: u32,
    /// Dancers connected.
    pub listeners: u32,
    /// The open poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// The announcement that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
}

/// From the relay to the DJ's program.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToDj {
    /// The session is yours to publish.
    SessionRegistered {
        /// Which REGISTER_SESSION this answers.
        id: ActionId,
        /// Version of the protocol that the relay speaks.
        protocol_version: u32,
        /// Version of the relay.
        server_version: String,
        /// The session.
        session_id: SessionId,
        /// Its public address.
        code: SessionCode,
        /// Where dancers find it.
        public_url: String,
        /// Opens the PIN to the big screen: `{public_url}/screen#key={screen_key}`. For this session only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        screen_key: Option<String>,
        /// Whether it went on, rather than began.
        resumed: bool,
        /// The relay's clock.
        relay_time: UnixMs,
        /// What the relay knows of it.
        state: Box<DjState>,
    },
    /// Absolute numbers, some times a second at most: the current play, and those that changed lately.
    Counts {
        /// Dancers connected.
        listeners: u32,
        /// Dancers who thanked the DJ.
        thanks: u32,
        /// The current play and those whose numbers changed in the last 30 seconds.
        plays: Vec<PlayCounts>,
    },
    /// What came in since the last FEEDBACK: for showing that it does, not for adding up.
    Feedback {
        /// The current play.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        play_id: Option<PlayId>,
        /// New likes, of any play.
        likes: u32,
        /// New votes for faster.
        faster: u32,
        /// New votes for "just right".
        perfect: u32,
        /// New votes for slower.
        slower: u32,
        /// New thanks.
        thanks: u32,
    },
    /// Votes so far: absolute numbers. The last one of a poll has `open` false.
    PollResults {
        /// Which poll.
        poll_id: PollId,
        /// Votes per option.
        votes: Vec<u32>,
        /// Whether votes are still taken.
        open: bool,
        /// When a timed poll closes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closes_at: Option<UnixMs>,
    },
    /// The message is stored.
    Ack {
        /// Which message.
        id: ActionId,
    },
    /// Something was refused, or (without id) ended.
    Error {
        /// Which message, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<ActionId>,
        /// Why, for programs.
        code: ErrorCode,
        /// Why, for people.
        message: String,
        /// Seconds to wait before trying again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_secs: Option<u32>,
        /// With `already_live`: where the account is live.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        live: Option<LiveElsewhere>,
    },
    /// Here I am.
    Pong {
        /// The relay's clock.
        relay_time: UnixMs,
    },
}

impl Message for ToDj {
    const TYPES: &'static [&'static str] = &[
        "SESSION_REGISTERED",
        "COUNTS",
        "FEEDBACK",
        "POLL_RESULTS",
        "ACK",
        "ERROR",
        "PONG",
    ];
}

/// A session is listed unless its DJ says otherwise.
fn yes() -> bool {
    true
}

crate::redact::hides_secrets!(DjMessage, DjState, ToDj);
