//! Look-ups in a small library, step by step.

use pika_analysis::{Profile, Tags};

use super::*;
use crate::{
    library::{ContentId, FileFacts},
    nowplaying::SourceKind,
    test_support::analysis,
};

struct Shelf {
    _folder: tempfile::TempDir,
    library: Library,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        Self {
            _folder: folder,
            library,
        }
    }

    fn add(&mut self, path: &str, size: u64, content: u8, artist: &str, title: &str) -> TrackId {
        let facts = FileFacts {
            path: path.into(),
            size,
            modified_ns: 0,
            content_id: ContentId([content; 16]),
            tags: Tags {
                artist: Some(artist.into()),
                title: Some(title.into()),
                ..Tags::default()
            },
        };
        self.library.store_files(None, &[facts], |_| true).unwrap()[0].track()
    }

    fn analyzed(&mut self, id: TrackId, duration_s: f64) {
        let pending = self.library.pending_track(id).unwrap().unwrap();
        let record = analysis(96.0, duration_s);
        assert!(
            self.library
                .store_analysis(&pending, Profile::Wcs, &record)
                .unwrap()
        );
    }

    #[track_caller]
    fn check(&self, event: &PlayEvent, expected: Option<(TrackId, MatchedBy)>) {
        assert_eq!(
            find_id(&self.library, event, false).unwrap(),
            expected,
            "{event:?}"
        );
    }
}

fn event(path: &str) -> PlayEvent {
    PlayEvent {
        source: SourceKind::VirtualDj,
        path: Some(path.to_owned()).filter(|path| !path.is_empty()),
        artist: None,
        title: None,
        remix: None,
        file_size: None,
        duration_s: None,
        logged_at_ms: 0,
        started_at_ms: 0,
        line_at_ms: None,
        at_start: false,
        replaces_last: false,
    }
}

fn text(artist: &str, title: &str) -> PlayEvent {
    PlayEvent {
        artist: Some(artist.into()),
        title: Some(title.into()),
        ..event("")
    }
}

#[test]
fn paths_come_first_in_every_dress() {
    let mut shelf = Shelf::new();
    let cafe = shelf.add("/music/Café 100%.mp3", 1, 1, "", "");
    let windows = shelf.add(r"C:\Music\Song.mp3", 2, 2, "", "");
    shelf.check(&event("/music/Café 100%.mp3"), Some((cafe, MatchedBy::Path)));
    for path in [
        "/music/Cafe\u{301} 100%.mp3",
        "file:///music/Cafe\u{301}%20100%25.mp3",
        "file://localhost/music/Cafe%CC%81 100%25.mp3",
    ] {
        shelf.check(&event(path), Some((cafe, MatchedBy::NormalizedPath)));
    }
    for path in [
        "c:/music/SONG.mp3",
        r"c:\Music\song.MP3",
        "file:///C:/Music/Song.mp3",
    ] {
        shelf.check(&event(path), Some((windows, MatchedBy::NormalizedPath)));
    }
    // A literal per cent sign is no code, and case counts where the system tells it apart.
    shelf.check(&event("/music/Café%20100%.mp3"), None);
    shelf.check(&event("/music/CAFÉ 100%.mp3"), None);
    if cfg!(unix) {
        shelf.check(&event("Z:\\music\\Café 100%.mp3"), Some((cafe, MatchedBy::Path)));
        shelf.check(
            &event("z:\\MUSIC\\café 100%.MP3"),
            Some((cafe, MatchedBy::NormalizedPath)),
        );
    }
}

#[test]
fn then_name_and_size_then_name_and_length() {
    let mut shelf = Shelf::new();
    let a = shelf.add("/a/01 Track.mp3", 10, 1, "", "");
    let b = shelf.add("/b/01 Track.mp3", 20, 2, "", "");
    shelf.analyzed(a, 180.0);
    shelf.analyzed(b, 200.0);
    let elsewhere = event("E:/Gigs/01 track.mp3");
    shelf.check(&elsewhere, None);
    shelf.check(
        &PlayEvent {
            file_size: Some(20),
            ..elsewhere.clone()
        },
        Some((b, MatchedBy::NameAndSize)),
    );
    shelf.check(
        &PlayEvent {
            file_size: Some(21),
            ..elsewhere.clone()
        },
        None,
    );
    shelf.check(
        &PlayEvent {
            duration_s: Some(180.9),
            ..elsewhere.clone()
        },
        Some((a, MatchedBy::NameAndDuration)),
    );
    shelf.check(
        &PlayEvent {
            duration_s: Some(190.0),
            ..elsewhere
        },
        None,
    );
}

#[test]
fn then_artist_and_title_unless_several_recordings_fit() {
    let mut shelf = Shelf::new();
    let halo = shelf.add("/x/halo.mp3", 1, 1, "Beyoncé", "Halo");
    shelf.check(
        &text("BEYONCE", "Halo (Radio Edit)"),
        Some((halo, MatchedBy::Text)),
    );
    shelf.check(&text("", "Halo"), None);
    let live = shelf.add("/x/halo live.mp3", 2, 2, "Beyoncé", "Halo (Live)");
    shelf.check(&text("Beyoncé", "Halo"), None);
    shelf.analyzed(halo, 200.0);
    shelf.analyzed(live, 260.0);
    shelf.check(
        &PlayEvent {
            duration_s: Some(260.4),
            ..text("Beyoncé", "Halo")
        },
        Some((live, MatchedBy::Text)),
    );
    shelf.check(
        &PlayEvent {
            path: Some("netsearch://dz123".into()),
            ..text("Beyoncé", "Hello")
        },
        None,
    );
}

#[test]
fn copies_of_one_recording_are_one_hit() {
    let mut shelf = Shelf::new();
    let first = shelf.add("/a/song.mp3", 10, 7, "A", "T");
    shelf.add("/b/song.mp3", 10, 7, "A", "T");
    let elsewhere = PlayEvent {
        file_size: Some(10),
        ..event("/gone/song.mp3")
    };
    shelf.check(&elsewhere, Some((first, MatchedBy::NameAndSize)));
}

#[test]
fn only_paths_of_this_computer_are_local() {
    assert_eq!(local_path(&event("netsearch://dz1")), None);
    assert_eq!(local_path(&event("td123")), None);
    if cfg!(unix) {
        assert_eq!(local_path(&event("/m/a.mp3")), Some("/m/a.mp3".into()));
        assert_eq!(local_path(&event(r"Z:\m\a.mp3")), Some("/m/a.mp3".into()));
        assert_eq!(local_path(&event(r"C:\m\a.mp3")), None);
    }
}
