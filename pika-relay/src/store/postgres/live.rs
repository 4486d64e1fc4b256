//! Single writes, and the rebuilding of live sessions.

use pika_protocol::{ActionId, SessionId, UnixMs};
use uuid::Uuid;

use super::{
    PostgresStore,
    connection::Connection,
    read::tallies,
    row::{announcement_row, kind, play_row, poll_row, stored_vote, to_i32, uuid},
    session::{create_session, save_session, session_row},
};
use crate::{
    auth::DancerKey,
    store::{
        Cause, LiveStore, Outcome, StoreError, Write,
        answer::Kind,
        from_i64,
        models::{AnnouncementRow, LoadedSession, LogEntry, PlayRow, PollRow},
        tally::Tally,
        to_i64,
    },
};

impl LiveStore for PostgresStore {
    fn commit(&self, writes: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        self.commit_all(writes)
    }

    fn live_sessions(&self) -> Result<Vec<SessionId>, StoreError> {
        self.run(|db| {
            let rows = db.query("SELECT id FROM sessions WHERE ended_at IS NULL", &[])?;
            rows.iter().map(|row| Ok(SessionId(uuid(row, 0)?))).collect()
        })
    }

    fn load_session(&self, session_id: SessionId) -> Result<Option<LoadedSession>, StoreError> {
        self.run(|db| db.snapshot(|db| load(db, session_id)))
    }

    fn renew_epochs(&self) -> Result<(), StoreError> {
        self.run(|db| {
            db.transaction(|db| {
                for row in db.query("SELECT id FROM sessions WHERE ended_at IS NULL FOR UPDATE", &[])? {
                    let id: &[u8] = row.get(0);
                    db.execute("DELETE FROM messages WHERE session_id = $1", &[&id])?;
                    db.execute(
                        "UPDATE sessions SET epoch = $2, last_offset = 0 WHERE id = $1",
                        &[&id, &&Uuid::new_v4().as_bytes()[..]],
                    )?;
                }
                Ok(())
            })
        })
    }
}

/// Everything except answers and admissions, which go together.
pub(super) fn apply(db: &mut Connection, write: &Write) -> Result<Outcome, StoreError> {
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
            db.execute(
                "DELETE FROM messages WHERE session_id = $1",
                &[&&session_id.0.as_bytes()[..]],
            )?;
        }
        Write::DjAction { session_id, id } => {
            db.execute(
                "INSERT INTO dj_actions (session_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[&&session_id.0.as_bytes()[..], &&id.0.as_bytes()[..]],
            )?;
        }
        Write::Sample {
            session_id,
            at,
            listeners,
        } => put_sample(db, *session_id, *at, *listeners)?,
        Write::Answer(_) | Write::Admit { .. } => {
            return Err(StoreError::Other("answers and admissions go together".into()));
        }
    }
    Ok(Outcome::Done)
}

fn put_message(
    db: &mut Connection,
    session_id: SessionId,
    offset: u64,
    body: &str,
    keep: u64,
) -> Result<(), StoreError> {
    let (id, offset) = (&session_id.0.as_bytes()[..], to_i64(offset));
    db.execute(
        "INSERT INTO messages (session_id, message_offset, body) VALUES ($1, $2, $3)",
        &[&id, &offset, &body],
    )?;
    db.execute(
        "DELETE FROM messages WHERE session_id = $1 AND message_offset <= $2",
        &[&id, &offset.saturating_sub(to_i64(keep))],
    )?;
    Ok(())
}

fn put_sample(
    db: &mut Connection,
    session_id: SessionId,
    at: UnixMs,
    listeners: u32,
) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO listener_samples (session_id, at, listeners) VALUES ($1, $2, $3) \
         ON CONFLICT (session_id, at) DO UPDATE SET listeners = excluded.listeners",
        &[&&session_id.0.as_bytes()[..], &at.0, &to_i32(listeners)],
    )?;
    Ok(())
}

fn put_play(db: &mut Connection, session_id: SessionId, play: &PlayRow) -> Result<(), StoreError> {
    let track = &play.track;
    db.execute(
        "INSERT INTO plays (session_id, id, title, artist, bpm, musical_key, camelot, energy, danceability, \
         brightness, duration_ms, started_at, stopped_at, removed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (session_id, id) DO UPDATE SET title = excluded.title, artist = excluded.artist, \
         bpm = excluded.bpm, musical_key = excluded.musical_key, camelot = excluded.camelot, \
         energy = excluded.energy, danceability = excluded.danceability, brightness = excluded.brightness, \
         duration_ms = excluded.duration_ms, started_at = excluded.started_at, \
         stopped_at = excluded.stopped_at, removed = excluded.removed",
        &[
            &&session_id.0.as_bytes()[..],
            &&play.id.0.as_bytes()[..],
            &track.title,
            &track.artist,
            &track.bpm,
            &track.key,
            &track.camelot,
            &track.energy.map(i16::from),
            &track.danceability.map(i16::from),
            &track.brightness.map(i16::from),
            &track.duration_ms.map(i64::from),
            &play.started_at.0,
            &play.stopped_at.map(|at| at.0),
            &play.removed,
        ],
    )?;
    Ok(())
}

