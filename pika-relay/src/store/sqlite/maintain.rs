//! Copies of the file: backup while the relay runs, restore while it does not.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{SqliteStore, connect};
use crate::store::{Cause, LiveStore, StoreError, migrations};

/// Pages copied between two moments in which others may write.
const PAGES: i32 = 1024;

impl SqliteStore {
    /// Copies the database at `path` to the new file `target`; the relay may run meanwhile.
    /// `target` appears complete and checked, or not at all.
    pub fn backup(path: &Path, target: &Path) -> Result<(), StoreError> {
        if !path.exists() {
            return Err(StoreError::Other(
                format!("there is no database at {}", path.display()).into(),
            ));
        }
        if target.exists() {
            return Err(StoreError::Other(
                format!("there is a file already: {}", target.display()).into(),
            ));
        }
        let part = with_suffix(target, ".part");
        remove(&part)?;
        copy(&connect(path, false)?, &part)?;
        check(&part)?;
        // Opened for writing: Windows flushes nothing else.
        std::fs::File::options()
            .write(true)
            .open(&part)
            .and_then(|file| file.sync_all())
            .map_err(io)?;
        std::fs::rename(&part, target).map_err(io)
    }

    /// Puts the backup `source` in the place of the database at `path`, which is kept beside it
    /// under the returned name. The relay must not run. Clients that go on with a live session
    /// of the backup start from a snapshot, since the backup does not know what they have seen.
    pub fn restore(path: &Path, source: &Path) -> Result<Option<PathBuf>, StoreError> {
        check(source)?;
        let kept = if path.exists() { Some(keep(path)?) } else { None };
        let part = with_suffix(path, ".part");
        remove(&part)?;
        copy(
            &Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            &part,
        )?;
        for suffix in ["-wal", "-shm"] {
            remove(&with_suffix(path, suffix))?;
        }
        std::fs::rename(&part, path).map_err(io)?;
        Self::open(path)?.renew_epochs()?;
        Ok(kept)
    }
}

fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    private(to)?;
    let mut target = Connection::open(to)?;
    {
        let backup = Backup::new(from, &mut target)?;
        loop {
            match backup.step(PAGES)? {
                StepResult::Done => break,
                StepResult::More => {}
                // Someone writes: let them.
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
    // One file instead of three, whatever the source was.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    target.close().map_err(|(_, error)| error.into())
}

/// Refuses what is no database of ours, is damaged, or comes from a newer program.
fn check(path: &Path) -> Result<(), StoreError> {
    let refused = |why: Cause| {
        let words = format!("{} is no backup that can be used: {why}", path.display());
        StoreError::Other(why.told_as(words))
    };
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| refused(Cause::of(error)))?;
    let sound: String = db
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| refused(Cause::of(error)))?;
    if sound != "ok" {
        return Err(refused(sound.into()));
    }
    let applied = super::applied_versions(&db).map_err(|error| refused(error.into()))?;
    if applied.is_empty() {
        return Err(refused("it holds no tables of Pika!".into()));
    }
    migrations::pending(migrations::SQLITE, &applied)
        .map(drop)
        .map_err(|error| refused(error.into()))
}

/// Moves a complete copy of the present database aside.
fn keep(path: &Path) -> Result<PathBuf, StoreError> {
    let mut number = 1;
    let kept = loop {
        let name = with_suffix(path, &format!(".before-restore-{number}"));
        if !name.exists() {
            break name;
        }
        number += 1;
    };
    // By the database's own means, so that what its journal still holds comes along.
    match connect(path, false) {
        Ok(db) => copy(&db, &kept)?,
        // A damaged file is often why one restores.
        Err(_) => drop(std::fs::copy(path, &kept).map_err(io)?),
    }
    Ok(kept)
}

/// Makes the file so that only its owner reads it: it holds addresses and password hashes.
pub(super) fn private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(io)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(error)),
        _ => Ok(()),
    }
}

fn io(error: std::io::Error) -> StoreError {
    StoreError::Other(Cause::of(error))
}
