//! The live session as screens show it: plain data, made by the machine, replaced whole.

use std::collections::HashSet;

use pika_protocol::{SessionId, feedback::PollCloses};
use uuid::Uuid;

use super::words::Words;
use crate::{library::PlayUuid, relay_access::RelayAccess};

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LivePhase {
    /// No session.
    #[default]
    Off,
    /// Asked for; the relay has not given it an address yet.
    Starting,
    /// Dancers can come in; whether the relay is reached at the moment is in [`LinkInfo`].
    OnAir,
    /// Its end waits to be sent.
    Ending,
    /// Over.
    Ended,
}

/// A session's name and address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its id on the relay; `None` before the relay gave it one.
    pub session_id: Option<SessionId>,
    /// Marks where it began in the logbook; `None` in sessions that an older version began.
    pub mark: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// The DJ's name as dancers see it.
    pub dj_name: String,
    /// Its code; empty before the relay gave it one.
    pub code: String,
    /// Where dancers find it; empty before the relay gave it one.
    pub address: String,
    /// Whether it stands in the public list.
    pub listed: bool,
    /// The PIN, while there is one.
    pub pin: Option<String>,
    /// When it began, in milliseconds since 1970, on this computer's clock.
    pub started_at_ms: i64,
    /// Whether it is on the relay inside this program.
    pub local: bool,
    /// Whether it only tries the way to a phone: it stands in no list and in no history.
    pub is_test: bool,
    /// Opens the PIN to the big screen; `None` before the relay gave it, and from a relay that has none.
    pub screen_key: Option<ScreenKey>,
}

impl SessionInfo {
    /// The page for a projector; empty before the relay gave an address. It holds the screen key: never logged.
    pub fn screen_address(&self) -> String {
        if self.address.is_empty() {
            return String::new();
        }
        match (&self.screen_key, &self.pin) {
            (Some(key), _) => format!("{}/screen#key={}", self.address, key.reveal()),
            // A relay without such keys: the PIN lets the screen in.
            (None, Some(pin)) => format!("{}/screen#pin={pin}", self.address),
            (None, None) => format!("{}/screen", self.address),
        }
    }
}

/// A session that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedSession {
    /// Its id.
    pub session_id: SessionId,
    /// Where it was and can be asked how it went; `None` where the relay has not heard yet that it is over.
    pub access: Option<RelayAccess>,
    /// Its name and address.
    pub info: SessionInfo,
    /// When it ended, in milliseconds since 1970.
    pub ended_at_ms: i64,
    /// Most dancers at once, as far as this program has seen.
    pub peak: u32,
}

/// A session that is over here while its relay has not confirmed all of it: kept on disk, and handed in as soon as
/// that relay can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedSession {
    /// Its id; `None` before the relay gave it one.
    pub session_id: Option<SessionId>,
    /// Its name.
    pub name: String,
    /// Its relay, as the DJ knows it: the host of its address, or "this computer".
    pub relay: String,
    /// Songs that the relay has not confirmed; with none it only has not heard of the end.
    pub songs: usize,
    /// Whose it is, where that is another account than the one that is connected: its DJ's name, which may be empty.
    pub whose: Option<String>,
    /// Why the relay does not take it, where it refuses; `None`: it is not reached.
    pub problem: Option<Words>,
}

