//! Files and folders for the DJ alone: a session's PIN and key, notes and logs are nobody else's on a shared computer.
//! On Windows a person's data folder is private by itself.

use std::{fs, io, path::Path};

/// Makes a folder and those above it that are missing; each new one is its owner's alone.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a folder that is there its owner's alone.
pub(crate) fn close_folder(path: &Path) {
    close(path, 0o700);
}

/// Sees to it that a file is its owner's alone before anything is written into it: an empty one is made where there is
/// none. What does not work is left to whoever opens the file.
pub(crate) fn make_file(path: &Path) {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One that is there is not opened: closing it would take SQLite's locks from it.
    if options.open(path).is_err() {
        close(path, 0o600);
    }
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let is_open = fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0);
    if is_open && let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(mode)) {
        tracing::debug!(%error, path = %path.display(), "others may read this");
    }
}

#[cfg(not(unix))]
fn close(_: &Path, _: u32) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_made_and_what_is_there_is_its_owners_alone() {
        let root = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = root.path().join("a/b");
        make_folder(&folder).unwrap();
        assert_eq!((mode(&folder), mode(&root.path().join("a"))), (0o700, 0o700));
        let file = folder.join("c");
        make_file(&file);
        assert_eq!(mode(&file), 0o600);
        fs::write(&file, "kept").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        make_file(&file);
        assert_eq!(
            (mode(&file), fs::read_to_string(&file).unwrap()),
            (0o600, "kept".to_owned())
        );
        make_file(&root.path().join("no/such"));
    }
}
