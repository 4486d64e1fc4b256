//! Music made by code, with exact truth: tempo, every beat, metre.
//!
//! Shared by the rhythm tests and by the program that makes training examples. A [`Style`] is a table of step
//! patterns; everything that a pattern leaves open (which alternative, sounds, chords, balance, timing) is
//! drawn from the seed.

#![allow(dead_code)] // Each user needs a part of it.

pub(crate) mod instruments;
pub(crate) mod matrix;
pub(crate) mod styles;

use pika_analysis::internals::MonoAudio;

use instruments::{Kit, Mix};
use styles::{Feel, Style};

/// Sample rate of everything here.
pub(crate) const RATE_HZ: f64 = 22_050.0;

/// Random numbers: splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def0)
    }
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// From 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    pub(crate) fn range(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
    /// Roughly normal, standard deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..6).map(|_| self.unit()).sum::<f64>() * std::f64::consts::SQRT_2 - 3.0 * std::f64::consts::SQRT_2
    }
}

/// What is asked of a song; the seed decides the rest.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) bpm: f64,
    pub(crate) duration_s: f64,
    /// Standard deviation of every onset, in seconds.
    pub(crate) jitter_s: f64,
    pub(crate) tempo: TempoShape,
    /// Sound before the first beat: silence of this length.
    pub(crate) lead_in_s: f64,
    /// Share of extras (voice, intro without drums, breaks, noise): 0 is a plain groove.
    pub(crate) dirt: f64,
}

impl Wish {
    pub(crate) fn plain(bpm: f64, duration_s: f64) -> Self {
        Self {
            bpm,
            duration_s,
            jitter_s: 0.0,
            tempo: TempoShape::Constant,
            lead_in_s: 0.0,
            dirt: 0.0,
        }
    }
}

/// How the tempo moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TempoShape {
    Constant,
    /// From half of this ratio below to half of it above, evenly.
    Ramp(f64),
    /// A random walk within this ratio.
    Wander(f64),
    /// This ratio faster from the middle on.
    Step(f64),
}

/// Audio and what is true of it.
pub(crate) struct Song {
    pub(crate) audio: MonoAudio,
    pub(crate) style: &'static str,
    /// Mean tempo over all beats.
    pub(crate) bpm: f64,
    pub(crate) beats_s: Vec<f64>,
    pub(crate) beats_per_bar: usize,
}

/// One sound at a place counted in beats.
#[derive(Debug, Clone, Copy)]
struct Note {
    beat: f64,
    length: f64,
    voice: Voice,
    pitch: f64,
    level: f64,
}

/// Who plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    Kick,
    Snare,
    Clap,
    Rim,
    Hat,
    Open,
    Ride,
    Shaker,
    Tom,
    Bass,
    Chord,
    Pad,
    Melody,
}

/// Renders a song.
pub(crate) fn song(style: &'static Style, wish: &Wish, seed: u64) -> Song {
    let mut random = Random::new(seed);
    let n_beats = ((wish.duration_s - wish.lead_in_s) * wish.bpm / 60.0)
        .floor()
        .max(4.0) as usize;
    let beats_s = beat_times(wish, n_beats, &mut random);
    let notes = arrange(style, n_beats, wish, &mut random);
    let kit = Kit::draw(&mut random);
    let mut mix = Mix::new(wish.duration_s + 0.5);
    let feel = style.feel.draw(&mut random);
    for note in &notes {
        let at = seconds(&beats_s, feel.place(note.beat)) + wish.jitter_s * random.normal();
        let end = seconds(&beats_s, note.beat + note.length);
        kit.play(
            &mut mix,
            note.voice,
            at.max(0.0),
            (end - at).max(0.03),
            note.pitch,
            note.level,
            &mut random,
        );
    }
    let audio = mix.finish(wish.dirt, &mut random);
    let span = beats_s[n_beats - 1] - beats_s[0];
    Song {
        audio,
        style: style.name,
        bpm: 60.0 * (n_beats - 1) as f64 / span,
        beats_s: beats_s[..n_beats].to_vec(),
        beats_per_bar: style.beats_per_bar,
    }
}

fn beat_times(wish: &Wish, n_beats: usize, random: &mut Random) -> Vec<f64> {
    let mut time_s = wish.lead_in_s;
    let mut deviation = 0.0f64;
    (0..n_beats + 8)
        .map(|k| {
            let now = time_s;
            let share = k as f64 / n_beats as f64;
            let ratio = match wish.tempo {
                TempoShape::Constant => 1.0,
                TempoShape::Ramp(width) => 1.0 + width * (share - 0.5),
                TempoShape::Wander(width) => {
                    deviation = (deviation + random.range(-0.25, 0.25) - 0.05 * deviation).clamp(-1.0, 1.0);
                    1.0 + width * deviation
                }
                TempoShape::Step(width) => 1.0 + if share < 0.5 { 0.0 } else { width },
            };
            time_s += 60.0 / (wish.bpm * ratio);
            now
        })
        .collect()
}

