//! What is written, as values: a batch of them is one transaction.

use pika_protocol::{ActionId, SessionId, UnixMs};
use uuid::Uuid;

use super::models::{AnnouncementRow, PlayRow, PollRow, SessionRow};
use crate::auth::DancerKey;

/// One thing to store.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A new session. Outcome: [`Outcome::Done`] or [`Outcome::Conflict`].
    CreateSession(Box<SessionRow>),
    /// The whole row of a session that exists.
    SaveSession(Box<SessionRow>),
    /// A play, new or changed.
    PutPlay {
        /// Its session.
        session_id: SessionId,
        /// The whole row.
        play: Box<PlayRow>,
    },
    /// A poll, new or changed.
    PutPoll {
        /// Its session.
        session_id: SessionId,
        /// The whole row.
        poll: Box<PollRow>,
    },
    /// An announcement, new or changed.
    PutAnnouncement {
        /// Its session.
        session_id: SessionId,
        /// The whole row.
        announcement: Box<AnnouncementRow>,
    },
    /// A state message. What is older than the last `keep` is deleted. Its offset is unique in its session.
    Log {
        /// Its session.
        session_id: SessionId,
        /// Its number.
        offset: u64,
        /// Its JSON text.
        body: String,
        /// How many to keep.
        keep: u64,
    },
    /// Empties a session's log: a new epoch begins.
    ClearLog {
        /// Which session.
        session_id: SessionId,
    },
    /// The DJ's action was done: its repeat changes nothing, after a restart too.
    DjAction {
        /// Its session.
        session_id: SessionId,
        /// Its id.
        id: ActionId,
    },
    /// A dancer was let in. Repeats change nothing.
    Admit {
        /// Which session.
        session_id: SessionId,
        /// Who.
        dancer: DancerKey,
        /// When first.
        at: UnixMs,
    },
    /// What a dancer answered. Outcome: [`Outcome::Changed`], [`Outcome::Unchanged`] or [`Outcome::Refused`].
    Answer(Answer),
    /// How many dancers were connected.
    Sample {
        /// Which session.
        session_id: SessionId,
        /// When.
        at: UnixMs,
        /// How many.
        listeners: u32,
    },
}

/// A dancer's answer. One row per session, kind, target and dancer; the highest counter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its session.
    pub session_id: SessionId,
    /// To what.
    pub kind: AnswerKind,
    /// Play (like, tempo), poll (vote) or session (thank).
    pub target: Uuid,
    /// Whose.
    pub dancer: DancerKey,
    /// The choice: like 0, thank 0; tempo 0 faster, 1 perfect, 2 slower; vote its option. `None`: taken back.
    pub choice: Option<u8>,
    /// The pass's counter: an answer is stored only when it is greater than the stored one.
    pub counter: u64,
    /// When.
    pub at: UnixMs,
    /// Whether a new answer may still be stored. When not, only a repeat (counter not greater than the stored
    /// one) is [`Outcome::Unchanged`]; all else is [`Outcome::Refused`].
    pub open: bool,
}

/// What an answer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// A like of a play.
    Like,
    /// A tempo vote on a play.
    Tempo,
    /// A vote in a poll.
    Vote,
    /// Thanks to the DJ.
    Thank,
}

impl AnswerKind {
    /// The number in the database.
    pub fn number(self) -> u8 {
        match self {
            Self::Like => 0,
            Self::Tempo => 1,
            Self::Vote => 2,
            Self::Thank => 3,
        }
    }
}

/// What became of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored.
    Done,
    /// An answer was stored: what it was before, what it is now (they may be equal).
    Changed {
        /// The choice before; `None` when there was none or it had been taken back.
        before: Option<u8>,
        /// The choice now.
        after: Option<u8>,
    },
    /// A repeat, or older than what is stored: nothing changed.
    Unchanged,
    /// An answer that came too late.
    Refused,
    /// Another row is in the way.
    Conflict(Conflict),
}

/// What is in the way of a new session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The code belongs to another session.
    Code,
    /// The account has a live session.
    OwnerLive,
}
