//! What has to hold for any bytes: run by the tests over thousands of small changes, by `scripts/fuzz` without end.

use std::{io::Cursor, time::Duration};

pub use crate::decode::fuzzing::headers;
use crate::{
    AnalysisConfig, AnalysisError, CancelFlag, Tags, TrackAnalysis, analyze_reader,
    control::Control,
    decode::{self, Bytes},
    read_tags::from_lofty,
};

/// Longest sound that is analysed, in seconds: small files can hold hours of silence.
const LONGEST_S: f64 = 20.0;
/// Longest work on one of them.
const DEADLINE: Duration = Duration::from_secs(8);

/// Reads tags by both libraries: texts are clean and short, numbers within their ranges.
///
/// # Panics
///
/// When that does not hold.
pub fn tags(bytes: &[u8]) {
    let control = Control::start(None, &CancelFlag::new());
    let memory = || Bytes::Memory(Cursor::new(bytes.to_vec()));
    let source = decode::tag_source(memory(), &control).expect("it is in memory");
    let lofty = source.map(from_lofty).unwrap_or_default();
    for tags in [lofty, decode::symphonia_tags(memory(), &control)] {
        plausible_tags(&tags);
    }
}

fn plausible_tags(tags: &Tags) {
    let texts = [
        &tags.title,
        &tags.artist,
        &tags.album,
        &tags.genre,
        &tags.comment,
        &tags.key,
    ];
    for text in texts.into_iter().flatten() {
        assert!((1..=2000).contains(&text.chars().count()));
        assert!(
            text == text.trim() && !text.chars().any(char::is_control),
            "{text:?}"
        );
    }
    assert!(tags.year.is_none_or(|year| (1000..3000).contains(&year)));
    assert!(tags.bpm.is_none_or(|bpm| (20.0..=400.0).contains(&bpm)));
}

/// Decodes and analyses a file: it is refused in good order, or every number of the result is within its range.
///
/// # Panics
///
/// When that does not hold.
pub fn sound(bytes: &[u8]) {
    let config = AnalysisConfig {
        max_duration_s: LONGEST_S,
        deadline: Some(DEADLINE),
        ..AnalysisConfig::default()
    };
    match analyze_reader(Cursor::new(bytes.to_vec()), &config, &CancelFlag::new()) {
        Ok(analysis) => plausible(&analysis),
        Err(AnalysisError::Internal(message)) => panic!("{message}"),
        Err(AnalysisError::Deadline) => panic!("it takes too long"),
        Err(error) => {
            assert!(error.to_string().len() < 1000);
        }
    }
}

fn plausible(analysis: &TrackAnalysis) {
    let length_s = analysis.duration_s;
    // The last packet may reach beyond the limit.
    assert!((0.1..LONGEST_S + 60.0).contains(&length_s), "{length_s}");
    let within = |time: f64| assert!((-1.0..=length_s + 1.0).contains(&time), "{time} of {length_s} s");
    if let Some(tempo) = &analysis.tempo {
        for bpm in [
            tempo.bpm,
            tempo.bpm_raw,
            tempo.alternative_bpm,
            tempo.bpm_min,
            tempo.bpm_max,
        ] {
            assert!((10.0..=1000.0).contains(&bpm), "{bpm}");
        }
        for share in [tempo.confidence, tempo.alternative_confidence] {
            assert!((0.0..=1.0).contains(&share), "{share}");
        }
        assert!((0.0..=100.0).contains(&tempo.steadiness));
        assert!(
            tempo
                .swing_ratio
                .is_none_or(|ratio| ratio.is_finite() && ratio > 0.0)
        );
    }
    if let Some(grid) = &analysis.beat_grid {
        grid.beats_s.iter().copied().for_each(within);
        assert!(grid.beats_s.is_sorted_by(|a, b| a < b), "{:?}", grid.beats_s);
        within(grid.first_beat_s);
        assert!(grid.downbeat_offset < grid.meter.beats_per_bar());
    }
    if let Some(key) = &analysis.key {
        for share in [key.confidence, key.second_confidence] {
            assert!((0.0..=1.0).contains(&share), "{share}");
        }
        assert!(key.tuning_cents.abs() <= 100.0);
    }
    if let Some(character) = &analysis.character {
        for value in [character.energy, character.danceability, character.brightness] {
            assert!((0.0..=100.0).contains(&value), "{value}");
        }
    }
    let loudness = &analysis.loudness;
    for value in [
        loudness.integrated_lufs,
        Some(loudness.range_lu),
        loudness.peak_dbfs,
    ] {
        assert!(value.is_none_or(f64::is_finite), "{loudness:?}");
    }
    within(analysis.silence.leading_s);
    within(analysis.silence.trailing_s);
    let waveform = &analysis.waveform;
    assert!(waveform.bins.len() as f64 <= (length_s + 1.0) * waveform.bins_per_second + 1.0);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn check(target: &str, body: fn(&[u8])) {
        let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        // Files of every kind are good beginnings for all of them.
        pika_mutate::check(target, &[&corpora.join(target), &corpora.join("files")], body);
    }

    #[test]
    fn headers() {
        check("headers", super::headers);
    }

    #[test]
    fn tags() {
        check("tags", super::tags);
    }

    #[test]
    fn sound() {
        check("sound", super::sound);
    }
}
