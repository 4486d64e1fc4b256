//! The library of the design: its songs, its track, its analysis on the way.

use std::{f64::consts::TAU, sync::Arc};

use pika_analysis::{
    ANALYSIS_VERSION, BeatGrid, Character, Fingerprint, KeyEstimate, Meter, Mode, MusicalKey, Tempo,
    TrackAnalysis, WaveformBin, WaveformOverview,
};
use pika_engine::{
    analyzer::AnalysisProgress,
    app::AppState,
    library::{
        Corrections, Folder, FolderId, Overview, Track, TrackDetail, TrackId, Values,
        browse::{BrowseQuery, Listing, RowStatus, TrackRow, TrackTable},
    },
    scanner::ScanCounts,
    settings::Settings,
};

use crate::test_support;

/// 2026-11-20 21:41:05 UTC.
pub(crate) const NOW: i64 = 1_795_210_865_000;
/// The track that the panel shows.
pub(crate) const SELECTED: &str = "Low Tide";

/// Title, artist, tempo, Camelot key, energy, danceability, brightness, seconds.
type Song = (&'static str, &'static str, f32, &'static str, [f32; 3], f32);
const SONGS: [Song; 17] = [
    ("Feathers", "Lowlight", 82.0, "12A", [27.0, 65.0, 36.0], 301.0),
    ("Moving Slow", "Halden", 84.0, "4A", [38.0, 74.0, 33.0], 250.0),
    (
        "Gravity (Late Night Piano Version)",
        "Noor Baptiste",
        86.0,
        "5A",
        [31.0, 68.0, 29.0],
        284.0,
    ),
    (
        "Cold Coffee Blues",
        "Hank Delacroix",
        88.0,
        "2B",
        [52.0, 77.0, 44.0],
        273.0,
    ),
    ("Wait For Me", "Solène", 89.0, "6A", [44.0, 81.0, 40.0], 256.0),
    (
        "Paper Moonlight",
        "June Okafor",
        90.0,
        "7A",
        [46.0, 79.0, 38.0],
        261.0,
    ),
    ("Żar", "Kasia Wilk", 91.0, "1A", [49.0, 83.0, 60.0], 216.0),
    (
        "Slow Honey",
        "Mara Lindqvist",
        92.0,
        "8A",
        [58.0, 88.0, 41.0],
        228.0,
    ),
    (
        "Silk & Gravel",
        "Monroe Vance",
        93.0,
        "9A",
        [57.0, 90.0, 46.0],
        245.0,
    ),
    (
        "Half Past Blue",
        "Ella Marchetti",
        94.0,
        "8B",
        [55.0, 86.0, 52.0],
        235.0,
    ),
    (
        "Tell Me Twice",
        "Ana Reyes",
        95.0,
        "9B",
        [62.0, 92.0, 55.0],
        220.0,
    ),
    (
        SELECTED,
        "The Velvet Hours",
        96.0,
        "8A",
        [64.0, 91.0, 47.0],
        242.0,
    ),
    (
        "One More Mile",
        "Ruby Tran",
        97.0,
        "8A",
        [60.0, 89.0, 50.0],
        231.0,
    ),
    (
        "Kerosene Smile",
        "Dusty Avenue",
        98.0,
        "9A",
        [71.0, 84.0, 62.0],
        211.0,
    ),
    (
        "Ordinary Magic",
        "The Understudies",
        99.0,
        "10B",
        [69.0, 86.0, 63.0],
        224.0,
    ),
    (
        "Glasshouse",
        "Ten Foot Echo",
        100.0,
        "11A",
        [73.0, 85.0, 81.0],
        202.0,
    ),
    ("Bad Weather", "IVY NORTH", 101.0, "3A", [77.0, 88.0, 70.0], 189.0),
];

fn key(camelot: &str) -> MusicalKey {
    let mode = if camelot.ends_with('A') {
        Mode::Minor
    } else {
        Mode::Major
    };
    (0..12)
        .map(|tonic| MusicalKey::new(tonic, mode))
        .find(|key| key.camelot() == camelot)
        .expect("a key of the wheel")
}

/// A program that was set up, with nothing in it yet.
pub(crate) fn base() -> AppState {
    AppState {
        now_ms: NOW,
        cores: 8,
        settings: Settings {
            is_set_up: true,
            less_motion: true,
            ..Settings::default()
        },
        overview: Some(Box::default()),
        data_folder: "/home/nadia/.local/share/pika".into(),
        logs_folder: "/home/nadia/.local/share/pika/logs".into(),
        ..AppState::default()
    }
}

/// The library of the design, one song corrected, one doubtful, one waiting, one in work, one unreadable.
pub(crate) fn library() -> AppState {
    let rows = SONGS.iter().enumerate().map(|(at, song)| row(at, song));
    let table = TrackTable::from_rows(rows);
    let order: Vec<u32> = (0..SONGS.len() as u32).collect();
    let mut app = base();
    app.settings.table.sort = pika_engine::library::SortColumn::Bpm;
    app.settings.table.descending = false;
    let folder = Folder {
        id: FolderId(1),
        path: "/home/nadia/Music/West Coast".into(),
        away_since: None,
    };
    app.scans.insert(
        1,
        ScanCounts {
            seen: 4812,
            ..ScanCounts::default()
        },
    );
    app.overview = Some(Box::new(Overview {
        folders: vec![folder],
        tracks: 4812,
        analyzed: 1284,
        ..Overview::default()
    }));
    app.listing = Some(Arc::new(Listing {
        query: BrowseQuery::default(),
        generation: 1,
        table,
        order: order.into(),
        need_look: 12,
        failed: 1,
    }));
    app.analysis = Some(AnalysisProgress {
        done: 1284,
        total: 4812,
        failed: 1,
        per_minute: 372.0,
        left: Some(std::time::Duration::from_secs(9 * 60)),
        paused: false,
        in_work: vec![TrackId(10)],
    });
    app.detail = Some(Arc::new(detail()));
    app
}

fn row(at: usize, (title, artist, bpm, camelot, [energy, dance, bright], seconds): &Song) -> TrackRow {
    let status = match at {
        1 => RowStatus::NeedsLook,
        5 => RowStatus::Corrected,
        9 | 12 => RowStatus::Waiting,
        14 => RowStatus::Failed("file is damaged or unreadable".into()),
        _ => RowStatus::Analyzed,
    };
    let known = !matches!(status, RowStatus::Waiting | RowStatus::Failed(_));
    let value = |value: f32| known.then_some(value);
    TrackRow {
        id: TrackId(at as i64 + 1),
        title: (*title).into(),
        artist: (*artist).into(),
        album: "Evening Rooms".into(),
        genre: "Blues".into(),
        year: Some(2023),
        bpm: value(*bpm),
        key: known.then(|| key(camelot)),
        energy: value(*energy),
        danceability: value(*dance),
        brightness: value(*bright),
        loudness_lufs: value(-9.0),
        duration_s: Some(*seconds),
        added_at_ms: NOW - at as i64 * 86_400_000,
        plays: 0,
        status,
        is_away: false,
        is_gone: false,
    }
}

fn detail() -> TrackDetail {
    let place = SONGS
        .iter()
        .position(|song| song.0 == SELECTED)
        .expect("it is there");
    let (title, artist, bpm, camelot, [energy, dance, bright], seconds) = SONGS[place];
    let values = Values {
        duration_s: Some(seconds.into()),
        bpm: Some(bpm.into()),
        bpm_confidence: Some(0.94),
        bpm_alternative: Some(192.0),
        key: Some(key(camelot)),
        key_confidence: Some(0.9),
        energy: Some(energy.into()),
        danceability: Some(dance.into()),
        brightness: Some(bright.into()),
        loudness_lufs: Some(-9.0),
    };
    TrackDetail {
        track: Track {
            id: TrackId(place as i64 + 1),
            path: "/home/nadia/Music/West Coast/Low Tide.mp3".into(),
            title: title.into(),
            is_titled: true,
            artist: artist.into(),
            album: "Evening Rooms".into(),
            genre: "Blues".into(),
            year: Some(2023),
            values,
            corrected: false,
            analysis_version: Some(ANALYSIS_VERSION),
            failure: None,
            missing: false,
        },
        analysis: Some(analysis()),
        corrections: Corrections::default(),
        doubts: Vec::new(),
        notes: String::new(),
        labels: vec!["Late night".into()],
        play_count: 14,
        plays: Vec::new(),
        read_at_ms: NOW,
    }
}

/// Four minutes at 96 BPM, loud and soft in turn.
fn analysis() -> TrackAnalysis {
    let beats_s: Vec<f64> = (0..387).map(|beat| 0.2 + 0.625 * f64::from(beat)).collect();
    let bins = (0..150 * 242)
        .map(|bin| {
            let t = f64::from(bin) / 150.0;
            let swell = 0.55 + 0.35 * (TAU * t / 61.0).sin();
            let beat = (-((t - 0.2).rem_euclid(0.625)) * 6.0).exp();
            let byte = |share: f64| (share.clamp(0.0, 1.0) * 255.0) as u8;
            WaveformBin {
                peak: byte(swell * (0.5 + 0.5 * beat)),
                low: byte(swell * beat * 0.8),
                mid: byte(swell * 0.45),
                high: byte(swell * 0.2 * (1.0 + (TAU * t / 0.3125).cos())),
            }
        })
        .collect();
    let key = key("8A");
    let plain = test_support::analysis(96.0, 242.0);
    TrackAnalysis {
        tempo: plain.tempo.clone().map(|tempo| Tempo {
            confidence: 0.94,
            alternative_confidence: 0.05,
            steadiness: 97.0,
            ..tempo
        }),
        beat_grid: Some(BeatGrid {
            first_beat_s: 0.2,
            meter: Meter::Four,
            downbeat_offset: 0,
            downbeat_confidence: 0.8,
            regions: Vec::new(),
            beats_s,
        }),
        key: Some(KeyEstimate {
            key,
            confidence: 0.9,
            second: key,
            second_confidence: 0.0,
            tuning_cents: 0.0,
        }),
        character: Some(Character {
            energy: 64.0,
            danceability: 91.0,
            brightness: 47.0,
        }),
        waveform: WaveformOverview {
            bins_per_second: 150.0,
            bins,
        },
        fingerprint: Fingerprint { data: Vec::new() },
        ..plain
    }
}
