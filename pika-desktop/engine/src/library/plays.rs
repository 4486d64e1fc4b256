//! The logbook: every play, with its own text, since it outlives the track.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    Library,
    ids::{PlayUuid, TrackId},
};
use crate::clock::now_ms;

/// Times of one line of a history differ by no more: they are written in seconds.
const SAME_LINE_MS: i64 = 2_000;

/// What led from a detected song to a track of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// The very path.
    Path,
    /// The path after bringing it to one form.
    NormalizedPath,
    /// File name and size.
    NameAndSize,
    /// File name and length.
    NameAndDuration,
    /// Artist and title.
    Text,
    /// The DJ chose it.
    Hand,
}

impl MatchedBy {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::NormalizedPath => "normalized_path",
            Self::NameAndSize => "name_size",
            Self::NameAndDuration => "name_duration",
            Self::Text => "text",
            Self::Hand => "hand",
        }
    }
}

/// How the floor answered one play: absolute numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Dancers who like it.
    pub likes: u32,
    /// Votes for faster.
    pub faster: u32,
    /// Votes for "just right".
    pub perfect: u32,
    /// Votes for slower.
    pub slower: u32,
}

/// One song played once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// Its id.
    pub id: PlayUuid,
    /// The track, when the library knows it.
    pub track: Option<TrackId>,
    /// Title as announced.
    pub title: String,
    /// Artist as announced; may be empty.
    pub artist: String,
    /// Path as the DJ program wrote it; may be empty.
    pub path_text: String,
    /// Which program said so.
    pub source: String,
    /// When it began, as well as that is known, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it was noticed, in milliseconds since 1970.
    pub logged_at_ms: i64,
    /// How the floor answered it; `None` when it was not asked.
    pub answers: Option<Answers>,
}

impl Library {
    /// Writes a play, or what is better known of it now.
    pub fn record_play(&mut self, play: &Play, matched_by: Option<MatchedBy>) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO plays (id, track_id, title, artist, path_text, source, matched_by, started_at, logged_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET track_id = excluded.track_id, title = excluded.title,
                     artist = excluded.artist, path_text = excluded.path_text, matched_by = excluded.matched_by,
                     started_at = excluded.started_at, removed_at = NULL",
            )?
            .execute(params![
                play.id.to_string(),
                play.track.map(|track| track.0),
                play.title,
                play.artist,
                play.path_text,
                play.source,
                matched_by.map(MatchedBy::as_str),
                play.started_at_ms,
                play.logged_at_ms,
            ])?;
        Ok(())
    }

    /// Notes that a play did not happen. It stays in the logbook, hidden.
    pub fn remove_play(&mut self, id: PlayUuid) -> Result<()> {
        self.connection.execute(
            "UPDATE plays SET removed_at = ? WHERE id = ?",
            params![now_ms(), id.to_string()],
        )?;
        Ok(())
    }

    /// The play that a line of a DJ program's history stands for, when it was noted before, and whether it was
    /// taken back. `logged_at_ms`: the line's own time.
    pub fn play_of_line(
        &self,
        source: &str,
        path_text: &str,
        logged_at_ms: i64,
    ) -> Result<Option<(PlayUuid, bool)>> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT id, removed_at IS NOT NULL FROM plays
                 WHERE source = ?1 AND path_text = ?2 AND abs(logged_at - ?3) <= ?4
                     AND started_at BETWEEN ?3 - 86400000 AND ?3 + 86400000 LIMIT 1",
            )?
            .query_row(params![source, path_text, logged_at_ms, SAME_LINE_MS], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(found.and_then(|(id, removed)| Some((Uuid::parse_str(&id).ok()?, removed))))
    }

    /// One play, whether or not it was taken back.
    pub fn play(&self, id: PlayUuid) -> Result<Option<Play>> {
        let found = self
            .connection
            .prepare_cached(&format!("SELECT {PLAY_COLUMNS} FROM plays WHERE id = ?"))?
            .query_row([id.to_string()], play_from_row)
            .optional()?;
        Ok(found)
    }

    /// Plays that began at `since_ms` or later, in order; at most `limit`.
    pub fn plays_since(&self, since_ms: i64, limit: u32) -> Result<Vec<Play>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PLAY_COLUMNS} FROM plays
             WHERE started_at >= ? AND removed_at IS NULL ORDER BY started_at, rowid LIMIT ?"
        ))?;
        let rows = statement.query_map(params![since_ms, limit], play_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Columns of [`Play`], in the order of [`play_from_row`].
pub(super) const PLAY_COLUMNS: &str = "id, track_id, title, artist, path_text, source, started_at, logged_at,
    (SELECT likes FROM play_answers a WHERE a.play_id = plays.id),
    (SELECT faster FROM play_answers a WHERE a.play_id = plays.id),
    (SELECT perfect FROM play_answers a WHERE a.play_id = plays.id),
    (SELECT slower FROM play_answers a WHERE a.play_id = plays.id)";

pub(super) fn play_from_row(row: &Row<'_>) -> rusqlite::Result<Play> {
    let id: String = row.get(0)?;
    Ok(Play {
        // Only this module writes ids; a foreign one becomes the nil id rather than an error for the whole list.
        id: Uuid::parse_str(&id).unwrap_or_default(),
        track: row.get::<_, Option<i64>>(1)?.map(TrackId),
        title: row.get(2)?,
        artist: row.get(3)?,
        path_text: row.get(4)?,
        source: row.get(5)?,
        started_at_ms: row.get(6)?,
        logged_at_ms: row.get(7)?,
        answers: match row.get(8)? {
            Some(likes) => Some(Answers {
                likes,
                faster: row.get(9)?,
                perfect: row.get(10)?,
                slower: row.get(11)?,
            }),
            None => None,
        },
    })
}
