use std::path::PathBuf;

use pika_analysis::{Mode, MusicalKey, Tags};

use super::{catalog::Catalog, load::Reader, worker::order, *};
use crate::{
    library::{ContentId, Correction, FileFacts, Library},
    test_support,
};

/// Title, artist, tempo; a tempo of 0 is not analysed yet.
const SONGS: [(&str, &str, f64); 5] = [
    ("Żar", "Kasia Wilk", 91.0),
    ("Low Tide", "The Velvet Hours", 96.0),
    ("feathers", "", 82.0),
    ("Half Past Blue", "Ella Marchetti", 0.0),
    ("Bad Weather", "Ivy North", 101.0),
];

struct Shelf {
    _folder: tempfile::TempDir,
    library: Library,
    reader: Reader,
    ids: Vec<TrackId>,
}

fn shelf() -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let (mut library, _) = Library::open(&path).unwrap();
    let files: Vec<FileFacts> = (0u8..)
        .zip(SONGS)
        .map(|(number, (title, artist, _))| FileFacts {
            path: PathBuf::from(format!("/music/{number}.mp3")),
            size: 1,
            modified_ns: 1,
            content_id: ContentId([number; 16]),
            tags: Tags {
                title: Some(title.to_owned()),
                artist: Some(artist.to_owned()).filter(|artist| !artist.is_empty()),
                ..Tags::default()
            },
        })
        .collect();
    let placements = library.store_files(None, &files, |_| true).unwrap();
    let ids: Vec<TrackId> = placements.iter().map(|placement| placement.track()).collect();
    for (id, (_, _, bpm)) in ids.iter().zip(SONGS) {
        if bpm > 0.0 {
            let pending = library.pending_track(*id).unwrap().unwrap();
            let analysis = test_support::analysis(bpm, 200.0);
            library
                .store_analysis(&pending, pika_analysis::Profile::Wcs, &analysis)
                .unwrap();
        }
    }
    let reader = Reader::open(&path).unwrap();
    Shelf {
        _folder: folder,
        library,
        reader,
        ids,
    }
}

impl Shelf {
    fn catalog(&mut self) -> Catalog {
        let rows = self.reader.all().unwrap();
        Catalog::new(rows, self.reader.plays().unwrap(), self.reader.doubted().unwrap())
    }

    fn titles(&mut self, query: &BrowseQuery) -> Vec<String> {
        let mut catalog = self.catalog();
        let order = order(&mut catalog, query, |terms| self.reader.fitting(terms)).unwrap();
        let table = catalog.table();
        order
            .iter()
            .map(|slot| table.get(*slot).unwrap().title.to_string())
            .collect()
    }
}

fn sorted(sort: SortColumn, descending: bool) -> BrowseQuery {
    BrowseQuery {
        sort,
        descending,
        ..BrowseQuery::default()
    }
}

#[test]
fn rows_are_sorted_as_people_expect_and_missing_values_come_last() {
    let mut shelf = shelf();
    assert_eq!(
        shelf.titles(&sorted(SortColumn::Title, false)),
        ["Bad Weather", "feathers", "Half Past Blue", "Low Tide", "Żar"]
    );
    assert_eq!(
        shelf.titles(&sorted(SortColumn::Bpm, false)),
        ["feathers", "Żar", "Low Tide", "Bad Weather", "Half Past Blue"]
    );
    assert_eq!(
        shelf.titles(&sorted(SortColumn::Bpm, true)),
        ["Bad Weather", "Low Tide", "Żar", "feathers", "Half Past Blue"]
    );
    assert_eq!(
        shelf.titles(&sorted(SortColumn::Artist, true)).last().unwrap(),
        "feathers"
    );
    assert_eq!(shelf.titles(&BrowseQuery::default())[0], "Bad Weather");
}

#[test]
fn what_cannot_be_read_is_not_what_a_new_library_begins_with() {
    let mut shelf = shelf();
    let newest_but_one = shelf.ids[3];
    let pending = shelf.library.pending_track(newest_but_one).unwrap().unwrap();
    let error = pika_analysis::AnalysisError::Unreadable("no sound".into());
    shelf.library.store_failure(&pending, &error).unwrap();
    for descending in [true, false] {
        let titles = shelf.titles(&sorted(SortColumn::Added, descending));
        assert_eq!(titles.last().unwrap(), "Half Past Blue");
        assert_eq!(titles.len(), 5);
    }
}

