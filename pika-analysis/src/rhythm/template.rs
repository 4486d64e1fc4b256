//! The average beat and bar of a track: curves folded at the beat's period, once the level is known.

use crate::rhythm::warp::{PER_PULSE, Warped};

/// Curves that are folded: four onset groups, harmony and bass change.
pub(crate) const N_CURVES: usize = 6;
/// Slots that a beat is described by.
pub(crate) const SLOTS: usize = 12;
/// Features of a phase of the beat: its average, and how much every second beat differs from it.
pub(crate) const N_PHASE_FEATURES: usize = 2 * N_CURVES * SLOTS;
/// Slots of each beat within a bar.
const BAR_SLOTS: usize = 6;
/// Features of one beat of the average bar.
pub(crate) const N_BEAT_FEATURES: usize = N_CURVES * BAR_SLOTS;

/// Curves folded over one and two beats.
pub(crate) struct BeatTemplate {
    /// Mean over all beats, `[N_CURVES][PER_PULSE]`, relative to the curve's mean.
    one: [Vec<f32>; N_CURVES],
    /// Half the difference between odd and even beats, absolute.
    alternation: [Vec<f32>; N_CURVES],
}

impl BeatTemplate {
    /// Folds curves that were resampled so that a pulse is a beat (of unknown phase).
    pub(crate) fn new(warped: &Warped) -> Self {
        let mut template = Self {
            one: std::array::from_fn(|_| Vec::new()),
            alternation: std::array::from_fn(|_| Vec::new()),
        };
        for (index, curve) in curves(warped).into_iter().enumerate() {
            let two = fold(curve, 2 * PER_PULSE);
            let (even, odd) = two.split_at(PER_PULSE);
            let mean = (two.iter().sum::<f32>() / two.len() as f32).max(1e-3);
            template.one[index] = even
                .iter()
                .zip(odd)
                .map(|(a, b)| (0.5 * (a + b) / mean).min(8.0) - 1.0)
                .collect();
            template.alternation[index] = even
                .iter()
                .zip(odd)
                .map(|(a, b)| (0.5 * (a - b).abs() / mean).min(4.0))
                .collect();
        }
        template
    }

    /// What the phase classifier sees when the beat is at point `offset` (0 to [`PER_PULSE`] − 1).
    pub(crate) fn features(&self, offset: usize) -> [f32; N_PHASE_FEATURES] {
        let mut features = [0.0; N_PHASE_FEATURES];
        for (slot, value) in features.iter_mut().enumerate() {
            let (curve, k) = (slot / SLOTS % N_CURVES, slot % SLOTS);
            let values = if slot < N_CURVES * SLOTS {
                &self.one[curve]
            } else {
                &self.alternation[curve]
            };
            *value = values[(offset + k * PER_PULSE / SLOTS) % PER_PULSE];
        }
        features
    }
}

/// The average bar, from curves resampled to beats whose phase is known: features of each of its `per_bar`
/// beats, in the order of the track's beats.
pub(crate) fn bar_template(warped: &Warped, per_bar: usize) -> Vec<[f32; N_BEAT_FEATURES]> {
    let mut beats = vec![[0.0; N_BEAT_FEATURES]; per_bar];
    for (index, curve) in curves(warped).into_iter().enumerate() {
        let folded = fold(curve, per_bar * PER_PULSE);
        let mean = (folded.iter().sum::<f32>() / folded.len() as f32).max(1e-3);
        for (beat, features) in beats.iter_mut().enumerate() {
            for slot in 0..BAR_SLOTS {
                // Each slot is the mean of its points, the first centred on the beat.
                let width = PER_PULSE / BAR_SLOTS;
                let from = beat * PER_PULSE + slot * width + folded.len() - width / 2;
                let sum: f32 = (from..from + width).map(|i| folded[i % folded.len()]).sum();
                features[index * BAR_SLOTS + slot] = (sum / width as f32 / mean).min(8.0) - 1.0;
            }
        }
    }
    beats
}

fn curves(warped: &Warped) -> [&Vec<f32>; N_CURVES] {
    let [a, b, c, d] = &warped.groups;
    [a, b, c, d, &warped.harmony, &warped.bass]
}

/// Mean of the curve at each phase of `period` points, smoothed over neighbours.
fn fold(curve: &[f32], period: usize) -> Vec<f32> {
    let mut sums = vec![0.0f32; period];
    let rows = (curve.len() / period).max(1);
    for row in curve.chunks_exact(period) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            // One loud accident is no rule.
            *sum += value.min(5.0);
        }
    }
    (0..period)
        .map(|i| {
            let (before, after) = (sums[(i + period - 1) % period], sums[(i + 1) % period]);
            (0.25 * before + 0.5 * sums[i] + 0.25 * after) / rows as f32
        })
        .collect()
}
