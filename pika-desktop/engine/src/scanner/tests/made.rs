//! What the DJ made of a song is there whenever the song is, whatever happened to its file meanwhile.

use uuid::Uuid;

use super::*;
use crate::library::{Play, ogg_file};

/// What the DJ made of a track: tempo, notes, tags, plays.
type Made = (Option<f64>, String, Vec<String>, u32);

impl Home {
    fn correct(&self, path: &Path) {
        let path = path.to_owned();
        self.library
            .call(move |library| {
                let id = library.track_at(&path)?.unwrap();
                library.correct(&[id], Correction::Bpm(48.0))?;
                library.set_notes(id, "not before ten")?;
                library.add_label(&[id], "late")?;
                let play = Play {
                    id: Uuid::new_v4(),
                    track: Some(id),
                    title: "A".into(),
                    artist: String::new(),
                    path_text: String::new(),
                    source: "by hand".into(),
                    started_at_ms: 1,
                    logged_at_ms: 1,
                    answers: None,
                };
                library.record_play(&play, None)
            })
            .unwrap();
    }

    /// What is made of the track that is shown for this path.
    fn made_of(&self, path: &Path) -> Made {
        let path = path.to_owned();
        self.library
            .call(move |library| {
                let id = library.track_at(&path)?.expect("it is in the library");
                let detail = library.track_detail(id)?.unwrap();
                assert!(!detail.track.missing);
                Ok((
                    detail.corrections.bpm,
                    detail.notes,
                    detail.labels,
                    detail.play_count,
                ))
            })
            .unwrap()
    }

    #[track_caller]
    fn has_all(&self, path: &Path) {
        let all = (
            Some(48.0),
            "not before ten".to_owned(),
            vec!["late".to_owned()],
            1,
        );
        assert_eq!(self.made_of(path), all, "{}", path.display());
    }

    #[track_caller]
    fn has_nothing(&self, path: &Path) {
        assert_eq!(
            self.made_of(path),
            (None, String::new(), vec![], 0),
            "{}",
            path.display()
        );
    }

    /// One song of which the DJ made something.
    fn with_song(content: &[u8]) -> (Self, PathBuf) {
        let home = Self::new();
        home.write("a.mp3", content);
        home.scan();
        home.analyze_all(96.0);
        let path = home.path("a.mp3");
        home.correct(&path);
        (home, path)
    }

    fn second_folder(&self) -> Folder {
        let second = self.root.path().join("second");
        fs::create_dir(&second).unwrap();
        self.library
            .call(move |library| library.add_folder(&second))
            .unwrap()
    }

    fn scan_other(&self, folder: &Folder) -> ScanCounts {
        self.scan_at(folder, &mut Changing::default(), LATER)
    }

    /// Its name and its tempo as measured, of each track that waits for its analysis.
    fn waiting(&self) -> usize {
        let waiting = self.library.call(|library| library.pending_tracks(Profile::Wcs));
        waiting.unwrap().len()
    }
}

#[test]
fn new_tags_in_every_container_keep_everything_in_place_and_under_another_name() {
    let sound: Vec<u8> = (0..300_000u32)
        .map(|n| (n.wrapping_mul(n) >> 7) as u8 | 1)
        .collect();
    let behind = |tag: &[u8]| [&sound[..], tag].concat();
    let mut id3v1 = b"TAG".to_vec();
    id3v1.resize(128, b' ');
    let flac = |tag: &[u8], end: &[u8]| [b"fLaC\x84\0\0", &[tag.len() as u8][..], tag, &sound, end].concat();
    let lyrics = |text: &str| {
        let body = format!("LYRICSBEGIN{text}");
        let mut tag = format!("{body}{:06}LYRICS200", body.len()).into_bytes();
        tag.extend_from_slice(&id3v1);
        tag
    };
    let packets: Vec<Vec<u8>> = sound.chunks(400).map(<[u8]>::to_vec).collect();
    let files: [(&str, Vec<u8>, Vec<u8>); 7] = [
        (
            "v.ogg",
            ogg_file("vorbis", b"t=One", &packets, 40),
            ogg_file("vorbis", &[9; 90_000], &packets, 40),
        ),
        (
            "f.oga",
            ogg_file("flac", b"t=One", &packets, 40),
            ogg_file("flac", b"t=Another", &packets, 40),
        ),
        (
            "o.opus",
            ogg_file("opus", b"t=One", &packets, 40),
            ogg_file("opus", b"t=Another", &packets, 33),
        ),
        ("a.flac", flac(b"One", b""), flac(b"Another", &id3v1)),
        ("l.mp3", behind(&lyrics("la")), behind(&lyrics("la la la"))),
        ("r.mp3", behind(b""), behind(&id3v1)),
        (
            "i.flac",
            flac(b"One", b""),
            [&b"ID3\x04\0\0\0\0\0\x03abc"[..], &flac(b"", b"")].concat(),
        ),
    ];
    for (name, before, after) in files {
        let home = Home::new();
        home.write(name, &before);
        home.scan();
        home.analyze_all(96.0);
        let path = home.path(name);
        home.correct(&path);
        home.write(name, &after);
        assert_eq!(home.scan().changed, 1, "{name}");
        home.has_all(&path);
        let renamed = home.path(&format!("new {name}"));
        fs::remove_file(&path).unwrap();
        fs::write(&renamed, &before).unwrap();
        let counts = home.scan();
        assert_eq!((counts.moved, counts.new, counts.vanished), (1, 0, 0), "{name}");
        home.has_all(&renamed);
        assert_eq!(home.waiting(), 0, "{name} is not measured again");
    }
}

