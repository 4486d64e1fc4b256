//! The library on a real database: searching, sorting, correcting, storing records.

use std::path::PathBuf;

use pika_analysis::{AnalysisError, Mode, MusicalKey, Profile, Tags, TrackAnalysis};
use uuid::Uuid;

use super::*;
use crate::{clock::now_ms, test_support::analysis};

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

    fn add(&mut self, file: &str, artist: &str, title: &str, genre: &str) -> TrackId {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let mut content = [0; 16];
        content[..8].copy_from_slice(&(self.library.counts().unwrap().0 as u64).to_le_bytes());
        let facts = FileFacts {
            path: PathBuf::from("/music").join(file),
            size: 1,
            modified_ns: 0,
            content_id: ContentId(content),
            tags: Tags {
                artist: text(artist),
                title: text(title),
                genre: text(genre),
                ..Tags::default()
            },
        };
        self.library.store_files(None, &[facts], |_| true).unwrap()[0].track()
    }

    fn analyze(&mut self, id: TrackId, analysis: &TrackAnalysis) {
        let pending = self.library.pending_track(id).unwrap().unwrap();
        assert!(
            self.library
                .store_analysis(&pending, Profile::Wcs, analysis)
                .unwrap()
        );
    }

    fn values(&self, id: TrackId) -> Values {
        self.library.track(id).unwrap().unwrap().values
    }

    #[track_caller]
    fn search(&self, text: &str, expected: &[&str]) {
        let query = Query {
            text: text.into(),
            ..Query::default()
        };
        let titles: Vec<String> = self
            .library
            .search(&query)
            .unwrap()
            .into_iter()
            .map(|track| track.title)
            .collect();
        assert_eq!(titles, expected, "{text}");
    }
}

fn shelf() -> (Shelf, [TrackId; 3]) {
    let mut shelf = Shelf::new();
    let ids = [
        shelf.add("a_side/tell_mama.mp3", "Etta James", "Tell Mama", "Blues"),
        shelf.add("Café.mp3", "", "", "Chanson"),
        shelf.add("zz.mp3", "Žofie", "Modrá", "Pop"),
    ];
    shelf.analyze(ids[0], &analysis(96.0, 180.0));
    let mut other = analysis(104.2, 200.0);
    if let Some(key) = &mut other.key {
        key.key = MusicalKey::new(0, Mode::Major);
    }
    if let Some(character) = &mut other.character {
        character.energy = 80.0;
    }
    shelf.analyze(ids[2], &other);
    (shelf, ids)
}

#[test]
fn words_find_every_text_in_any_order() {
    let (shelf, _) = shelf();
    shelf.search("", &["Café", "Modrá", "Tell Mama"]);
    shelf.search("mama tell", &["Tell Mama"]);
    shelf.search("mam", &["Tell Mama"]);
    shelf.search("a_side", &["Tell Mama"]);
    shelf.search("cafe", &["Café"]);
    shelf.search("ZOFIE modra", &["Modrá"]);
    shelf.search("mama zofie", &[]);
    shelf.search("-mama", &["Café", "Modrá"]);
    shelf.search("\"tell mama\"", &["Tell Mama"]);
    shelf.search("\"mama tell\"", &[]);
    // Signs of the index's own language are no language here.
    for text in [
        "NEAR(",
        "AND",
        "\"",
        "title:x*",
        "a OR",
        "^",
        "{",
        "'; DROP TABLE tracks; --",
    ] {
        let query = Query {
            text: text.into(),
            ..Query::default()
        };
        shelf.library.search(&query).unwrap();
    }
}

