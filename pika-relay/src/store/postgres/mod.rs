//! Postgres, for larger sites: a pool of blocking connections, encrypted as `sslmode` says.
//!
//! The pool is built and dropped on threads without an async runtime: the driver carries its own.

mod accounts;
mod commit;
mod connection;
mod live;
mod maintain;
mod read;
mod row;
mod session;
mod tls;
mod uncertain;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pika_protocol::UnixMs;
use r2d2::Pool;
use r2d2_postgres::postgres;

use super::{
    Cause, EventStore, SecretStore, Store, StoreError,
    migrations::{self, MigrationState},
    models::SessionEvent,
};
use crate::base::Secret;
use connection::{Connection, Manager};
use uncertain::Uncertain;

/// Most connections. Calls are short; Postgres gives 100 by default.
const CONNECTIONS: u32 = 8;
/// How long a call waits for a connection before it says that the database is away.
const CHECKOUT: Duration = Duration::from_secs(2);
/// Any number, the same in each relay: who migrates holds this lock.
const MIGRATION_LOCK: i64 = 0x70_69_6b_61;

/// The Postgres store.
pub struct PostgresStore {
    // Taken only when dropped.
    pool: Option<Pool<Manager>>,
    // A commit whose end is not known; used by one committing call at a time.
    uncertain: Mutex<Option<Uncertain>>,
}

impl PostgresStore {
    /// Connects to the server at `url` and brings its tables up to date.
    pub fn open(url: &Secret) -> Result<Self, StoreError> {
        let store = Self::connect(url, "pika-relay")?;
        store.run(migrate)?;
        Ok(store)
    }

    /// How far the tables are, changing nothing.
    pub fn migration_state(url: &Secret) -> Result<MigrationState, StoreError> {
        Self::connect(url, "pika-relay command")?.run(|db| {
            let known = db
                .query_one("SELECT to_regclass('schema_migrations') IS NOT NULL", &[])?
                .get(0);
            let applied = if known { applied_versions(db)? } else { Vec::new() };
            let pending = migrations::pending(migrations::POSTGRES, &applied)?
                .map(|migration| migration.name)
                .collect();
            Ok(MigrationState { applied, pending })
        })
    }

    fn connect(url: &Secret, application_name: &str) -> Result<Self, StoreError> {
        let (config, connector) = tls::settings(url, application_name).map_err(unusable)?;
        let manager = Manager::new(config, connector);
        // The pool's own errors would be told again and again, and no more than the call's own says.
        let pool = off_runtime(move || {
            // One connection by itself first: its error says what is wrong, the pool's only that time ran out.
            drop(r2d2::ManageConnection::connect(&manager)?);
            Ok::<_, postgres::Error>(
                Pool::builder()
                    .max_size(CONNECTIONS)
                    .min_idle(Some(1))
                    .connection_timeout(CHECKOUT)
                    .error_handler(Box::new(r2d2::NopErrorHandler))
                    .build_unchecked(manager),
            )
        })?;
        Ok(Self {
            pool: Some(pool),
            uncertain: Mutex::default(),
        })
    }

    /// Runs `work` on a connection.
    fn run<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pool = self
            .pool
            .as_ref()
            .ok_or_else(|| StoreError::Unavailable("closed".into()))?;
        let mut db = pool
            .get()
            .map_err(|error| StoreError::Unavailable(Cause::of(error)))?;
        work(&mut db)
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            off_runtime(move || drop(pool));
        }
    }
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresStore")
    }
}

impl Store for PostgresStore {
    fn ping(&self) -> Result<(), StoreError> {
        self.run(|db| db.query_one("SELECT 1", &[]).map(drop))
    }
}

impl SecretStore for PostgresStore {
    fn secret(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.run(|db| {
            db.execute(
                "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[&name, &candidate],
            )?;
            Ok(db
                .query_one("SELECT value FROM secrets WHERE name = $1", &[&name])?
                .get(0))
        })
    }
}

