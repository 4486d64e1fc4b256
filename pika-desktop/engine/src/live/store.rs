//! What survives a crash: the session, what is still to be sent, which plays the relay was told of.
//! A small SQLite file of its own, so that a song's way to the phones never waits for the library.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use pika_protocol::{ActionId, DeviceId, DjMessage, SessionId};
use pika_wal::write_ahead_log_within;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tracing::warn;
use uuid::Uuid;

use super::{outbox::CAPACITY, owner::Owner, state::ScreenKey};
use crate::{
    library::PlayUuid,
    own_files::{self, is_damage},
    private::make_file,
    report::Failure,
};

/// How long a change usually waits for another program.
pub(super) const PATIENCE: Duration = pika_wal::PATIENCE;
/// An id and a line's end.
const MAX_DEVICE_BYTES: u64 = 256;
/// How the file ends that holds the installation's id once more.
const DEVICE: &str = "device";

/// The session as it is kept. The token is not: it lives in the system's keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedSession {
    /// Which relay: see [`crate::relay_access::RelayAccess::place`].
    pub(super) place: String,
    /// Whose it is; `None` in sessions of the relay inside this program and of older versions: anybody's.
    #[serde(default)]
    pub(super) owner: Option<Owner>,
    /// Id of the registration: a repeat finds the session that it began.
    pub(super) register_id: ActionId,
    /// See [`super::SessionInfo::mark`].
    #[serde(default)]
    pub(super) mark: Option<Uuid>,
    /// Name of the session.
    pub(super) name: String,
    /// The DJ's name.
    pub(super) dj_name: String,
    /// Whether it stands in the public list.
    pub(super) listed: bool,
    /// The PIN.
    pub(super) pin: Option<String>,
    /// Its id, once the relay gave it one.
    pub(super) session_id: Option<SessionId>,
    /// Its code; may be empty.
    pub(super) code: String,
    /// Where dancers find it; may be empty.
    pub(super) address: String,
    /// When the DJ went live, in milliseconds since 1970.
    pub(super) began_at_ms: i64,
    /// Its end waits to be sent.
    pub(super) ending: bool,
    /// It only tries the way to a phone.
    #[serde(default)]
    pub(super) is_test: bool,
    /// Opens the PIN to the big screen; never kept, since every registration brings it.
    #[serde(skip)]
    pub(super) screen_key: Option<ScreenKey>,
}

impl SavedSession {
    /// Whether that is the same session, as a relay knows it.
    pub(super) fn is_same(&self, other: Option<&Self>) -> bool {
        self.session_id.is_some() && other.is_some_and(|other| other.session_id == self.session_id)
    }
}

/// A session that was put aside: over here, while its relay has not confirmed all of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SavedAside {
    /// Tells it from others; grows.
    pub(super) number: i64,
    pub(super) session: SavedSession,
    /// What the relay has not confirmed, oldest first; the end is the last of it.
    pub(super) owed: Vec<DjMessage>,
}

/// Everything that was kept.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// Oldest first.
    pub(super) aside: Vec<SavedAside>,
    pub(super) session: Option<SavedSession>,
    /// When the program last ran with this session, in milliseconds since 1970.
    pub(super) alive_at_ms: i64,
    pub(super) outbox: Vec<DjMessage>,
    pub(super) told: HashSet<PlayUuid>,
    pub(super) crowd: Option<SavedCrowd>,
}

/// Who was there, as far as no relay would tell it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedCrowd {
    /// Most dancers at once.
    pub(super) peak: u32,
    /// Likes per minute, the newest last.
    pub(super) likes_by_minute: Vec<u32>,
    /// When that was so, in milliseconds since 1970.
    pub(super) at_ms: i64,
}

/// A change to what is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Keep {
    Session(Box<SavedSession>),
    /// No session any more: nothing of it is kept.
    Nothing,
    Push(ActionId, Box<DjMessage>),
    Done(ActionId),
    Told(PlayUuid),
    Alive(i64),
    Crowd(Box<SavedCrowd>),
    /// The session and all that it owes are put aside under this number; there is no session any more.
    Aside(i64, Box<SavedSession>),
    /// What was put aside under this number is better known.
    AsideSession(i64, Box<SavedSession>),
    /// The relay confirmed this message of a session that was put aside.
    AsideDone(ActionId),
    /// Nothing is owed any more of what was put aside under this number.
    AsideGone(i64),
}

/// The open file and what was kept in it.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) device: DeviceId,
    pub(super) saved: Saved,
    pub(super) store: LiveStore,
}

