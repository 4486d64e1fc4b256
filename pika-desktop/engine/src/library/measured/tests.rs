//! Records come over from the old layout, and their loss costs time and nothing else.

use std::fs;

use pika_analysis::Profile;

use super::*;
use crate::{
    library::{ContentId, Correction, FileFacts, Library, PendingTrack, take_over::take_over},
    test_support::analysis,
};

/// The layout of version 3.
const VERSION_3: [&str; 3] = [
    include_str!("../../../migrations/0001_library.sql"),
    include_str!("../../../migrations/0002_second_opinions.sql"),
    include_str!("../../../migrations/0003_nights.sql"),
];

fn facts(number: u8) -> FileFacts {
    FileFacts {
        path: PathBuf::from(format!("/music/{number}.mp3")),
        size: 1,
        modified_ns: 0,
        content_id: ContentId([number; 16]),
        tags: pika_analysis::Tags::default(),
    }
}

/// A library with `count` analysed tracks.
fn library(path: &Path, count: u8) -> (Library, Vec<TrackId>) {
    let (mut library, _) = Library::open(path).unwrap();
    let mut tracks = Vec::new();
    for number in 0..count {
        let track = library.store_files(None, &[facts(number)], |_| true).unwrap()[0].track();
        let pending = library.pending_track(track).unwrap().unwrap();
        let found = analysis(90.0 + f64::from(number), 180.0);
        assert!(library.store_analysis(&pending, Profile::Wcs, &found).unwrap());
        tracks.push(track);
    }
    (library, tracks)
}

/// A library as version 3 left it: one file, four plain bytes a bin; the last record is damaged.
fn old_library(path: &Path, count: u8) {
    let connection = Connection::open(path).unwrap();
    for sql in VERSION_3 {
        connection.execute_batch(sql).unwrap();
    }
    connection.pragma_update(None, "user_version", 3).unwrap();
    for number in 0..count {
        let mut found = analysis(90.0 + f64::from(number), 180.0);
        let waveform: Vec<u8> = found
            .waveform
            .bins
            .iter()
            .flat_map(|bin| [bin.peak, bin.low, bin.mid, bin.high])
            .collect();
        let fingerprint: Vec<u8> = found
            .fingerprint
            .data
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        found.waveform.bins.clear();
        found.fingerprint.data.clear();
        let record = match number + 1 == count {
            true => "{".to_owned(),
            false => serde_json::to_string(&found).unwrap(),
        };
        let id = i64::from(number) + 1;
        connection
            .execute(
                "INSERT INTO tracks (id, path, path_text, path_key, path_fold, name_fold, text_fold, size,
                     modified_ns, content_id, title, notes, added_at) VALUES (?, ?, '', '', '', '', '', 1, 0, ?, ?, 'mine', 5)",
                params![id, format!("/music/{number}.mp3").into_bytes(), [number; 16], format!("Song {number}")],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO analyses (track_id, version, profile, analysed_at, duration_s, bpm) VALUES (?, ?, 'wcs', 1000, 180.0, ?)",
                params![id, pika_analysis::ANALYSIS_VERSION, 90.0 + f64::from(number)],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO analysis_data (track_id, record, beats, waveform, fingerprint) VALUES (?, ?, x'', ?, ?)",
                params![id, record, waveform, fingerprint],
            )
            .unwrap();
    }
}

fn pending(library: &Library) -> Vec<i64> {
    let pending: Vec<PendingTrack> = library.pending_tracks(Profile::Wcs).unwrap();
    pending.iter().map(|track| track.id.0).collect()
}

#[test]
fn an_old_library_comes_over_whole_and_is_copied_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    old_library(&path, 4);
    let (library, note) = Library::open(&path).unwrap();
    assert_eq!(note, None);
    for number in 0..3u8 {
        let id = TrackId(i64::from(number) + 1);
        let found = analysis(90.0 + f64::from(number), 180.0);
        assert_eq!(library.analysis(id).unwrap(), Some(found));
        assert_eq!(library.track_detail(id).unwrap().unwrap().notes, "mine");
    }
    // The one whose record was damaged keeps its values and is measured again.
    assert_eq!(library.analysis(TrackId(4)).unwrap(), None);
    assert_eq!(library.track(TrackId(4)).unwrap().unwrap().values.bpm, Some(93.0));
    assert_eq!(pending(&library), [4]);
    let has_table = |path: &Path| -> bool {
        let connection = Connection::open(path).unwrap();
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'analysis_data')";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert!(!has_table(&path));
    let files = std::fs::read_dir(folder.path()).unwrap();
    let kept = files.map(|file| file.unwrap().path()).find(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // Named by the newest layout, whichever that is.
        name.starts_with("library.db.before-")
    });
    assert!(has_table(&kept.unwrap()), "the old file is kept");
    drop(library);
    let (library, _) = Library::open(&path).unwrap();
    assert_eq!(pending(&library), [4], "once is enough");
}

