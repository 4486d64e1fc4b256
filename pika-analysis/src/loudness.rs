//! Loudness after ITU-R BS.1770-4 and EBU R128: K-weighted power in steps of 100 ms, from which
//! integrated loudness, loudness range (EBU Tech 3342) and short-term loudness follow.

use std::f64::consts::PI;

use crate::{Loudness, decode::SoundBlock};

/// Steps a second.
const STEPS_PER_S: u64 = 10;
/// Steps of the gating block, 400 ms; blocks begin every step (75 % overlap).
const MOMENTARY_STEPS: usize = 4;
/// Steps of short-term loudness, 3 s.
const SHORT_TERM_STEPS: usize = 30;
/// Absolute gate in LUFS.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// What the meter found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loudnesses {
    /// Integrated loudness and range; the peak is measured elsewhere.
    pub integrated_lufs: Option<f64>,
    /// Loudness range in LU.
    pub range_lu: f64,
    /// Highest short-term (3 s) loudness; `None` below the absolute gate or under 3 s.
    pub max_short_term_lufs: Option<f64>,
    /// 95th percentile of the short-term loudness above the absolute gate.
    pub p95_short_term_lufs: Option<f64>,
    /// Highest sample in dBFS.
    pub peak_dbfs: Option<f64>,
}

impl Loudnesses {
    /// The part that is stored.
    pub fn record(&self) -> Loudness {
        Loudness {
            integrated_lufs: self.integrated_lufs,
            range_lu: self.range_lu,
            peak_dbfs: self.peak_dbfs,
        }
    }
}

/// Streaming meter.
pub(crate) struct LoudnessMeter {
    sample_rate_hz: u64,
    filter: KFilter,
    /// State of two channels each.
    pairs: Vec<PairState>,
    /// Frames seen, and the frame at which the current step ends.
    frame: u64,
    step_end: u64,
    /// Weighted sum of squares of the current step, and the frame at which it began.
    sum: f64,
    step_start: u64,
    /// Mean weighted power of each finished step.
    steps: Vec<f64>,
}

impl LoudnessMeter {
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let sample_rate_hz = u64::from(sample_rate_hz.max(1));
        Self {
            sample_rate_hz,
            filter: KFilter::new(sample_rate_hz as f64),
            pairs: Vec::new(),
            frame: 0,
            step_end: sample_rate_hz / STEPS_PER_S,
            sum: 0.0,
            step_start: 0,
            steps: Vec::new(),
        }
    }

    pub(crate) fn process(&mut self, block: &SoundBlock<'_>) {
        let length = block.planes.first().map_or(0, |plane| plane.len());
        let pairs = block.planes.len().div_ceil(2);
        if self.pairs.len() < pairs {
            self.pairs.resize_with(pairs, PairState::default);
        }
        let mut start = 0;
        while start < length {
            let to_step_end = usize::try_from(self.step_end - self.frame).unwrap_or(usize::MAX);
            let end = length.min(start.saturating_add(to_step_end.max(1)));
            for (planes, (weights, state)) in block
                .planes
                .chunks(2)
                .zip(block.loudness_weights.chunks(2).zip(&mut self.pairs))
            {
                self.sum += match (planes, weights) {
                    // Bass effects are not weighed.
                    (_, [0.0] | [0.0, 0.0]) => 0.0,
                    ([left, right], [left_weight, right_weight]) => {
                        let sums = self.filter.power(state, &left[start..end], &right[start..end]);
                        left_weight * sums[0] + right_weight * sums[1]
                    }
                    ([only], [weight]) => {
                        weight * self.filter.power(state, &only[start..end], &only[start..end])[0]
                    }
                    _ => 0.0,
                };
            }
            self.frame += (end - start) as u64;
            start = end;
            if self.frame >= self.step_end {
                self.end_step();
            }
        }
    }

    fn end_step(&mut self) {
        let count = (self.frame - self.step_start).max(1);
        self.steps.push(self.sum / count as f64);
        self.sum = 0.0;
        self.step_start = self.frame;
        let step = self.steps.len() as u64 + 1;
        // Rates that are no multiple of ten have steps of unequal length.
        self.step_end = (step * self.sample_rate_hz / STEPS_PER_S).max(self.frame + 1);
    }

    /// Everything but the peak.
    pub(crate) fn finish(self) -> Loudnesses {
        let short_term = moving_mean(&self.steps, SHORT_TERM_STEPS);
        let mut audible: Vec<f64> = short_term
            .into_iter()
            .map(lufs)
            .filter(|&level| level >= ABSOLUTE_GATE_LUFS)
            .collect();
        audible.sort_by(f64::total_cmp);
        Loudnesses {
            integrated_lufs: integrated(&moving_mean(&self.steps, MOMENTARY_STEPS)),
            range_lu: range(&audible),
            max_short_term_lufs: audible.last().copied(),
            p95_short_term_lufs: percentile(&audible, 0.95),
            peak_dbfs: None,
        }
    }
}

