//! A session's row: its columns, read and written.

use pika_protocol::{ActionId, DeviceId, Epoch, PlayId, SessionCode, SessionId, UnixMs};
use r2d2_postgres::postgres::Row;

use super::{
    connection::{Connection, Params},
    row::{to_i32, to_u32, uuid},
};
use crate::store::{
    Conflict, Outcome, StoreError, from_i64,
    models::{EndReason, OwnerId, SessionRow},
    to_i64,
};

/// In the order in which [`session_row`] reads them and [`with_session`] writes them; spliced into texts known when
/// the program is built.
macro_rules! session_columns {
    () => {
        "id, code, owner, dj_name, name, listed, pin, device_id, device_name, register_action, started_at, ended_at, \
         end_reason, epoch, last_offset, dj_online, last_activity_at, playing, peak_listeners"
    };
}
pub(super) use session_columns;

pub(super) fn session_row(row: &Row) -> Result<SessionRow, StoreError> {
    let playing = match row.get::<_, Option<&[u8]>>(17) {
        Some(_) => Some(PlayId(uuid(row, 17)?)),
        None => None,
    };
    Ok(SessionRow {
        id: SessionId(uuid(row, 0)?),
        code: SessionCode::parse(row.get(1)).ok_or_else(|| StoreError::Other("not a code".into()))?,
        owner: OwnerId(uuid(row, 2)?),
        dj_name: row.get(3),
        name: row.get(4),
        listed: row.get(5),
        pin: row.get(6),
        device_id: DeviceId(uuid(row, 7)?),
        device_name: row.get(8),
        register_action: ActionId(uuid(row, 9)?),
        started_at: UnixMs(row.get(10)),
        ended_at: row.get::<_, Option<i64>>(11).map(UnixMs),
        end_reason: row.get::<_, Option<&str>>(12).and_then(EndReason::from_name),
        epoch: Epoch(uuid(row, 13)?),
        last_offset: from_i64(row.get(14)),
        dj_online: row.get(15),
        last_activity_at: UnixMs(row.get(16)),
        playing,
        peak_listeners: to_u32(row.get::<_, i32>(18).into()),
    })
}

pub(super) fn create_session(db: &mut Connection, row: &SessionRow) -> Result<Outcome, StoreError> {
    let inserted = with_session(row, |params| {
        db.execute(
            concat!(
                "INSERT INTO sessions (",
                session_columns!(),
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
                 ON CONFLICT DO NOTHING"
            ),
            params,
        )
    })?;
    if inserted == 1 {
        return Ok(Outcome::Done);
    }
    let code_owner = db.query_opt("SELECT id FROM sessions WHERE code = $1", &[&row.code.as_str()])?;
    Ok(match code_owner.map(|found| uuid(&found, 0)).transpose()? {
        Some(id) if id == row.id.0 => Outcome::Done,
        Some(_) => Outcome::Conflict(Conflict::Code),
        None => Outcome::Conflict(Conflict::OwnerLive),
    })
}

pub(super) fn save_session(db: &mut Connection, row: &SessionRow) -> Result<(), StoreError> {
    let saved = with_session(row, |params| {
        db.execute(
            "UPDATE sessions SET code = $2, owner = $3, dj_name = $4, name = $5, listed = $6, pin = $7, \
             device_id = $8, device_name = $9, register_action = $10, started_at = $11, ended_at = $12, \
             end_reason = $13, epoch = $14, last_offset = $15, dj_online = $16, last_activity_at = $17, \
             playing = $18, peak_listeners = $19 WHERE id = $1",
            params,
        )
    })?;
    // A session that was deleted meanwhile must not come back.
    if saved == 0 {
        Err(StoreError::Other(format!("no session {}", row.id).into()))
    } else {
        Ok(())
    }
}

/// A session's values in the order of [`session_columns`].
fn with_session<T>(row: &SessionRow, run: impl FnOnce(Params<'_>) -> T) -> T {
    run(&[
        &&row.id.0.as_bytes()[..],
        &row.code.as_str(),
        &&row.owner.0.as_bytes()[..],
        &row.dj_name,
        &row.name,
        &row.listed,
        &row.pin,
        &&row.device_id.0.as_bytes()[..],
        &row.device_name,
        &&row.register_action.0.as_bytes()[..],
        &row.started_at.0,
        &row.ended_at.map(|at| at.0),
        &row.end_reason.map(|reason| reason.as_str()),
        &&row.epoch.0.as_bytes()[..],
        &to_i64(row.last_offset),
        &row.dj_online,
        &row.last_activity_at.0,
        &row.playing.as_ref().map(|id| &id.0.as_bytes()[..]),
        &to_i32(row.peak_listeners),
    ])
}
