//! A small synthesiser: drums, bass, chords and a lead over four chords.

use std::f32::consts::TAU;

/// How a song sounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Groove {
    /// Beats per minute.
    pub(super) bpm: f64,
    /// Semitones above C.
    pub(super) tonic: u8,
    pub(super) minor: bool,
    /// Where the off-beat eighth falls: 0.5 straight, 0.66 triplet swing.
    pub(super) swing: f64,
    /// 0 sparse and soft, 1 dense and hard.
    pub(super) drive: f32,
    /// 0 dark, 1 bright.
    pub(super) bright: f32,
}

impl Groove {
    /// One channel, −1 to 1.
    pub(super) fn render(&self, seconds: u32, rate: u32) -> Vec<f32> {
        let mut mix = Mix {
            samples: vec![0.0; (seconds * rate) as usize],
            rate: rate as f32,
            noise: 1,
        };
        let beat_s = 60.0 / self.bpm;
        let beats = (f64::from(seconds) / beat_s) as u32;
        for beat in 0..beats {
            self.beat(&mut mix, beat, beat_s);
        }
        let peak = mix
            .samples
            .iter()
            .fold(0.1f32, |peak, sample| peak.max(sample.abs()));
        let gain = (0.35 + 0.55 * self.drive) / peak;
        mix.samples
            .iter()
            .map(|sample| (sample * gain).clamp(-1.0, 1.0))
            .collect()
    }

    fn beat(&self, mix: &mut Mix, beat: u32, beat_s: f64) {
        let at = f64::from(beat) * beat_s;
        let off = at + beat_s * self.swing;
        let in_bar = beat % 4;
        if in_bar.is_multiple_of(2) || self.drive > 0.75 {
            mix.kick(at, 0.6 + 0.4 * self.drive);
        }
        if in_bar % 2 == 1 {
            mix.snare(at, 0.25 + 0.35 * self.drive);
        }
        mix.hat(at, 0.05 + 0.12 * self.bright);
        if self.drive > 0.3 {
            mix.hat(off, 0.04 + 0.10 * self.bright);
        }
        let chord = self.chord(beat / 4);
        let length = beat_s as f32;
        let root = 36.0 + f32::from(self.tonic) + chord[0] as f32;
        mix.tone(at, length * 0.9, root, 0.45, 0.3);
        if self.drive > 0.6 {
            mix.tone(off, length * 0.4, root + 12.0, 0.2, 0.3);
        }
        if in_bar == 0 {
            for note in chord {
                mix.tone(
                    at,
                    length * 3.8,
                    60.0 + f32::from(self.tonic) + note as f32,
                    0.10,
                    0.2 + 0.5 * self.bright,
                );
            }
        }
        // The lead walks over the chord, so that every bar says its key.
        let note = chord[[0, 1, 2, 1][in_bar as usize]];
        mix.tone(
            off,
            length * 0.6,
            72.0 + f32::from(self.tonic) + note as f32,
            0.08 + 0.05 * self.bright,
            self.bright,
        );
    }

    /// Semitones above the tonic: i–iv–v–i or I–IV–V–I, four bars.
    fn chord(&self, bar: u32) -> [i32; 3] {
        let root = [0, 5, 7, 0][(bar % 4) as usize];
        let third = if self.minor { 3 } else { 4 };
        [root, root + third, root + 7]
    }
}

struct Mix {
    samples: Vec<f32>,
    rate: f32,
    noise: u32,
}

impl Mix {
    /// Adds a sound: its value by the time since its start, in seconds.
    fn add(&mut self, at_s: f64, length_s: f32, mut sound: impl FnMut(&mut u32, f32) -> f32) {
        let start = (at_s * f64::from(self.rate)).round() as usize;
        let end = (start + (length_s * self.rate) as usize).min(self.samples.len());
        for index in start..end {
            let t = (index - start) as f32 / self.rate;
            self.samples[index] += sound(&mut self.noise, t);
        }
    }

    fn kick(&mut self, at_s: f64, gain: f32) {
        // The pitch falls from 120 to 50 Hz.
        self.add(at_s, 0.25, |_, t| {
            gain * (TAU * (50.0 * t + 70.0 * 0.03 * (1.0 - (-t / 0.03).exp()))).sin() * (-t / 0.08).exp()
        });
    }

    fn snare(&mut self, at_s: f64, gain: f32) {
        self.add(at_s, 0.2, |noise, t| {
            gain * (0.8 * white(noise) + 0.4 * (TAU * 190.0 * t).sin()) * (-t / 0.05).exp()
        });
    }

    fn hat(&mut self, at_s: f64, gain: f32) {
        let mut last = 0.0;
        self.add(at_s, 0.06, |noise, t| {
            let now = white(noise);
            let high = now - last;
            last = now;
            gain * high * (-t / 0.015).exp()
        });
    }

    /// A note by its MIDI number; `bright` adds overtones.
    fn tone(&mut self, at_s: f64, length_s: f32, note: f32, gain: f32, bright: f32) {
        let hz = 440.0 * ((note - 69.0) / 12.0).exp2();
        self.add(at_s, length_s, |_, t| {
            let phase = TAU * hz * t;
            let overtones =
                0.5 * (2.0 * phase).sin() + 0.33 * (3.0 * phase).sin() + 0.2 * (5.0 * phase).sin();
            let attack = (t / 0.01).min(1.0);
            let release = ((length_s - t) / 0.03).clamp(0.0, 1.0);
            gain * attack * release * (phase.sin() + bright * overtones)
        });
    }
}

/// Noise, −1 to 1, the same on every machine.
fn white(state: &mut u32) -> f32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) as f32 / (1 << 23) as f32 - 1.0
}
