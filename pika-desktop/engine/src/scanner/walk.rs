//! Walks a music folder: every audio file below it, and what could not be read.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    audio_files::{is_audio, ns_of},
    library::UnreadableFile,
};

/// Folders inside folders; deeper ones are listed as unreadable.
const MAX_DEPTH: usize = 64;
/// Entries of one scan; what comes after is listed as unreadable.
const MAX_ENTRIES: usize = 2_000_000;
/// Reasons kept; a wholly broken drive would otherwise fill the memory with them.
const MAX_UNREADABLE: usize = 20_000;

/// An audio file as the file system shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    pub(super) modified_ns: i64,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) unreadable: Vec<UnreadableFile>,
    /// Folders whose content is not known: files below them are not gone.
    pub(super) unknown_folders: Vec<PathBuf>,
}

/// Walks `root` and hands every audio file to `found`. Stops early when `stop` is raised or `found` says false.
///
/// Links to folders are followed once each, so that a circle ends.
pub(super) fn walk(root: &Path, stop: &AtomicBool, mut found: impl FnMut(FoundFile) -> bool) -> Walk {
    let mut result = Walk::default();
    let mut linked = HashSet::new();
    let mut folders = vec![(root.to_owned(), 0)];
    let mut entries = 0;
    while let Some((folder, depth)) = folders.pop() {
        let listing = match fs::read_dir(&folder) {
            Ok(listing) if depth <= MAX_DEPTH => listing,
            Ok(_) => {
                result.give_up(folder, "too many folders inside one another");
                continue;
            }
            Err(error) => {
                result.give_up(folder, &reason(&error));
                continue;
            }
        };
        for entry in listing {
            entries += 1;
            if stop.load(Ordering::Relaxed) {
                result.unknown_folders.push(root.to_owned());
                return result;
            }
            if entries > MAX_ENTRIES {
                result.give_up(root.to_owned(), "more than two million files");
                return result;
            }
            let path = match &entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    result.give_up(folder.clone(), &reason(error));
                    break;
                }
            };
            let kind = entry.and_then(|entry| entry.file_type());
            let is_link = kind.as_ref().is_ok_and(fs::FileType::is_symlink);
            // Follows links; a link to nowhere is no music file.
            let meta = match fs::metadata(&path) {
                Ok(meta) => meta,
                Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    if is_audio(&path) {
                        result.note(path, reason(&error));
                    }
                    continue;
                }
            };
            if meta.is_dir() {
                let seen_before =
                    is_link && fs::canonicalize(&path).is_ok_and(|target| !linked.insert(target));
                if !seen_before && !is_hidden(&path) {
                    folders.push((path, depth + 1));
                }
            } else if meta.is_file() && is_audio(&path) {
                let modified_ns = meta.modified().map_or(0, ns_of);
                if !found(FoundFile {
                    path,
                    size: meta.len(),
                    modified_ns,
                }) {
                    result.unknown_folders.push(root.to_owned());
                    return result;
                }
            }
        }
    }
    result
}

impl Walk {
    fn note(&mut self, path: PathBuf, reason: String) {
        if self.unreadable.len() < MAX_UNREADABLE {
            self.unreadable.push(UnreadableFile { path, reason });
        }
    }

    fn give_up(&mut self, folder: PathBuf, reason: &str) {
        self.unknown_folders.push(folder.clone());
        self.note(folder, reason.to_owned());
    }
}

/// Folders of the system: trash, indexes, resource forks.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(b".")
            || name == b"$RECYCLE.BIN"
            || name == b"System Volume Information"
            || name == b"__MACOSX"
    })
}

/// An error of the file system in plain words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path) -> (Vec<String>, Walk) {
        let mut names = Vec::new();
        let walk = walk(root, &AtomicBool::new(false), |file| {
            names.push(
                file.path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
            );
            true
        });
        names.sort();
        (names, walk)
    }

    #[test]
    fn audio_files_are_found_in_every_folder() {
        let root = tempfile::tempdir().unwrap();
        for name in [
            "a.MP3",
            "b/c/d.flac",
            "b/cover.jpg",
            "b/._d.flac",
            ".Trash/x.mp3",
            "no suffix",
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let (names, walk) = files(root.path());
        assert_eq!(names, ["a.MP3", "b/c/d.flac"]);
        assert!(walk.unreadable.is_empty());
    }

    #[test]
    fn a_missing_root_is_said() {
        let root = tempfile::tempdir().unwrap();
        let (names, walk) = files(&root.path().join("gone"));
        assert!(names.is_empty());
        assert_eq!(walk.unreadable[0].reason, "it is gone");
        assert_eq!(walk.unknown_folders.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn circles_of_links_end_and_names_may_be_anything() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt, os::unix::fs::symlink};
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        symlink(root.path(), root.path().join("in/circle")).unwrap();
        symlink("/nowhere.mp3", root.path().join("dangling.mp3")).unwrap();
        let names: [&[u8]; 3] = [
            b"caf\xe9.mp3",
            b"two\nlines.mp3",
            &[&[b'n'; 246][..], b".mp3"].concat(),
        ];
        for name in names {
            fs::write(root.path().join(OsStr::from_bytes(name)), "x").unwrap();
        }
        let (found, walk) = files(root.path());
        // Once directly, once through the link, which is followed a single time.
        assert_eq!(found.len(), 2 * names.len());
        assert!(walk.unreadable.is_empty());
    }
}
