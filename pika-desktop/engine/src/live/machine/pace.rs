//! When a changed view is shown.

use std::time::Duration;

use crate::live::clock::Now;

/// Two views are shown with this much time between them, unless something important changed.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// Whether the view has changed since it was last shown, and when it may be shown next.
#[derive(Debug)]
pub(super) struct Pace {
    is_new: bool,
    is_urgent: bool,
    /// On the steady clock.
    next: Duration,
}

impl Pace {
    /// The first view is shown at once.
    pub(super) fn new(now: Now) -> Self {
        Self {
            is_new: true,
            is_urgent: true,
            next: now.steady,
        }
    }

    /// Something changed: it is shown in a moment.
    pub(super) fn changed(&mut self) {
        self.is_new = true;
    }

    /// Something changed that is to be shown at once.
    pub(super) fn changed_now(&mut self) {
        self.is_new = true;
        self.is_urgent = true;
    }

    /// Whether the view is to be shown now; it counts as shown then.
    pub(super) fn show(&mut self, now: Now) -> bool {
        if !self.is_new || (!self.is_urgent && now.steady < self.next) {
            return false;
        }
        self.is_new = false;
        self.is_urgent = false;
        self.next = now.steady + SHOW_EVERY;
        true
    }

    /// When a change that waits is shown, on the steady clock; `None` when nothing changed.
    pub(super) fn next(&self) -> Option<Duration> {
        self.is_new.then_some(self.next)
    }
}
