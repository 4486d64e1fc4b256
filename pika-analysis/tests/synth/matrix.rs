//! The matrix of synthetic rhythms: tempo × groove × jitter × tempo shape, with exact truth, and what the engine
//! makes of each.

use pika_analysis::{
    AnalysisConfig, TempoKind,
    internals::{Rhythm, chromagram, rhythm, spectrum},
};

use super::{
    Random, Song, TempoShape, Wish, song,
    styles::{STYLES, Style},
};

const BPMS: [f64; 10] = [
    61.3, 72.0, 80.05, 93.33, 100.0, 104.5, 118.99, 128.0, 140.0, 174.0,
];
const JITTERS_S: [f64; 3] = [0.0, 0.005, 0.012];
const SHAPES: [TempoShape; 4] = [
    TempoShape::Constant,
    TempoShape::Constant,
    TempoShape::Ramp(0.005),
    TempoShape::Step(0.04),
];

/// One cell.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) style: &'static Style,
    pub(crate) wish: Wish,
    pub(crate) seed: u64,
}

/// Every cell whose tempo is one that the groove is danced at.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for style in STYLES {
        for bpm in BPMS
            .into_iter()
            .filter(|bpm| (style.bpm.0..=style.bpm.1).contains(bpm))
        {
            for jitter_s in JITTERS_S {
                for (shape, tempo) in SHAPES.into_iter().enumerate() {
                    let seed = 7_000_000 + cases.len() as u64;
                    // Every second constant cell is dirty: voice, breaks, noise, a dull recording.
                    let dirt = if shape == 1 { 1.0 } else { 0.0 };
                    let wish = Wish {
                        bpm,
                        duration_s: 40.0,
                        jitter_s,
                        tempo,
                        lead_in_s: 0.37 * (seed % 3) as f64,
                        dirt,
                    };
                    cases.push(Case { style, wish, seed });
                }
            }
        }
    }
    cases
}

/// A sample of `n` cells, the same for the same seed.
pub(crate) fn sample(n: usize, seed: u64) -> Vec<Case> {
    let mut random = Random::new(seed);
    let mut cases = all();
    for i in 0..n.min(cases.len()) {
        let other = i + random.below(cases.len() - i);
        cases.swap(i, other);
    }
    cases.truncate(n);
    cases
}

/// How well a cell was read.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) found: Option<Rhythm>,
    /// Tempo found over the true one; 0 for none.
    pub(crate) ratio: f64,
    /// Found tempo less the true one, in BPM, once the ratio is forgiven.
    pub(crate) error_bpm: f64,
    /// Median distance of a true beat to the nearest found one, in seconds.
    pub(crate) phase_s: f64,
    pub(crate) meter_right: bool,
}

impl Case {
    pub(crate) fn name(&self) -> String {
        let Wish {
            bpm,
            jitter_s,
            tempo,
            dirt,
            ..
        } = self.wish;
        format!(
            "{} {bpm} jitter {jitter_s} {tempo:?} dirt {dirt} seed {}",
            self.style.name, self.seed
        )
    }

