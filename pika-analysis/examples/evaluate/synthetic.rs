//! The whole matrix of synthetic rhythms.

use std::process::ExitCode;

use rayon::prelude::*;

use crate::synth::matrix::{Case, Outcome, Summary, all, summary};

/// Runs every cell and prints the figures, also by groove.
pub(crate) fn run() -> ExitCode {
    let cases = all();
    let outcomes: Vec<Outcome> = cases.par_iter().map(Case::run).collect();
    show("all", &summary(&cases, &outcomes));
    let mut start = 0;
    for group in cases.chunk_by(|a, b| a.style.name == b.style.name) {
        let end = start + group.len();
        show(group[0].style.name, &summary(group, &outcomes[start..end]));
        start = end;
    }
    ExitCode::SUCCESS
}

fn show(name: &str, s: &Summary) {
    println!(
        "{name:12} {:4} cells  level {:5.1}  up to x2, x3 {:5.1}  within 0.02 BPM {:5.1}  beats within 25 ms {:5.1}  metre {:5.1}  called constant {:5.1}",
        s.cells,
        100.0 * s.level,
        100.0 * s.family,
        100.0 * s.exact,
        100.0 * s.phase,
        100.0 * s.meter,
        100.0 * s.constant,
    );
}
