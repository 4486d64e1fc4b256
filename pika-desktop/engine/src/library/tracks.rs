//! Tracks: where their files are, what is known of them, what the analysis found.

use std::path::{Path, PathBuf};

use anyhow::Result;
use pika_analysis::{
    ANALYSIS_VERSION, AnalysisError, ErrorKind, Mode, MusicalKey, Profile, Tags, TrackAnalysis,
};
use rusqlite::{OptionalExtension, Row, params};
use tracing::warn;

use super::{
    ContentId, Library, fold,
    ids::{FolderId, TrackId},
    measured::{self, HAS_RECORD},
    os_path,
    record::StoredRecord,
};
use crate::clock::now_ms;

/// What a scan learned about one file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFacts {
    /// Where it is.
    pub path: PathBuf,
    /// Length in bytes.
    pub size: u64,
    /// Time of the last change, nanoseconds since 1970.
    pub modified_ns: i64,
    /// Identity of its sound.
    pub content_id: ContentId,
    /// Its tags.
    pub tags: Tags,
}

/// A file that the library knows, as a scan compares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFile {
    /// Its track.
    pub id: TrackId,
    /// Length in bytes when it was last read.
    pub size: u64,
    /// Time of the last change when it was last read, nanoseconds since 1970.
    pub modified_ns: i64,
    /// Whether the last scan did not find it.
    pub missing: bool,
}

/// What became of a file that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Seen for the first time.
    New(TrackId),
    /// Known under another path, and that file is gone: it kept all its data.
    Moved(TrackId),
    /// Known under this path; only tags changed.
    Updated(TrackId),
    /// Known under this path, with another sound now: to be analysed anew.
    Replaced(TrackId),
}

impl Placement {
    /// The track.
    pub fn track(self) -> TrackId {
        match self {
            Self::New(id) | Self::Moved(id) | Self::Updated(id) | Self::Replaced(id) => id,
        }
    }
}

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

/// The musical values that are shown: corrected where the DJ corrected them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Values {
    /// Length in seconds.
    pub duration_s: Option<f64>,
    /// Tempo in BPM.
    pub bpm: Option<f64>,
    /// Confidence in the tempo, 0 to 1; 1 when corrected.
    pub bpm_confidence: Option<f64>,
    /// The other tempo a listener might tap.
    pub bpm_alternative: Option<f64>,
    /// Key.
    pub key: Option<MusicalKey>,
    /// Confidence in the key, 0 to 1; 1 when corrected.
    pub key_confidence: Option<f64>,
    /// Energy, 0 to 100.
    pub energy: Option<f64>,
    /// Danceability, 0 to 100.
    pub danceability: Option<f64>,
    /// Brightness, 0 to 100.
    pub brightness: Option<f64>,
    /// Integrated loudness in LUFS.
    pub loudness_lufs: Option<f64>,
}

/// A track as lists and pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Its number.
    pub id: TrackId,
    /// Where its file is.
    pub path: PathBuf,
    /// Title; the file's name without its suffix when the tags have none.
    pub title: String,
    /// Whether the tags have a title.
    pub is_titled: bool,
    /// Artist; may be empty.
    pub artist: String,
    /// Album; may be empty.
    pub album: String,
    /// Genre; may be empty.
    pub genre: String,
    /// Year of release.
    pub year: Option<u16>,
    /// Values; all `None` before the analysis.
    pub values: Values,
    /// Which of the values the DJ corrected.
    pub corrected: bool,
    /// Version of the analysis; `None` before the first.
    pub analysis_version: Option<u32>,
    /// Why the analysis failed.
    pub failure: Option<String>,
    /// Whether the file is not there at the moment.
    pub missing: bool,
}

/// Columns of [`Track`], in the order of [`track_from_row`]; corrections come before measurements.
pub(super) const TRACK_COLUMNS: &str = "t.id, t.path, t.title, t.artist, t.album, t.genre, t.year,
    a.duration_s, coalesce(c.bpm, a.bpm), iif(c.bpm IS NULL, a.bpm_confidence, 1.0), a.bpm_alternative,
    coalesce(c.key_tonic, a.key_tonic), coalesce(c.key_minor, a.key_minor),
    iif(c.key_tonic IS NULL, a.key_confidence, 1.0),
    coalesce(c.energy, a.energy), a.danceability, a.brightness, a.loudness_lufs,
    c.track_id IS NOT NULL, a.version, t.failure_text, t.missing_since IS NOT NULL, t.is_titled";
