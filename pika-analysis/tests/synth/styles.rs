//! Grooves as step patterns.

use super::{Random, Voice};

/// How a beat is divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Feel {
    Straight,
    /// Halves of the beat, the first longer by a ratio within these bounds.
    Swing8(f64, f64),
    /// The same for quarters of the beat.
    Swing16(f64, f64),
}

/// One instrument's patterns: alternatives of `steps` characters, parted by `|`.
/// `x` sounds, `o` sounds softly, `?` is decided by the seed for the whole song, anything else rests.
pub(crate) struct Part {
    pub(crate) voice: Voice,
    pub(crate) patterns: &'static str,
    /// Probability that the instrument plays at all.
    pub(crate) presence: f64,
    /// A bass that keeps to the root.
    pub(crate) root_only: bool,
}

impl Part {
    pub(crate) fn voice_and_pattern(&self) -> (Voice, Vec<&'static str>) {
        (self.voice, self.patterns.split('|').collect())
    }
}

/// A groove.
pub(crate) struct Style {
    pub(crate) name: &'static str,
    /// Tempo at which it is played and danced.
    pub(crate) bpm: (f64, f64),
    pub(crate) steps: usize,
    pub(crate) beats_per_bar: usize,
    pub(crate) feel: Feel,
    pub(crate) parts: &'static [Part],
    pub(crate) bars_per_chord: &'static [f64],
    /// Chords are broken into single notes.
    pub(crate) arpeggio: bool,
    /// Chords are strummed.
    pub(crate) strum: bool,
    /// Kept out of training, to measure what was learnt.
    pub(crate) held_out: bool,
}

/// Strength of each step of a pattern.
pub(crate) fn draw(text: &str, steps: usize, random: &mut Random) -> Vec<f64> {
    let pattern: Vec<f64> = text
        .chars()
        .map(|c| match c {
            'x' => 1.0,
            'o' => 0.45,
            '?' if random.chance(0.35) => 0.8,
            _ => 0.0,
        })
        .collect();
    assert_eq!(pattern.len(), steps, "{text}");
    pattern
}

const fn part(voice: Voice, patterns: &'static str, presence: f64) -> Part {
    Part {
        voice,
        patterns,
        presence,
        root_only: false,
    }
}

const PLAIN: Style = Style {
    name: "",
    bpm: (60.0, 180.0),
    steps: 16,
    beats_per_bar: 4,
    feel: Feel::Straight,
    parts: &[],
    bars_per_chord: &[1.0, 1.0, 1.0, 0.5, 2.0],
    arpeggio: false,
    strum: false,
    held_out: false,
};

use Voice::{Bass, Chord, Clap, Hat, Kick, Open, Ride, Rim, Shaker, Snare, Tom};

/// Hats and the like in straight four.
const HATS: &str = "x.x.x.x.x.x.x.x.|x.o.x.o.x.o.x.o.|xoxoxoxoxoxoxoxo|xxxxxxxxxxxxxxxx|x...x...x...x...|..x...x...x...x.|x.x.x.xxx.x.x.x.|x?x?x?x?x?x?x?x?";
const BASS: &str = "x...x...x...x...|x.......x.......|x.......x..?x...|x.x.x.x.x.x.x.x.|x.....x.x.......|x..x..x.x..x..x.|x?.?.?x?.?x?.?.?|x...............|x.....xxx.....x.";
const COMP: &str = "x...............|x.......x.......|x...x...x...x...|x.x.x.x.x.x.x.x.|..x...x...x...x.|x..x..x...x..x..|....x.......x...|x..x....x..x....|x.....x...x.....";

