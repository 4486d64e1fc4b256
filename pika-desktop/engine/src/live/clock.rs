//! The clocks of a live session: the wall's, and one that only grows. A test brings its own.

use std::time::{Duration, Instant};

pub use crate::clock::Now;
use crate::clock::now_ms;

/// Where the time comes from; a test plays a night in minutes.
pub trait Clock: Send {
    /// This moment.
    fn now(&self) -> Now;
    /// How long a thread must wait for so much to pass.
    fn real(&self, duration: Duration) -> Duration;
}

/// The clocks of this computer.
#[derive(Debug)]
pub struct SystemClock {
    began: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            began: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now {
            wall_ms: now_ms(),
            steady: self.began.elapsed(),
        }
    }

    fn real(&self, duration: Duration) -> Duration {
        duration
    }
}
