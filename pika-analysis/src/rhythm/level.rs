//! Features by which the beat is told from the other levels of the metre.
//!
//! Every candidate tempo is a simple ratio of the followed pulse. On curves resampled to that pulse, a Fourier
//! transform over 48 pulses puts halves, thirds, quarters and their products on bins of their own, so
//! a candidate is described by how strong its own divisions and multiples are, in each group of bands and in the
//! harmony, whatever its tempo.

use crate::{
    dsp::{
        stft::{Complex32, RealFft},
        window::hann,
    },
    features::onset::{N_GROUPS, OnsetCurves},
    rhythm::{
        pulse::Pulses,
        warp::{PER_PULSE, Warped},
    },
};

/// Candidate beat rates relative to the pulse.
pub(crate) const RATIOS: [f64; 12] = [
    0.25,
    1.0 / 3.0,
    0.5,
    2.0 / 3.0,
    0.75,
    1.0,
    4.0 / 3.0,
    1.5,
    2.0,
    3.0,
    4.0,
    1.0 / 6.0,
];
/// Candidates outside of this are never counted by dancers, in BPM.
pub(crate) const BEAT_RANGE_BPM: (f64, f64) = (42.0, 222.0);

/// Pulses in a window: bins are 1/48 of the pulse rate apart.
const WINDOW: usize = 48;
/// Curves: the onset groups, then harmony and bass change.
const N_CURVES: usize = N_GROUPS + 2;
/// Multiples of the beat rate whose strength is looked at, in each onset group…
const MULTIPLES: [f64; 12] = [
    0.25,
    1.0 / 3.0,
    0.5,
    2.0 / 3.0,
    0.75,
    1.0,
    4.0 / 3.0,
    1.5,
    2.0,
    3.0,
    4.0,
    6.0,
];
/// … and in harmony and bass.
const HARMONY_MULTIPLES: [f64; 6] = [0.125, 1.0 / 6.0, 0.25, 1.0 / 3.0, 0.5, 1.0];
/// Multiples at which two groups are compared in phase, and which groups.
const PHASE_MULTIPLES: [f64; 3] = [0.25, 0.5, 1.0];
const PHASE_PAIRS: [(usize, usize); 3] = [(0, 2), (0, 3), (2, 3)];
/// Number of features of a candidate.
pub(crate) const N_FEATURES: usize =
    N_GROUPS * MULTIPLES.len() + 2 * HARMONY_MULTIPLES.len() + PHASE_PAIRS.len() * PHASE_MULTIPLES.len() + 2;
/// Least share of a curve's power that is told from nothing.
const FLOOR: f32 = 1e-3;

/// A tempo that the track may have.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Rate relative to the pulse.
    pub(crate) ratio: f64,
    /// Tempo in BPM.
    pub(crate) bpm: f64,
    /// What the classifier sees.
    pub(crate) features: [f32; N_FEATURES],
}

/// All candidates of a track within [`BEAT_RANGE_BPM`].
pub(crate) fn candidates(warped: &Warped, pulses: &Pulses, onset_rate_hz: f64) -> Vec<Candidate> {
    let spectra = Spectra::new(warped);
    RATIOS
        .iter()
        .map(|&ratio| (ratio, pulses.hz * ratio * 60.0))
        .filter(|&(_, bpm)| (BEAT_RANGE_BPM.0..=BEAT_RANGE_BPM.1).contains(&bpm))
        .map(|(ratio, bpm)| Candidate {
            ratio,
            bpm,
            features: spectra.features(ratio, onset_rate_hz * 60.0 / bpm),
        })
        .collect()
}

/// Onsets a second: peaks of the onset strength above its mean.
pub(crate) fn onset_rate(onsets: &OnsetCurves) -> f64 {
    let curve = &onsets.all;
    let n = curve.len();
    let mean = curve.iter().sum::<f32>() / n.max(1) as f32;
    let peaks = (2..n.saturating_sub(2))
        .filter(|&i| {
            let value = curve[i];
            value > 1.2 * mean
                && value >= curve[i - 1]
                && value > curve[i + 1]
                && value >= curve[i - 2]
                && value > curve[i + 2]
        })
        .count();
    let active = curve.iter().filter(|&&value| value > 0.0).count();
    // Silence does not count, gaps between onsets do: about half of the frames lie below the moving mean.
    let seconds = (n as f64 / onsets.rate_hz).min(active as f64 * 4.0 / onsets.rate_hz);
    peaks as f64 / seconds.max(1.0)
}

