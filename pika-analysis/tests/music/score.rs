//! Songs on paper: chords in bars, and the notes that a band plays to them.

use super::rng::Rng;

/// Semitones above the root of each chord quality.
pub(crate) fn intervals(quality: &str) -> &'static [i32] {
    match quality {
        "" => &[0, 4, 7],
        "m" => &[0, 3, 7],
        "7" => &[0, 4, 7, 10],
        "m7" => &[0, 3, 7, 10],
        "M7" => &[0, 4, 7, 11],
        "6" => &[0, 4, 7, 9],
        "m6" => &[0, 3, 7, 9],
        "9" => &[0, 4, 7, 10, 14],
        "m9" => &[0, 3, 7, 10, 14],
        "add9" => &[0, 4, 7, 14],
        "dim" => &[0, 3, 6],
        "m7b5" => &[0, 3, 6, 10],
        "sus4" => &[0, 5, 7],
        "5" => &[0, 7, 12],
        "1" => &[0, 12],
        other => panic!("no chord quality {other}"),
    }
}

/// A chord: semitones above the tonic, quality.
pub(crate) type Chord = (i32, &'static str);

/// How the bass moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BassLine {
    None,
    /// One long root per chord.
    Root,
    /// Roots in eighths, with some fifths and octaves.
    Pumping,
    /// Root and fifth in turn, on the beats.
    TwoBeat,
    /// A note a beat: chord tones, and a step into the next root.
    Walking,
    /// Roots between the beats.
    OffBeat,
    /// The tonic whatever the chord.
    Pedal,
}

/// How the chords are played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Comping {
    None,
    Sustained,
    /// On every beat.
    Beats,
    /// Short, between the beats.
    OffBeat,
    /// One note after another.
    Arpeggio,
    /// A bar's pattern of sixteenths, drawn at random from the seed.
    Pattern(u16),
}

/// A song before it is played.
#[derive(Debug, Clone)]
pub(crate) struct Score {
    /// Semitones above C.
    pub(crate) tonic: i32,
    pub(crate) minor: bool,
    pub(crate) bpm: f64,
    pub(crate) beats_per_bar: usize,
    /// Chords with their lengths in beats.
    pub(crate) chords: Vec<(Chord, f64)>,
    /// Scale of the melody in semitones above the tonic; empty for no melody.
    pub(crate) scale: Vec<i32>,
    pub(crate) bass: BassLine,
    pub(crate) comping: Comping,
    /// Where in a beat the second eighth falls: 0.5 straight, 0.667 swung.
    pub(crate) swing: f64,
    /// Four on the floor, backbeat, or none.
    pub(crate) drums: Drums,
    /// Seed of everything that is made up while writing out the notes.
    pub(crate) seed: u64,
}

/// What the drummer plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Drums {
    None,
    Backbeat,
    FourOnTheFloor,
    Breakbeat,
    /// Bass drum on every eighth or faster, snare between: metal, hard drum and bass.
    Blast,
    /// Brushes or a shaker: hardly more than a pulse.
    Brushes,
}

/// Which part a note belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Bass,
    Chords,
    Melody,
    Kick,
    Snare,
    Hat,
}

/// One note or stroke.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note {
    pub(crate) part: Part,
    pub(crate) start_s: f64,
    pub(crate) length_s: f64,
    /// MIDI pitch; without meaning for drums.
    pub(crate) pitch: i32,
    /// 0 to 1.
    pub(crate) velocity: f64,
}

impl Score {
    /// Length of the song in seconds.
    pub(crate) fn duration_s(&self) -> f64 {
        self.chords.iter().map(|(_, beats)| beats).sum::<f64>() * 60.0 / self.bpm
    }

