//! What pages and lists ask.

use pika_protocol::{PlayId, SessionCode, SessionId, UnixMs, rest::ListenerSample};
use r2d2_postgres::postgres::Row;

use super::{
    PostgresStore,
    connection::Connection,
    row::{count_row, kind, play_row, poll_row, to_u32},
    session::{session_columns, session_row},
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

macro_rules! select_session {
    ($rest:literal) => {
        concat!("SELECT ", session_columns!(), " FROM sessions WHERE ", $rest)
    };
}

impl ReadStore for PostgresStore {
    fn session_by_code(&self, code: &SessionCode) -> Result<Option<SessionRow>, StoreError> {
        self.run(|db| {
            db.query_opt(select_session!("code = $1"), &[&code.as_str()])?
                .map(|row| session_row(&row))
                .transpose()
        })
    }

    fn session_by_id(&self, session_id: SessionId) -> Result<Option<SessionRow>, StoreError> {
        self.run(|db| {
            one_session(db, session_id)?
                .map(|row| session_row(&row))
                .transpose()
        })
    }

    fn sessions_of(
        &self,
        owner: OwnerId,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError> {
        self.run(|db| {
            let rows = db.query(
                select_session!("owner = $1 AND started_at < $2 ORDER BY started_at DESC LIMIT $3"),
                &[
                    &&owner.0.as_bytes()[..],
                    &before.map_or(i64::MAX, |at| at.0),
                    &i64::from(limit),
                ],
            )?;
            rows.iter().map(session_row).collect()
        })
    }

    fn recent_sessions(&self, before: Option<UnixMs>, limit: u32) -> Result<Vec<SessionRow>, StoreError> {
        self.run(|db| {
            let rows = db.query(
                select_session!(
                    "listed AND ended_at IS NOT NULL AND ended_at < $1 ORDER BY ended_at DESC LIMIT $2"
                ),
                &[&before.map_or(i64::MAX, |at| at.0), &i64::from(limit)],
            )?;
            rows.iter().map(session_row).collect()
        })
    }

    fn plays_before(
        &self,
        session_id: SessionId,
        before: Option<PlayId>,
        limit: u32,
    ) -> Result<Vec<CountedPlay>, StoreError> {
        let id = &session_id.0.as_bytes()[..];
        self.run(|db| {
            let from: (i64, Vec<u8>) = match before {
                None => (i64::MAX, vec![0xff; 16]),
                Some(play) => {
                    let row = db.query_one(
                        "SELECT started_at, id FROM plays WHERE session_id = $1 AND id = $2",
                        &[&id, &&play.0.as_bytes()[..]],
                    )?;
                    (row.get(0), row.get(1))
                }
            };
            let plays = db.query(
                "SELECT id, title, artist, bpm, musical_key, camelot, energy, danceability, brightness, duration_ms, \
                 started_at, stopped_at, removed FROM plays WHERE session_id = $1 AND NOT removed \
                 AND (started_at, id) < ($2, $3) ORDER BY started_at DESC, id DESC LIMIT $4",
                &[&id, &from.0, &from.1, &i64::from(limit)],
            )?;
            let plays = plays.iter().map(play_row).collect::<Result<Vec<_>, _>>()?;
            let targets: Vec<&[u8]> = plays.iter().map(|play| &play.id.0.as_bytes()[..]).collect();
            let counts = db.query(
                "SELECT kind, target, choice, COUNT(*) FROM answers WHERE session_id = $1 AND kind IN ($3, $4) \
                 AND target = ANY($2) AND choice IS NOT NULL GROUP BY kind, target, choice",
                &[&id, &targets, &kind(Kind::Like), &kind(Kind::Tempo)],
            )?;
            let tally = Tally::of(counts.iter().map(count_row).collect::<Result<_, _>>()?);
            Ok(counted(plays, &tally))
        })
    }

    fn is_admitted(&self, session_id: SessionId, dancer: DancerKey) -> Result<bool, StoreError> {
        self.run(|db| {
            let found = db.query_opt(
                "SELECT 1 FROM dancers WHERE session_id = $1 AND dancer = $2",
                &[&&session_id.0.as_bytes()[..], &&dancer.0[..]],
            )?;
            Ok(found.is_some())
        })
    }

    fn recap(&self, session_id: SessionId) -> Result<Option<RecapRows>, StoreError> {
        self.run(|db| db.snapshot(|db| recap(db, session_id)))
    }
}

fn recap(db: &mut Connection, session_id: SessionId) -> Result<Option<RecapRows>, StoreError> {
    let id = &session_id.0.as_bytes()[..];
    let Some(row) = one_session(db, session_id)? else {
        return Ok(None);
    };
    let plays = db.query(
        "SELECT id, title, artist, bpm, musical_key, camelot, energy, danceability, brightness, duration_ms, \
         started_at, stopped_at, removed FROM plays WHERE session_id = $1 AND NOT removed ORDER BY started_at, id",
        &[&id],
    )?;
    let polls = db.query(
        "SELECT id, question, options, closes, opened_at, closes_at, closed_at, cancelled FROM polls \
         WHERE session_id = $1 AND NOT cancelled ORDER BY opened_at, id",
        &[&id],
    )?;
    let dancers = db.query_one("SELECT COUNT(*) FROM dancers WHERE session_id = $1", &[&id])?;
    let active = db.query_one(
        "SELECT COUNT(DISTINCT dancer) FROM answers WHERE session_id = $1",
        &[&id],
    )?;
    let samples = db.query(
        "SELECT at, listeners FROM listener_samples WHERE session_id = $1 ORDER BY at",
        &[&id],
    )?;
    let tally = Tally::of(tallies(db, session_id)?);
    Ok(Some(RecapRows {
        row: session_row(&row)?,
        plays: counted(plays.iter().map(play_row).collect::<Result<_, _>>()?, &tally),
        polls: polls.iter().map(poll_row).collect::<Result<_, _>>()?,
        votes: tally.votes,
        thanks: tally.thanks,
        dancers: to_u32(dancers.get(0)),
        active_dancers: to_u32(active.get(0)),
        listeners: samples
            .iter()
            .map(|row| ListenerSample {
                at: UnixMs(row.get(0)),
                listeners: to_u32(row.get::<_, i32>(1).into()),
            })
            .collect(),
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

pub(super) fn one_session(db: &mut Connection, session_id: SessionId) -> Result<Option<Row>, StoreError> {
    db.query_opt(select_session!("id = $1"), &[&&session_id.0.as_bytes()[..]])
}

/// Every answer of a session, counted.
pub(super) fn tallies(db: &mut Connection, session_id: SessionId) -> Result<Vec<Count>, StoreError> {
    let rows = db.query(
        "SELECT kind, target, choice, COUNT(*) FROM answers WHERE session_id = $1 AND choice IS NOT NULL \
         GROUP BY kind, target, choice ORDER BY kind, target, choice",
        &[&&session_id.0.as_bytes()[..]],
    )?;
    rows.iter().map(count_row).collect()
}
