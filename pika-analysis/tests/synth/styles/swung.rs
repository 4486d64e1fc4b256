//! Grooves that swing, roll in threes or turn.

use super::{Feel, PLAIN, Style, Voice, part};
use Voice::{Bass, Chord, Hat, Kick, Ride, Rim, Snare};

pub(super) const STYLES: &[Style] = &[
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
