//! Songs whose energy a listener would agree on: what the scale of energy is held against.

use super::{
    render::{Recording, Timbre},
    score::{BassLine, Chord, Comping, Drums, Score},
};

/// One reference song.
pub(crate) struct Anchor {
    pub(crate) name: &'static str,
    pub(crate) score: Score,
    pub(crate) recording: Recording,
    /// How loud such records are: 95th percentile of the short-term loudness, and loudness range.
    pub(crate) loud_lufs: f64,
    pub(crate) range_lu: f64,
    /// Where its energy must lie, 0 to 100.
    pub(crate) energy: (f64, f64),
}

const POP: &[Chord] = &[(0, ""), (7, ""), (9, "m"), (5, "")];
const SOUL: &[Chord] = &[(0, "M7"), (9, "m7"), (2, "m7"), (7, "7")];
const MINOR: &[Chord] = &[(0, "m"), (8, ""), (3, ""), (10, "")];
const BLUES: &[Chord] = &[
    (0, "7"),
    (5, "7"),
    (0, "7"),
    (0, "7"),
    (5, "7"),
    (5, "7"),
    (0, "7"),
    (0, "7"),
];
const RIFF: &[Chord] = &[(0, "5"), (0, "5"), (1, "5"), (3, "5")];

fn score(bpm: f64, progression: &[Chord], bass: BassLine, comping: Comping, drums: Drums) -> Score {
    let bars = (28.0 * bpm / 240.0).ceil() as usize;
    Score {
        tonic: 9,
        minor: false,
        bpm,
        beats_per_bar: 4,
        chords: progression
            .iter()
            .copied()
            .cycle()
            .take(bars)
            .map(|chord| (chord, 4.0))
            .collect(),
        scale: vec![0, 2, 4, 7, 9],
        bass,
        comping,
        swing: 0.5,
        drums,
        seed: 11,
    }
}

fn band(levels: [f64; 4], slope: f64, drive: f64) -> Recording {
    Recording {
        bass: Timbre::harmonic(6, 1.2, 0.9),
        chords: Timbre::harmonic(12, slope, 0.7),
        melody: Timbre::harmonic(12, slope, f64::INFINITY),
        levels,
        drive,
        room: 0.2,
        ..Recording::plain()
    }
}

/// From the calmest to the wildest, after the reference anchors of the energy scale.
pub(crate) fn anchors() -> Vec<Anchor> {
    let mut piano = score(66.0, POP, BassLine::Root, Comping::Arpeggio, Drums::None);
    piano.scale.clear();
    let mut shuffle = score(104.0, BLUES, BassLine::Walking, Comping::OffBeat, Drums::Backbeat);
    shuffle.swing = 0.66;
    let mut metal = score(
        190.0,
        RIFF,
        BassLine::Pumping,
        Comping::Pattern(0xFFFF),
        Drums::Blast,
    );
    metal.scale.clear();
    vec![
        Anchor {
            name: "solo piano ballad",
            score: piano,
            recording: band([0.12, 0.12, 0.0, 0.0], 1.8, 0.0),
            loud_lufs: -20.0,
            range_lu: 9.0,
            energy: (5.0, 25.0),
        },
        Anchor {
            name: "acoustic soul",
            score: score(
                84.0,
                SOUL,
                BassLine::Root,
                Comping::Pattern(0b0001_0010_0100_1001),
                Drums::Brushes,
            ),
            recording: band([0.2, 0.1, 0.1, 0.25], 1.3, 0.0),
            loud_lufs: -14.5,
            range_lu: 6.0,
            energy: (30.0, 45.0),
        },
        Anchor {
            name: "mid-tempo blues band",
            score: shuffle,
            recording: band([0.25, 0.1, 0.15, 0.45], 1.0, 0.3),
            loud_lufs: -11.5,
            range_lu: 5.0,
            energy: (45.0, 60.0),
        },
        Anchor {
            name: "pop",
            score: score(
                116.0,
                POP,
                BassLine::Pumping,
                Comping::Pattern(0b1001_1001_0101_1011),
                Drums::Backbeat,
            ),
            recording: band([0.25, 0.1, 0.15, 0.8], 0.8, 0.6),
            loud_lufs: -8.0,
            range_lu: 4.5,
            energy: (60.0, 75.0),
        },
        Anchor {
            name: "house",
            score: score(
                126.0,
                MINOR,
                BassLine::OffBeat,
                Comping::Pattern(0b1001_0010_0100_1001),
                Drums::FourOnTheFloor,
            ),
            recording: band([0.25, 0.08, 0.08, 1.1], 0.7, 1.0),
            loud_lufs: -7.0,
            range_lu: 4.0,
            energy: (70.0, 90.0),
        },
        Anchor {
            name: "metal",
            score: metal,
            recording: Recording {
                noise: 0.05,
                ..band([0.3, 0.3, 0.0, 1.3], 0.4, 8.0)
            },
            loud_lufs: -5.5,
            range_lu: 3.0,
            energy: (88.0, 100.0),
        },
    ]
}
