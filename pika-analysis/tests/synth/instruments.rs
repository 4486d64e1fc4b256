//! Simple synthesis: drums of sines and noise, tones of a few partials. Every sound is drawn per song.

use std::f32::consts::TAU;

use pika_analysis::internals::MonoAudio;

use super::{RATE_HZ, Random, Voice};

const TABLE: usize = 1024;

/// The sounds of one song.
pub(crate) struct Kit {
    gains: [f32; 13],
    kick_hz: f32,
    kick_decay_s: f32,
    kick_click: f32,
    snare_decay_s: f32,
    snare_tone: f32,
    hat_decay_s: f32,
    bass: Tone,
    chord: Tone,
    pad: Tone,
    melody: Tone,
}

/// A pitched sound: partials and envelope.
struct Tone {
    wave: Vec<f32>,
    attack_s: f32,
    decay_s: f32,
    vibrato: f32,
}

impl Tone {
    fn draw(
        random: &mut Random,
        brightness: (f64, f64),
        attack_s: (f64, f64),
        decay_s: (f64, f64),
        vibrato: f64,
    ) -> Self {
        let slope = random.range(brightness.0, brightness.1);
        let odd = random.chance(0.3);
        let partials: Vec<f32> = (1..=12)
            .map(|h| {
                let even_scale = if odd && h % 2 == 0 { 0.1 } else { 1.0 };
                (f64::from(h).powf(-slope) * even_scale * random.range(0.5, 1.0)) as f32
            })
            .collect();
        let mut wave: Vec<f32> = (0..TABLE)
            .map(|i| {
                let phase = TAU * i as f32 / TABLE as f32;
                partials
                    .iter()
                    .zip(1u8..)
                    .map(|(a, h)| a * (phase * f32::from(h)).sin())
                    .sum()
            })
            .collect();
        let peak = wave.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        wave.iter_mut().for_each(|v| *v /= peak);
        Self {
            wave,
            attack_s: random.range(attack_s.0, attack_s.1) as f32,
            decay_s: random.range(decay_s.0, decay_s.1) as f32,
            vibrato: vibrato as f32,
        }
    }
}

impl Kit {
    /// Draws the sounds and their balance.
    pub(crate) fn draw(random: &mut Random) -> Self {
        // Kick, snare, clap, rim, hat, open, ride, shaker, tom, bass, chord, pad, melody: decibels.
        const LEVEL_DB: [f64; 13] = [
            -6.0, -9.0, -10.0, -14.0, -20.0, -18.0, -20.0, -24.0, -11.0, -9.0, -15.0, -17.0, -13.0,
        ];
        let gains = LEVEL_DB.map(|db| 10f64.powf((db + random.range(-7.0, 5.0)) / 20.0) as f32);
        let plucked = random.chance(0.6);
        Self {
            gains,
            kick_hz: random.range(42.0, 75.0) as f32,
            kick_decay_s: random.range(0.05, 0.22) as f32,
            kick_click: random.range(0.0, 0.5) as f32,
            snare_decay_s: random.range(0.05, 0.18) as f32,
            snare_tone: random.range(0.1, 0.8) as f32,
            hat_decay_s: random.range(0.015, 0.07) as f32,
            bass: Tone::draw(random, (1.0, 3.0), (0.002, 0.02), (0.15, 1.5), 0.0),
            chord: if plucked {
                Tone::draw(random, (0.8, 2.2), (0.001, 0.008), (0.15, 1.2), 0.0)
            } else {
                Tone::draw(random, (0.6, 2.0), (0.005, 0.05), (1.0, 6.0), 0.0)
            },
            pad: Tone::draw(random, (1.0, 2.2), (0.05, 0.4), (4.0, 9.0), 0.0),
            melody: Tone::draw(random, (0.6, 1.8), (0.01, 0.08), (0.8, 4.0), 0.006),
        }
    }

    /// Adds one sound to the mix. `pitch` is a MIDI note.
    #[expect(clippy::too_many_arguments, reason = "a note is just these")]
    pub(crate) fn play(
        &self,
        mix: &mut Mix,
        voice: Voice,
        at_s: f64,
        length_s: f64,
        pitch: f64,
        level: f64,
        random: &mut Random,
    ) {
        let gain = self.gains[voice as usize] * level as f32;
        match voice {
            Voice::Kick => mix.sweep(
                at_s,
                3.0 * self.kick_hz,
                self.kick_hz,
                self.kick_decay_s,
                gain,
                self.kick_click,
            ),
            Voice::Tom => mix.sweep(at_s, 220.0, 110.0 + 60.0 * random.unit() as f32, 0.1, gain, 0.1),
            Voice::Snare => {
                mix.sweep(at_s, 260.0, 180.0, 0.05, gain * self.snare_tone, 0.0);
                mix.noise(at_s, 0.35, self.snare_decay_s, gain, random);
            }
            Voice::Clap => {
                for k in 0..3 {
                    mix.noise(
                        at_s + 0.009 * f64::from(k),
                        0.5,
                        0.012 + 0.03 * f32::from(k == 2),
                        gain * 0.8,
                        random,
                    );
                }
            }
            Voice::Rim => mix.sweep(at_s, 1800.0, 1650.0, 0.02, gain * 1.5, 0.2),
            Voice::Hat => mix.noise(at_s, 0.97, self.hat_decay_s, gain * 2.0, random),
            Voice::Open => mix.noise(at_s, 0.95, 0.12, gain * 1.5, random),
            Voice::Ride => {
                mix.noise(at_s, 0.98, 0.1, gain, random);
                mix.sweep(at_s, 5200.0, 5200.0, 0.2, gain * 0.5, 0.0);
            }
            Voice::Shaker => mix.noise_with_attack(at_s, 0.9, 0.012, 0.03, gain * 2.0, random),
            Voice::Bass => mix.tone(&self.bass, at_s, length_s, pitch, gain),
            Voice::Chord => mix.tone(&self.chord, at_s, length_s, pitch, gain),
            Voice::Pad => mix.tone(&self.pad, at_s, length_s, pitch, gain),
            Voice::Melody => mix.tone(&self.melody, at_s, length_s, pitch, gain),
        }
    }
}

