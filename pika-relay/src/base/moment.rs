//! Now, on both clocks: the wall's, which people and messages use, and the steady one, which limits use.

use std::{
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use pika_protocol::UnixMs;

/// One moment on both clocks. Passed in, so that a test can be at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// On the wall's clock.
    pub at: UnixMs,
    /// On the steady clock.
    pub steady: Instant,
}

/// When time began to run faster, and how much.
static FAST: OnceLock<(Moment, u32)> = OnceLock::new();

/// Lets the time of this process run `factor` times as fast from now on: a night in minutes, for tests. Once only.
pub fn run_faster(factor: u32) {
    let began = Moment::real();
    FAST.get_or_init(|| (began, factor));
}

impl Moment {
    /// This moment.
    pub fn now() -> Self {
        let now = Self::real();
        match FAST.get() {
            None => now,
            Some((began, factor)) => {
                let real = now.steady.saturating_duration_since(began.steady);
                let passed = real.saturating_mul(*factor);
                began.plus_ms(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
            }
        }
    }

    fn real() -> Self {
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
