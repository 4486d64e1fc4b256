//! The one short-window spectrogram (46 ms, about 86 frames a second): band powers for onsets, and
//! timbre descriptors for the character of the track. Nobody else transforms these frames.

use crate::{
    audio::MonoAudio,
    dsp::{stft::PowerSpectrum, window::hann},
};

/// Frames between two timbre descriptors: about 21 a second is plenty for averages.
const DESCRIPTOR_STRIDE: usize = 4;
/// Blocks of the fine envelope in one analysis window.
const FINE_BLOCKS_PER_WINDOW: usize = 16;
/// Bands above this bin have a constant width in octaves.
const BANDS_PER_OCTAVE: f64 = 6.0;
/// Upper edge of the highest band. Above it lossy codecs leave little.
const TOP_HZ: f64 = 10_000.0;

/// Short-time spectrum of a whole track, summed into bands.
pub struct Spectrum {
    /// Frames a second. Frame `i` is centred at `i / frame_rate_hz` seconds.
    pub frame_rate_hz: f64,
    /// Length of a frame's window in seconds.
    pub window_s: f64,
    /// Number of frames.
    pub n_frames: usize,
    /// Number of bands.
    pub n_bands: usize,
    /// Upper edge of each band in Hz, rising. The lowest begins at half a bin (about 10 Hz).
    pub band_top_hz: Vec<f32>,
    /// Band powers, `[n_frames × n_bands]`, row-major; a full-scale sine has about 1.5 in its band.
    pub bands: Vec<f32>,
    /// Timbre, every `DESCRIPTOR_STRIDE` frames.
    pub descriptors: Descriptors,
    /// Mean power of short blocks of samples, for exact attack times.
    pub fine: FineEnvelope,
}

/// Timbre over time; each list has one value per descriptor frame.
#[derive(Default)]
pub struct Descriptors {
    /// Descriptor frames a second; frame `i` is centred at `i / rate_hz`.
    pub rate_hz: f64,
    /// Mean power of the windowed samples (a full-scale sine has about ½).
    pub power: Vec<f32>,
    /// Magnitude-weighted mean frequency in Hz; 0 in silence.
    pub centroid_hz: Vec<f32>,
    /// Frequency below which 85 % of the power lies, in Hz; 0 in silence.
    pub rolloff_hz: Vec<f32>,
    /// Entropy of the power over bins, 0 (one sine) to 1 (white noise); 0 in silence.
    pub entropy: Vec<f32>,
    /// Geometric over arithmetic mean of the bins, 0 to 1; 0 in silence.
    pub flatness: Vec<f32>,
}

/// Power of short blocks (about 2.9 ms) without any window.
#[derive(Default)]
pub struct FineEnvelope {
    /// Blocks a second. Block `i` covers the time from `i / rate_hz` on.
    pub rate_hz: f64,
    /// Mean power of the samples.
    pub power: Vec<f32>,
    /// Mean power of their differences: the same, weighted towards high frequencies.
    pub high_power: Vec<f32>,
}

/// Computes the spectrogram of a track; empty audio gives no frames.
pub fn spectrum(audio: &MonoAudio) -> Spectrum {
    let window_len = window_len(audio.sample_rate_hz);
    let hop = window_len / 4;
    let bin_hz = audio.sample_rate_hz / window_len as f64;
    let band_ends = band_ends(window_len / 2 + 1, bin_hz);
    let n_bands = band_ends.len();
    let n_frames = audio.samples.len().div_ceil(hop);
    let mut stft = PowerSpectrum::new(hann(window_len));
    let mut power = vec![0.0; stft.n_bins()];
    let mut bands = vec![0.0; n_frames * n_bands];
    let mut descriptors = Descriptors {
        rate_hz: audio.sample_rate_hz / (hop * DESCRIPTOR_STRIDE) as f64,
        ..Descriptors::default()
    };
    // A full-scale sine under a Hann window has the magnitude len / 4.
    let scale = (4.0 / window_len as f32).powi(2);
    for (i, row) in bands.chunks_exact_mut(n_bands.max(1)).enumerate() {
        stft.frame(
            &audio.samples,
            (i * hop) as isize - (window_len / 2) as isize,
            &mut power,
        );
        let mut start = 1;
        for (band, &end) in row.iter_mut().zip(&band_ends) {
            *band = power[start..end].iter().sum::<f32>() * scale;
            start = end;
        }
        if i % DESCRIPTOR_STRIDE == 0 {
            descriptors.push(&power, bin_hz as f32, scale);
        }
    }
    Spectrum {
        frame_rate_hz: audio.sample_rate_hz / hop as f64,
        window_s: window_len as f64 / audio.sample_rate_hz,
        n_frames,
        n_bands,
        band_top_hz: band_ends
            .iter()
            .map(|&end| ((end as f64 - 0.5) * bin_hz) as f32)
            .collect(),
        bands,
        descriptors,
        fine: fine_envelope(audio, window_len / FINE_BLOCKS_PER_WINDOW),
    }
}

