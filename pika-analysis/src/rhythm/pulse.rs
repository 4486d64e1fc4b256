//! The most salient pulse of a track and where it falls.
//!
//! A pulse is any steady level of the metre: a beat, half of one or two. Which of them is the beat is decided
//! later ([`super::level`]), on curves that were resampled to this pulse and so have no tempo drift any more.

use crate::{
    features::{onset::OnsetCurves, tempogram::Tempogram},
    rhythm::{
        follow,
        phasor::{N_HARMONICS, Phasor},
    },
};

/// Half-width of the search for the exact rate around the tempogram's answer, as a ratio.
const SEARCH: f64 = 0.022;
/// Length of the blocks whose phases are compared, in seconds: short enough for a 2.2 % error at the 4th harmonic.
const BLOCK_S: f64 = 1.5;
/// Phase errors below this are called steady, in seconds (Mixxx's ear-tested bound).
pub(crate) const STEADY_S: f64 = 0.025;

/// Half of the windows lie within this when a machine keeps the time, in seconds.
const EXACT_S: f64 = 0.0035;

/// This share of the track is in phase when one line fits.
const MOSTLY: f64 = 0.85;

/// A pulse as clear as this is followed well: no other way needs to be tried.
const CLEAR: f64 = 0.8;

/// So much of the track on an exact line is enough to think of a machine, whatever the rest does.
const HALF: f64 = 0.5;

/// Where even pulses are likely, following has to explain so much more of the track, as a ratio. Less follows
/// accidents. Like the others it was found by trial on generated music of known tempo, not derived.
const LEAST_GAIN: f64 = 1.15;

/// Where the pulses fall.
#[derive(Debug, Clone)]
pub(crate) struct Pulses {
    /// Times in seconds, rising, covering the whole track and one pulse beyond each end.
    pub(crate) times_s: Vec<f64>,
    /// Whether they are evenly spaced by construction.
    pub(crate) constant: bool,
    /// Mean rate in Hz.
    pub(crate) hz: f64,
    /// Standard deviation of local phase against the pulses, in seconds.
    pub(crate) scatter_s: f64,
    /// Share of the track whose local phase is steady, 0 to 1.
    pub(crate) steady: f64,
    /// How clear the pulse is, 0 to 1: see [`follow::Deviations::clarity`].
    pub(crate) clarity: f64,
}

/// Finds and follows the most salient pulse; `None` when there is none.
pub(crate) fn pulses(onsets: &OnsetCurves, tempogram: &Tempogram, duration_s: f64) -> Option<Pulses> {
    let guess_hz = salient_rate(tempogram)?;
    let blocks = Blocks::new(onsets, guess_hz, BLOCK_S);
    let hz = blocks.best_rate(guess_hz);
    let even = Pulses {
        times_s: even_times(hz, 0.0, duration_s),
        constant: true,
        hz,
        scatter_s: 0.0,
        steady: 1.0,
        clarity: 0.0,
    };
    let deviations = follow::deviations(onsets, &even.times_s);
    let steady = deviations.share_within(STEADY_S);
    let median_s = deviations.median_s();
    let exact = median_s <= EXACT_S;
    let one_line = steady >= MOSTLY && (exact || (median_s <= STEADY_S / 2.0 && !deviations.wanders()));
    let even = Pulses {
        scatter_s: deviations.scatter_s(),
        steady,
        clarity: deviations.clarity,
        ..even
    };
    if one_line && even.clarity >= CLEAR {
        return Some(even);
    }
    let followed = follow::follow(onsets, tempogram, guess_hz, duration_s);
    let after = follow::deviations(onsets, &followed);
    // What each way explains of the track. Where even pulses fail (breaks, off-beats), following seldom does better.
    let (by_even, by_following) = (
        steady * even.clarity,
        after.share_within(STEADY_S) * after.clarity,
    );
    let likely_even = one_line || (exact && steady >= HALF);
    let least_gain = if likely_even { LEAST_GAIN } else { 1.0 };
    if by_following <= least_gain * by_even {
        return Some(even);
    }
    let mean_hz = (followed.len() - 1) as f64 / (followed[followed.len() - 1] - followed[0]);
    Some(Pulses {
        times_s: followed,
        constant: false,
        hz: mean_hz,
        scatter_s: after.scatter_s(),
        steady: after.share_within(STEADY_S),
        clarity: after.clarity,
    })
}

/// Evenly spaced times from before 0 to beyond `duration_s`, one of them at `anchor_s`.
pub(crate) fn even_times(hz: f64, anchor_s: f64, duration_s: f64) -> Vec<f64> {
    let first = (-anchor_s * hz).floor() as i64 - 1;
    let last = ((duration_s - anchor_s) * hz).ceil() as i64 + 1;
    (first..=last).map(|k| anchor_s + k as f64 / hz).collect()
}

