//! How long to wait before the next try: growing, and random so that many programs do not come at once.

use std::time::Duration;

/// The waits after one failure, two, …; the last one stays.
const WAITS_S: [u64; 6] = [1, 2, 4, 8, 15, 30];

/// Tries that failed one after another.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Backoff {
    failures: usize,
}

impl Backoff {
    /// Another try failed: how long to wait. `random`: 0 to 1.
    pub(super) fn failed(&mut self, random: f64) -> Duration {
        let wait = WAITS_S[self.failures.min(WAITS_S.len() - 1)];
        self.failures = self.failures.saturating_add(1);
        Duration::from_secs(wait).mul_f64(0.8 + 0.4 * random.clamp(0.0, 1.0))
    }

    /// Tries that failed since one worked.
    #[cfg(test)]
    pub(super) fn failures(&self) -> usize {
        self.failures
    }

    /// It worked.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_start_again() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..8).map(|_| backoff.failed(0.5).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 15, 30, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.failed(0.0).as_millis(), 800);
        assert_eq!(backoff.failed(1.0).as_millis(), 2400);
    }
}
