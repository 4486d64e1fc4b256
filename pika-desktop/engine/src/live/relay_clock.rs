//! The relay's clock beside this computer's.

use std::time::Duration;

use pika_protocol::UnixMs;

use super::clock::Now;

/// A clock that is further off is worth telling the DJ about.
const WORTH_TELLING_MS: i64 = 60_000;

/// Clocks that differ by less agree: times are sent as they are.
pub(super) const TOLERANCE: Duration = Duration::from_secs(2);

/// The last moment that is believed, the end of the year 9999: whoever reckons with times stays within their range.
const LATEST_MS: i64 = 253_402_300_799_999;

/// How far this computer's clock and that of a relay's session differ.
#[derive(Debug, Default)]
pub(super) struct RelayClock {
    ahead_ms: i64,
    /// The two were compared.
    is_known: bool,
    /// The DJ was told that this computer's clock is wrong; once is enough.
    is_told: bool,
}

impl RelayClock {
    /// The relay's clock minus ours, as it is used; 0 while they agree.
    pub(super) fn ahead_ms(&self) -> i64 {
        self.ahead_ms
    }

    /// A moment of the relay on this computer's clock, in milliseconds since 1970; within the years 1970 to 9999
    /// whatever the relay says.
    pub(super) fn local(&self, at: UnixMs) -> i64 {
        at.0.saturating_sub(self.ahead_ms).clamp(0, LATEST_MS)
    }

    /// Compares the clocks; the relay's word was asked for at `asked` and came at `now`. Clocks that differ by less
    /// than `tolerance` agree. Returns by how much more the relay's is ahead than was known; `None`: as it was, or it
    /// is the first comparison.
    pub(super) fn compare(
        &mut self,
        relay_time: UnixMs,
        asked: Now,
        now: Now,
        tolerance: Duration,
    ) -> Option<i64> {
        let was_known = std::mem::replace(&mut self.is_known, true);
        let half = i64::try_from(now.steady.saturating_sub(asked.steady).as_millis() / 2).unwrap_or(0);
        let relay_ms = relay_time.0.clamp(0, LATEST_MS).saturating_add(half);
        let ahead_ms = relay_ms.saturating_sub(now.wall_ms);
        let tolerance_ms = i64::try_from(tolerance.as_millis()).unwrap_or(i64::MAX);
        // Kept as it is while it is about right, so that a time sent twice is the same time.
        if (ahead_ms - self.ahead_ms).abs() <= tolerance_ms {
            return None;
        }
        let before = self.ahead_ms;
        self.ahead_ms = if ahead_ms.abs() > tolerance_ms {
            ahead_ms
        } else {
            0
        };
        was_known.then_some(self.ahead_ms - before)
    }

    /// This computer's clock was set by so much.
    pub(super) fn was_set(&mut self, by_ms: i64) {
        if self.is_known {
            let ahead_ms = self.ahead_ms.saturating_sub(by_ms);
            self.ahead_ms = ahead_ms.clamp(-LATEST_MS, LATEST_MS);
        }
    }

    /// Another relay: its clock is another one. What the DJ was told stays told.
    pub(super) fn forget(&mut self) {
        self.ahead_ms = 0;
        self.is_known = false;
    }

    /// Whether the DJ is to be told now that this computer's clock is wrong.
    pub(super) fn tell(&mut self) -> bool {
        let is_far_off = self.ahead_ms.abs() > WORTH_TELLING_MS;
        is_far_off && !std::mem::replace(&mut self.is_told, true)
    }
}
