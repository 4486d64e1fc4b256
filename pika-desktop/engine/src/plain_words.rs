//! What the system and the libraries say when something fails, in words for people. Whatever is shown of an error goes
//! through here; logs keep the original.

use std::io::{Error, ErrorKind};

use rusqlite::ErrorCode;

/// An error with its reasons, as one sentence that people understand.
pub fn of(error: &anyhow::Error) -> String {
    if let Some(words) = code_of(error).and_then(of_database) {
        return words.to_owned();
    }
    let mut text = String::new();
    for cause in error.chain() {
        let words = in_plain(cause.to_string(), error);
        // Many errors show their reason themselves.
        if !text.ends_with(&words) {
            text += if text.is_empty() { "" } else { ": " };
            text += &words;
        }
        // What stands behind it has words for programmers only.
        if cause.is::<rusqlite::Error>() {
            break;
        }
    }
    text
}

/// What an error says, with the words of the system's and the database's own that it repeats said anew.
fn in_plain(mut text: String, error: &anyhow::Error) -> String {
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<Error>()
            && error.get_ref().is_none()
        {
            text = text.replace(&error.to_string(), of_system(error));
        } else if let Some(error) = cause.downcast_ref::<rusqlite::Error>() {
            text = text.replace(&error.to_string(), "the file does not take that");
        }
    }
    cleaned(&text)
}

/// The same of an error of the system.
pub(crate) fn of_io(error: &Error) -> String {
    match error.get_ref() {
        None => of_system(error).to_owned(),
        Some(inner) => cleaned(&inner.to_string()),
    }
}

/// What was once written down of an error, without what only programmers read.
pub fn cleaned(text: &str) -> String {
    let mut rest = text;
    let mut cleaned = String::with_capacity(text.len());
    while let Some(at) = rest.find(" (os error ") {
        cleaned += &rest[..at];
        rest = rest[at..].split_once(')').map_or("", |(_, after)| after);
    }
    cleaned += rest;
    for noise in ["io: ", "I/O error: ", "IO error: "] {
        cleaned = without(&cleaned, noise);
    }
    cleaned
}

/// Without `noise`, where it stands by itself: names end like that, too.
fn without(text: &str, noise: &str) -> String {
    let mut left = String::with_capacity(text.len());
    for part in text.split_inclusive(noise) {
        left += part;
        let before = left.strip_suffix(noise);
        if let Some(before) = before.filter(|it| it.is_empty() || it.ends_with(char::is_whitespace)) {
            left.truncate(before.len());
        }
    }
    left
}

/// What a database says is wrong, when one does.
pub(crate) fn code_of(error: &anyhow::Error) -> Option<ErrorCode> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<rusqlite::Error>()?.sqlite_error_code())
}

pub(crate) fn of_database(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::DiskFull => "the disk is full",
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "another program holds the file",
        ErrorCode::SystemIoFailure => "the disk cannot be written or read",
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => "the file may not be written",
        ErrorCode::CannotOpen => "the file cannot be opened",
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => "the file is damaged",
        _ => return None,
    })
}

fn of_system(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "it is not there",
        ErrorKind::PermissionDenied => "the system does not allow it",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "nothing may be written there",
        ErrorKind::FileTooLarge => "the file would be too large for this disk",
        ErrorKind::InvalidFilename => "this name is not possible there",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "it is no folder",
        ErrorKind::DirectoryNotEmpty => "the folder is not empty",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "another program holds it",
        ErrorKind::AddrInUse => "another program is at this address",
        ErrorKind::AddrNotAvailable => "this computer does not have this address",
        ErrorKind::ConnectionRefused => "nobody answers",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe => "the connection was lost",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "the network does not lead there"
        }
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "it does not answer",
        ErrorKind::UnexpectedEof => "it ends too early",
        ErrorKind::InvalidData => "it cannot be understood",
        ErrorKind::OutOfMemory => "the computer has no memory left",
        ErrorKind::Unsupported => "this system cannot do that",
        _ => match error.raw_os_error() {
            #[cfg(unix)]
            Some(5) => "the disk cannot be written or read",
            #[cfg(unix)]
            Some(24) => "too many files are open",
            _ => "the system refuses",
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, net};

    use anyhow::Context;

    use super::*;
    use crate::report::Failure;

    #[derive(Debug, thiserror::Error)]
    enum Wrapped {
        #[error("not opened: io: {0}")]
        Io(#[from] Error),
    }

    /// Errors as they really come about.
    fn real() -> Vec<anyhow::Error> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let taken = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = taken.local_addr().unwrap();
        let closed = net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let wrap = |error: Error| -> Wrapped { error.into() };
        let mut errors = vec![
            fs::read(at("none")).unwrap_err().into(),
            fs::read(at("none")).context("the settings").unwrap_err(),
            wrap(fs::File::create(folder.path()).unwrap_err()).into(),
            anyhow::Error::new(wrap(fs::read(at("none")).unwrap_err())).context("the library"),
            fs::create_dir(folder.path()).unwrap_err().into(),
            net::TcpListener::bind(here).map(drop).unwrap_err().into(),
            net::TcpStream::connect(closed).unwrap_err().into(),
            anyhow::anyhow!("{}", fs::read(at("none")).unwrap_err()),
            Error::from(ErrorKind::StorageFull).into(),
            Error::from(ErrorKind::UnexpectedEof).into(),
        ];
        errors.extend([2, 5, 13, 24, 28, 111, 9_999].map(|code| Error::from_raw_os_error(code).into()));
        let path = at("a folder");
        fs::create_dir(&path).unwrap();
        errors.push(rusqlite::Connection::open(path).unwrap_err().into());
        errors.push(fs::read("a\0b").unwrap_err().into());
        errors.push(Error::from_raw_os_error(22).into());
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database
            .execute_batch("CREATE TABLE a (x UNIQUE); INSERT INTO a VALUES (1)")
            .unwrap();
        for sql in ["INSERT INTO a VALUES (1)", "SELECT * FROM nope", "nonsense"] {
            let refused = || database.execute(sql, []).unwrap_err();
            errors.push(refused().into());
            errors.push(crate::library::OpenError::from(refused()).into());
        }
        errors
    }

    #[test]
    fn no_failure_that_is_shown_speaks_to_programmers() {
        for error in real() {
            let told = Failure::new("do it", &error).error;
            for raw in [
                "os error",
                "io:",
                "(os",
                "error kind",
                "Kind",
                "argument",
                "NUL",
                "Error code",
                "SQL",
                "UNIQUE",
                "table",
            ] {
                assert!(!told.contains(raw), "{error:?}: {told}");
            }
            assert!(!told.trim().is_empty());
        }
        let full = crate::library::OpenError::from(Error::from_raw_os_error(28));
        assert_eq!(
            of(&full.into()),
            "cannot open the library: the disk is full",
            "said once"
        );
        for path in ["/home/dj/Audio", "/Volumes/Studio", "/mnt/Radio"] {
            let error = fs::read("/none/at/all").context(path).unwrap_err();
            assert_eq!(of(&error), format!("{path}: it is not there"));
        }
        let error = fs::read("/none/at/all").context("the settings").unwrap_err();
        assert_eq!(of(&error), "the settings: it is not there");
        let ours = anyhow::Error::new(Error::other("its drive or share does not answer"));
        assert_eq!(
            of(&ours),
            "its drive or share does not answer",
            "words of our own stay"
        );
    }

    #[test]
    fn what_was_written_down_is_cleaned() {
        assert_eq!(
            cleaned("io: No such file or directory (os error 2), and (os error"),
            "No such file or directory, and (os error"
        );
    }
}