impl Spectrum {
    /// The band powers of one frame.
    pub fn frame(&self, index: usize) -> &[f32] {
        &self.bands[index * self.n_bands..(index + 1) * self.n_bands]
    }
}

/// Logarithm to base 2 for positive normal numbers, to 10⁻⁵; branch-free, so that loops vectorise.
///
/// Zero and subnormal numbers give about −127.
pub(crate) fn fast_log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000) - 1.0;
    // Least-squares fit of log2(1 + m) / m at Chebyshev nodes of 0 to 1; error 9·10⁻⁶.
    let fit = ((((-0.034_595_2 * m + 0.146_433_6) * m - 0.303_389_67) * m + 0.469_301_7) * m - 0.720_442_4)
        * m
        + 1.442_683_3;
    exponent as f32 + m * fit
}

/// Power of two nearest to 46 ms.
fn window_len(sample_rate_hz: f64) -> usize {
    let exponent = (sample_rate_hz * 0.0464).log2().round().clamp(6.0, 15.0);
    1 << exponent as usize
}

/// Where each band ends (bin index, exclusive); the first begins at bin 1. Bands are one bin wide until
/// that is less than 1 / [`BANDS_PER_OCTAVE`] of an octave.
fn band_ends(n_bins: usize, bin_hz: f64) -> Vec<usize> {
    let top = ((TOP_HZ / bin_hz) as usize).min(n_bins * 19 / 20);
    let ratio = (1.0 / BANDS_PER_OCTAVE).exp2();
    let mut ends = Vec::new();
    let mut end = 1;
    while end < top {
        end = ((end as f64 * ratio).round() as usize).max(end + 1).min(top);
        ends.push(end);
    }
    ends
}

fn fine_envelope(audio: &MonoAudio, block: usize) -> FineEnvelope {
    let mut fine = FineEnvelope {
        rate_hz: audio.sample_rate_hz / block as f64,
        ..FineEnvelope::default()
    };
    let mut last = 0.0;
    for samples in audio.samples.chunks(block) {
        let mut difference = (samples[0] - last) * (samples[0] - last);
        for pair in samples.windows(2) {
            difference += (pair[1] - pair[0]) * (pair[1] - pair[0]);
        }
        last = samples[samples.len() - 1];
        fine.power
            .push(samples.iter().map(|x| x * x).sum::<f32>() / block as f32);
        fine.high_power.push(difference / block as f32);
    }
    fine
}

