//! Plays a score: additive synthesis, drums of noise and sweeps, a little room, and the wear of a recording.

use std::f64::consts::TAU;

use super::{
    rng::Rng,
    score::{Note, Part, Score},
};

/// One sound: partials and how they grow and fade.
#[derive(Debug, Clone)]
pub(crate) struct Timbre {
    /// Frequency ratio and amplitude of each partial.
    pub(crate) partials: Vec<(f64, f64)>,
    pub(crate) attack_s: f64,
    /// Time constant of the fading while a note is held; infinite for an organ.
    pub(crate) decay_s: f64,
    /// Depth in semitones, at about 5.5 Hz.
    pub(crate) vibrato: f64,
}

impl Timbre {
    /// Harmonics that fall by a power of their number.
    pub(crate) fn harmonic(n: usize, slope: f64, decay_s: f64) -> Self {
        Self {
            partials: (1..=n).map(|h| (h as f64, (h as f64).powf(-slope))).collect(),
            attack_s: 0.008,
            decay_s,
            vibrato: 0.0,
        }
    }

    /// Any of a wide family: plucked, struck, bowed, blown, square, bells.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let n = 1 + rng.below(10);
        let slope = rng.range(0.4, 2.2);
        let odd = rng.chance(0.2);
        // Bells and electric pianos: some partials are out of tune with the rest.
        let stretch = if rng.chance(0.12) {
            rng.range(0.0005, 0.004)
        } else {
            rng.range(0.0, 0.0003)
        };
        let partials = (1..=n)
            .filter(|h| !odd || h % 2 == 1)
            .map(|h| {
                let h = h as f64;
                (
                    h * (1.0 + stretch * h * h).sqrt(),
                    h.powf(-slope) * rng.range(0.3, 1.3),
                )
            })
            .collect();
        Self {
            partials,
            attack_s: if rng.chance(0.3) {
                rng.range(0.02, 0.15)
            } else {
                rng.range(0.002, 0.02)
            },
            decay_s: if rng.chance(0.5) {
                rng.range(0.15, 1.5)
            } else {
                f64::INFINITY
            },
            vibrato: if rng.chance(0.25) {
                rng.range(0.05, 0.4)
            } else {
                0.0
            },
        }
    }
}

/// How a score is played and recorded.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub(crate) bass: Timbre,
    pub(crate) chords: Timbre,
    pub(crate) melody: Timbre,
    /// Levels of bass, chords, melody, drums.
    pub(crate) levels: [f64; 4],
    /// Deviation of everything from A = 440 Hz.
    pub(crate) cents: f64,
    /// Overdrive: 0 clean; it adds difference tones and harmonics as an amplifier does.
    pub(crate) drive: f64,
    /// Level of white noise over everything.
    pub(crate) noise: f64,
    /// Level of the room.
    pub(crate) room: f64,
    /// Pitch of the kick drum in Hz.
    pub(crate) kick_hz: f64,
}

impl Recording {
    /// A clean piano, a bass guitar and a flute, without noise.
    pub(crate) fn plain() -> Self {
        Self {
            bass: Timbre::harmonic(4, 1.2, 1.0),
            chords: Timbre::harmonic(6, 1.0, 0.8),
            melody: Timbre::harmonic(3, 1.5, f64::INFINITY),
            levels: [0.3, 0.12, 0.15, 0.0],
            cents: 0.0,
            drive: 0.0,
            noise: 0.0,
            room: 0.0,
            kick_hz: 52.0,
        }
    }

    /// The sound of `score`, with a second for the last notes to fade.
    pub(crate) fn render(&self, score: &Score, rate: f64) -> Vec<f32> {
        let mut out = vec![0.0f64; ((score.duration_s() + 1.0) * rate) as usize];
        let mut rng = Rng::new(score.seed ^ 0xD1CE);
        for note in score.notes() {
            self.play(&mut out, &note, rate, &mut rng);
        }
        if self.room > 0.0 {
            for (delay_s, gain) in [(0.031, 0.5), (0.047, 0.4), (0.083, 0.3), (0.131, 0.2)] {
                let delay = (delay_s * rate) as usize;
                for i in delay..out.len() {
                    out[i] += self.room * gain * out[i - delay];
                }
            }
        }
        out.iter()
            .map(|&sample| {
                let driven = if self.drive > 0.0 {
                    (sample * (1.0 + self.drive)).tanh()
                } else {
                    sample
                };
                (driven + self.noise * rng.range(-1.0, 1.0)) as f32
            })
            .collect()
    }