#[test]
fn filters_narrow_down() {
    let (mut shelf, ids) = shelf();
    shelf.search("8A", &["Tell Mama"]);
    shelf.search("key:C", &["Modrá"]);
    shelf.search("96 bpm", &["Tell Mama"]);
    shelf.search("104bpm", &["Modrá"]);
    shelf.search("90-105", &["Modrá", "Tell Mama"]);
    shelf.search("energy>70", &["Modrá"]);
    shelf.search("energy:60", &["Tell Mama"]);
    shelf.search("tag:blues", &["Tell Mama"]);
    shelf.search("90-105 -modra", &["Tell Mama"]);
    shelf.search("played<1d", &[]);
    let play = Play {
        id: Uuid::new_v4(),
        track: Some(ids[0]),
        title: "Tell Mama".into(),
        artist: String::new(),
        path_text: String::new(),
        source: "by hand".into(),
        started_at_ms: now_ms() - 3_600_000,
        logged_at_ms: now_ms(),
        answers: None,
    };
    shelf.library.record_play(&play, Some(MatchedBy::Hand)).unwrap();
    shelf.search("played<1d", &["Tell Mama"]);
    shelf.search("played>1d", &["Café", "Modrá"]);
    shelf.library.remove_play(play.id).unwrap();
    shelf.search("played<1d", &[]);
    assert_eq!(shelf.library.plays_since(0, 10).unwrap(), []);
}

#[test]
fn columns_sort_and_unknown_values_come_last() {
    let (shelf, _) = shelf();
    let sorted = |sort, descending| {
        let query = Query {
            sort,
            descending,
            ..Query::default()
        };
        let tracks = shelf.library.search(&query).unwrap();
        tracks.into_iter().map(|track| track.title).collect::<Vec<_>>()
    };
    assert_eq!(sorted(SortColumn::Bpm, false), ["Tell Mama", "Modrá", "Café"]);
    assert_eq!(sorted(SortColumn::Bpm, true), ["Modrá", "Tell Mama", "Café"]);
    // 8A before 8B, around the wheel.
    assert_eq!(sorted(SortColumn::Key, false), ["Tell Mama", "Modrá", "Café"]);
    for sort in [
        SortColumn::Artist,
        SortColumn::Album,
        SortColumn::Energy,
        SortColumn::Danceability,
        SortColumn::Brightness,
        SortColumn::Duration,
        SortColumn::Added,
    ] {
        assert_eq!(sorted(sort, false).len(), 3, "{sort:?}");
    }
}

#[test]
fn corrections_stay_through_a_new_analysis_and_are_undone_whole() {
    let (mut shelf, [mama, cafe, modra]) = shelf();
    let library = &mut shelf.library;
    assert_eq!(
        library
            .correct(&[mama, cafe, modra], Correction::ScaleBpm(0.5))
            .unwrap(),
        2
    );
    assert_eq!(library.correct(&[mama], Correction::Energy(10.0)).unwrap(), 1);
    shelf.analyze(mama, &analysis(97.0, 180.0));
    let values = shelf.values(mama);
    assert_eq!(
        (values.bpm, values.bpm_confidence, values.energy),
        (Some(48.0), Some(1.0), Some(10.0))
    );
    shelf.search("48 bpm", &["Tell Mama"]);
    assert_eq!(shelf.library.undo_correction().unwrap(), [mama]);
    assert_eq!(shelf.values(mama).energy, Some(60.0));
    assert_eq!(shelf.library.undo_correction().unwrap(), [mama, modra]);
    assert_eq!(
        (shelf.values(mama).bpm, shelf.values(modra).bpm),
        (Some(97.0), Some(104.2))
    );
    assert_eq!(shelf.library.undo_correction().unwrap(), []);
}