/// Power and cross spectra of all curves, averaged over windows of [`WINDOW`] pulses.
struct Spectra {
    power: [Vec<f32>; N_CURVES],
    total: [f32; N_CURVES],
    cross: [Vec<f32>; PHASE_PAIRS.len()],
}

impl Spectra {
    fn new(warped: &Warped) -> Self {
        let n_bins = WINDOW * PER_PULSE / 2 + 1;
        let [a, b, c, d] = &warped.groups;
        let curves: [&[f32]; N_CURVES] = [a, b, c, d, &warped.harmony, &warped.bass];
        let n = warped.len();
        let len = (WINDOW * PER_PULSE).min(n.max(1));
        let window = hann(len);
        let mut fft = RealFft::new(WINDOW * PER_PULSE);
        let mut spectra = Self {
            power: std::array::from_fn(|_| vec![0.0; n_bins]),
            total: [0.0; N_CURVES],
            cross: std::array::from_fn(|_| vec![0.0; n_bins]),
        };
        let mut bins: [Vec<Complex32>; N_CURVES] = std::array::from_fn(|_| Vec::new());
        let hop = (WINDOW / 2) * PER_PULSE;
        let mut start = 0;
        loop {
            let from = start.min(n - len.min(n));
            for (curve, bins) in curves.iter().zip(&mut bins) {
                let part = &curve[from..from + len.min(n)];
                let mean = part.iter().sum::<f32>() / part.len().max(1) as f32;
                let spectrum = fft.transform(|input| {
                    for ((slot, &value), &weight) in input.iter_mut().zip(part).zip(&window) {
                        *slot = (value - mean) * weight;
                    }
                });
                bins.clear();
                bins.extend_from_slice(spectrum);
            }
            for (power, bins) in spectra.power.iter_mut().zip(&bins) {
                power
                    .iter_mut()
                    .zip(bins)
                    .for_each(|(sum, bin)| *sum += bin.norm_sqr());
            }
            for (cross, (a, b)) in spectra.cross.iter_mut().zip(PHASE_PAIRS) {
                for (k, sum) in cross.iter_mut().enumerate() {
                    *sum += (bins[a][k] * bins[b][k].conj()).re;
                }
            }
            start += hop;
            if start + hop > n || start + len >= n + hop {
                break;
            }
        }
        for (curve, (total, power)) in spectra.total.iter_mut().zip(&spectra.power).enumerate() {
            // Harmony is only resolved up to about a pulse.
            let top = if curve < N_GROUPS { n_bins } else { WINDOW };
            *total = power[3..top].iter().sum::<f32>().max(1e-6);
        }
        spectra
    }

    /// Features of the candidate beat `ratio` with that many onsets in a beat.
    fn features(&self, ratio: f64, onsets_per_beat: f64) -> [f32; N_FEATURES] {
        let mut features = [0.0; N_FEATURES];
        let mut slots = features.iter_mut();
        let mut push = |value: f32| {
            if let Some(slot) = slots.next() {
                *slot = value;
            }
        };
        let bin = |multiple: f64| (ratio * multiple * WINDOW as f64).round() as usize;
        let strength = |curve: usize, multiple: f64| {
            let share = self.power[curve].get(bin(multiple)).copied().unwrap_or(0.0) / self.total[curve];
            (share + FLOOR).ln() - FLOOR.ln()
        };
        for curve in 0..N_GROUPS {
            for multiple in MULTIPLES {
                push(strength(curve, multiple));
            }
        }
        for curve in N_GROUPS..N_CURVES {
            for multiple in HARMONY_MULTIPLES {
                push(strength(curve, multiple));
            }
        }
        for (cross, (a, b)) in self.cross.iter().zip(PHASE_PAIRS) {
            for multiple in PHASE_MULTIPLES {
                let k = bin(multiple).min(cross.len() - 1);
                let (pa, pb) = (self.power[a][k] / self.total[a], self.power[b][k] / self.total[b]);
                // Phase counts for as much as both groups have there.
                let product = (self.power[a][k] * self.power[b][k]).sqrt().max(1e-9);
                let clear = (pa * pb).sqrt() / ((pa * pb).sqrt() + 0.01);
                push(cross[k] / product * clear);
            }
        }
        let density = onsets_per_beat.max(0.05).log2() as f32;
        push(density);
        push(density * density);
        features
    }
}