/// The open file.
#[derive(Debug)]
pub(super) struct LiveStore {
    connection: Connection,
    /// Holds this installation's id once more: who deletes the database stays who they are to the relay.
    device_file: PathBuf,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which things happened
        id TEXT NOT NULL UNIQUE,
        message TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS told (play_id TEXT PRIMARY KEY) STRICT;
    CREATE TABLE IF NOT EXISTS aside (
        number INTEGER PRIMARY KEY,
        session TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS aside_outbox (
        number INTEGER PRIMARY KEY, -- as it stood in the outbox: the order in which things happened
        aside INTEGER NOT NULL REFERENCES aside (number) ON DELETE CASCADE,
        id TEXT NOT NULL UNIQUE,
        message TEXT NOT NULL
    ) STRICT;";

/// There is no session any more.
const FORGET: &str =
    "DELETE FROM facts WHERE name IN ('session', 'crowd'); DELETE FROM outbox; DELETE FROM told;";

impl LiveStore {
    /// Opens or creates the file and reads what was kept. One that is damaged is put aside: an interrupted session is
    /// lost, not the evening. Returns what the DJ is to be told then. `patience`: see [`Self::wait_for_others`].
    pub(super) fn begin(path: &Path, patience: Duration) -> rusqlite::Result<(Begun, Option<Failure>)> {
        match Self::read(path, patience) {
            Err(error) if is_damage(&error) => {
                warn!(%error, "what was kept of the live session is damaged");
                let what = "read what was kept of the last session";
                let meaning =
                    "A session that was interrupted does not go on by itself; your library is not touched.";
                let note = own_files::aside_with_note(path, what, meaning);
                Self::read(path, patience).map(|begun| (begun, Some(note)))
            }
            begun => begun.map(|begun| (begun, None)),
        }
    }

    fn read(path: &Path, patience: Duration) -> rusqlite::Result<Begun> {
        let store = Self::open_within(path, patience)?;
        Ok(Begun {
            device: store.device()?,
            saved: store.load()?,
            store,
        })
    }

    /// Opens or creates the file.
    #[cfg(test)]
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        Self::open_within(path, PATIENCE)
    }

    fn open_within(path: &Path, patience: Duration) -> rusqlite::Result<Self> {
        make_file(path);
        let connection = Connection::open(path)?;
        connection.busy_timeout(patience)?;
        write_ahead_log_within(&connection, "main", patience)?;
        // A song that was noticed survives a power cut.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection,
            device_file: path.with_extension(DEVICE),
        })
    }

    /// How long each change waits from now on while another program holds the file.
    pub(super) fn wait_for_others(&self, patience: Duration) {
        if let Err(error) = self.connection.busy_timeout(patience) {
            warn!(%error, "how long a change waits is as before");
        }
    }

    /// This installation's id, as it stands beside the file at `path`, whether or not that can be opened.
    pub(super) fn device_beside(path: &Path) -> Option<DeviceId> {
        let text = own_files::read_text(&path.with_extension(DEVICE), MAX_DEVICE_BYTES).ok()??;
        let id = Uuid::parse_str(std::str::from_utf8(&text).ok()?.trim());
        id.ok().map(DeviceId)
    }

    /// This installation's id, made at its first start.
    pub(super) fn device(&self) -> rusqlite::Result<DeviceId> {
        let beside = Self::device_beside(&self.device_file);
        let kept = self.fact::<DeviceId>("device")?;
        let id = kept.or(beside).unwrap_or_else(DeviceId::random);
        if kept.is_none() {
            self.set_fact("device", &id)?;
        }
        if beside != Some(id)
            && let Err(error) = std::fs::write(&self.device_file, id.0.to_string())
        {
            warn!(%error, "the installation's id is kept in one place only");
        }
        Ok(id)
    }

    /// What was kept. Messages that cannot be read (of another version) are left out.
    pub(super) fn load(&self) -> rusqlite::Result<Saved> {
        let mut statement = self
            .connection
            .prepare("SELECT message FROM outbox ORDER BY number LIMIT ?")?;
        let outbox = statement
            .query_map([CAPACITY as i64], |row| row.get::<_, String>(0))?
            .filter_map(|text| text.ok().and_then(|text| serde_json::from_str(&text).ok()))
            .collect();
        let mut statement = self.connection.prepare("SELECT play_id FROM told")?;
        let told = statement
            .query_map([], |row| row.get::<_, String>(0))?
            .filter_map(|id| Uuid::parse_str(&id.ok()?).ok())
            .collect();
        Ok(Saved {
            session: self.fact("session")?,
            alive_at_ms: self.fact("alive")?.unwrap_or(0),
            outbox,
            told,
            crowd: self.fact("crowd")?,
            aside: self.aside()?,
        })
    }

    /// What was put aside; a session that cannot be read (of another version) is left out.
    fn aside(&self) -> rusqlite::Result<Vec<SavedAside>> {
        let mut statement = self
            .connection
            .prepare("SELECT number, session FROM aside ORDER BY number")?;
        let mut owed = self
            .connection
            .prepare("SELECT message FROM aside_outbox WHERE aside = ? ORDER BY number LIMIT ?")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let mut aside = Vec::new();
        for (number, session) in rows.filter_map(Result::ok) {
            let Ok(session) = serde_json::from_str(&session) else {
                continue;
            };
            let owed = owed
                .query_map([number, CAPACITY as i64], |row| row.get::<_, String>(0))?
                .filter_map(|text| text.ok().and_then(|text| serde_json::from_str(&text).ok()))
                .collect();
            aside.push(SavedAside {
                number,
                session,
                owed,
            });
        }
        Ok(aside)
    }

    /// Makes a change; it is on disk when this returns.
    pub(super) fn keep(&mut self, change: &Keep) -> rusqlite::Result<()> {
        match change {
            Keep::Session(session) => self.set_fact("session", session),
            Keep::Nothing => {
                let transaction = self.connection.transaction()?;
                transaction.execute_batch(FORGET)?;
                transaction.commit()
            }
            Keep::Push(id, message) => {
                let text = serde_json::to_string(message).map_err(unwritable)?;
                self.run(
                    "INSERT OR IGNORE INTO outbox (id, message) VALUES (?, ?)",
                    params![id.to_string(), text],
                )
            }
            Keep::Done(id) => self.run("DELETE FROM outbox WHERE id = ?", params![id.to_string()]),
            Keep::Told(play) => self.run(
                "INSERT OR IGNORE INTO told (play_id) VALUES (?)",
                params![play.to_string()],
            ),
            Keep::Alive(at_ms) => self.set_fact("alive", at_ms),
            Keep::Crowd(crowd) => self.set_fact("crowd", crowd),
            Keep::Aside(number, session) => self.put_aside(*number, session),
            Keep::AsideSession(number, session) => self.run(
                "UPDATE aside SET session = ? WHERE number = ?",
                params![serde_json::to_string(session).map_err(unwritable)?, number],
            ),
            Keep::AsideDone(id) => self.run("DELETE FROM aside_outbox WHERE id = ?", params![id.to_string()]),
            Keep::AsideGone(number) => {
                let transaction = self.connection.transaction()?;
                transaction.execute("DELETE FROM aside_outbox WHERE aside = ?", [number])?;
                transaction.execute("DELETE FROM aside WHERE number = ?", [number])?;
                transaction.commit()
            }
        }
    }

    /// Ends the session that was kept, for another one is on by now, and puts it aside under this number.
    pub(super) fn leave(&mut self, number: i64) -> rusqlite::Result<Saved> {
        let saved = self.load()?;
        let Some(mut session) = saved.session else {
            return Ok(saved);
        };
        let is_end = |message: &DjMessage| matches!(message, DjMessage::EndSession { .. });
        if !saved.outbox.iter().any(is_end) {
            let id = ActionId::random();
            self.keep(&Keep::Push(id, Box::new(DjMessage::EndSession { id })))?;
        }
        session.ending = true;
        self.put_aside(number, &session)?;
        self.load()
    }

    fn put_aside(&mut self, number: i64, session: &SavedSession) -> rusqlite::Result<()> {
        let text = serde_json::to_string(session).map_err(unwritable)?;
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO aside (number, session) VALUES (?, ?)",
            params![number, text],
        )?;
        // Numbers of the outbox are never given twice, so the order of all of them stays.
        transaction.execute(
            "INSERT OR IGNORE INTO aside_outbox (number, aside, id, message)
             SELECT number, ?, id, message FROM outbox ORDER BY number",
            [number],
        )?;
        transaction.execute_batch(FORGET)?;
        transaction.commit()
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute(values).map(|_| ())
    }

    fn fact<T: DeserializeOwned>(&self, name: &str) -> rusqlite::Result<Option<T>> {
        let text: Option<String> = self
            .connection
            .query_row("SELECT value FROM facts WHERE name = ?", [name], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn set_fact(&self, name: &str, value: &impl Serialize) -> rusqlite::Result<()> {
        let text = serde_json::to_string(value).map_err(unwritable)?;
        self.run(
            "INSERT INTO facts (name, value) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, text],
        )
    }
}

fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

#[cfg(test)]
mod tests;
