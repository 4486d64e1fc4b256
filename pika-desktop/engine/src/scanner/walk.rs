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
    /// When its content or what is noted of it last changed, which nobody can set by hand; nanoseconds since 1970.
    pub(super) changed_ns: i64,
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
/// Each folder is looked into once, by whatever names and links one comes to it, so that a circle ends and no song is
/// found twice. A folder's own name goes before a link to it; what lies in one of the `others`, the other music folders
/// that are there, is found there.
pub(super) fn walk(
    root: &Path,
    others: &[PathBuf],
    stop: &AtomicBool,
    mut found: impl FnMut(FoundFile) -> bool,
) -> Walk {
    let mut result = Walk::default();
    let own = fs::canonicalize(root).ok();
    let real = others.iter().filter_map(|other| fs::canonicalize(other).ok());
    let mut ahead = Ahead {
        folders: vec![(root.to_owned(), 0)],
        // One that this one lies in is not asked: it leaves this one out.
        others: real
            .filter(|other| own.as_ref().is_some_and(|own| !own.starts_with(other)))
            .collect(),
        ..Ahead::default()
    };
    let mut entries = 0;
    while let Some((folder, depth)) = ahead.next() {
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
                        let circle = is_link.then(|| "its link leads nowhere".to_owned());
                        result.note(path, circle.unwrap_or_else(|| reason(&error)));
                    }
                    continue;
                }
            };
            if meta.is_dir() {
                if !is_of_the_system(&path) {
                    ahead.add(path, depth + 1, is_link);
                }
            } else if !is_audio(&path) {
                continue;
            } else if !meta.is_file() {
                result.note(path, "it is no file but a pipe or a device".to_owned());
            } else if !found(FoundFile::new(path, &meta)) {
                result.unknown_folders.push(root.to_owned());
                return result;
            }
        }
    }
    result
}

/// The folders that are still to be looked into.
#[derive(Default)]
struct Ahead {
    folders: Vec<(PathBuf, usize)>,
    /// Links to folders: they wait until all that have a name of their own were looked into.
    links: Vec<(PathBuf, usize)>,
    /// Where the folders that were looked into really are.
    seen: HashSet<PathBuf>,
    /// Where the other music folders really are.
    others: Vec<PathBuf>,
}

impl Ahead {
    fn add(&mut self, folder: PathBuf, depth: usize, is_link: bool) {
        let waiting = if is_link {
            &mut self.links
        } else {
            &mut self.folders
        };
        waiting.push((folder, depth));
    }

    /// The next one that was not looked into yet.
    fn next(&mut self) -> Option<(PathBuf, usize)> {
        loop {
            let (folder, depth) = self.folders.pop().or_else(|| self.links.pop())?;
            // What cannot be found is looked into: the error says why.
            let is_ours = fs::canonicalize(&folder).map_or(true, |real| {
                !self.others.iter().any(|other| real.starts_with(other)) && self.seen.insert(real)
            });
            if is_ours {
                return Some((folder, depth));
            }
        }
    }
}

