//! What is known of a crowd's DJ.

use std::collections::VecDeque;

use pika_protocol::{ActionId, PollId};

use crate::link::Link;

/// The DJ between two words.
#[derive(Debug, Default)]
pub(super) struct Dj {
    pub(super) link: Option<Link>,
    pub(super) is_ready: bool,
    /// Not acknowledged, oldest first.
    pub(super) waiting: VecDeque<(ActionId, Said, Vec<u8>)>,
    /// Why it ended for good.
    pub(super) refused: Option<String>,
}

/// What the DJ said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said {
    Song(u32),
    Poll(PollId),
}
