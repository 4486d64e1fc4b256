//! WebSocket frames (RFC 6455 §5), without a socket: `head` is the beginning of one, `read` takes them out of bytes
//! and says what was heard, `write` makes those that servers send. Messages are UTF-8 text.

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod head;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{Flow, FrameReader, Incoming};
pub use write::{Opcode, close_frame, frame};
