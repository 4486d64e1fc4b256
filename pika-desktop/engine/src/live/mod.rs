//! The live session: publishes what plays to a relay, keeps what could not be sent, brings back answers.
//!
//! `machine` holds the rules (what happened in, what is to be done out), `worker` puts them on a thread,
//! `store` keeps what must survive a crash, `link` is one connection.

mod backoff;
mod clock;
mod command;
mod hand_in;
mod link;
pub(crate) mod machine;
mod outbox;
mod owner;
mod post_channel;
mod relay_clock;
mod report;
pub(crate) mod socket;
mod state;
mod store;
mod unkept;
mod wire;
mod words;
mod worker;

pub use clock::{Clock, Now, SystemClock};
pub use command::{AccountName, LiveAnswer, LiveCommand, NewSession};
pub use machine::Timings;
pub use report::LiveReport;
pub use state::{
    Crowd, EndedSession, LinkInfo, LinkKind, LiveAnnouncement, LivePhase, LivePlay, LivePoll, LiveQuestion,
    LiveState, Notice, OwedSession, ScreenKey, SessionInfo,
};
pub use words::Words;
pub use worker::{LiveHandle, LiveOptions, spawn};

use crate::library::PlayUuid;

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
