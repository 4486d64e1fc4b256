//! Group commit and the rebuilding of live sessions.

use pika_protocol::{ActionId, SessionId, UnixMs};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::{
    SqliteStore,
    read::{one_session, tallies},
    row::{PLAY_COLUMNS, announcement_row, collect, play_row, poll_row, uuid},
    session::{create_session, save_session},
};
use crate::{
    auth::DancerKey,
    store::{
        Answer, Cause, LiveStore, Outcome, StoreError, Write,
        answer::Kind,
        from_i64,
        models::{AnnouncementRow, LoadedSession, LogEntry, PlayRow, PollRow, StoredVote},
        tally::Tally,
        to_i64,
    },
};

impl LiveStore for SqliteStore {
    fn commit(&self, writes: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcomes = writes
                .iter()
                .map(|write| apply(&transaction, write))
                .collect::<Result<_, _>>()
                // Nothing that a write may run into is a conflict here: it would never succeed.
                .map_err(|error| match error {
                    StoreError::Conflict => StoreError::Other("a row is there already".into()),
                    other => other,
                })?;
            transaction.commit()?;
            Ok(outcomes)
        })
    }

    fn live_sessions(&self) -> Result<Vec<SessionId>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT id FROM sessions WHERE ended_at IS NULL")?;
            let ids = statement
                .query_map([], |row| Ok(SessionId(uuid(row, 0)?)))?
                .collect::<Result<_, _>>()?;
            Ok(ids)
        })
    }

    fn load_session(&self, session_id: SessionId) -> Result<Option<LoadedSession>, StoreError> {
        self.read(|db| {
            // One moment for all queries.
            let transaction = db.unchecked_transaction()?;
            let loaded = load(&transaction, session_id)?;
            transaction.finish()?;
            Ok(loaded)
        })
    }

    fn renew_epochs(&self) -> Result<(), StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let live: Vec<Uuid> = transaction
                .prepare("SELECT id FROM sessions WHERE ended_at IS NULL")?
                .query_map([], |row| uuid(row, 0))?
                .collect::<Result<_, _>>()?;
            for id in live {
                transaction.execute("DELETE FROM messages WHERE session_id = ?1", [id.as_bytes()])?;
                transaction.execute(
                    "UPDATE sessions SET epoch = ?2, last_offset = 0 WHERE id = ?1",
                    params![id.as_bytes(), Uuid::new_v4().as_bytes()],
                )?;
            }
            Ok(transaction.commit()?)
        })
    }
}

