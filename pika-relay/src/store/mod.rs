//! Durable data: what the relay asks of a database, whichever it is.
//!
//! The traits are blocking, as both drivers are; [`StoreHandle`] is the only way to them from async code and
//! the only place that commits. Each trait is one idea, so that an implementation may be one file per idea.

pub mod accounts;
mod admin;
pub mod answer;
mod error;
pub mod handle;
mod migrations;
pub mod models;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
mod tally;
pub mod write;

pub use accounts::AccountStore;
pub use admin::{RunningLock, backup, migration_state, open, restore};
pub use answer::{Answer, Said, TempoWish};
pub use error::{Cause, StoreError};
pub use handle::{Slot, StoreHandle};
pub use migrations::MigrationState;

use pika_protocol::{PlayId, SessionCode, SessionId, UnixMs};

use crate::auth::DancerKey;
use models::{CountedPlay, LoadedSession, OwnerId, RecapRows, SessionEvent, SessionRow};

#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
pub use write::{Conflict, Outcome, Write};

/// Everything a database does for the relay.
pub trait Store:
    LiveStore + ReadStore + SecretStore + EventStore + AccountStore + Send + Sync + 'static
{
    /// Asks the database for something small; used by `/ready`.
    fn ping(&self) -> Result<(), StoreError>;
}

/// What the hub needs: group commit, and rebuilding live sessions after a restart.
pub trait LiveStore {
    /// Commits all writes in one transaction, in order; one outcome for each.
    ///
    /// A conflict is an outcome, never an error, and leaves the other writes of the transaction alone.
    /// Errors: nothing was stored. [`StoreError::Unavailable`] when the same call may succeed later.
    fn commit(&self, writes: &[Write]) -> Result<Vec<Outcome>, StoreError>;

    /// Sessions that have not ended.
    fn live_sessions(&self) -> Result<Vec<SessionId>, StoreError>;

    /// One session with everything its live state is made of.
    fn load_session(&self, session_id: SessionId) -> Result<Option<LoadedSession>, StoreError>;

    /// Gives every live session a new epoch and an empty log: after the database went back in time (restore).
    fn renew_epochs(&self) -> Result<(), StoreError>;
}

/// What pages and lists need.
pub trait ReadStore {
    /// The session with this code, live or ended.
    fn session_by_code(&self, code: &SessionCode) -> Result<Option<SessionRow>, StoreError>;

    /// The session with this id, live or ended.
    fn session_by_id(&self, session_id: SessionId) -> Result<Option<SessionRow>, StoreError>;

    /// Sessions of an account, newest first, started before `before`.
    fn sessions_of(
        &self,
        owner: OwnerId,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError>;

    /// Listed sessions that have ended, latest end first, ended before `before`.
    fn recent_sessions(&self, before: Option<UnixMs>, limit: u32) -> Result<Vec<SessionRow>, StoreError>;

    /// Plays of a session that were not removed, newest first (by start, then id), older than the play `before`.
    fn plays_before(
        &self,
        session_id: SessionId,
        before: Option<PlayId>,
        limit: u32,
    ) -> Result<Vec<CountedPlay>, StoreError>;

    /// Whether this dancer was let in.
    fn is_admitted(&self, session_id: SessionId, dancer: DancerKey) -> Result<bool, StoreError>;

    /// A session summed up.
    fn recap(&self, session_id: SessionId) -> Result<Option<RecapRows>, StoreError>;
}

/// Keys that are made at first start and then stay.
pub trait SecretStore {
    /// The secret of this name; stores `candidate` first when there is none. Two processes that start at once
    /// get the same one.
    fn secret(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError>;
}

/// Telemetry: fire and forget, no personal data.
pub trait EventStore {
    /// Adds events.
    fn record_events(&self, events: &[SessionEvent]) -> Result<(), StoreError>;

    /// Deletes events from before `before`; how many there were.
    fn prune_events(&self, before: UnixMs) -> Result<u64, StoreError>;
}

/// Tables whose rows belong to a session, by their column `session_id`.
const SESSION_TABLES: &[&str] = &[
    "plays",
    "answers",
    "polls",
    "announcements",
    "messages",
    "dj_actions",
    "dancers",
    "listener_samples",
    "session_events",
];

/// Databases count up to 2^63 - 1; nobody honest gets there.
fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn from_i64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
