//! Energy, danceability and brightness of generated music.

use pika_analysis::{
    AnalysisConfig, Character,
    internals::{MonoAudio, character, chromagram, rhythm, spectrum},
};

mod music;
use music::{anchors::anchors, rng::Rng};

const RATE_HZ: f64 = 22_050.0;

fn measure(samples: Vec<f32>, loud_lufs: Option<f64>) -> Option<Character> {
    let audio = MonoAudio {
        samples,
        sample_rate_hz: RATE_HZ,
    };
    let spectrum = spectrum(&audio);
    let rhythm = rhythm(
        &spectrum,
        &chromagram(&audio),
        &AnalysisConfig::default(),
        audio.duration_s(),
    );
    character(&spectrum, rhythm.as_ref(), loud_lufs)
}

#[test]
fn the_reference_anchors_hold() {
    for anchor in anchors() {
        let samples = anchor.recording.render(&anchor.score, RATE_HZ);
        let character = measure(samples, Some(anchor.loud_lufs)).expect("music has a character");
        let (least, most) = anchor.energy;
        assert!(
            (least..=most).contains(&character.energy),
            "{}: {character:?}, not {least} to {most}",
            anchor.name
        );
        for value in [character.danceability, character.brightness] {
            assert!((0.0..=100.0).contains(&value), "{}: {character:?}", anchor.name);
        }
    }
}

#[test]
fn energy_is_no_loudness_meter() {
    let anchor = anchors()
        .into_iter()
        .find(|anchor| anchor.name == "pop")
        .expect("it is in the list");
    let samples = anchor.recording.render(&anchor.score, RATE_HZ);
    let quiet: Vec<f32> = samples.iter().map(|sample| sample * 0.1).collect();
    let [loud, quiet] = [(samples, -8.0), (quiet, -28.0)]
        .map(|(samples, lufs)| measure(samples, Some(lufs)).expect("music has a character"));
    assert!(
        loud.energy > quiet.energy && loud.energy - quiet.energy <= 30.0,
        "{loud:?} {quiet:?}"
    );
    assert!((loud.brightness - quiet.brightness).abs() < 1.0);
    assert!((loud.danceability - quiet.danceability).abs() < 3.0);
}

#[test]
fn a_beat_is_danceable_and_noise_is_not() {
    let house = anchors()
        .into_iter()
        .find(|anchor| anchor.name == "house")
        .expect("it is in the list");
    let house = measure(house.recording.render(&house.score, RATE_HZ), None).expect("music has a character");
    let mut rng = Rng::new(1);
    let noise = (0..20 * RATE_HZ as usize)
        .map(|_| rng.range(-0.3, 0.3) as f32)
        .collect();
    let noise = measure(noise, None).expect("noise is not silence");
    assert!(house.danceability > 65.0, "{house:?}");
    assert!(noise.danceability < 25.0, "{noise:?}");
    assert!(noise.brightness > 90.0, "{noise:?}");
}

#[test]
fn silence_has_no_character() {
    for len in [0, 1, 1000, 100_000] {
        assert_eq!(measure(vec![0.0; len], None), None, "{len} samples");
    }
}
