//! Measures of accuracy, as the field defines them.

use pika_analysis::{Mode, MusicalKey};

/// Window of a beat hit in seconds, and beats before this time are not scored (mir_eval's defaults).
const BEAT_WINDOW_S: f64 = 0.07;
const BEAT_TRIM_S: f64 = 5.0;

/// How one tempo compares with the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct TempoScore {
    /// Within 4 %.
    pub(crate) acc1: bool,
    /// Within 4 % of 1, 2, 3, 1/2 or 1/3 times the truth.
    pub(crate) acc2: bool,
    /// Within 0.5 %.
    pub(crate) half_percent: bool,
    /// Within 0.1 BPM.
    pub(crate) tenth_bpm: bool,
    /// The same once the octave is forgiven.
    pub(crate) tenth_bpm_any_octave: bool,
    /// What went wrong; empty when `acc1`.
    pub(crate) error: &'static str,
}

const FACTORS: [(&str, f64); 5] = [
    ("", 1.0),
    ("x2", 2.0),
    ("x1/2", 0.5),
    ("x3", 3.0),
    ("x1/3", 1.0 / 3.0),
];
const RATIOS: [(&str, f64); 4] = [
    ("x1.50", 1.5),
    ("x0.67", 2.0 / 3.0),
    ("x1.33", 4.0 / 3.0),
    ("x0.75", 0.75),
];

/// Compares a tempo with the truth; a missing one is wrong.
pub(crate) fn tempo(truth: f64, found: Option<f64>) -> TempoScore {
    let Some(found) = found else {
        return TempoScore {
            error: "none",
            ..TempoScore::default()
        };
    };
    let near = |factor: f64| (found - truth * factor).abs() <= 0.04 * truth * factor;
    let acc1 = near(1.0);
    let factor = FACTORS.iter().find(|(_, factor)| near(*factor));
    let ratio = RATIOS.iter().find(|(_, ratio)| near(*ratio));
    TempoScore {
        acc1,
        acc2: factor.is_some(),
        half_percent: (found - truth).abs() <= 0.005 * truth,
        tenth_bpm: (found - truth).abs() <= 0.1 + 1e-9,
        tenth_bpm_any_octave: FACTORS
            .iter()
            .any(|(_, factor)| (found / factor - truth).abs() <= 0.1 + 1e-9),
        error: match (acc1, factor, ratio) {
            (true, ..) => "",
            (_, Some((name, _)), _) | (_, None, Some((name, _))) => name,
            _ => "other",
        },
    }
}

/// MIREX score of a key and the name of the relation. A fifth counts in both directions.
pub(crate) fn key(truth: MusicalKey, found: Option<MusicalKey>) -> (f64, &'static str) {
    let Some(found) = found else {
        return (0.0, "none");
    };
    let interval = (found.tonic() + 12 - truth.tonic()) % 12;
    let relative = if truth.mode() == Mode::Minor { 3 } else { 9 };
    match (truth.mode() == found.mode(), interval) {
        (true, 0) => (1.0, "exact"),
        (true, 5 | 7) => (0.5, "fifth"),
        (false, interval) if interval == relative => (0.3, "relative"),
        (false, 0) => (0.2, "parallel"),
        _ => (0.0, "other"),
    }
}

/// F-measure of beats within 70 ms, the first five seconds left out, as mir_eval counts it. Both lists rise.
pub(crate) fn beat_f(truth_s: &[f64], found_s: &[f64]) -> f64 {
    let after = |beats: &[f64]| {
        beats
            .iter()
            .copied()
            .filter(|&beat| beat >= BEAT_TRIM_S)
            .collect::<Vec<f64>>()
    };
    let (truth, found) = (after(truth_s), after(found_s));
    if truth.is_empty() || found.is_empty() {
        return 0.0;
    }
    // Windows of one length on a line: pairing each beat with the earliest free one is a largest matching.
    let (mut hits, mut next) = (0, 0);
    for &beat in &truth {
        while next < found.len() && found[next] < beat - BEAT_WINDOW_S {
            next += 1;
        }
        if next < found.len() && found[next] <= beat + BEAT_WINDOW_S {
            hits += 1;
            next += 1;
        }
    }
    // 2PR / (P + R) with P = hits / found and R = hits / truth.
    2.0 * f64::from(hits) / (truth.len() + found.len()) as f64
}

