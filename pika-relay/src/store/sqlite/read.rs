//! What pages and lists ask.

use pika_protocol::{PlayId, SessionCode, SessionId, UnixMs, rest::ListenerSample};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::{
    SqliteStore,
    row::{PLAY_COLUMNS, collect, count_row, play_row, poll_row},
    session::{SESSION_COLUMNS, session_row},
};
use crate::{
    auth::DancerKey,
    store::{
        ReadStore, StoreError,
        answer::Kind,
        models::{CountedPlay, OwnerId, PlayRow, RecapRows, SessionRow},
        tally::{Count, Tally},
    },
};

impl ReadStore for SqliteStore {
    fn session_by_code(&self, code: &SessionCode) -> Result<Option<SessionRow>, StoreError> {
        self.read(|db| {
            Ok(db
                .prepare_cached(&format!("SELECT {SESSION_COLUMNS} FROM sessions WHERE code = ?1"))?
                .query_row([code.as_str()], session_row)
                .optional()?)
        })
    }

    fn session_by_id(&self, session_id: SessionId) -> Result<Option<SessionRow>, StoreError> {
        self.read(|db| one_session(db, session_id))
    }

    fn sessions_of(
        &self,
        owner: OwnerId,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError> {
        self.read(|db| {
            sessions(
                db,
                "owner = ?1 AND started_at < ?2 ORDER BY started_at DESC LIMIT ?3",
                params![owner.0.as_bytes(), before.map_or(i64::MAX, |at| at.0), limit],
            )
        })
    }

    fn recent_sessions(&self, before: Option<UnixMs>, limit: u32) -> Result<Vec<SessionRow>, StoreError> {
        self.read(|db| {
            sessions(
                db,
                "listed = 1 AND ended_at IS NOT NULL AND ended_at < ?1 ORDER BY ended_at DESC LIMIT ?2",
                params![before.map_or(i64::MAX, |at| at.0), limit],
            )
        })
    }

    fn plays_before(
        &self,
        session_id: SessionId,
        before: Option<PlayId>,
        limit: u32,
    ) -> Result<Vec<CountedPlay>, StoreError> {
        self.read(|db| {
            let id = session_id.0.as_bytes();
            let from: (i64, [u8; 16]) = match before {
                None => (i64::MAX, [0xff; 16]),
                Some(play) => db
                    .prepare_cached("SELECT started_at, id FROM plays WHERE session_id = ?1 AND id = ?2")?
                    .query_row(params![id, play.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?,
            };
            let plays: Vec<PlayRow> = db
                .prepare_cached(&format!(
                    "SELECT {PLAY_COLUMNS} FROM plays WHERE session_id = ?1 AND removed = 0 \
                     AND (started_at, id) < (?2, ?3) ORDER BY started_at DESC, id DESC LIMIT ?4"
                ))?
                .query_map(params![id, from.0, from.1, limit], play_row)?
                .collect::<Result<_, _>>()?;
            let mut counts = Vec::new();
            for play in &plays {
                let mut statement = db.prepare_cached(
                    "SELECT kind, target, choice, COUNT(*) FROM answers WHERE session_id = ?1 AND kind IN (?3, ?4) \
                     AND target = ?2 AND choice IS NOT NULL GROUP BY kind, choice",
                )?;
                let kinds = (Kind::Like.number(), Kind::Tempo.number());
                let asked = params![id, play.id.0.as_bytes(), kinds.0, kinds.1];
                for count in statement.query_map(asked, count_row)? {
                    counts.push(count?);
                }
            }
            Ok(counted(plays, &Tally::of(counts)))
        })
    }

    fn is_admitted(&self, session_id: SessionId, dancer: DancerKey) -> Result<bool, StoreError> {
        self.read(|db| {
            let found = db
                .prepare_cached("SELECT 1 FROM dancers WHERE session_id = ?1 AND dancer = ?2")?
                .query_row(params![session_id.0.as_bytes(), dancer.0], |_| Ok(()))
                .optional()?;
            Ok(found.is_some())
        })
    }

    fn recap(&self, session_id: SessionId) -> Result<Option<RecapRows>, StoreError> {
        self.read(|db| {
            // One moment for all queries.
            let transaction = db.unchecked_transaction()?;
            let rows = recap(&transaction, session_id)?;
            transaction.finish()?;
            Ok(rows)
        })
    }
}

fn recap(db: &Connection, session_id: SessionId) -> Result<Option<RecapRows>, StoreError> {
    let Some(row) = one_session(db, session_id)? else {
        return Ok(None);
    };
    let id = session_id.0.as_bytes();
    let count = |sql: &str| -> Result<u32, StoreError> { Ok(db.query_row(sql, [id], |row| row.get(0))?) };
    let tally = Tally::of(tallies(db, session_id)?);
    let plays = collect(
        db,
        &format!(
            "SELECT {PLAY_COLUMNS} FROM plays WHERE session_id = ?1 AND removed = 0 ORDER BY started_at, id"
        ),
        session_id,
        play_row,
    )?;
    Ok(Some(RecapRows {
        plays: counted(plays, &tally),
        polls: collect(
            db,
            "SELECT id, question, options, closes, opened_at, closes_at, closed_at, cancelled FROM polls \
             WHERE session_id = ?1 AND cancelled = 0 ORDER BY opened_at, id",
            session_id,
            poll_row,
        )?,
        votes: tally.votes,
        thanks: tally.thanks,
        dancers: count("SELECT COUNT(*) FROM dancers WHERE session_id = ?1")?,
        active_dancers: count("SELECT COUNT(DISTINCT dancer) FROM answers WHERE session_id = ?1")?,
        listeners: collect(
            db,
            "SELECT at, listeners FROM listener_samples WHERE session_id = ?1 ORDER BY at",
            session_id,
            |row| {
                Ok(ListenerSample {
                    at: UnixMs(row.get(0)?),
                    listeners: row.get(1)?,
                })
            },
        )?,
        row,
    }))
}

/// Each play with its answers.
fn counted(plays: Vec<PlayRow>, tally: &Tally) -> Vec<CountedPlay> {
    plays
        .into_iter()
        .map(|play| CountedPlay {
            counts: tally.of_play(play.id),
            play,
        })
        .collect()
}

pub(super) fn one_session(db: &Connection, session_id: SessionId) -> Result<Option<SessionRow>, StoreError> {
    Ok(db
        .prepare_cached(&format!("SELECT {SESSION_COLUMNS} FROM sessions WHERE id = ?1"))?
        .query_row([session_id.0.as_bytes()], session_row)
        .optional()?)
}

fn sessions(db: &Connection, condition: &str, params: impl Params) -> Result<Vec<SessionRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {SESSION_COLUMNS} FROM sessions WHERE {condition}"
    ))?;
    let rows = statement
        .query_map(params, session_row)?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Every answer of a session, counted.
pub(super) fn tallies(db: &Connection, session_id: SessionId) -> Result<Vec<Count>, StoreError> {
    collect(
        db,
        "SELECT kind, target, choice, COUNT(*) FROM answers WHERE session_id = ?1 AND choice IS NOT NULL \
         GROUP BY kind, target, choice ORDER BY kind, target, choice",
        session_id,
        count_row,
    )
}
