//! Songs made up from a seed.

use super::{
    loops::{MAJOR_BLUES, MAJOR_LOOPS, MINOR_BLUES, MINOR_LOOPS},
    render::{Recording, Timbre},
    rng::Rng,
    score::{BassLine, Chord, Comping, Drums, Score},
};

/// A song with its key and its sound.
#[derive(Debug, Clone)]
pub(crate) struct Song {
    pub(crate) score: Score,
    pub(crate) recording: Recording,
    /// What is left of the song, as shares of its length.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Whether the end is faded out.
    pub(crate) fades: bool,
}

impl Song {
    /// The song of a seed.
    pub(crate) fn random(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let minor = rng.chance(0.5);
        let blues = rng.chance(0.1);
        let score = random_score(&mut rng, minor, blues);
        let recording = random_recording(&mut rng);
        let mid_start = rng.chance(0.35);
        let mid_end = rng.chance(0.45);
        Self {
            score,
            recording,
            from: if mid_start { rng.range(0.02, 0.35) } else { 0.0 },
            to: if mid_end { rng.range(0.75, 0.97) } else { 1.0 },
            fades: rng.chance(0.2),
        }
    }

    /// Its sound.
    pub(crate) fn render(&self, rate: f64) -> Vec<f32> {
        let mut samples = self.recording.render(&self.score, rate);
        if self.fades {
            let fade = ((8.0 * rate) as usize).min(samples.len());
            let start = samples.len() - fade;
            for (i, sample) in samples[start..].iter_mut().enumerate() {
                *sample *= 1.0 - i as f32 / fade as f32;
            }
        }
        let (from, to) = (
            (self.from * samples.len() as f64) as usize,
            (self.to * samples.len() as f64) as usize,
        );
        samples.truncate(to);
        samples.drain(..from);
        samples
    }

    /// Index of its key: tonic from C, and 12 more for minor.
    pub(crate) fn key_index(&self) -> usize {
        self.score.tonic as usize + if self.score.minor { 12 } else { 0 }
    }
}

fn random_score(rng: &mut Rng, minor: bool, blues: bool) -> Score {
    let tables = match (minor, blues) {
        (false, false) => MAJOR_LOOPS,
        (false, true) => MAJOR_BLUES,
        (true, false) => MINOR_LOOPS,
        (true, true) => MINOR_BLUES,
    };
    let section = |rng: &mut Rng| -> Vec<Chord> {
        if !blues && rng.chance(0.2) {
            wander(rng, minor)
        } else {
            rng.pick(tables).to_vec()
        }
    };
    let verse = section(rng);
    let chorus = if rng.chance(0.5) {
        section(rng)
    } else {
        verse.clone()
    };
    let jazzy = rng.chance(0.2);
    let power = !blues && rng.chance(0.06);
    let bpm = rng.range(62.0, 150.0);
    let beats_per_bar = if rng.chance(0.1) { 3 } else { 4 };
    let bars_per_chord = rng.pick(&[1.0, 1.0, 1.0, 1.0, 0.5, 2.0]);
    let beats = if blues {
        beats_per_bar as f64
    } else {
        beats_per_bar as f64 * bars_per_chord
    };
    let wanted_beats = rng.range(30.0, 60.0) * bpm / 60.0;
    let mut chords = Vec::new();
    let mut total = 0.0;
    let chorus_first = rng.chance(0.15);
    let mut turn = usize::from(chorus_first);
    while total < wanted_beats {
        let part = if turn % 3 == 1 { &chorus } else { &verse };
        let repeats = (8.0 / (part.len() as f64 * beats / 4.0)).ceil().clamp(1.0, 16.0) as usize;
        for _ in 0..repeats {
            for &(root, quality) in part {
                chords.push(((root, dress(rng, (root, quality), jazzy, power)), beats));
                total += beats;
            }
        }
        turn += 1;
    }
    if rng.chance(0.7) {
        let last = match (minor, blues) {
            (true, _) => "m",
            (false, true) => "7",
            (false, false) => "",
        };
        chords.push(((0, if power { "5" } else { last }), beats.max(3.0)));
    }
    let scales: &[&[i32]] = match (minor, blues) {
        (false, false) => &[
            &[0, 2, 4, 5, 7, 9, 11],
            &[0, 2, 4, 5, 7, 9, 11],
            &[0, 2, 4, 7, 9],
            &[0, 2, 4, 5, 7, 9, 10],
        ],
        (false, true) => &[
            &[0, 3, 5, 6, 7, 10],
            &[0, 2, 4, 7, 9],
            &[0, 3, 4, 5, 7, 9, 10],
            &[0, 3, 5, 7, 10],
        ],
        (true, false) => &[
            &[0, 2, 3, 5, 7, 8, 10],
            &[0, 2, 3, 5, 7, 8, 10],
            &[0, 3, 5, 7, 10],
            &[0, 2, 3, 5, 7, 9, 10],
        ],
        (true, true) => &[&[0, 3, 5, 6, 7, 10], &[0, 3, 5, 7, 10]],
    };
    Score {
        tonic: rng.below(12) as i32,
        minor,
        bpm,
        beats_per_bar,
        chords,
        scale: if rng.chance(0.15) {
            Vec::new()
        } else {
            rng.pick(scales).to_vec()
        },
        bass: rng.pick(&[
            BassLine::None,
            BassLine::Root,
            BassLine::Root,
            BassLine::Pumping,
            BassLine::Pumping,
            BassLine::TwoBeat,
            BassLine::Walking,
            BassLine::OffBeat,
            BassLine::Pedal,
        ]),
        comping: match rng.below(6) {
            0 | 1 => Comping::Sustained,
            2 => Comping::Beats,
            3 => Comping::OffBeat,
            4 => Comping::Arpeggio,
            _ => Comping::Pattern(rng.next() as u16),
        },
        swing: if rng.chance(0.3) {
            rng.range(0.55, 0.7)
        } else {
            0.5
        },
        drums: rng.pick(&[
            Drums::None,
            Drums::Backbeat,
            Drums::Backbeat,
            Drums::FourOnTheFloor,
            Drums::Breakbeat,
        ]),
        seed: rng.next(),
    }
}

