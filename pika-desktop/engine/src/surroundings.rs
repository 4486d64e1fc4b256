//! What the first run finds on this computer by itself: the music folder and VirtualDJ's library.
//! Only looks; nothing is added and nothing is written.

use std::{
    collections::BTreeSet,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use pika_analysis::open_regular;

use crate::{
    audio_files::is_audio,
    nowplaying::virtualdj::{candidate_folders, find_folder, read_database},
    report::Reporter,
    scanner::count_audio,
    worker::{self, Busy},
};

/// Files counted in one folder; "more than" from there on.
const MAX_COUNTED: u32 = 200_000;
/// Music folders taken from VirtualDJ's library; deeper ones are joined until there are no more.
const MAX_FOLDERS: usize = 4;
/// Bytes read of a database.
const MAX_DATABASE_BYTES: u64 = 1 << 30;

/// A folder with music in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Audio files in it.
    pub tracks: u32,
}

/// VirtualDJ on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundVirtualDj {
    /// Its folder.
    pub folder: PathBuf,
    /// Songs in its library.
    pub tracks: u32,
    /// Where those of them lie that are on this computer.
    pub music: Vec<PathBuf>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The system's music folder, when there is music in it.
    pub music: Option<FoundFolder>,
    /// VirtualDJ.
    pub virtualdj: Option<FoundVirtualDj>,
}

/// What is reported of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurroundingsReport {
    /// What was found on it.
    Found(Box<Surroundings>),
    /// A folder's tracks were counted.
    Counted(FoundFolder),
}

/// Looks around on a thread of its own; the answer is [`SurroundingsReport::Found`].
/// `virtualdj`: its folder where the DJ named it.
///
/// Errors: the system gives no thread.
pub(crate) fn look(virtualdj: Option<PathBuf>, reporter: Reporter<SurroundingsReport>) -> Result<(), Busy> {
    worker::once("surroundings", move || {
        let music = dirs::audio_dir().or_else(|| Some(dirs::home_dir()?.join("Music")));
        let found = find(music.as_deref(), virtualdj);
        reporter.send(SurroundingsReport::Found(Box::new(found)));
    })
}

/// Counts the audio files of a folder on a thread of its own; the answer is [`SurroundingsReport::Counted`].
///
/// Errors: the system gives no thread.
pub(crate) fn count(folder: PathBuf, reporter: Reporter<SurroundingsReport>) -> Result<(), Busy> {
    worker::once("counting", move || {
        let tracks = count_audio(&folder, MAX_COUNTED);
        reporter.send(SurroundingsReport::Counted(FoundFolder { path: folder, tracks }));
    })
}

fn find(music: Option<&Path>, virtualdj: Option<PathBuf>) -> Surroundings {
    let music = music.filter(|folder| folder.is_dir()).and_then(|folder| {
        let tracks = count_audio(folder, MAX_COUNTED);
        (tracks > 0).then(|| FoundFolder {
            path: folder.to_owned(),
            tracks,
        })
    });
    let virtualdj = virtualdj
        .filter(|folder| folder.is_dir())
        .or_else(|| find_folder(&candidate_folders()))
        .map(read_virtualdj);
    Surroundings { music, virtualdj }
}

fn read_virtualdj(folder: PathBuf) -> FoundVirtualDj {
    let (mut tracks, mut folders) = (0, BTreeSet::new());
    if let Ok(file) = open_regular(&folder.join("database.xml")) {
        let input = BufReader::with_capacity(1 << 16, file.take(MAX_DATABASE_BYTES));
        // What was read before a damage is right.
        let _ = read_database(input, |song| {
            let path = Path::new(&song.path);
            if is_audio(path) {
                tracks += 1;
                folders.extend(path.parent().filter(|_| path.is_absolute()).map(PathBuf::from));
            }
        });
    }
    folders.retain(|folder| folder.is_dir());
    FoundVirtualDj {
        folder,
        tracks,
        music: join(folders),
    }
}

/// The few folders that hold all of `folders`, none of them a whole drive or home.
fn join(mut folders: BTreeSet<PathBuf>) -> Vec<PathBuf> {
    loop {
        // Sorted: what lies in a folder comes after it.
        let mut top: Vec<PathBuf> = Vec::new();
        for folder in &folders {
            if !top.iter().any(|other| folder.starts_with(other)) {
                top.push(folder.clone());
            }
        }
        if top.len() <= MAX_FOLDERS {
            return top;
        }
        let joined: BTreeSet<PathBuf> = top.iter().map(|folder| parent(folder)).collect();
        if joined.len() == top.len() && joined.iter().eq(top.iter()) {
            top.truncate(MAX_FOLDERS);
            return top;
        }
        folders = joined;
    }
}

/// The folder around, unless that is everything.
fn parent(folder: &Path) -> PathBuf {
    let home = dirs::home_dir();
    match folder.parent() {
        Some(parent) if parent.components().count() > 2 && home.as_deref() != Some(parent) => {
            parent.to_owned()
        }
        _ => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn music_and_virtualdj_are_found_and_counted() {
        let root = tempfile::tempdir().unwrap();
        let music = root.path().join("Music");
        let virtualdj = root.path().join("VirtualDJ");
        fs::create_dir_all(music.join("Blues")).unwrap();
        fs::create_dir_all(&virtualdj).unwrap();
        for name in ["Blues/a.mp3", "b.FLAC", "cover.jpg"] {
            fs::write(music.join(name), b"x").unwrap();
        }
        let song = |path: &Path| format!("<Song FilePath=\"{}\"></Song>", path.display());
        let database = format!(
            "<VirtualDJ_Database Version=\"8\">{}{}{}</VirtualDJ_Database>",
            song(&music.join("Blues/a.mp3")),
            song(&music.join("b.FLAC")),
            song(Path::new("/nowhere/c.mp3")),
        );
        fs::write(virtualdj.join("database.xml"), database).unwrap();
        let found = find(Some(&music), Some(virtualdj.clone()));
        assert_eq!(
            found.music,
            Some(FoundFolder {
                path: music.clone(),
                tracks: 2
            })
        );
        assert_eq!(
            found.virtualdj,
            Some(FoundVirtualDj {
                folder: virtualdj,
                tracks: 3,
                music: vec![music]
            })
        );
        assert_eq!(find(Some(&root.path().join("none")), None).music, None);
    }

    #[test]
    fn many_folders_become_few_and_never_a_whole_drive() {
        let albums: BTreeSet<PathBuf> = (0..40)
            .map(|n| PathBuf::from(format!("/disk/gigs/music/{n}")))
            .collect();
        assert_eq!(join(albums), [PathBuf::from("/disk/gigs/music")]);
        let drives: BTreeSet<PathBuf> = (0..40).map(|n| PathBuf::from(format!("/disk{n}/x"))).collect();
        assert_eq!(join(drives).len(), MAX_FOLDERS);
        assert_eq!(join(BTreeSet::new()), Vec::<PathBuf>::new());
    }
}
