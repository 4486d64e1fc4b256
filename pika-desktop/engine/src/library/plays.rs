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

/// The line of a DJ program that a play was noticed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticedBy {
    /// A path in one form, else artist and title folded; empty where that was never known.
    pub identity: String,
    /// The time that the line bears, in milliseconds since 1970.
    pub line_at_ms: Option<i64>,
}

/// A play as it is compared with what is noticed later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayOfBefore {
    /// The play.
    pub play: Play,
    /// What it was noticed by.
    pub noticed_by: NoticedBy,
}

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
        self.record_noticed(play, matched_by, &NoticedBy::default())
    }

    /// The same with the line that it was noticed by.
    pub fn record_noticed(
        &mut self,
        play: &Play,
        matched_by: Option<MatchedBy>,
        noticed_by: &NoticedBy,
    ) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO plays (id, track_id, title, artist, path_text, source, matched_by, started_at, logged_at,
                     identity, line_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET track_id = excluded.track_id, title = excluded.title,
                     artist = excluded.artist, matched_by = excluded.matched_by, started_at = excluded.started_at,
                     removed_at = NULL,
                     path_text = iif(excluded.path_text = '', path_text, excluded.path_text),
                     identity = iif(excluded.identity = '', identity, excluded.identity),
                     line_at = coalesce(excluded.line_at, line_at)",
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
                noticed_by.identity,
                noticed_by.line_at_ms,
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
    /// taken back. `path_text`: for what older versions noted, which kept no more of the line.
    pub fn play_of_line(
        &self,
        source: &str,
        noticed_by: &NoticedBy,
        path_text: &str,
    ) -> Result<Option<(PlayUuid, bool)>> {
        let Some(line_at_ms) = noticed_by.line_at_ms else {
            return Ok(None);
        };
        let found = self
            .connection
            .prepare_cached(
                "SELECT id, removed_at IS NOT NULL FROM plays WHERE line_at = ?2 AND source = ?1 AND identity = ?3
                 UNION ALL
                 SELECT id, removed_at IS NOT NULL FROM plays WHERE logged_at BETWEEN ?2 - ?5 AND ?2 + ?5
                     AND source = ?1 AND identity = '' AND path_text = ?4
                 LIMIT 1",
            )?
            .query_row(
                params![source, line_at_ms, noticed_by.identity, path_text, SAME_LINE_MS],
                |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(found.and_then(|(id, removed)| Some((Uuid::parse_str(&id).ok()?, removed))))
    }

    /// The newest play that was written down by `logged_at_ms`, whether or not it was taken back.
    pub fn play_before(&self, logged_at_ms: i64) -> Result<Option<PlayOfBefore>> {
        let found = self
            .connection
            .prepare_cached(&format!(
                "SELECT {PLAY_COLUMNS}, identity, line_at FROM plays
                 WHERE logged_at <= ? ORDER BY logged_at DESC, rowid DESC LIMIT 1"
            ))?
            .query_row([logged_at_ms], of_before_from_row)
            .optional()?;
        Ok(found)
    }

    /// The plays that were written down last, in the order in which they came, `limit` at most and none from before
    /// `since_ms`; without those that were taken back.
    pub fn newest_plays(&self, since_ms: i64, limit: u32) -> Result<Vec<PlayOfBefore>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT * FROM (SELECT {PLAY_COLUMNS}, identity, line_at, rowid AS came FROM plays
             WHERE logged_at >= ? AND removed_at IS NULL ORDER BY rowid DESC LIMIT ?) ORDER BY came"
        ))?;
        let rows = statement.query_map(params![since_ms, limit], of_before_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
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

    /// A live session of this mark begins: what is written down from now on was played in it.
    pub fn session_begins(&mut self, mark: Uuid) -> Result<()> {
        let transaction = self.connection.transaction()?;
        // One at a time.
        transaction.execute("DELETE FROM session_starts", [])?;
        transaction.execute(
            "INSERT INTO session_starts (mark, after_play) VALUES (?, (SELECT id FROM plays ORDER BY rowid DESC LIMIT 1))",
            [mark.to_string()],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// What was written down since the live session of this mark began, in the order in which it came, whatever the
    /// clocks say; at most `limit`. `None`: nobody noted its beginning.
    pub fn plays_of_session(&self, mark: Uuid, limit: u32) -> Result<Option<Vec<Play>>> {
        let begun: Option<i64> = self
            .connection
            .query_row(
                "SELECT coalesce((SELECT p.rowid FROM plays p WHERE p.id = s.after_play), 0)
                 FROM session_starts s WHERE s.mark = ?",
                [mark.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        let Some(begun) = begun else { return Ok(None) };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PLAY_COLUMNS} FROM plays WHERE rowid > ? AND removed_at IS NULL ORDER BY rowid LIMIT ?"
        ))?;
        let rows = statement.query_map(params![begun, limit], play_from_row)?;
        Ok(Some(rows.collect::<rusqlite::Result<_>>()?))
    }

    /// Plays that began at `since_ms` or later, in the order in which they came (clocks may be set meanwhile); at most
    /// `limit`.
    pub fn plays_since(&self, since_ms: i64, limit: u32) -> Result<Vec<Play>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PLAY_COLUMNS} FROM plays
             WHERE started_at >= ? AND removed_at IS NULL ORDER BY rowid LIMIT ?"
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

/// [`PLAY_COLUMNS`], identity, time of the line.
fn of_before_from_row(row: &Row<'_>) -> rusqlite::Result<PlayOfBefore> {
    Ok(PlayOfBefore {
        play: play_from_row(row)?,
        noticed_by: NoticedBy {
            identity: row.get(12)?,
            line_at_ms: row.get(13)?,
        },
    })
}
