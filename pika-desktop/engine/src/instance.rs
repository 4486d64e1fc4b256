//! One running program per data folder, by a lock that the system drops with the process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

use crate::paths;

/// Holds the lock until dropped; a crash releases it too.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another program holds it.
    #[error("Pika! is already running with this data folder")]
    Running,
    /// The lock file could not be made: nothing can be written there.
    #[error("{0}")]
    Io(io::Error),
}

impl InstanceLock {
    /// Takes the lock file at `path` without waiting.
    pub fn acquire(path: &Path) -> Result<Self, LockError> {
        let unusable = |error: io::Error| {
            let folder = path.parent().unwrap_or(path);
            LockError::Io(paths::unusable(folder, "written", &error))
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Running),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_program_is_told_and_a_later_one_gets_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = InstanceLock::acquire(&path).unwrap();
        assert!(matches!(InstanceLock::acquire(&path), Err(LockError::Running)));
        drop(first);
        assert!(InstanceLock::acquire(&path).is_ok());
    }
}
