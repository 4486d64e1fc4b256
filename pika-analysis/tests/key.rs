//! Key of generated music: all keys, tunings, instruments, and the progressions that mislead.

use pika_analysis::{
    KeyEstimate, Mode, MusicalKey,
    internals::{MonoAudio, chromagram, estimate_key},
};

mod music;
use music::{
    render::{Recording, Timbre},
    rng::Rng,
    score::{BassLine, Chord, Comping, Drums, Score},
};

const RATE_HZ: f64 = 22_050.0;

/// Twice through these chords, a bar each, and the tonic chord at the end if `ends`.
fn song(tonic: i32, minor: bool, progression: &[Chord], ends: bool) -> Score {
    let bars = (16 / progression.len()).max(1) * progression.len();
    let mut chords: Vec<(Chord, f64)> = progression
        .iter()
        .copied()
        .cycle()
        .take(bars)
        .map(|chord| (chord, 4.0))
        .collect();
    if ends {
        chords.push(((0, if minor { "m" } else { "" }), 4.0));
    }
    Score {
        tonic,
        minor,
        bpm: 150.0,
        beats_per_bar: 4,
        chords,
        scale: Vec::new(),
        bass: BassLine::Root,
        comping: Comping::Sustained,
        swing: 0.5,
        drums: Drums::None,
        seed: 7,
    }
}

fn estimate(samples: Vec<f32>) -> Option<KeyEstimate> {
    estimate_key(&chromagram(&MonoAudio {
        samples,
        sample_rate_hz: RATE_HZ,
    }))
}

fn check(score: &Score, recording: &Recording) -> KeyEstimate {
    let mode = if score.minor { Mode::Minor } else { Mode::Major };
    let truth = MusicalKey::new(score.tonic as u8, mode);
    let estimate = estimate(recording.render(score, RATE_HZ)).expect("music has a key");
    assert_eq!(estimate.key, truth, "{} for {truth}: {score:?}", estimate.key);
    assert!(estimate.confidence > estimate.second_confidence && estimate.confidence <= 1.0);
    assert!(estimate.second != estimate.key && estimate.second_confidence >= 0.0);
    estimate
}

const I_V_VI_IV: &[Chord] = &[(0, ""), (7, ""), (9, "m"), (5, "")];
const I_VI_III_VII: &[Chord] = &[(0, "m"), (8, ""), (3, ""), (10, "")];
const TWO_FIVE_ONE: &[Chord] = &[(2, "m7"), (7, "7"), (0, "M7"), (0, "M7")];
const MINOR_TWO_FIVE_ONE: &[Chord] = &[(2, "m7b5"), (7, "7"), (0, "m7"), (0, "m7")];
const TWELVE_BARS: &[Chord] = &[
    (0, "7"),
    (0, "7"),
    (0, "7"),
    (0, "7"),
    (5, "7"),
    (5, "7"),
    (0, "7"),
    (0, "7"),
    (7, "7"),
    (5, "7"),
    (0, "7"),
    (7, "7"),
];

#[test]
fn all_keys_at_all_tunings() {
    for tonic in 0..12 {
        for (minor, progression) in [(false, I_V_VI_IV), (true, I_VI_III_VII)] {
            let cents = [-40.0, 0.0, 17.0, 40.0][tonic as usize % 4];
            let recording = Recording {
                cents,
                ..Recording::plain()
            };
            let estimate = check(&song(tonic, minor, progression, true), &recording);
            assert!(
                (estimate.tuning_cents - cents).abs() < 4.0,
                "{} for {cents} cents",
                estimate.tuning_cents
            );
        }
    }
}

#[test]
fn progressions_that_mislead_profiles() {
    for (i, (minor, progression)) in [
        (false, TWO_FIVE_ONE),
        (true, MINOR_TWO_FIVE_ONE),
        (false, TWELVE_BARS),
        (true, I_VI_III_VII),
        (true, &[(0, "m"), (10, ""), (8, ""), (7, "")]),
        (false, &[(0, ""), (10, ""), (5, ""), (0, "")]),
    ]
    .into_iter()
    .enumerate()
    {
        for tonic in [i as i32, i as i32 + 6] {
            check(&song(tonic, minor, progression, true), &Recording::plain());
        }
    }
}

#[test]
fn instruments_and_drums_do_not_matter() {
    let timbres = [
        Timbre::harmonic(1, 1.0, f64::INFINITY),
        Timbre::harmonic(10, 0.5, f64::INFINITY),
        Timbre::harmonic(8, 1.0, 0.2),
    ];
    for (i, timbre) in timbres.into_iter().enumerate() {
        let recording = Recording {
            bass: timbre.clone(),
            chords: timbre,
            levels: [0.3, 0.12, 0.0, 0.6],
            noise: 0.003,
            room: 0.4,
            ..Recording::plain()
        };
        let tonic = 3 * i as i32 + 1;
        let mut score = song(tonic, false, I_V_VI_IV, true);
        score.drums = Drums::Backbeat;
        check(&score, &recording);
        let mut score = song(tonic, true, I_VI_III_VII, true);
        score.drums = Drums::FourOnTheFloor;
        check(&score, &recording);
    }
}

#[test]
fn silence_noise_and_drums_have_no_key() {
    let mut rng = Rng::new(3);
    for seconds in [1.0, 5.0, 30.0] {
        let len = (seconds * RATE_HZ) as usize;
        assert_eq!(estimate(vec![0.0; len]), None);
        let noise = (0..len).map(|_| rng.range(-0.5, 0.5) as f32).collect();
        assert_eq!(estimate(noise), None, "{seconds} s of noise");
    }
    assert_eq!(estimate(Vec::new()), None);
    assert_eq!(estimate(vec![0.3]), None);
}
