//! Opens the database: settings of the connection, integrity check, migrations, the last good copy.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use pika_wal::{PATIENCE, write_ahead_log};
use rusqlite::{Connection, backup::Backup};
use tracing::{info, warn};

use super::{
    database_file::{OpenError, is_damage, with_suffix},
    measured,
    take_over::take_over,
    text_index::fold_anew,
};
use crate::{
    own_files::{put_aside, put_back},
    private::make_file,
};

/// One step of the library's layout.
#[derive(Clone, Copy)]
struct Migration {
    /// What must be done with the data before; a step that is killed is done again from its beginning.
    before: Option<fn(&mut Connection) -> anyhow::Result<()>>,
    /// The change itself, in one transaction.
    sql: &'static str,
}

impl Migration {
    const fn sql(sql: &'static str) -> Self {
        Self { before: None, sql }
    }
}

/// Numbered steps, append only: `user_version` counts the ones applied.
const MIGRATIONS: &[Migration] = &[
    Migration::sql(include_str!("../../migrations/0001_library.sql")),
    Migration::sql(include_str!("../../migrations/0002_second_opinions.sql")),
    Migration::sql(include_str!("../../migrations/0003_nights.sql")),
    Migration {
        before: Some(take_over),
        sql: include_str!("../../migrations/0004_measured.sql"),
    },
    Migration::sql(include_str!("../../migrations/0005_early_plays.sql")),
    Migration::sql(include_str!("../../migrations/0006_identity.sql")),
    // 0007_folded.sql: the index is filled by what also makes it.
    Migration {
        before: Some(fold_anew),
        sql: "",
    },
    Migration::sql(include_str!("../../migrations/0008_lines.sql")),
    Migration::sql(include_str!("../../migrations/0009_session_answers.sql")),
    Migration::sql(include_str!("../../migrations/0010_session_starts.sql")),
];

/// Free pages after a migration that are worth writing the file anew: some megabytes.
const WORTH_SHRINKING: i64 = 1_000;

/// Copies of the library that are kept of one migration, however often it is begun.
const MOST_COPIES: u32 = 3;

/// What happened while opening that the DJ should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenNote {
    /// The database was damaged; the last good copy took its place. Holds where the damaged file is.
    Restored {
        /// The damaged file, kept for rescue.
        damaged: PathBuf,
    },
}

/// Opens or creates the database at `path` and brings it up to date.
pub(super) fn open(path: &Path) -> Result<(Connection, Option<OpenNote>), OpenError> {
    let (mut connection, note) = match open_checked(path) {
        Ok(connection) => (connection, None),
        Err(OpenError::Sqlite(error)) if is_damage(&error) => {
            warn!(%error, "the library is damaged: going back to the last good copy");
            let damaged = replace_damaged(path)?;
            (open_checked(path)?, Some(OpenNote::Restored { damaged }))
        }
        Err(error) => return Err(error),
    };
    measured::attach(&connection, path)?;
    migrate(&mut connection, path, MIGRATIONS)?;
    Ok((connection, note))
}

/// Puts the last good copy in the place of a damaged database; returns where the damaged one is.
///
/// Errors: [`OpenError::Damaged`] where there is no good copy or that is damaged, too; the next start begins anew then.
/// With every other error everything stays where it is.
fn replace_damaged(path: &Path) -> Result<PathBuf, OpenError> {
    let back = match way_back(path) {
        Ok(back) => back,
        Err(OpenError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::Damaged(put_aside(path, "damaged")?));
        }
        Err(OpenError::Sqlite(error)) if is_damage(&error) => {
            warn!(%error, "so is the last good copy");
            put_aside(&good_copy_path(path), "damaged")?;
            return Err(OpenError::Damaged(put_aside(path, "damaged")?));
        }
        Err(error) => return Err(error),
    };
    let damaged = put_aside(path, "damaged")?;
    fs::rename(back, path)?;
    Ok(damaged)
}

