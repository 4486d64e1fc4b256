//! Scans of real folders: what moved keeps its data, what vanished comes back, nothing stops a scan.

mod made;
mod memory;

use std::{fs, path::PathBuf, time::Duration};

use pika_analysis::Profile;

use super::*;
use crate::{
    library::{self, Correction, Library, Query},
    report::Failure,
    test_support::analysis,
};

/// Long enough for every file to be at rest.
const LATER: Duration = Duration::from_secs(3600);

/// What was told; nothing where something failed.
pub(super) struct Told(pub(super) Option<ScanReport>);

impl From<Failure> for Told {
    fn from(_: Failure) -> Self {
        Self(None)
    }
}

struct Home {
    root: tempfile::TempDir,
    library: LibraryHandle,
    folder: Folder,
}

impl Home {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let music = root.path().join("music");
        fs::create_dir(&music).unwrap();
        let (library, _) = Library::open(&root.path().join("library.db")).unwrap();
        let (library, _) = library::spawn(library).unwrap();
        let folder = library.call(move |library| library.add_folder(&music)).unwrap();
        Self {
            root,
            library,
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path.join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn scan(&self) -> ScanCounts {
        self.scan_at(&self.folder, &mut Changing::default(), LATER)
    }

    /// Scans a folder as if so much time had passed.
    fn scan_at(&self, folder: &Folder, changing: &mut Changing, passed: Duration) -> ScanCounts {
        let now = SystemTime::now() + passed;
        let time = ScanTime {
            now: &|| now,
            rest: &|_| {},
            stop: &AtomicBool::new(false),
            beat: &|| {},
        };
        scan_folder(&self.library, folder, &time, changing, |_| {}).unwrap()
    }

    /// Paths and tempi of what the library shows.
    fn shown(&self) -> Vec<(String, Option<f64>)> {
        let root = self.folder.path.clone();
        self.library
            .call(move |library| {
                let tracks = library.search(&Query::default())?;
                let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                let mut shown: Vec<_> = tracks
                    .into_iter()
                    .map(|track| (name(&track.path), track.values.bpm))
                    .collect();
                shown.sort_by(|a, b| a.0.cmp(&b.0));
                Ok(shown)
            })
            .unwrap()
    }

    fn analyze_all(&self, bpm: f64) {
        self.library
            .call(move |library| {
                for track in library.pending_tracks(Profile::Wcs)? {
                    library.store_analysis(&track, Profile::Wcs, &analysis(bpm, 180.0))?;
                }
                Ok(())
            })
            .unwrap();
    }
}

fn shown(expected: &[(&str, Option<f64>)]) -> Vec<(String, Option<f64>)> {
    expected
        .iter()
        .map(|(name, bpm)| ((*name).to_owned(), *bpm))
        .collect()
}

#[test]
fn a_second_scan_reads_nothing_again() {
    let home = Home::new();
    home.write("a.mp3", b"one");
    home.write("b/c.flac", b"two");
    assert_eq!(
        home.scan(),
        ScanCounts {
            seen: 2,
            new: 2,
            ..ScanCounts::default()
        }
    );
    assert_eq!(
        home.scan(),
        ScanCounts {
            seen: 2,
            ..ScanCounts::default()
        }
    );
}

#[test]
fn moved_and_renamed_files_keep_analysis_and_corrections() {
    let home = Home::new();
    home.write("a.mp3", b"the sound of a");
    home.write("b.mp3", b"the sound of b");
    home.scan();
    home.analyze_all(96.0);
    let a = home.path("a.mp3");
    home.library
        .call(move |library| {
            let id = library.track_at(&a)?.unwrap();
            library.correct(&[id], Correction::ScaleBpm(0.5))
        })
        .unwrap();
    fs::create_dir(home.path("new")).unwrap();
    fs::rename(home.path("a.mp3"), home.path("new/renamed.mp3")).unwrap();
    let counts = home.scan();
    assert_eq!((counts.moved, counts.new, counts.vanished), (1, 0, 0));
    assert_eq!(
        home.shown(),
        shown(&[("b.mp3", Some(96.0)), ("new/renamed.mp3", Some(48.0))])
    );
}

#[test]
fn a_copy_is_a_track_of_its_own() {
    let home = Home::new();
    home.write("a.mp3", b"the sound");
    home.scan();
    home.write("copy.mp3", b"the sound");
    let counts = home.scan();
    assert_eq!((counts.new, counts.moved), (1, 0));
}

#[test]
fn a_vanished_file_comes_back_as_it_was() {
    let home = Home::new();
    home.write("a.mp3", b"the sound");
    home.write("b.mp3", b"another");
    home.scan();
    home.analyze_all(100.0);
    let kept = fs::read(home.path("a.mp3")).unwrap();
    fs::remove_file(home.path("a.mp3")).unwrap();
    assert_eq!(home.scan().vanished, 1);
    assert_eq!(home.shown(), shown(&[("b.mp3", Some(100.0))]));
    home.write("a.mp3", &kept);
    home.scan();
    assert_eq!(
        home.shown(),
        shown(&[("a.mp3", Some(100.0)), ("b.mp3", Some(100.0))])
    );
}

#[test]
fn another_sound_under_the_old_name_is_analysed_anew() {
    let home = Home::new();
    home.write("a.mp3", b"the sound");
    home.scan();
    home.analyze_all(100.0);
    home.write("a.mp3", b"quite another sound");
    assert_eq!(home.scan().changed, 1);
    assert_eq!(home.shown(), shown(&[("a.mp3", None)]));
}

#[test]
fn a_drive_that_is_away_leaves_everything_as_it_was() {
    let home = Home::new();
    home.write("a.mp3", b"the sound");
    home.scan();
    home.analyze_all(100.0);
    let elsewhere = home.root.path().join("elsewhere");
    fs::rename(&home.folder.path, &elsewhere).unwrap();
    assert!(home.scan().away);
    // What an unmounted drive leaves: an empty folder.
    fs::create_dir(&home.folder.path).unwrap();
    assert!(home.scan().away);
    assert_eq!(home.shown(), shown(&[("a.mp3", Some(100.0))]));
    let pending = home
        .library
        .call(|library| library.pending_tracks(Profile::General))
        .unwrap();
    assert_eq!(pending, [], "nothing of it is to be analysed meanwhile");
    fs::remove_dir(&home.folder.path).unwrap();
    fs::rename(&elsewhere, &home.folder.path).unwrap();
    let counts = home.scan();
    assert_eq!((counts.away, counts.seen, counts.new), (false, 1, 0));
}

#[test]
fn the_same_file_on_another_drive_has_not_moved_while_the_first_is_away() {
    let home = Home::new();
    home.write("a.mp3", b"the sound");
    home.scan();
    home.analyze_all(100.0);
    let second = home.root.path().join("second");
    fs::create_dir(&second).unwrap();
    fs::copy(home.path("a.mp3"), second.join("a.mp3")).unwrap();
    fs::rename(&home.folder.path, home.root.path().join("away")).unwrap();
    let folder = home
        .library
        .call(move |library| library.add_folder(&second))
        .unwrap();
    let counts = home.scan_at(&folder, &mut Changing::default(), LATER);
    assert_eq!((counts.new, counts.moved), (1, 0));
}

#[cfg(unix)]
#[test]
fn names_that_are_not_text_are_stored_and_found_again() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let home = Home::new();
    for name in [
        &b"caf\xe9.mp3"[..],
        b"two\nlines.mp3",
        &[&[b'n'; 246][..], b".mp3"].concat(),
    ] {
        fs::write(home.folder.path.join(OsStr::from_bytes(name)), name).unwrap();
    }
    assert_eq!(home.scan().new, 3);
    assert_eq!(
        home.scan(),
        ScanCounts {
            seen: 3,
            ..ScanCounts::default()
        }
    );
}

#[test]
fn what_cannot_be_read_is_listed_and_stops_nothing() {
    let home = Home::new();
    home.write("good.mp3", b"fine");
    fs::create_dir(home.path("folder.mp3")).unwrap();
    assert_eq!(
        home.scan(),
        ScanCounts {
            seen: 1,
            new: 1,
            ..ScanCounts::default()
        }
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        // A circle of links has a name but no content.
        symlink(home.path("loop.mp3"), home.path("loop.mp3")).unwrap();
        assert_eq!(home.scan().unreadable, 1);
        let listed = home.library.call(|library| library.unreadable()).unwrap();
        assert_eq!(listed[0].path, home.path("loop.mp3"));
        assert!(!listed[0].reason.is_empty());
    }
}
