//! Rows as SQLite gives them, and their columns.

use pika_protocol::{AnnouncementId, PlayId, PollId, SessionId, Track, UnixMs};
use rusqlite::{Connection, Row, types::Type};
use uuid::Uuid;

use crate::store::{
    StoreError,
    models::{AnnouncementRow, PlayRow, PollRow},
    tally::Count,
};

pub(super) const PLAY_COLUMNS: &str = "id, title, artist, bpm, musical_key, camelot, energy, danceability, brightness, \
     duration_ms, started_at, stopped_at, removed";

/// All rows of a query whose one parameter is the session.
pub(super) fn collect<T>(
    db: &Connection,
    sql: &str,
    session_id: SessionId,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement
        .query_map([session_id.0.as_bytes()], read)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(super) fn play_row(row: &Row<'_>) -> rusqlite::Result<PlayRow> {
    Ok(PlayRow {
        id: PlayId(uuid(row, 0)?),
        track: Track {
            title: row.get(1)?,
            artist: row.get(2)?,
            bpm: row.get(3)?,
            key: row.get(4)?,
            camelot: row.get(5)?,
            energy: row.get(6)?,
            danceability: row.get(7)?,
            brightness: row.get(8)?,
            duration_ms: row.get(9)?,
        },
        started_at: UnixMs(row.get(10)?),
        stopped_at: row.get::<_, Option<i64>>(11)?.map(UnixMs),
        removed: row.get(12)?,
    })
}

pub(super) fn poll_row(row: &Row<'_>) -> rusqlite::Result<PollRow> {
    let (options, closes): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(PollRow {
        id: PollId(uuid(row, 0)?),
        question: row.get(1)?,
        options: serde_json::from_str(&options).map_err(|_| strange(2, "options"))?,
        closes: serde_json::from_str(&closes).map_err(|_| strange(3, "an end"))?,
        opened_at: UnixMs(row.get(4)?),
        closes_at: row.get::<_, Option<i64>>(5)?.map(UnixMs),
        closed_at: row.get::<_, Option<i64>>(6)?.map(UnixMs),
        cancelled: row.get(7)?,
    })
}

pub(super) fn announcement_row(row: &Row<'_>) -> rusqlite::Result<AnnouncementRow> {
    Ok(AnnouncementRow {
        id: AnnouncementId(uuid(row, 0)?),
        text: row.get(1)?,
        at: UnixMs(row.get(2)?),
        ends_at: row.get::<_, Option<i64>>(3)?.map(UnixMs),
        cancelled_at: row.get::<_, Option<i64>>(4)?.map(UnixMs),
    })
}

pub(super) fn count_row(row: &Row<'_>) -> rusqlite::Result<Count> {
    Ok(Count {
        kind: row.get(0)?,
        target: uuid(row, 1)?,
        choice: row.get(2)?,
        dancers: row.get(3)?,
    })
}

/// An id of 16 bytes.
pub(super) fn uuid(row: &Row<'_>, index: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(index)?))
}

/// A value that this program never writes.
pub(super) fn strange(column: usize, wanted: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("not {wanted}").into())
}
