//! What the DJ made of a sound (corrections, notes, tags, plays) belongs to the sound, not to a file.
//!
//! A track is one file of a sound; several may be of the same one: copies, the place that a file left, the name that
//! it had before another sound took it. They are its *twins*: corrections, notes and tags are written to all of them,
//! a new one gets those of the others, and plays are counted together. So whichever file goes, comes back, moves or
//! is overwritten, what was made stays beside its sound and is there with it.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

use super::{ContentId, Library, TrackId, text_index};

/// Ids of all tracks of the sound of track `?1`, itself included: an empty file has no sound and is alone.
pub(super) const TWINS: &str = "SELECT o.id FROM tracks t JOIN tracks o ON o.content_id = t.content_id
    AND (t.size > 0 OR o.id = t.id) WHERE t.id = ?1";

/// Each track once for each play `p` of its sound; conditions may follow.
pub(super) const PLAYS_BY_SOUND: &str = "SELECT o.id FROM plays p
    JOIN tracks t ON t.id = p.track_id
    JOIN tracks o ON o.content_id = t.content_id AND (t.size > 0 OR o.id = t.id)
    WHERE p.removed_at IS NULL";

impl Library {
    /// These tracks and all others of their sounds: those of which something else is known now.
    pub fn with_twins(&self, tracks: &[TrackId]) -> Result<Vec<TrackId>> {
        let mut all = BTreeSet::new();
        for track in tracks {
            all.extend(twins(&self.connection, *track)?.into_iter().map(|twin| twin.0));
        }
        Ok(all.into_iter().map(TrackId).collect())
    }
}

/// All tracks of a track's sound, itself included.
pub(super) fn twins(connection: &Connection, track: TrackId) -> rusqlite::Result<Vec<TrackId>> {
    connection
        .prepare_cached(TWINS)?
        .query_map([track.0], |row| Ok(TrackId(row.get(0)?)))?
        .collect()
}

/// Whether the DJ made anything of this track.
pub(super) fn has_any(connection: &Connection, track: TrackId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT notes <> '' OR labels <> '' OR EXISTS (SELECT 1 FROM corrections c WHERE c.track_id = t.id)
                 OR EXISTS (SELECT 1 FROM plays p WHERE p.track_id = t.id)
             FROM tracks t WHERE id = ?",
        )?
        .query_row([track.0], |row| row.get(0))
}

/// Gives a track what was made of its sound and what it lacks; what it has stays.
pub(super) fn inherit(connection: &Connection, track: TrackId, sound: ContentId) -> rusqlite::Result<()> {
    let heir = params![track.0, sound.0];
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO corrections
                 (track_id, bpm, key_tonic, key_minor, energy, grid_shift_s, bar_shift_beats, updated_at)
             SELECT ?1, c.bpm, c.key_tonic, c.key_minor, c.energy, c.grid_shift_s, c.bar_shift_beats, c.updated_at
             FROM tracks t JOIN corrections c ON c.track_id = t.id
             WHERE t.content_id = ?2 AND t.id <> ?1 AND t.size > 0 ORDER BY c.updated_at DESC LIMIT 1",
        )?
        .execute(heir)?;
    for column in ["notes", "labels"] {
        let found: Option<String> = connection
            .prepare_cached(&format!(
                "SELECT {column} FROM tracks WHERE content_id = ?2 AND id <> ?1 AND size > 0 AND {column} <> ''
                 ORDER BY missing_since IS NULL DESC, id DESC LIMIT 1"
            ))?
            .query_row(heir, |row| row.get(0))
            .optional()?;
        if let Some(found) = found {
            connection
                .prepare_cached(&format!(
                    "UPDATE tracks SET {column} = ? WHERE id = ? AND {column} = ''"
                ))?
                .execute(params![found, track.0])?;
        }
    }
    Ok(())
}

/// Gives the files of a track's sound that are there what was made of it: this one is not there any more.
pub(super) fn bequeath(connection: &Connection, track: TrackId) -> rusqlite::Result<()> {
    let heirs: Vec<(TrackId, ContentId)> = connection
        .prepare_cached(
            "SELECT o.id, o.content_id FROM tracks t JOIN tracks o ON o.content_id = t.content_id AND o.id <> t.id
             WHERE t.id = ? AND t.size > 0 AND o.missing_since IS NULL",
        )?
        .query_map([track.0], |row| Ok((TrackId(row.get(0)?), ContentId(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    for (heir, sound) in heirs {
        inherit(connection, heir, sound)?;
        text_index::write(connection, heir.0)?;
    }
    Ok(())
}