/// BS.1770-4, equations 2 to 7: mean power above both gates.
fn integrated(blocks: &[f64]) -> Option<f64> {
    let mean_above = |gate: f64| {
        let (sum, count) = blocks
            .iter()
            .filter(|&&power| lufs(power) >= gate)
            .fold((0.0, 0u32), |(sum, count), &power| (sum + power, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    let relative_gate = lufs(mean_above(ABSOLUTE_GATE_LUFS)?) - 10.0;
    mean_above(relative_gate.max(ABSOLUTE_GATE_LUFS)).map(lufs)
}

/// EBU Tech 3342: 10th to 95th percentile of the short-term loudness above both gates, in LU.
///
/// `audible`: short-term loudness above the absolute gate, sorted.
fn range(audible: &[f64]) -> f64 {
    if audible.is_empty() {
        return 0.0;
    }
    let mean = audible.iter().map(|&level| power(level)).sum::<f64>() / audible.len() as f64;
    let gate = lufs(mean) - 20.0;
    let above = &audible[audible.partition_point(|&level| level < gate)..];
    match (percentile(above, 0.95), percentile(above, 0.10)) {
        (Some(high), Some(low)) => high - low,
        _ => 0.0,
    }
}

/// Nearest value at a share of sorted values.
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get((last as f64 * share).round() as usize).copied()
}

/// Mean of each run of `length` steps.
fn moving_mean(steps: &[f64], length: usize) -> Vec<f64> {
    steps
        .windows(length)
        .map(|run| run.iter().sum::<f64>() / length as f64)
        .collect()
}

fn lufs(power: f64) -> f64 {
    -0.691 + 10.0 * power.max(1e-30).log10()
}

fn power(lufs: f64) -> f64 {
    10f64.powf((lufs + 0.691) / 10.0)
}

/// The two filters of K-weighting for one sample rate: a shelf for the head, then a high-pass.
///
/// Coefficients for any rate from the analogue prototypes, as derived in libebur128.
#[derive(Clone, Copy)]
struct KFilter {
    shelf_b: [f64; 3],
    shelf_a: [f64; 2],
    pass_a: [f64; 2],
}

/// Last inputs and outputs of the two filters, for two channels.
#[derive(Clone, Copy, Default)]
struct PairState {
    x1: [f64; 2],
    x2: [f64; 2],
    y1: [f64; 2],
    y2: [f64; 2],
    z1: [f64; 2],
    z2: [f64; 2],
}

impl KFilter {
    fn new(rate_hz: f64) -> Self {
        // A file of a few hundred hertz has no room for the shelf; the tangent must stay positive.
        let warp = |frequency_hz: f64| (PI * (frequency_hz / rate_hz).min(0.49)).tan();
        let (k, q) = (warp(1_681.974_450_955_533), 0.707_175_236_955_419_6);
        let high = 10f64.powf(3.999_843_853_973_347 / 20.0);
        let middle = high.powf(0.499_666_774_154_541_6);
        let a0 = 1.0 + k / q + k * k;
        let shelf_b = [
            (high + middle * k / q + k * k) / a0,
            2.0 * (k * k - high) / a0,
            (high - middle * k / q + k * k) / a0,
        ];
        let shelf_a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        let (k, q) = (warp(38.135_470_876_024_44), 0.500_327_037_323_877_3);
        let a0 = 1.0 + k / q + k * k;
        Self {
            shelf_b,
            shelf_a,
            pass_a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0],
        }
    }

    /// Sum of squares of both channels after filtering.
    fn power(&self, state: &mut PairState, left: &[f32], right: &[f32]) -> [f64; 2] {
        let Self {
            shelf_b,
            shelf_a,
            pass_a,
        } = *self;
        let PairState {
            mut x1,
            mut x2,
            mut y1,
            mut y2,
            mut z1,
            mut z2,
        } = *state;
        let mut sums = [0.0f64; 2];
        for (&l, &r) in left.iter().zip(right) {
            let x = [f64::from(l), f64::from(r)];
            let mut y = [0.0; 2];
            let mut z = [0.0; 2];
            // Both channels side by side in one register; the newest output comes last in each sum,
            // so that only one product and one difference wait for it.
            for c in 0..2 {
                let input = shelf_b[0] * x[c] + shelf_b[1] * x1[c] + shelf_b[2] * x2[c];
                y[c] = (input - shelf_a[1] * y2[c]) - shelf_a[0] * y1[c];
                let difference = (y[c] - y1[c]) - (y1[c] - y2[c]);
                z[c] = (difference - pass_a[1] * z2[c]) - pass_a[0] * z1[c];
                sums[c] += z[c] * z[c];
            }
            (x2, x1) = (x1, x);
            (y2, y1) = (y1, y);
            (z2, z1) = (z1, z);
        }
        *state = PairState {
            x1,
            x2,
            y1,
            y2,
            z1,
            z2,
        };
        state.settle();
        sums
    }
}

impl PairState {
    /// Ends the tail of the filters before it reaches denormal numbers, which are slow.
    fn settle(&mut self) {
        for values in [&mut self.y1, &mut self.y2, &mut self.z1, &mut self.z2] {
            for value in values {
                if value.abs() < 1e-30 {
                    *value = 0.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sine of 1 kHz in both channels, in stretches of (seconds, peak level in dBFS).
    ///
    /// A stereo sine of 1 kHz whose peak is at −23 dBFS has −23 LUFS (EBU Tech 3341, table 1).
    fn measure(stretches: &[(f64, f64)]) -> Loudnesses {
        let rate = 48_000.0;
        let mut meter = LoudnessMeter::new(48_000);
        let mut phase = 0u64;
        for &(seconds, level) in stretches {
            let amplitude = 10f64.powf(level / 20.0);
            let samples: Vec<f32> = (0..(seconds * rate) as u64)
                .map(|_| {
                    phase += 1;
                    (amplitude * (2.0 * PI * 1000.0 * phase as f64 / rate).sin()) as f32
                })
                .collect();
            for part in samples.chunks(1152) {
                meter.process(&SoundBlock {
                    planes: &[part, part],
                    loudness_weights: &[1.0, 1.0],
                });
            }
        }
        meter.finish()
    }

    fn assert_integrated(stretches: &[(f64, f64)], expected: f64) {
        let found = measure(stretches).integrated_lufs.unwrap();
        assert!((found - expected).abs() < 0.1, "{stretches:?}: {found}");
    }

    #[test]
    fn integrated_loudness_meets_ebu_tech_3341() {
        // Cases 1 to 5; each must be within 0.1 LU.
        assert_integrated(&[(20.0, -23.0)], -23.0);
        assert_integrated(&[(20.0, -33.0)], -33.0);
        assert_integrated(&[(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)], -23.0);
        assert_integrated(
            &[
                (10.0, -72.0),
                (10.0, -36.0),
                (60.0, -23.0),
                (10.0, -36.0),
                (10.0, -72.0),
            ],
            -23.0,
        );
        assert_integrated(&[(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)], -23.0);
    }

    #[test]
    fn surround_channels_meet_ebu_tech_3341() {
        // Case 6: left and right −28, centre −24, both surrounds −30 dBFS.
        let rate = 48_000u32;
        let tone = |level: f64| -> Vec<f32> {
            let amplitude = 10f64.powf(level / 20.0);
            (0..rate * 20)
                .map(|i| (amplitude * (2.0 * PI * 1000.0 * f64::from(i) / f64::from(rate)).sin()) as f32)
                .collect()
        };
        let (front, centre, behind) = (tone(-28.0), tone(-24.0), tone(-30.0));
        let bass = tone(-6.0);
        let mut meter = LoudnessMeter::new(rate);
        meter.process(&SoundBlock {
            planes: &[&front, &front, &centre, &bass, &behind, &behind],
            loudness_weights: &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41],
        });
        let found = meter.finish().integrated_lufs.unwrap();
        assert!((found + 23.0).abs() < 0.1, "{found}");
    }

    #[test]
    fn loudness_range_meets_ebu_tech_3342() {
        // Cases 1 to 4; each must be within 1 LU.
        for (stretches, expected) in [
            (&[(20.0, -20.0), (20.0, -30.0)][..], 10.0),
            (&[(20.0, -20.0), (20.0, -15.0)], 5.0),
            (&[(20.0, -40.0), (20.0, -20.0)], 20.0),
            (
                &[
                    (20.0, -50.0),
                    (20.0, -35.0),
                    (20.0, -20.0),
                    (20.0, -35.0),
                    (20.0, -50.0),
                ],
                15.0,
            ),
        ] {
            let found = measure(stretches).range_lu;
            assert!((found - expected).abs() < 1.0, "{stretches:?}: {found}");
        }
    }

    #[test]
    fn short_term_loudness_is_that_of_three_seconds() {
        let found = measure(&[(10.0, -30.0), (3.0, -18.0), (10.0, -30.0)]);
        assert!((found.max_short_term_lufs.unwrap() + 18.0).abs() < 0.1);
        assert!(found.p95_short_term_lufs.unwrap() < -18.0);
    }

    #[test]
    fn silence_and_shortness_have_no_loudness() {
        let silence = measure(&[(5.0, -300.0)]);
        assert_eq!(silence, Loudnesses::default());
        assert_eq!(measure(&[(0.3, -10.0)]).integrated_lufs, None);
        assert!(measure(&[(0.5, -10.0)]).integrated_lufs.is_some());
    }

    #[test]
    fn every_rate_gives_the_same_loudness() {
        for rate in [8_000u32, 11_025, 22_050, 44_100, 96_000, 192_000] {
            let samples: Vec<f32> = (0..rate * 3)
                .map(|i| 0.1 * (2.0 * PI * 1000.0 * f64::from(i) / f64::from(rate)).sin() as f32)
                .collect();
            let mut meter = LoudnessMeter::new(rate);
            meter.process(&SoundBlock {
                planes: &[&samples, &samples],
                loudness_weights: &[1.0, 1.0],
            });
            let found = meter.finish().integrated_lufs.unwrap();
            assert!((found + 20.0).abs() < 0.1, "{rate}: {found}");
        }
    }
}
