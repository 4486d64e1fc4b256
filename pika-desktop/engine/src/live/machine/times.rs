//! Moments and lengths of time, as the rules reckon with them.

use std::{collections::HashMap, time::Duration};

use pika_protocol::{PlayId, UnixMs};

use crate::live::clock::Now;

/// When the relay was told that plays began, on its own clock.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// By play: its start on this computer's clock, and on the relay's.
    pub(super) starts: HashMap<PlayId, (i64, UnixMs)>,
    /// The start of the play that was told last as the one that plays.
    pub(super) last: Option<UnixMs>,
}

impl Told {
    /// What was told as later than it is now was taken for now.
    pub(super) fn was_set(&mut self, relay_now: UnixMs) {
        self.starts.retain(|_, (_, told)| *told <= relay_now);
        self.last = self.last.filter(|last| *last <= relay_now);
    }

    pub(super) fn clear(&mut self) {
        self.starts.clear();
        self.last = None;
    }
}

/// The minute of a moment on the steady clock.
pub(super) fn minute(now: Now) -> i64 {
    i64::try_from(now.steady.as_secs() / 60).unwrap_or(i64::MAX)
}

/// What has passed since `then`, on the steady clock, in milliseconds.
pub(super) fn passed_ms(then: Duration, now: Now) -> i64 {
    i64::try_from(now.steady.saturating_sub(then).as_millis()).unwrap_or(i64::MAX)
}
