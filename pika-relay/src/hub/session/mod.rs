//! A live session as a state machine: messages and times in, effects out. No IO, no clock, no lock.
//!
//! The DJ's messages change the state at once; what they publish is sent once their writes are committed.
//! A dancer's answer is decided by the database, which knows every answer that was ever stored; the state only
//! counts what was decided. Votes in the open poll are the exception: its final result stands in the log.

mod announcements;
mod clock;
mod dj;
mod floor;
mod lifecycle;
mod plays;
mod polls;
mod rebuild;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use floor::{Counts, Judged};
pub use rebuild::NewSession;
pub use state::{Effects, LiveSession, Publication};
