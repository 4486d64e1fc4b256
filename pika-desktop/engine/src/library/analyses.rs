//! Analyses: which tracks wait for one, what it found, why there is none.

use std::path::PathBuf;

use anyhow::Result;
use pika_analysis::{ANALYSIS_VERSION, AnalysisError, ErrorKind, Mode, Profile, TrackAnalysis};
use rusqlite::{OptionalExtension, Row, params};
use tracing::warn;

use super::{
    ContentId, Library,
    ids::TrackId,
    measured::{self, HAS_RECORD},
    os_path,
    record::StoredRecord,
};
use crate::{clock::now_ms, plain_words};

/// A track that waits for its analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTrack {
    /// Which.
    pub id: TrackId,
    /// Where its file is.
    pub path: PathBuf,
    /// Length in bytes.
    pub size: u64,
    /// Identity of the sound when it was asked for: a result for other bytes is thrown away.
    pub content_id: ContentId,
}

impl Library {
    /// Tracks that wait for an analysis of this version and profile, or whose record is lost, in the order they
    /// came.
    /// Failures of this version are not tried again by themselves.
    pub fn pending_tracks(&self, profile: Profile) -> Result<Vec<PendingTrack>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT t.id, t.path, t.size, t.content_id FROM tracks t LEFT JOIN analyses a ON a.track_id = t.id
             LEFT JOIN folders f ON f.id = t.folder_id
             WHERE t.missing_since IS NULL AND f.away_since IS NULL
               AND (a.version IS NULL OR a.version < ?1 OR a.profile <> ?2 OR NOT {HAS_RECORD})
               AND (t.failure_version IS NULL OR t.failure_version < ?1)
             ORDER BY a.version IS NOT NULL, t.id"
        ))?;
        let rows = statement.query_map(params![ANALYSIS_VERSION, profile_name(profile)], pending_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One track as it would wait for its analysis, whatever is known of it.
    pub fn pending_track(&self, id: TrackId) -> Result<Option<PendingTrack>> {
        Ok(self
            .connection
            .query_row(
                "SELECT id, path, size, content_id FROM tracks WHERE id = ?",
                [id.0],
                pending_from_row,
            )
            .optional()?)
    }

    /// Stores the analysis of a track, unless its file has changed since it was asked for.
    /// Returns whether it was stored.
    pub fn store_analysis(
        &mut self,
        track: &PendingTrack,
        profile: Profile,
        analysis: &TrackAnalysis,
    ) -> Result<bool> {
        let stored = StoredRecord::from_analysis(analysis)?;
        let is_same: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM tracks WHERE id = ? AND content_id = ?)")?
            .query_row(params![track.id.0, track.content_id.0], |row| row.get(0))?;
        if !is_same {
            return Ok(false);
        }
        let analysed_at = now_ms();
        // The record first: what stands in the library then always has one.
        if let Err(error) = measured::store(&mut self.connection, track.id, analysed_at, &stored) {
            if !measured::mend(&self.connection, &self.path, &error) {
                return Err(error.into());
            }
            measured::store(&mut self.connection, track.id, analysed_at, &stored)?;
        }
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "UPDATE tracks SET failure_kind = NULL, failure_text = NULL, failure_version = NULL WHERE id = ?",
            [track.id.0],
        )?;
        let tempo = analysis.tempo.as_ref();
        let key = analysis.key.as_ref();
        let character = analysis.character.as_ref();
        transaction.execute(
            "INSERT INTO analyses (track_id, version, profile, analysed_at, duration_s, bpm, bpm_confidence,
                 bpm_alternative, key_tonic, key_minor, key_confidence, energy, danceability, brightness, loudness_lufs)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (track_id) DO UPDATE SET version = excluded.version, profile = excluded.profile,
                 analysed_at = excluded.analysed_at, duration_s = excluded.duration_s, bpm = excluded.bpm,
                 bpm_confidence = excluded.bpm_confidence, bpm_alternative = excluded.bpm_alternative,
                 key_tonic = excluded.key_tonic, key_minor = excluded.key_minor,
                 key_confidence = excluded.key_confidence, energy = excluded.energy,
                 danceability = excluded.danceability, brightness = excluded.brightness,
                 loudness_lufs = excluded.loudness_lufs",
            params![
                track.id.0,
                analysis.analysis_version,
                profile_name(profile),
                analysed_at,
                analysis.duration_s,
                tempo.map(|tempo| tempo.bpm),
                tempo.map(|tempo| tempo.confidence),
                tempo.map(|tempo| tempo.alternative_bpm),
                key.map(|key| key.key.tonic()),
                key.map(|key| key.key.mode() == Mode::Minor),
                key.map(|key| key.confidence),
                character.map(|character| character.energy),
                character.map(|character| character.danceability),
                character.map(|character| character.brightness),
                analysis.loudness.integrated_lufs,
            ],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// Notes why a track could not be analysed.
    pub fn store_failure(&mut self, track: &PendingTrack, error: &AnalysisError) -> Result<()> {
        // What the file system refused may work at the next start.
        let version = if error.kind() == ErrorKind::Io {
            0
        } else {
            ANALYSIS_VERSION
        };
        let kind = serde_json::to_value(error.kind())?;
        self.connection.execute(
            "UPDATE tracks SET failure_kind = ?, failure_text = ?, failure_version = ? WHERE id = ? AND content_id = ?",
            params![kind.as_str(), plain_words::cleaned(&error.to_string()), version, track.id.0, track.content_id.0],
        )?;
        Ok(())
    }

    /// Lets failed tracks be tried again.
    pub fn retry_failures(&mut self) -> Result<usize> {
        Ok(self.connection.execute(
            "UPDATE tracks SET failure_kind = NULL, failure_text = NULL, failure_version = NULL
             WHERE failure_text IS NOT NULL",
            [],
        )?)
    }

    /// Lets tracks be analysed again. What is known of them stays until then.
    pub fn forget_analyses(&mut self, tracks: &[TrackId]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for track in tracks {
            transaction
                .prepare_cached("UPDATE analyses SET version = 0 WHERE track_id = ?")?
                .execute([track.0])?;
            transaction
                .prepare_cached("UPDATE tracks SET failure_kind = NULL, failure_text = NULL, failure_version = NULL WHERE id = ?")?
                .execute([track.0])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The whole analysis of a track, with beats, waveform and fingerprint; `None` before it, and when its record
    /// is lost, until it is measured again.
    pub fn analysis(&self, id: TrackId) -> Result<Option<TrackAnalysis>> {
        let stored = match measured::load(&self.connection, id) {
            Err(error) if measured::mend(&self.connection, &self.path, &error) => None,
            loaded => loaded?,
        };
        match stored.map(StoredRecord::into_analysis).transpose() {
            Ok(analysis) => Ok(analysis),
            Err(error) => {
                warn!(track = id.0, %error, "a record is damaged: its track is measured again");
                measured::forget(&self.connection, id)?;
                Ok(None)
            }
        }
    }
}

fn pending_from_row(row: &Row<'_>) -> rusqlite::Result<PendingTrack> {
    let path: Vec<u8> = row.get(1)?;
    Ok(PendingTrack {
        id: TrackId(row.get(0)?),
        path: os_path::from_bytes(&path),
        size: row.get::<_, i64>(2)?.cast_unsigned(),
        content_id: ContentId(row.get(3)?),
    })
}

fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Wcs => "wcs",
        Profile::General => "general",
        Profile::Electronic => "electronic",
    }
}