/// Keeps a copy of the open database as the one to go back to.
///
/// The copy is written beside and renamed, so that a good one always exists.
///
/// Errors: the file system refuses, or the connection has no file; what is empty must not take the place of the copy.
pub(super) fn keep_good_copy(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let has_file: bool = connection.query_row(
        "SELECT length(CAST(file AS BLOB)) > 0 FROM pragma_database_list WHERE name = 'main'",
        [],
        |row| row.get(0),
    )?;
    if !has_file {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the library is not open").into());
    }
    let temporary = with_suffix(path, ".good.new");
    copy_database(connection, &temporary)?;
    fs::rename(temporary, good_copy_path(path))?;
    Ok(())
}

/// The last good copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodCopy {
    /// When it was made.
    pub made_at: SystemTime,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The last good copy of the database at `path`, if there is one.
pub(super) fn good_copy(path: &Path) -> Option<GoodCopy> {
    let meta = fs::metadata(good_copy_path(path)).ok()?;
    Some(GoodCopy {
        made_at: meta.modified().ok()?,
        bytes: meta.len(),
    })
}

/// The last good copy, checked and copied once more, so that it takes the place of the database by a rename: for a copy
/// there may be no room, and until it is whole nothing is moved.
///
/// Errors: there is no good copy ([`io::ErrorKind::NotFound`]), it is damaged, or it cannot be copied.
pub(super) fn way_back(path: &Path) -> Result<PathBuf, OpenError> {
    let good = good_copy_path(path);
    fs::metadata(&good)?;
    open_checked(&good)?;
    let back = with_suffix(path, ".good.back");
    if let Err(error) = fs::copy(&good, &back) {
        let _ = fs::remove_file(&back); // What there is of it takes room.
        return Err(error.into());
    }
    Ok(back)
}

/// Puts what [`way_back`] made in the place of the database, which nobody may have open, and opens it. Returns where
/// the other one is kept.
///
/// Errors: the copy cannot be moved or opened; the database is where it was, as far as the file system allows.
pub(super) fn go_back(path: &Path, back: &Path) -> Result<(Connection, PathBuf), OpenError> {
    let kept = put_aside(path, "replaced")?;
    let opened = fs::rename(back, path)
        .map_err(OpenError::from)
        .and_then(|()| open(path));
    match opened {
        Ok((connection, _)) => Ok((connection, kept)),
        Err(error) => {
            put_back(&kept, path)?;
            Err(error)
        }
    }
}

fn open_checked(path: &Path) -> Result<Connection, OpenError> {
    make_file(path);
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    write_ahead_log(&connection, "main")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -32_000)?; // KiB
    let verdict: String = connection.query_row("PRAGMA main.quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(connection);
    }
    warn!(verdict, "integrity check failed");
    Err(OpenError::Sqlite(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        Some(verdict),
    )))
}

fn migrate(connection: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<(), OpenError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let newest = migrations.len() as u32;
    if version > newest {
        return Err(OpenError::Newer(version));
    }
    if version > 0 && version < newest {
        keep_as_it_was(connection, path, newest)?;
    }
    let pages = |connection: &Connection| -> rusqlite::Result<i64> {
        connection.pragma_query_value(None, "freelist_count", |row| row.get(0))
    };
    let free_before = pages(connection)?;
    for (number, migration) in (1u32..).zip(migrations).skip(version as usize) {
        if let Some(before) = migration.before {
            before(connection).map_err(|error| OpenError::Migration(format!("{error:#}")))?;
        }
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration.sql)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    // What became free goes back to the disk. Where there is no room for that, it is used up in time.
    if version > 0 && pages(connection)? > free_before.max(WORTH_SHRINKING) {
        info!("making the library's file smaller");
        if let Err(error) = connection.execute_batch("VACUUM main") {
            warn!(%error, "the library's file stays as large as it was");
        }
    }
    Ok(())
}

