//! Partials: the tones that stand out of each frame's spectrum, with their exact pitch.
//!
//! Everything tonal is measured on them; what lies between (drums, breath, noise) never gets a pitch.

use std::borrow::Cow;

use crate::{
    audio::MonoAudio,
    dsp::{halfband::halve, stft::PowerSpectrum, window::hann},
};

/// Wanted length of a frame: semitones are told apart from about 100 Hz on, chords are not yet smeared.
const FRAME_S: f64 = 0.3715;
/// Lowest partial looked for: a low E of a bass guitar.
const LOWEST_HZ: f64 = 38.0;
/// Highest partial looked for: above it harmonics of chords say little about their notes.
const HIGHEST_HZ: f64 = 2100.0;
/// The rate is halved while it stays above this: everything up to [`HIGHEST_HZ`] survives the half-band filter.
const LOWEST_RATE_HZ: f64 = 7500.0;
/// How far a partial must stand above the mean magnitude of its third of an octave (amplitude, 3 dB).
const PROMINENCE: f32 = 1.41;
/// Frames weaker than this share of the loudest one's amplitude (−60 dB) have no partials.
const QUIETEST: f32 = 1e-3;
/// Root mean square under which there is nothing to hear at all (−90 dBFS).
const SILENCE: f32 = 3e-5;

/// One tone in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Partial {
    /// Index of its frame.
    pub frame: u32,
    /// Pitch in semitones, 69 for 440 Hz.
    pub pitch: f32,
    /// Amplitude, in the unit of the samples.
    pub amplitude: f32,
    /// Amplitude over the mean magnitude around it.
    pub prominence: f32,
}

/// All partials of a track.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partials {
    /// Frames a second.
    pub frame_rate_hz: f64,
    /// Number of frames; frame `i` is centred at `i / frame_rate_hz`.
    pub n_frames: usize,
    /// Partials, by frame, then by rising pitch.
    pub list: Vec<Partial>,
    /// Root of the power per frame that lies in the looked-at range, in the unit of the samples.
    pub level: Vec<f32>,
}

/// The samples with their rate halved while half of it stays above [`LOWEST_RATE_HZ`], and that rate.
fn lowered(audio: &MonoAudio) -> (Cow<'_, [f32]>, f64) {
    let (mut samples, mut rate) = (Cow::Borrowed(audio.samples.as_slice()), audio.sample_rate_hz);
    while rate / 2.0 > LOWEST_RATE_HZ {
        samples = Cow::Owned(halve(&samples));
        rate /= 2.0;
    }
    (samples, rate)
}

/// Finds the partials of `audio`.
///
/// Cost: one Fourier transform of 0.37 s every 0.19 s at half the rate; about 6 ms per minute of audio.
pub(crate) fn partials(audio: &MonoAudio) -> Partials {
    let (samples, rate) = lowered(audio);
    let samples = samples.as_ref();
    let frame_len = smooth_even_length(FRAME_S * rate);
    let hop = frame_len / 2;
    let mut found = Partials {
        frame_rate_hz: rate / hop as f64,
        n_frames: samples.len() / hop + usize::from(!samples.is_empty()),
        ..Partials::default()
    };
    let bin_hz = rate / frame_len as f64;
    // Partials are local maxima, so the range needs a neighbour on each side.
    let first = ((LOWEST_HZ / bin_hz).round() as usize).max(1);
    let last = ((HIGHEST_HZ.min(0.45 * rate) / bin_hz) as usize).min(frame_len / 2 - 1);
    if last < first {
        // There are no tones at such a rate.
        found.level = vec![0.0; found.n_frames];
        return found;
    }
    let mut stft = PowerSpectrum::new(hann(frame_len));
    let mut power = vec![0.0f32; stft.n_bins()];
    let mut surroundings = Surroundings::new(last);
    // Amplitude 1 under a Hann window peaks at a quarter of the frame.
    let to_amplitude = 4.0 / frame_len as f32;
    let mut loudest = 0.0f32;
    for frame in 0..found.n_frames {
        stft.frame(samples, (frame * hop) as isize - hop as isize, &mut power);
        let total: f32 = power[first..=last].iter().sum();
        let level = total.sqrt() * to_amplitude;
        found.level.push(level);
        loudest = loudest.max(level);
        if level < SILENCE || level < loudest * QUIETEST {
            continue;
        }
        surroundings.measure(&power);
        for bin in first..=last {
            let centre = power[bin];
            if centre <= power[bin - 1] || centre < power[bin + 1] {
                continue;
            }
            let mean = surroundings.mean_magnitude(bin);
            let floor = mean * PROMINENCE;
            if centre <= floor * floor {
                continue;
            }
            let (shift, height) = parabola(power[bin - 1], centre, power[bin + 1]);
            let frequency = (bin as f32 + shift) * bin_hz as f32;
            let magnitude = height.sqrt();
            found.list.push(Partial {
                frame: frame as u32,
                pitch: 69.0 + 12.0 * (frequency / 440.0).log2(),
                amplitude: magnitude * to_amplitude,
                prominence: magnitude / mean,
            });
        }
    }
    let quietest = (loudest * QUIETEST).max(SILENCE);
    let level = &found.level;
    found
        .list
        .retain(|partial| level[partial.frame as usize] >= quietest);
    found
}

