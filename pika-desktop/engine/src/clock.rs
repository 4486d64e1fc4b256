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

/// By how much more than the steady clock the wall's went on between two looks, in milliseconds: it was set, or the
/// computer slept. 0 while they agree within two seconds. A look: the wall's clock in milliseconds, and the steady one.
pub(crate) fn jump_ms(before: (i64, Duration), now: (i64, Duration)) -> i64 {
    let steady = now.1.saturating_sub(before.1);
    let wall_ms = now.0.saturating_sub(before.0);
    let jump_ms = wall_ms.saturating_sub(i64::try_from(steady.as_millis()).unwrap_or(i64::MAX));
    if jump_ms.abs() < 2_000 { 0 } else { jump_ms }
}

/// Milliseconds since 1970 UTC of a time stamp; 0 when it lies before.
pub(crate) fn ms_of(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_told_from_time_that_passes() {
        let before = (1_790_000_000_000, Duration::from_secs(100));
        let after = |wall_ms: i64| jump_ms(before, (before.0 + wall_ms, Duration::from_secs(160)));
        assert_eq!(after(60_000), 0);
        assert_eq!(after(61_500), 0, "clocks are corrected a little all the time");
        assert_eq!(after(60_000 - 1_200_000), -1_200_000);
        assert_eq!(after(60_000 + 86_400_000), 86_400_000);
        assert_eq!(
            jump_ms((i64::MIN, Duration::MAX), (i64::MAX, Duration::ZERO)),
            i64::MAX
        );
    }
}