impl FoundFile {
    /// A file as its metadata describe it.
    pub(super) fn new(path: PathBuf, meta: &fs::Metadata) -> Self {
        let modified_ns = meta.modified().map_or(0, ns_of);
        Self {
            path,
            size: meta.len(),
            modified_ns,
            changed_ns: changed_ns(meta).max(modified_ns),
        }
    }
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

/// When a file was last written, whatever time was given to it: copies keep the time of their source.
#[cfg(unix)]
fn changed_ns(meta: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    meta.ctime()
        .saturating_mul(1_000_000_000)
        .saturating_add(meta.ctime_nsec())
}

/// Not told by this system.
#[cfg(not(unix))]
fn changed_ns(_: &fs::Metadata) -> i64 {
    i64::MIN
}

/// Folders of systems and programs: trash, indexes, resource forks, versions, previews. Any other name, with a dot
/// first or not, may be an album.
const SYSTEM_FOLDERS: [&str; 26] = [
    ".spotlight-v100",
    ".fseventsd",
    ".temporaryitems",
    ".documentrevisions-v100",
    ".mobilebackups",
    ".pkinstallsandboxmanager",
    ".appledouble",
    ".appledb",
    ".appledesktop",
    ".git",
    ".svn",
    ".hg",
    ".bzr",
    ".stversions",
    ".stfolder",
    ".sync",
    ".dropbox.cache",
    ".thumbnails",
    ".cache",
    ".snapshot",
    ".snapshots",
    ".zfs",
    "$recycle.bin",
    "system volume information",
    "@eadir",
    "__macosx",
];

fn is_of_the_system(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.to_string_lossy().to_lowercase();
    // `.Trash`, `.Trashes`, `.Trash-1000`; `#recycle` and `@Recycle` of network drives.
    name.starts_with(".trash")
        || name.starts_with("._")
        || matches!(name.as_str(), "#recycle" | "@recycle" | "lost+found" | "recycler")
        || SYSTEM_FOLDERS.contains(&name.as_str())
}

/// An error of the file system in plain words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        io::ErrorKind::InvalidInput => "it is no file but a pipe or a device".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::StaleNetworkFileHandle => {
            "its drive does not answer".to_owned()
        }
        _ => "it cannot be read: the file or its drive may be damaged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path) -> (Vec<String>, Walk) {
        let mut names = Vec::new();
        let walk = walk(root, &[], &AtomicBool::new(false), |file| {
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
    fn albums_whose_names_begin_with_a_dot_are_music_and_folders_of_the_system_are_not() {
        let root = tempfile::tempdir().unwrap();
        let names = [
            ".38 Special/a.mp3",
            "...But Seriously/b.mp3",
            ".hidden.mp3",
            ".Trash-1000/files/c.mp3",
            ".Trashes/d.mp3",
            ".Spotlight-V100/e.mp3",
            ".fseventsd/f.mp3",
            ".git/g.mp3",
            ".stversions/h.mp3",
            "$RECYCLE.BIN/i.mp3",
            "$Recycle.Bin/i2.mp3",
            "System Volume Information/j.mp3",
            "@eaDir/k.mp3",
            "._folder/l.mp3",
            "__MACOSX/m.mp3",
        ];
        for name in names {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(
            files(root.path()).0,
            ["...But Seriously/b.mp3", ".38 Special/a.mp3", ".hidden.mp3"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_and_links_to_it_list_every_song_once_and_pipes_are_named() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["m", "z"] {
            fs::create_dir(at(folder)).unwrap();
            fs::write(at(folder).join("song.mp3"), "x").unwrap();
            fs::write(elsewhere.path().join("far.mp3"), "x").unwrap();
        }
        for (link, target) in [("a link", "m"), ("n link", "m"), ("m/back", "."), ("y", "z")] {
            symlink(at(target), at(link)).unwrap();
        }
        symlink(elsewhere.path(), at("far")).unwrap();
        symlink(elsewhere.path(), at("m/far too")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(at("pipe.mp3")).status();
        assert!(made.unwrap().success());
        let (found, walk) = files(root.path());
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.contains(&"m/song.mp3".to_owned()) && found.contains(&"z/song.mp3".to_owned()));
        assert_eq!(walk.unreadable.len(), 1);
        assert_eq!(walk.unreadable[0].reason, "it is no file but a pipe or a device");
    }

    #[cfg(unix)]
    #[test]
    fn what_lies_in_another_music_folder_is_found_there_alone() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("a/inner")).unwrap();
        fs::create_dir_all(at("b/deep")).unwrap();
        for song in ["a/one.mp3", "a/inner/two.mp3", "b/three.mp3", "b/deep/four.mp3"] {
            fs::write(at(song), "x").unwrap();
        }
        symlink(at("b"), at("a/link")).unwrap();
        symlink(at("b/deep"), at("a/link to deep")).unwrap();
        let seen = |own: &str, others: &[&str]| {
            let others: Vec<PathBuf> = others.iter().map(|other| at(other)).collect();
            let mut count = 0;
            walk(&at(own), &others, &AtomicBool::new(false), |_| {
                count += 1;
                true
            });
            count
        };
        assert_eq!(seen("a", &[]), 4);
        assert_eq!(seen("a", &["b"]), 2);
        assert_eq!(seen("b", &["a"]), 2);
        // One inside the other.
        assert_eq!((seen("a", &["a/inner", "gone"]), seen("a/inner", &["a"])), (3, 1));
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
        assert_eq!(found.len(), names.len());
        assert!(walk.unreadable.is_empty());
    }
}
