//! The library with 100,000 generated tracks: opening it, sorting, searching, scrolling.
//!
//! `cargo bench -p pika-desktop`, or one: `cargo bench -p pika-desktop -- search`. `PIKA_BENCH_KEEP=DIR` keeps the
//! generated data folder there, to try the window on it.

#![allow(clippy::unwrap_used)] // A bench that cannot begin has nothing to measure.

#[path = "../engine/src/test_support.rs"]
mod test_support;

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    sync::mpsc::Receiver,
    time::Duration,
};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use eframe::egui::{
    Event as InputEvent, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, pos2, vec2,
};
use egui_kittest::Harness;
use pika_analysis::{
    Character, Fingerprint, KeyEstimate, Mode, MusicalKey, Profile, Tags, TrackAnalysis, WaveformOverview,
};
use pika_desktop::ui::Window;
use pika_engine::{
    app::{Event, StartOptions},
    library::{
        ContentId, FileFacts, Library, PendingTrack, SortColumn,
        browse::{self, BrowseCommand, BrowseHandle, BrowseQuery, Listing},
    },
    paths::DataPaths,
    report,
    settings::Settings,
};

const TRACKS: u32 = 100_000;
/// Files in one transaction, as a scan stores them.
const BATCH: u32 = 500;

const WORDS: [&str; 40] = [
    "love", "night", "blue", "river", "slow", "honey", "train", "sugar", "moon", "paper", "gold", "summer",
    "rain", "mercy", "velvet", "smoke", "heart", "city", "silver", "dust", "echo", "grace", "wild", "north",
    "kerosene", "coffee", "shadow", "anchor", "whisper", "fever", "garden", "stone", "mirror", "ember",
    "tide", "lantern", "hollow", "feather", "bridge", "ivory",
];

/// Numerical Recipes' quick generator: the same library every time.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % below
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len() as u32) as usize]
    }
}

fn capitals(words: &[&str]) -> String {
    let capital = |word: &&str| word[..1].to_uppercase() + &word[1..];
    words.iter().map(capital).collect::<Vec<_>>().join(" ")
}

/// A data folder whose library holds [`TRACKS`] analysed tracks.
fn generate(root: &Path) -> PathBuf {
    let path = root.join("library.db");
    let (mut library, _) = Library::open(&path).unwrap();
    let folder = library.add_folder(Path::new("/generated music")).unwrap();
    let mut dice = Dice(1);
    for first in (0..TRACKS).step_by(BATCH as usize) {
        let files: Vec<FileFacts> = (first..first + BATCH).map(|n| facts(n, &mut dice)).collect();
        let places = library.store_files(Some(folder.id), &files, |_| true).unwrap();
        for (file, place) in files.iter().zip(places) {
            let pending = PendingTrack {
                id: place.track(),
                path: file.path.clone(),
                size: file.size,
                content_id: file.content_id,
            };
            library
                .store_analysis(&pending, Profile::Wcs, &analysis(&mut dice))
                .unwrap();
        }
    }
    path
}

fn facts(number: u32, dice: &mut Dice) -> FileFacts {
    let mut content = [0; 16];
    content[..4].copy_from_slice(&number.to_le_bytes());
    let title = capitals(&[dice.word(), dice.word(), dice.word()]);
    let artist = format!("The {}", capitals(&[dice.word(), dice.word()]));
    FileFacts {
        path: PathBuf::from(format!("/generated music/{artist}/{number} {title}.mp3")),
        size: 8_000_000,
        modified_ns: 0,
        content_id: ContentId(content),
        tags: Tags {
            title: Some(title),
            artist: Some(artist),
            album: Some(capitals(&[dice.word(), dice.word()])),
            genre: Some(["Blues", "Soul", "Pop", "Funk"][dice.roll(4) as usize].to_owned()),
            year: Some(1950 + dice.roll(76) as u16),
            ..Tags::default()
        },
    }
}

fn analysis(dice: &mut Dice) -> TrackAnalysis {
    let bpm = 70.0 + f64::from(dice.roll(700)) / 10.0;
    let mode = [Mode::Major, Mode::Minor][dice.roll(2) as usize];
    let key = MusicalKey::new(dice.roll(12) as u8, mode);
    let mut value = || f64::from(dice.roll(101));
    let plain = test_support::analysis(bpm, 120.0 + value());
    TrackAnalysis {
        key: Some(KeyEstimate {
            key,
            confidence: 0.9,
            second: key,
            second_confidence: 0.0,
            tuning_cents: 0.0,
        }),
        character: Some(Character {
            energy: value(),
            danceability: value(),
            brightness: value(),
        }),
        waveform: WaveformOverview {
            bins_per_second: 150.0,
            bins: Vec::new(),
        },
        fingerprint: Fingerprint { data: Vec::new() },
        ..plain
    }
}