impl Descriptors {
    /// Adds the frame with these bin powers.
    fn push(&mut self, power: &[f32], bin_hz: f32, scale: f32) {
        let bins = &power[1..];
        let total: f32 = bins.iter().sum();
        // Half the window's mean power, full-scale sine: (1 + ½ + ½ of its neighbours) bins; see `scale`.
        self.power.push(total * scale / 3.0);
        if total * scale < 1e-12 {
            for list in [
                &mut self.centroid_hz,
                &mut self.rolloff_hz,
                &mut self.entropy,
                &mut self.flatness,
            ] {
                list.push(0.0);
            }
            return;
        }
        let (mut magnitude, mut moment, mut entropy, mut log_sum) = (0.0, 0.0, 0.0, 0.0);
        let inverse = 1.0 / total;
        for (bin, &p) in bins.iter().enumerate() {
            let root = p.sqrt();
            magnitude += root;
            moment += root * (bin + 1) as f32;
            let share = p * inverse + 1e-12;
            let log = fast_log2(share);
            entropy -= share * log;
            log_sum += log;
        }
        let n = bins.len() as f32;
        let mut sum = 0.0;
        let rolloff = bins.iter().position(|&p| {
            sum += p;
            sum >= 0.85 * total
        });
        self.centroid_hz.push(moment / magnitude * bin_hz);
        self.rolloff_hz.push((rolloff.unwrap_or(0) + 1) as f32 * bin_hz);
        self.entropy.push((entropy / n.log2()).clamp(0.0, 1.0));
        self.flatness.push(((log_sum / n).exp2() * n).clamp(0.0, 1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(sample_rate_hz: f64, frequency_hz: f64, duration_s: f64) -> MonoAudio {
        let n = (sample_rate_hz * duration_s) as usize;
        MonoAudio {
            samples: (0..n)
                .map(|i| (std::f64::consts::TAU * frequency_hz * i as f64 / sample_rate_hz).sin() as f32)
                .collect(),
            sample_rate_hz,
        }
    }

    #[test]
    fn logarithm_is_close() {
        for i in 1..2000 {
            let x = 1e-9 * 1.02f32.powi(i);
            assert!((fast_log2(x) - x.log2()).abs() < 1e-4, "{x}");
        }
        assert!(fast_log2(0.0) < -120.0);
    }

    #[test]
    fn a_tone_lands_in_its_band_at_any_rate() {
        for rate in [8_000.0, 11_025.0, 16_000.0, 22_050.0, 24_000.0, 25_999.0] {
            let spectrum = spectrum(&tone(rate, 1000.0, 1.0));
            assert!(
                (60.0..110.0).contains(&spectrum.frame_rate_hz),
                "{rate}: {}",
                spectrum.frame_rate_hz
            );
            let frame = spectrum.frame(spectrum.n_frames / 2);
            let loudest = (0..frame.len())
                .max_by(|&a, &b| frame[a].total_cmp(&frame[b]))
                .unwrap();
            assert!(spectrum.band_top_hz[loudest] > 960.0 && spectrum.band_top_hz[loudest - 1] < 1040.0);
            assert!((0.4..1.6).contains(&frame[loudest]), "{}", frame[loudest]);
            let middle = spectrum.descriptors.power.len() / 2;
            assert!((spectrum.descriptors.power[middle] - 0.5).abs() < 0.02);
            assert!((spectrum.descriptors.centroid_hz[middle] - 1000.0).abs() < 60.0);
            assert!((spectrum.descriptors.rolloff_hz[middle] - 1000.0).abs() < 60.0);
            assert!(
                spectrum.descriptors.entropy[middle] < 0.3 && spectrum.descriptors.flatness[middle] < 0.05
            );
        }
    }

    #[test]
    fn noise_is_flat_and_silence_is_zero() {
        let mut state = 1u32;
        let mut noise = tone(22_050.0, 1.0, 1.0);
        for sample in &mut noise.samples {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = state as f32 / u32::MAX as f32 - 0.5;
        }
        let spectrum_of_noise = spectrum(&noise);
        let middle = spectrum_of_noise.descriptors.power.len() / 2;
        assert!(spectrum_of_noise.descriptors.entropy[middle] > 0.9);
        assert!(spectrum_of_noise.descriptors.flatness[middle] > 0.4);
        noise.samples.fill(0.0);
        let silent = spectrum(&noise);
        assert!(silent.bands.iter().all(|&p| p == 0.0));
        assert!(silent.descriptors.entropy.iter().all(|&e| e == 0.0));
        assert_eq!(
            spectrum(&MonoAudio {
                samples: vec![],
                sample_rate_hz: 22_050.0
            })
            .n_frames,
            0
        );
    }

    #[test]
    fn the_fine_envelope_shows_where_a_sound_begins() {
        let mut audio = tone(22_050.0, 440.0, 1.0);
        audio.samples[..11_025].fill(0.0);
        let fine = spectrum(&audio).fine;
        let first = fine.power.iter().position(|&p| p > 0.0).unwrap();
        assert!((first as f64 / fine.rate_hz - 0.5).abs() < 0.003);
    }
}
