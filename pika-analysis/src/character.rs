//! Character: energy, danceability and brightness of a track, 0 to 100 each.
//!
//! Every value is a weighted sum of things one can hear, each stretched from "hardly" (0) to "as much as music gets"
//! (1). Loudness is no more than 28 % of energy, so that an old quiet master of a wild song stays wild.

use crate::{
    features::{
        onset::{OnsetCurves, onset_curves},
        spectrum::{Descriptors, Spectrum},
    },
    result::Character,
    rhythm::Rhythm,
};

/// Mean power of the samples under which there is nothing to hear (−90 dBFS).
const SILENCE: f32 = 1e-9;
/// Frames this far below the loud ones (−40 dB) are pauses: they say nothing of the sound.
const PAUSE: f32 = 1e-4;

/// Energy, danceability and brightness; `None` for silence.
///
/// `loud_lufs`: 95th percentile of the short-term loudness (EBU R128), or the integrated loudness of a short track.
/// Without a rhythm (no pulse) danceability is near 0.
pub fn character(spectrum: &Spectrum, rhythm: Option<&Rhythm>, loud_lufs: Option<f64>) -> Option<Character> {
    let timbre = Timbre::measure(&spectrum.descriptors)?;
    let onsets = onset_curves(spectrum);
    let attacks = Attacks::measure(spectrum, &onsets);
    Some(Character {
        energy: energy(&timbre, &attacks, loud_lufs),
        danceability: danceability(&attacks, rhythm.map(|rhythm| Groove::measure(&onsets, rhythm))),
        brightness: brightness(&timbre),
    })
}

/// Intensity and activity: loud, dense, noisy, bright, and full of attacks.
///
/// After Spotify's definition ("fast, loud, noisy"). The stretches lie so that the reference anchors hold: solo piano
/// ballad up to 25, acoustic soul 30–45, mid-tempo blues band 45–60, pop 60–75, house 70–90, metal from 88.
fn energy(timbre: &Timbre, attacks: &Attacks, loud_lufs: Option<f64>) -> f64 {
    100.0
        * (0.28 * loud_lufs.map_or(0.0, |lufs| stretch(lufs, -26.0, -5.0))
            + 0.16 * stretch(attacks.strong_hz, 1.0, 5.0)
            + 0.08 * stretch(attacks.low_hz, 1.0, 5.0)
            + 0.12 * stretch(attacks.crispness, 0.0, 2.2)
            + 0.15 * stretch(timbre.centroid_hz.log2(), 450f64.log2(), 2600f64.log2())
            + 0.13 * stretch(timbre.entropy, 0.30, 0.58)
            + 0.08 * stretch(-timbre.contrast_db, -12.0, -1.0))
}

/// How easily the body follows: a clear, steady, repeated pulse near a walking tempo, carried by bass and drums.
fn danceability(attacks: &Attacks, groove: Option<Groove>) -> f64 {
    /// What music without any groove still gets from the sum, and what is left above it.
    const LEAST: f64 = 0.18;
    const SPAN: f64 = 0.80;
    let drive = 0.5 * stretch(attacks.crispness, 0.1, 1.8) + 0.5 * stretch(attacks.low_hz, 0.8, 3.2);
    let groove = groove.map_or(0.0, |groove| {
        // Half the people tap between 83 and 140 BPM to anything.
        let octaves_off = (groove.bpm / 108.0).log2() / 0.55;
        0.28 * stretch(groove.clarity, 0.05, 0.75)
            + 0.15 * groove.steadiness
            + 0.17 * stretch(groove.beat_strength, 0.0, 0.7)
            + 0.12 * stretch(groove.regularity, 0.1, 0.85)
            + 0.10 * (-octaves_off * octaves_off).exp()
    });
    100.0 * stretch(groove + 0.18 * drive, LEAST, LEAST + SPAN)
}

/// From dark and bass-heavy to bright: the centroid of the spectrum on a logarithmic scale.
fn brightness(timbre: &Timbre) -> f64 {
    100.0 * stretch(timbre.centroid_hz.log2(), 450f64.log2(), 3400f64.log2())
}

/// 0 at `from`, 1 at `to`, straight between.
fn stretch(value: f64, from: f64, to: f64) -> f64 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

/// Sound colour, over all but the pauses.
struct Timbre {
    /// Geometric mean of the frames' centroids, loud frames weighing more.
    centroid_hz: f64,
    /// Mean entropy of the spectrum: 0 one tone, 1 white noise.
    entropy: f64,
    /// How far the quieter third lies below the loudest moments, in dB: large for plucked strings, small for a wall of sound.
    contrast_db: f64,
}

impl Timbre {
    fn measure(descriptors: &Descriptors) -> Option<Self> {
        let loud = percentile(&descriptors.power, 0.95)?;
        if loud < SILENCE {
            return None;
        }
        let mut audible = Vec::with_capacity(descriptors.power.len());
        let (mut weights, mut centroids, mut entropies) = (0.0, 0.0, 0.0);
        for (i, &power) in descriptors.power.iter().enumerate() {
            if power <= loud * PAUSE {
                continue;
            }
            let weight = f64::from(power).sqrt();
            weights += weight;
            centroids += weight * f64::from(descriptors.centroid_hz[i].max(1.0)).log2();
            entropies += f64::from(descriptors.entropy[i]);
            audible.push(power);
        }
        let quieter = percentile(&audible, 0.3)?;
        let louder = percentile(&audible, 0.95)?;
        Some(Self {
            centroid_hz: (centroids / weights).exp2(),
            entropy: entropies / audible.len() as f64,
            contrast_db: 10.0 * f64::from(louder / quieter).log10(),
        })
    }
}

