//! Opens files that others named: nothing but a regular file is ever waited for.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

/// Opens the regular file at `path` for reading; links are followed.
///
/// A pipe would be waited for until somebody writes into it, a device may do anything when it is opened: the kind is
/// looked at first. The name may stand for something else a moment later, so it is opened without waiting, and what
/// was opened is looked at again.
///
/// Errors: it is something else than a regular file ([`io::ErrorKind::InvalidInput`]); it cannot be opened.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(not_regular());
    }
    let file = without_waiting(OpenOptions::new().read(true)).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(not_regular());
    }
    Ok(file)
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    // Of no effect on a regular file. `O_NOCTTY`: a terminal does not become ours.
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_opened_and_folders_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.mp3");
        fs::write(&path, "x").unwrap();
        open_regular(&path).unwrap();
        let refused = open_regular(folder.path()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for_whenever_it_takes_the_place_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.mp3");
        pipe(&path);
        assert!(open_regular(&path).is_err());
        // As if it had come between the look and the opening.
        let opened = without_waiting(OpenOptions::new().read(true))
            .open(&path)
            .unwrap();
        assert!(!opened.metadata().unwrap().is_file());
        let link = folder.path().join("y.mp3");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(open_regular(&link).is_err());
    }

    #[cfg(unix)]
    fn pipe(path: &Path) {
        let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    }
}
