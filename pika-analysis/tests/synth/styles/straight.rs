//! Grooves in straight four.

use super::{BASS, COMP, Feel, HATS, PLAIN, Style, Voice, part};
use Voice::{Bass, Chord, Clap, Hat, Kick, Open, Rim, Shaker, Snare, Tom};

pub(super) const STYLES: &[Style] = &[
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
];