impl EventStore for PostgresStore {
    fn record_events(&self, events: &[SessionEvent]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let column = |read: fn(&SessionEvent) -> Option<i64>| events.iter().map(read).collect::<Vec<_>>();
        let text = |read: fn(&SessionEvent) -> &str| events.iter().map(read).collect::<Vec<_>>();
        let sessions: Vec<&[u8]> = events
            .iter()
            .map(|event| &event.session_id.0.as_bytes()[..])
            .collect();
        let versions: Vec<Option<&str>> = events
            .iter()
            .map(|event| event.client_version.as_deref())
            .collect();
        self.run(|db| {
            db.execute(
                "INSERT INTO session_events (session_id, at, kind, role, transport, duration_ms, close_code, \
                 client_version) SELECT * FROM UNNEST($1::bytea[], $2::bigint[], $3::text[], $4::text[], \
                 $5::text[], $6::bigint[], $7::bigint[], $8::text[])",
                &[
                    &sessions,
                    &column(|event| Some(event.at.0)),
                    &text(|event| event.kind),
                    &text(|event| event.role),
                    &text(|event| event.transport),
                    &column(|event| event.duration_ms.map(super::to_i64)),
                    &column(|event| event.close_code.map(i64::from)),
                    &versions,
                ],
            )
            .map(drop)
        })
    }

    fn prune_events(&self, before: UnixMs) -> Result<u64, StoreError> {
        self.run(|db| db.execute("DELETE FROM session_events WHERE at < $1", &[&before.0]))
    }
}

/// Applies what is missing. A second process waits for the lock, then finds nothing left to do.
fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    loop {
        let done = db.transaction(|db| {
            db.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])?;
            db.batch(
                "CREATE TABLE IF NOT EXISTS schema_migrations (
                    version    INTEGER NOT NULL PRIMARY KEY,
                    name       TEXT NOT NULL,
                    applied_at BIGINT NOT NULL
                )",
            )?;
            let applied = applied_versions(db)?;
            let Some(next) = migrations::pending(migrations::POSTGRES, &applied)?.next() else {
                return Ok(true);
            };
            db.batch(next.sql)?;
            db.execute(
                "INSERT INTO schema_migrations (version, name, applied_at) \
                 VALUES ($1, $2, (EXTRACT(EPOCH FROM now()) * 1000)::bigint)",
                &[&i32::try_from(next.version).unwrap_or(i32::MAX), &next.name],
            )?;
            tracing::info!(migration = next.name, "database changed");
            Ok(false)
        })?;
        if done {
            return Ok(());
        }
    }
}

fn applied_versions(db: &mut Connection) -> Result<Vec<u32>, StoreError> {
    let rows = db.query("SELECT version FROM schema_migrations ORDER BY version", &[])?;
    Ok(rows
        .iter()
        .map(|row| u32::try_from(row.get::<_, i32>(0)).unwrap_or(u32::MAX))
        .collect())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` on a thread of its own, where the driver may block whatever the caller is.
fn off_runtime<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn_scoped(scope, work)
            .expect("the system has a thread left");
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let Some(db) = error.as_db_error() else {
            // The connection, not the statement: it broke or never was.
            let temporary = error.is_closed() || has_io_source(&error);
            let cause = Cause::worded(with_sources(&error), error);
            return if temporary {
                Self::Unavailable(cause)
            } else {
                Self::Other(cause)
            };
        };
        // Never the detail: it repeats the row's values.
        let words = format!("{} ({})", db.message(), db.code().code());
        let code = db.code().clone();
        let cause = Cause::worded(words, error);
        match code.code() {
            _ if code == SqlState::UNIQUE_VIOLATION => Self::Conflict,
            _ if code == SqlState::FOREIGN_KEY_VIOLATION => Self::NotFound,
            // Serialisation, deadlock, lock not available; read-only after a failover.
            "40001" | "40P01" | "55P03" | "25006" => Self::Unavailable(cause),
            // Connection, resources, operator intervention, system error.
            code if ["08", "53", "57", "58"].contains(&&code[..2]) => Self::Unavailable(cause),
            _ => Self::Other(cause),
        }
    }
}

/// What is wrong with the address of the database.
fn unusable(why: String) -> StoreError {
    StoreError::Other(why.into())
}

fn has_io_source(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.is::<std::io::Error>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        // Some errors repeat their source.
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = error.source();
    }
    text
}
