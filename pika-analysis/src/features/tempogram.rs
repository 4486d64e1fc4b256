//! Local periodicity of the onset strength, in windows of about 12 s.
//!
//! Product of Fourier spectrum and autocorrelation after Peeters (2006): the first has peaks at multiples of a
//! pulse's rate, the second at multiples of its period; what both share is the pulse. Band groups are added as
//! powers, so that kick and snare in alternation do not hide each other.

use crate::{
    dsp::{
        stft::{Autocorrelation, RealFft},
        window::hann,
    },
    features::onset::OnsetCurves,
};

/// Slowest and fastest pulse, in pulses a minute.
pub(crate) const SLOWEST_BPM: f64 = 40.0;
/// See [`SLOWEST_BPM`].
pub(crate) const FASTEST_BPM: f64 = 250.0;
/// Grid points in an octave of tempo: 0.5 % apart.
const POINTS_PER_OCTAVE: f64 = 139.0;
/// Aims of window and hop, in seconds.
const WINDOW_S: f64 = 11.9;

/// Pulse strength over tempo and time.
pub(crate) struct Tempogram {
    /// Tempo of each column in pulses a minute, rising by a constant ratio.
    pub bpm: Vec<f64>,
    /// Time of the middle of each row in seconds.
    pub time_s: Vec<f64>,
    /// Strength, ≥ 0, `[n_rows × bpm.len()]`, row-major. Each row is scaled by how clear its pulse is: 0 to 1.
    pub strength: Vec<f32>,
}

impl Tempogram {
    /// One row.
    pub(crate) fn row(&self, index: usize) -> &[f32] {
        &self.strength[index * self.bpm.len()..(index + 1) * self.bpm.len()]
    }

    /// Mean of all rows.
    pub(crate) fn mean(&self) -> Vec<f32> {
        let mut mean = vec![0.0f32; self.bpm.len()];
        for i in 0..self.time_s.len() {
            for (sum, &value) in mean.iter_mut().zip(self.row(i)) {
                *sum += value;
            }
        }
        let scale = 1.0 / self.time_s.len().max(1) as f32;
        mean.iter_mut().for_each(|value| *value *= scale);
        mean
    }
}

/// Computes the tempogram of a track.
pub(crate) fn tempogram(onsets: &OnsetCurves) -> Tempogram {
    let n = onsets.all.len();
    let window_len = ((WINDOW_S * onsets.rate_hz) as usize).min(n.max(64));
    let hop = window_len / 4;
    let fft_len = (2 * window_len).next_power_of_two();
    let window = hann(window_len);
    let n_points = ((FASTEST_BPM / SLOWEST_BPM).log2() * POINTS_PER_OCTAVE) as usize;
    let bpm: Vec<f64> = (0..n_points)
        .map(|i| SLOWEST_BPM * (i as f64 / POINTS_PER_OCTAVE).exp2())
        .collect();
    let mut fft = RealFft::new(fft_len);
    let mut inverse = Autocorrelation::new(fft_len);
    let mut power = vec![0.0f32; fft_len / 2 + 1];
    let n_rows = if n > window_len {
        (n - window_len) / hop + 1
    } else {
        1
    };
    let mut result = Tempogram {
        strength: Vec::with_capacity(n_rows * bpm.len()),
        time_s: Vec::with_capacity(n_rows),
        bpm,
    };
    // Autocorrelation of the window itself, to undo its taper.
    let taper = {
        let own = fft.transform(|input| input[..window_len].copy_from_slice(&window));
        power
            .iter_mut()
            .zip(own)
            .for_each(|(slot, bin)| *slot = bin.norm_sqr());
        inverse.lags(&power).to_vec()
    };
    for row in 0..n_rows {
        let start = row * hop;
        power.fill(0.0);
        for curve in &onsets.groups {
            let part = &curve[start.min(n)..(start + window_len).min(n)];
            let mean = part.iter().sum::<f32>() / part.len().max(1) as f32;
            let bins = fft.transform(|input| {
                for ((slot, &value), &weight) in input.iter_mut().zip(part).zip(&window) {
                    *slot = (value - mean) * weight;
                }
            });
            power
                .iter_mut()
                .zip(bins)
                .for_each(|(slot, bin)| *slot += bin.norm_sqr());
        }
        let lags = inverse.lags(&power);
        let energy = (lags[0] / taper[0]).max(1e-9);
        let peak = power.iter().copied().fold(1e-9, f32::max).sqrt();
        for &bpm in &result.bpm {
            let hz = bpm / 60.0;
            let spectrum = interpolate(&power, hz * fft_len as f64 / onsets.rate_hz)
                .max(0.0)
                .sqrt()
                / peak;
            let lag = onsets.rate_hz / hz;
            let own = interpolate(&taper, lag).max(taper[0] * 0.05);
            let correlation = (interpolate(lags, lag) / own / energy).max(0.0);
            result.strength.push(spectrum * correlation.min(1.0));
        }
        result
            .time_s
            .push((start as f64 + window_len as f64 / 2.0) / onsets.rate_hz);
    }
    result
}

/// Value between grid points, by a straight line; 0 beyond the end.
fn interpolate(values: &[f32], at: f64) -> f32 {
    let index = at as usize;
    match values.get(index..index + 2) {
        Some(pair) => pair[0] + (pair[1] - pair[0]) * (at - index as f64) as f32,
        None => 0.0,
    }
}
