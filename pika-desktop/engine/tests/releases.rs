//! Data folders of every earlier release: library and settings are brought up to date, any number of times, and hold
//! what they held.
//!
//! `tests/releases/VERSION` holds what a release left behind; `scripts/make-release-fixture` makes it. A folder there
//! is never changed again once its version is out.

#![cfg(unix)] // Paths are kept as the bytes of the system that wrote them.
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

#[path = "../../../pika-relay/tests/api/helpers/holds.rs"]
mod holds;
#[path = "../src/test_support.rs"]
mod test_support;

use std::{
    fs::{self, File},
    io::copy,
    path::{Path, PathBuf},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use pika_analysis::{
    BeatGrid, Character, Fingerprint, Meter, Mode, MusicalKey, Profile, Tags, TempoRegion, TrackAnalysis,
    WaveformBin, WaveformOverview,
};
use pika_engine::{
    library::{
        Answers, ContentId, Correction, FileFacts, Library, MatchedBy, Night, Opinion, PendingTrack, Play,
        TrackId,
    },
    paths::DataPaths,
    settings::{Appearance, Settings},
};
use pika_protocol::SessionId;
use serde_json::{Value, json};
use uuid::Uuid;

use holds::assert_holds;

/// 2026-11-20 20:00 UTC.
const EVENING: i64 = 1_795_204_800_000;
/// Most tracks a fixture holds.
const TRACKS: i64 = 3;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases")
}

fn night_id() -> SessionId {
    SessionId(Uuid::from_u128(7))
}

/// The files of a data folder that are kept, and whether they are packed.
const FILES: [(&str, bool); 3] = [
    ("library.db", true),
    ("library.measured.db", true),
    ("settings.json", false),
];

/// What a data folder holds, in words that no version changes; each may add others.
fn told(data: &Path) -> Value {
    let paths = DataPaths::open(Some(data.to_owned())).unwrap();
    let (library, note) = Library::open(&paths.library()).unwrap();
    assert_eq!(note, None);
    let tracks = (1..=TRACKS).map(|id| {
        let detail = library.track_detail(TrackId(id)).unwrap().unwrap();
        let measured = library.analysis(TrackId(id)).unwrap();
        json!({
            "path": detail.track.path,
            "title": detail.track.title,
            "artist": detail.track.artist,
            "album": detail.track.album,
            "genre": detail.track.genre,
            "year": detail.track.year,
            "duration_s": detail.track.values.duration_s,
            "bpm": detail.track.values.bpm,
            "key": detail.track.values.key.map(|key| key.camelot()),
            "energy": detail.track.values.energy,
            "danceability": detail.track.values.danceability,
            "failure": detail.track.failure,
            "corrections": detail.corrections,
            "doubts": detail.doubts.len(),
            "notes": detail.notes,
            "tags": detail.labels,
            "play_count": detail.play_count,
            "beats_s": detail.analysis.and_then(|analysis| analysis.beat_grid).map(|grid| grid.beats_s),
            "measured": measured.map(|analysis| json!({
                "bpm": analysis.tempo.map(|tempo| tempo.bpm),
                "waveform": analysis.waveform.bins.iter().map(|bin| bin.peak).collect::<Vec<_>>(),
                "fingerprint": analysis.fingerprint.data,
            })),
        })
    });
    let tracks: Vec<Value> = tracks.collect();
    let night = library.night(night_id()).unwrap().unwrap();
    let plays = night.plays.iter().map(|play| {
        json!({
            "track": play.track.map(|track| track.0),
            "title": play.title,
            "started_at_ms": play.started_at_ms,
            "likes": play.answers.map(|answers| answers.likes),
        })
    });
    let mut settings = serde_json::to_value(Settings::load(&paths.settings()).unwrap()).unwrap();
    // The number of their own layout rises.
    settings.as_object_mut().unwrap().remove("version");
    json!({
        "folders": library.folders().unwrap().into_iter().map(|folder| folder.path).collect::<Vec<_>>(),
        "tracks": tracks,
        "nights": library.nights(10).unwrap().len(),
        "night": {
            "name": night.night.name,
            "code": night.night.code,
            "peak": night.night.peak,
            "likes": night.night.likes,
            "thanks": night.recap.map(|recap| recap.thanks),
            "plays": plays.collect::<Vec<_>>(),
        },
        "settings": settings,
    })
}