/// Rate in Hz whose whole family of related tempi is strongest in the tempogram: a pulse of its own has a half,
/// a double or a third beside it, an accident of syncopation has not.
fn salient_rate(tempogram: &Tempogram) -> Option<f64> {
    /// Related tempo and the weight of its strength.
    const FAMILY: [(f64, f32); 7] = [
        (1.0, 1.0),
        (2.0, 0.5),
        (0.5, 0.5),
        (3.0, 0.3),
        (4.0, 0.3),
        (0.25, 0.3),
        (1.0 / 3.0, 0.2),
    ];
    let mean = tempogram.mean();
    // Neighbouring columns count too: a tempo that drifts is spread over some.
    let smooth: Vec<f32> = (0..mean.len())
        .map(|i| {
            mean[i.saturating_sub(1)..(i + 2).min(mean.len())]
                .iter()
                .copied()
                .fold(0.0, f32::max)
        })
        .collect();
    let points_per_octave = 1.0 / (tempogram.bpm[1] / tempogram.bpm[0]).log2();
    let strength = |i: usize, ratio: f64| {
        let at = i as f64 + ratio.log2() * points_per_octave;
        if at < 0.0 {
            0.0
        } else {
            smooth.get(at.round() as usize).copied().unwrap_or(0.0)
        }
    };
    let score = |i: usize| {
        // The root keeps one accident from outweighing a whole family.
        let family: f32 = FAMILY
            .iter()
            .map(|&(ratio, weight)| weight * strength(i, ratio).sqrt())
            .sum();
        // Pulses from 80 to 220 a minute are followed best: slower ones leave gaps, faster ones blur.
        let octaves = (tempogram.bpm[i] / 135.0).log2() / 0.9;
        family * (-0.5 * octaves * octaves).exp() as f32
    };
    let best = (1..mean.len() - 1)
        .filter(|&i| mean[i] >= mean[i - 1] && mean[i] >= mean[i + 1] && mean[i] > 0.005)
        .max_by(|&a, &b| score(a).total_cmp(&score(b)))?;
    // Vertex of the parabola through the peak and its neighbours.
    let (a, b, c) = (
        f64::from(mean[best - 1]),
        f64::from(mean[best]),
        f64::from(mean[best + 1]),
    );
    let shift = if a - 2.0 * b + c < 0.0 {
        0.5 * (a - c) / (a - 2.0 * b + c)
    } else {
        0.0
    };
    Some(tempogram.bpm[best] * (shift / points_per_octave).exp2() / 60.0)
}

/// Phasors of the pulse's harmonics in consecutive blocks of the track.
struct Blocks {
    time_s: Vec<f64>,
    phasors: Vec<[Phasor; N_HARMONICS]>,
}

impl Blocks {
    /// Demodulates the onset strength at `hz` and its harmonics.
    fn new(onsets: &OnsetCurves, hz: f64, block_s: f64) -> Self {
        let len = ((block_s * onsets.rate_hz) as usize).max(1);
        let mut blocks = Self {
            time_s: Vec::new(),
            phasors: Vec::new(),
        };
        let step = Phasor::unit(-hz / onsets.rate_hz);
        for (index, part) in onsets.all.chunks(len).enumerate() {
            let start = index * len;
            let mut carrier = Phasor::unit(-hz * start as f64 / onsets.rate_hz);
            let mut sums = [Phasor::default(); N_HARMONICS];
            let mean = f64::from(part.iter().sum::<f32>()) / part.len() as f64;
            for &value in part {
                let mut harmonic = carrier;
                for sum in &mut sums {
                    *sum = sum.plus(harmonic.scaled(f64::from(value) - mean));
                    harmonic = harmonic.times(carrier);
                }
                carrier = carrier.times(step);
            }
            blocks
                .time_s
                .push((start as f64 + part.len() as f64 / 2.0) / onsets.rate_hz);
            blocks.phasors.push(sums);
        }
        blocks
    }

    /// The rate near `guess_hz` at which the harmonics of the whole track add up best.
    fn best_rate(&self, guess_hz: f64) -> f64 {
        let duration_s = self.time_s.last().copied().unwrap_or(1.0).max(1.0);
        // An eighth of a cycle of the highest harmonic over the whole track.
        let step = 1.0 / (8.0 * duration_s * N_HARMONICS as f64);
        let n = ((guess_hz * SEARCH / step).ceil() as i64).min(20_000);
        let best = (-n..=n)
            .map(|k| (self.power(k as f64 * step), k))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(0, |(_, k)| k);
        let centre = best as f64 * step;
        let (a, b, c) = (
            self.power(centre - step),
            self.power(centre),
            self.power(centre + step),
        );
        let curvature = a - 2.0 * b + c;
        let shift = if curvature < 0.0 {
            (0.5 * (a - c) / curvature).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        guess_hz + centre + shift * step
    }

    /// Power of the harmonics over the whole track when the rate is `offset_hz` above the one of the blocks.
    fn power(&self, offset_hz: f64) -> f64 {
        let mut sums = [Phasor::default(); N_HARMONICS];
        for (&time_s, phasors) in self.time_s.iter().zip(&self.phasors) {
            let turn = Phasor::unit(-offset_hz * time_s);
            let mut harmonic = turn;
            for (sum, phasor) in sums.iter_mut().zip(phasors) {
                *sum = sum.plus(phasor.times(harmonic));
                harmonic = harmonic.times(turn);
            }
        }
        sums.iter().map(|sum| sum.norm_sqr()).sum()
    }
}