#[test]
fn corrections_can_be_reset_and_are_checked() {
    let (mut shelf, [mama, ..]) = shelf();
    let library = &mut shelf.library;
    library
        .correct(&[mama], Correction::Key(MusicalKey::new(2, Mode::Major)))
        .unwrap();
    library.correct(&[mama], Correction::ScaleBpm(1.5)).unwrap();
    assert!(library.track(mama).unwrap().unwrap().corrected);
    library.correct(&[mama], Correction::Reset).unwrap();
    assert!(!library.track(mama).unwrap().unwrap().corrected);
    // ×2 and ÷2 is no correction.
    library.correct(&[mama], Correction::ScaleBpm(2.0)).unwrap();
    library.correct(&[mama], Correction::ScaleBpm(0.5)).unwrap();
    assert_eq!(library.corrections(mama).unwrap(), Corrections::default());
    for wrong in [
        Correction::Bpm(0.0),
        Correction::Bpm(f64::NAN),
        Correction::Energy(101.0),
        Correction::ScaleBpm(-1.0),
    ] {
        assert!(library.correct(&[mama], wrong).is_err(), "{wrong:?}");
    }
    // Out of range for this track: it stays.
    assert_eq!(library.correct(&[mama], Correction::ScaleBpm(10.0)).unwrap(), 0);
}

#[test]
fn records_come_back_whole() {
    let (shelf, [mama, cafe, _]) = shelf();
    assert_eq!(shelf.library.analysis(mama).unwrap(), Some(analysis(96.0, 180.0)));
    assert_eq!(shelf.library.analysis(cafe).unwrap(), None);
}

#[test]
fn failures_are_listed_and_not_tried_again_by_themselves() {
    let (mut shelf, [_, cafe, _]) = shelf();
    let library = &mut shelf.library;
    let pending = library.pending_tracks(Profile::Wcs).unwrap();
    assert_eq!(pending.iter().map(|track| track.id).collect::<Vec<_>>(), [cafe]);
    library
        .store_failure(&pending[0], &AnalysisError::Unsupported("Opus".into()))
        .unwrap();
    assert_eq!(library.pending_tracks(Profile::Wcs).unwrap(), []);
    assert_eq!(
        library.unreadable().unwrap()[0].reason,
        "Pika! cannot read Opus files. Convert it to MP3, M4A or FLAC."
    );
    assert_eq!(library.retry_failures().unwrap(), 1);
    assert_eq!(library.pending_tracks(Profile::Wcs).unwrap().len(), 1);
    // Another profile wants everything anew.
    assert_eq!(library.pending_tracks(Profile::Electronic).unwrap().len(), 3);
}

#[test]
fn a_result_for_other_bytes_is_thrown_away() {
    let (mut shelf, [mama, ..]) = shelf();
    let mut pending = shelf.library.pending_track(mama).unwrap().unwrap();
    pending.content_id = ContentId([9; 16]);
    assert!(
        !shelf
            .library
            .store_analysis(&pending, Profile::Wcs, &analysis(50.0, 1.0))
            .unwrap()
    );
    assert_eq!(shelf.values(mama).bpm, Some(96.0));
}

#[test]
fn the_grid_is_read_as_corrected_and_measured_stays_measured() {
    let mut shelf = Shelf::new();
    let id = shelf.add("a.mp3", "A", "B", "");
    let mut found = analysis(120.0, 60.0);
    let beats: Vec<f64> = (0..120).map(|n| 0.1 + 0.5 * f64::from(n)).collect();
    found.beat_grid = Some(pika_analysis::BeatGrid {
        first_beat_s: beats[0],
        meter: pika_analysis::Meter::Four,
        downbeat_offset: 0,
        downbeat_confidence: 0.6,
        regions: vec![],
        beats_s: beats.clone(),
    });
    shelf.analyze(id, &found);
    let library = &mut shelf.library;
    library.correct(&[id], Correction::ShiftGrid(0.05)).unwrap();
    library.correct(&[id], Correction::ShiftBars(1)).unwrap();
    library.correct(&[id], Correction::ScaleBpm(0.5)).unwrap();
    let detail = library.track_detail(id).unwrap().unwrap();
    let grid = detail.analysis.unwrap().beat_grid.unwrap();
    assert!((grid.beats_s[1] - 1.15).abs() < 1e-9, "{:?}", grid.beats_s[1]);
    assert_eq!((grid.downbeat_offset, detail.track.values.bpm), (1, Some(60.0)));
    assert_eq!(
        library.analysis(id).unwrap().unwrap().beat_grid.unwrap().beats_s,
        beats
    );
    // A track without a pulse gets the one that the DJ taps.
    let calm = shelf.add("calm.mp3", "A", "C", "");
    let mut silent = analysis(0.0, 12.0);
    silent.tempo = None;
    shelf.analyze(calm, &silent);
    shelf.library.correct(&[calm], Correction::Bpm(60.0)).unwrap();
    let detail = shelf.library.track_detail(calm).unwrap().unwrap();
    assert_eq!(detail.analysis.unwrap().beat_grid.unwrap().beats_s.len(), 13);
}

