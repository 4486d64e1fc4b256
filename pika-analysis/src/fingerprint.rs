//! Acoustic fingerprint (Chromaprint, algorithm 2 as used by AcoustID) and the comparison of two.

use rusty_chromaprint::{Configuration, Fingerprinter};

use crate::{Fingerprint, audio::MonoAudio, dsp::halfband::halve};

/// AcoustID looks at the first two minutes.
const LONGEST_S: f64 = 120.0;
/// Rate at which Chromaprint works; other rates cost a resampling.
const CHROMAPRINT_RATE_HZ: u32 = 11_025;
/// Seconds between two sub-fingerprints: 4096 / 3 samples at 11 025 Hz.
const ITEM_S: f64 = 1365.0 / 11_025.0;

/// Alignments that are looked at in full.
const CANDIDATES: usize = 8;
/// Least overlap of two fingerprints that says anything: five seconds.
const LEAST_OVERLAP: usize = 40;
/// Bits by which a common place is found, from the top: these are the most stable.
const ALIGN_BITS: u32 = 12;

/// Fingerprint of the first two minutes. Empty when there are less than about three seconds of sound.
pub(crate) fn fingerprint(audio: &MonoAudio) -> Fingerprint {
    let count = ((audio.sample_rate_hz * LONGEST_S) as usize).min(audio.samples.len());
    let samples = &audio.samples[..count];
    let is_twice = (audio.sample_rate_hz - 2.0 * f64::from(CHROMAPRINT_RATE_HZ)).abs() < 0.5;
    let data = if is_twice {
        run(&halve(samples), CHROMAPRINT_RATE_HZ)
    } else {
        run(samples, audio.sample_rate_hz.round() as u32)
    };
    Fingerprint { data }
}

fn run(samples: &[f32], rate_hz: u32) -> Vec<u32> {
    let mut printer = Fingerprinter::new(&Configuration::preset_test2());
    // Refused only for rates under 1 kHz.
    if printer.start(rate_hz, 1).is_err() {
        return Vec::new();
    }
    // A cast from float to integer saturates: overshoots are clipped as in any 16-bit file.
    let pcm: Vec<i16> = samples.iter().map(|&sample| (sample * 32_767.0) as i16).collect();
    printer.consume(&pcm);
    printer.finish();
    printer.fingerprint().to_vec()
}

/// How two fingerprints relate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FingerprintMatch {
    /// Share of differing bits where both overlap best: 0 identical, about 0.5 unrelated.
    /// Below 0.10 it is the same master or a transcode, up to 0.20 the same recording (remaster,
    /// edit), above 0.30 another one.
    pub bit_error_rate: f64,
    /// How much later the common part begins in the first track than in the second, in seconds.
    pub offset_s: f64,
    /// Length of the common part in seconds.
    pub overlap_s: f64,
}

impl FingerprintMatch {
    /// 1 for identical, 0 for unrelated: 1 − 2 × `bit_error_rate`, not below 0.
    pub fn similarity(&self) -> f64 {
        (1.0 - 2.0 * self.bit_error_rate).max(0.0)
    }

    /// Whether both are the same recording: at most one bit in five differs over at least ten seconds.
    pub fn is_same_recording(&self) -> bool {
        self.bit_error_rate <= 0.20 && self.overlap_s >= 10.0
    }
}

impl Fingerprint {
    /// Compares two fingerprints at their best alignment. Tracks may begin at different places, but
    /// must run at the same speed.
    ///
    /// `None` when one is shorter than five seconds. Cost: well under a millisecond.
    pub fn compare(&self, other: &Self) -> Option<FingerprintMatch> {
        let (a, b) = (&self.data, &other.data);
        if a.len().min(b.len()) < LEAST_OVERLAP {
            return None;
        }
        alignments(a, b)
            .into_iter()
            .filter_map(|shift| match_at(a, b, shift))
            .min_by(|x, y| x.bit_error_rate.total_cmp(&y.bit_error_rate))
    }
}

