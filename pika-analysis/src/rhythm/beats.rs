//! From the chosen level to beats: which of the possible phases, and where exactly a beat begins.

use crate::{
    features::spectrum::{FineEnvelope, fast_log2},
    rhythm::{
        network::best_index,
        template::BeatTemplate,
        warp::{PER_PULSE, Warped, at_index},
        weights::PHASE,
    },
};

/// Farthest that the exact attack may lie from the onset strength's maximum, in seconds.
const REACH_S: f64 = 0.045;
/// Resolution of the exact attack in seconds.
const STEP_S: f64 = 0.001;

/// Times of the beats, given those of their level in any phase and the curves resampled to them.
pub(crate) fn beat_times(warped: &Warped, level_s: &[f64], fine: &FineEnvelope) -> Vec<f64> {
    let template = BeatTemplate::new(warped);
    let scores: Vec<f64> = (0..PER_PULSE)
        .map(|offset| PHASE.score(&template.features(offset)))
        .collect();
    let offset = best_index(&scores) as f64 / PER_PULSE as f64;
    let rough: Vec<f64> = (0..level_s.len() - 1)
        .map(|k| at_index(level_s, k as f64 + offset))
        .collect();
    let shift_s = attack_shift(fine, &rough);
    rough.iter().map(|time_s| time_s + shift_s).collect()
}

/// How much later than `rough` the beats really begin, in seconds: where the short-time power rises most.
fn attack_shift(fine: &FineEnvelope, rough: &[f64]) -> f64 {
    let rise = fine_rise(fine);
    let n_steps = (2.0 * REACH_S / STEP_S) as usize + 1;
    let mut sums = vec![0.0f64; n_steps];
    for &time_s in rough {
        for (step, sum) in sums.iter_mut().enumerate() {
            let at = (time_s - REACH_S + step as f64 * STEP_S) * fine.rate_hz;
            if at >= 0.0 {
                let index = at as usize;
                if let Some(pair) = rise.get(index..index + 2) {
                    let share = (at - index as f64) as f32;
                    *sum += f64::from(pair[0] + (pair[1] - pair[0]) * share);
                }
            }
        }
    }
    // Smoothed over ±4 ms: beats scatter by that much.
    let kernel: Vec<f64> = (-8i32..=8)
        .map(|k| (-0.5 * (f64::from(k) / 4.0).powi(2)).exp())
        .collect();
    let smooth: Vec<f64> = (0..n_steps)
        .map(|i| {
            kernel
                .iter()
                .enumerate()
                .map(|(k, weight)| {
                    weight
                        * (i + k)
                            .checked_sub(8)
                            .and_then(|j| sums.get(j))
                            .copied()
                            .unwrap_or(0.0)
                })
                .sum()
        })
        .collect();
    let best = (0..n_steps)
        .max_by(|&a, &b| smooth[a].total_cmp(&smooth[b]))
        .unwrap_or(n_steps / 2);
    best as f64 * STEP_S - REACH_S
}

/// Rise of the logarithm of the short-time power from block to block; value `i` belongs to the border between
/// blocks `i − 1` and `i`, the time `i / rate_hz`.
fn fine_rise(fine: &FineEnvelope) -> Vec<f32> {
    let loud = |curve: &[f32]| curve.iter().sum::<f32>() / curve.len().max(1) as f32;
    let floors = [
        loud(&fine.power) * 1e-2 + 1e-10,
        loud(&fine.high_power) * 1e-2 + 1e-10,
    ];
    let log = |i: usize| {
        [
            fast_log2(fine.power[i] + floors[0]),
            fast_log2(fine.high_power[i] + floors[1]),
        ]
    };
    let mut last = [0.0; 2];
    (0..fine.power.len())
        .map(|i| {
            let now = log(i);
            let rise = if i == 0 {
                0.0
            } else {
                (now[0] - last[0]).max(0.0) + (now[1] - last[1]).max(0.0)
            };
            last = now;
            rise
        })
        .collect()
}

/// Where the track sounds: the first and last time at which it is louder than −40 dB below its loud parts.
pub(crate) fn sounding(fine: &FineEnvelope) -> (f64, f64) {
    // Blocks of about 50 ms.
    let per_block = ((fine.rate_hz * 0.05) as usize).max(1);
    let powers: Vec<f32> = fine
        .power
        .chunks(per_block)
        .map(|blocks| blocks.iter().sum::<f32>() / blocks.len() as f32)
        .collect();
    let mut sorted = powers.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted.get(sorted.len() * 95 / 100).copied().unwrap_or(0.0);
    let sounds = |power: &f32| *power > loud * 1e-4 && *power > 0.0;
    let block_s = per_block as f64 / fine.rate_hz;
    let first = powers.iter().position(sounds).unwrap_or(0);
    let last = powers.iter().rposition(sounds).map_or(0, |index| index + 1);
    (first as f64 * block_s, last as f64 * block_s)
}