/// The tables those columns come from.
pub(super) const TRACK_TABLES: &str =
    "tracks t LEFT JOIN analyses a ON a.track_id = t.id LEFT JOIN corrections c ON c.track_id = t.id";

pub(super) fn track_from_row(row: &Row<'_>) -> rusqlite::Result<Track> {
    let path: Vec<u8> = row.get(1)?;
    let path = os_path::from_bytes(&path);
    Ok(Track {
        id: TrackId(row.get(0)?),
        title: row.get(2)?,
        artist: row.get(3)?,
        album: row.get(4)?,
        genre: row.get(5)?,
        year: row.get(6)?,
        values: Values {
            duration_s: row.get(7)?,
            bpm: row.get(8)?,
            bpm_confidence: row.get(9)?,
            bpm_alternative: row.get(10)?,
            key: key_from_columns(row.get(11)?, row.get(12)?),
            key_confidence: row.get(13)?,
            energy: row.get(14)?,
            danceability: row.get(15)?,
            brightness: row.get(16)?,
            loudness_lufs: row.get(17)?,
        },
        corrected: row.get(18)?,
        analysis_version: row.get(19)?,
        failure: row.get(20)?,
        missing: row.get(21)?,
        is_titled: row.get(22)?,
        path,
    })
}

pub(super) fn key_from_columns(tonic: Option<u8>, minor: Option<bool>) -> Option<MusicalKey> {
    Some(MusicalKey::new(
        tonic?,
        if minor? { Mode::Minor } else { Mode::Major },
    ))
}