/// Median distance in milliseconds of a true beat (from the fifth on) to the nearest found one.
pub(crate) fn phase_ms(truth_s: &[f64], found_s: &[f64]) -> Option<f64> {
    let distances = truth_s.iter().skip(4).filter_map(|&beat| {
        let after = found_s.partition_point(|&found| found <= beat);
        let near = found_s[after.saturating_sub(1)..found_s.len().min(after + 1)].iter();
        near.map(|found| (found - beat).abs()).min_by(f64::total_cmp)
    });
    median(distances.collect()).map(|seconds| 1000.0 * seconds)
}

/// Median; the mean of the two in the middle when their number is even.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| (values[(n - 1) / 2] + values[n / 2]) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempi_are_told_apart() {
        let score = tempo(100.0, Some(100.05));
        assert!(
            score.acc1 && score.acc2 && score.half_percent && score.tenth_bpm && score.tenth_bpm_any_octave
        );
        let doubled = tempo(90.0, Some(180.1));
        assert!(!doubled.acc1 && doubled.acc2 && !doubled.tenth_bpm && doubled.tenth_bpm_any_octave);
        assert_eq!(doubled.error, "x2");
        assert_eq!(tempo(80.0, Some(120.0)).error, "x1.50");
        assert_eq!(tempo(80.0, Some(97.0)).error, "other");
        assert_eq!(tempo(80.0, None).error, "none");
        assert!(tempo(100.0, Some(103.9)).acc1 && !tempo(100.0, Some(104.1)).acc1);
    }

    #[test]
    fn keys_score_by_their_relation() {
        let key_of = |tonic, mode| MusicalKey::new(tonic, mode);
        let c = key_of(0, Mode::Major);
        assert_eq!(key(c, Some(c)).0, 1.0);
        assert_eq!(key(c, Some(key_of(7, Mode::Major))), (0.5, "fifth"));
        assert_eq!(key(c, Some(key_of(5, Mode::Major))), (0.5, "fifth"));
        assert_eq!(key(c, Some(key_of(9, Mode::Minor))), (0.3, "relative"));
        assert_eq!(key(key_of(9, Mode::Minor), Some(c)), (0.3, "relative"));
        assert_eq!(key(c, Some(key_of(0, Mode::Minor))), (0.2, "parallel"));
        assert_eq!(key(c, Some(key_of(2, Mode::Major))).0, 0.0);
        assert_eq!(key(c, None), (0.0, "none"));
    }

    #[test]
    fn beats_hit_once_each() {
        let truth: Vec<f64> = (0..30).map(|k| f64::from(k) * 0.5).collect();
        assert_eq!(beat_f(&truth, &truth), 1.0);
        let late: Vec<f64> = truth.iter().map(|t| t + 0.06).collect();
        assert_eq!(beat_f(&truth, &late), 1.0);
        let doubled: Vec<f64> = (0..60).map(|k| f64::from(k) * 0.25).collect();
        assert!((beat_f(&truth, &doubled) - 2.0 * 20.0 / 60.0).abs() < 1e-9);
        assert_eq!(beat_f(&truth, &[]), 0.0);
        let off: Vec<f64> = truth.iter().map(|t| t + 0.25).collect();
        assert_eq!(beat_f(&truth, &off), 0.0);
        assert!((phase_ms(&truth, &late).unwrap() - 60.0).abs() < 1e-6);
        assert_eq!(phase_ms(&truth, &[]), None);
    }
}