/// The list of the library, as the window asks it.
struct List {
    handle: BrowseHandle,
    events: Receiver<Event>,
    generation: u64,
}

impl List {
    fn open(path: &Path) -> Self {
        let (reporter, events) = report::channel(|| {});
        let handle = browse::spawn(path.to_owned(), reporter.of(Event::Listing)).unwrap();
        let mut list = Self {
            handle,
            events,
            generation: 0,
        };
        list.answer(|listing| listing.len() == TRACKS as usize);
        list
    }

    fn ask(&mut self, query: &BrowseQuery) -> usize {
        assert!(
            self.handle
                .ask(BrowseCommand::Query(Box::new(query.clone())))
                .is_ok()
        );
        self.answer(|listing| listing.query == *query)
    }

    fn answer(&mut self, wanted: impl Fn(&Listing) -> bool) -> usize {
        loop {
            if let Event::Listing(listing) = self.events.recv_timeout(Duration::from_secs(60)).unwrap()
                && listing.generation > self.generation
                && wanted(&listing)
            {
                self.generation = listing.generation;
                return listing.len();
            }
        }
    }
}

fn library(criterion: &mut Criterion) {
    let temporary = tempfile::tempdir().unwrap();
    let root = match std::env::var_os("PIKA_BENCH_KEEP") {
        Some(folder) => PathBuf::from(folder),
        None => temporary.path().to_owned(),
    };
    std::fs::create_dir_all(&root).unwrap();
    let path = root.join("library.db");
    if !path.exists() {
        generate(&root);
    }
    let mut group = criterion.benchmark_group("library of 100,000 tracks");
    group.sample_size(10).measurement_time(Duration::from_secs(6));
    group.bench_function("open: check the file", |bencher| {
        bencher.iter_batched(|| (), |()| Library::open(&path).unwrap(), BatchSize::PerIteration);
    });
    let _open = Library::open(&path).unwrap();
    group.bench_function("open: fill the list", |bencher| {
        bencher.iter_batched(|| (), |()| List::open(&path), BatchSize::PerIteration);
    });
    let mut list = List::open(&path);
    for (name, sort) in [
        ("title", SortColumn::Title),
        ("artist", SortColumn::Artist),
        ("tempo", SortColumn::Bpm),
        ("key", SortColumn::Key),
    ] {
        let mut descending = false;
        group.bench_function(format!("sort by {name}"), |bencher| {
            bencher.iter(|| {
                // The other way round each time: the same question twice is no work.
                descending = !descending;
                list.ask(&BrowseQuery {
                    sort,
                    descending,
                    ..BrowseQuery::default()
                })
            });
        });
    }
    let mut back = false;
    for text in [
        "l",
        "lov",
        "kerosene tide",
        "90-100 8A",
        "energy>70 -love",
        "tag:blues 96 bpm",
    ] {
        group.bench_function(format!("search “{text}”"), |bencher| {
            bencher.iter(|| {
                // As above: never the same question twice.
                back = !back;
                list.ask(&BrowseQuery {
                    text: text.to_owned(),
                    descending: back,
                    ..BrowseQuery::default()
                })
            });
        });
    }
    drop(list);
    scroll(&mut group, &root);
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;

/// One frame of the whole window while the list is scrolled: laid out and painted, without the graphics card.
fn scroll(group: &mut Group<'_>, root: &Path) {
    let paths = DataPaths::open(Some(root.to_owned())).unwrap();
    let settings = Settings {
        is_set_up: true,
        ..Settings::default()
    };
    let options = StartOptions {
        history: Some(root.join("none.m3u")),
        ..StartOptions::new(paths, settings)
    };
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(|cc| Window::new(&cc.egui_ctx, options));
    loop {
        window.step();
        let app = window.state().app();
        if app
            .and_then(|app| app.listing.as_ref())
            .is_some_and(|listing| listing.len() == TRACKS as usize)
        {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    group.bench_function("scroll: one frame of the window", |bencher| {
        bencher.iter(|| {
            window.event(InputEvent::PointerMoved(pos2(500.0, 400.0)));
            window.event(InputEvent::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, -90.0),
                phase: TouchPhase::Move,
                modifiers: Modifiers::NONE,
                source: MouseWheelSource::Wheel,
            });
            window.step();
            black_box(&window);
        });
    });
}

criterion_group!(benches, library);
criterion_main!(benches);