impl OwedSession {
    /// What the DJ is told.
    pub fn words(&self) -> Words {
        let relay = &self.relay;
        let missing = match self.songs {
            0 => format!("The relay {relay} does not know yet that the session is over"),
            1 => format!("The relay {relay} has not confirmed 1 song"),
            songs => format!("The relay {relay} has not confirmed {songs} songs"),
        };
        let one = if self.songs > 1 { "them" } else { "it" };
        let then = match (&self.problem, &self.whose) {
            (_, Some(name)) => {
                let account = match name.as_str() {
                    "" => "another account".to_owned(),
                    name => format!("the account of {name}"),
                };
                let tells = if self.songs == 0 { "tells" } else { "sends" };
                format!("the set belongs to {account}, and Pika! {tells} {one} when that is connected.")
            }
            (None, None) if self.songs == 0 => "Pika! tells it when it can be reached.".to_owned(),
            (None, None) if self.songs == 1 => "Pika! sends it when it can be reached.".to_owned(),
            (None, None) => "Pika! sends them when it can be reached.".to_owned(),
            (Some(problem), None) => format!("It refuses them now: {}", problem.title),
        };
        Words::new("Your set is stored here.", format!("{missing}; {then}"))
    }
}

/// The key of a session's big screen. Nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct ScreenKey(String);

impl ScreenKey {
    /// As the relay wrote it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key itself, for the address.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ScreenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ScreenKey([redacted])")
    }
}

/// How the relay is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LinkKind {
    /// Nothing is to be reached.
    #[default]
    Idle,
    /// The first try.
    Connecting,
    /// Connected.
    Connected,
    /// Connected, but answers take long.
    Slow,
    /// Lost a moment ago; it is tried again.
    Reconnecting,
    /// Lost for more than ten seconds; it is tried again.
    Offline,
    /// The relay refuses; nothing is tried until the DJ has done something.
    Refused,
}

/// The connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkInfo {
    /// What it is doing.
    pub kind: LinkKind,
    /// Since when, in milliseconds since 1970; for what was lost: since it was lost.
    pub since_ms: i64,
    /// When it is tried again, in milliseconds since 1970.
    pub retry_at_ms: Option<i64>,
    /// Plays and corrections that wait to be sent.
    pub waiting: usize,
    /// How long the relay took to answer last, in milliseconds.
    pub round_trip_ms: Option<u32>,
    /// From the moment the last song by hand was chosen until the relay had stored it and passed it on, in
    /// milliseconds; `None` before there was one in this session.
    pub song_delay_ms: Option<u32>,
    /// WebSockets are blocked here: messages go by plain requests, some seconds behind.
    pub slow_way: bool,
    /// What is wrong.
    pub problem: Option<Words>,
}

/// Who is there and what they do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowd {
    /// Dancers connected.
    pub listeners: u32,
    /// Most of them at once, as far as this program has seen.
    pub peak: u32,
    /// Dancers who thanked the DJ.
    pub thanks: u32,
    /// When these numbers came, in milliseconds since 1970; 0 before the first.
    pub updated_at_ms: i64,
    /// Likes per minute, the last twenty minutes, the current one last.
    pub likes_by_minute: Vec<u32>,
}

/// One play of the night and how the floor answered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePlay {
    /// Which.
    pub play_id: PlayUuid,
    /// Title as announced.
    pub title: String,
    /// Artist as announced; may be empty.
    pub artist: String,
    /// When it began, in milliseconds since 1970, on this computer's clock.
    pub started_at_ms: i64,
    /// Dancers who like it.
    pub likes: u32,
    /// Votes for faster.
    pub faster: u32,
    /// Votes for "just right".
    pub perfect: u32,
    /// Votes for slower.
    pub slower: u32,
}

/// A poll and its votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePoll {
    /// Which.
    pub id: pika_protocol::PollId,
    /// The question.
    pub question: String,
    /// The options.
    pub options: Vec<String>,
    /// Votes per option.
    pub votes: Vec<u32>,
    /// When it closes.
    pub closes: PollCloses,
    /// When it was opened, in milliseconds since 1970, on this computer's clock.
    pub opened_at_ms: i64,
    /// When a timed one closes, on this computer's clock.
    pub closes_at_ms: Option<i64>,
}

/// An announcement that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAnnouncement {
    /// Which.
    pub id: pika_protocol::AnnouncementId,
    /// The text.
    pub text: String,
    /// When it ends, in milliseconds since 1970, on this computer's clock; `None`: until removed.
    pub ends_at_ms: Option<i64>,
}

