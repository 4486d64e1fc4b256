//! Rows as Postgres gives them.

use pika_protocol::{AnnouncementId, PlayId, PollId, Track, UnixMs};
use r2d2_postgres::postgres::Row;
use uuid::Uuid;

use crate::{
    auth::DancerKey,
    store::{
        Cause, StoreError,
        answer::Kind,
        from_i64,
        models::{AnnouncementRow, PlayRow, PollRow, StoredVote},
        tally::Count,
    },
};

pub(super) fn play_row(row: &Row) -> Result<PlayRow, StoreError> {
    let small = |index| {
        row.get::<_, Option<i16>>(index)
            .and_then(|value| u8::try_from(value).ok())
    };
    Ok(PlayRow {
        id: PlayId(uuid(row, 0)?),
        track: Track {
            title: row.get(1),
            artist: row.get(2),
            bpm: row.get(3),
            key: row.get(4),
            camelot: row.get(5),
            energy: small(6),
            danceability: small(7),
            brightness: small(8),
            duration_ms: row.get::<_, Option<i64>>(9).map(to_u32),
        },
        started_at: UnixMs(row.get(10)),
        stopped_at: row.get::<_, Option<i64>>(11).map(UnixMs),
        removed: row.get(12),
    })
}

pub(super) fn poll_row(row: &Row) -> Result<PollRow, StoreError> {
    let json = |error: serde_json::Error| StoreError::Other(Cause::of(error));
    Ok(PollRow {
        id: PollId(uuid(row, 0)?),
        question: row.get(1),
        options: serde_json::from_str(row.get(2)).map_err(json)?,
        closes: serde_json::from_str(row.get(3)).map_err(json)?,
        opened_at: UnixMs(row.get(4)),
        closes_at: row.get::<_, Option<i64>>(5).map(UnixMs),
        closed_at: row.get::<_, Option<i64>>(6).map(UnixMs),
        cancelled: row.get(7),
    })
}

pub(super) fn announcement_row(row: &Row) -> Result<AnnouncementRow, StoreError> {
    Ok(AnnouncementRow {
        id: AnnouncementId(uuid(row, 0)?),
        text: row.get(1),
        at: UnixMs(row.get(2)),
        ends_at: row.get::<_, Option<i64>>(3).map(UnixMs),
        cancelled_at: row.get::<_, Option<i64>>(4).map(UnixMs),
    })
}

pub(super) fn stored_vote(row: &Row) -> Result<StoredVote, StoreError> {
    let choice = row.get::<_, Option<i16>>(1).map(u8::try_from).transpose();
    Ok(StoredVote {
        dancer: DancerKey(*uuid(row, 0)?.as_bytes()),
        choice: choice.map_err(|error| StoreError::Other(Cause::of(error)))?,
        counter: from_i64(row.get(2)),
    })
}

pub(super) fn count_row(row: &Row) -> Result<Count, StoreError> {
    Ok(Count {
        kind: byte(row, 0)?,
        target: uuid(row, 1)?,
        choice: byte(row, 2)?,
        dancers: to_u32(row.get(3)),
    })
}

/// The column `kind`.
pub(super) fn kind(kind: Kind) -> i16 {
    kind.number().into()
}

/// An id of 16 bytes.
pub(super) fn uuid(row: &Row, index: usize) -> Result<Uuid, StoreError> {
    Uuid::from_slice(row.get(index)).map_err(|error| StoreError::Other(Cause::of(error)))
}

/// A small number.
pub(super) fn byte(row: &Row, index: usize) -> Result<u8, StoreError> {
    u8::try_from(row.get::<_, i16>(index)).map_err(|error| StoreError::Other(Cause::of(error)))
}

pub(super) fn to_u32(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

pub(super) fn to_i32(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
