//! How long the relay is waited for.

use std::time::Duration;

use crate::live::relay_clock::TOLERANCE;

/// How long the relay is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Timings {
    /// Between two questions whether it is there.
    pub ping_every: Duration,
    /// For the answer.
    pub pong_within: Duration,
    /// An answer that takes longer is slow.
    pub slow_after: Duration,
    /// For a connection to come about.
    pub open_within: Duration,
    /// For the session to be registered.
    pub register_within: Duration,
    /// Plain requests are used so long before a WebSocket is tried again.
    pub slow_way_for: Duration,
    /// Clocks that differ by less agree.
    pub clock_tolerance: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(15),
            pong_within: Duration::from_secs(10),
            slow_after: Duration::from_millis(800),
            open_within: Duration::from_secs(45),
            register_within: Duration::from_secs(15),
            slow_way_for: Duration::from_secs(300),
            clock_tolerance: TOLERANCE,
        }
    }
}