    fn play(&self, out: &mut [f64], note: &Note, rate: f64, rng: &mut Rng) {
        let start = (note.start_s * rate) as usize;
        if start >= out.len() {
            return;
        }
        let out = &mut out[start..];
        match note.part {
            Part::Bass => self.tone(out, note, &self.bass, self.levels[0], rate),
            Part::Chords => self.tone(out, note, &self.chords, self.levels[1], rate),
            Part::Melody => self.tone(out, note, &self.melody, self.levels[2], rate),
            Part::Kick => {
                let level = self.levels[3] * note.velocity;
                let mut phase = 0.0;
                for (i, slot) in out.iter_mut().take((0.35 * rate) as usize).enumerate() {
                    let time = i as f64 / rate;
                    phase += TAU * self.kick_hz * (1.0 + 3.0 * (-time / 0.02).exp()) / rate;
                    *slot += level * 1.2 * (-time / 0.09).exp() * phase.sin();
                }
            }
            Part::Snare => {
                let level = self.levels[3] * note.velocity;
                for (i, slot) in out.iter_mut().take((0.2 * rate) as usize).enumerate() {
                    let time = i as f64 / rate;
                    let shell = 0.4 * (TAU * 190.0 * time).sin() * (-time / 0.04).exp();
                    *slot += level * (shell + 0.7 * rng.range(-1.0, 1.0) * (-time / 0.06).exp());
                }
            }
            Part::Hat => {
                let level = self.levels[3] * note.velocity;
                let mut last = 0.0;
                for (i, slot) in out.iter_mut().take((0.06 * rate) as usize).enumerate() {
                    let white = rng.range(-1.0, 1.0);
                    *slot += level * 0.3 * (white - last) * (-(i as f64) / rate / 0.02).exp();
                    last = white;
                }
            }
        }
    }

    fn tone(&self, out: &mut [f64], note: &Note, timbre: &Timbre, level: f64, rate: f64) {
        const RELEASE_S: f64 = 0.06;
        if level == 0.0 {
            return;
        }
        let base = 440.0 * 2f64.powf((f64::from(note.pitch) - 69.0 + self.cents / 100.0) / 12.0);
        let held = (note.length_s * rate) as usize;
        let len = ((note.length_s + 4.0 * RELEASE_S) * rate) as usize;
        let len = len.min(out.len());
        let fade = if timbre.decay_s.is_finite() {
            (-1.0 / (timbre.decay_s * rate)).exp()
        } else {
            1.0
        };
        let release = (-1.0 / (RELEASE_S * rate)).exp();
        let attack = (timbre.attack_s * rate).max(1.0);
        let mut envelope = Vec::with_capacity(len);
        let mut value = level * note.velocity;
        for i in 0..len {
            value *= if i < held { fade } else { release };
            envelope.push(value * (i as f64 / attack).min(1.0));
        }
        if timbre.vibrato > 0.0 {
            let mut phase = 0.0f64;
            for (i, (slot, gain)) in out.iter_mut().zip(&envelope).enumerate() {
                let bend = timbre.vibrato * (TAU * 5.5 * i as f64 / rate).sin();
                phase += TAU * base * (1.0 + bend * 0.0578) / rate;
                let sum: f64 = timbre
                    .partials
                    .iter()
                    .filter(|(ratio, _)| base * ratio < 0.45 * rate)
                    .map(|(ratio, amplitude)| amplitude * (phase * ratio).sin())
                    .sum();
                *slot += gain * sum;
            }
            return;
        }
        for &(ratio, amplitude) in timbre
            .partials
            .iter()
            .filter(|(ratio, _)| base * ratio < 0.45 * rate)
        {
            // Two-term recurrence of a sine.
            let step = TAU * base * ratio / rate;
            let factor = 2.0 * step.cos();
            let (mut before, mut now) = (-step.sin() * amplitude, 0.0);
            for (slot, gain) in out.iter_mut().zip(&envelope) {
                *slot += gain * now;
                (before, now) = (now, factor * now - before);
            }
        }
    }
}
