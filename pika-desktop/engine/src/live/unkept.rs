//! Changes that could not be written down: the disk was full, or the database busy. The evening goes on, and they are
//! tried again, in order; a crash meanwhile would cost them.

use std::collections::VecDeque;

use super::{outbox::CAPACITY, store::Keep};

/// Changes that wait. When full the oldest is given up, as in the outbox: each message makes two, its play a third.
const MOST: usize = 3 * CAPACITY;

/// What waits, oldest first.
#[derive(Debug, Default)]
pub(super) struct Unkept {
    changes: VecDeque<Keep>,
}

impl Unkept {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(super) fn push(&mut self, change: Keep) {
        match (self.changes.back_mut(), change) {
            // Of these only the newest counts.
            (Some(Keep::Session(before)), Keep::Session(now)) => *before = now,
            (_, change @ (Keep::Alive(_) | Keep::Crowd(_))) => self.push_beat(change),
            // Nothing of before is kept.
            (_, Keep::Nothing) => self.forget_session(),
            (_, change) => self.changes.push_back(change),
        }
        if self.changes.len() > MOST {
            self.changes.pop_front();
            tracing::error!("too much waits to be kept on disk: the oldest is given up");
        }
    }

    /// What is said again and again takes the place of the last time, unless something else came between.
    fn push_beat(&mut self, change: Keep) {
        let kind = std::mem::discriminant(&change);
        let beats = self.changes.iter_mut().rev();
        let mut beats = beats.take_while(|it| matches!(it, Keep::Alive(_) | Keep::Crowd(_)));
        match beats.find(|it| std::mem::discriminant(*it) == kind) {
            Some(before) => *before = change,
            None => self.changes.push_back(change),
        }
    }

    /// The session is over; what belongs to those that were put aside stays.
    fn forget_session(&mut self) {
        let is_asides = |change: &Keep| {
            matches!(
                change,
                Keep::Aside(..) | Keep::AsideSession(..) | Keep::AsideDone(_) | Keep::AsideGone(_)
            )
        };
        if !self.changes.iter().any(is_asides) {
            self.changes.clear();
        }
        self.changes.push_back(Keep::Nothing);
    }

    /// Writes down what waits, with `keep`.
    ///
    /// Errors: the next one cannot be written now; it and what follows go on waiting.
    pub(super) fn settle<E>(&mut self, mut keep: impl FnMut(&Keep) -> Result<(), E>) -> Result<(), E> {
        while let Some(change) = self.changes.front() {
            keep(change)?;
            self.changes.pop_front();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use pika_protocol::{ActionId, DjMessage};

    use super::*;
    use crate::live::store::SavedCrowd;

    #[test]
    fn what_waited_is_kept_in_order_when_there_is_room_again() {
        let mut unkept = Unkept::default();
        let id = ActionId::random();
        let push = Keep::Push(id, Box::new(DjMessage::EndSession { id }));
        let crowd = |peak| {
            Keep::Crowd(Box::new(SavedCrowd {
                peak,
                ..SavedCrowd::default()
            }))
        };
        let beats = [Keep::Alive(1), crowd(1), Keep::Alive(2), crowd(2)];
        for change in std::iter::once(push.clone()).chain(beats).chain([Keep::Done(id)]) {
            unkept.push(change);
        }
        let wanted = [push, Keep::Alive(2), crowd(2), Keep::Done(id)];
        let mut kept = Vec::new();
        for (room, outcome) in [(1, Err("full")), (4, Ok(()))] {
            let settled = unkept.settle(|change| match kept.len() {
                taken if taken == room => Err("full"),
                _ => {
                    kept.push(change.clone());
                    Ok(())
                }
            });
            assert_eq!(settled, outcome);
        }
        assert!(unkept.is_empty());
        assert_eq!(kept, wanted);
    }

    #[test]
    fn with_the_session_goes_what_waited_of_it_and_nothing_of_others() {
        let mut unkept = Unkept::default();
        unkept.push(Keep::Alive(1));
        unkept.push(Keep::Nothing);
        unkept.push(Keep::AsideGone(7));
        unkept.push(Keep::Nothing);
        let mut kept = Vec::new();
        let done = unkept.settle(|change| {
            kept.push(change.clone());
            Ok::<_, &str>(())
        });
        assert_eq!(done, Ok(()));
        assert_eq!(kept, [Keep::Nothing, Keep::AsideGone(7), Keep::Nothing]);
    }
}
