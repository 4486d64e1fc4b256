//! The time of day as the program stores it.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How long the program runs: since the first call, which is the first thing that it does.
pub fn since_start() -> Duration {
    STARTED.elapsed()
}

/// This moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since 1970, as the wall's clock says; may jump.
    pub wall_ms: i64,
    /// Since some moment; only grows.
    pub steady: Duration,
}

impl Now {
    /// As this computer's clocks say.
    pub fn read() -> Self {
        Self {
            wall_ms: now_ms(),
            steady: since_start(),
        }
    }
}

/// Milliseconds since 1970 UTC; 0 for a clock before that.
pub(crate) fn now_ms() -> i64 {
    ms_of(SystemTime::now())
}

/// Milliseconds since 1970 UTC of a time stamp; 0 when it lies before.
pub(crate) fn ms_of(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
