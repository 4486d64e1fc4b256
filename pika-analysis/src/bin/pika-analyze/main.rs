//! `pika-analyze`: the engine as a command.

mod files;
mod report;

use std::{
    io::{self, BufWriter, IsTerminal},
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use pika_analysis::{AnalysisConfig, CancelFlag, Profile, internals::run_batch};

use crate::report::{Layout, Report};

/// Analyses audio files: tempo, beat grid, key, loudness and character.
///
/// Folders are searched recursively. The report goes to standard output, one row per file; a file
/// that cannot be read has its error in the last column and the rest empty.
#[derive(Parser)]
#[command(
    name = "pika-analyze",
    version,
    after_help = "Exit status: 0 if at least one file was analysed, 1 if none, 2 for wrong usage.\n\n\
                  Examples:\n  \
                  pika-analyze Music > report.csv\n  \
                  pika-analyze --format json --beats song.mp3"
)]
struct Args {
    /// Files, or folders to search
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Files to analyse at once; 0 means one per core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=512))]
    threads: u16,
    /// The dance floor that settles half and double tempo
    #[arg(long, value_enum, default_value_t = ProfileArg::Wcs)]
    profile: ProfileArg,
    /// Only decode, to see what decoding costs; the report holds file, duration and error
    #[arg(long, conflicts_with = "beats")]
    decode_only: bool,
    /// Include the time of every beat (needs --format json)
    #[arg(long)]
    beats: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Comma-separated values with a header
    Csv,
    /// A JSON array
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileArg {
    /// West Coast Swing and other social dances, around 98 BPM
    Wcs,
    /// No particular dance, around 110 BPM
    General,
    /// House, techno, drum and bass, 88 to 176 BPM
    Electronic,
}

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Self {
        match profile {
            ProfileArg::Wcs => Self::Wcs,
            ProfileArg::General => Self::General,
            ProfileArg::Electronic => Self::Electronic,
        }
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.beats && args.format != Format::Json {
        eprintln!("error: --beats needs --format json");
        return ExitCode::from(2);
    }
    // A panic is reported as the error of its file; the usual message would only repeat it.
    std::panic::set_hook(Box::new(|_| {}));
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // Whoever read the report has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(1)
        }
    }
}

/// Whether at least one file was analysed.
fn run(args: &Args) -> io::Result<bool> {
    let paths = files::find(&args.paths);
    if paths.is_empty() {
        eprintln!("no audio files found");
    }
    let config = AnalysisConfig {
        profile: args.profile.into(),
        ..AnalysisConfig::default()
    };
    let layout = match args.format {
        Format::Csv => Layout::Csv,
        Format::Json => Layout::Json,
    };
    let columns: &[&str] = if args.decode_only {
        &report::LENGTH_COLUMNS
    } else {
        &report::COLUMNS
    };
    let bar = progress_bar(paths.len());
    // Raised when the report cannot be written: there is no sense in going on.
    let cancel = CancelFlag::new();
    let any_ok = AtomicBool::new(false);
    let report = Mutex::new((
        Report::begin(BufWriter::new(io::stdout()), layout, columns)?,
        io::Result::Ok(()),
    ));
    let done = run_batch(&paths, usize::from(args.threads), |index, path| {
        let (is_ok, row) = if args.decode_only {
            let outcome = pika_analysis::decode_file(path, &config, &cancel);
            (outcome.is_ok(), report::length_row(layout, path, &outcome))
        } else {
            let outcome = pika_analysis::analyze_file_until(path, &config, &cancel);
            (
                outcome.is_ok(),
                report::track_row(layout, path, &outcome, args.beats),
            )
        };
        any_ok.fetch_or(is_ok, Ordering::Relaxed);
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        let (report, written) = &mut *report;
        if written.is_ok() {
            *written = row.and_then(|row| report.add(index, row));
            if written.is_err() {
                cancel.cancel();
            }
        }
        bar.inc(1);
    });
    bar.finish_and_clear();
    done.map_err(io::Error::other)?;
    let (report, written) = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    written?;
    report.end()?;
    Ok(any_ok.into_inner())
}

/// A bar on a terminal, nothing elsewhere. It is drawn on standard error: the report stays clean.
fn progress_bar(total: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar
}