#[test]
fn data_of_every_release_is_brought_up_to_date_and_holds_what_it_held() {
    let releases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert!(!releases.is_empty());
    for release in releases {
        let data = tempfile::tempdir().unwrap();
        for (name, packed) in FILES {
            let mut target = File::create(data.path().join(name)).unwrap();
            if packed {
                let source = File::open(release.join(format!("{name}.gz"))).unwrap();
                copy(&mut GzDecoder::new(source), &mut target).unwrap();
            } else {
                copy(&mut File::open(release.join(name)).unwrap(), &mut target).unwrap();
            }
        }
        let expected = fs::read_to_string(release.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        // The second time finds nothing left to do.
        for _ in 0..2 {
            // As text and back, so that both sides were read in the same way: the last digit of a number may differ.
            let told = serde_json::from_str(&told(data.path()).to_string()).unwrap();
            assert_holds(&told, &expected, "data");
        }
        // And it goes on being written.
        let (mut library, _) = Library::open(&data.path().join("library.db")).unwrap();
        library.set_notes(TrackId(1), "Read by a later version").unwrap();
        assert_eq!(
            library.track_detail(TrackId(1)).unwrap().unwrap().notes,
            "Read by a later version"
        );
    }
}

/// Makes the fixture of a release; see `scripts/make-release-fixture`.
#[test]
#[ignore = "writes files"]
fn make_fixture() {
    let out = PathBuf::from(std::env::var_os("PIKA_FIXTURE_FOLDER").expect("where to"));
    fs::create_dir_all(&out).unwrap();
    let data = tempfile::tempdir().unwrap();
    fill(data.path());
    let told = serde_json::to_string_pretty(&told(data.path())).unwrap();
    fs::write(out.join("expected.json"), told + "\n").unwrap();
    for (name, packed) in FILES {
        let mut source = File::open(data.path().join(name)).unwrap();
        if packed {
            let target = File::create(out.join(format!("{name}.gz"))).unwrap();
            let mut target = GzEncoder::new(target, Compression::best());
            copy(&mut source, &mut target).unwrap();
            target.finish().unwrap();
        } else {
            copy(&mut source, &mut File::create(out.join(name)).unwrap()).unwrap();
        }
    }
}

/// Everything that a DJ can have in a data folder.
fn fill(data: &Path) {
    let paths = DataPaths::open(Some(data.to_owned())).unwrap();
    let settings = Settings {
        is_set_up: true,
        appearance: Appearance::Light,
        scale: 1.25,
        session_name: "Friday Social".into(),
        dj_name: "DJ Nadia K".into(),
        relay_address: Some("https://pika.example".into()),
        audition_volume: 0.5,
        ..Settings::default()
    };
    settings.save(&paths.settings()).unwrap();
    let (mut library, _) = Library::open(&paths.library()).unwrap();
    let music = library.add_folder(Path::new("/home/nadia/Música")).unwrap();
    let songs = [
        ("Low Tide", "The Velvet Hours", 96.0),
        ("Kerosene Smile", "Dusty Avenue", 104.0),
        ("Слово и дело", "Группа «Ноль»", 88.0),
    ];
    let files: Vec<FileFacts> = songs
        .iter()
        .enumerate()
        .map(|(at, (title, artist, _))| FileFacts {
            path: PathBuf::from(format!("/home/nadia/Música/{artist} - {title}.mp3")),
            size: 8_000_000 + at as u64,
            modified_ns: 1_700_000_000_000_000_000,
            content_id: ContentId([at as u8 + 1; 16]),
            tags: Tags {
                title: Some((*title).to_owned()),
                artist: Some((*artist).to_owned()),
                album: Some("Evenings".into()),
                genre: Some("Blues".into()),
                year: Some(2019),
                ..Tags::default()
            },
        })
        .collect();
    let places = library.store_files(Some(music.id), &files, |_| true).unwrap();
    for ((file, place), (_, _, bpm)) in files.iter().zip(&places).zip(songs).take(2) {
        let pending = PendingTrack {
            id: place.track(),
            path: file.path.clone(),
            size: file.size,
            content_id: file.content_id,
        };
        library
            .store_analysis(&pending, Profile::Wcs, &analysis(bpm))
            .unwrap();
    }
    let [tide, kerosene] = [places[0].track(), places[1].track()];
    library.correct(&[tide], Correction::ScaleBpm(0.5)).unwrap();
    library
        .correct(&[tide], Correction::Key(MusicalKey::new(4, Mode::Minor)))
        .unwrap();
    library.correct(&[kerosene], Correction::ShiftGrid(0.25)).unwrap();
    library.correct(&[kerosene], Correction::ShiftBars(2)).unwrap();
    library
        .set_notes(tide, "Opens the floor.\nNot before ten.")
        .unwrap();
    library.add_label(&[tide, kerosene], "smooth").unwrap();
    library.add_label(&[tide], "late night").unwrap();
    let opinion = Opinion {
        tag_bpm: None,
        scan_bpm: Some(139.0),
        alternative_bpm: None,
        key: None,
        play_count: Some(12),
    };
    library
        .store_opinions("virtualdj", &[(kerosene, opinion)])
        .unwrap();
    for (at, track) in [(1, tide), (2, kerosene)] {
        let play = Play {
            id: Uuid::from_u128(at),
            track: Some(track),
            title: songs[at as usize - 1].0.to_owned(),
            artist: songs[at as usize - 1].1.to_owned(),
            path_text: files[at as usize - 1].path.display().to_string(),
            source: "virtualdj".into(),
            started_at_ms: EVENING + at as i64 * 240_000,
            logged_at_ms: EVENING + at as i64 * 240_000 + 10_000,
            answers: None,
        };
        library.record_play(&play, Some(MatchedBy::Path)).unwrap();
        let answers = Answers {
            likes: 10 * at as u32,
            faster: 1,
            perfect: 4,
            slower: 2,
        };
        library.record_answers(night_id(), &[(play.id, answers)]).unwrap();
    }
    let night = Night {
        session_id: night_id(),
        place: "relay".into(),
        code: "K7QF".into(),
        address: "https://pika.example/live/K7QF".into(),
        name: "Friday Social".into(),
        started_at_ms: EVENING,
        ended_at_ms: Some(EVENING + 3_600_000),
        plays: 2,
        likes: 30,
        peak: 41,
        utc_offset_s: 0,
    };
    library.record_night(&night).unwrap();
    library
        .record_recap(&serde_json::from_value(recap()).unwrap())
        .unwrap();
    library.keep_good_copy().unwrap();
}

/// The relay's account of the night.
fn recap() -> Value {
    json!({
        "session_id": night_id(),
        "session": {"code": "K7QF", "name": "Friday Social", "dj_name": "DJ Nadia K", "has_pin": false},
        "started_at": EVENING,
        "ended_at": EVENING + 3_600_000,
        "duration_ms": 3_600_000,
        "plays": [],
        "likes": 30,
        "counts": [],
        "polls": [{
            "poll_id": Uuid::from_u128(9),
            "question": "Blues or pop?",
            "options": ["Blues", "Pop"],
            "closes": {"when": "manual"},
            "opened_at": EVENING + 600_000,
            "closed_at": EVENING + 700_000,
            "votes": [18, 12],
        }],
        "thanks": 12,
        "dancers": 80,
        "active_dancers": 60,
        "peak_listeners": 41,
        "listeners": [],
    })
}

fn analysis(bpm: f64) -> TrackAnalysis {
    let beat_s = 60.0 / bpm;
    let mut record = TrackAnalysis {
        beat_grid: Some(BeatGrid {
            first_beat_s: 0.5,
            meter: Meter::Four,
            downbeat_offset: 1,
            downbeat_confidence: 0.8,
            regions: vec![TempoRegion {
                start_s: 0.0,
                end_s: 8.0,
                anchor_s: 0.5,
                bpm,
            }],
            beats_s: (0..8).map(|beat| 0.5 + f64::from(beat) * beat_s).collect(),
        }),
        character: Some(Character {
            energy: 64.0,
            danceability: 91.0,
            brightness: 47.0,
        }),
        waveform: WaveformOverview {
            bins_per_second: 150.0,
            bins: (0..40)
                .map(|at| WaveformBin {
                    peak: at * 6,
                    low: at * 3,
                    mid: at * 2,
                    high: at,
                })
                .collect(),
        },
        fingerprint: Fingerprint {
            data: (0..16).map(|at| at * 0x0101_0101).collect(),
        },
        ..test_support::analysis(bpm, 8.0)
    };
    record.tempo.as_mut().unwrap().swing_ratio = Some(1.5);
    record
}