/// Keeps a copy of the library before it is brought to the layout `newest`. One that is there already, of a start that
/// was cut short or of an evening long ago, is never overwritten: the first is the one that nothing was done to.
fn keep_as_it_was(connection: &Connection, path: &Path, newest: u32) -> Result<(), OpenError> {
    let names = (1..=MOST_COPIES).map(|number| match number {
        1 => format!(".before-{newest}"),
        number => format!(".before-{newest}.{number}"),
    });
    let mut copies = names.map(|name| with_suffix(path, &name));
    let Some(copy) = copies.find(|copy| !copy.exists()) else {
        warn!("there are copies enough of the library before its migration");
        return Ok(());
    };
    info!(copy = %copy.display(), "copying the library before migrating");
    // Under its name it is whole.
    let temporary = with_suffix(path, ".before.new");
    copy_database(connection, &temporary)?;
    fs::rename(temporary, copy)?;
    Ok(())
}

fn copy_database(connection: &Connection, to: &Path) -> Result<(), OpenError> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    make_file(to);
    let mut copy = Connection::open(to)?;
    Backup::new(connection, &mut copy)?.run_to_completion(4096, Duration::ZERO, None)?;
    Ok(())
}

fn good_copy_path(path: &Path) -> PathBuf {
    with_suffix(path, ".good")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_run_once_and_the_file_is_copied_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, &[Migration::sql("CREATE TABLE a (x)")]).unwrap();
        connection.execute("INSERT INTO a VALUES (7)", []).unwrap();
        let steps = ["CREATE TABLE a (x)", "DROP TABLE a"].map(Migration::sql);
        migrate(&mut connection, &path, &steps).unwrap();
        migrate(&mut connection, &path, &steps).unwrap();
        let copy = Connection::open(with_suffix(&path, ".before-2")).unwrap();
        let kept: i64 = copy.query_row("SELECT x FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7);
    }

    #[test]
    fn a_copy_from_before_a_migration_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, &[Migration::sql("CREATE TABLE a (x)")]).unwrap();
        connection.execute("INSERT INTO a VALUES (7)", []).unwrap();
        // The first of two further steps is done, the second fails: so it is at every start.
        let steps = ["CREATE TABLE a (x)", "UPDATE a SET x = 8", "SELECT nonsense"].map(Migration::sql);
        for _ in 0..9 {
            assert!(migrate(&mut connection, &path, &steps).is_err());
        }
        let copy = Connection::open(with_suffix(&path, ".before-3")).unwrap();
        let kept: i64 = copy.query_row("SELECT x FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7, "as it was before anything was done");
        let files = fs::read_dir(folder.path()).unwrap();
        let copies = files.filter(|file| {
            file.as_ref()
                .unwrap()
                .path()
                .to_string_lossy()
                .contains(".before")
        });
        assert_eq!(copies.count(), MOST_COPIES as usize);
    }

    #[test]
    fn a_failing_migration_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let mut connection = Connection::open(&path).unwrap();
        let step = Migration::sql("CREATE TABLE a (x); SELECT nonsense;");
        assert!(migrate(&mut connection, &path, &[step]).is_err());
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert!(matches!(open(&path), Err(OpenError::Newer(99))));
    }

    #[test]
    fn a_damaged_database_gives_way_to_the_last_good_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let (connection, note) = open(&path).unwrap();
        assert_eq!(note, None);
        connection
            .execute(
                "INSERT INTO folders (path, path_text, added_at) VALUES (x'2f', '/', 1)",
                [],
            )
            .unwrap();
        keep_good_copy(&connection, &path).unwrap();
        drop(connection);
        fs::write(&path, vec![0x55; 20_000]).unwrap();
        let (connection, note) = open(&path).unwrap();
        let Some(OpenNote::Restored { damaged }) = note else {
            panic!("{note:?}")
        };
        assert_eq!(fs::read(damaged).unwrap(), vec![0x55; 20_000]);
        let folders: i64 = connection
            .query_row("SELECT count(*) FROM folders", [], |row| row.get(0))
            .unwrap();
        assert_eq!(folders, 1);
    }

    #[test]
    fn going_back_by_hand_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let (mut library, _) = crate::library::Library::open(&path).unwrap();
        library.add_folder(Path::new("/first")).unwrap();
        assert!(library.go_back().is_err(), "there is no copy yet");
        assert_eq!(library.folders().unwrap().len(), 1, "it stays as it was");
        library.keep_daily_copy().unwrap();
        library.add_folder(Path::new("/second")).unwrap();
        library.keep_daily_copy().unwrap(); // Younger than a day: nothing happens.
        let kept = library.go_back().unwrap();
        assert_eq!(library.folders().unwrap().len(), 1);
        let (other, _) = open(&kept).unwrap();
        let folders: i64 = other
            .query_row("SELECT count(*) FROM folders", [], |row| row.get(0))
            .unwrap();
        assert_eq!(folders, 2);
        // A damaged copy is no way back.
        fs::write(good_copy_path(&path), vec![0x55; 20_000]).unwrap();
        assert!(library.go_back().is_err());
        assert_eq!(library.folders().unwrap().len(), 1);
    }

    #[test]
    fn a_way_back_that_fails_leaves_the_library_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let (mut library, _) = crate::library::Library::open(&path).unwrap();
        library.add_folder(Path::new("/first")).unwrap();
        library.keep_good_copy().unwrap();
        library.add_folder(Path::new("/second")).unwrap();
        // No room for the copy.
        let in_the_way = with_suffix(&path, ".good.back");
        fs::create_dir_all(in_the_way.join("full")).unwrap();
        assert!(library.go_back().is_err());
        assert_eq!(library.folders().unwrap().len(), 2);
        fs::remove_dir_all(&in_the_way).unwrap();
        // A copy that is whole, but does not open.
        Connection::open(good_copy_path(&path))
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert!(library.go_back().is_err());
        assert_eq!(library.folders().unwrap().len(), 2);
        library.add_folder(Path::new("/third")).unwrap();
        drop(library);
        let (library, note) = crate::library::Library::open(&path).unwrap();
        assert_eq!((library.folders().unwrap().len(), note), (3, None));
    }

    #[test]
    fn what_has_no_file_never_becomes_the_good_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let (connection, _) = open(&path).unwrap();
        keep_good_copy(&connection, &path).unwrap();
        let good = fs::read(good_copy_path(&path)).unwrap();
        assert!(keep_good_copy(&Connection::open_in_memory().unwrap(), &path).is_err());
        assert_eq!(fs::read(good_copy_path(&path)).unwrap(), good);
    }

    #[test]
    fn a_library_and_its_copy_that_are_both_damaged_are_kept_and_the_next_start_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let (connection, _) = open(&path).unwrap();
        keep_good_copy(&connection, &path).unwrap();
        drop(connection);
        fs::write(&path, vec![0x55; 20_000]).unwrap();
        fs::write(good_copy_path(&path), vec![0x66; 20_000]).unwrap();
        assert!(matches!(open(&path), Err(OpenError::Damaged(_))));
        let names = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let kept = names.filter(|file| file.file_name().to_string_lossy().contains("damaged-"));
        assert_eq!(kept.count(), 2);
        assert!(open(&path).is_ok());
    }

    #[test]
    fn damage_without_a_copy_is_said_and_the_file_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        fs::write(&path, vec![0x55; 20_000]).unwrap();
        let Err(OpenError::Damaged(kept)) = open(&path) else {
            panic!("opened")
        };
        assert_eq!(fs::read(kept).unwrap().len(), 20_000);
        assert!(open(&path).is_ok(), "the next start begins anew");
    }
}
