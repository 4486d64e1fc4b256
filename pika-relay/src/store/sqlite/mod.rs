//! The embedded database: one file, one connection that writes, a few that read (WAL).
//!
//! `synchronous=FULL`: what was committed is on the disk, also when the power fails.

mod accounts;
mod live;
mod maintain;
mod read;
mod row;
mod session;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use pika_protocol::UnixMs;
use pika_wal::{PATIENCE, write_ahead_log};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::{
    Cause, EventStore, SecretStore, Store, StoreError,
    migrations::{self, MigrationState},
    models::SessionEvent,
};

/// Most connections kept for reading.
const READERS: usize = 4;

/// The SQLite store.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    // Each held for one blocking call, off the async threads.
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens the file, making it when there is none, and brings its tables up to date.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        // Made here, since SQLite would let everybody on this computer read it; its journal follows its mode. One
        // that is there or cannot be made is the next line's business.
        let _ = maintain::private(path);
        let mut writer = connect(path, true)?;
        migrate(&mut writer)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })
    }

    /// How far the file's tables are, changing nothing. A file that is not there has nothing applied.
    pub fn migration_state(path: &Path) -> Result<MigrationState, StoreError> {
        let applied = if path.exists() {
            applied_versions(&open(path, false)?)?
        } else {
            Vec::new()
        };
        let pending = migrations::pending(migrations::SQLITE, &applied)?
            .map(|migration| migration.name)
            .collect();
        Ok(MigrationState { applied, pending })
    }

    fn write<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        work(&mut lock(&self.writer))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = lock(&self.readers).pop();
        let reader = match pooled {
            Some(reader) => reader,
            None => connect(&self.path, false)?,
        };
        let result = work(&reader);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        result
    }
}

impl Store for SqliteStore {
    fn ping(&self) -> Result<(), StoreError> {
        self.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?))
    }
}

impl SecretStore for SqliteStore {
    fn secret(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.write(|db| {
            db.execute(
                "INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![name, candidate],
            )?;
            Ok(
                db.query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| {
                    row.get(0)
                })?,
            )
        })
    }
}

impl EventStore for SqliteStore {
    fn record_events(&self, events: &[SessionEvent]) -> Result<(), StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for event in events {
                transaction
                    .prepare_cached(
                        "INSERT INTO session_events (session_id, at, kind, role, transport, duration_ms, close_code, \
                         client_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    )?
                    .execute(params![
                        event.session_id.0.as_bytes(),
                        event.at.0,
                        event.kind,
                        event.role,
                        event.transport,
                        event.duration_ms.map(super::to_i64),
                        event.close_code,
                        event.client_version,
                    ])?;
            }
            Ok(transaction.commit()?)
        })
    }

    fn prune_events(&self, before: UnixMs) -> Result<u64, StoreError> {
        self.write(|db| Ok(db.execute("DELETE FROM session_events WHERE at < ?1", [before.0])? as u64))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A connection rolls back by itself what a panic left open.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the file and changes nothing in it.
fn open(path: &Path, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    Ok(db)
}

fn connect(path: &Path, create: bool) -> Result<Connection, StoreError> {
    let db = open(path, create)?;
    db.set_prepared_statement_cache_capacity(64);
    write_ahead_log(&db, "main")?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;")?;
    Ok(db)
}

/// Applies what is missing. The lock of the write transaction keeps a second process waiting,
/// which then finds nothing left to do.
fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    loop {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS schema_migrations (
                version    INTEGER NOT NULL PRIMARY KEY,
                name       TEXT NOT NULL,
                applied_at INTEGER NOT NULL
            ) STRICT",
        )?;
        let applied = applied_versions(&transaction)?;
        let Some(next) = migrations::pending(migrations::SQLITE, &applied)?.next() else {
            return Ok(transaction.commit()?);
        };
        transaction.execute_batch(next.sql)?;
        transaction.execute(
            "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?1, ?2, unixepoch() * 1000)",
            params![next.version, next.name],
        )?;
        transaction.commit()?;
        tracing::info!(migration = next.name, "database changed");
    }
}

fn applied_versions(db: &Connection) -> Result<Vec<u32>, StoreError> {
    let known = db
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = db.prepare("SELECT version FROM schema_migrations ORDER BY version")?;
    let versions = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(versions)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{
            SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE,
        };
        if matches!(error, rusqlite::Error::QueryReturnedNoRows) {
            return Self::NotFound;
        }
        let Some(failure) = error.sqlite_error() else {
            return Self::Other(Cause::of(error));
        };
        match failure.code {
            ErrorCode::ConstraintViolation => match failure.extended_code {
                SQLITE_CONSTRAINT_FOREIGNKEY => Self::NotFound,
                SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE => Self::Conflict,
                _ => Self::Other(Cause::of(error)),
            },
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly => Self::Unavailable(Cause::of(error)),
            _ => Self::Other(Cause::of(error)),
        }
    }
}
