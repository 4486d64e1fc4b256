//! Rows as SQLite gives them, and their columns.

use pika_protocol::{
    ActionId, AnnouncementId, DeviceId, Epoch, PlayId, PollId, SessionCode, SessionId, Track, UnixMs,
};
use rusqlite::{Connection, Row, types::Type};
use uuid::Uuid;

use crate::store::{
    StoreError, from_i64,
    models::{AnnouncementRow, EndReason, OwnerId, PlayRow, PollRow, SessionRow},
    tally::Count,
};

pub(super) const SESSION_COLUMNS: &str = "id, code, owner, dj_name, name, listed, pin, device_id, device_name, \
     register_action, started_at, ended_at, end_reason, epoch, last_offset, dj_online, last_activity_at, playing, \
     peak_listeners";

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

pub(super) fn session_row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    let code: String = row.get(1)?;
    let end_reason: Option<String> = row.get(12)?;
    Ok(SessionRow {
        id: SessionId(uuid(row, 0)?),
        code: SessionCode::parse(&code).ok_or_else(|| strange(1, "a code"))?,
        owner: OwnerId(uuid(row, 2)?),
        dj_name: row.get(3)?,
        name: row.get(4)?,
        listed: row.get(5)?,
        pin: row.get(6)?,
        device_id: DeviceId(uuid(row, 7)?),
        device_name: row.get(8)?,
        register_action: ActionId(uuid(row, 9)?),
        started_at: UnixMs(row.get(10)?),
        ended_at: row.get::<_, Option<i64>>(11)?.map(UnixMs),
        end_reason: end_reason.as_deref().and_then(EndReason::from_name),
        epoch: Epoch(uuid(row, 13)?),
        last_offset: from_i64(row.get(14)?),
        dj_online: row.get(15)?,
        last_activity_at: UnixMs(row.get(16)?),
        playing: row
            .get::<_, Option<[u8; 16]>>(17)?
            .map(|id| PlayId(Uuid::from_bytes(id))),
        peak_listeners: row.get(18)?,
    })
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
fn strange(column: usize, wanted: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("not {wanted}").into())
}
