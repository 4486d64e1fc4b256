//! The messages that the Pika! desktop, relay and pages exchange: types only, no input or output.
//!
//! [`dj`] holds what a DJ's program and the relay say to each other, [`dancer`] what a dancer's page and the
//! relay say, [`rest`] the bodies of plain HTTP requests; the other modules are the nouns in them.
//! `docs/protocol.md` describes the conversation.

pub mod calendar;
pub mod close;
pub mod dancer;
pub mod dj;
pub mod feedback;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod ids;
pub mod limits;
pub mod message;
mod redact;
pub mod rest;
pub mod session;
pub mod track;
#[cfg(test)]
mod typescript;

pub use calendar::Day;
pub use close::{CloseCode, ErrorCode};
pub use dancer::{DancerMessage, ToDancer};
pub use dj::{DjMessage, ToDj};
pub use ids::{ActionId, AnnouncementId, DeviceId, Epoch, PlayId, PollId, SessionId, UnixMs};
pub use message::{Message, ParseError};
pub use session::SessionCode;
pub use track::Track;

/// Version of the protocol; the first message of each side carries it.
pub const PROTOCOL_VERSION: u32 = 1;

/// Oldest version of a client that the relay still understands.
pub const OLDEST_PROTOCOL_VERSION: u32 = 1;
