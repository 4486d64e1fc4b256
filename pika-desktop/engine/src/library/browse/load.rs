//! Reads rows from the database.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use anyhow::Result;
use pika_wal::PATIENCE;
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};

use super::table::{RowStatus, TrackRow};
use crate::{
    clock::now_ms,
    library::{
        TrackId,
        made::PLAYS_BY_SOUND,
        opinions::{UNSURE_TEMPO, doubtful},
        search::{Term, to_sql, words_only},
        tracks::key_from_columns,
    },
};

/// Different texts (artists, albums, genres) that are kept once.
const MAX_SHARED: usize = 200_000;
/// Ids asked for in one statement.
const BATCH: usize = 500;

const COLUMNS: &str = "SELECT t.id, t.title, t.artist, t.album, t.genre, t.year,
    coalesce(c.bpm, a.bpm), coalesce(c.key_tonic, a.key_tonic), coalesce(c.key_minor, a.key_minor),
    coalesce(c.energy, a.energy), a.danceability, a.brightness, a.loudness_lufs, a.duration_s, t.added_at,
    t.failure_text, a.track_id IS NOT NULL, c.track_id IS NOT NULL, a.bpm_confidence, c.bpm IS NOT NULL,
    f.away_since IS NOT NULL, t.missing_since IS NOT NULL, t.title_sort, t.artist_sort, t.album_sort
    FROM tracks t LEFT JOIN analyses a ON a.track_id = t.id LEFT JOIN corrections c ON c.track_id = t.id
    LEFT JOIN folders f ON f.id = t.folder_id";

/// A row with the texts it is sorted by.
pub(super) struct LoadedRow {
    pub(super) row: TrackRow,
    pub(super) title_sort: Box<str>,
    pub(super) artist_sort: Box<str>,
    pub(super) album_sort: Box<str>,
}

/// A reading connection beside the library's writing one.
pub(super) struct Reader {
    connection: Connection,
    shared: HashSet<Arc<str>>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "cache_size", -16_000)?; // KiB
        Ok(Self {
            connection,
            shared: HashSet::new(),
        })
    }

    /// All tracks whose files are there, by id.
    pub(super) fn all(&mut self) -> Result<Vec<LoadedRow>> {
        self.shared.clear();
        self.read(
            &format!("{COLUMNS} WHERE t.missing_since IS NULL ORDER BY t.id"),
            &[],
        )
    }

    /// Tracks that came after `last`, by id.
    pub(super) fn after(&mut self, last: TrackId) -> Result<Vec<LoadedRow>> {
        let sql = format!("{COLUMNS} WHERE t.missing_since IS NULL AND t.id > ? ORDER BY t.id");
        self.read(&sql, &[last.0])
    }

    /// These tracks, by id.
    pub(super) fn some(&mut self, tracks: &[TrackId]) -> Result<Vec<LoadedRow>> {
        let mut rows = Vec::with_capacity(tracks.len());
        for batch in tracks.chunks(BATCH) {
            let marks = vec!["?"; batch.len()].join(",");
            let sql = format!("{COLUMNS} WHERE t.id IN ({marks}) ORDER BY t.id");
            let ids: Vec<i64> = batch.iter().map(|track| track.0).collect();
            rows.append(&mut self.read(&sql, &ids)?);
        }
        Ok(rows)
    }

    /// How often tracks were played, those that were.
    pub(super) fn plays(&self) -> Result<HashMap<TrackId, u32>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT id, count(*) FROM ({PLAYS_BY_SOUND}) GROUP BY id"
        ))?;
        let rows = statement.query_map([], |row| Ok((TrackId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Tracks that a DJ program doubts.
    pub(super) fn doubted(&self) -> Result<HashSet<TrackId>> {
        Ok(doubtful(&self.connection)?
            .into_iter()
            .map(|doubt| doubt.track)
            .collect())
    }

    /// Tracks that fit those terms that only the database can answer, by id. May hold some whose file is gone.
    pub(super) fn fitting(&self, terms: &[Term]) -> Result<Vec<TrackId>> {
        if let Some(words) = words_only(terms) {
            let mut statement = self
                .connection
                .prepare_cached("SELECT rowid FROM track_text WHERE track_text MATCH ? ORDER BY rowid")?;
            let rows = statement.query_map([words], |row| Ok(TrackId(row.get(0)?)))?;
            return Ok(rows.collect::<rusqlite::Result<_>>()?);
        }
        let doubted = if terms.iter().any(|term| matches!(term, Term::Doubted(_))) {
            doubtful(&self.connection)?
        } else {
            Vec::new()
        };
        let (condition, values) = to_sql(terms, &doubted, now_ms());
        let sql = format!("SELECT t.id FROM tracks t WHERE t.missing_since IS NULL{condition} ORDER BY t.id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| Ok(TrackId(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn read(&mut self, sql: &str, ids: &[i64]) -> Result<Vec<LoadedRow>> {
        let Self { connection, shared } = self;
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(ids), |row| loaded_from_row(row, shared))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn loaded_from_row(row: &Row<'_>, shared: &mut HashSet<Arc<str>>) -> rusqlite::Result<LoadedRow> {
    let mut share = |column: usize| -> rusqlite::Result<Arc<str>> {
        let text = row.get_ref(column)?.as_str()?;
        if let Some(known) = shared.get(text) {
            return Ok(Arc::clone(known));
        }
        let text: Arc<str> = text.into();
        if shared.len() < MAX_SHARED {
            shared.insert(Arc::clone(&text));
        }
        Ok(text)
    };
    let failure: Option<String> = row.get(15)?;
    let (analyzed, corrected): (bool, bool) = (row.get(16)?, row.get(17)?);
    let confidence: Option<f64> = row.get(18)?;
    let tempo_settled: bool = row.get(19)?;
    let status = match failure {
        Some(why) => RowStatus::Failed(why.into()),
        None if corrected => RowStatus::Corrected,
        None if !analyzed => RowStatus::Waiting,
        None if !tempo_settled && confidence.is_some_and(|confidence| confidence < UNSURE_TEMPO) => {
            RowStatus::NeedsLook
        }
        None => RowStatus::Analyzed,
    };
    let number = |column: usize| -> rusqlite::Result<Option<f32>> {
        Ok(row.get::<_, Option<f64>>(column)?.map(|value| value as f32))
    };
    Ok(LoadedRow {
        row: TrackRow {
            id: TrackId(row.get(0)?),
            title: row.get_ref(1)?.as_str()?.into(),
            artist: share(2)?,
            album: share(3)?,
            genre: share(4)?,
            year: row.get(5)?,
            bpm: number(6)?,
            key: key_from_columns(row.get(7)?, row.get(8)?),
            energy: number(9)?,
            danceability: number(10)?,
            brightness: number(11)?,
            loudness_lufs: number(12)?,
            duration_s: number(13)?,
            added_at_ms: row.get(14)?,
            plays: 0,
            status,
            is_away: row.get(20)?,
            is_gone: row.get(21)?,
        },
        title_sort: row.get(22)?,
        artist_sort: row.get(23)?,
        album_sort: row.get(24)?,
    })
}
