//! The report: one CSV row or JSON object per file.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
};

use pika_analysis::{AnalysisError, TrackAnalysis};
use serde_json::{Value, json};

/// Columns of the CSV report. Later versions may append some; these keep their order.
pub(crate) const COLUMNS: [&str; 14] = [
    "file",
    "bpm",
    "bpm_confidence",
    "bpm_alternative",
    "first_beat_s",
    "key",
    "camelot",
    "key_confidence",
    "energy",
    "danceability",
    "brightness",
    "loudness_lufs",
    "duration_s",
    "error",
];

/// Columns of the report of `--decode-only`.
pub(crate) const LENGTH_COLUMNS: [&str; 3] = ["file", "duration_s", "error"];

/// What one file gave.
pub(crate) type Outcome = Result<TrackAnalysis, AnalysisError>;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON array, one object per line.
    Json,
}

/// Writes rows in the order of the files, whatever the order in which they come: each as soon as all
/// before it are there.
pub(crate) struct Report<W: Write> {
    to: W,
    layout: Layout,
    /// Rows that wait for an earlier one.
    waiting: BTreeMap<usize, String>,
    next: usize,
}

impl<W: Write> Report<W> {
    /// Begins a report with these columns (CSV only).
    pub(crate) fn begin(mut to: W, layout: Layout, columns: &[&str]) -> io::Result<Self> {
        match layout {
            Layout::Csv => to.write_all(csv_line(columns)?.as_bytes())?,
            Layout::Json => to.write_all(b"[")?,
        }
        Ok(Self {
            to,
            layout,
            waiting: BTreeMap::new(),
            next: 0,
        })
    }

    /// Adds the row of file `index`, as made by [`track_row`] or [`length_row`].
    pub(crate) fn add(&mut self, index: usize, row: String) -> io::Result<()> {
        self.waiting.insert(index, row);
        while let Some(row) = self.waiting.remove(&self.next) {
            if self.layout == Layout::Json {
                self.to.write_all(if self.next == 0 { b"\n" } else { b",\n" })?;
            }
            self.to.write_all(row.as_bytes())?;
            self.next += 1;
        }
        Ok(())
    }

    /// Ends the report.
    pub(crate) fn end(mut self) -> io::Result<()> {
        if self.layout == Layout::Json {
            self.to.write_all(b"\n]\n")?;
        }
        self.to.flush()
    }
}

/// The row of an analysed file. `with_beats`: every beat time in seconds is included (JSON).
pub(crate) fn track_row(
    layout: Layout,
    path: &Path,
    outcome: &Outcome,
    with_beats: bool,
) -> io::Result<String> {
    match layout {
        Layout::Csv => csv_line(&csv_row(path, outcome)),
        Layout::Json => Ok(json_row(path, outcome, with_beats).to_string()),
    }
}

/// The row of a file that was only decoded.
pub(crate) fn length_row(
    layout: Layout,
    path: &Path,
    outcome: &Result<f64, AnalysisError>,
) -> io::Result<String> {
    let file = path.display().to_string();
    let error = outcome.as_ref().err().map(ToString::to_string);
    match layout {
        Layout::Csv => {
            let length = outcome
                .as_ref()
                .map_or_else(|_| String::new(), |length| format!("{length:.3}"));
            csv_line(&[file, length, error.unwrap_or_default()])
        }
        Layout::Json => {
            Ok(json!({ "file": file, "duration_s": outcome.as_ref().ok(), "error": error }).to_string())
        }
    }
}

/// One line of CSV, quoted where needed.
fn csv_line(fields: &[impl AsRef<str>]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields.iter().map(|field| field.as_ref().as_bytes()))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn csv_row(path: &Path, outcome: &Outcome) -> Vec<String> {
    let file = path.display().to_string();
    let track = match outcome {
        Ok(track) => track,
        Err(error) => {
            let mut row = vec![String::new(); COLUMNS.len()];
            row[0] = file;
            row[COLUMNS.len() - 1] = error.to_string();
            return row;
        }
    };
    let tempo = track.tempo.as_ref();
    let key = track.key.as_ref();
    let character = track.character.as_ref();
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(String::new, |value| format!("{value:.digits$}"))
    };
    vec![
        file,
        number(tempo.map(|tempo| tempo.bpm), 3),
        number(tempo.map(|tempo| tempo.confidence), 3),
        number(tempo.map(|tempo| tempo.alternative_bpm), 3),
        number(track.beat_grid.as_ref().map(|grid| grid.first_beat_s), 4),
        key.map_or_else(String::new, |key| key.key.long_name()),
        key.map_or_else(String::new, |key| key.key.camelot()),
        number(key.map(|key| key.confidence), 3),
        number(character.map(|character| character.energy), 1),
        number(character.map(|character| character.danceability), 1),
        number(character.map(|character| character.brightness), 1),
        number(track.loudness.integrated_lufs, 2),
        number(Some(track.duration_s), 3),
        String::new(),
    ]
}

fn json_row(path: &Path, outcome: &Outcome, with_beats: bool) -> Value {
    let file = path.display().to_string();
    let track = match outcome {
        Ok(track) => track,
        Err(error) => {
            return json!({ "file": file, "error": error.to_string(), "error_kind": error.kind() });
        }
    };
    let key = track.key.as_ref();
    let grid = track.beat_grid.as_ref();
    let mut row = json!({
        "file": file,
        "analysis_version": track.analysis_version,
        "duration_s": track.duration_s,
        "sample_rate_hz": track.sample_rate_hz,
        "channels": track.channels,
        "codec": track.codec,
        "damaged_packets": track.damaged_packets,
        "tempo": track.tempo,
        "first_beat_s": grid.map(|grid| grid.first_beat_s),
        "beats_per_bar": grid.map(|grid| grid.meter.beats_per_bar()),
        "downbeat_offset": grid.map(|grid| grid.downbeat_offset),
        "downbeat_confidence": grid.map(|grid| grid.downbeat_confidence),
        "tempo_regions": grid.map(|grid| &grid.regions),
        "key": key.map(|key| json!({
            "name": key.key.long_name(),
            "camelot": key.key.camelot(),
            "open_key": key.key.open_key(),
            "confidence": key.confidence,
            "second": key.second.long_name(),
            "second_confidence": key.second_confidence,
            "tuning_cents": key.tuning_cents,
        })),
        "character": track.character,
        "loudness": track.loudness,
        "silence": track.silence,
        "error": Value::Null,
    });
    if with_beats {
        row["beats_s"] = json!(grid.map(|grid| &grid.beats_s));
    }
    row
}