fn put_poll(db: &mut Connection, session_id: SessionId, poll: &PollRow) -> Result<(), StoreError> {
    let json = |error: serde_json::Error| StoreError::Other(Cause::of(error));
    db.execute(
        "INSERT INTO polls (session_id, id, question, options, closes, opened_at, closes_at, closed_at, cancelled) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (session_id, id) DO UPDATE SET question = excluded.question, options = excluded.options, \
         closes = excluded.closes, opened_at = excluded.opened_at, closes_at = excluded.closes_at, \
         closed_at = excluded.closed_at, cancelled = excluded.cancelled",
        &[
            &&session_id.0.as_bytes()[..],
            &&poll.id.0.as_bytes()[..],
            &poll.question,
            &serde_json::to_string(&poll.options).map_err(json)?,
            &serde_json::to_string(&poll.closes).map_err(json)?,
            &poll.opened_at.0,
            &poll.closes_at.map(|at| at.0),
            &poll.closed_at.map(|at| at.0),
            &poll.cancelled,
        ],
    )?;
    Ok(())
}

fn put_announcement(
    db: &mut Connection,
    session_id: SessionId,
    announcement: &AnnouncementRow,
) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO announcements (session_id, id, text, at, ends_at, cancelled_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id, id) DO UPDATE SET text = excluded.text, \
         at = excluded.at, ends_at = excluded.ends_at, cancelled_at = excluded.cancelled_at",
        &[
            &&session_id.0.as_bytes()[..],
            &&announcement.id.0.as_bytes()[..],
            &announcement.text,
            &announcement.at.0,
            &announcement.ends_at.map(|at| at.0),
            &announcement.cancelled_at.map(|at| at.0),
        ],
    )?;
    Ok(())
}

fn load(db: &mut Connection, session_id: SessionId) -> Result<Option<LoadedSession>, StoreError> {
    let id = &session_id.0.as_bytes()[..];
    let Some(row) = super::read::one_session(db, session_id)? else {
        return Ok(None);
    };
    let plays = db.query(
        "SELECT id, title, artist, bpm, musical_key, camelot, energy, danceability, brightness, duration_ms, \
         started_at, stopped_at, removed FROM plays WHERE session_id = $1 ORDER BY started_at, id",
        &[&id],
    )?;
    let polls = db.query(
        "SELECT id, question, options, closes, opened_at, closes_at, closed_at, cancelled FROM polls \
         WHERE session_id = $1 ORDER BY opened_at, id",
        &[&id],
    )?;
    let announcements = db.query(
        "SELECT id, text, at, ends_at, cancelled_at FROM announcements WHERE session_id = $1 ORDER BY at, id",
        &[&id],
    )?;
    let announcements = announcements
        .iter()
        .map(announcement_row)
        .collect::<Result<Vec<_>, _>>()?;
    let dancers = db.query("SELECT dancer FROM dancers WHERE session_id = $1", &[&id])?;
    let actions = db.query("SELECT id FROM dj_actions WHERE session_id = $1", &[&id])?;
    let log = db.query(
        "SELECT message_offset, body FROM messages WHERE session_id = $1 ORDER BY message_offset",
        &[&id],
    )?;
    let votes = db.query(
        "SELECT dancer, choice, counter FROM answers WHERE session_id = $1 AND kind = $2 AND target IN \
         (SELECT id FROM polls WHERE session_id = $1 AND closed_at IS NULL)",
        &[&id, &kind(Kind::Vote)],
    )?;
    let tally = Tally::of(tallies(db, session_id)?);
    Ok(Some(LoadedSession {
        open_poll_votes: votes.iter().map(stored_vote).collect::<Result<_, _>>()?,
        row: session_row(&row)?,
        plays: plays.iter().map(play_row).collect::<Result<_, _>>()?,
        counts: tally.plays,
        polls: polls.iter().map(poll_row).collect::<Result<_, _>>()?,
        votes: tally.votes,
        thanks: tally.thanks,
        announcement_ids: announcements.iter().map(|announcement| announcement.id).collect(),
        announcement: announcements
            .into_iter()
            .rev()
            .find(|announcement| announcement.cancelled_at.is_none()),
        admitted: dancers
            .iter()
            .map(|row| Ok(DancerKey(*uuid(row, 0)?.as_bytes())))
            .collect::<Result<_, StoreError>>()?,
        dj_actions: actions
            .iter()
            .map(|row| Ok(ActionId(uuid(row, 0)?)))
            .collect::<Result<_, StoreError>>()?,
        log: log
            .iter()
            .map(|row| LogEntry {
                offset: from_i64(row.get(0)),
                body: row.get(1),
            })
            .collect(),
    }))
}
