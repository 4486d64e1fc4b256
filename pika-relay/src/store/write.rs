//! What is written, as values: a batch of them is one transaction.

use pika_protocol::{ActionId, SessionId, UnixMs};

use super::{
    answer::{Answer, Said},
    models::{AnnouncementRow, PlayRow, PollRow, SessionRow},
};
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

/// What became of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored.
    Done,
    /// An answer was stored (both may be equal).
    Changed {
        /// What the dancer had said before; taken back where there was nothing.
        before: Said,
        /// What the dancer says now.
        after: Said,
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
