//! A relay of one's own, and clients whose verbs are what people do.

pub(crate) mod browser;
pub(crate) mod dancer;
pub(crate) mod dj;
pub(crate) mod holds;
pub(crate) mod http;
pub(crate) mod relay;
pub(crate) mod socket;

use std::time::{Duration, Instant};

/// No test waits longer for something that should happen at once, on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
