//! What is done to a database as a whole, whichever it is: open, check, back up, restore.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

#[cfg(feature = "postgres")]
use super::PostgresStore;
use super::{Cause, MigrationState, SqliteStore, Store, StoreError};
use crate::config::DatabaseUrl;

/// Opens the database and brings its tables up to date. Blocks.
pub fn open(database: &DatabaseUrl) -> Result<Arc<dyn Store>, StoreError> {
    match database {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(SqliteStore::open(path)?)),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => Ok(Arc::new(PostgresStore::open(url)?)),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => Err(without_postgres()),
    }
}

/// How far the tables are, changing nothing. Blocks.
pub fn migration_state(database: &DatabaseUrl) -> Result<MigrationState, StoreError> {
    match database {
        DatabaseUrl::Sqlite(path) => SqliteStore::migration_state(path),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => PostgresStore::migration_state(url),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => Err(without_postgres()),
    }
}

/// Copies the database to the new file `target`, also while the relay runs. Blocks.
pub fn backup(database: &DatabaseUrl, target: &Path) -> Result<(), StoreError> {
    match database {
        DatabaseUrl::Sqlite(path) => SqliteStore::backup(path, target),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => PostgresStore::backup(url, target),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => Err(without_postgres()),
    }
}

/// Puts a backup in the place of the database; returns where the old one is kept, if it is.
/// Refuses while a relay runs on it. Blocks.
pub fn restore(database: &DatabaseUrl, source: &Path) -> Result<Option<PathBuf>, StoreError> {
    let _running = RunningLock::take(database)?;
    match database {
        DatabaseUrl::Sqlite(path) => SqliteStore::restore(path, source),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => PostgresStore::restore(url, source).map(|()| None),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => Err(without_postgres()),
    }
}

/// Held by the one relay that runs on a database file: a second one would not know what the
/// first keeps in memory. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct RunningLock {
    _file: Option<File>,
}

impl RunningLock {
    /// Takes the lock beside the file, or says that a relay runs. Postgres needs none: several
    /// relays may share it.
    pub fn take(database: &DatabaseUrl) -> Result<Self, StoreError> {
        let DatabaseUrl::Sqlite(path) = database else {
            return Ok(Self { _file: None });
        };
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let name = PathBuf::from(name);
        let unusable = |error: std::io::Error| {
            StoreError::Other(Cause::worded(format!("{}: {error}", name.display()), error))
        };
        let file = File::options()
            .create(true)
            .append(true)
            .open(&name)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Other(
                format!("a relay runs on {}: stop it first", path.display()).into(),
            )),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

#[cfg(not(feature = "postgres"))]
fn without_postgres() -> StoreError {
    StoreError::Other("this program was built without Postgres".into())
}
