//! The same sound in every format: time zero, beats, names of what cannot be read.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use pika_analysis::{
    AnalysisConfig, AnalysisError, CancelFlag, analyze_batch, analyze_file, analyze_reader, decode_file,
    internals::decode_mono,
};

use crate::fixtures::{FIRST_KICK_S, KICK_PERIOD_S, READABLE, aiff, encode, has_ffmpeg, kicks, wav};

fn config() -> AnalysisConfig {
    AnalysisConfig::default()
}

/// Most negative time by which a kick is early, and most positive by which it is late, in seconds.
fn kick_errors(path: &Path) -> (f64, f64) {
    let audio = decode_mono(path, &config()).unwrap();
    let count = ((audio.duration_s() - 0.5 - FIRST_KICK_S) / KICK_PERIOD_S) as usize;
    let mut worst = (0.0f64, 0.0f64);
    for kick in 0..=count {
        let expected = FIRST_KICK_S + kick as f64 * KICK_PERIOD_S;
        // The kick begins at its loudest sample.
        let from = ((expected - 0.03) * audio.sample_rate_hz) as usize;
        let to = ((expected + 0.03) * audio.sample_rate_hz) as usize;
        let peak = (from..to)
            .max_by(|&a, &b| audio.samples[a].total_cmp(&audio.samples[b]))
            .unwrap();
        let error = peak as f64 / audio.sample_rate_hz - expected;
        worst = (worst.0.min(error), worst.1.max(error));
    }
    worst
}

#[test]
fn kicks_keep_their_place_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let sound = kicks(44_100, 12.0);
    let source = folder.path().join("source.wav");
    std::fs::write(&source, wav(&sound, 44_100, 2)).unwrap();
    std::fs::write(folder.path().join("own.aiff"), aiff(&sound)).unwrap();
    let mut paths = vec![source.clone(), folder.path().join("own.aiff")];
    if has_ffmpeg() {
        for (name, options) in READABLE {
            let path = folder.path().join(name);
            assert!(encode(&source, options, &path), "{name}");
            paths.push(path);
        }
    }
    for path in &paths {
        let name = path.file_name().unwrap().display();
        let (early, late) = kick_errors(path);
        assert!(early > -0.001 && late < 0.001, "{name}: {early} to {late} s");
        let track = analyze_file(path, &config()).unwrap();
        // AAC and ADPCM fill their last packet.
        assert!(
            (track.duration_s - 12.0).abs() < 0.06,
            "{name}: {}",
            track.duration_s
        );
        assert_eq!(
            (track.sample_rate_hz, track.damaged_packets),
            (44_100, 0),
            "{name}"
        );
        let tempo = track.tempo.unwrap();
        assert!(
            (tempo.bpm / 120.0).log2().fract().abs() < 0.001,
            "{name}: {}",
            tempo.bpm
        );
        let beats = track.beat_grid.unwrap().beats_s;
        let beat = beats[beats.len() / 2];
        let from_kick =
            (beat - FIRST_KICK_S + KICK_PERIOD_S / 2.0).rem_euclid(KICK_PERIOD_S) - KICK_PERIOD_S / 2.0;
        assert!(from_kick.abs() < 0.005, "{name}: a beat is {from_kick} s off");
        assert!(track.silence.leading_s < 0.005, "{name}: {:?}", track.silence);
    }
}

