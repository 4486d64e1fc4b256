//! Waveform overview for drawing: 150 bins a second, peak and three bands.

use crate::{WaveformBin, WaveformOverview, decode::SoundBlock};

/// Bins a second.
const BINS_PER_S: u64 = 150;
/// Borders of the bands in Hz.
const LOW_HZ: f64 = 200.0;
const HIGH_HZ: f64 = 2500.0;

/// Highest absolute sample of each bin, at the native rate.
pub(crate) struct BinPeaks {
    sample_rate_hz: u64,
    frame: u64,
    bin_end: u64,
    current: f32,
    peaks: Vec<f32>,
}

impl BinPeaks {
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let sample_rate_hz = u64::from(sample_rate_hz.max(1));
        Self {
            sample_rate_hz,
            frame: 0,
            bin_end: (sample_rate_hz / BINS_PER_S).max(1),
            current: 0.0,
            peaks: Vec::new(),
        }
    }

    /// Returns the highest absolute sample of the block.
    pub(crate) fn process(&mut self, block: &SoundBlock<'_>) -> f32 {
        let length = block.planes.first().map_or(0, |plane| plane.len());
        let mut start = 0;
        let mut highest = 0.0f32;
        while start < length {
            let left = usize::try_from(self.bin_end - self.frame).unwrap_or(usize::MAX);
            let end = length.min(start.saturating_add(left));
            let now = block
                .planes
                .iter()
                .map(|plane| peak(&plane[start..end]))
                .fold(0.0, f32::max);
            self.current = self.current.max(now);
            highest = highest.max(now);
            self.frame += (end - start) as u64;
            start = end;
            if self.frame >= self.bin_end {
                self.peaks.push(self.current);
                self.current = 0.0;
                let bin = self.peaks.len() as u64 + 1;
                self.bin_end = (bin * self.sample_rate_hz / BINS_PER_S).max(self.frame + 1);
            }
        }
        highest
    }

    /// One value per bin; the last bin may be shorter.
    pub(crate) fn finish(mut self) -> Vec<f32> {
        let begun = self.peaks.len() as u64 * self.sample_rate_hz / BINS_PER_S;
        if self.frame > begun {
            self.peaks.push(self.current);
        }
        self.peaks
    }
}

/// Highest absolute sample; not-a-number counts as silence.
fn peak(samples: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0f32; LANES];
    let chunks = samples.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &sample) in lanes.iter_mut().zip(chunk) {
            let level = sample.abs();
            *lane = if level > *lane { level } else { *lane };
        }
    }
    lanes
        .iter()
        .chain(rest)
        .fold(0.0f32, |highest, &level| highest.max(level.abs()))
}

/// Amplitudes of the three bands in each bin, from the decimated mono signal: root mean squares
/// times √2 (the amplitude of a steady tone).
pub(crate) struct BinBands {
    split: Split,
    samples_per_bin: f64,
    sample: usize,
    bin_end: usize,
    bin_start: usize,
    sums: [f32; 3],
    levels: Vec<[f32; 3]>,
}

impl BinBands {
    pub(crate) fn new(rate_hz: f64) -> Self {
        let samples_per_bin = rate_hz / BINS_PER_S as f64;
        Self {
            split: Split::new(rate_hz),
            samples_per_bin,
            sample: 0,
            bin_end: (samples_per_bin.round() as usize).max(1),
            bin_start: 0,
            sums: [0.0; 3],
            levels: Vec::new(),
        }
    }

    pub(crate) fn process(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(self.bin_end - self.sample));
            self.split.add_power(now, &mut self.sums);
            self.sample += now.len();
            rest = later;
            if self.sample == self.bin_end {
                self.end_bin();
            }
        }
    }

    fn end_bin(&mut self) {
        let scale = 2.0 / (self.sample - self.bin_start).max(1) as f32;
        self.levels.push(self.sums.map(|sum| (sum * scale).sqrt()));
        self.sums = [0.0; 3];
        self.bin_start = self.sample;
        let bin = self.levels.len() + 1;
        self.bin_end = ((bin as f64 * self.samples_per_bin).round() as usize).max(self.sample + 1);
    }

    /// One value per bin; the last bin may be shorter.
    pub(crate) fn finish(mut self) -> Vec<[f32; 3]> {
        if self.sample > self.bin_start {
            self.end_bin();
        }
        self.levels
    }
}