/// Even length near `wanted` whose prime factors are at most 5, so that its transform is fast; at least 64.
fn smooth_even_length(wanted: f64) -> usize {
    let mut best = 64usize;
    for odd in [1usize, 3, 5, 9, 15] {
        let exponent = (wanted.max(64.0) / odd as f64).log2().round().clamp(1.0, 24.0) as u32;
        let length = odd << exponent;
        // Powers of two are the fastest: others must be clearly nearer.
        let distance = |length: usize| (length as f64 / wanted).ln().abs();
        if distance(length) + if odd == 1 { 0.0 } else { 0.05 }
            < distance(best) + 0.05 * f64::from(!best.is_power_of_two())
        {
            best = length;
        }
    }
    best
}

/// Mean magnitude around each bin, over about a third of an octave.
struct Surroundings {
    /// `sums[i]`: sum of the magnitudes of bins below `i`.
    sums: Vec<f32>,
    /// First and one past the last bin of the neighbourhood of each bin.
    ranges: Vec<(u32, u32)>,
}

impl Surroundings {
    fn new(last_bin: usize) -> Self {
        let ranges = (0..=last_bin)
            .map(|bin| {
                // At least six bins, else a single low note would be its own surroundings.
                let reach = ((bin as f64 * 0.125) as u32).max(6);
                let bin = bin as u32;
                (
                    bin.saturating_sub(reach).max(1),
                    (bin + reach + 1).min(last_bin as u32 + 1),
                )
            })
            .collect();
        Self {
            sums: vec![0.0; last_bin + 2],
            ranges,
        }
    }

    fn measure(&mut self, power: &[f32]) {
        let mut sum = 0.0;
        for (slot, &value) in self.sums[1..].iter_mut().zip(power) {
            sum += value.sqrt();
            *slot = sum;
        }
    }

    fn mean_magnitude(&self, bin: usize) -> f32 {
        let (from, to) = self.ranges[bin];
        (self.sums[to as usize] - self.sums[from as usize]) / (to - from) as f32
    }
}

/// Top of the parabola through the logarithms of three powers: shift in bins (−½ to ½) and power.
fn parabola(before: f32, centre: f32, after: f32) -> (f32, f32) {
    let tiny = 1e-30f32;
    let (a, b, c) = (before.max(tiny).ln(), centre.max(tiny).ln(), after.max(tiny).ln());
    let curvature = a - 2.0 * b + c;
    if curvature >= -1e-6 {
        return (0.0, centre);
    }
    let shift = (0.5 * (a - c) / curvature).clamp(-0.5, 0.5);
    (shift, (b - 0.25 * (a - c) * shift).exp())
}