/// Every groove.
pub(crate) static STYLES: &[Style] = &[
    Style {
        name: "rock",
        bpm: (76.0, 150.0),
        parts: &[
            part(
                Kick,
                "x.......x.......|x.......x.x.....|x.....x.x.......|x.?...?.x.?...?.|x..x..x...x.....|x.........x.....",
                1.0,
            ),
            part(Snare, "....x.......x...|....x..o.o..x...|....x.......x..o", 1.0),
            part(Hat, HATS, 0.95),
            part(Bass, BASS, 0.9),
            part(Chord, COMP, 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "strumrock",
        bpm: (70.0, 140.0),
        strum: true,
        parts: &[
            part(Kick, "x.......x.......|x.......x.x.....|x.....x.x.......", 0.8),
            part(Snare, "....x.......x...", 0.8),
            part(Hat, HATS, 0.6),
            part(Bass, BASS, 0.8),
            part(
                Chord,
                "x.x.x.x.x.x.x.x.|x...x.x...x.x.x.|x...x.xx..xxx.x.|x.xxx.xxx.xxx.xx|xxxxxxxxxxxxxxxx",
                1.0,
            ),
        ],
        ..PLAIN
    },
    Style {
        name: "fourfloor",
        bpm: (100.0, 140.0),
        parts: &[
            part(Kick, "x...x...x...x...", 1.0),
            part(Clap, "....x.......x...", 0.7),
            part(Open, "..x...x...x...x.", 0.7),
            part(Shaker, "xxxxxxxxxxxxxxxx|x.x.x.x.x.x.x.x.|xoxoxoxoxoxoxoxo", 0.5),
            part(
                Bass,
                "..x...x...x...x.|..xx..xx..xx..xx|x..x..x.x..x..x.|x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|x?.?x?.?x?.?x?.?|x...............",
                0.9,
            ),
            part(
                Chord,
                "x..x..x....x..x.|..x...x...x...x.|x...............|x.xx.xx.x.xx.xx.|xxxxxxxxxxxxxxxx|...x..x....x..x.",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 1.0, 2.0, 2.0, 4.0],
        ..PLAIN
    },
    Style {
        name: "trance",
        bpm: (122.0, 145.0),
        arpeggio: true,
        held_out: true,
        parts: &[
            part(Kick, "x...x...x...x...", 1.0),
            part(Open, "..x...x...x...x.", 0.9),
            part(Bass, ".xxx.xxx.xxx.xxx|..x...x...x...x.", 1.0),
            part(Chord, "xxxxxxxxxxxxxxxx|x.xx.xx.x.xx.xx.", 1.0),
        ],
        bars_per_chord: &[1.0, 2.0],
        ..PLAIN
    },
    Style {
        name: "breakbeat",
        bpm: (95.0, 145.0),
        parts: &[
            part(Kick, "x.........x.....|x.x.......xx....|x..x......x..x..", 1.0),
            part(Snare, "....x..o.o..x..o|....x..o....x...|....x..x.o..x...", 1.0),
            part(Hat, HATS, 1.0),
            part(Bass, BASS, 0.9),
            part(Chord, COMP, 0.5),
        ],
        ..PLAIN
    },
    Style {
        name: "drumnbass",
        bpm: (160.0, 178.0),
        parts: &[
            part(Kick, "x.........x.....", 1.0),
            part(Snare, "....x.......x...|....x..o....x..o", 1.0),
            part(Hat, "x.x.x.x.x.x.x.x.", 0.9),
            part(Bass, "x...............|x.........x.....", 0.9),
            part(Chord, "x...............", 0.7),
        ],
        bars_per_chord: &[2.0, 4.0],
        ..PLAIN
    },
    Style {
        name: "halftime",
        bpm: (60.0, 82.0),
        parts: &[
            part(
                Kick,
                "x......x..x.....|x.....x....x....|x..x......x..x..|x.......x.x.....",
                1.0,
            ),
            part(Snare, "........x.......|....x.......x...|....x.......x..o", 0.7),
            part(Clap, "........x.......|....x.......x...", 0.6),
            part(
                Hat,
                "xxxxxxxxxxxxxxxx|xxx?xxx?xxx?xxx?|x.x.x.x.x.x.x.x.|xoxoxoxoxoxoxoxo",
                1.0,
            ),
            part(
                Bass,
                "x......x..x.....|x...............|x.......x.......|x..x......x.....",
                0.9,
            ),
            part(Chord, "x...............|x.......x.......", 0.8),
        ],
        ..PLAIN
    },
    Style {
        name: "hiphop",
        bpm: (76.0, 106.0),
        feel: Feel::Swing16(1.0, 1.7),
        parts: &[
            part(
                Kick,
                "x.....x..xx.....|x......x..x..x..|x..x....x.x.....|x.?..?.?x.?..?.?",
                1.0,
            ),
            part(Snare, "....x.......x...|....x..o.o..x...", 0.8),
            part(Rim, "....x.......x...", 0.3),
            part(
                Hat,
                "x.x.x.x.x.x.x.x.|xxx.xxx.xxx.xxxx|x.xxx.x.x.xxx.x.|x.x.x.x.x.x.x.xx",
                0.95,
            ),
            part(
                Bass,
                "x.....x..xx.....|x..x...x..x...x.|x..x..x...x..x..|x...............",
                0.9,
            ),
            part(
                Chord,
                "x.......x.......|x..x......x.....|x.....x...x.....|x...............",
                0.9,
            ),
        ],
        ..PLAIN
    },
    Style {
        name: "funk",
        bpm: (88.0, 122.0),
        parts: &[
            part(Kick, "x.x.......x..x..|x..x..x...x.....|x.?..?.?x.?..?.?", 1.0),
            part(Snare, "....x..o.o..x..o|....x.......x...|....x..o.o..x...", 1.0),
            part(Hat, "xxxxxxxxxxxxxxxx|x.x.x.x.x.x.x.x.|xoxoxoxoxoxoxoxo", 1.0),
            part(Bass, "x.x..x.x..x..xx.|x..x..xx..x..x..|x?.?.?x?.?x?.?.?", 1.0),
            part(
                Chord,
                "..x..x....x..x..|....x..x....x..x|x..x..x..x..x...|..xx..x...xx..x.",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 2.0, 4.0],
        ..PLAIN
    },
    Style {
        name: "motown",
        bpm: (96.0, 134.0),
        held_out: true,
        parts: &[
            part(Kick, "x.....x.x.......|x...x...x...x...", 1.0),
            part(Snare, "x...x...x...x...", 1.0),
            part(Shaker, "..x...x...x...x.|x.x.x.x.x.x.x.x.", 0.7),
            part(Bass, "x..xx.x.x..xx.x.|x...x.x.x...x.x.", 1.0),
            part(Chord, "....x.......x...|x...............", 0.8),
        ],
        ..PLAIN
    },
    Style {
        name: "ballad",
        bpm: (52.0, 88.0),
        parts: &[
            part(
                Kick,
                "x.......x.......|x.......x.x.....|x......xx.......|x..............x",
                1.0,
            ),
            part(Snare, "....x.......x...", 0.6),
            part(Rim, "....x.......x...", 0.5),
            part(
                Hat,
                "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|x...x...x...x...|xoxoxoxoxoxoxoxo",
                0.9,
            ),
            part(
                Bass,
                "x.......x.......|x......xx.......|x.....x.x.......|x...............",
                0.95,
            ),
            part(
                Chord,
                "x...............|x.......x.......|x...x...x...x...|x.x.x.x.x.x.x.x.",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 1.0, 0.5],
        ..PLAIN
    },
    Style {
        name: "drumless",
        bpm: (54.0, 96.0),
        arpeggio: true,
        parts: &[
            part(Bass, "x.......x.......|x...............|x...x...x...x...", 0.9),
            part(
                Chord,
                "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|x.xxx.xxx.xxx.xx|x...x.x.x...x.x.",
                1.0,
            ),
        ],
        bars_per_chord: &[1.0, 1.0, 0.5],
        ..PLAIN
    },
    Style {
        name: "acoustic",
        bpm: (64.0, 116.0),
        strum: true,
        parts: &[
            part(Bass, "x.......x.......|x...............|x.....x.x.......", 0.7),
            part(
                Chord,
                "x...x.x...x.x.x.|x...x.xx..xxx.x.|x.......x.......|x...x...x...x...|x.x.x.x.x.x.x.x.",
                1.0,
            ),
            part(Shaker, "x.x.x.x.x.x.x.x.|xoxoxoxoxoxoxoxo", 0.3),
        ],
        bars_per_chord: &[1.0, 1.0, 0.5, 2.0],
        ..PLAIN
    },
    Style {
        name: "twobeat",
        bpm: (90.0, 136.0),
        parts: &[
            part(Kick, "x.......x.......|x...x...x...x...", 0.8),
            part(Snare, "....x.......x...|x.xxx.xxx.xxx.xx|..x...x...x...x.", 0.9),
            part(Hat, "..x...x...x...x.|x.x.x.x.x.x.x.x.", 0.5),
            part(Bass, "x.......x.......|x...x...x...x...", 1.0),
            part(Chord, "....x.......x...|..x...x...x...x.|x...x...x...x...", 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "reggae",
        bpm: (62.0, 92.0),
        parts: &[
            part(Kick, "........x.......|x.......x.......|x...x...x...x...", 1.0),
            part(Rim, "........x.......|....x.......x...", 0.8),
            part(Hat, "x.x.x.x.x.x.x.x.|xoxoxoxoxoxoxoxo|x.xxx.xxx.xxx.xx", 0.9),
            part(Bass, "x..x..x.x.......|x.....xxx.....x.|..x.x.x...x.x.x.", 1.0),
            part(Chord, "..x...x...x...x.|....x.......x...", 1.0),
        ],
        bars_per_chord: &[0.5, 1.0, 1.0],
        ..PLAIN
    },
    Style {
        name: "dembow",
        bpm: (84.0, 108.0),
        parts: &[
            part(Kick, "x...x...x...x...|x.......x.......", 1.0),
            part(Snare, "...x..x....x..x.", 1.0),
            part(Hat, "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx", 0.6),
            part(Bass, "x..x..x.x..x..x.|x.......x.......|x...x...x...x...", 0.9),
            part(Chord, "x..x..x.x..x..x.|x...............|..x...x...x...x.", 0.8),
        ],
        ..PLAIN
    },
    Style {
        name: "tresillo",
        bpm: (90.0, 130.0),
        held_out: true,
        parts: &[
            part(Kick, "x..x..x.x..x..x.|x.......x.......|x...x...x...x...", 1.0),
            part(Clap, "....x.......x...", 0.7),
            part(Hat, "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|..x...x...x...x.", 0.8),
            part(Bass, "x..x..x.x..x..x.", 1.0),
            part(Chord, "x..x..x.x..x..x.|x..x..x.........|x...............", 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "bossa",
        bpm: (96.0, 140.0),
        parts: &[
            part(Kick, "x.....xxx.....xx|x.....x.x.....x.", 0.8),
            part(Rim, "x..x..x...x..x..|x..x..x...x.x...", 0.9),
            part(Hat, "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx", 0.8),
            part(Bass, "x.....x.x.....x.", 1.0),
            part(Chord, "x..x..x...x..x..|..x..x..x..x..x.|x.....x...x.....", 0.9),
        ],
        bars_per_chord: &[1.0, 2.0],
        ..PLAIN
    },
    Style {
        name: "samba",
        bpm: (84.0, 110.0),
        held_out: true,
        parts: &[
            part(Kick, "o..ox..xo..ox..x|o...x...o...x...", 1.0),
            part(Rim, "x.x.xx.x.xx.x.x.|x.xx.x.xx.x.xx.x", 0.8),
            part(Shaker, "xxxxxxxxxxxxxxxx|xooxxooxxooxxoox", 1.0),
            part(Bass, "x..xx..xx..xx..x|x...x...x...x...", 1.0),
            part(Chord, "x.x..x.x.x..x.x.|..x..x..x..x..x.", 0.8),
        ],
        bars_per_chord: &[0.5, 1.0],
        ..PLAIN
    },
    Style {
        name: "chacha",
        bpm: (100.0, 132.0),
        parts: &[
            part(Kick, "x.......x.......|....x.......x.x.", 0.7),
            part(Rim, "x...x...x...x...|x.x.x.x.x.x.x.x.", 0.9),
            part(Tom, "............x.x.", 0.8),
            part(Shaker, "x.x.x.x.x.x.x.x.|x...x.x.x...x.x.", 0.8),
            part(Bass, "x.....x.x...x...|x.....x.....x...|x...x...x...x...", 1.0),
            part(Chord, "....x.......x...|x..x..x...x.x...|..x...x...x...x.", 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "rumba",
        bpm: (88.0, 120.0),
        held_out: true,
        parts: &[
            part(Rim, "x..x...x..x.x...|x..x..x...x.x...", 0.8),
            part(Shaker, "x.x.x.x.x.x.x.x.", 0.8),
            part(Tom, "......xx......xx|x.......x.....x.", 0.8),
            part(Bass, "x.....x.x...x...|x.....x.....x...", 1.0),
            part(Chord, "x.x.x.x.x.x.x.x.|x.......x.......|..x...x...x...x.", 1.0),
        ],
        ..PLAIN
    },
    Style {
        name: "tango",
        bpm: (110.0, 136.0),
        parts: &[
            part(Bass, "x...x...x...x...|x..x....x..x....|x.......x.......", 1.0),
            part(Chord, "x...x...x...x...|....x...x...x...|x...x...x...x.x.", 1.0),
            part(Kick, "x...x...x...x...", 0.3),
            part(Snare, "x...x...x...x.xx|............x.x.", 0.3),
        ],
        ..PLAIN
    },
    Style {
        name: "shuffle",
        steps: 12,
        bpm: (78.0, 146.0),
        parts: &[
            part(Kick, "x.....x.....|x..x..x..x..|x....xx....x|x.....x.....", 1.0),
            part(Snare, "...x.....x..|...x.o...x.o", 0.95),
            part(Ride, "x.xx.xx.xx.x|x..x.xx..x.x", 0.6),
            part(Hat, "x.xx.xx.xx.x|...x.....x..|x..x..x..x..", 0.6),
            part(Bass, "x..x..x..x..|x.xx.xx.xx.x|x.....x.....", 1.0),
            part(
                Chord,
                "..x..x..x..x|x.xx.xx.xx.x|x...........|x.....x.....|...x.....x..",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 1.0, 2.0],
        ..PLAIN
    },
    Style {
        name: "halfshuffle",
        steps: 12,
        bpm: (72.0, 100.0),
        held_out: true,
        parts: &[
            part(Kick, "x....x......|x....x.x....", 1.0),
            part(Snare, "......x.....|.o.o..x..o..", 1.0),
            part(Hat, "x.xx.xx.xx.x", 1.0),
            part(Bass, "x....x......|x.....x.....|x....x...x..", 1.0),
            part(Chord, "x...........|x.....x.....", 0.8),
        ],
        ..PLAIN
    },
    Style {
        name: "twelveeight",
        steps: 12,
        bpm: (44.0, 80.0),
        parts: &[
            part(Kick, "x.....x.....|x....xx.....|x....xx..x..", 1.0),
            part(Snare, "...x.....x..", 0.9),
            part(Hat, "xxxxxxxxxxxx|x.xx.xx.xx.x", 0.9),
            part(Bass, "x.....x.....|x....xx..x..|x..x..x..x..", 1.0),
            part(Chord, "xxxxxxxxxxxx|x...........|x.....x.....|x..x..x..x..", 0.95),
        ],
        bars_per_chord: &[1.0, 0.5, 1.0],
        ..PLAIN
    },
    Style {
        name: "sixeightarp",
        steps: 12,
        bpm: (46.0, 80.0),
        arpeggio: true,
        parts: &[
            part(Kick, "x.....x.....", 0.4),
            part(Snare, "...x.....x..", 0.4),
            part(Bass, "x.....x.....|x...........|x..x..x..x..", 0.9),
            part(Chord, "xxxxxxxxxxxx", 1.0),
        ],
        bars_per_chord: &[1.0, 0.5],
        ..PLAIN
    },
    Style {
        name: "swing",
        steps: 12,
        bpm: (90.0, 190.0),
        parts: &[
            part(Ride, "x..x.xx..x.x|x..x..x..x..|x.xx.xx.xx.x", 0.95),
            part(Hat, "...x.....x..", 0.9),
            part(Kick, "x..x..x..x..|x.....x.....", 0.5),
            part(Snare, ".....o.....?|...x.....x..", 0.4),
            part(Bass, "x..x..x..x..|x.....x.....", 1.0),
            part(
                Chord,
                "x....x......|..x.....x...|.....x.....x|x..x..x..x..|x...........",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 0.5, 2.0],
        ..PLAIN
    },
    Style {
        name: "slowblues",
        steps: 12,
        bpm: (54.0, 84.0),
        parts: &[
            part(Kick, "x.....x.....|x....xx.....", 0.9),
            part(Snare, "...x.....x..", 0.9),
            part(Hat, "x.xx.xx.xx.x|xxxxxxxxxxxx|x..x..x..x..", 0.9),
            part(Bass, "x..x..x..x..|x.xx.xx.xx.x|x.....x.....", 1.0),
            part(Chord, "x...........|..x..x..x..x|xxxxxxxxxxxx|x.....x.....", 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "swungpop",
        bpm: (80.0, 132.0),
        feel: Feel::Swing8(1.2, 2.2),
        parts: &[
            part(Kick, "x.......x.......|x.....x.x.......|x...x...x...x...", 1.0),
            part(Snare, "....x.......x...", 0.9),
            part(Hat, "x.x.x.x.x.x.x.x.|x...x.x.x...x.x.", 0.9),
            part(Bass, "x...x...x...x...|x.x.x.x.x.x.x.x.|x.....x.x.....x.", 1.0),
            part(Chord, "..x...x...x...x.|x...............|x.....x.........", 0.9),
        ],
        ..PLAIN
    },
    Style {
        name: "waltz",
        steps: 12,
        beats_per_bar: 3,
        bpm: (78.0, 190.0),
        parts: &[
            part(Kick, "x...........", 0.6),
            part(Rim, "....x...x...", 0.3),
            part(Snare, "....x...x...|....o...o...", 0.4),
            part(Hat, "x...x...x...|x.x.x.x.x.x.|....x...x...", 0.4),
            part(Bass, "x...........|x...x...x...|x.......x...", 1.0),
            part(Chord, "....x...x...|x...x...x...|x...........|x.x.x.x.x.x.", 1.0),
        ],
        bars_per_chord: &[1.0, 1.0, 2.0],
        ..PLAIN
    },
    Style {
        name: "jazzwaltz",
        steps: 9,
        beats_per_bar: 3,
        bpm: (92.0, 170.0),
        parts: &[
            part(Ride, "x..x.xx..|x..x.xx.x", 0.9),
            part(Hat, "...x.....|...x..x..", 0.8),
            part(Kick, "x........", 0.6),
            part(Bass, "x........|x..x..x..|x.....x..", 1.0),
            part(Chord, "x........|...x..x..|x....x...", 0.9),
        ],
        bars_per_chord: &[1.0, 2.0],
        ..PLAIN
    },
    Style {
        name: "waltzarp",
        steps: 12,
        beats_per_bar: 3,
        bpm: (70.0, 150.0),
        arpeggio: true,
        parts: &[
            part(Bass, "x...........|x.......x...", 1.0),
            part(Chord, "x.x.x.x.x.x.|x...x...x...", 1.0),
            part(Snare, "....x...x...", 0.3),
        ],
        bars_per_chord: &[1.0, 2.0],
        held_out: true,
        ..PLAIN
    },
    Style {
        name: "jive",
        bpm: (132.0, 184.0),
        feel: Feel::Swing8(1.0, 2.0),
        parts: &[
            part(Kick, "x.......x.......|x...x...x...x...", 1.0),
            part(Snare, "....x.......x...", 1.0),
            part(Ride, "x...x.x.x...x.x.|x...x...x...x...", 0.7),
            part(Hat, "x.x.x.x.x.x.x.x.|x...x...x...x...", 0.5),
            part(Bass, "x...x...x...x...|x.......x.......", 1.0),
            part(
                Chord,
                "....x.......x...|x...........x...|x...............|x...x...x...x...",
                0.9,
            ),
        ],
        bars_per_chord: &[1.0, 2.0, 4.0],
        ..PLAIN
    },
];

/// The groove of this name.
pub(crate) fn style(name: &str) -> &'static Style {
    STYLES
        .iter()
        .find(|style| style.name == name)
        .expect("the caller names a groove of the table")
}
