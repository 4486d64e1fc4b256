//! Now, on both clocks: the wall's, which people and messages use, and the steady one, which limits use.

use pika_protocol::UnixMs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// One moment on both clocks. Passed in, so that a test can be at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// On the wall's clock.
    pub at: UnixMs,
    /// On the steady clock.
    pub steady: Instant,
}

impl Moment {
    /// This moment.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Self {
            at: UnixMs(ms),
            steady: Instant::now(),
        }
    }

    /// This moment plus `ms` milliseconds, on both clocks.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        let at = self.at.plus_ms(i64::try_from(ms).unwrap_or(i64::MAX));
        Self {
            at,
            steady: self.steady + Duration::from_millis(ms),
        }
    }
}
