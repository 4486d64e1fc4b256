//! One running program per data folder, by a lock that the system drops with the process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

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
    /// The lock file could not be made.
    #[error("cannot lock the data folder: {0}")]
    Io(#[from] io::Error),
}

impl InstanceLock {
    /// Takes the lock file at `path` without waiting.
    pub fn acquire(path: &Path) -> Result<Self, LockError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Running),
            Err(TryLockError::Error(error)) => Err(error.into()),
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
