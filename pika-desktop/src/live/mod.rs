//! The live session: publishes what plays to a relay, keeps what could not be sent, brings back answers.

mod backoff;
mod outbox;
mod post_channel;
mod wire;
mod worker;

use std::fmt;

pub use worker::{LiveCommand, LiveHandle, spawn};

use crate::library::PlayUuid;

/// A relay and the right to publish on it.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayAccess {
    /// Its address without a slash at the end: `http://127.0.0.1:3001`.
    pub url: String,
    /// The account's token, or the key of the relay inside this program.
    pub token: String,
}

impl fmt::Debug for RelayAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token never stands in a log.
        f.debug_struct("RelayAccess")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// How the floor answered one play: absolute numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayAnswers {
    /// Which play.
    pub play_id: PlayUuid,
    /// Dancers who like it.
    pub likes: u32,
    /// Votes for faster.
    pub faster: u32,
    /// Votes for "just right".
    pub perfect: u32,
    /// Votes for slower.
    pub slower: u32,
}

/// What the live session is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveState {
    /// No session.
    Off,
    /// A session is asked for, or its connection is being made again.
    Connecting {
        /// Why the last try failed, in one sentence.
        problem: Option<String>,
        /// Messages that wait to be sent.
        waiting: usize,
    },
    /// Dancers see what plays.
    Live {
        /// The session's code.
        code: String,
        /// Where dancers find it.
        address: String,
    },
    /// What the floor answers.
    Answers {
        /// Dancers connected.
        listeners: u32,
        /// Plays whose numbers changed lately.
        plays: Vec<PlayAnswers>,
    },
    /// The session is over, or was refused. Holds why, in one sentence.
    Ended(String),
}