fn apply(db: &Transaction<'_>, write: &Write) -> Result<Outcome, StoreError> {
    match write {
        Write::CreateSession(row) => return create_session(db, row),
        Write::SaveSession(row) => save_session(db, row)?,
        Write::PutPlay { session_id, play } => put_play(db, *session_id, play)?,
        Write::PutPoll { session_id, poll } => put_poll(db, *session_id, poll)?,
        Write::PutAnnouncement {
            session_id,
            announcement,
        } => put_announcement(db, *session_id, announcement)?,
        Write::Log {
            session_id,
            offset,
            body,
            keep,
        } => put_message(db, *session_id, *offset, body, *keep)?,
        Write::ClearLog { session_id } => {
            db.prepare_cached("DELETE FROM messages WHERE session_id = ?1")?
                .execute([session_id.0.as_bytes()])?;
        }
        Write::DjAction { session_id, id } => {
            db.prepare_cached(
                "INSERT INTO dj_actions (session_id, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute(params![session_id.0.as_bytes(), id.0.as_bytes()])?;
        }
        Write::Admit {
            session_id,
            dancer,
            at,
        } => {
            db.prepare_cached(
                "INSERT INTO dancers (session_id, dancer, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![session_id.0.as_bytes(), dancer.0, at.0])?;
        }
        Write::Answer(answer) => return put_answer(db, answer),
        Write::Sample {
            session_id,
            at,
            listeners,
        } => put_sample(db, *session_id, *at, *listeners)?,
    }
    Ok(Outcome::Done)
}

fn put_message(
    db: &Transaction<'_>,
    session_id: SessionId,
    offset: u64,
    body: &str,
    keep: u64,
) -> Result<(), StoreError> {
    let (id, offset) = (session_id.0.as_bytes(), to_i64(offset));
    db.prepare_cached("INSERT INTO messages (session_id, message_offset, body) VALUES (?1, ?2, ?3)")?
        .execute(params![id, offset, body])?;
    db.prepare_cached("DELETE FROM messages WHERE session_id = ?1 AND message_offset <= ?2")?
        .execute(params![id, offset.saturating_sub(to_i64(keep))])?;
    Ok(())
}

fn put_sample(
    db: &Transaction<'_>,
    session_id: SessionId,
    at: UnixMs,
    listeners: u32,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO listener_samples (session_id, at, listeners) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET listeners = excluded.listeners",
    )?
    .execute(params![session_id.0.as_bytes(), at.0, listeners])?;
    Ok(())
}

fn put_play(db: &Transaction<'_>, session_id: SessionId, play: &PlayRow) -> Result<(), StoreError> {
    let track = &play.track;
    db.prepare_cached(
        "INSERT INTO plays (session_id, id, title, artist, bpm, musical_key, camelot, energy, danceability, \
         brightness, duration_ms, started_at, stopped_at, removed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
         ON CONFLICT (session_id, id) DO UPDATE SET title = excluded.title, artist = excluded.artist, \
         bpm = excluded.bpm, musical_key = excluded.musical_key, camelot = excluded.camelot, \
         energy = excluded.energy, danceability = excluded.danceability, brightness = excluded.brightness, \
         duration_ms = excluded.duration_ms, started_at = excluded.started_at, \
         stopped_at = excluded.stopped_at, removed = excluded.removed",
    )?
    .execute(params![
        session_id.0.as_bytes(),
        play.id.0.as_bytes(),
        track.title,
        track.artist,
        track.bpm,
        track.key,
        track.camelot,
        track.energy,
        track.danceability,
        track.brightness,
        track.duration_ms,
        play.started_at.0,
        play.stopped_at.map(|at| at.0),
        play.removed,
    ])?;
    Ok(())
}

fn put_poll(db: &Transaction<'_>, session_id: SessionId, poll: &PollRow) -> Result<(), StoreError> {
    let json = |error: serde_json::Error| StoreError::Other(Cause::of(error));
    db.prepare_cached(
        "INSERT INTO polls (session_id, id, question, options, closes, opened_at, closes_at, closed_at, cancelled) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
         ON CONFLICT (session_id, id) DO UPDATE SET question = excluded.question, options = excluded.options, \
         closes = excluded.closes, opened_at = excluded.opened_at, closes_at = excluded.closes_at, \
         closed_at = excluded.closed_at, cancelled = excluded.cancelled",
    )?
    .execute(params![
        session_id.0.as_bytes(),
        poll.id.0.as_bytes(),
        poll.question,
        serde_json::to_string(&poll.options).map_err(json)?,
        serde_json::to_string(&poll.closes).map_err(json)?,
        poll.opened_at.0,
        poll.closes_at.map(|at| at.0),
        poll.closed_at.map(|at| at.0),
        poll.cancelled,
    ])?;
    Ok(())
}

fn put_announcement(
    db: &Transaction<'_>,
    session_id: SessionId,
    announcement: &AnnouncementRow,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO announcements (session_id, id, text, at, ends_at, cancelled_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, id) DO UPDATE SET text = excluded.text, \
         at = excluded.at, ends_at = excluded.ends_at, cancelled_at = excluded.cancelled_at",
    )?
    .execute(params![
        session_id.0.as_bytes(),
        announcement.id.0.as_bytes(),
        announcement.text,
        announcement.at.0,
        announcement.ends_at.map(|at| at.0),
        announcement.cancelled_at.map(|at| at.0),
    ])?;
    Ok(())
}