#[test]
fn coming_over_may_be_killed_and_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    old_library(&path, 3);
    // Killed when the records were over and the old table still there.
    let mut connection = Connection::open(&path).unwrap();
    attach(&connection, &path).unwrap();
    take_over(&mut connection).unwrap();
    drop(connection);
    let (library, _) = Library::open(&path).unwrap();
    assert_eq!(pending(&library), [3]);
    assert!(library.analysis(TrackId(1)).unwrap().is_some());
}

#[test]
fn an_old_good_copy_is_still_a_way_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    old_library(&with_suffix(&path, ".good"), 3);
    let (mut library, _) = library(&path, 1);
    library.go_back().unwrap();
    assert_eq!(library.counts().unwrap(), (3, 3));
    assert_eq!(
        library
            .analysis(TrackId(2))
            .unwrap()
            .and_then(|found| found.tempo)
            .map(|tempo| tempo.bpm),
        Some(91.0)
    );
}

#[test]
fn without_the_second_file_values_and_corrections_stay_and_tracks_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let (mut library, tracks) = library(&path, 3);
    library.correct(&tracks[..1], Correction::ScaleBpm(0.5)).unwrap();
    assert_eq!(pending(&library), [0; 0]);
    drop(library);
    for damage in [None, Some(vec![0x55; 20_000]), Some(Vec::new())] {
        let measured = path_beside(&path);
        fs::remove_file(&measured).unwrap();
        if let Some(bytes) = damage {
            fs::write(&measured, bytes).unwrap();
        }
        let (mut library, note) = Library::open(&path).unwrap();
        assert_eq!(note, None, "the library itself is whole");
        assert_eq!(pending(&library).len(), 3);
        assert_eq!(library.analysis(tracks[0]).unwrap(), None);
        assert_eq!(library.track(tracks[0]).unwrap().unwrap().values.bpm, Some(45.0));
        for track in &tracks {
            let again = library.pending_track(*track).unwrap().unwrap();
            library
                .store_analysis(&again, Profile::Wcs, &analysis(90.0, 180.0))
                .unwrap();
        }
        assert_eq!(pending(&library), [0; 0]);
        assert_eq!(library.track(tracks[0]).unwrap().unwrap().values.bpm, Some(45.0));
    }
}

#[test]
fn damage_in_the_middle_is_mended_while_the_program_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let (library, tracks) = library(&path, 60);
    drop(library);
    // Everything behind the first pages: the layout is readable, the records are not.
    let measured = path_beside(&path);
    let mut bytes = fs::read(&measured).unwrap();
    assert!(bytes.len() > 20_000, "{}", bytes.len());
    bytes[3 * 4096..].fill(0x55);
    fs::write(&measured, bytes).unwrap();
    let (mut library, _) = Library::open(&path).unwrap();
    // Read: nothing is known, nothing fails.
    assert_eq!(library.analysis(tracks[50]).unwrap(), None);
    assert_eq!(pending(&library).len(), 60);
    // Written: it goes in.
    let again = library.pending_track(tracks[50]).unwrap().unwrap();
    assert!(
        library
            .store_analysis(&again, Profile::Wcs, &analysis(99.0, 1.0))
            .unwrap()
    );
    assert_eq!(library.analysis(tracks[50]).unwrap(), Some(analysis(99.0, 1.0)));
    assert_eq!(pending(&library).len(), 59);
}

#[test]
fn a_record_of_another_analysis_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let (library, tracks) = library(&path, 1);
    // The library went back to a copy from before this analysis.
    library
        .connection
        .execute("UPDATE analyses SET analysed_at = analysed_at - 1", [])
        .unwrap();
    assert_eq!(library.analysis(tracks[0]).unwrap(), None);
    assert_eq!(pending(&library), [tracks[0].0]);
}