/// Something only the DJ can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveQuestion {
    /// A session was interrupted some time ago. Go on with it?
    Resume {
        /// Its name.
        name: String,
        /// Its code; empty when the relay never gave it one.
        code: String,
        /// When this program last knew of it, in milliseconds since 1970.
        last_seen_ms: i64,
    },
    /// The account is live on another computer. Take over?
    TakeOver {
        /// Name of the session there.
        name: String,
        /// Its code.
        code: String,
        /// Name of that computer; may be empty.
        device_name: String,
        /// When it began, in milliseconds since 1970.
        started_at_ms: i64,
        /// Whether that computer is connected now.
        online: bool,
    },
}

/// Something that happened, to be shown for some seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Grows with each notice, so that the same words twice are two notices.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Whether something did not work.
    pub is_trouble: bool,
    /// The words.
    pub words: Words,
}

/// The whole of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveState {
    /// Where the session is in its life.
    pub phase: LivePhase,
    /// Its name and address; stays after the end.
    pub session: Option<SessionInfo>,
    /// How the relay is reached.
    pub link: LinkInfo,
    /// Who is there.
    pub crowd: Crowd,
    /// What was played, oldest first.
    pub plays: Vec<LivePlay>,
    /// Which of them plays.
    pub playing: Option<PlayUuid>,
    /// The open poll.
    pub poll: Option<LivePoll>,
    /// The last one that was closed.
    pub last_poll: Option<LivePoll>,
    /// The announcement that stands.
    pub announcement: Option<LiveAnnouncement>,
    /// What the DJ must decide.
    pub question: Option<LiveQuestion>,
    /// What happened last.
    pub notice: Option<Notice>,
    /// When it ended, in milliseconds since 1970; `None` while it goes on.
    pub ended_at_ms: Option<i64>,
    /// Sessions that are over here while their relays have not confirmed all of them, oldest first.
    pub owed: Vec<OwedSession>,
    /// What the relay has not confirmed of the session that is on.
    pub to_confirm: Option<OwedSession>,
    /// How far this computer's clock is ahead of the relay's, in milliseconds; 0 when they agree within two seconds.
    pub clock_ahead_ms: i64,
}

impl LiveState {
    /// Whether dancers can be there.
    pub fn is_on_air(&self) -> bool {
        matches!(self.phase, LivePhase::OnAir | LivePhase::Ending)
    }

    /// Whether polls and announcements can be sent now.
    pub fn is_reached(&self) -> bool {
        self.phase == LivePhase::OnAir && matches!(self.link.kind, LinkKind::Connected | LinkKind::Slow)
    }

    /// Plays that this session was told of and `before` was not: they belong to it, whatever their times say. The song
    /// that was on when it began is one of them, and those that a clock puts elsewhere.
    pub fn told_since(&self, before: &Self) -> Vec<PlayUuid> {
        let session = |state: &Self| state.session.as_ref().and_then(|session| session.session_id);
        let is_same = session(self) == session(before);
        let known: HashSet<PlayUuid> = match is_same {
            true => before.plays.iter().map(|play| play.play_id).collect(),
            false => HashSet::new(),
        };
        let told = self.plays.iter().map(|play| play.play_id);
        told.filter(|play| !known.contains(play)).collect()
    }

    /// Whether the session that is on only tries the way to a phone.
    pub fn is_test(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_test)
    }

    /// Everything that relays have not confirmed: of sessions that are over, and of the one that is.
    pub fn unconfirmed(&self) -> Vec<OwedSession> {
        let mut owed = self.owed.clone();
        if matches!(self.phase, LivePhase::OnAir | LivePhase::Ending) {
            owed.extend(self.to_confirm.clone());
        }
        owed
    }

    /// Likes of the whole night.
    pub fn likes(&self) -> u32 {
        self.plays.iter().map(|play| play.likes).sum()
    }
}
