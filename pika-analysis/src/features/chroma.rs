//! Chroma: how strong each of the twelve pitch classes sounds over time, in the bass and above it.

use super::{
    partials::{Partial, partials},
    tuning::tuning_cents,
};
use crate::audio::MonoAudio;

/// Lowest and one past the highest semitone looked at (E♭1, 39 Hz; C7, 2093 Hz).
const LOWEST: i32 = 27;
const N_SEMITONES: usize = 70;

/// Strength of the pitch classes over time, tuning corrected.
///
/// Each frame of each register is scaled so that its strongest pitch class is 1; without tones it is all 0.
#[derive(Debug, Clone, Default)]
pub struct Chromagram {
    /// Frames a second, about 5.4. Frame `i` is centred at `i / frame_rate_hz` and about 0.37 s long.
    pub frame_rate_hz: f64,
    /// Pitch classes from C of all that lies above the bass (from about 130 Hz).
    pub treble: Vec<[f32; 12]>,
    /// The same of the bass (up to about 200 Hz).
    pub bass: Vec<[f32; 12]>,
    /// The same of the middle alone, where chords lie (about 150 to 450 Hz).
    pub middle: Vec<[f32; 12]>,
    /// The same of the top alone, where melodies and harmonics lie (about 450 to 2100 Hz).
    pub top: Vec<[f32; 12]>,
    /// Root of each frame's power between 38 and 2100 Hz, in the unit of the samples.
    pub level: Vec<f32>,
    /// Share of each frame's amplitude that lies in clear tones, 0 to 1.
    pub tonality: Vec<f32>,
    /// Deviation from A = 440 Hz in cents, −50 to 50.
    pub tuning_cents: f64,
}

impl Chromagram {
    /// Number of frames.
    pub fn n_frames(&self) -> usize {
        self.treble.len()
    }
}

/// Chromagram of a track.
///
/// Cost: about 7 ms per minute of audio.
pub fn chromagram(audio: &MonoAudio) -> Chromagram {
    let found = partials(audio);
    let tuning_cents = tuning_cents(&found.list);
    let silent = vec![[0.0; 12]; found.n_frames];
    let mut chroma = Chromagram {
        frame_rate_hz: found.frame_rate_hz,
        treble: silent.clone(),
        bass: silent.clone(),
        middle: silent.clone(),
        top: silent,
        tonality: vec![0.0; found.n_frames],
        level: found.level,
        tuning_cents,
    };
    let registers = Registers::new();
    let mut semitones = [0.0f32; N_SEMITONES];
    for frame in found.list.chunk_by(|a, b| a.frame == b.frame) {
        let index = frame[0].frame as usize;
        spread(frame, (tuning_cents / 100.0) as f32, &mut semitones);
        chroma.treble[index] = fold(&semitones, &registers.treble);
        chroma.bass[index] = fold(&semitones, &registers.bass);
        chroma.middle[index] = fold(&semitones, &registers.middle);
        chroma.top[index] = fold(&semitones, &registers.top);
        chroma.tonality[index] = tonality(frame, chroma.level[index]);
    }
    chroma
}

/// Share of each semitone in each register: trapezes over pitch, so that no note jumps between registers.
struct Registers {
    treble: [f32; N_SEMITONES],
    bass: [f32; N_SEMITONES],
    middle: [f32; N_SEMITONES],
    top: [f32; N_SEMITONES],
}

impl Registers {
    fn new() -> Self {
        let rising = |from: f32, over: f32| {
            std::array::from_fn(|i| ((LOWEST as f32 + i as f32 - from) / over).clamp(0.0, 1.0))
        };
        let bass: [f32; N_SEMITONES] = rising(52.0, 12.0);
        let middle: [f32; N_SEMITONES] = rising(47.0, 7.0);
        let top: [f32; N_SEMITONES] = rising(67.0, 7.0);
        Self {
            treble: rising(47.0, 12.0),
            bass: bass.map(|share| 1.0 - share),
            middle: std::array::from_fn(|i| middle[i] * (1.0 - top[i])),
            top,
        }
    }
}

