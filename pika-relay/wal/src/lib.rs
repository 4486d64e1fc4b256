//! SQLite's write-ahead log: readers and a writer do not wait for each other, and a commit is one write to the disk.
//!
//! A crate of its own, since the relay and the DJ's program each keep databases and neither is part of the other.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, Result};

/// How long a call waits for another connection that writes.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// Has the database `schema` of this connection (`main`, or the name it is attached by) keep a write-ahead log,
/// waiting up to [`PATIENCE`] for other connections.
///
/// SQLite answers a change of the mode with "database is locked" at once, whatever the busy timeout, when two
/// connections ask for it at the same moment: that of two programs started together on a file from a backup.
pub fn write_ahead_log(db: &Connection, schema: &str) -> Result<()> {
    write_ahead_log_within(db, schema, PATIENCE)
}

/// The same, waiting up to `patience`.
pub fn write_ahead_log_within(db: &Connection, schema: &str, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    until_set(db, schema, || {
        std::thread::sleep(PAUSE);
        Instant::now() < end
    })
}

fn until_set(db: &Connection, schema: &str, mut once_more: impl FnMut() -> bool) -> Result<()> {
    loop {
        match db.pragma_update(Some(schema), "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && once_more() => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as a backup leaves it, without the log, opened twice.
    fn opened_twice(folder: &tempfile::TempDir) -> [Connection; 2] {
        let path = folder.path().join("copy.db");
        let open = || Connection::open(&path).unwrap();
        open().execute_batch("CREATE TABLE t (n INTEGER)").unwrap();
        [open(), open()]
    }

    fn mode(db: &Connection) -> String {
        db.pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn waits_for_another_connection_that_writes() {
        let folder = tempfile::tempdir().unwrap();
        let [other, db] = opened_twice(&folder);
        db.busy_timeout(Duration::ZERO).unwrap();
        other
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
            .unwrap();
        let mut refusals = 0;
        until_set(&db, "main", || {
            refusals += 1;
            other.execute_batch("COMMIT").unwrap();
            true
        })
        .unwrap();
        assert_eq!((refusals, mode(&db).as_str()), (1, "wal"));
    }

    #[test]
    fn gives_up_when_it_has_waited_long_enough() {
        let folder = tempfile::tempdir().unwrap();
        let [other, db] = opened_twice(&folder);
        db.busy_timeout(Duration::ZERO).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let refused = until_set(&db, "main", || false).unwrap_err();
        assert_eq!(refused.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
        assert_eq!(mode(&other), "delete");
    }
}
