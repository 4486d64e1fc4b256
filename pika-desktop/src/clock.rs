//! The time of day as the program stores it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 UTC; 0 for a clock before that.
pub(crate) fn now_ms() -> i64 {
    ms_of(SystemTime::now())
}

/// Milliseconds since 1970 UTC of a time stamp; 0 when it lies before.
pub(crate) fn ms_of(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