#[test]
fn notes_and_tags_are_kept_searched_and_checked() {
    let (mut shelf, [mama, cafe, _]) = shelf();
    let library = &mut shelf.library;
    library
        .set_notes(mama, "Second verse drags\nnever first")
        .unwrap();
    library.add_label(&[mama, cafe], "  Late   night ").unwrap();
    library.add_label(&[mama], "late NIGHT").unwrap();
    library.add_label(&[mama], "Opener").unwrap();
    for wrong in ["", " \n", &"x".repeat(61)] {
        assert!(library.add_label(&[mama], wrong).is_err(), "{wrong:?}");
    }
    assert!(library.set_notes(mama, &"x".repeat(10_001)).is_err());
    let detail = library.track_detail(mama).unwrap().unwrap();
    assert_eq!(detail.labels, ["Late night", "Opener"]);
    assert_eq!(detail.notes, "Second verse drags\nnever first");
    assert_eq!(
        library.labels_in_use(9).unwrap(),
        [("Late night".to_owned(), 2), ("Opener".to_owned(), 1)]
    );
    shelf.search("tag:late", &["Café", "Tell Mama"]);
    shelf.search("drags", &["Tell Mama"]);
    shelf.library.remove_label(&[mama, cafe], "LATE night").unwrap();
    shelf.search("tag:late", &[]);
}

#[test]
fn plays_of_a_track_come_newest_first() {
    let (mut shelf, [mama, ..]) = shelf();
    for started_at_ms in [1000, 3000, 2000] {
        let play = Play {
            id: Uuid::new_v4(),
            track: Some(mama),
            title: "Tell Mama".into(),
            artist: String::new(),
            path_text: String::new(),
            source: "by hand".into(),
            started_at_ms,
            logged_at_ms: started_at_ms,
            answers: None,
        };
        shelf.library.record_play(&play, None).unwrap();
    }
    let detail = shelf.library.track_detail(mama).unwrap().unwrap();
    let times: Vec<i64> = detail.plays.iter().map(|play| play.started_at_ms).collect();
    assert_eq!((detail.play_count, times), (3, vec![3000, 2000, 1000]));
}

#[test]
fn what_is_doubted_is_found_until_it_is_settled() {
    let (mut shelf, [mama, _, modra]) = shelf();
    let mut unsure = analysis(104.2, 200.0);
    if let Some(tempo) = &mut unsure.tempo {
        tempo.confidence = 0.4;
    }
    shelf.analyze(modra, &unsure);
    let opinion = Opinion {
        scan_bpm: Some(144.0),
        ..Opinion::default()
    };
    shelf
        .library
        .store_opinions("virtualdj", &[(mama, opinion)])
        .unwrap();
    shelf.search("doubt:any", &["Modrá", "Tell Mama"]);
    shelf.search("doubt:tempo etta", &["Tell Mama"]);
    shelf.search("doubt:key", &[]);
    assert_eq!(shelf.library.doubts_of(mama).unwrap(), [Doubt::Tempo(144.0)]);
    assert_eq!(shelf.library.doubts_of(modra).unwrap(), [Doubt::Octave(208.4)]);
    shelf
        .library
        .correct(&[mama, modra], Correction::ScaleBpm(0.5))
        .unwrap();
    shelf.search("doubt:any", &[]);
}

