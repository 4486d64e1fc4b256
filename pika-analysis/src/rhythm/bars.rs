//! Metre and downbeat, from the average bar.

use crate::{
    result::Meter,
    rhythm::{
        level::Candidate,
        network::{best_index, softmax},
        template::{N_BEAT_FEATURES, bar_template},
        warp::Warped,
        weights::{BAR_OF_FOUR, BAR_OF_THREE, METRE},
    },
};

/// How beats form bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bars {
    pub(crate) meter: Meter,
    /// Beats from the first of the track to the first downbeat.
    pub(crate) offset: u32,
    /// Probability of that offset.
    pub(crate) confidence: f64,
}

/// Finds the bars of a track whose level is known; `warped` is resampled to its beats.
pub(crate) fn bars(warped: &Warped, level: &Candidate) -> Bars {
    // The network was trained to tell three from nothing.
    let three = METRE.score(&level.features) > METRE.score(&[0.0; _]);
    let (meter, scores) = if three {
        (
            Meter::Three,
            rotations::<3, { 3 * N_BEAT_FEATURES }>(warped, |bar| BAR_OF_THREE.score(bar)),
        )
    } else {
        (
            Meter::Four,
            rotations::<4, { 4 * N_BEAT_FEATURES }>(warped, |bar| BAR_OF_FOUR.score(bar)),
        )
    };
    let shares = softmax(&scores);
    let best = best_index(&shares);
    Bars {
        meter,
        offset: best as u32,
        confidence: shares[best],
    }
}

/// Score of each beat as the first of the bar.
fn rotations<const PER_BAR: usize, const N: usize>(
    warped: &Warped,
    score: impl Fn(&[f32; N]) -> f64,
) -> Vec<f64> {
    let beats = bar_template(warped, PER_BAR);
    (0..PER_BAR)
        .map(|first| {
            let mut bar = [0.0; N];
            for (k, slots) in bar.chunks_exact_mut(N_BEAT_FEATURES).enumerate() {
                slots.copy_from_slice(&beats[(first + k) % PER_BAR]);
            }
            score(&bar)
        })
        .collect()
}
