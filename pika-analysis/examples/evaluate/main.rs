//! Measures the engine on labelled music: a folder with `truth.csv` (`file` and any of `bpm`, `key`, `first_beat_s`,
//! `genre`, …) and, if there are any, `beats/NAME.beats`. `scripts/evaluate-analysis` builds and runs it.

mod measures;
mod synthetic;
mod truth;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use pika_analysis::{AnalysisConfig, Profile, analyze_file};
use rayon::prelude::*;

use measures::TempoScore;
use truth::Truth;

#[path = "../../tests/synth/mod.rs"]
mod synth;

/// Measures the engine on labelled music.
#[derive(Parser)]
struct Args {
    /// Folder with truth.csv.
    #[arg(required_unless_present = "synthetic")]
    folder: Option<PathBuf>,
    /// Also by this column of truth.csv, such as genre.
    #[arg(long)]
    by: Option<String>,
    /// List that many tracks whose tempo or key is wrong.
    #[arg(long, default_value_t = 0)]
    worst: usize,
    /// Dance profile.
    #[arg(long, value_enum, default_value = "wcs")]
    profile: ProfileName,
    /// Threads; all cores if not given.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Instead of a folder: the whole matrix of synthetic rhythms.
    #[arg(long)]
    synthetic: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileName {
    Wcs,
    General,
    Electronic,
}

/// Scores of one track.
struct Row {
    truth: Truth,
    bpm: Option<f64>,
    key_name: String,
    failure: Option<String>,
    tempo: Option<TempoScore>,
    key: Option<(f64, &'static str)>,
    beat_f: Option<f64>,
    phase_ms: Option<f64>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let profile = match args.profile {
        ProfileName::Wcs => Profile::Wcs,
        ProfileName::General => Profile::General,
        ProfileName::Electronic => Profile::Electronic,
    };
    if let Err(error) = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build_global()
    {
        eprintln!("cannot start threads: {error}");
        return ExitCode::FAILURE;
    }
    let Some(folder) = args.folder.filter(|_| !args.synthetic) else {
        return synthetic::run();
    };
    let truths = match truth::read(&folder) {
        Ok(truths) => truths,
        Err(error) => {
            eprintln!("cannot read the labels in {}: {error}", folder.display());
            return ExitCode::from(2);
        }
    };
    let config = AnalysisConfig {
        profile,
        ..AnalysisConfig::default()
    };
    let rows: Vec<Row> = truths
        .into_par_iter()
        .map(|truth| {
            let path = folder.join(&truth.file);
            score(
                truth,
                analyze_file(&path, &config).map_err(|error| error.to_string()),
            )
        })
        .collect();
    show("all", &rows.iter().collect::<Vec<_>>());
    if let Some(by) = &args.by {
        let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            groups
                .entry(row.truth.columns.get(by).map_or("", String::as_str))
                .or_default()
                .push(row);
        }
        for (name, rows) in groups {
            show(if name.is_empty() { "(none)" } else { name }, &rows);
        }
    }
    let wrong = rows
        .iter()
        .filter(|row| row.tempo.is_some_and(|t| !t.acc1) || row.key.is_some_and(|k| k.0 < 1.0));
    for row in wrong.take(args.worst) {
        let text = |name: &str| row.truth.columns.get(name).map_or("", String::as_str);
        println!(
            "  {}: bpm {} got {} {}; key {} got {} {}{}",
            row.truth.file,
            text("bpm"),
            row.bpm
                .map_or_else(|| "none".to_owned(), |bpm| format!("{bpm:.3}")),
            row.tempo.map_or("", |tempo| tempo.error),
            text("key"),
            row.key_name,
            row.key.map_or("", |key| key.1),
            row.failure
                .as_ref()
                .map_or_else(String::new, |failure| format!("; {failure}")),
        );
    }
    let failures = rows.iter().filter(|row| row.failure.is_some()).count();
    if failures > 0 {
        println!("{failures} files could not be analysed");
    }
    ExitCode::SUCCESS
}

fn score(truth: Truth, analysis: Result<pika_analysis::TrackAnalysis, String>) -> Row {
    let (analysis, failure) = match analysis {
        Ok(analysis) => (Some(analysis), None),
        Err(error) => (None, Some(error)),
    };
    let bpm = analysis
        .as_ref()
        .and_then(|a| a.tempo.as_ref())
        .map(|tempo| tempo.bpm);
    let key = analysis
        .as_ref()
        .and_then(|a| a.key.as_ref())
        .map(|estimate| estimate.key);
    let beats = analysis
        .as_ref()
        .and_then(|a| a.beat_grid.as_ref())
        .map(|grid| grid.beats_s.as_slice());
    let tempo = truth.bpm.map(|true_bpm| measures::tempo(true_bpm, bpm));
    let both = truth.beats_s.as_deref().zip(beats);
    let phase_ms = match (both, truth.first_beat_s.zip(beats).zip(truth.bpm)) {
        (Some((truth, found)), _) => measures::phase_ms(truth, found),
        // Without labelled beats: the first beat, modulo the true period.
        (None, Some(((first_s, found), bpm))) if tempo.is_some_and(|t| t.acc1) => {
            found.first().map(|found| {
                let period_s = 60.0 / bpm;
                let distance_s = (found - first_s).rem_euclid(period_s);
                1000.0 * distance_s.min(period_s - distance_s)
            })
        }
        _ => None,
    };
    Row {
        key: truth.key.map(|true_key| measures::key(true_key, key)),
        key_name: key.map_or_else(|| "none".to_owned(), pika_analysis::MusicalKey::long_name),
        beat_f: both.map(|(truth, found)| measures::beat_f(truth, found)),
        tempo,
        phase_ms,
        bpm,
        failure,
        truth,
    }
}

fn show(name: &str, rows: &[&Row]) {
    let tempi: Vec<TempoScore> = rows.iter().filter_map(|row| row.tempo).collect();
    let keys: Vec<(f64, &str)> = rows.iter().filter_map(|row| row.key).collect();
    println!("{name}: {} tempo labels, {} key labels", tempi.len(), keys.len());
    if !tempi.is_empty() {
        let share = |is: fn(&TempoScore) -> bool| percent(tempi.iter().map(|t| f64::from(u8::from(is(t)))));
        println!(
            "  tempo  Acc1 {}  Acc2 {}  0.5% {}  0.1 BPM {}  0.1 BPM any octave {}  errors {}",
            share(|t| t.acc1),
            share(|t| t.acc2),
            share(|t| t.half_percent),
            share(|t| t.tenth_bpm),
            share(|t| t.tenth_bpm_any_octave),
            counts(tempi.iter().map(|t| t.error)),
        );
    }
    if !keys.is_empty() {
        println!(
            "  key    MIREX {}  exact {}  {}",
            percent(keys.iter().map(|key| key.0)),
            percent(keys.iter().map(|key| f64::from(u8::from(key.1 == "exact")))),
            counts(keys.iter().map(|key| key.1)),
        );
    }
    let phase = measures::median(rows.iter().filter_map(|row| row.phase_ms).collect());
    if rows.iter().any(|row| row.beat_f.is_some()) || phase.is_some() {
        println!(
            "  beats  F {}  phase {} ms",
            percent(rows.iter().filter_map(|row| row.beat_f)),
            phase.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}")),
        );
    }
}

fn percent(values: impl Iterator<Item = f64>) -> String {
    let (sum, n) = values.fold((0.0, 0u32), |(sum, n), value| (sum + value, n + 1));
    if n == 0 {
        "  -  ".to_owned()
    } else {
        format!("{:5.1}", 100.0 * sum / f64::from(n))
    }
}

fn counts<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for name in names.filter(|name| !name.is_empty()) {
        *counts.entry(name).or_default() += 1;
    }
    counts
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect::<Vec<_>>()
        .join(", ")
}
