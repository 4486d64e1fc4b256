//! What survives a crash: the session, what is still to be sent, which plays the relay was told of.
//! A small SQLite file of its own, so that a song's way to the phones never waits for the library.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use pika_protocol::{ActionId, DeviceId, DjMessage, SessionId};
use pika_wal::{PATIENCE, write_ahead_log};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tracing::warn;
use uuid::Uuid;

use super::{outbox::CAPACITY, state::ScreenKey};
use crate::{
    library::PlayUuid,
    own_files::{self, is_damage},
    private::make_file,
    report::Failure,
};

/// An id and a line's end.
const MAX_DEVICE_BYTES: u64 = 256;

/// The session as it is kept. The token is not: it lives in the system's keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedSession {
    /// Which relay: see [`crate::relay_access::RelayAccess::place`].
    pub(super) place: String,
    /// Id of the registration: a repeat finds the session that it began.
    pub(super) register_id: ActionId,
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
    /// The session and all that it owes are put aside under this number; there is no session any more.
    Aside(i64, Box<SavedSession>),
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
const FORGET: &str = "DELETE FROM facts WHERE name = 'session'; DELETE FROM outbox; DELETE FROM told;";

impl LiveStore {
    /// Opens or creates the file and reads what was kept. One that is damaged is put aside: an interrupted session is
    /// lost, not the evening. Returns what the DJ is to be told then.
    pub(super) fn begin(path: &Path) -> rusqlite::Result<(Begun, Option<Failure>)> {
        match Self::read(path) {
            Err(error) if is_damage(&error) => {
                warn!(%error, "what was kept of the live session is damaged");
                let what = "read what was kept of the last session";
                let meaning =
                    "A session that was interrupted does not go on by itself; your library is not touched.";
                let note = own_files::aside_with_note(path, what, meaning);
                Self::read(path).map(|begun| (begun, Some(note)))
            }
            begun => begun.map(|begun| (begun, None)),
        }
    }

    fn read(path: &Path) -> rusqlite::Result<Begun> {
        let store = Self::open(path)?;
        Ok(Begun {
            device: store.device()?,
            saved: store.load()?,
            store,
        })
    }

    /// Opens or creates the file.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        make_file(path);
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        write_ahead_log(&connection, "main")?;
        // A song that was noticed survives a power cut.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection,
            device_file: path.with_extension("device"),
        })
    }

    /// This installation's id, made at its first start.
    pub(super) fn device(&self) -> rusqlite::Result<DeviceId> {
        let beside = own_files::read_text(&self.device_file, MAX_DEVICE_BYTES)
            .ok()
            .flatten();
        let beside = beside
            .and_then(|text| Uuid::parse_str(std::str::from_utf8(&text).ok()?.trim()).ok())
            .map(DeviceId);
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
            Keep::Aside(number, session) => self.put_aside(*number, session),
            Keep::AsideDone(id) => self.run("DELETE FROM aside_outbox WHERE id = ?", params![id.to_string()]),
            Keep::AsideGone(number) => {
                let transaction = self.connection.transaction()?;
                transaction.execute("DELETE FROM aside_outbox WHERE aside = ?", [number])?;
                transaction.execute("DELETE FROM aside WHERE number = ?", [number])?;
                transaction.commit()
            }
        }
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
mod tests {
    use super::*;

    fn session() -> SavedSession {
        SavedSession {
            place: "local".into(),
            register_id: ActionId::random(),
            name: "Friday".into(),
            dj_name: "Ada".into(),
            listed: true,
            pin: None,
            session_id: None,
            code: String::new(),
            address: String::new(),
            began_at_ms: 5,
            ending: false,
            is_test: false,
            screen_key: None,
        }
    }

    #[test]
    fn everything_is_there_again_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        let mut store = LiveStore::open(&path).unwrap();
        let device = store.device().unwrap();
        let ids = [0; 3].map(|_| ActionId::random());
        let session = session();
        store.keep(&Keep::Session(Box::new(session.clone()))).unwrap();
        for id in ids {
            store
                .keep(&Keep::Push(id, Box::new(DjMessage::EndSession { id })))
                .unwrap();
        }
        store.keep(&Keep::Done(ids[1])).unwrap();
        let play = Uuid::new_v4();
        store.keep(&Keep::Told(play)).unwrap();
        store.keep(&Keep::Alive(77)).unwrap();
        drop(store);

        let mut store = LiveStore::open(&path).unwrap();
        assert_eq!(store.device().unwrap(), device);
        let saved = store.load().unwrap();
        assert_eq!(saved.session, Some(session));
        assert_eq!(saved.alive_at_ms, 77);
        let kept: Vec<_> = saved.outbox.iter().filter_map(DjMessage::id).collect();
        assert_eq!(kept, [ids[0], ids[2]]);
        assert!(saved.told.contains(&play));

        store.keep(&Keep::Nothing).unwrap();
        let saved = store.load().unwrap();
        assert!(saved.session.is_none() && saved.outbox.is_empty() && saved.told.is_empty());
        assert_eq!(store.device().unwrap(), device, "the installation stays the same");
    }

    #[test]
    fn what_is_put_aside_stays_in_order_until_it_is_confirmed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        let mut store = LiveStore::open(&path).unwrap();
        let mut nights = Vec::new();
        for number in [1, 2] {
            let session = session();
            let ids = [0; 3].map(|_| ActionId::random());
            store.keep(&Keep::Session(Box::new(session.clone()))).unwrap();
            for id in ids {
                let end = Box::new(DjMessage::EndSession { id });
                store.keep(&Keep::Push(id, end)).unwrap();
            }
            store
                .keep(&Keep::Aside(number, Box::new(session.clone())))
                .unwrap();
            nights.push((number, session, ids));
        }
        let (_, _, ids) = &nights[1];
        store.keep(&Keep::AsideDone(ids[0])).unwrap();
        drop(store);

        let mut store = LiveStore::open(&path).unwrap();
        let saved = store.load().unwrap();
        assert!(saved.session.is_none() && saved.outbox.is_empty() && saved.told.is_empty());
        let owed = |saved: &SavedAside| saved.owed.iter().filter_map(DjMessage::id).collect::<Vec<_>>();
        let found: Vec<_> = saved.aside.iter().map(|it| (it.number, owed(it))).collect();
        assert_eq!(found, [(1, nights[0].2.to_vec()), (2, ids[1..].to_vec())]);
        assert_eq!(saved.aside[1].session, nights[1].1);
        store.keep(&Keep::AsideGone(1)).unwrap();
        assert_eq!(store.load().unwrap().aside.len(), 1);
    }

    #[test]
    fn without_its_file_the_installation_stays_the_same_and_no_key_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        let mut store = LiveStore::open(&path).unwrap();
        let device = store.device().unwrap();
        let session = SavedSession {
            screen_key: Some(ScreenKey::new("c2NyZWVuIGtleSBoZXJlIQ")),
            ..session()
        };
        store.keep(&Keep::Session(Box::new(session))).unwrap();
        assert_eq!(store.load().unwrap().session.unwrap().screen_key, None);
        drop(store);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|suffix| suffix != "device") {
                std::fs::remove_file(file).unwrap();
            }
        }
        let store = LiveStore::open(&path).unwrap();
        assert!(store.load().unwrap().session.is_none());
        assert_eq!(store.device().unwrap(), device);
    }

    #[test]
    fn a_damaged_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        std::fs::write(&path, vec![0x55; 9000]).unwrap();
        let (begun, note) = LiveStore::begin(&path).unwrap();
        assert!(begun.saved.session.is_none());
        assert!(note.unwrap().error.contains("live.db.damaged-"));
    }
}