/// The overview from the peaks and the bands of each bin.
pub(crate) fn overview(peaks: &[f32], bands: &[[f32; 3]]) -> WaveformOverview {
    // At rates that are no multiple of 150 the two may differ by one bin at the end.
    let bands = bands.iter().chain(std::iter::repeat(&[0.0; 3]));
    let bins = peaks
        .iter()
        .zip(bands)
        .map(|(&peak, &[low, mid, high])| WaveformBin {
            peak: share(peak),
            low: share(low),
            mid: share(mid),
            high: share(high),
        });
    WaveformOverview {
        bins_per_second: BINS_PER_S as f64,
        bins: bins.collect(),
    }
}

/// 0 to 255; a float to integer cast saturates.
fn share(level: f32) -> u8 {
    (level * 255.0).round() as u8
}

/// Splits a signal into three bands that add up to it, by two cascaded one-pole low-passes at
/// each border.
struct Split {
    gains: [f32; 2],
    states: [[f32; 2]; 2],
}

impl Split {
    fn new(rate_hz: f64) -> Self {
        // Each of two equal poles is 1.5 dB down at the border.
        let gain = |border_hz: f64| {
            let frequency = border_hz / 0.643_594;
            (1.0 - (-std::f64::consts::TAU * frequency / rate_hz.max(1.0)).exp()) as f32
        };
        Self {
            gains: [gain(LOW_HZ), gain(HIGH_HZ)],
            states: [[0.0; 2]; 2],
        }
    }

    /// Adds the sums of squares of low, mid and high.
    fn add_power(&mut self, samples: &[f32], sums: &mut [f32; 3]) {
        let [low_gain, high_gain] = self.gains;
        let [mut low, mut high] = self.states;
        for &sample in samples {
            low[0] += low_gain * (sample - low[0]);
            low[1] += low_gain * (low[0] - low[1]);
            high[0] += high_gain * (sample - high[0]);
            high[1] += high_gain * (high[0] - high[1]);
            let bands = [low[1], high[1] - low[1], sample - high[1]];
            for (sum, band) in sums.iter_mut().zip(bands) {
                *sum += band * band;
            }
        }
        for state in low.iter_mut().chain(&mut high) {
            // The tail would reach denormal numbers, which are slow.
            if state.abs() < 1e-20 {
                *state = 0.0;
            }
        }
        self.states = [low, high];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_land_in_their_bands() {
        for (frequency, expected) in [(50.0, 0), (700.0, 1), (7000.0, 2)] {
            let samples: Vec<f32> = (0..22_050)
                .map(|i| (0.5 * (std::f64::consts::TAU * frequency * f64::from(i) / 22_050.0).sin()) as f32)
                .collect();
            let mut bands = BinBands::new(22_050.0);
            samples.chunks(577).for_each(|part| bands.process(part));
            let overview = overview(&[0.5; 150], &bands.finish());
            assert_eq!(overview.bins.len(), 150);
            let bin = overview.bins[75];
            let bands = [bin.low, bin.mid, bin.high];
            let loudest = (0..3).max_by_key(|&band| bands[band]);
            assert_eq!(loudest, Some(expected), "{frequency}: {bands:?}");
            assert!(bands[expected] > 90, "{frequency}: {bands:?}");
            assert_eq!(bin.peak, 128);
        }
    }

    #[test]
    fn bins_cover_the_whole_track_at_any_rate() {
        for (rate, frames) in [
            (44_100u32, 44_100usize),
            (8_000, 12_345),
            (11_025, 5),
            (192_000, 200_001),
        ] {
            let mut peaks = BinPeaks::new(rate);
            let samples = vec![0.25; frames];
            for part in samples.chunks(1000) {
                peaks.process(&SoundBlock {
                    planes: &[part],
                    loudness_weights: &[1.0],
                });
            }
            let peaks = peaks.finish();
            let expected = (frames as f64 * 150.0 / f64::from(rate)).ceil() as usize;
            assert!(
                peaks.len().abs_diff(expected) <= 1,
                "{rate}: {} of {expected}",
                peaks.len()
            );
            assert!(peaks.iter().all(|&peak| peak == 0.25), "{rate}");
        }
    }

    #[test]
    fn a_single_peak_is_in_its_bin() {
        let mut samples = vec![0.0; 44_100];
        samples[22_050] = -1.0;
        let mut peaks = BinPeaks::new(44_100);
        peaks.process(&SoundBlock {
            planes: &[&samples],
            loudness_weights: &[1.0],
        });
        let peaks = peaks.finish();
        let loud: Vec<usize> = (0..peaks.len()).filter(|&bin| peaks[bin] > 0.0).collect();
        assert_eq!(loud, [75]);
    }

    #[test]
    fn not_a_number_is_silence() {
        assert_eq!(peak(&[f32::NAN; 20]), 0.0);
    }
}