/// Strength of each semitone: the root of its amplitude, since a chord's notes differ in level but count alike.
fn spread(frame: &[Partial], tuning: f32, semitones: &mut [f32; N_SEMITONES]) {
    semitones.fill(0.0);
    for partial in frame {
        let pitch = partial.pitch - tuning;
        let nearest = pitch.round();
        let Ok(index) = usize::try_from(nearest as i32 - LOWEST) else {
            continue;
        };
        if let Some(slot) = semitones.get_mut(index) {
            // Halfway between two semitones nothing is certain.
            *slot += (std::f32::consts::PI * (pitch - nearest)).cos().powi(2) * partial.amplitude;
        }
    }
    semitones.iter_mut().for_each(|value| *value = value.sqrt());
}

fn fold(semitones: &[f32; N_SEMITONES], register: &[f32; N_SEMITONES]) -> [f32; 12] {
    let mut classes = [0.0f32; 12];
    for (i, (value, share)) in semitones.iter().zip(register).enumerate() {
        classes[(LOWEST as usize + i) % 12] += value * share;
    }
    let strongest = classes.iter().copied().fold(0.0, f32::max);
    if strongest > 0.0 {
        classes.iter_mut().for_each(|value| *value /= strongest);
    }
    classes
}

fn tonality(frame: &[Partial], level: f32) -> f32 {
    /// How far a peak must stand out for a tone: the peaks of noise rarely reach it.
    const CLEAR: f32 = 3.0;
    // A Hann window spreads a tone's power over one and a half bins.
    let power: f32 = frame
        .iter()
        .filter(|partial| partial.prominence > CLEAR)
        .map(|partial| 1.5 * partial.amplitude.powi(2))
        .sum();
    (power.sqrt() / level.max(1e-9)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three seconds of tones of these pitches, each with four harmonics.
    fn tones(pitches: &[f64], cents: f64, rate: f64) -> MonoAudio {
        let samples = (0..(3.0 * rate) as usize)
            .map(|i| {
                let time = i as f64 / rate;
                let sample: f64 = pitches
                    .iter()
                    .flat_map(|&pitch| (1..=4).map(move |h| (pitch, f64::from(h))))
                    .map(|(pitch, h)| {
                        let frequency = 440.0 * 2f64.powf((pitch - 69.0 + cents / 100.0) / 12.0);
                        0.1 / h * (std::f64::consts::TAU * frequency * h * time).sin()
                    })
                    .sum();
                sample as f32
            })
            .collect();
        MonoAudio {
            samples,
            sample_rate_hz: rate,
        }
    }

    fn strongest(classes: &[f32; 12], n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..12).collect();
        order.sort_by(|&a, &b| classes[b].total_cmp(&classes[a]));
        order.truncate(n);
        order.sort_unstable();
        order
    }

    #[test]
    fn a_chord_shows_its_notes_and_its_bass_at_any_rate_and_tuning() {
        for rate in [8_000.0, 11_025.0, 16_000.0, 22_050.0, 24_000.0, 26_000.0] {
            for cents in [-40.0, 0.0, 40.0] {
                // A minor over an A in the bass.
                let chroma = chromagram(&tones(&[45.0, 60.0, 64.0, 69.0], cents, rate));
                let middle = chroma.treble.len() / 2;
                assert_eq!(
                    strongest(&chroma.treble[middle], 3),
                    [0, 4, 9],
                    "{rate} Hz, {cents} cents"
                );
                assert_eq!(
                    strongest(&chroma.bass[middle], 1),
                    [9],
                    "{rate} Hz, {cents} cents"
                );
                assert!(
                    (chroma.tuning_cents - cents).abs() < 3.0,
                    "{rate} Hz: {} for {cents}",
                    chroma.tuning_cents
                );
                assert!(
                    (chroma.frame_rate_hz - 5.4).abs() < 0.5,
                    "{rate} Hz: {}",
                    chroma.frame_rate_hz
                );
                assert!(
                    chroma.tonality[middle] > 0.8,
                    "{rate} Hz: {}",
                    chroma.tonality[middle]
                );
            }
        }
    }

    #[test]
    fn silence_and_scraps_have_no_chroma() {
        for len in [0, 1, 100, 22_050] {
            let chroma = chromagram(&MonoAudio {
                samples: vec![0.0; len],
                sample_rate_hz: 22_050.0,
            });
            assert_eq!(chroma.treble.len(), chroma.bass.len());
            assert!(
                chroma
                    .treble
                    .iter()
                    .chain(&chroma.bass)
                    .all(|frame| *frame == [0.0; 12])
            );
            assert!(chroma.tuning_cents.abs() <= 50.0);
        }
    }
}
