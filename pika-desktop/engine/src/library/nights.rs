//! The nights: live sessions of this computer, and how the floor answered each play.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use pika_protocol::{SessionId, rest::OwnerRecap};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    Library,
    ids::{PlayUuid, TrackId},
    plays::{Answers, PLAY_COLUMNS, Play, play_from_row},
    tracks::{TRACK_COLUMNS, TRACK_TABLES, Track, Values, track_from_row},
};
use crate::clock::now_ms;

/// Plays of one night that are read.
const MAX_PLAYS: u32 = 5_000;

/// One live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Night {
    /// Its id on the relay.
    pub session_id: SessionId,
    /// `local` for the relay inside this program, else `relay`.
    pub place: String,
    /// Its code.
    pub code: String,
    /// Where dancers found it.
    pub address: String,
    /// Its name.
    pub name: String,
    /// When it began, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended, in milliseconds since 1970; `None`: it goes on, or its end was not seen.
    pub ended_at_ms: Option<i64>,
    /// Songs played in it, the one that was on when it began among them.
    pub plays: u32,
    /// Likes of all of them.
    pub likes: u32,
    /// Most dancers at once; 0 where that was never known.
    pub peak: u32,
    /// How far the clock on the wall was ahead of UTC on that day, in seconds.
    pub utc_offset_s: i32,
}

/// Which plays belong to the night `n`: those that were told to it (older versions noted of these only the ones that
/// began before it), and those of its time.
macro_rules! of_the_night {
    () => {
        "p.removed_at IS NULL AND (p.started_at BETWEEN n.started_at
            AND coalesce(n.ended_at, n.started_at + 86400000)
            OR p.id IN (SELECT e.play_id FROM night_early_plays e WHERE e.session_id = n.session_id))"
    };
}

/// One live session, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct NightDetail {
    /// The session.
    pub night: Night,
    /// What was played, in the order in which it came.
    pub plays: Vec<Play>,
    /// What the library knows of the tracks that were played.
    pub values: BTreeMap<TrackId, Values>,
    /// The relay's account of it; `None` until it could be asked.
    pub recap: Option<OwnerRecap>,
}

/// Columns of [`Night`], in the order of [`night_from_row`]. SQLite asks the system for the offset, which knows of
/// summer time; of a moment that no calendar has it says nothing. A recap is a relay's word: any number may stand in it.
const NIGHT_COLUMNS: &str = concat!(
    "n.session_id, n.place, n.code, n.address, n.name, n.started_at, n.ended_at,
    (SELECT count(*) FROM plays p WHERE ",
    of_the_night!(),
    "), (SELECT coalesce(sum(s.likes), 0) FROM plays p JOIN session_answers s ON s.play_id = p.id
        AND (s.session_id = n.session_id OR s.session_id = '') WHERE ",
    of_the_night!(),
    "), max(n.peak, coalesce(CASE WHEN json_valid(n.recap)
        THEN CAST(n.recap ->> '$.peak_listeners' AS INTEGER) END, 0)),
    coalesce(CAST(strftime('%s', n.started_at / 1000, 'unixepoch', 'localtime') AS INTEGER)
        - n.started_at / 1000, 0)"
);

/// The last moment that every calendar has a day for, 30 December 9999, in milliseconds since 1970.
const LATEST_MS: i64 = 253_402_128_000_000;

