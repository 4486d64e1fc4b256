//! Corrections by hand: locked against new analyses, undone step by step, reset at will.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use pika_analysis::{Mode, MusicalKey};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Library, TrackId, made::twins, tracks::key_from_columns};
use crate::clock::now_ms;

/// Steps that can be undone; older ones are forgotten.
const UNDO_STEPS: i64 = 200;
/// Tempi that a correction may set, in BPM: what the wire carries.
const BPM_RANGE: std::ops::RangeInclusive<f64> = 20.0..=400.0;

/// One correction, for one track or for many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Correction {
    /// The shown tempo times this: 2, 0.5, 1.5 or 2/3. Tracks that would leave 20–400 BPM stay.
    ScaleBpm(f64),
    /// This tempo, typed or tapped, 20 to 400 BPM.
    Bpm(f64),
    /// This key.
    Key(MusicalKey),
    /// This energy, 0 to 100.
    Energy(f64),
    /// The beat grid moved by seconds.
    ShiftGrid(f64),
    /// The bars moved by beats.
    ShiftBars(i32),
    /// Back to what was measured.
    Reset,
}

/// Everything corrected on one track; `None`: as measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Corrections {
    /// Tempo in BPM.
    pub bpm: Option<f64>,
    /// Key.
    pub key: Option<MusicalKey>,
    /// Energy, 0 to 100.
    pub energy: Option<f64>,
    /// Seconds added to every beat.
    pub grid_shift_s: Option<f64>,
    /// Beats added to the place of the first downbeat.
    pub bar_shift_beats: Option<i32>,
}

impl Library {
    /// Corrects tracks as one step that [`Self::undo_correction`] takes back whole.
    /// Returns how many changed.
    ///
    /// Errors: a value out of its range; the database refused. Nothing is changed then.
    pub fn correct(&mut self, tracks: &[TrackId], correction: Correction) -> Result<usize> {
        check(correction)?;
        let transaction = self.connection.transaction()?;
        let step: i64 = transaction.query_row(
            "SELECT coalesce(max(step), 0) + 1 FROM correction_log",
            [],
            |row| row.get(0),
        )?;
        let mut changed = 0;
        // Of two files of one sound that are corrected at once, one would be corrected twice.
        let mut done = HashSet::new();
        for &track in tracks {
            if done.contains(&track) {
                changed += 1;
                continue;
            }
            let before = read(&transaction, track)?;
            let Some(after) = apply(&transaction, track, before.unwrap_or_default(), correction)? else {
                continue;
            };
            if after == before.unwrap_or_default() {
                continue;
            }
            for twin in twins(&transaction, track)? {
                let own = read(&transaction, twin)?;
                if own.is_some() && own != before {
                    // Corrected otherwise by an earlier version: that stays until somebody changes it.
                    continue;
                }
                let before = own.map(|before| serde_json::to_string(&before)).transpose()?;
                transaction.execute(
                    "INSERT INTO correction_log (step, track_id, before) VALUES (?, ?, ?)",
                    params![step, twin.0, before],
                )?;
                write(&transaction, twin, after)?;
                done.insert(twin);
            }
            changed += 1;
        }
        transaction.execute("DELETE FROM correction_log WHERE step <= ?", [step - UNDO_STEPS])?;
        transaction.commit()?;
        Ok(changed)
    }

