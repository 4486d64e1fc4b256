//! Onset strength: how much each group of bands rises from frame to frame.
//!
//! Log-power flux with a maximum filter over frequency on the reference frame, after Böck & Widmer (2013),
//! "Maximum filter vibrato suppression for onset detection", in four groups of bands.

use crate::features::spectrum::{Spectrum, fast_log2};

/// Groups of bands: kick and bass; toms and bass overtones; snare, chords, voice; hats and snare noise.
pub(crate) const N_GROUPS: usize = 4;
/// Upper edge of each group in Hz.
const GROUP_TOP_HZ: [f32; N_GROUPS] = [150.0, 500.0, 2500.0, f32::INFINITY];
/// Frames between the two spectra that are compared: windows overlap by half then.
const LAG: usize = 2;
/// A band counts from this far below its own loud level (95th percentile), as a power ratio (−30 dB)…
const FLOOR_OF_BAND: f32 = 1e-3;
/// … and from this far below the loudest band's (−60 dB): empty bands hold only codec noise.
const FLOOR_OF_TRACK: f32 = 1e-6;
/// Powers below this are silence (−110 dBFS).
const SILENCE: f32 = 1e-11;
/// Length of the moving mean that is taken off, in seconds.
const MEAN_S: f64 = 1.5;

/// Onset strength of a track.
pub(crate) struct OnsetCurves {
    /// Values a second; value `i` belongs to the time `i / rate_hz`.
    pub rate_hz: f64,
    /// One curve per group, ≥ 0, with a moving mean taken off and a root mean square of 1 (or all 0).
    pub groups: [Vec<f32>; N_GROUPS],
    /// Their weighted sum.
    pub all: Vec<f32>,
    /// Mean rise of the log power over all bands, in octaves of power (3 dB) a second: not normalised.
    pub mean_rise: f64,
}

/// Weight of each group in the sum.
const GROUP_WEIGHT: [f32; N_GROUPS] = [1.0, 0.7, 1.0, 0.8];

/// Onset strength curves of a track.
pub(crate) fn onset_curves(spectrum: &Spectrum) -> OnsetCurves {
    let n_bands = spectrum.n_bands;
    let n = spectrum.n_frames;
    let floors = band_floors(spectrum);
    let logs = log_power(spectrum, &floors);
    let mut groups: [Vec<f32>; N_GROUPS] = std::array::from_fn(|_| vec![0.0; n]);
    let group_of: Vec<usize> = spectrum
        .band_top_hz
        .iter()
        .map(|&top| {
            GROUP_TOP_HZ
                .iter()
                .position(|&limit| top * 0.95 <= limit)
                .unwrap_or(N_GROUPS - 1)
        })
        .collect();
    let first_of_group: Vec<usize> = (0..=N_GROUPS)
        .map(|group| group_of.iter().position(|&g| g >= group).unwrap_or(n_bands))
        .collect();
    let mut reference = vec![0.0f32; n_bands];
    let mut total = 0.0;
    for i in LAG..n {
        let (before, now) = (
            &logs[(i - LAG) * n_bands..(i - LAG + 1) * n_bands],
            &logs[i * n_bands..(i + 1) * n_bands],
        );
        max_filter(before, first_of_group[1], &mut reference);
        for (group, curve) in groups.iter_mut().enumerate() {
            let bands = first_of_group[group]..first_of_group[group + 1];
            let rise: f32 = now[bands.clone()]
                .iter()
                .zip(&reference[bands])
                .map(|(&a, &b)| (a - b).max(0.0))
                .sum();
            curve[i] = rise;
            total += f64::from(rise);
        }
    }
    for curve in &mut groups {
        normalize(curve, (MEAN_S * spectrum.frame_rate_hz) as usize);
    }
    let mut all = vec![0.0; n];
    for (curve, weight) in groups.iter().zip(GROUP_WEIGHT) {
        for (sum, &value) in all.iter_mut().zip(curve) {
            *sum += weight * value;
        }
    }
    OnsetCurves {
        rate_hz: spectrum.frame_rate_hz,
        groups,
        all,
        mean_rise: total / (n * n_bands).max(1) as f64 * spectrum.frame_rate_hz / LAG as f64,
    }
}

