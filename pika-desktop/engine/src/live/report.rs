//! What the live thread tells.

use std::sync::Arc;

use pika_protocol::{SessionId, rest::OwnerRecap};
use uuid::Uuid;

use super::{EndedSession, LiveState, PlayAnswers};

/// What is reported of the live session.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveReport {
    /// The DJ went live: a session of this mark begins in the logbook now.
    Began(Uuid),
    /// It changed.
    State(Arc<LiveState>),
    /// How the floor of this session answered plays: absolute numbers.
    Answers(SessionId, Vec<PlayAnswers>),
    /// A session is over.
    Ended {
        /// Which.
        session: Box<EndedSession>,
        /// How it went; `None` when the relay could not be asked.
        recap: Option<Arc<OwnerRecap>>,
    },
    /// How a night of before went.
    Recap(Arc<OwnerRecap>),
}