fn seconds(beats_s: &[f64], beat: f64) -> f64 {
    let index = (beat.max(0.0) as usize).min(beats_s.len() - 2);
    beats_s[index] + (beat - index as f64) * (beats_s[index + 1] - beats_s[index])
}

/// Chord roots in semitones above the tonic and whether they are minor, by bar group.
const PROGRESSIONS: [&[(i32, bool)]; 10] = [
    &[(0, false), (7, false), (9, true), (5, false)],
    &[(0, false), (9, true), (5, false), (7, false)],
    &[(0, true), (8, false), (3, false), (10, false)],
    &[(0, false), (5, false), (0, false), (7, false)],
    &[
        (0, false),
        (0, false),
        (5, false),
        (5, false),
        (7, false),
        (5, false),
        (0, false),
        (7, false),
    ],
    &[(2, true), (7, false), (0, false), (0, false)],
    &[(0, true), (10, false), (8, false), (7, false)],
    &[(0, true), (5, true), (0, true), (7, false)],
    &[(0, true), (0, true), (10, false), (10, false)],
    &[(0, false), (10, false), (5, false), (0, false)],
];

/// All notes of a song, in straight time.
fn arrange(style: &Style, n_beats: usize, wish: &Wish, random: &mut Random) -> Vec<Note> {
    let per_bar = style.beats_per_bar;
    let steps = style.steps;
    let n_bars = n_beats.div_ceil(per_bar);
    let step = per_bar as f64 / steps as f64;
    let progression = *random.pick(&PROGRESSIONS);
    let root = 36.0 + random.below(12) as f64;
    // Beats to a chord: mostly a bar.
    let bars_per_chord = *random.pick(style.bars_per_chord);
    let mut patterns: Vec<(Voice, [Vec<f64>; 2])> = Vec::new();
    for part in style.parts {
        if part.presence >= 1.0 || random.chance(part.presence) {
            let (voice, alternatives) = part.voice_and_pattern();
            let text = alternatives[random.below(alternatives.len())];
            patterns.push((
                voice,
                [
                    styles::draw(text, steps, random),
                    styles::draw(text, steps, random),
                ],
            ));
        }
    }
    let balance: Vec<f64> = patterns
        .iter()
        .map(|_| 10f64.powf(random.range(-0.35, 0.25)))
        .collect();
    let dirty = |random: &mut Random, p: f64| random.chance(p * wish.dirt);
    let intro_bars = if dirty(random, 0.35) {
        *random.pick(&[2, 4, 8])
    } else {
        0
    };
    let breaks = dirty(random, 0.4);
    let fills = random.chance(0.6);
    let voice_level = if random.chance(0.75 * wish.dirt.max(0.3)) {
        random.range(0.3, 1.1)
    } else {
        0.0
    };
    let pad = random.chance(0.3);
    let mut notes = Vec::new();
    for bar in 0..n_bars {
        let start = (bar * per_bar) as f64;
        let drums_out = bar < intro_bars.min(n_bars / 2) || (breaks && bar % 16 >= 12);
        for ((voice, variants), level) in patterns.iter().zip(&balance) {
            let drum = !matches!(voice, Voice::Bass | Voice::Chord);
            if drum && drums_out && !(matches!(voice, Voice::Hat | Voice::Shaker) && bar % 2 == 0) {
                continue;
            }
            // Two bars of pattern: A A A B.
            let pattern = &variants[usize::from(bar % 4 == 3)];
            for (index, &strength) in pattern.iter().enumerate().filter(|(_, s)| **s > 0.0) {
                let beat = start + index as f64 * step;
                let chord_index = (beat / (bars_per_chord * per_bar as f64)) as usize % progression.len();
                let (degree, minor) = progression[chord_index];
                let mut note = Note {
                    beat,
                    length: 0.5,
                    voice: *voice,
                    pitch: 0.0,
                    level: level * strength * random.range(0.8, 1.1),
                };
                match voice {
                    Voice::Bass => {
                        let low = root + f64::from(degree);
                        let new =
                            index == 0 || style.parts.iter().any(|p| p.voice == Voice::Bass && p.root_only);
                        let other = [0.0, 7.0, 12.0, if minor { 3.0 } else { 4.0 }][random.below(4)];
                        note.pitch = low + if new || random.chance(0.6) { 0.0 } else { other };
                        note.length = gap(pattern, index) as f64 * step * 0.9;
                        notes.push(note);
                    }
                    Voice::Chord => {
                        note.length = (gap(pattern, index) as f64 * step * 0.95).min(per_bar as f64);
                        let third = if minor { 3.0 } else { 4.0 };
                        let tones = [12.0, 12.0 + third, 19.0, 24.0];
                        if style.arpeggio {
                            note.pitch = root + f64::from(degree) + tones[index % 4];
                            notes.push(note);
                        } else {
                            for (k, tone) in tones[..3].iter().enumerate() {
                                // A strummed chord sounds string by string.
                                note.beat = beat + k as f64 * 0.012 * f64::from(u8::from(style.strum));
                                note.pitch = root + f64::from(degree) + tone;
                                notes.push(Note {
                                    level: note.level * 0.6,
                                    ..note
                                });
                            }
                        }
                    }
                    _ => notes.push(note),
                }
            }
        }
        let chord_here = (start / (bars_per_chord * per_bar as f64)) as usize % progression.len();
        let (degree, minor) = progression[chord_here];
        if pad {
            for tone in [12.0, if minor { 15.0 } else { 16.0 }, 19.0] {
                notes.push(Note {
                    beat: start,
                    length: per_bar as f64,
                    voice: Voice::Pad,
                    pitch: root + 12.0 + f64::from(degree) + tone,
                    level: 0.25,
                });
            }
        }
        if fills && bar % 8 == 7 && !drums_out && style.parts.iter().any(|part| part.voice == Voice::Snare) {
            for k in 0..4 {
                notes.push(Note {
                    beat: start + per_bar as f64 - 1.0 + f64::from(k) * step,
                    length: 0.25,
                    voice: *random.pick(&[Voice::Tom, Voice::Snare]),
                    pitch: 0.0,
                    level: 0.8,
                });
            }
        }
        if voice_level > 0.0 && bar >= intro_bars && !random.chance(0.2) {
            melody(start, per_bar, step, root + 24.0, voice_level, &mut notes, random);
        }
    }
    notes.retain(|note| note.beat < n_beats as f64);
    notes
}

