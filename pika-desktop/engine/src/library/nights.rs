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

/// Which plays belong to the night `n`: those of its time, and those that were on when it began.
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
    /// What was played, oldest first.
    pub plays: Vec<Play>,
    /// What the library knows of the tracks that were played.
    pub values: BTreeMap<TrackId, Values>,
    /// The relay's account of it; `None` until it could be asked.
    pub recap: Option<OwnerRecap>,
}

/// Columns of [`Night`], in the order of [`night_from_row`]. SQLite asks the system for the offset, which knows of
/// summer time.
const NIGHT_COLUMNS: &str = concat!(
    "n.session_id, n.place, n.code, n.address, n.name, n.started_at, n.ended_at,
    (SELECT count(*) FROM plays p WHERE ",
    of_the_night!(),
    "), (SELECT coalesce(sum(a.likes), 0) FROM plays p JOIN play_answers a ON a.play_id = p.id WHERE ",
    of_the_night!(),
    "), max(n.peak, coalesce(CASE WHEN json_valid(n.recap) THEN n.recap ->> '$.peak_listeners' END, 0)),
    CAST(strftime('%s', n.started_at / 1000, 'unixepoch', 'localtime') AS INTEGER) - n.started_at / 1000"
);

impl Library {
    /// Keeps how the floor answered plays; later numbers replace earlier ones.
    pub fn record_answers(&mut self, answers: &[(PlayUuid, Answers)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO play_answers (play_id, likes, faster, perfect, slower, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (play_id) DO UPDATE SET likes = excluded.likes, faster = excluded.faster,
                     perfect = excluded.perfect, slower = excluded.slower, updated_at = excluded.updated_at",
            )?;
            let now = now_ms();
            for (play, answers) in answers {
                statement.execute(params![
                    play.to_string(),
                    answers.likes,
                    answers.faster,
                    answers.perfect,
                    answers.slower,
                    now,
                ])?;
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
                night.started_at_ms,
                night.ended_at_ms,
                night.peak,
            ])?;
        Ok(())
    }

    /// Notes plays that belong to a session though they began before it: the one that was on, and those that
    /// waited for the relay.
    pub fn record_early_plays(&mut self, session: SessionId, plays: &[PlayUuid]) -> Result<()> {
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
        self.record_answers(&answers)?;
        self.connection.execute(
            "UPDATE nights SET recap = ? WHERE session_id = ?",
            params![serde_json::to_string(recap)?, recap.session_id.to_string()],
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
             ORDER BY started_at, rowid LIMIT ?",
            of_the_night!()
        ))?;
        let plays = statement
            .query_map(params![id, MAX_PLAYS], play_from_row)?
            .collect::<rusqlite::Result<Vec<Play>>>()?;
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

    /// How far this computer's clock face is ahead of UTC at a moment, in seconds.
    pub fn utc_offset_s(&self, at_ms: i64) -> Result<i32> {
        // SQLite asks the system, which knows of summer time.
        Ok(self.connection.query_row(
            "SELECT CAST(strftime('%s', ?1, 'unixepoch', 'localtime') AS INTEGER) - ?1",
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
            "SELECT p.track_id, avg(a.likes) FROM plays p JOIN play_answers a ON a.play_id = p.id
             WHERE p.track_id IS NOT NULL AND p.removed_at IS NULL GROUP BY p.track_id",
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
        likes: row.get(8)?,
        peak: row.get(9)?,
        utc_offset_s: row.get(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        (folder, library)
    }

    fn play(started_at_ms: i64) -> Play {
        Play {
            id: Uuid::new_v4(),
            track: None,
            title: "Song".into(),
            artist: String::new(),
            path_text: "/music/song.mp3".into(),
            source: "VirtualDJ".into(),
            started_at_ms,
            logged_at_ms: started_at_ms,
            answers: None,
        }
    }

    fn night(ended_at_ms: Option<i64>) -> Night {
        Night {
            session_id: SessionId::random(),
            place: "local".into(),
            code: "K7QX".into(),
            address: "http://192.168.1.5:3001/live/K7QX".into(),
            name: "Friday".into(),
            started_at_ms: 100,
            ended_at_ms,
            plays: 0,
            likes: 0,
            peak: 0,
            utc_offset_s: 0,
        }
    }

    #[test]
    fn the_song_that_was_on_when_a_night_began_belongs_to_it() {
        let (_folder, mut library) = library();
        let plays = [20, 50, 150].map(play);
        for play in &plays {
            library.record_play(play, None).unwrap();
        }
        let likes = |likes| Answers {
            likes,
            ..Answers::default()
        };
        library
            .record_answers(&[(plays[1].id, likes(5)), (plays[2].id, likes(29))])
            .unwrap();
        let tonight = night(Some(800));
        library.record_night(&tonight).unwrap();
        library
            .record_early_plays(tonight.session_id, &[plays[1].id])
            .unwrap();
        library
            .record_early_plays(tonight.session_id, &[plays[1].id])
            .unwrap();
        let other = night(Some(120));
        library.record_night(&other).unwrap();

        let detail = library.night(tonight.session_id).unwrap().unwrap();
        assert_eq!((detail.night.plays, detail.night.likes), (2, 34));
        let ids: Vec<_> = detail.plays.iter().map(|play| play.id).collect();
        assert_eq!(ids, [plays[1].id, plays[2].id]);
        let detail = library.night(other.session_id).unwrap().unwrap();
        assert_eq!(
            (detail.night.plays, detail.plays.len()),
            (0, 0),
            "of another night"
        );
        library.remove_play(plays[1].id).unwrap();
        let detail = library.night(tonight.session_id).unwrap().unwrap();
        assert_eq!((detail.night.plays, detail.night.likes), (1, 29));
    }

    #[test]
    fn the_peak_is_the_highest_that_anybody_saw() {
        let (_folder, mut library) = library();
        let mut tonight = night(Some(800));
        library.record_night(&tonight).unwrap();
        assert_eq!(library.nights(9).unwrap()[0].peak, 0);
        tonight.peak = 64;
        library.record_night(&tonight).unwrap();
        tonight.peak = 12;
        library.record_night(&tonight).unwrap();
        assert_eq!(library.nights(9).unwrap()[0].peak, 64);
        let set_recap = |library: &Library, recap: &str| {
            let set = library.connection.execute("UPDATE nights SET recap = ?", [recap]);
            assert_eq!(set.unwrap(), 1);
        };
        set_recap(&library, r#"{"peak_listeners": 71}"#);
        assert_eq!(library.nights(9).unwrap()[0].peak, 71);
        set_recap(&library, "damaged");
        assert_eq!(library.nights(9).unwrap()[0].peak, 64);
    }

    #[test]
    fn each_night_has_the_time_of_its_own_day() {
        let (_folder, mut library) = library();
        // In January and in July: where clocks are set they differ, and each agrees with the system on its day.
        for started_at_ms in [1_768_000_000_000, 1_784_000_000_000] {
            library
                .record_night(&Night {
                    started_at_ms,
                    ..night(None)
                })
                .unwrap();
        }
        for night in library.nights(9).unwrap() {
            assert_eq!(
                night.utc_offset_s,
                library.utc_offset_s(night.started_at_ms).unwrap()
            );
        }
    }

    #[test]
    fn a_night_holds_the_plays_of_its_time_with_their_answers() {
        let (_folder, mut library) = library();
        let plays = [50, 150, 160, 900].map(play);
        for play in &plays {
            library.record_play(play, None).unwrap();
        }
        library.remove_play(plays[2].id).unwrap();
        let answers = Answers {
            likes: 4,
            faster: 1,
            perfect: 2,
            slower: 0,
        };
        let before = Answers::default();
        library.record_answers(&[(plays[1].id, before)]).unwrap();
        library.record_answers(&[(plays[1].id, answers)]).unwrap();
        let mut tonight = night(None);
        library.record_night(&tonight).unwrap();
        tonight.ended_at_ms = Some(800);
        library.record_night(&tonight).unwrap();
        library.record_night(&night(None)).unwrap();

        let nights = library.nights(10).unwrap();
        assert_eq!(nights.len(), 2);
        let detail = library.night(tonight.session_id).unwrap().unwrap();
        assert_eq!((detail.night.plays, detail.night.likes), (1, 4));
        assert_eq!(detail.plays.len(), 1);
        assert_eq!(detail.plays[0].answers, Some(answers));
        assert_eq!(
            library.nights_without_recap(9).unwrap(),
            [(tonight.session_id, "local".to_owned())]
        );
        assert_eq!(library.night(SessionId::random()).unwrap(), None);
    }
}