    /// All notes, part by part.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let mut rng = Rng::new(self.seed);
        let mut notes = Vec::new();
        self.write_chords(&mut notes, &mut rng);
        self.write_bass(&mut notes, &mut rng);
        if !self.scale.is_empty() {
            self.write_melody(&mut notes, &mut rng);
        }
        self.write_drums(&mut notes, &mut rng);
        notes
    }

    /// Seconds at a position in beats, with swing.
    fn time(&self, beat: f64) -> f64 {
        let whole = beat.floor();
        let part = beat - whole;
        let swung = if part < 0.5 {
            part * 2.0 * self.swing
        } else {
            self.swing + (part - 0.5) * 2.0 * (1.0 - self.swing)
        };
        (whole + swung) * 60.0 / self.bpm
    }

    fn add(&self, notes: &mut Vec<Note>, part: Part, beat: f64, beats: f64, pitch: i32, velocity: f64) {
        let start_s = self.time(beat);
        notes.push(Note {
            part,
            start_s,
            length_s: (self.time(beat + beats) - start_s).max(0.04),
            pitch,
            velocity,
        });
    }

    fn write_chords(&self, notes: &mut Vec<Note>, rng: &mut Rng) {
        if self.comping == Comping::None {
            return;
        }
        let lowest = 46 + rng.below(12) as i32;
        let mut at = 0.0;
        for &((root, quality), beats) in &self.chords {
            let voices: Vec<i32> = intervals(quality)
                .iter()
                .map(|interval| lowest + (self.tonic + root + interval - lowest).rem_euclid(12))
                .collect();
            let mut hits: Vec<(f64, f64)> = Vec::new();
            match self.comping {
                Comping::None => {}
                Comping::Sustained => hits.push((0.0, beats)),
                Comping::Beats => hits.extend((0..beats.ceil() as usize).map(|b| (b as f64, 0.8))),
                Comping::OffBeat => hits.extend((0..beats.ceil() as usize).map(|b| (b as f64 + 0.5, 0.35))),
                Comping::Arpeggio => {
                    let order = [0, 1, 2, 1];
                    for step in 0..(beats * 2.0) as usize {
                        let voice = voices[order[step % 4] % voices.len()];
                        self.add(notes, Part::Chords, at + step as f64 * 0.5, 1.0, voice, 0.8);
                    }
                }
                Comping::Pattern(bits) => {
                    let steps: Vec<usize> = (0..(beats * 4.0) as usize)
                        .filter(|s| s == &0 || bits >> (s % 16) & 1 == 1)
                        .collect();
                    for (i, &step) in steps.iter().enumerate() {
                        let next = steps.get(i + 1).map_or(beats * 4.0, |&s| s as f64);
                        hits.push((step as f64 / 4.0, (next - step as f64) / 4.0 * 0.85));
                    }
                }
            }
            for (offset, length) in hits {
                for &voice in &voices {
                    self.add(
                        notes,
                        Part::Chords,
                        at + offset,
                        length,
                        voice,
                        rng.range(0.6, 0.9),
                    );
                }
            }
            at += beats;
        }
    }

    fn write_bass(&self, notes: &mut Vec<Note>, rng: &mut Rng) {
        let lowest = 28 + rng.below(8) as i32;
        let pitch = |class: i32| lowest + (self.tonic + class - lowest).rem_euclid(12);
        let mut at = 0.0;
        for (i, &((root, quality), beats)) in self.chords.iter().enumerate() {
            let tones = intervals(quality);
            let low = pitch(root);
            let n_beats = beats.ceil() as usize;
            match self.bass {
                BassLine::None => {}
                BassLine::Root => self.add(notes, Part::Bass, at, beats * 0.95, low, 0.9),
                BassLine::Pedal => self.add(notes, Part::Bass, at, beats * 0.95, pitch(0), 0.9),
                BassLine::Pumping => {
                    for step in 0..(beats * 2.0) as usize {
                        let up = if step > 0 && rng.chance(0.15) {
                            rng.pick(&[7, 12, tones[1]])
                        } else {
                            0
                        };
                        self.add(
                            notes,
                            Part::Bass,
                            at + step as f64 * 0.5,
                            0.45,
                            low + up,
                            rng.range(0.7, 0.95),
                        );
                    }
                }
                BassLine::TwoBeat => {
                    for beat in (0..n_beats).step_by(2) {
                        let up = if beat % 4 == 2 {
                            tones.get(2).map_or(7, |fifth| fifth - 12)
                        } else {
                            0
                        };
                        self.add(notes, Part::Bass, at + beat as f64, 1.6, low + up, 0.9);
                    }
                }
                BassLine::Walking => {
                    let next = pitch(self.chords[(i + 1) % self.chords.len()].0.0);
                    for beat in 0..n_beats {
                        let note = if beat == 0 {
                            low
                        } else if beat + 1 == n_beats {
                            next + rng.pick(&[-1, 1, -2, 2])
                        } else {
                            low + tones[beat % tones.len()]
                        };
                        self.add(notes, Part::Bass, at + beat as f64, 0.95, note, 0.85);
                    }
                }
                BassLine::OffBeat => {
                    for beat in 0..n_beats {
                        self.add(notes, Part::Bass, at + beat as f64 + 0.5, 0.45, low, 0.9);
                    }
                }
            }
            at += beats;
        }
    }

    /// Phrases of a few bars that move by steps, rest on chord tones and end on the tonic, third or fifth.
    fn write_melody(&self, notes: &mut Vec<Note>, rng: &mut Rng) {
        let centre = 62 + rng.below(9) as i32;
        let pool: Vec<i32> = (centre - 9..=centre + 9)
            .filter(|pitch| self.scale.contains(&(pitch - self.tonic).rem_euclid(12)))
            .collect();
        let mut current = centre;
        let mut at = 0.0;
        let last = self.chords.len() - 1;
        let density = rng.range(0.4, 0.9);
        for (i, &((root, quality), beats)) in self.chords.iter().enumerate() {
            let tones: Vec<i32> = intervals(quality)
                .iter()
                .map(|t| (self.tonic + root + t).rem_euclid(12))
                .collect();
            let phrase_end = i == last || i % 4 == 3;
            let mut offset = 0.0;
            while offset < beats - 0.01 {
                let length = rng.pick(&[0.5, 0.5, 1.0, 1.0, 1.5, 2.0f64]).min(beats - offset);
                let strong = offset % 2.0 == 0.0;
                let near: Vec<i32> = pool
                    .iter()
                    .copied()
                    .filter(|p| (p - current).abs() <= 5)
                    .collect();
                let mut choice = near.clone();
                if phrase_end && offset + length >= beats - 0.01 {
                    let rest = [0, 0, 7, if self.minor { 3 } else { 4 }];
                    let class = (self.tonic + rng.pick(&rest)).rem_euclid(12);
                    choice = pool
                        .iter()
                        .copied()
                        .filter(|p| p.rem_euclid(12) == class)
                        .collect();
                } else if strong && rng.chance(0.8) {
                    choice.retain(|p| tones.contains(&p.rem_euclid(12)));
                }
                if choice.is_empty() {
                    choice = if near.is_empty() { pool.clone() } else { near };
                }
                if choice.is_empty() {
                    return;
                }
                current = rng.pick(&choice);
                if rng.chance(density) {
                    self.add(
                        notes,
                        Part::Melody,
                        at + offset,
                        length * 0.9,
                        current,
                        rng.range(0.7, 1.0),
                    );
                }
                offset += length;
            }
            at += beats;
        }
    }

    fn write_drums(&self, notes: &mut Vec<Note>, rng: &mut Rng) {
        if self.drums == Drums::None {
            return;
        }
        let beats = self.chords.iter().map(|(_, beats)| beats).sum::<f64>() as usize;
        for step in 0..beats * 4 {
            let (beat, sixteenth) = (step / 4 % self.beats_per_bar, step % 4);
            let at = step as f64 / 4.0;
            let kick = match self.drums {
                Drums::None | Drums::Brushes => false,
                Drums::Blast => sixteenth % 2 == 0,
                Drums::FourOnTheFloor => sixteenth == 0,
                Drums::Backbeat => (sixteenth == 0 && beat % 2 == 0) || (beat == 2 && sixteenth == 2),
                Drums::Breakbeat => matches!((beat, sixteenth), (0, 0 | 2) | (2, 2)),
            };
            if kick {
                self.add(notes, Part::Kick, at, 0.25, 0, rng.range(0.85, 1.0));
            }
            let snare = match self.drums {
                Drums::Blast => sixteenth == 2,
                Drums::Brushes => false,
                _ => sixteenth == 0 && beat % 2 == 1,
            };
            if snare {
                self.add(notes, Part::Snare, at, 0.25, 0, rng.range(0.8, 1.0));
            }
            if sixteenth % 2 == 0 {
                self.add(notes, Part::Hat, at, 0.1, 0, rng.range(0.4, 0.8));
            }
        }
    }
}
