//! Rhythm of music made by code, whose truth is exact.
//!
//! A seeded sample of the matrix runs here; `scripts/evaluate-analysis --synthetic` runs all of it.

mod synth;

use pika_analysis::{
    AnalysisConfig, Meter, Profile, TempoKind,
    internals::{MonoAudio, Rhythm, chromagram, rhythm, spectrum},
};
use rayon::prelude::*;

use synth::{
    RATE_HZ, Random, TempoShape, Voice, Wish,
    instruments::{Kit, Mix},
    matrix::{Case, Outcome, sample, summary},
    song,
    styles::style,
};

fn analyse(audio: &MonoAudio) -> Option<Rhythm> {
    analyse_as(audio, Profile::Wcs)
}

fn analyse_as(audio: &MonoAudio, profile: Profile) -> Option<Rhythm> {
    let config = AnalysisConfig {
        profile,
        ..AnalysisConfig::default()
    };
    rhythm(&spectrum(audio), &chromagram(audio), &config, audio.duration_s())
}

#[test]
fn a_sample_of_the_matrix_is_read_right() {
    let cases = sample(100, 2026);
    let outcomes: Vec<Outcome> = cases.par_iter().map(Case::run).collect();
    let figures = summary(&cases, &outcomes);
    let wrong: Vec<String> = cases
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| (outcome.ratio - 1.0).abs() > 0.04 || outcome.phase_s > 0.025)
        .map(|(case, outcome)| {
            format!(
                "{}: ratio {:.3}, phase {:.3} s",
                case.name(),
                outcome.ratio,
                outcome.phase_s
            )
        })
        .collect();
    let said = format!("{figures:#?}\n{}", wrong.join("\n"));
    assert!(figures.level >= 0.90, "{said}");
    assert!(figures.family >= 0.95, "{said}");
    assert!(figures.exact >= 0.93, "{said}");
    assert!(figures.phase >= 0.90, "{said}");
    assert!(figures.meter >= 0.95, "{said}");
    assert!(figures.constant >= 0.93, "{said}");
}

/// Kicks alone, at exact samples.
fn kicks(bpm: f64, first_s: f64, duration_s: f64) -> MonoAudio {
    let mut random = Random::new(5);
    let kit = Kit::draw(&mut random);
    let mut mix = Mix::new(duration_s);
    let mut k = 0;
    while first_s + f64::from(k) * 60.0 / bpm < duration_s - 0.3 {
        kit.play(
            &mut mix,
            Voice::Kick,
            first_s + f64::from(k) * 60.0 / bpm,
            0.2,
            36.0,
            1.0,
            &mut random,
        );
        k += 1;
    }
    mix.finish(0.0, &mut random)
}

#[test]
fn kicks_are_found_within_five_milliseconds_and_a_fiftieth_of_a_bpm() {
    for (bpm, first_s) in [(120.0, 0.0), (98.37, 0.4321), (127.5, 1.017), (85.0, 0.25)] {
        let found = analyse(&kicks(bpm, first_s, 60.0)).expect("kicks have a pulse");
        assert!(
            (found.tempo.bpm - bpm).abs() <= 0.02,
            "{bpm}: {}",
            found.tempo.bpm
        );
        assert_eq!(found.tempo.kind, TempoKind::Constant);
        assert_eq!(found.grid.regions.len(), 1);
        let period_s = 60.0 / bpm;
        for beat in &found.grid.beats_s {
            let off = (beat - first_s + 0.5 * period_s).rem_euclid(period_s) - 0.5 * period_s;
            assert!(off.abs() <= 0.005, "{bpm}: {off}");
        }
        assert!(
            (found.grid.first_beat_s - first_s).abs() <= 0.005,
            "{bpm}: {}",
            found.grid.first_beat_s
        );
    }
}

#[test]
fn silence_noise_and_speech_like_bursts_have_no_tempo() {
    let silent = MonoAudio {
        samples: vec![0.0; 22_050 * 20],
        sample_rate_hz: RATE_HZ,
    };
    assert_eq!(analyse(&silent), None);
    let mut random = Random::new(3);
    let noise = MonoAudio {
        samples: (0..22_050 * 20).map(|_| (random.unit() - 0.5) as f32).collect(),
        sample_rate_hz: RATE_HZ,
    };
    assert_eq!(analyse(&noise).map(|found| found.tempo), None);
    for seed in 0..6 {
        let found = analyse(&syllables(seed));
        assert_eq!(
            found.map(|found| (found.tempo.bpm, found.pulse_clarity)),
            None,
            "seed {seed}"
        );
    }
    for n in [0, 1, 100, 5000] {
        let short = MonoAudio {
            samples: vec![0.5; n],
            sample_rate_hz: RATE_HZ,
        };
        assert_eq!(analyse(&short), None, "{n} samples");
    }
}