/// Power that is added to each band before the logarithm.
fn band_floors(spectrum: &Spectrum) -> Vec<f32> {
    // One frame in four is plenty for a percentile.
    let mut column = Vec::with_capacity(spectrum.n_frames / 4 + 1);
    let loud: Vec<f32> = (0..spectrum.n_bands)
        .map(|band| {
            column.clear();
            column.extend(spectrum.bands.iter().skip(band).step_by(spectrum.n_bands * 4));
            let index = column.len() * 95 / 100;
            match column.len() {
                0 => 0.0,
                _ => *column.select_nth_unstable_by(index, f32::total_cmp).1,
            }
        })
        .collect();
    let loudest = loud.iter().copied().fold(0.0, f32::max);
    loud.iter()
        .map(|&level| (level * FLOOR_OF_BAND).max(loudest * FLOOR_OF_TRACK).max(SILENCE))
        .collect()
}

fn log_power(spectrum: &Spectrum, floors: &[f32]) -> Vec<f32> {
    let mut logs = vec![0.0; spectrum.bands.len()];
    let rows = spectrum.bands.chunks_exact(spectrum.n_bands.max(1));
    for (out, row) in logs.chunks_exact_mut(spectrum.n_bands.max(1)).zip(rows) {
        for ((slot, &power), &floor) in out.iter_mut().zip(row).zip(floors) {
            *slot = fast_log2(power + floor);
        }
    }
    logs
}

/// Maximum of each band and its two neighbours, from band `from` on; below it the bands are too wide apart.
fn max_filter(row: &[f32], from: usize, out: &mut [f32]) {
    out.copy_from_slice(row);
    for i in from.max(1)..row.len().saturating_sub(1) {
        out[i] = row[i - 1].max(row[i]).max(row[i + 1]);
    }
}

/// Takes a moving mean off, keeps what is above it, and brings the root mean square to 1.
fn normalize(curve: &mut [f32], mean_len: usize) {
    let half = mean_len / 2;
    let mut sums = Vec::with_capacity(curve.len() + 1);
    let mut sum = 0.0f64;
    sums.push(0.0);
    for &value in curve.iter() {
        sum += f64::from(value);
        sums.push(sum);
    }
    let n = curve.len();
    let mut power = 0.0f64;
    for (i, value) in curve.iter_mut().enumerate() {
        let (from, to) = (i.saturating_sub(half), (i + half + 1).min(n));
        let mean = (sums[to] - sums[from]) / (to - from) as f64;
        *value = (*value - mean as f32).max(0.0);
        power += f64::from(*value * *value);
    }
    let rms = (power / n.max(1) as f64).sqrt();
    if rms > 1e-6 {
        let scale = (1.0 / rms) as f32;
        curve.iter_mut().for_each(|value| *value *= scale);
    } else {
        curve.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audio::MonoAudio, features::spectrum::spectrum};

    #[test]
    fn clicks_rise_where_they_sound_and_silence_never() {
        let mut audio = MonoAudio {
            samples: vec![0.0; 22_050 * 4],
            sample_rate_hz: 22_050.0,
        };
        for click in [22_050, 33_075, 55_125] {
            audio.samples[click] = 0.9;
        }
        let onsets = onset_curves(&spectrum(&audio));
        for at_s in [1.0, 1.5, 2.5] {
            let frame = (at_s * onsets.rate_hz) as usize;
            let near = &onsets.all[frame - 2..frame + 3];
            assert!(near.iter().copied().fold(0.0, f32::max) > 5.0, "{at_s}");
        }
        assert!(
            onsets.all[(3.0 * onsets.rate_hz) as usize..]
                .iter()
                .all(|&v| v < 0.01)
        );
        audio.samples.fill(0.0);
        assert!(onset_curves(&spectrum(&audio)).all.iter().all(|&v| v == 0.0));
    }
}
