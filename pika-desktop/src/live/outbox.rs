//! What is still to be sent: in order, kept until it is acknowledged by id.

use std::collections::VecDeque;

use pika_protocol::{ActionId, DjMessage};

/// Messages kept; a night has a few hundred. When full the oldest is given up.
const CAPACITY: usize = 10_000;

/// Unsent and unacknowledged messages, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    messages: VecDeque<DjMessage>,
}

impl Outbox {
    /// Adds a message. Returns the one that was given up for it.
    pub(super) fn push(&mut self, message: DjMessage) -> Option<DjMessage> {
        let dropped = (self.messages.len() == CAPACITY)
            .then(|| self.messages.pop_front())
            .flatten();
        self.messages.push_back(message);
        dropped
    }

    /// The next messages to send, at most `count`. They stay until acknowledged.
    pub(super) fn batch(&self, count: usize) -> Vec<DjMessage> {
        self.messages.iter().take(count).cloned().collect()
    }

    /// Stored by the relay, or refused for good: not to be sent again.
    pub(super) fn done(&mut self, id: ActionId) {
        self.messages.retain(|message| message.id() != Some(id));
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> DjMessage {
        DjMessage::EndSession {
            id: ActionId::random(),
        }
    }

    #[test]
    fn messages_stay_in_order_until_acknowledged() {
        let mut outbox = Outbox::default();
        let [a, b, c] = [message(), message(), message()];
        for message in [&a, &b, &c] {
            outbox.push(message.clone());
        }
        outbox.done(b.id().unwrap());
        assert_eq!(outbox.batch(10), [a.clone(), c]);
        assert_eq!(outbox.batch(1), [a]);
        assert_eq!(outbox.len(), 2);
    }

    #[test]
    fn a_full_outbox_gives_up_the_oldest() {
        let mut outbox = Outbox::default();
        let first = message();
        outbox.push(first.clone());
        for _ in 1..CAPACITY {
            assert_eq!(outbox.push(message()), None);
        }
        assert_eq!(outbox.push(message()), Some(first));
        assert_eq!(outbox.len(), CAPACITY);
    }
}