impl Library {
    /// Keeps how the floor of a session answered plays; later numbers of the session replace earlier ones. A play that
    /// was told to another session, too, has the answers of both.
    pub fn record_answers(&mut self, session: SessionId, answers: &[(PlayUuid, Answers)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut of_session = transaction.prepare_cached(
                "INSERT INTO session_answers (play_id, session_id, likes, faster, perfect, slower)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (play_id, session_id) DO UPDATE SET likes = excluded.likes,
                     faster = excluded.faster, perfect = excluded.perfect, slower = excluded.slower",
            )?;
            let mut of_all = transaction.prepare_cached(
                "INSERT INTO play_answers (play_id, likes, faster, perfect, slower, updated_at)
                 SELECT ?1, min(sum(likes), ?3), min(sum(faster), ?3), min(sum(perfect), ?3), min(sum(slower), ?3), ?2
                 FROM session_answers WHERE play_id = ?1
                 ON CONFLICT (play_id) DO UPDATE SET likes = excluded.likes, faster = excluded.faster,
                     perfect = excluded.perfect, slower = excluded.slower, updated_at = excluded.updated_at",
            )?;
            // What an older version noted without a session belongs to the first one that speaks of the play.
            let mut of_nobody = transaction
                .prepare_cached("DELETE FROM session_answers WHERE play_id = ? AND session_id = ''")?;
            let (session, now) = (session.to_string(), now_ms());
            for (play, answers) in answers {
                let play = play.to_string();
                let (likes, faster) = (answers.likes, answers.faster);
                let (perfect, slower) = (answers.perfect, answers.slower);
                of_nobody.execute([&play])?;
                of_session.execute(params![play, session, likes, faster, perfect, slower])?;
                of_all.execute(params![play, now, u32::MAX])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Notes a session that began, or what is better known of it; its end and recap stay.
    pub fn record_night(&mut self, night: &Night) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO nights (session_id, place, code, address, name, started_at, ended_at, peak)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (session_id) DO UPDATE SET code = excluded.code, address = excluded.address,
                     name = excluded.name, ended_at = coalesce(excluded.ended_at, ended_at),
                     peak = max(peak, excluded.peak)",
            )?
            .execute(params![
                night.session_id.to_string(),
                night.place,
                night.code,
                night.address,
                night.name,
                night.started_at_ms.clamp(0, LATEST_MS),
                // A clock that was set back ends no night before it began.
                night
                    .ended_at_ms
                    .map(|at_ms| at_ms.clamp(night.started_at_ms.clamp(0, LATEST_MS), LATEST_MS)),
                night.peak,
            ])?;
        Ok(())
    }

    /// Notes plays that belong to a session, whatever the clocks say.
    pub fn record_plays_of_night(&mut self, session: SessionId, plays: &[PlayUuid]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for play in plays {
            transaction
                .prepare_cached(
                    "INSERT OR IGNORE INTO night_early_plays (session_id, play_id) VALUES (?, ?)",
                )?
                .execute(params![session.to_string(), play.to_string()])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Keeps the relay's account of a session, and with it the last word on each play.
    pub fn record_recap(&mut self, recap: &OwnerRecap) -> Result<()> {
        let answers: Vec<_> = recap
            .counts
            .iter()
            .map(|counts| {
                let answers = Answers {
                    likes: counts.likes,
                    faster: counts.faster,
                    perfect: counts.perfect,
                    slower: counts.slower,
                };
                (counts.play_id.0, answers)
            })
            .collect();
        self.record_answers(recap.session_id, &answers)?;
        // How long it took the relay knows best: this computer's clock may have been set meanwhile.
        let length_ms = i64::try_from(recap.recap.duration_ms).ok();
        let length_ms = length_ms.filter(|_| recap.recap.ended_at.is_some());
        self.connection.execute(
            "UPDATE nights SET recap = ?1, ended_at = min(coalesce(started_at + ?2, ended_at), ?3) WHERE session_id = ?4",
            params![
                serde_json::to_string(recap)?,
                length_ms.map(|length| length.min(LATEST_MS)),
                LATEST_MS,
                recap.session_id.to_string()
            ],
        )?;
        Ok(())
    }

    /// The sessions, newest first; at most `limit`.
    pub fn nights(&self, limit: u32) -> Result<Vec<Night>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {NIGHT_COLUMNS} FROM nights n ORDER BY n.started_at DESC LIMIT ?"
        ))?;
        let rows = statement.query_map([limit], night_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One session, whole.
    pub fn night(&self, session_id: SessionId) -> Result<Option<NightDetail>> {
        let id = session_id.to_string();
        let night = self
            .connection
            .prepare_cached(&format!(
                "SELECT {NIGHT_COLUMNS} FROM nights n WHERE n.session_id = ?"
            ))?
            .query_row([&id], night_from_row)
            .optional()?;
        let Some(night) = night else { return Ok(None) };
        let recap: Option<String> =
            self.connection
                .query_row("SELECT recap FROM nights WHERE session_id = ?", [&id], |row| {
                    row.get(0)
                })?;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PLAY_COLUMNS} FROM plays WHERE id IN
                 (SELECT p.id FROM plays p, nights n WHERE n.session_id = ? AND {})
             ORDER BY rowid LIMIT ?",
            of_the_night!()
        ))?;
        let mut plays = statement
            .query_map(params![id, MAX_PLAYS], play_from_row)?
            .collect::<rusqlite::Result<Vec<Play>>>()?;
        let answers = self.answers_in(&id)?;
        for play in &mut plays {
            play.answers = answers.get(&play.id).copied();
        }
        let mut values = BTreeMap::new();
        for id in plays.iter().filter_map(|play| play.track) {
            if !values.contains_key(&id)
                && let Some(track) = self.track(id)?
            {
                values.insert(id, track.values);
            }
        }
        Ok(Some(NightDetail {
            values,
            // One of another version is as good as none: the plays are here.
            recap: recap.and_then(|text| serde_json::from_str(&text).ok()),
            night,
            plays,
        }))
    }

    /// How the floor answered in one session; answers whose session is not known any more count as of each.
    fn answers_in(&self, session: &str) -> Result<HashMap<PlayUuid, Answers>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT play_id, min(sum(likes), ?2), min(sum(faster), ?2), min(sum(perfect), ?2), min(sum(slower), ?2)
             FROM session_answers WHERE session_id IN (?1, '') GROUP BY play_id",
        )?;
        let rows = statement.query_map(params![session, u32::MAX], |row| {
            let answers = Answers {
                likes: row.get(1)?,
                faster: row.get(2)?,
                perfect: row.get(3)?,
                slower: row.get(4)?,
            };
            Ok((row.get::<_, String>(0)?, answers))
        })?;
        let mut answers = HashMap::new();
        for row in rows {
            let (play, it) = row?;
            if let Ok(play) = Uuid::parse_str(&play) {
                answers.insert(play, it);
            }
        }
        Ok(answers)
    }

    /// How far this computer's clock face is ahead of UTC at a moment, in seconds.
    pub fn utc_offset_s(&self, at_ms: i64) -> Result<i32> {
        // SQLite asks the system, which knows of summer time.
        Ok(self.connection.query_row(
            "SELECT coalesce(CAST(strftime('%s', ?1, 'unixepoch', 'localtime') AS INTEGER) - ?1, 0)",
            [at_ms / 1000],
            |row| row.get(0),
        )?)
    }

    /// Tracks whose tempo is within `window` of `bpm`, nearest first; at most `limit`.
    pub fn tracks_near(&self, bpm: f64, window: f64, limit: u32) -> Result<Vec<Track>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES}
             WHERE t.missing_since IS NULL AND coalesce(c.bpm, a.bpm) BETWEEN ?1 - ?2 AND ?1 + ?2
             ORDER BY abs(coalesce(c.bpm, a.bpm) - ?1), t.id LIMIT ?3"
        ))?;
        let rows = statement.query_map(params![bpm, window, limit], track_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Likes per play of every track that dancers have heard.
    pub fn loved(&self) -> Result<HashMap<TrackId, f64>> {
        let mut statement = self.connection.prepare_cached(
            // Whichever file of a sound was played: it is the sound that they loved.
            "SELECT o.id, avg(a.likes) FROM plays p JOIN play_answers a ON a.play_id = p.id
             JOIN tracks t ON t.id = p.track_id
             JOIN tracks o ON o.content_id = t.content_id AND (t.size > 0 OR o.id = t.id)
             WHERE p.removed_at IS NULL GROUP BY o.id",
        )?;
        let rows = statement.query_map([], |row| Ok((TrackId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Sessions that are over and whose recap was never fetched, newest first; at most `limit`.
    pub fn nights_without_recap(&self, limit: u32) -> Result<Vec<(SessionId, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT session_id, place FROM nights WHERE recap IS NULL AND ended_at IS NOT NULL
             ORDER BY started_at DESC LIMIT ?",
        )?;
        let rows = statement.query_map([limit], |row| {
            Ok((session_id(&row.get::<_, String>(0)?), row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn session_id(text: &str) -> SessionId {
    // Only this module writes ids.
    SessionId(Uuid::parse_str(text).unwrap_or_default())
}

fn within_u32(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

fn night_from_row(row: &Row<'_>) -> rusqlite::Result<Night> {
    Ok(Night {
        session_id: session_id(&row.get::<_, String>(0)?),
        place: row.get(1)?,
        code: row.get(2)?,
        address: row.get(3)?,
        name: row.get(4)?,
        started_at_ms: row.get(5)?,
        ended_at_ms: row.get(6)?,
        plays: row.get(7)?,
        likes: within_u32(row.get(8)?),
        peak: within_u32(row.get(9)?),
        utc_offset_s: row.get(10)?,
    })
}

#[cfg(test)]
mod tests;
