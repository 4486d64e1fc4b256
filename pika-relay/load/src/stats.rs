//! What a crowd has seen: deliveries and their times, what was lost or doubled, connections that failed.

use std::{collections::BTreeMap, time::Instant};

use pika_protocol::PlayId;

/// One song that the DJ played.
#[derive(Clone, Debug)]
pub struct PlayStats {
    /// Its id.
    pub play_id: PlayId,
    /// Its number in the log, once somebody has heard it.
    pub offset: Option<u64>,
    /// When the DJ sent it.
    pub sent_at: Instant,
    /// The relay has acknowledged it.
    pub is_acked: bool,
    /// How many heard it as it was played.
    pub n_heard: u32,
    /// When the last of them did.
    pub last_heard: Instant,
    /// Microseconds from sending to hearing, of those whose phone is quick.
    pub latencies: Vec<u32>,
}

/// Counts by reason.
pub type Reasons = BTreeMap<String, u64>;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Songs, oldest first.
    pub plays: Vec<PlayStats>,
    /// Songs heard, as they were played or by resume.
    pub n_heard: u64,
    /// Songs heard twice by the same dancer, or state messages repeated.
    pub n_doubled: u64,
    /// State messages that are missing from the log a dancer has heard.
    pub n_missing: u64,
    /// The same number in the log stood for different things.
    pub n_different: u64,
    /// Messages that are only numbers.
    pub n_numbers: u64,
    /// Bytes received.
    pub n_bytes: u64,
    /// Times somebody came in.
    pub n_entries: u64,
    /// Came back and got just what was missed.
    pub n_resumed: u64,
    /// Came back and got everything anew.
    pub n_anew: u64,
    /// Actions that were acknowledged, each once.
    pub n_acked: u64,
    /// Acknowledgements of repeats.
    pub n_acked_again: u64,
    /// Actions that were to be sent again later, for being too fast or because the relay could not store.
    pub n_postponed: u64,
    /// Microseconds from saying to ACK.
    pub ack_times: Vec<u32>,
    /// When the last ACK came.
    pub last_ack: Option<Instant>,
    /// Actions refused for good.
    pub refused: Reasons,
    /// Connections that did not come about.
    pub failed: Reasons,
    /// Connections that ended.
    pub ended: Reasons,
}

impl Stats {
    /// Counts a reason.
    pub fn count(reasons: &mut Reasons, reason: &str) {
        if let Some(count) = reasons.get_mut(reason) {
            *count += 1;
        } else {
            reasons.insert(reason.to_owned(), 1);
        }
    }

    /// For each song from `first` on: median of a percentile of its latencies, in ms.
    pub fn median_latency_ms(&self, first: usize, percentile: f64) -> f64 {
        let songs = self.plays.get(first..).unwrap_or_default();
        let mut all: Vec<u32> = songs
            .iter()
            .filter(|play| !play.latencies.is_empty())
            .map(|play| quantile(&mut play.latencies.clone(), percentile))
            .collect();
        f64::from(quantile(&mut all, 0.5)) / 1e3
    }

    /// Median over the songs from `first` on: time to the last dancer, in ms.
    pub fn median_last_ms(&self, first: usize) -> f64 {
        self.median_latency_ms(first, 1.0)
    }

    /// A percentile of the times to an ACK, in ms.
    pub fn ack_ms(&self, percentile: f64) -> f64 {
        f64::from(quantile(&mut self.ack_times.clone(), percentile)) / 1e3
    }
}

/// The value below which a part of the values lies (nearest rank); 0 of none.
pub fn quantile(values: &mut [u32], part: f64) -> u32 {
    values.sort_unstable();
    let rank = (part * values.len() as f64).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_there() {
        let mut values = [5, 1, 4, 2, 3];
        assert_eq!(quantile(&mut values, 0.5), 3);
        assert_eq!(quantile(&mut values, 0.99), 5);
        assert_eq!(quantile(&mut values, 1.0), 5);
        assert_eq!(quantile(&mut values, 0.0), 1);
        assert_eq!(quantile(&mut [], 0.5), 0);
    }
}
