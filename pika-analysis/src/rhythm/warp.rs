//! Curves resampled from seconds to pulses, so that whatever repeats does so exactly.

use crate::features::{
    chroma::Chromagram,
    onset::{N_GROUPS, OnsetCurves},
};

/// Points in one pulse: halves, thirds, quarters, sixths and eighths fall on points.
pub(crate) const PER_PULSE: usize = 24;

/// The curves of a track at [`PER_PULSE`] points a pulse.
pub(crate) struct Warped {
    /// Onset strength by group of bands.
    pub(crate) groups: [Vec<f32>; N_GROUPS],
    /// Change of the harmony, 0 to 1.
    pub(crate) harmony: Vec<f32>,
    /// Change of the bass note, 0 to 1.
    pub(crate) bass: Vec<f32>,
}

impl Warped {
    /// Resamples everything that rhythm is judged by.
    pub(crate) fn new(onsets: &OnsetCurves, chroma: &Chromagram, times_s: &[f64]) -> Self {
        let change =
            |frames: &[[f32; 12]]| warp(&harmony_change(frames), chroma.frame_rate_hz.max(1e-3), times_s);
        Self {
            groups: std::array::from_fn(|group| warp(&onsets.groups[group], onsets.rate_hz, times_s)),
            harmony: change(&chroma.treble),
            bass: change(&chroma.bass),
        }
    }

    /// Number of points of each curve.
    pub(crate) fn len(&self) -> usize {
        self.harmony.len()
    }
}

/// Times of a level at `ratio` beats to a pulse, the first at the first pulse.
pub(crate) fn at_level(times_s: &[f64], ratio: f64) -> Vec<f64> {
    let n = ((times_s.len() - 1) as f64 * ratio + 1e-6) as usize;
    (0..=n).map(|k| at_index(times_s, k as f64 / ratio)).collect()
}

/// Time at a (fractional) index of rising `times_s` (at least two).
pub(crate) fn at_index(times_s: &[f64], at: f64) -> f64 {
    let index = (at as usize).min(times_s.len() - 2);
    times_s[index] + (at - index as f64) * (times_s[index + 1] - times_s[index])
}

/// Change of the harmony over time: distance of the pitch classes before and after each frame, 0 to 1.
fn harmony_change(frames: &[[f32; 12]]) -> Vec<f32> {
    let n = frames.len();
    let sum = |from: usize, to: usize| {
        let mut sum = [0.0f32; 12];
        for frame in &frames[from.min(n)..to.min(n)] {
            for (s, &v) in sum.iter_mut().zip(frame) {
                *s += v;
            }
        }
        sum
    };
    let dot = |a: &[f32; 12], b: &[f32; 12]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    (0..n)
        .map(|i| {
            // Frames overlap by half: the one in the middle belongs to neither side.
            let (before, after) = (sum(i.saturating_sub(3), i), sum(i + 1, i + 4));
            let norms = (dot(&before, &before) * dot(&after, &after)).sqrt();
            if norms > 1e-6 {
                (1.0 - dot(&before, &after) / norms).max(0.0)
            } else {
                0.0
            }
        })
        .collect()
}

/// Resamples `curve` (values at `i / rate_hz`) to [`PER_PULSE`] points between each two of the rising
/// `times_s`; each point is the mean over its own stretch of time, centred on it. What lies outside is 0.
pub(crate) fn warp(curve: &[f32], rate_hz: f64, times_s: &[f64]) -> Vec<f32> {
    let mut sums = Vec::with_capacity(curve.len() + 1);
    let mut sum = 0.0f64;
    sums.push(0.0);
    for &value in curve {
        sum += f64::from(value);
        sums.push(sum);
    }
    // Integral of the curve up to a time; value `i` stands for the frame around `i / rate_hz`.
    let integral = |time_s: f64| {
        let at = (time_s * rate_hz + 0.5).clamp(0.0, curve.len() as f64);
        let index = (at as usize).min(curve.len().saturating_sub(1));
        let inside = curve.get(index).map_or(0.0, |&value| f64::from(value)) * (at - index as f64);
        sums[index] + inside
    };
    let mut warped = Vec::with_capacity(times_s.len() * PER_PULSE);
    for pair in times_s.windows(2) {
        let step = (pair[1] - pair[0]) / PER_PULSE as f64;
        let mut before = integral(pair[0] - 0.5 * step);
        for k in 0..PER_PULSE {
            let after = integral(pair[0] + (k as f64 + 0.5) * step);
            warped.push(((after - before) / (step * rate_hz)) as f32);
            before = after;
        }
    }
    warped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_stays_a_ramp() {
        let curve: Vec<f32> = (0..1000).map(|i| i as f32).collect();
        let warped = warp(&curve, 100.0, &[1.0, 2.0, 4.0]);
        assert_eq!(warped.len(), 2 * PER_PULSE);
        assert!((warped[0] - 100.0).abs() < 1.0 && (warped[12] - 150.0).abs() < 1.0);
        assert!((warped[PER_PULSE] - 200.0).abs() < 2.1 && (warped[PER_PULSE + 12] - 300.0).abs() < 1.0);
        assert!(warp(&curve, 100.0, &[50.0, 51.0]).iter().all(|&v| v == 0.0));
        assert!(warp(&[], 100.0, &[0.0, 1.0]).iter().all(|&v| v == 0.0));
    }
}