#[test]
fn the_name_of_a_file_does_not_matter() {
    if !has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source.wav");
    std::fs::write(&source, wav(&kicks(44_100, 3.0), 44_100, 1)).unwrap();
    let mp3 = folder.path().join("a.mp3");
    assert!(encode(&source, &["-c:a", "libmp3lame"], &mp3));
    for (from, codec) in [(&mp3, "mp3"), (&source, "pcm_s16le")] {
        for name in ["x.flac", "x.m4a", "x.wav", "x.ogg", "x"] {
            let path = folder.path().join(name);
            std::fs::copy(from, &path).unwrap();
            assert_eq!(analyze_file(&path, &config()).unwrap().codec, codec, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error_of = |path: &PathBuf| analyze_file(path, &config()).unwrap_err();
    for (name, content) in [
        ("empty.mp3", &b""[..]),
        ("text.wav", b"Dear diary, ".repeat(100).as_slice()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        assert!(
            matches!(error_of(&path), AnalysisError::Unreadable(_)),
            "{name}: {}",
            error_of(&path)
        );
    }
    assert!(matches!(
        error_of(&folder.path().join("missing.mp3")),
        AnalysisError::Io(_)
    ));
    assert!(matches!(
        error_of(&folder.path().to_owned()),
        AnalysisError::Io(_)
    ));
    if !has_ffmpeg() {
        return;
    }
    let source = folder.path().join("source.wav");
    std::fs::write(&source, wav(&kicks(48_000, 2.0), 48_000, 2)).unwrap();
    for (file, options, expected) in [
        ("a.opus", &["-c:a", "libopus"][..], "Opus"),
        ("renamed.ogg", &["-c:a", "libopus"], "Opus"),
        ("opus.mp4", &["-c:a", "libopus"], "Opus"),
        ("a.wma", &["-c:a", "wmav2"], "WMA"),
        ("a.ac3", &["-c:a", "ac3"], "AC-3"),
        ("ac3.mp4", &["-c:a", "ac3"], "AC-3"),
        ("a.wv", &["-c:a", "wavpack"], "WavPack"),
        ("a.tta", &["-c:a", "tta"], "True Audio"),
        ("a.mka", &["-c:a", "flac"], "Matroska or WebM"),
        ("a.caf", &["-c:a", "pcm_s16le"], "CAF"),
    ] {
        let path = folder.path().join(file);
        if !encode(&source, options, &path) {
            eprintln!("skipped: ffmpeg cannot write {file}");
            continue;
        }
        match error_of(&path) {
            AnalysisError::Unsupported(name) => assert_eq!(name, expected, "{file}"),
            other => panic!("{file}: {other}"),
        }
    }
}

#[test]
fn unusual_sound_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let analyze = |file: Vec<u8>| {
        std::fs::write(&path, file).unwrap();
        analyze_file(&path, &config())
    };
    let silent = analyze(wav(&vec![0.0; 44_100 * 5], 44_100, 2)).unwrap();
    assert_eq!((silent.tempo, silent.key, silent.character), (None, None, None));
    assert_eq!(silent.loudness.integrated_lufs, None);
    assert_eq!(silent.loudness.peak_dbfs, None);
    assert!((silent.silence.leading_s - 5.0).abs() < 1e-9);

    assert!(matches!(
        analyze(wav(&[0.5], 44_100, 1)),
        Err(AnalysisError::TooShort(_))
    ));
    assert!(matches!(
        analyze(wav(&[], 44_100, 1)),
        Err(AnalysisError::TooShort(_))
    ));

    for (rate, channels) in [(8_000, 1), (22_050, 2), (44_100, 8), (96_000, 2), (192_000, 2)] {
        let track = analyze(wav(&kicks(rate, 10.0), rate, channels)).unwrap();
        assert_eq!(
            (track.sample_rate_hz, track.channels),
            (rate, u32::from(channels))
        );
        assert!((track.duration_s - 10.0).abs() < 0.001, "{rate}");
        let tempo = track.tempo.unwrap().bpm;
        assert!(
            (tempo / 120.0).log2().fract().abs() < 0.002,
            "{rate} Hz, {channels} channels: {tempo}"
        );
        assert!((1499..=1501).contains(&track.waveform.bins.len()), "{rate}");
    }

    // Silence at both ends, exact to the sample.
    let mut sound = vec![0.0; 4410];
    sound.extend(vec![0.5; 44_100]);
    sound.extend(vec![0.0; 8820]);
    let track = analyze(wav(&sound, 44_100, 2)).unwrap();
    assert!((track.silence.leading_s - 0.1).abs() < 1e-9);
    assert!((track.silence.trailing_s - 0.2).abs() < 1e-9);
    assert!((track.loudness.peak_dbfs.unwrap() + 6.02).abs() < 0.01);
}

#[test]
fn a_header_that_claims_ten_hours_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let mut file = wav(&kicks(44_100, 2.0), 44_100, 2);
    for claimed in [44_100u32 * 4 * 24_000, u32::MAX] {
        file[4..8].copy_from_slice(&claimed.to_le_bytes());
        file[40..44].copy_from_slice(&claimed.to_le_bytes());
        std::fs::write(&path, &file).unwrap();
        let track = analyze_file(&path, &config()).unwrap();
        assert!((track.duration_s - 2.0).abs() < 0.05, "{}", track.duration_s);
    }
}

#[test]
fn a_reader_gives_the_same_record_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let bytes = wav(&kicks(44_100, 6.0), 44_100, 2);
    std::fs::write(&path, &bytes).unwrap();
    let from_reader = analyze_reader(std::io::Cursor::new(bytes), &config(), &CancelFlag::new()).unwrap();
    assert_eq!(from_reader, analyze_file(&path, &config()).unwrap());
}

#[test]
fn limits_and_cancellation_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    std::fs::write(&path, wav(&kicks(44_100, 4.0), 44_100, 1)).unwrap();
    let short = AnalysisConfig {
        max_duration_s: 2.0,
        ..config()
    };
    assert!(matches!(
        analyze_file(&path, &short),
        Err(AnalysisError::Limit(_))
    ));
    let late = AnalysisConfig {
        deadline: Some(std::time::Duration::ZERO),
        ..config()
    };
    assert!(matches!(analyze_file(&path, &late), Err(AnalysisError::Deadline)));
    let cancel = CancelFlag::new();
    cancel.cancel();
    assert!(matches!(
        decode_file(&path, &config(), &cancel),
        Err(AnalysisError::Cancelled)
    ));
}

