//! Rows as plain types.

use pika_protocol::{
    ActionId, AnnouncementId, DeviceId, Epoch, PlayId, PollId, SessionCode, SessionId, Track, UnixMs,
    feedback::{PlayCounts, PollCloses},
    rest::ListenerSample,
};
use uuid::Uuid;

use crate::auth::DancerKey;

/// The account that owns a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OwnerId(pub Uuid);

/// A session. The whole row is written at once, so that it is never half new.
#[derive(Clone, PartialEq)]
pub struct SessionRow {
    /// Primary key.
    pub id: SessionId,
    /// Unique among all sessions, ended ones too.
    pub code: SessionCode,
    /// The account. At most one session per account has no `ended_at`.
    pub owner: OwnerId,
    /// The DJ's name when the session began.
    pub dj_name: String,
    /// Name of the session.
    pub name: String,
    /// Whether it stands in public lists.
    pub listed: bool,
    /// The PIN, while there is one.
    pub pin: Option<String>,
    /// The installation that publishes.
    pub device_id: DeviceId,
    /// Its computer's name.
    pub device_name: Option<String>,
    /// Id of the REGISTER_SESSION that began it: its repeat gets the same session.
    pub register_action: ActionId,
    /// When it began.
    pub started_at: UnixMs,
    /// When it ended.
    pub ended_at: Option<UnixMs>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Which run of the log.
    pub epoch: Epoch,
    /// Offset of the last state message in the log; 0 before the first.
    pub last_offset: u64,
    /// Whether the DJ's program was connected.
    pub dj_online: bool,
    /// When the DJ's program last said something.
    pub last_activity_at: UnixMs,
    /// What plays.
    pub playing: Option<PlayId>,
    /// Most dancers connected at once.
    pub peak_listeners: u32,
}

impl std::fmt::Debug for SessionRow {
    /// Without the PIN, and what nobody looks for in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow")
            .field("id", &self.id)
            .field("code", &self.code)
            .field("owner", &self.owner)
            .field("listed", &self.listed)
            .field("has_pin", &self.pin.is_some())
            .field("started_at", &self.started_at)
            .field("ended_at", &self.ended_at)
            .field("epoch", &self.epoch)
            .field("last_offset", &self.last_offset)
            .field("dj_online", &self.dj_online)
            .field("last_activity_at", &self.last_activity_at)
            .field("playing", &self.playing)
            .field("peak_listeners", &self.peak_listeners)
            .finish_non_exhaustive()
    }
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The DJ ended it.
    Dj,
    /// Nothing came from the DJ for too long.
    Idle,
    /// It reached the greatest age.
    Age,
    /// The operator, or the deletion of the account.
    Operator,
}

impl EndReason {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dj => "dj",
            Self::Idle => "idle",
            Self::Age => "age",
            Self::Operator => "operator",
        }
    }

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Dj, Self::Idle, Self::Age, Self::Operator]
            .into_iter()
            .find(|r| r.as_str() == name)
    }
}

/// A play; its key is (session, id), since the id comes from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayRow {
    /// Which play.
    pub id: PlayId,
    /// What was played, a column for each field.
    pub track: Track,
    /// When it began.
    pub started_at: UnixMs,
    /// When it stopped.
    pub stopped_at: Option<UnixMs>,
    /// Whether the DJ took it back: its answers stay, but nobody sees it.
    pub removed: bool,
}

/// A poll; its key is (session, id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRow {
    /// Which poll.
    pub id: PollId,
    /// The question.
    pub question: String,
    /// The options, stored as a JSON array.
    pub options: Vec<String>,
    /// How it is to close, stored as JSON.
    pub closes: PollCloses,
    /// When it opened.
    pub opened_at: UnixMs,
    /// When a timed one is to close.
    pub closes_at: Option<UnixMs>,
    /// When it closed.
    pub closed_at: Option<UnixMs>,
    /// Whether the DJ took it back.
    pub cancelled: bool,
}

/// An announcement; its key is (session, id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementRow {
    /// Which announcement.
    pub id: AnnouncementId,
    /// The text.
    pub text: String,
    /// When it was made.
    pub at: UnixMs,
    /// When it ends by itself.
    pub ends_at: Option<UnixMs>,
    /// When the DJ removed it, or the next one replaced it.
    pub cancelled_at: Option<UnixMs>,
}

/// A state message in a session's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number.
    pub offset: u64,
    /// Its JSON text, as it was sent.
    pub body: String,
}

/// Votes for one option of one poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionVotes {
    /// Which poll.
    pub poll_id: PollId,
    /// Index of the option.
    pub option: u8,
    /// How many.
    pub votes: u32,
}

/// One dancer's vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredVote {
    /// Whose.
    pub dancer: DancerKey,
    /// Index of the option; `None`: taken back.
    pub choice: Option<u8>,
    /// The counter it came with.
    pub counter: u64,
}

/// Everything a live session is rebuilt from.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedSession {
    /// The session.
    pub row: SessionRow,
    /// Every play, removed ones too, by start.
    pub plays: Vec<PlayRow>,
    /// Answers per play; plays without any may be absent.
    pub counts: Vec<PlayCounts>,
    /// Every poll, by opening.
    pub polls: Vec<PollRow>,
    /// Votes; options without any may be absent.
    pub votes: Vec<OptionVotes>,
    /// Every dancer's vote in the poll that is open, withdrawn ones too.
    pub open_poll_votes: Vec<StoredVote>,
    /// The latest announcement that was not cancelled.
    pub announcement: Option<AnnouncementRow>,
    /// Every announcement's id: an id counts once.
    pub announcement_ids: Vec<AnnouncementId>,
    /// Dancers who thanked the DJ.
    pub thanks: u32,
    /// Dancers who were let in.
    pub admitted: Vec<DancerKey>,
    /// The DJ's actions that were stored.
    pub dj_actions: Vec<ActionId>,
    /// What is kept of the log in the session's epoch, by offset.
    pub log: Vec<LogEntry>,
}

/// A play with its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedPlay {
    /// The play.
    pub play: PlayRow,
    /// Its answers.
    pub counts: PlayCounts,
}

/// A session summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct RecapRows {
    /// The session.
    pub row: SessionRow,
    /// Plays that were not removed, oldest first.
    pub plays: Vec<CountedPlay>,
    /// Polls that were not cancelled, by opening.
    pub polls: Vec<PollRow>,
    /// Votes in them.
    pub votes: Vec<OptionVotes>,
    /// Dancers who thanked the DJ.
    pub thanks: u32,
    /// Dancers who were let in.
    pub dancers: u32,
    /// Dancers who liked, voted or thanked.
    pub active_dancers: u32,
    /// Dancers connected, minute by minute.
    pub listeners: Vec<ListenerSample>,
}

/// A line of telemetry: what happened to a connection, never whose it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEvent {
    /// Which session.
    pub session_id: SessionId,
    /// When.
    pub at: UnixMs,
    /// What: `connect`, `disconnect`, `reconnect`, `end`.
    pub kind: &'static str,
    /// Who: `dj` or `dancer`.
    pub role: &'static str,
    /// How: `ws` or `sse`; of an `end` why.
    pub transport: &'static str,
    /// For `disconnect` how long it was connected; for `reconnect` how long it was away.
    pub duration_ms: Option<u64>,
    /// Close code of a disconnect.
    pub close_code: Option<u16>,
    /// The client's version, cleaned.
    pub client_version: Option<String>,
}