/// Steps until the pattern's next note (or its end).
fn gap(pattern: &[f64], index: usize) -> usize {
    (index + 1..pattern.len())
        .find(|&i| pattern[i] > 0.0)
        .unwrap_or(pattern.len())
        - index
}

/// A bar of melody, loosely on the steps, as a singer would.
fn melody(
    start: f64,
    per_bar: usize,
    step: f64,
    tonic: f64,
    level: f64,
    notes: &mut Vec<Note>,
    random: &mut Random,
) {
    const SCALE: [f64; 7] = [0.0, 2.0, 4.0, 5.0, 7.0, 9.0, 11.0];
    let mut place = 0.0;
    while place < per_bar as f64 - 0.01 {
        let length = [2.0, 2.0, 4.0, 4.0, 6.0, 8.0, 1.0][random.below(7)] * step;
        if random.chance(0.8) {
            notes.push(Note {
                beat: start + place + 0.02 * random.normal(),
                length: length * 0.9,
                voice: Voice::Melody,
                pitch: tonic + SCALE[random.below(7)],
                level: level * random.range(0.6, 1.0),
            });
        }
        place += length;
    }
}

impl Feel {
    /// A feel with its ratio drawn.
    fn draw(self, random: &mut Random) -> Swing {
        match self {
            Self::Straight => Swing {
                unit: 1.0,
                split: 0.5,
            },
            Self::Swing8(from, to) => {
                let ratio = random.range(from, to);
                Swing {
                    unit: 1.0,
                    split: ratio / (1.0 + ratio),
                }
            }
            Self::Swing16(from, to) => {
                let ratio = random.range(from, to);
                Swing {
                    unit: 0.5,
                    split: ratio / (1.0 + ratio),
                }
            }
        }
    }
}

/// Where the halves of a `unit` (in beats) are parted.
struct Swing {
    unit: f64,
    split: f64,
}

impl Swing {
    fn place(&self, beat: f64) -> f64 {
        let unit = (beat / self.unit).floor();
        let inside = beat / self.unit - unit;
        let moved = if inside < 0.5 {
            inside * 2.0 * self.split
        } else {
            self.split + (inside - 0.5) * 2.0 * (1.0 - self.split)
        };
        (unit + moved) * self.unit
    }
}