    /// Takes back the last step. Returns the tracks that changed; none when there is nothing to undo.
    pub fn undo_correction(&mut self) -> Result<Vec<TrackId>> {
        let transaction = self.connection.transaction()?;
        let step: Option<i64> =
            transaction.query_row("SELECT max(step) FROM correction_log", [], |row| row.get(0))?;
        let rows: Vec<(TrackId, Option<String>)> = transaction
            .prepare("SELECT track_id, before FROM correction_log WHERE step = ?")?
            .query_map([step], |row| Ok((TrackId(row.get(0)?), row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let known: HashSet<TrackId> = rows.iter().map(|(track, _)| *track).collect();
        for (track, before) in &rows {
            let before = before
                .as_deref()
                .map(serde_json::from_str)
                .transpose()?
                .unwrap_or_default();
            // Other files of the sound may have come since, with what is taken back now.
            let current = read(&transaction, *track)?;
            for twin in twins(&transaction, *track)? {
                let came_since = !known.contains(&twin) && read(&transaction, twin)? == current;
                if twin == *track || came_since {
                    write(&transaction, twin, before)?;
                }
            }
        }
        transaction.execute("DELETE FROM correction_log WHERE step = ?", [step])?;
        transaction.commit()?;
        Ok(rows.into_iter().map(|(track, _)| track).collect())
    }

    /// What is corrected on a track.
    pub fn corrections(&self, track: TrackId) -> Result<Corrections> {
        Ok(read(&self.connection, track)?.unwrap_or_default())
    }
}

fn check(correction: Correction) -> Result<()> {
    match correction {
        Correction::ScaleBpm(factor) => {
            ensure!(factor.is_finite() && factor > 0.0, "the factor must be above 0");
        }
        Correction::Bpm(bpm) => ensure!(BPM_RANGE.contains(&bpm), "a tempo lies between 20 and 400 BPM"),
        Correction::Energy(energy) => {
            ensure!((0.0..=100.0).contains(&energy), "energy lies between 0 and 100");
        }
        Correction::ShiftGrid(seconds) => ensure!(
            seconds.is_finite() && seconds.abs() <= 10.0,
            "a grid moves by 10 s at most"
        ),
        Correction::ShiftBars(_) | Correction::Key(_) | Correction::Reset => {}
    }
    Ok(())
}

/// The corrections after one more; `None` when it does not fit this track.
fn apply(
    transaction: &Transaction<'_>,
    track: TrackId,
    mut corrections: Corrections,
    correction: Correction,
) -> Result<Option<Corrections>> {
    match correction {
        Correction::ScaleBpm(factor) => {
            let measured: Option<f64> = transaction
                .query_row("SELECT bpm FROM analyses WHERE track_id = ?", [track.0], |row| {
                    row.get(0)
                })
                .optional()?
                .flatten();
            let Some(bpm) = corrections.bpm.or(measured).map(|bpm| bpm * factor) else {
                return Ok(None);
            };
            if !BPM_RANGE.contains(&bpm) {
                return Ok(None);
            }
            // ×2 and then ÷2 is no correction at all.
            corrections.bpm =
                Some(bpm).filter(|bpm| measured.is_none_or(|measured| (bpm - measured).abs() > 1e-6));
        }
        Correction::Bpm(bpm) => corrections.bpm = Some(bpm),
        Correction::Key(key) => corrections.key = Some(key),
        Correction::Energy(energy) => corrections.energy = Some(energy),
        Correction::ShiftGrid(seconds) => {
            corrections.grid_shift_s =
                Some(corrections.grid_shift_s.unwrap_or(0.0) + seconds).filter(|s| *s != 0.0);
        }
        Correction::ShiftBars(beats) => {
            corrections.bar_shift_beats =
                Some(corrections.bar_shift_beats.unwrap_or(0).saturating_add(beats))
                    .filter(|beats| *beats != 0);
        }
        Correction::Reset => corrections = Corrections::default(),
    }
    Ok(Some(corrections))
}

fn read(connection: &rusqlite::Connection, track: TrackId) -> Result<Option<Corrections>> {
    Ok(connection
        .prepare_cached(
            "SELECT bpm, key_tonic, key_minor, energy, grid_shift_s, bar_shift_beats FROM corrections WHERE track_id = ?",
        )?
        .query_row([track.0], |row| {
            Ok(Corrections {
                bpm: row.get(0)?,
                key: key_from_columns(row.get(1)?, row.get(2)?),
                energy: row.get(3)?,
                grid_shift_s: row.get(4)?,
                bar_shift_beats: row.get(5)?,
            })
        })
        .optional()?)
}

fn write(transaction: &Transaction<'_>, track: TrackId, corrections: Corrections) -> Result<()> {
    if corrections == Corrections::default() {
        transaction.execute("DELETE FROM corrections WHERE track_id = ?", [track.0])?;
        return Ok(());
    }
    transaction.execute(
        "INSERT OR REPLACE INTO corrections
             (track_id, bpm, key_tonic, key_minor, energy, grid_shift_s, bar_shift_beats, updated_at)
         SELECT id, ?, ?, ?, ?, ?, ?, ? FROM tracks WHERE id = ?",
        params![
            corrections.bpm,
            corrections.key.map(MusicalKey::tonic),
            corrections.key.map(|key| key.mode() == Mode::Minor),
            corrections.energy,
            corrections.grid_shift_s,
            corrections.bar_shift_beats,
            now_ms(),
            track.0
        ],
    )?;
    Ok(())
}
