//! What the classifiers are trained on: features of music whose truth is known.
//!
//! Used by the example `rhythm_features` alone.

use super::{level, pulse, template, warp};
use crate::features::{chroma::Chromagram, onset::onset_curves, spectrum::Spectrum, tempogram::tempogram};

/// Features of one song.
pub struct TrainingFeatures {
    /// Tempo in BPM and features of every candidate level.
    pub levels: Vec<(f64, Vec<f32>)>,
    /// Index of the true one; the rest is empty when there is none.
    pub true_level: Option<usize>,
    /// Features of each phase of the beat, and the true one.
    pub phases: Vec<Vec<f32>>,
    /// See `phases`.
    pub true_phase: usize,
    /// Features of each beat of the average bar, from a downbeat on, in three and in four.
    pub bars: [Vec<Vec<f32>>; 2],
}

/// Features of a song at `bpm`, with beats (the first one a downbeat) at `beats_s`.
pub fn training_features(
    spectrum: &Spectrum,
    chroma: &Chromagram,
    bpm: f64,
    beats_s: &[f64],
) -> TrainingFeatures {
    let onsets = onset_curves(spectrum);
    let duration_s = spectrum.n_frames as f64 / spectrum.frame_rate_hz;
    let mut result = TrainingFeatures {
        levels: Vec::new(),
        true_level: None,
        phases: Vec::new(),
        true_phase: 0,
        bars: [Vec::new(), Vec::new()],
    };
    let Some(pulses) = pulse::pulses(&onsets, &tempogram(&onsets), duration_s) else {
        return result;
    };
    let warped = warp::Warped::new(&onsets, chroma, &pulses.times_s);
    let candidates = level::candidates(&warped, &pulses, level::onset_rate(&onsets));
    result.levels = candidates.iter().map(|c| (c.bpm, c.features.to_vec())).collect();
    result.true_level = candidates.iter().position(|c| (c.bpm / bpm - 1.0).abs() < 0.03);
    let Some(index) = result.true_level else {
        return result;
    };
    let times_s = warp::at_level(&pulses.times_s, candidates[index].ratio);
    // Mean place of the true beats between two beats of that level.
    let (mut sine, mut cosine) = (0.0, 0.0);
    for &beat_s in beats_s {
        let after = times_s
            .partition_point(|&time_s| time_s <= beat_s)
            .clamp(1, times_s.len() - 1);
        let share = (beat_s - times_s[after - 1]) / (times_s[after] - times_s[after - 1]);
        let (s, c) = (std::f64::consts::TAU * share).sin_cos();
        sine += s;
        cosine += c;
    }
    let share = (sine.atan2(cosine) / std::f64::consts::TAU).rem_euclid(1.0);
    result.true_phase = (share * warp::PER_PULSE as f64).round() as usize % warp::PER_PULSE;
    let beat_template = template::BeatTemplate::new(&warp::Warped::new(&onsets, chroma, &times_s));
    result.phases = (0..warp::PER_PULSE)
        .map(|o| beat_template.features(o).to_vec())
        .collect();
    let on_beats = warp::Warped::new(&onsets, chroma, beats_s);
    result.bars = [3, 4].map(|n| {
        template::bar_template(&on_beats, n)
            .iter()
            .map(|b| b.to_vec())
            .collect()
    });
    result
}