/// A chord as this band plays it: with sevenths and ninths, or as bare fifths.
fn dress(rng: &mut Rng, (root, quality): Chord, jazzy: bool, power: bool) -> &'static str {
    if power && matches!(quality, "" | "m") {
        return "5";
    }
    match quality {
        "" if jazzy && root == 7 => rng.pick(&["7", "9", "sus4"]),
        "" if jazzy => rng.pick(&["M7", "6", "add9", ""]),
        "m" if jazzy => rng.pick(&["m7", "m9", "m7"]),
        "" if rng.chance(0.05) => rng.pick(&["sus4", "add9", "6"]),
        "" => "",
        "m" if rng.chance(0.15) => "m7",
        "m" => "m",
        "7" => "7",
        "m7" => "m7",
        "M7" => "M7",
        "m9" => "m9",
        "m7b5" => "m7b5",
        "dim" => "dim",
        "6" => "6",
        "1" => "1",
        _ => "5",
    }
}

/// Four or eight chords by function: from the tonic over predominant and dominant back.
fn wander(rng: &mut Rng, minor: bool) -> Vec<Chord> {
    let (tonics, predominants, dominants): (&[Chord], &[Chord], &[Chord]) = if minor {
        (
            &[(0, "m"), (0, "m"), (3, ""), (8, "")],
            &[(5, "m"), (5, "m"), (8, ""), (2, "m7b5"), (5, "")],
            &[(7, ""), (7, "m"), (10, ""), (7, "7")],
        )
    } else {
        (
            &[(0, ""), (0, ""), (9, "m"), (4, "m")],
            &[(5, ""), (5, ""), (2, "m"), (9, "m"), (2, "7")],
            &[(7, ""), (7, "7"), (10, ""), (7, "")],
        )
    };
    let home = if minor { (0, "m") } else { (0, "") };
    let mut chords = vec![home];
    let n = rng.pick(&[4, 8]);
    let mut function = 0;
    while chords.len() < n {
        function = match function {
            0 => rng.pick(&[0, 1, 1, 2]),
            1 => rng.pick(&[0, 1, 2, 2]),
            _ => rng.pick(&[0, 0, 0, 1]),
        };
        chords.push(match function {
            0 => rng.pick(tonics),
            1 => rng.pick(predominants),
            _ => rng.pick(dominants),
        });
    }
    chords
}

fn random_recording(rng: &mut Rng) -> Recording {
    let mut bass = Timbre::random(rng);
    if rng.chance(0.3) {
        bass.partials.truncate(2); // A sub-bass: hardly any harmonics.
    }
    bass.vibrato = 0.0;
    Recording {
        bass,
        chords: Timbre::random(rng),
        melody: Timbre::random(rng),
        levels: [
            rng.range(0.08, 0.4),
            rng.range(0.04, 0.15),
            rng.range(0.05, 0.25),
            if rng.chance(0.2) { 0.0 } else { rng.range(0.1, 0.9) },
        ],
        cents: if rng.chance(0.5) {
            0.0
        } else {
            rng.range(-49.0, 49.0)
        },
        drive: if rng.chance(0.3) { rng.range(0.2, 4.0) } else { 0.0 },
        noise: if rng.chance(0.4) {
            10f64.powf(rng.range(-3.5, -1.2))
        } else {
            0.0
        },
        room: if rng.chance(0.5) { rng.range(0.1, 0.9) } else { 0.0 },
        kick_hz: rng.range(42.0, 70.0),
    }
}