impl Library {
    /// Every file of a folder that the library knows, by path.
    pub fn known_files(&self, folder: FolderId) -> Result<Vec<(PathBuf, KnownFile)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, id, size, modified_ns, missing_since IS NOT NULL FROM tracks WHERE folder_id = ?",
        )?;
        let rows = statement.query_map([folder.0], |row| {
            let path: Vec<u8> = row.get(0)?;
            let known = KnownFile {
                id: TrackId(row.get(1)?),
                size: row.get::<_, i64>(2)?.cast_unsigned(),
                modified_ns: row.get(3)?,
                missing: row.get(4)?,
            };
            Ok((os_path::from_bytes(&path), known))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores files in one transaction and says what became of each. `folder`: where the scan found
    /// them; `None` for a file played from elsewhere.
    ///
    /// `is_there` says whether a path exists now: a known sound whose file is gone has moved.
    pub fn store_files(
        &mut self,
        folder: Option<FolderId>,
        files: &[FileFacts],
        is_there: impl Fn(&Path) -> bool,
    ) -> Result<Vec<Placement>> {
        let transaction = self.connection.transaction()?;
        let mut placements = Vec::with_capacity(files.len());
        for file in files {
            placements.push(store_file(&transaction, folder, file, &is_there)?);
        }
        transaction.commit()?;
        Ok(placements)
    }

    /// Notes which files a scan did not find, and which are there again.
    pub fn set_missing(&mut self, gone: &[TrackId], back: &[TrackId]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut set_gone = transaction
                .prepare("UPDATE tracks SET missing_since = coalesce(missing_since, ?) WHERE id = ?")?;
            for id in gone {
                set_gone.execute(params![now_ms(), id.0])?;
            }
            let mut set_back = transaction.prepare("UPDATE tracks SET missing_since = NULL WHERE id = ?")?;
            for id in back {
                set_back.execute([id.0])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

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
            params![kind.as_str(), error.to_string(), version, track.id.0, track.content_id.0],
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

    /// These tracks in this order; what is not in the library any more is left out.
    pub fn tracks(&self, ids: &[TrackId]) -> Result<Vec<Track>> {
        let mut tracks = Vec::with_capacity(ids.len());
        for id in ids {
            tracks.extend(self.track(*id)?);
        }
        Ok(tracks)
    }

    /// One track; `None` when there is none of that number.
    pub fn track(&self, id: TrackId) -> Result<Option<Track>> {
        let sql = format!("SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE t.id = ?");
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([id.0], track_from_row)
            .optional()?)
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

    /// How many tracks are there, and how many of them are analysed.
    pub fn counts(&self) -> Result<(u32, u32)> {
        Ok(self.connection.query_row(
            "SELECT count(*), count(a.track_id) FROM tracks t LEFT JOIN analyses a ON a.track_id = t.id
             WHERE t.missing_since IS NULL",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
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

fn store_file(
    transaction: &rusqlite::Transaction<'_>,
    folder: Option<FolderId>,
    file: &FileFacts,
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Placement> {
    let bytes = os_path::to_bytes(&file.path);
    let known: Option<(i64, ContentId)> = transaction
        .prepare_cached("SELECT id, content_id FROM tracks WHERE path = ?")?
        .query_row([&bytes], |row| Ok((row.get(0)?, ContentId(row.get(1)?))))
        .optional()?;
    let (id, placement) = match known {
        Some((id, content)) if content == file.content_id => (id, Placement::Updated(TrackId(id))),
        Some((id, _)) => (id, Placement::Replaced(TrackId(id))),
        None => match vanished_twin(transaction, file, is_there)? {
            Some(id) => (id, Placement::Moved(TrackId(id))),
            None => {
                transaction
                    .prepare_cached(
                        "INSERT INTO tracks (path, path_text, path_key, path_fold, name_fold, text_fold, size,
                             modified_ns, content_id, added_at) VALUES (?, '', '', '', '', '', 0, 0, x'', ?)",
                    )?
                    .execute(params![bytes, now_ms()])?;
                let id = transaction.last_insert_rowid();
                (id, Placement::New(TrackId(id)))
            }
        },
    };
    if matches!(placement, Placement::Replaced(_)) {
        // Another recording under the old name: what was measured no longer holds.
        transaction
            .prepare_cached("DELETE FROM analyses WHERE track_id = ?")?
            .execute([id])?;
        transaction
            .prepare_cached("DELETE FROM corrections WHERE track_id = ?")?
            .execute([id])?;
        transaction
            .prepare_cached("UPDATE tracks SET failure_kind = NULL, failure_text = NULL, failure_version = NULL WHERE id = ?")?
            .execute([id])?;
    }
    let text = fold::path_text(&file.path);
    let key = fold::path_key(&text);
    let path_fold = fold::lower(&key);
    let tags = &file.tags;
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let title = tags.title.as_deref().unwrap_or(&stem);
    let artist = tags.artist.as_deref().unwrap_or_default();
    let album = tags.album.as_deref().unwrap_or_default();
    let text_fold = tags
        .title
        .as_deref()
        .map(|title| fold::text_fold(artist, title))
        .unwrap_or_default();
    transaction
        .prepare_cached(
            "UPDATE tracks SET folder_id = coalesce(?, folder_id), path = ?, path_text = ?, path_key = ?, path_fold = ?,
                 name_fold = ?, text_fold = ?, size = ?, modified_ns = ?, content_id = ?, title = ?, artist = ?,
                 album = ?, genre = ?, comment = ?, year = ?, tag_bpm = ?, tag_key = ?, is_titled = ?, title_sort = ?,
                 artist_sort = ?, album_sort = ?, missing_since = NULL
             WHERE id = ?",
        )?
        .execute(params![
            folder.map(|folder| folder.0),
            bytes,
            text,
            key,
            path_fold,
            fold::file_name(&path_fold),
            text_fold,
            file.size.cast_signed(),
            file.modified_ns,
            file.content_id.0,
            title,
            artist,
            album,
            tags.genre.as_deref().unwrap_or_default(),
            tags.comment.as_deref().unwrap_or_default(),
            tags.year,
            tags.bpm,
            tags.key.as_deref().unwrap_or_default(),
            tags.title.is_some(),
            fold::words(title),
            fold::words(artist),
            fold::words(album),
            id
        ])?;
    Ok(placement)
}

/// A track with the same sound whose file is gone.
fn vanished_twin(
    transaction: &rusqlite::Transaction<'_>,
    file: &FileFacts,
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Option<i64>> {
    let mut statement =
        transaction.prepare_cached("SELECT id, path FROM tracks WHERE content_id = ? ORDER BY id")?;
    let twins: Vec<(i64, Vec<u8>)> = statement
        .query_map([file.content_id.0], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(twins
        .into_iter()
        .find(|(_, path)| !is_there(&os_path::from_bytes(path)))
        .map(|(id, _)| id))
}