/// Where sounds are added up.
pub(crate) struct Mix {
    samples: Vec<f32>,
}

impl Mix {
    pub(crate) fn new(duration_s: f64) -> Self {
        Self {
            samples: vec![0.0; (duration_s * RATE_HZ) as usize],
        }
    }

    fn from(&mut self, at_s: f64, length_s: f64) -> &mut [f32] {
        let start = ((at_s * RATE_HZ) as usize).min(self.samples.len());
        let end = (start + (length_s * RATE_HZ) as usize).min(self.samples.len());
        &mut self.samples[start..end]
    }

    /// A decaying sine that glides, and a click.
    pub(crate) fn sweep(&mut self, at_s: f64, from_hz: f32, to_hz: f32, decay_s: f32, gain: f32, click: f32) {
        let rate = RATE_HZ as f32;
        let mut phase = 0.0f32;
        let fall = (-1.0 / (decay_s * rate)).exp();
        let glide = (-1.0 / (0.02 * rate)).exp();
        let (mut level, mut above) = (gain, from_hz - to_hz);
        for (i, slot) in self.from(at_s, f64::from(decay_s) * 6.0).iter_mut().enumerate() {
            phase += (to_hz + above) / rate;
            *slot += level * (TAU * phase.fract()).sin()
                + if i < 30 {
                    gain * click * (0.9 - 0.03 * i as f32)
                } else {
                    0.0
                };
            level *= fall;
            above *= glide;
        }
    }

    /// Decaying noise; `high` from 0 (white) to 1 is how much of the low part is taken off.
    pub(crate) fn noise(&mut self, at_s: f64, high: f32, decay_s: f32, gain: f32, random: &mut Random) {
        self.noise_with_attack(at_s, high, 0.0, decay_s, gain, random);
    }

    fn noise_with_attack(
        &mut self,
        at_s: f64,
        high: f32,
        attack_s: f32,
        decay_s: f32,
        gain: f32,
        random: &mut Random,
    ) {
        let fall = (-1.0 / (decay_s * RATE_HZ as f32)).exp();
        let attack = (attack_s * RATE_HZ as f32) as usize;
        let mut level = gain;
        let mut last = 0.0;
        let mut state = random.next() as u32 | 1;
        for (i, slot) in self
            .from(at_s, f64::from(attack_s + decay_s * 6.0))
            .iter_mut()
            .enumerate()
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let white = state as f32 / u32::MAX as f32 - 0.5;
            let rise = if i < attack { i as f32 / attack as f32 } else { 1.0 };
            *slot += level * rise * (white - high * last);
            last = white;
            if i >= attack {
                level *= fall;
            }
        }
    }

    fn tone(&mut self, tone: &Tone, at_s: f64, length_s: f64, pitch: f64, gain: f32) {
        let rate = RATE_HZ as f32;
        let hz = (440.0 * ((pitch - 69.0) / 12.0).exp2()) as f32;
        let fall = (-1.0 / (tone.decay_s * rate)).exp();
        let release = (-1.0 / (0.03 * rate)).exp();
        let attack = (tone.attack_s * rate).max(1.0);
        let held = (length_s * RATE_HZ) as usize;
        let step = hz / rate * TABLE as f32;
        let (mut phase, mut level) = (0.0f32, gain);
        for (i, slot) in self.from(at_s, length_s + 0.15).iter_mut().enumerate() {
            let rise = (i as f32 / attack).min(1.0);
            *slot += level * rise * tone.wave[phase as usize % TABLE];
            let vibrato = if tone.vibrato > 0.0 {
                1.0 + tone.vibrato * (TAU * 5.5 * i as f32 / rate).sin()
            } else {
                1.0
            };
            phase += step * vibrato;
            if phase >= TABLE as f32 {
                phase -= TABLE as f32;
            }
            level *= if i > held { release } else { fall };
        }
    }

    /// Levels out, saturates a little, adds noise and dulls, as far as `dirt` says.
    pub(crate) fn finish(mut self, dirt: f64, random: &mut Random) -> MonoAudio {
        let peak = self.samples.iter().fold(1e-9f32, |m, v| m.max(v.abs()));
        let drive = (1.0 + dirt * random.range(0.0, 3.0)) as f32 / peak;
        let hiss = if random.chance(0.5 * dirt) {
            10f64.powf(random.range(-3.5, -2.0)) as f32
        } else {
            0.0
        };
        let dull = if random.chance(0.3 * dirt) {
            random.range(0.3, 0.75) as f32
        } else {
            0.0
        };
        let mut last = 0.0;
        let mut state = random.next() as u32 | 1;
        for sample in &mut self.samples {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let driven = (*sample * drive).tanh() + hiss * (state as f32 / u32::MAX as f32 - 0.5);
            last = dull * last + (1.0 - dull) * driven;
            *sample = 0.9 * last;
        }
        MonoAudio {
            samples: self.samples,
            sample_rate_hz: RATE_HZ,
        }
    }
}