#[test]
fn a_title_that_nobody_can_see_is_the_name_of_the_file() {
    let mut shelf = Shelf::new();
    for (n, title) in ["\u{200b}", "\u{3164}", "\u{2800}", "\u{ad}", "\u{301}"]
        .iter()
        .enumerate()
    {
        let id = shelf.add(&format!("Low Tide {n}.mp3"), "\u{200b}", title, "");
        let track = shelf.library.track(id).unwrap().unwrap();
        assert_eq!(track.title, format!("Low Tide {n}"));
        assert!(!track.is_titled && track.artist.is_empty());
    }
}

#[test]
fn letters_of_every_language_are_found_by_those_on_any_keyboard_and_sorted_among_them() {
    let mut shelf = Shelf::new();
    let id = shelf.add("a.mp3", "Żaneta Łęcka", "Łódź nocą", "Ståle");
    shelf.add("b.mp3", "Þórður", "Straße", "");
    shelf.add("Smørbrød.mp3", "", "", "");
    shelf.add("m.mp3", "Moon", "Milk", "");
    for text in ["lodz", "ŁÓDŹ", "lecka zaneta", "Łecka", "tag:stale"] {
        shelf.search(text, &["Łódź nocą"]);
    }
    shelf.search("strasse", &["Straße"]);
    shelf.search("thordur", &["Straße"]);
    shelf.search("smorb", &["Smørbrød"]);
    shelf.search("", &["Łódź nocą", "Milk", "Smørbrød", "Straße"]);
    shelf.library.set_notes(id, "wolno: zażółć gęślą jaźń").unwrap();
    shelf.library.add_label(&[id], "późny wieczór").unwrap();
    shelf.search("zazolc", &["Łódź nocą"]);
    shelf.search("tag:pozny", &["Łódź nocą"]);
    shelf.library.set_notes(id, "").unwrap();
    shelf.search("zazolc", &[]);
    let found = shelf
        .library
        .track_by_text(&fold::text_fold("zaneta lecka", "lodz noca"));
    assert_eq!(found.unwrap(), Some(id));
}

#[cfg(unix)]
#[test]
fn the_files_of_the_library_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = Shelf::new();
    shelf.library.keep_good_copy().unwrap();
    let folder = shelf.library.path().parent().unwrap();
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
}

#[test]
fn notes_that_the_dj_emptied_do_not_come_back_with_new_tags() {
    let mut shelf = Shelf::new();
    let facts = |file: &str, title: &str| FileFacts {
        path: PathBuf::from("/music").join(file),
        size: 1,
        modified_ns: 0,
        content_id: ContentId([7; 16]),
        tags: Tags {
            title: Some(title.to_owned()),
            ..Tags::default()
        },
    };
    let mut store = |file, title| shelf.library.store_files(None, &[facts(file, title)], |_| true);
    let (one, two) = (store("a.mp3", "A").unwrap()[0], store("b.mp3", "B").unwrap()[0]);
    // Identities that were found to be one only later: each has what was made of it.
    let old = "UPDATE tracks SET notes = 'of long ago' WHERE id = ?";
    shelf.library.connection.execute(old, [two.track().0]).unwrap();
    let mut store = |file, title| shelf.library.store_files(None, &[facts(file, title)], |_| true);
    let again = store("a.mp3", "A, once more").unwrap()[0];
    assert_eq!(again, Placement::Updated(one.track()));
    let notes = |id| shelf.library.track_detail(id).unwrap().unwrap().notes;
    assert_eq!(notes(one.track()), "");
    // A new file of the sound has them.
    let new = shelf
        .library
        .store_files(None, &[facts("c.mp3", "C")], |_| true)
        .unwrap()[0];
    assert_eq!(
        shelf.library.track_detail(new.track()).unwrap().unwrap().notes,
        "of long ago"
    );
}