fn put_answer(db: &Transaction<'_>, answer: &Answer) -> Result<Outcome, StoreError> {
    let (kind, target) = answer.said.subject(answer.session_id);
    let key = (
        answer.session_id.0.as_bytes(),
        kind.number(),
        target.as_bytes(),
        answer.dancer.0,
    );
    let stored: Option<(Option<u8>, i64)> = db
        .prepare_cached(
            "SELECT choice, counter FROM answers WHERE session_id = ?1 AND kind = ?2 AND target = ?3 AND dancer = ?4",
        )?
        .query_row(params![key.0, key.1, key.2, key.3], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let counter = to_i64(answer.counter);
    let before = match stored {
        Some((_, stored)) if stored >= counter => return Ok(Outcome::Unchanged),
        _ if !answer.open => return Ok(Outcome::Refused),
        stored => stored.and_then(|(choice, _)| choice),
    };
    db.prepare_cached(
        "INSERT INTO answers (session_id, kind, target, dancer, choice, counter, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (session_id, kind, target, dancer) \
         DO UPDATE SET choice = excluded.choice, counter = excluded.counter, at = excluded.at",
    )?
    .execute(params![
        key.0,
        key.1,
        key.2,
        key.3,
        answer.said.choice(),
        counter,
        answer.at.0
    ])?;
    Ok(Outcome::Changed {
        before: answer.said.with_choice(before),
        after: answer.said,
    })
}

fn load(db: &Connection, session_id: SessionId) -> Result<Option<LoadedSession>, StoreError> {
    let Some(row) = one_session(db, session_id)? else {
        return Ok(None);
    };
    let plays = collect(
        db,
        &format!("SELECT {PLAY_COLUMNS} FROM plays WHERE session_id = ?1 ORDER BY started_at, id"),
        session_id,
        play_row,
    )?;
    let polls = collect(
        db,
        "SELECT id, question, options, closes, opened_at, closes_at, closed_at, cancelled \
         FROM polls WHERE session_id = ?1 ORDER BY opened_at, id",
        session_id,
        poll_row,
    )?;
    let announcements: Vec<AnnouncementRow> = collect(
        db,
        "SELECT id, text, at, ends_at, cancelled_at \
         FROM announcements WHERE session_id = ?1 ORDER BY at, id",
        session_id,
        announcement_row,
    )?;
    let tally = Tally::of(tallies(db, session_id)?);
    let open_poll_votes = open_poll_votes(db, session_id)?;
    Ok(Some(LoadedSession {
        open_poll_votes,
        plays,
        counts: tally.plays,
        polls,
        votes: tally.votes,
        thanks: tally.thanks,
        announcement_ids: announcements.iter().map(|announcement| announcement.id).collect(),
        announcement: announcements
            .into_iter()
            .rev()
            .find(|announcement| announcement.cancelled_at.is_none()),
        admitted: collect(
            db,
            "SELECT dancer FROM dancers WHERE session_id = ?1",
            session_id,
            |row| Ok(DancerKey(row.get(0)?)),
        )?,
        dj_actions: collect(
            db,
            "SELECT id FROM dj_actions WHERE session_id = ?1",
            session_id,
            |row| Ok(ActionId(uuid(row, 0)?)),
        )?,
        log: collect(
            db,
            "SELECT message_offset, body FROM messages WHERE session_id = ?1 ORDER BY message_offset",
            session_id,
            |row| {
                Ok(LogEntry {
                    offset: from_i64(row.get(0)?),
                    body: row.get(1)?,
                })
            },
        )?,
        row,
    }))
}

fn open_poll_votes(db: &Connection, session_id: SessionId) -> Result<Vec<StoredVote>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT dancer, choice, counter FROM answers WHERE session_id = ?1 AND kind = ?2 AND target IN \
         (SELECT id FROM polls WHERE session_id = ?1 AND closed_at IS NULL)",
    )?;
    let votes = statement
        .query_map(params![session_id.0.as_bytes(), Kind::Vote.number()], |row| {
            Ok(StoredVote {
                dancer: DancerKey(row.get(0)?),
                choice: row.get(1)?,
                counter: from_i64(row.get(2)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(votes)
}