/// Half a minute of syllables of random length and distance, as in speech.
fn syllables(seed: u64) -> MonoAudio {
    let mut random = Random::new(seed);
    let mut mix = Mix::new(30.0);
    let kit = Kit::draw(&mut random);
    let mut at_s = 0.2;
    while at_s < 29.0 {
        let length_s = random.range(0.06, 0.3);
        kit.play(
            &mut mix,
            Voice::Melody,
            at_s,
            length_s,
            random.range(45.0, 57.0),
            1.0,
            &mut random,
        );
        if random.chance(0.4) {
            mix.noise(at_s, 0.6, 0.04, 0.2, &mut random);
        }
        at_s += length_s
            + random.range(0.02, 0.12)
            + if random.chance(0.15) {
                random.range(0.3, 0.9)
            } else {
                0.0
            };
    }
    mix.finish(0.0, &mut random)
}

#[test]
fn triplet_feel_is_not_read_at_a_ratio_of_three_to_two() {
    for (name, bpm) in [
        ("twelveeight", 63.0),
        ("slowblues", 66.0),
        ("shuffle", 118.0),
        ("halfshuffle", 84.0),
        ("swing", 132.0),
    ] {
        for seed in 0..3 {
            let made = song(style(name), &Wish::plain(bpm, 45.0), 40 + seed);
            let found = analyse(&made.audio).expect("there are drums").tempo;
            assert!(
                (found.bpm / bpm - 1.0).abs() < 0.04,
                "{name} {seed}: {} for {bpm}",
                found.bpm
            );
        }
    }
}

#[test]
fn swing_is_measured() {
    for (name, low, high) in [("rock", 0.9, 1.15), ("shuffle", 1.7, 2.3)] {
        let made = song(style(name), &Wish::plain(110.0, 40.0), 8);
        let ratio = analyse(&made.audio)
            .and_then(|found| found.tempo.swing_ratio)
            .expect("its beats are divided");
        assert!((low..high).contains(&ratio), "{name}: {ratio}");
    }
}

#[test]
fn waltzes_have_three_beats_and_the_downbeat_is_found() {
    for (name, bpm, meter) in [
        ("waltz", 90.0, Meter::Three),
        ("jazzwaltz", 130.0, Meter::Three),
        ("rock", 116.0, Meter::Four),
    ] {
        let made = song(style(name), &Wish::plain(bpm, 45.0), 21);
        let grid = analyse(&made.audio).expect("there are drums").grid;
        assert_eq!(grid.meter, meter, "{name}");
        let first = grid
            .beats()
            .find(|beat| beat.position == 1)
            .expect("bars begin")
            .time_s;
        let beats_away = (first - made.beats_s[0]) * bpm / 60.0 / f64::from(meter.beats_per_bar());
        assert!(
            (beats_away - beats_away.round()).abs() < 0.1,
            "{name}: {beats_away} bars"
        );
        assert!(grid.downbeat_confidence > 0.4);
    }
}

#[test]
fn a_change_in_the_middle_gives_regions_and_a_live_band_gives_its_beats() {
    let wish = Wish {
        tempo: TempoShape::Step(0.06),
        ..Wish::plain(100.0, 80.0)
    };
    let made = song(style("rock"), &wish, 4);
    let found = analyse(&made.audio).expect("there are drums");
    assert_eq!(found.tempo.kind, TempoKind::Regions);
    let tempi: Vec<f64> = found.grid.regions.iter().map(|region| region.bpm).collect();
    assert!(
        (tempi[0] - 100.0).abs() < 0.2 && (tempi[tempi.len() - 1] - 106.0).abs() < 0.2,
        "{tempi:?}"
    );
    assert!(found.tempo.bpm_min < 100.5 && found.tempo.bpm_max > 105.5);

    let wish = Wish {
        tempo: TempoShape::Wander(0.015),
        ..Wish::plain(104.0, 80.0)
    };
    let made = song(style("funk"), &wish, 6);
    let found = analyse(&made.audio).expect("there are drums");
    assert_eq!(found.tempo.kind, TempoKind::Variable);
    assert!(
        (found.tempo.bpm - made.bpm).abs() < 0.15,
        "{} for {}",
        found.tempo.bpm,
        made.bpm
    );
    let near = |beat: &&f64| {
        found
            .grid
            .beats_s
            .iter()
            .any(|found| (found - **beat).abs() < 0.03)
    };
    let hits = made.beats_s.iter().filter(near).count();
    assert!(
        hits * 10 >= made.beats_s.len() * 9,
        "{hits} of {}",
        made.beats_s.len()
    );
    assert!(
        (20.0..90.0).contains(&found.tempo.steadiness),
        "{}",
        found.tempo.steadiness
    );
}

#[test]
fn the_dance_floor_chooses_among_octaves_only() {
    let made = song(style("drumnbass"), &Wish::plain(172.0, 40.0), 2);
    let fast = analyse_as(&made.audio, Profile::Electronic)
        .expect("there are drums")
        .tempo;
    assert!((fast.bpm - 172.0).abs() < 0.1, "{}", fast.bpm);
    for profile in [Profile::Wcs, Profile::General, Profile::Electronic] {
        let tempo = analyse_as(&made.audio, profile).expect("there are drums").tempo;
        let octaves = (tempo.bpm / 172.0).log2();
        assert!(
            (octaves - octaves.round()).abs() < 0.01,
            "{profile:?}: {}",
            tempo.bpm
        );
        assert!(tempo.confidence >= tempo.alternative_confidence && tempo.alternative_bpm != tempo.bpm);
        assert!(tempo.confidence + tempo.alternative_confidence <= 1.0 + 1e-9);
    }
}