    /// Renders and analyses.
    pub(crate) fn run(&self) -> Outcome {
        let made: Song = song(self.style, &self.wish, self.seed);
        let spectrum = spectrum(&made.audio);
        let found = rhythm(
            &spectrum,
            &chromagram(&made.audio),
            &AnalysisConfig::default(),
            made.audio.duration_s(),
        );
        let Some(rhythm) = found else {
            return Outcome {
                found: None,
                ratio: 0.0,
                error_bpm: f64::INFINITY,
                phase_s: f64::INFINITY,
                meter_right: false,
            };
        };
        // A step has two truths; the longer region speaks for the track.
        let truth = match self.wish.tempo {
            TempoShape::Step(width) => [1.0, 1.0 + width]
                .map(|factor| self.wish.bpm * factor)
                .into_iter()
                .min_by(|a, b| {
                    (rhythm.tempo.bpm / a)
                        .ln()
                        .abs()
                        .total_cmp(&(rhythm.tempo.bpm / b).ln().abs())
                })
                .unwrap_or(self.wish.bpm),
            _ => made.bpm,
        };
        let ratio = rhythm.tempo.bpm / truth;
        let simple = [1.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 1.5, 2.0 / 3.0, 4.0 / 3.0, 0.75];
        let nearest = simple
            .into_iter()
            .min_by(|a: &f64, b: &f64| (ratio / a).ln().abs().total_cmp(&(ratio / b).ln().abs()))
            .unwrap_or(1.0);
        let beats = &rhythm.grid.beats_s;
        let mut distances: Vec<f64> = made
            .beats_s
            .iter()
            .map(|&beat| {
                let after = beats.partition_point(|&found| found <= beat);
                let near = &beats[after.saturating_sub(1)..beats.len().min(after + 1)];
                near.iter()
                    .map(|found| (found - beat).abs())
                    .fold(f64::INFINITY, f64::min)
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        Outcome {
            ratio,
            error_bpm: (rhythm.tempo.bpm / nearest - truth).abs(),
            phase_s: distances[distances.len() / 2],
            meter_right: rhythm.grid.meter.beats_per_bar() as usize == made.beats_per_bar,
            found: Some(rhythm),
        }
    }
}

/// Figures over many cells.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Summary {
    pub(crate) cells: usize,
    /// Share whose level is right: within 4 %.
    pub(crate) level: f64,
    /// Share right up to a factor of 2 or 3.
    pub(crate) family: f64,
    /// Of constant cells with at most 5 ms of jitter, at any level: share within 0.02 BPM.
    pub(crate) exact: f64,
    /// Of cells whose level is right: share whose beats are within 25 ms.
    pub(crate) phase: f64,
    /// Of cells whose level is right: share whose metre is right.
    pub(crate) meter: f64,
    /// Of constant cells: share called constant.
    pub(crate) constant: f64,
}

/// Sums outcomes up.
pub(crate) fn summary(cases: &[Case], outcomes: &[Outcome]) -> Summary {
    let share = |hits: usize, of: usize| if of == 0 { 1.0 } else { hits as f64 / of as f64 };
    let near = |outcome: &Outcome, factor: f64| (outcome.ratio / factor - 1.0).abs() < 0.04;
    let right: Vec<&Outcome> = outcomes.iter().filter(|o| near(o, 1.0)).collect();
    let family = outcomes
        .iter()
        .filter(|o| [1.0, 2.0, 0.5, 3.0, 1.0 / 3.0].iter().any(|&f| near(o, f)))
        .count();
    let constant: Vec<&Outcome> = cases
        .iter()
        .zip(outcomes)
        .filter(|(case, _)| case.wish.tempo == TempoShape::Constant)
        .map(|(_, o)| o)
        .collect();
    let tight = cases
        .iter()
        .zip(outcomes)
        .filter(|(case, _)| case.wish.jitter_s < 0.006);
    let tight: Vec<&Outcome> = tight
        .filter(|(case, _)| case.wish.tempo == TempoShape::Constant)
        .map(|(_, o)| o)
        .collect();
    let said_constant = |o: &&&Outcome| {
        o.found
            .as_ref()
            .is_some_and(|found| found.tempo.kind == TempoKind::Constant)
    };
    Summary {
        cells: cases.len(),
        level: share(right.len(), cases.len()),
        family: share(family, cases.len()),
        exact: share(tight.iter().filter(|o| o.error_bpm <= 0.02).count(), tight.len()),
        phase: share(right.iter().filter(|o| o.phase_s <= 0.025).count(), right.len()),
        meter: share(right.iter().filter(|o| o.meter_right).count(), right.len()),
        constant: share(constant.iter().filter(said_constant).count(), constant.len()),
    }
}
