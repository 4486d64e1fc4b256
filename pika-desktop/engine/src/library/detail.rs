//! Everything about one track, for the panel beside the list; notes and tags by hand.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use pika_analysis::TrackAnalysis;
use rusqlite::{Transaction, params};

use super::{
    Corrections, Doubt, Library, Play, Track, TrackId, grid,
    made::{TWINS, twins},
    plays::{PLAY_COLUMNS, play_from_row},
    text_index,
};
use crate::clock::now_ms;

/// Characters of notes that are kept.
const MAX_NOTES: usize = 10_000;
/// Tags of one track.
const MAX_LABELS: usize = 50;
/// Characters of one tag.
const MAX_LABEL: usize = 60;
/// Plays that the panel lists.
const PLAYS_SHOWN: u32 = 50;

/// One track, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackDetail {
    /// As lists show it.
    pub track: Track,
    /// What the analysis found, with the beat grid as corrected; `None` before the first analysis.
    pub analysis: Option<TrackAnalysis>,
    /// What the DJ corrected.
    pub corrections: Corrections,
    /// Why it needs a look.
    pub doubts: Vec<Doubt>,
    /// The DJ's notes.
    pub notes: String,
    /// The DJ's own tags, in order.
    pub labels: Vec<String>,
    /// How often it was played.
    pub play_count: u32,
    /// The newest plays, newest first.
    pub plays: Vec<Play>,
    /// When all this was read, in milliseconds since 1970.
    pub read_at_ms: i64,
}

impl Library {
    /// One track, whole; `None` when there is none of that number.
    pub fn track_detail(&self, id: TrackId) -> Result<Option<TrackDetail>> {
        let Some(track) = self.track(id)? else {
            return Ok(None);
        };
        let (notes, labels): (String, String) = self
            .connection
            .prepare_cached("SELECT notes, labels FROM tracks WHERE id = ?")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let plays = self.plays_of(id, PLAYS_SHOWN)?;
        Ok(Some(TrackDetail {
            analysis: self.corrected_analysis(id)?,
            corrections: self.corrections(id)?,
            doubts: self.doubts_of(id)?,
            notes,
            labels: labels.lines().map(str::to_owned).collect(),
            play_count: self.play_count(id)?,
            plays,
            read_at_ms: now_ms(),
            track,
        }))
    }

    /// [`Self::analysis`] with the beat grid as the DJ corrected it. The measured values stay in the record.
    pub fn corrected_analysis(&self, id: TrackId) -> Result<Option<TrackAnalysis>> {
        let Some(mut analysis) = self.analysis(id)? else {
            return Ok(None);
        };
        let corrections = self.corrections(id)?;
        let measured = analysis.tempo.as_ref().map(|tempo| tempo.bpm);
        analysis.beat_grid = match (&analysis.beat_grid, measured) {
            (Some(found), Some(bpm)) => Some(grid::corrected(found, &corrections, bpm, analysis.duration_s)),
            // No pulse was found, but the DJ says there is one.
            _ => corrections.bpm.map(|bpm| {
                let straight = grid::straight_grid(bpm, analysis.duration_s);
                let moved = Corrections {
                    bpm: None,
                    ..corrections
                };
                grid::corrected(&straight, &moved, bpm, analysis.duration_s)
            }),
        };
        Ok(Some(analysis))
    }

    /// The newest plays of a track, newest first.
    pub fn plays_of(&self, track: TrackId, limit: u32) -> Result<Vec<Play>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PLAY_COLUMNS} FROM plays WHERE track_id IN ({TWINS}) AND removed_at IS NULL
             ORDER BY started_at DESC, rowid DESC LIMIT ?2"
        ))?;
        let rows = statement.query_map(params![track.0, limit], play_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn play_count(&self, track: TrackId) -> Result<u32> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM plays WHERE track_id IN ({TWINS}) AND removed_at IS NULL"
            ))?
            .query_row([track.0], |row| row.get(0))?)
    }

    /// Replaces the DJ's notes on a track.
    ///
    /// Errors: they are too long; nothing is changed then.
    pub fn set_notes(&mut self, track: TrackId, notes: &str) -> Result<()> {
        ensure!(
            notes.chars().count() <= MAX_NOTES,
            "notes hold {MAX_NOTES} characters at most"
        );
        let transaction = self.connection.transaction()?;
        transaction.execute(
            // Other notes, of an earlier version, stay until somebody changes them.
            &format!(
                "UPDATE tracks SET notes = ?2 WHERE id = ?1 OR (id IN ({TWINS})
                     AND notes IN ('', (SELECT notes FROM tracks WHERE id = ?1)))"
            ),
            params![track.0, notes],
        )?;
        index_twins(&transaction, track)?;
        transaction.commit()?;
        Ok(())
    }

    /// Adds a tag to tracks; those that have it (in any case) stay as they are.
    ///
    /// Errors: an empty or too long tag, a track with too many; nothing is changed then.
    pub fn add_label(&mut self, tracks: &[TrackId], label: &str) -> Result<()> {
        let label = clean(label);
        ensure!(!label.is_empty(), "a tag has at least one character");
        ensure!(
            label.chars().count() <= MAX_LABEL,
            "a tag has {MAX_LABEL} characters at most"
        );
        self.change_labels(tracks, |labels| {
            if !labels.iter().any(|other| same(other, &label)) {
                labels.push(label.clone());
            }
        })
    }

    /// Takes a tag from tracks.
    pub fn remove_label(&mut self, tracks: &[TrackId], label: &str) -> Result<()> {
        self.change_labels(tracks, |labels| labels.retain(|other| !same(other, label)))
    }

    fn change_labels(&mut self, tracks: &[TrackId], change: impl Fn(&mut Vec<String>)) -> Result<()> {
        let transaction = self.connection.transaction()?;
        let mut done = BTreeSet::new();
        for track in tracks {
            for twin in twins(&transaction, *track)? {
                if !done.insert(twin.0) {
                    continue;
                }
                let old: String = transaction
                    .prepare_cached("SELECT labels FROM tracks WHERE id = ?")?
                    .query_row([twin.0], |row| row.get(0))?;
                let mut labels: Vec<String> = old.lines().map(str::to_owned).collect();
                change(&mut labels);
                ensure!(
                    labels.len() <= MAX_LABELS,
                    "a track has {MAX_LABELS} tags at most"
                );
                let new = labels.join("\n");
                if new != old {
                    transaction
                        .prepare_cached("UPDATE tracks SET labels = ? WHERE id = ?")?
                        .execute(params![new, twin.0])?;
                    text_index::write(&transaction, twin.0)?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The tags in use, most used first; at most `limit`.
    pub fn labels_in_use(&self, limit: usize) -> Result<Vec<(String, usize)>> {
        let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        let mut statement = self
            .connection
            .prepare_cached("SELECT labels FROM tracks WHERE labels <> ''")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let labels: String = row.get(0)?;
            for label in labels.lines() {
                *counts.entry(label.to_owned()).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.truncate(limit);
        Ok(counts)
    }
}

/// A text of this track has changed, and with it that of all files of its sound.
fn index_twins(transaction: &Transaction<'_>, track: TrackId) -> rusqlite::Result<()> {
    for twin in twins(transaction, track)? {
        text_index::write(transaction, twin.0)?;
    }
    Ok(())
}

/// One line, no spaces around.
fn clean(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