#[test]
fn a_file_that_was_short_for_a_moment_has_everything_back() {
    let whole = vec![b'x'; 90_000];
    let (home, path) = Home::with_song(&whole);
    home.write("a.mp3", &whole[..40_000]);
    assert_eq!(home.scan().changed, 1);
    home.has_nothing(&path);
    home.write("a.mp3", &whole);
    assert_eq!(home.scan().changed, 1);
    home.has_all(&path);
    assert_eq!(home.waiting(), 0);
    assert_eq!(home.shown().len(), 1, "it is listed once");
}

#[test]
fn what_was_overwritten_comes_back_under_another_name() {
    let (home, path) = Home::with_song(b"the sound");
    home.write("a.mp3", b"quite another sound");
    home.scan();
    home.has_nothing(&path);
    home.write("b/back.mp3", b"the sound");
    assert_eq!(home.scan().moved, 1);
    home.has_all(&home.path("b/back.mp3"));
    home.has_nothing(&path);
}

#[test]
fn two_files_that_swap_names_take_everything_with_them() {
    let (home, a) = Home::with_song(b"the sound of a");
    home.write("b.mp3", b"the sound of b, longer");
    home.scan();
    let b = home.path("b.mp3");
    for round in 0..3 {
        let (now, before) = if round % 2 == 0 { (&b, &a) } else { (&a, &b) };
        fs::rename(&a, home.path("c")).unwrap();
        fs::rename(&b, &a).unwrap();
        fs::rename(home.path("c"), &b).unwrap();
        home.scan();
        home.has_all(now);
        home.has_nothing(before);
        assert_eq!(home.shown().len(), 2);
    }
}

#[test]
fn music_that_moves_between_drives_takes_everything_with_it() {
    // Copied, looked through, deleted at the old place, looked through in both orders.
    for (copy_first, old_first) in [(true, true), (true, false), (false, true), (false, false)] {
        let (home, old) = Home::with_song(b"the sound");
        let second = home.second_folder();
        let new = second.path.join("x.mp3");
        fs::copy(&old, &new).unwrap();
        if copy_first {
            assert_eq!(home.scan_other(&second).new, 1);
            home.has_all(&new);
            home.has_all(&old);
        }
        fs::remove_file(&old).unwrap();
        home.write("other.mp3", b"so that the folder is not empty");
        if old_first {
            home.scan();
            home.scan_other(&second);
        } else {
            home.scan_other(&second);
            home.scan();
        }
        home.has_all(&new);
        assert_eq!(home.shown_anywhere(), 2, "{copy_first} {old_first}");
    }
}

impl Home {
    fn shown_anywhere(&self) -> usize {
        let shown = self.library.call(|library| library.search(&Query::default()));
        shown.unwrap().len()
    }
}

#[test]
fn a_copy_of_a_drive_that_is_away_has_everything() {
    let (home, old) = Home::with_song(b"the sound");
    let second = home.second_folder();
    let new = second.path.join("x.mp3");
    fs::copy(&old, &new).unwrap();
    fs::rename(&home.folder.path, home.root.path().join("away")).unwrap();
    home.scan();
    assert_eq!(home.scan_other(&second).new, 1);
    home.has_all(&new);
}

#[test]
fn files_of_one_sound_are_corrected_together_and_taken_back_together() {
    let (home, old) = Home::with_song(b"the sound");
    home.write("copy.mp3", b"the sound");
    home.scan();
    home.analyze_all(96.0);
    let copy = home.path("copy.mp3");
    let tempi = |home: &Home| (home.made_of(&old).0, home.made_of(&copy).0);
    let change = |correction| {
        let (old, copy) = (old.clone(), copy.clone());
        home.library
            .call(move |library| {
                let ids = [
                    library.track_at(&old)?.unwrap(),
                    library.track_at(&copy)?.unwrap(),
                ];
                assert_eq!(library.with_twins(&ids[..1])?, ids);
                library.correct(&ids, correction)
            })
            .unwrap();
    };
    change(Correction::ScaleBpm(1.5));
    assert_eq!(
        tempi(&home),
        (Some(72.0), Some(72.0)),
        "once, not once for each file"
    );
    home.library.call(|library| library.undo_correction()).unwrap();
    assert_eq!(tempi(&home), (Some(48.0), Some(48.0)));
    change(Correction::Reset);
    assert_eq!(tempi(&home), (None, None));
    fs::remove_file(&old).unwrap();
    home.scan();
    assert_eq!(
        home.made_of(&copy).0,
        None,
        "what was taken back does not come back"
    );
}

