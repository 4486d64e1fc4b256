//! What this process has counted and timed since its start; `metrics` writes it out.
//!
//! Process-wide, as Prometheus sees a process: a connection or a commit needs no way to its relay for it, and an idle
//! connection pays no byte. Relaxed everywhere: each figure stands for itself.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// From a DJ's message to its last listener's socket, its commit included.
pub static PUBLISH: Histogram = Histogram::new();
/// From a dancer's action to its ACK, its commit included.
pub static ACK: Histogram = Histogram::new();
/// One transaction.
pub static COMMIT: Histogram = Histogram::new();
/// What was written in transactions.
pub static WRITES: Count = Count::new();
/// Listeners that did not take a message at once.
pub static BEHIND: Count = Count::new();
/// Listeners closed because their queue was full.
pub static SLOW_CLOSED: Count = Count::new();
/// Open connections, by [`KINDS`].
pub static CONNECTIONS: [Count; 3] = [const { Count::new() }; 3];
/// Connections since the start, by [`KINDS`].
pub static CONNECTED: [Count; 3] = [const { Count::new() }; 3];

/// Kinds of connections: who, and how.
pub const KINDS: [(&str, &str); 3] = [("dancer", "ws"), ("dancer", "sse"), ("dj", "ws")];

/// A number that changes.
#[derive(Debug)]
pub struct Count(AtomicU64);

impl Count {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// So many more.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// One less, of what was added.
    pub fn subtract_one(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Upper ends of the buckets in microseconds, with their text in seconds.
const BUCKETS: [(u64, &str); 14] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (5_000_000, "5"),
    (10_000_000, "10"),
];

/// Times, sorted into buckets.
#[derive(Debug)]
pub struct Histogram {
    /// The last one is for what is longer than every bucket.
    counts: [AtomicU64; BUCKETS.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    const fn new() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; BUCKETS.len() + 1],
            sum_us: AtomicU64::new(0),
        }
    }

    /// Takes a time.
    pub fn observe(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let at = BUCKETS.partition_point(|(end, _)| *end < us);
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    /// Writes it in Prometheus' text format. `name` in its base unit, seconds.
    pub fn write(&self, text: &mut String, name: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram");
        let mut all = 0;
        let ends = BUCKETS.iter().map(|(_, end)| *end).chain(["+Inf"]);
        for (count, end) in self.counts.iter().zip(ends) {
            all += count.load(Ordering::Relaxed);
            let _ = writeln!(text, "{name}_bucket{{le=\"{end}\"}} {all}");
        }
        let sum = self.sum_us.load(Ordering::Relaxed) as f64 / 1e6;
        let _ = writeln!(text, "{name}_sum {sum}\n{name}_count {all}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up_and_hold_their_upper_end() {
        let histogram = Histogram::new();
        for us in [500, 501, 60_000_000] {
            histogram.observe(Duration::from_micros(us));
        }
        let mut text = String::new();
        histogram.write(&mut text, "a_seconds", "Times.");
        for line in [
            "# TYPE a_seconds histogram",
            "a_seconds_bucket{le=\"0.0005\"} 1",
            "a_seconds_bucket{le=\"0.001\"} 2",
            "a_seconds_bucket{le=\"10\"} 2",
            "a_seconds_bucket{le=\"+Inf\"} 3",
            "a_seconds_sum 60.001001",
            "a_seconds_count 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }
}
