//! The weights by which evidence becomes a key.
//!
//! One hidden layer sees all channels from a possible tonic and says how well major and minor fit there. The same
//! weights serve all twelve tonics. They were learned on generated songs; `scripts/train-key-model` makes them anew.

use super::evidence::{Evidence, N_CHANNELS};

/// Little-endian 32-bit floats: hidden weights `[input][unit]`, hidden biases, output weights `[unit][mode]`,
/// output biases; input `12 c + i` is channel `c` at `i` semitones above the tonic.
static WEIGHTS: &[u8] = include_bytes!("weights.bin");

const N_INPUTS: usize = 12 * N_CHANNELS;
const N_UNITS: usize = 16;
const N_WEIGHTS: usize = N_INPUTS * N_UNITS + N_UNITS + N_UNITS * 2 + 2;
const _: () = assert!(
    WEIGHTS.len() == 4 * N_WEIGHTS,
    "weights.bin does not fit the model"
);

/// By how much the scores are divided before they become probabilities, so that they are right as often as they say.
const TEMPERATURE: f64 = 1.0;

/// Probability of each key: major from C to B, then minor.
pub(super) fn probabilities(evidence: &Evidence) -> [f64; 24] {
    let weights: Vec<f32> = WEIGHTS
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    let (hidden, rest) = weights.split_at(N_INPUTS * N_UNITS);
    let (hidden_bias, rest) = rest.split_at(N_UNITS);
    let (output, output_bias) = rest.split_at(N_UNITS * 2);
    let mut scores = [0.0f64; 24];
    for tonic in 0..12 {
        let mut units = [0.0f32; N_UNITS];
        units.copy_from_slice(hidden_bias);
        for (channel, rows) in evidence.channels.iter().zip(hidden.chunks_exact(12 * N_UNITS)) {
            for (interval, row) in rows.chunks_exact(N_UNITS).enumerate() {
                let value = channel[(tonic + interval) % 12];
                for (unit, weight) in units.iter_mut().zip(row) {
                    *unit += value * weight;
                }
            }
        }
        for mode in 0..2 {
            let score: f32 = units
                .iter()
                .enumerate()
                .map(|(i, unit)| unit.max(0.0) * output[2 * i + mode])
                .sum();
            scores[12 * mode + tonic] = f64::from(score + output_bias[mode]);
        }
    }
    softmax(&scores)
}

fn softmax(scores: &[f64; 24]) -> [f64; 24] {
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let likelihoods = scores.map(|score| ((score - best) / TEMPERATURE).exp());
    let total: f64 = likelihoods.iter().sum();
    likelihoods.map(|likelihood| likelihood / total)
}