/// Most frequent differences of place between equal stable bits; no shift is always among them.
fn alignments(a: &[u32], b: &[u32]) -> Vec<i64> {
    let keyed = |items: &[u32]| {
        let mut keys: Vec<(u32, i64)> = (0i64..)
            .zip(items)
            .map(|(place, item)| (item >> (32 - ALIGN_BITS), place))
            .collect();
        keys.sort_unstable();
        keys
    };
    let (keys_a, keys_b) = (keyed(a), keyed(b));
    let mut votes = vec![0u32; a.len() + b.len()];
    let mut from = 0;
    for &(key, place_a) in &keys_a {
        while keys_b.get(from).is_some_and(|&(other, _)| other < key) {
            from += 1;
        }
        // A held chord gives long runs of one key, which say nothing about the place.
        for &(_, place_b) in keys_b[from..]
            .iter()
            .take_while(|&&(other, _)| other == key)
            .take(64)
        {
            votes[(place_a - place_b + b.len() as i64) as usize] += 1;
        }
    }
    let mut order: Vec<usize> = (0..votes.len()).filter(|&index| votes[index] > 1).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(votes[index]), index));
    order.truncate(CANDIDATES);
    order
        .into_iter()
        .map(|index| index as i64 - b.len() as i64)
        .chain([0])
        .collect()
}

/// `shift`: place in `a` minus place in `b`.
fn match_at(a: &[u32], b: &[u32], shift: i64) -> Option<FingerprintMatch> {
    let skip_a = usize::try_from(shift).unwrap_or(0);
    let skip_b = usize::try_from(-shift).unwrap_or(0);
    let (a, b) = (a.get(skip_a..)?, b.get(skip_b..)?);
    let overlap = a.len().min(b.len());
    if overlap < LEAST_OVERLAP {
        return None;
    }
    let errors: u32 = a.iter().zip(b).map(|(x, y)| (x ^ y).count_ones()).sum();
    Some(FingerprintMatch {
        bit_error_rate: f64::from(errors) / (overlap * 32) as f64,
        offset_s: shift as f64 * ITEM_S,
        overlap_s: overlap as f64 * ITEM_S,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chords that change every 0.7 s, by a small generator from `seed`.
    fn music(seed: u32, seconds: f64, rate_hz: f64) -> MonoAudio {
        let count = (seconds * rate_hz) as usize;
        let samples = (0..count)
            .map(|i| {
                let t = i as f64 / rate_hz;
                let chord = (t / 0.7) as u32;
                let sum: f64 = (0..4u32)
                    .map(|voice| {
                        let mut hash =
                            seed.wrapping_mul(747_796_405) ^ chord.wrapping_mul(2_891_336_453) ^ voice;
                        hash = (hash ^ hash >> 15).wrapping_mul(2_246_822_519);
                        let note = f64::from((hash >> 13) % 36);
                        (std::f64::consts::TAU * 110.0 * (note / 12.0).exp2() * t).sin()
                    })
                    .sum();
                (sum * 0.2) as f32
            })
            .collect();
        MonoAudio {
            samples,
            sample_rate_hz: rate_hz,
        }
    }

    #[test]
    fn a_track_equals_itself() {
        let print = fingerprint(&music(1, 20.0, 22_050.0));
        assert!(print.data.len() > 120, "{}", print.data.len());
        let found = print.compare(&print).unwrap();
        assert_eq!((found.bit_error_rate, found.offset_s), (0.0, 0.0));
        assert!(found.is_same_recording());
    }

    #[test]
    fn other_music_is_unrelated() {
        let (a, b) = (music(1, 20.0, 22_050.0), music(2, 20.0, 22_050.0));
        let found = fingerprint(&a).compare(&fingerprint(&b)).unwrap();
        assert!(found.bit_error_rate > 0.3, "{found:?}");
        assert!(!found.is_same_recording());
    }

    #[test]
    fn a_copy_at_another_rate_level_and_start_is_found() {
        let a = music(3, 30.0, 22_050.0);
        let mut b = music(3, 30.0, 24_000.0);
        b.samples.drain(..24_000 * 4);
        b.samples.iter_mut().for_each(|sample| *sample *= 0.3);
        let found = fingerprint(&a).compare(&fingerprint(&b)).unwrap();
        assert!(found.bit_error_rate < 0.15, "{found:?}");
        assert!((found.offset_s - 4.0).abs() < 0.2, "{found:?}");
    }

    #[test]
    fn too_little_sound_has_no_fingerprint() {
        let print = fingerprint(&music(1, 0.5, 22_050.0));
        assert!(print.data.is_empty());
        assert_eq!(print.compare(&print), None);
        assert!(fingerprint(&MonoAudio::default()).data.is_empty());
    }

    #[test]
    fn only_two_minutes_are_looked_at() {
        let print = fingerprint(&music(1, 150.0, 11_025.0));
        assert!((940..=975).contains(&print.data.len()), "{}", print.data.len());
    }
}