/// How much happens.
struct Attacks {
    /// Strong attacks a second, in all bands together.
    strong_hz: f64,
    /// Attacks of bass drum and bass a second.
    low_hz: f64,
    /// New amplitude above 2.5 kHz a second, as a multiple of the mean amplitude: hi-hats, snares, consonants.
    crispness: f64,
}

impl Attacks {
    fn measure(spectrum: &Spectrum, onsets: &OnsetCurves) -> Self {
        Self {
            // The curves have a root mean square of about 1 per group: these stand clearly out of the rest.
            strong_hz: peak_rate_hz(&onsets.all, 4.0, onsets.rate_hz),
            low_hz: peak_rate_hz(&onsets.groups[0], 1.5, onsets.rate_hz),
            crispness: crispness(spectrum),
        }
    }
}

/// Peaks above `least` a second, at least 58 ms apart.
fn peak_rate_hz(curve: &[f32], least: f32, rate_hz: f64) -> f64 {
    let apart = (0.058 * rate_hz).round().max(1.0) as usize;
    let mut count = 0usize;
    let mut next = 0;
    for (i, window) in curve.windows(3).enumerate() {
        if i >= next && window[1] > least && window[1] >= window[0] && window[1] > window[2] {
            count += 1;
            next = i + apart;
        }
    }
    count as f64 * rate_hz / curve.len().max(1) as f64
}

fn crispness(spectrum: &Spectrum) -> f64 {
    /// Frames between the two spectra that are compared: windows overlap by half then.
    const LAG: usize = 2;
    let n_bands = spectrum.n_bands;
    let first_high = spectrum
        .band_top_hz
        .iter()
        .position(|&top| top > 2500.0)
        .unwrap_or(n_bands);
    let mut before = vec![vec![0.0f32; n_bands]; LAG];
    let (mut new, mut total) = (0.0f64, 0.0f64);
    for (i, row) in spectrum.bands.chunks_exact(n_bands.max(1)).enumerate() {
        let reference = &mut before[i % LAG];
        let (mut rise, mut sum) = (0.0f32, 0.0f32);
        for (band, (slot, power)) in reference.iter_mut().zip(row).enumerate() {
            let amplitude = power.sqrt();
            sum += amplitude;
            if band >= first_high {
                rise += (amplitude - *slot).max(0.0);
            }
            *slot = amplitude;
        }
        total += f64::from(sum);
        new += f64::from(rise);
    }
    new / total.max(1e-12) * spectrum.frame_rate_hz
}

/// How the pulse feels.
struct Groove {
    bpm: f64,
    /// Autocorrelation of the attacks one or two beats later, 0 to 1.
    clarity: f64,
    /// The same two or four beats later.
    regularity: f64,
    /// Steadiness of the tempo, 0 to 1.
    steadiness: f64,
    /// How much more of the low attacks falls on beats than chance would have it, 0 to 1.
    beat_strength: f64,
}

impl Groove {
    fn measure(onsets: &OnsetCurves, rhythm: &Rhythm) -> Self {
        let beat = 60.0 / rhythm.tempo.bpm * onsets.rate_hz;
        let [one, two, four] = [1.0, 2.0, 4.0].map(|beats| autocorrelation(&onsets.all, beats * beat));
        Self {
            bpm: rhythm.tempo.bpm,
            // Syncopated grooves repeat after two beats rather than one.
            clarity: one.max(0.85 * two),
            regularity: two.max(four),
            steadiness: (rhythm.tempo.steadiness / 100.0).clamp(0.0, 1.0),
            beat_strength: beat_strength(&onsets.groups[0], onsets.rate_hz, &rhythm.grid.beats_s),
        }
    }
}

/// Highest normalised autocorrelation within two frames (23 ms) of `lag` frames, 0 to 1.
fn autocorrelation(curve: &[f32], lag: f64) -> f64 {
    const SLACK: usize = 2;
    let mean = curve.iter().sum::<f32>() / curve.len().max(1) as f32;
    let centred: Vec<f32> = curve.iter().map(|value| value - mean).collect();
    let power: f32 = centred.iter().map(|value| value * value).sum();
    let lag = lag.round() as usize;
    (lag.saturating_sub(SLACK)..=lag + SLACK)
        .filter(|&lag| lag < centred.len())
        .map(|lag| {
            let product: f32 = centred.iter().zip(&centred[lag..]).map(|(a, b)| a * b).sum();
            f64::from(product / power.max(1e-9))
        })
        .fold(0.0, f64::max)
        .min(1.0)
}

fn beat_strength(low: &[f32], rate_hz: f64, beats_s: &[f64]) -> f64 {
    /// Frames on either side of a beat that belong to it (35 ms).
    const REACH: usize = 3;
    let total: f32 = low.iter().sum();
    let (mut on_beats, mut frames) = (0.0f32, 0usize);
    let mut free_from = 0;
    for &beat_s in beats_s {
        let centre = (beat_s * rate_hz).round().max(0.0) as usize;
        let from = centre.saturating_sub(REACH).max(free_from).min(low.len());
        let to = (centre + REACH + 1).clamp(from, low.len());
        on_beats += low[from..to].iter().sum::<f32>();
        frames += to - from;
        free_from = to;
    }
    let chance = frames as f64 / low.len().max(1) as f64;
    let share = f64::from(on_beats / total.max(1e-9));
    ((share - chance) / (1.0 - chance).max(1e-9)).clamp(0.0, 1.0)
}

/// Value below which this share of the others lies; `None` when there are none.
fn percentile(values: &[f32], share: f64) -> Option<f32> {
    let mut values = values.to_vec();
    let index = (share * values.len().saturating_sub(1) as f64) as usize;
    (index < values.len()).then(|| *values.select_nth_unstable_by(index, f32::total_cmp).1)
}