#[test]
fn two_sticks_at_one_place_with_equal_names_keep_their_own() {
    let (home, path) = Home::with_song(b"the sound on the first stick");
    let elsewhere = home.root.path().join("first");
    let other = home.root.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a.mp3"), b"the sound on another stick").unwrap();
    for _ in 0..2 {
        fs::rename(&home.folder.path, &elsewhere).unwrap();
        assert!(home.scan().away);
        fs::rename(&other, &home.folder.path).unwrap();
        home.scan();
        home.has_nothing(&path);
        fs::rename(&home.folder.path, &other).unwrap();
        fs::rename(&elsewhere, &home.folder.path).unwrap();
        home.scan();
        home.has_all(&path);
    }
}

#[test]
fn a_file_that_is_being_written_is_waited_for() {
    let home = Home::new();
    let whole = vec![b'x'; 90_000];
    let mut changing = Changing::default();
    home.write("a.mp3", &whole[..40_000]);
    let counts = home.scan_at(&home.folder, &mut changing, Duration::ZERO);
    assert_eq!((counts.changing, counts.new, counts.unreadable), (1, 0, 0));
    home.write("a.mp3", &whole);
    let counts = home.scan_at(&home.folder, &mut changing, Duration::ZERO);
    assert_eq!((counts.changing, counts.new), (1, 0));
    let counts = home.scan_at(&home.folder, &mut changing, LATER);
    assert_eq!((counts.changing, counts.new), (0, 1));
    // One that was finished just before is taken in the same scan, after a short rest.
    home.write("b.mp3", b"whole");
    let (start, rested) = (SystemTime::now(), std::cell::Cell::new(Duration::ZERO));
    let time = ScanTime {
        now: &|| start + rested.get(),
        rest: &|wait| rested.set(wait),
        stop: &AtomicBool::new(false),
        beat: &|| {},
    };
    let counts = scan_folder(&home.library, &home.folder, &time, &mut changing, |_| {}).unwrap();
    assert_eq!((counts.changing, counts.new), (0, 1));
    // One that is known is not gone while it is being written.
    home.write("a.mp3", &whole[..100]);
    let counts = home.scan_at(&home.folder, &mut changing, Duration::ZERO);
    assert_eq!((counts.changing, counts.changed, counts.vanished), (1, 0, 0));
    assert_eq!(home.shown().len(), 2);
}

#[test]
fn a_library_of_before_keeps_what_it_knows_of_ogg_files() {
    let packets = vec![vec![7; 400]; 400];
    let home = Home::new();
    let (kept, moved, tagged) = (
        home.path("kept.ogg"),
        home.path("moved.ogg"),
        home.path("tagged.ogg"),
    );
    for (path, comment) in [
        (&kept, b"kept" as &[u8]),
        (&moved, b"moved"),
        (&tagged, b"tagged"),
    ] {
        let packets = [&packets[..], &[comment.to_vec()]].concat();
        fs::write(path, ogg_file("vorbis", comment, &packets, 40)).unwrap();
    }
    home.scan();
    home.analyze_all(96.0);
    // As version 0.1.0 left it: identities that hold the comments.
    let former: Vec<(PathBuf, Identities)> = [&kept, &moved, &tagged]
        .map(|path| (path.clone(), identities(path).unwrap()))
        .into();
    home.library
        .call(move |library| library.back_to_first_identities(&former))
        .unwrap();
    home.correct(&kept);
    home.correct(&moved);
    home.correct(&tagged);
    fs::rename(&moved, home.path("new name.ogg")).unwrap();
    let longer = [&packets[..], &[b"tagged".to_vec()]].concat();
    fs::write(&tagged, ogg_file("vorbis", b"new tags", &longer, 40)).unwrap();
    let counts = home.scan();
    assert_eq!((counts.moved, counts.new, counts.vanished), (1, 0, 0));
    home.has_all(&kept);
    home.has_all(&home.path("new name.ogg"));
    home.has_all(&tagged);
    // And from now on their comments are no part of them.
    let longer = [&packets[..], &[b"kept".to_vec()]].concat();
    fs::write(&kept, ogg_file("vorbis", b"new tags", &longer, 40)).unwrap();
    home.scan();
    home.has_all(&kept);
}

#[cfg(unix)]
#[test]
fn what_was_listed_twice_through_a_link_is_listed_once() {
    let home = Home::new();
    home.write("album/a.mp3", b"the sound");
    std::os::unix::fs::symlink(home.path("album"), home.path("link")).unwrap();
    home.scan();
    // As version 0.1.0 listed it, too.
    let (twice, folder) = (home.path("link/a.mp3"), home.folder.id);
    let facts = crate::audio_files::read_facts(&twice, 9, 0).unwrap();
    home.library
        .call(move |library| library.store_files(Some(folder), &[facts], |_| true))
        .unwrap();
    home.correct(&twice);
    assert_eq!(home.shown().len(), 2);
    assert_eq!(home.scan().vanished, 1);
    assert_eq!(home.shown().len(), 1);
    home.has_all(&home.path("album/a.mp3"));
}
