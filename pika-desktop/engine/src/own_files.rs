//! The program's own files, when one of them is damaged: it is put aside, never deleted, another one takes its place,
//! and the DJ is told. No file of lesser worth than the library keeps the program from starting.

#[cfg(test)]
pub(crate) mod damages;

use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tracing::warn;

use crate::{
    plain_words::{self, code_of, of_database},
    report::Failure,
};

/// What lies beside a database and belongs to it.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The bytes of a text file, without a byte order mark; `None` when there is no such file.
///
/// Errors: it cannot be read, or holds more than `most` bytes.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is far too large"));
    }
    Ok(Some(without_mark(&bytes).to_vec()))
}

/// An error of one of the program's own databases in words for people, where there are such; else as it is.
pub(crate) fn in_plain_words(error: anyhow::Error) -> anyhow::Error {
    match code_of(&error).and_then(of_database) {
        Some(words) => anyhow::anyhow!(words),
        None => error,
    }
}

/// Whether the same may well be possible later: the disk is full, somebody holds the file.
pub(crate) fn may_pass(error: &anyhow::Error) -> bool {
    matches!(
        code_of(error),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
        )
    )
}

/// A text without the byte order mark that editors put before it.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Moves a file and what belongs to it out of the way, to `NAME.WHY-MILLISECONDS`; returns where it is now.
///
/// Errors: the file system refuses.
pub(crate) fn put_aside(path: &Path, why: &str) -> io::Result<PathBuf> {
    let aside = with_suffix(path, &format!(".{why}-{}", crate::clock::now_ms()));
    move_all(path, &aside)?;
    Ok(aside)
}

/// Moves what [`put_aside`] moved to its place again; what is in that place now goes.
///
/// Errors: the file system refuses.
pub(crate) fn put_back(aside: &Path, path: &Path) -> io::Result<()> {
    // What belongs to another file would damage this one.
    for companion in COMPANIONS {
        match fs::remove_file(with_suffix(path, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    move_all(aside, path)
}

fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    for companion in COMPANIONS {
        match fs::rename(with_suffix(from, companion), with_suffix(to, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The file beside `path` with this ending after the whole name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Puts a damaged file aside and says so. `what` follows "could not", `meaning` says what it means for the DJ.
pub(crate) fn aside_with_note(path: &Path, what: &'static str, meaning: &str) -> Failure {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let error = match put_aside(path, "damaged") {
        Ok(aside) => {
            warn!(file = %path.display(), aside = %aside.display(), "a damaged file is put aside");
            format!(
                "{name} cannot be used. The file was put aside as {}. {meaning}",
                aside.display()
            )
        }
        Err(error) => {
            warn!(file = %path.display(), %error, "a damaged file cannot be put aside");
            format!(
                "{} cannot be used, nor put aside ({}). {meaning}",
                path.display(),
                plain_words::of(&error.into())
            )
        }
    };
    Failure { what, error }
}

/// Whether a database file can be used, as far as that can be told without reading all of it twice. A file that is not
/// there, or is empty, can.
pub(crate) fn is_sound_database(path: &Path) -> bool {
    if fs::metadata(path).map_or(true, |meta| meta.len() == 0) {
        return true;
    }
    let verdict =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|connection| {
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
        });
    match verdict {
        Ok(verdict) => verdict == "ok",
        Err(error) => !is_damage(&error),
    }
}

/// Whether an answer of the database says that the file itself is broken.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_says_is_said_in_plain_words() {
        let database = Connection::open_in_memory().unwrap();
        database
            .execute_batch("CREATE TABLE a (x); PRAGMA max_page_count = 2")
            .unwrap();
        let full = database.execute("INSERT INTO a VALUES (zeroblob(100000))", []);
        let error = anyhow::Error::new(full.unwrap_err()).context("not written");
        assert!(may_pass(&error));
        assert_eq!(format!("{:#}", in_plain_words(error)), "the disk is full");
        let other = anyhow::anyhow!("the track is gone");
        assert!(!may_pass(&other));
        assert_eq!(format!("{:#}", in_plain_words(other)), "the track is gone");
    }
}