#[test]
fn a_batch_gives_the_same_records_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (index, seconds) in [3.0, 8.0, 5.0, 1.0].into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.wav"));
        std::fs::write(&path, wav(&kicks(44_100, seconds), 44_100, 1)).unwrap();
        paths.push(path);
    }
    paths.push(folder.path().join("missing.wav"));
    let run = |threads| {
        let records = std::sync::Mutex::new(vec![None; paths.len()]);
        analyze_batch(&paths, &config(), threads, &CancelFlag::new(), |item| {
            assert!(item.done >= 1 && item.done <= item.total && item.total == 5);
            records.lock().unwrap()[item.index] = Some(item.result.map_err(|error| error.kind()));
        })
        .unwrap();
        records.into_inner().unwrap()
    };
    let one = run(1);
    assert!(one.iter().all(Option::is_some));
    assert_eq!(one.iter().flatten().filter(|record| record.is_ok()).count(), 4);
    assert_eq!(one, run(3));
}

#[test]
fn the_same_bytes_give_the_same_result_alone_and_beside_others() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = [20.0, 24.0, 28.0]
        .into_iter()
        .map(|seconds| {
            let path = folder.path().join(format!("{seconds}.wav"));
            std::fs::write(&path, wav(&kicks(44_100, seconds), 44_100, 2)).unwrap();
            path
        })
        .collect();
    let alone: Vec<_> = paths
        .iter()
        .map(|path| analyze_file(path, &config()).unwrap())
        .collect();
    for threads in [1, 3] {
        let together = Mutex::new(vec![None; paths.len()]);
        analyze_batch(&paths, &config(), threads, &CancelFlag::new(), |item| {
            together.lock().unwrap()[item.index] = item.result.ok();
        })
        .unwrap();
        let together = together.into_inner().unwrap();
        for (alone, together) in alone.iter().zip(together) {
            assert_eq!(Some(alone), together.as_ref());
        }
    }
}
