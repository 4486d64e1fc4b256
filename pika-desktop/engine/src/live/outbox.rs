//! What is still to be sent: in order, kept until it is acknowledged by id.

use std::collections::VecDeque;

use pika_protocol::{ActionId, DjMessage, PlayId};

/// Messages kept; a night has a few hundred. When full the oldest is given up.
pub(super) const CAPACITY: usize = 10_000;
/// Sent and not acknowledged at the same time: within what a relay takes at once.
const WINDOW: usize = 8;

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
struct InFlight {
    id: ActionId,
    message: DjMessage,
    /// Asks for something that makes sense now or never: given up when the connection is lost.
    only_now: bool,
    in_flight: bool,
}

/// Unsent and unacknowledged messages, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    entries: VecDeque<InFlight>,
}

impl Outbox {
    /// Adds a message that has an id. Returns the one that was given up for it.
    pub(super) fn push(&mut self, id: ActionId, message: DjMessage, only_now: bool) -> Option<DjMessage> {
        let dropped = (self.entries.len() >= CAPACITY)
            .then(|| self.entries.pop_front())
            .flatten();
        self.entries.push_back(InFlight {
            id,
            message,
            only_now,
            in_flight: false,
        });
        dropped.map(|entry| entry.message)
    }

    /// The next messages to send, which count as in flight from now on.
    pub(super) fn take_unsent(&mut self) -> Vec<DjMessage> {
        let free = WINDOW.saturating_sub(self.entries.iter().filter(|entry| entry.in_flight).count());
        self.entries
            .iter_mut()
            .filter(|entry| !entry.in_flight)
            .take(free)
            .map(|entry| {
                entry.in_flight = true;
                entry.message.clone()
            })
            .collect()
    }

    /// The message with this id.
    pub(super) fn get(&self, id: ActionId) -> Option<&DjMessage> {
        self.entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| &entry.message)
    }

    /// Whether something older than `id` is not acknowledged yet.
    pub(super) fn has_older(&self, id: ActionId) -> bool {
        self.entries.front().is_some_and(|entry| entry.id != id)
    }

    /// Stored by the relay, or refused for good: not to be sent again.
    pub(super) fn done(&mut self, id: ActionId) -> Option<DjMessage> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        self.entries.remove(at).map(|entry| entry.message)
    }

    /// To be sent again later.
    pub(super) fn again(&mut self, id: ActionId) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.in_flight = false;
        }
    }

    /// The connection is lost: everything is to be sent again, except what asked for something now.
    /// Returns what was given up.
    pub(super) fn lost(&mut self) -> Vec<DjMessage> {
        let mut dropped = Vec::new();
        self.entries.retain_mut(|entry| {
            entry.in_flight = false;
            if entry.only_now {
                dropped.push(entry.message.clone());
            }
            !entry.only_now
        });
        dropped
    }

    /// Whether a play waits to be told.
    pub(super) fn announces(&self, play: PlayId) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(&entry.message, DjMessage::NowPlaying { play_id, .. } if *play_id == play))
    }

    /// Whether a play waits to be removed.
    pub(super) fn removes(&self, play: PlayId) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(&entry.message, DjMessage::RemovePlay { play_id, .. } if *play_id == play))
    }

    /// What is to be sent whenever that is possible, oldest first.
    #[cfg(any(test, fuzzing))]
    pub(super) fn owed(&self) -> Vec<ActionId> {
        let owed = self.entries.iter().filter(|entry| !entry.only_now);
        owed.map(|entry| entry.id).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Plays and corrections that wait.
    pub(super) fn waiting(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.only_now).count()
    }

    /// Songs that wait to be told.
    pub(super) fn songs(&self) -> usize {
        let is_song = |entry: &&InFlight| matches!(entry.message, DjMessage::NowPlaying { .. });
        self.entries.iter().filter(is_song).count()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Takes everything out.
    pub(super) fn drain_all(&mut self) -> Vec<DjMessage> {
        self.entries.drain(..).map(|entry| entry.message).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(outbox: &mut Outbox, only_now: bool) -> ActionId {
        let id = ActionId::random();
        outbox.push(id, DjMessage::EndSession { id }, only_now);
        id
    }

    fn ids(messages: &[DjMessage]) -> Vec<ActionId> {
        messages.iter().filter_map(DjMessage::id).collect()
    }

    #[test]
    fn messages_stay_in_order_until_acknowledged() {
        let mut outbox = Outbox::default();
        let [a, b, c] = [0; 3].map(|_| push(&mut outbox, false));
        assert_eq!(ids(&outbox.take_unsent()), [a, b, c]);
        assert!(outbox.take_unsent().is_empty(), "all are on their way");
        outbox.done(b);
        assert!(outbox.has_older(c) && !outbox.has_older(a));
        assert!(outbox.lost().is_empty());
        assert_eq!(ids(&outbox.take_unsent()), [a, c]);
        outbox.again(a);
        assert_eq!(ids(&outbox.take_unsent()), [a]);
    }

    #[test]
    fn only_so_many_are_on_their_way() {
        let mut outbox = Outbox::default();
        let all: Vec<_> = (0..WINDOW + 1).map(|_| push(&mut outbox, false)).collect();
        assert_eq!(ids(&outbox.take_unsent()), all[..WINDOW]);
        outbox.done(all[3]);
        assert_eq!(ids(&outbox.take_unsent()), all[WINDOW..]);
    }

    #[test]
    fn what_asks_for_now_is_given_up_when_the_connection_is_lost() {
        let mut outbox = Outbox::default();
        let (now, later) = (push(&mut outbox, true), push(&mut outbox, false));
        assert_eq!(outbox.waiting(), 1);
        assert_eq!(ids(&outbox.lost()), [now]);
        assert_eq!(ids(&outbox.take_unsent()), [later]);
    }

    #[test]
    fn a_full_outbox_gives_up_the_oldest() {
        let mut outbox = Outbox::default();
        let first = push(&mut outbox, false);
        for _ in 1..CAPACITY {
            push(&mut outbox, false);
        }
        let id = ActionId::random();
        let dropped = outbox.push(id, DjMessage::EndSession { id }, false);
        assert_eq!(dropped.and_then(|message| message.id()), Some(first));
    }
}