#[test]
fn the_grammar_finds_what_the_database_finds() {
    let mut shelf = shelf();
    for text in [
        "",
        "ze",
        "the vel",
        "90-100",
        "8A",
        "96 bpm",
        "energy>70",
        "energy:60",
        "-low 90-110",
        "-low",
        "-low -the ze",
        "tag:blues",
        "tag:blues -low",
        "żar",
        "dance>=70 bpm<95",
    ] {
        let query = BrowseQuery {
            text: text.to_owned(),
            ..sorted(SortColumn::Title, false)
        };
        let expected: Vec<String> = shelf
            .library
            .search(&crate::library::Query {
                text: text.to_owned(),
                ..crate::library::Query::default()
            })
            .unwrap()
            .into_iter()
            .map(|track| track.title)
            .collect();
        assert_eq!(shelf.titles(&query), expected, "{text}");
    }
}

#[test]
fn chips_narrow_the_list() {
    let mut shelf = shelf();
    let with = |filters| BrowseQuery {
        filters,
        ..sorted(SortColumn::Title, false)
    };
    let bpm = Filters {
        bpm: Some((90.0, 100.0)),
        ..Filters::default()
    };
    assert_eq!(shelf.titles(&with(bpm)), ["Low Tide", "Żar"]);
    let key = Filters {
        keys: vec![MusicalKey::new(0, Mode::Major)],
        ..Filters::default()
    };
    assert_eq!(shelf.titles(&with(key)), [""; 0]);
    let unplayed = Filters {
        never_played: true,
        ..Filters::default()
    };
    assert_eq!(shelf.titles(&with(unplayed)).len(), 5);
}

#[test]
fn a_change_reaches_the_row_and_leaves_older_tables_alone() {
    let mut shelf = shelf();
    let mut catalog = shelf.catalog();
    let before = catalog.table();
    let track = shelf.ids[1];
    shelf
        .library
        .correct(&[track], Correction::ScaleBpm(0.5))
        .unwrap();
    let rows = shelf.reader.some(&[track]).unwrap();
    assert!(catalog.update(rows));
    let row = catalog.table().find(track).cloned().unwrap();
    assert_eq!((row.bpm, row.status), (Some(48.0), RowStatus::Corrected));
    assert_eq!(before.find(track).unwrap().bpm, Some(96.0));
}

#[test]
fn vanished_tracks_leave_the_list_and_come_back() {
    let mut shelf = shelf();
    let mut catalog = shelf.catalog();
    let track = shelf.ids[0];
    shelf.library.set_missing(&[track], &[]).unwrap();
    let rows = shelf.reader.some(&[track]).unwrap();
    catalog.update(rows);
    assert_eq!(catalog.order(&BrowseQuery::default(), &[], None, &[]).len(), 4);
    shelf.library.set_missing(&[], &[track]).unwrap();
    let rows = shelf.reader.some(&[track]).unwrap();
    catalog.update(rows);
    assert_eq!(catalog.order(&BrowseQuery::default(), &[], None, &[]).len(), 5);
}

#[test]
fn a_table_of_many_chunks_finds_each_row() {
    let row = |id| TrackRow {
        id: TrackId(id),
        title: "".into(),
        artist: "".into(),
        album: "".into(),
        genre: "".into(),
        year: None,
        bpm: None,
        key: None,
        energy: None,
        danceability: None,
        brightness: None,
        loudness_lufs: None,
        duration_s: None,
        added_at_ms: 0,
        plays: 0,
        status: RowStatus::Waiting,
        is_away: false,
        is_gone: false,
    };
    let mut table = TrackTable::default();
    for number in 0..1000 {
        assert_eq!(table.put(row(number * 3)), Some(number as u32));
    }
    for number in 0..1000 {
        assert_eq!(table.slot_of(TrackId(number * 3)), Some(number as u32));
        assert_eq!(table.slot_of(TrackId(number * 3 + 1)), None);
    }
    assert_eq!(table.put(row(4)), None);
    assert_eq!(table.len(), 1000);
}
