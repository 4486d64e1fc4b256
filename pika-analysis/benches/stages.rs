//! Each stage of the engine on one minute of stereo music made by code, at 44.1 kHz.
//!
//! `cargo bench -p pika-analysis`, or one stage: `cargo bench -p pika-analysis -- spectrum`.

// One call per line reads better than a block around each.
#![allow(clippy::semicolon_if_nothing_returned)]

use std::{hint::black_box, path::PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use pika_analysis::{
    AnalysisConfig, CancelFlag, analyze_file, decode_file,
    internals::{bench, chromagram, decode_mono, estimate_key, rhythm, spectrum},
};

const RATE_HZ: u32 = 44_100;
const SECONDS: u32 = 60;

/// Drums at 100 BPM with a bass and chords that change every bar.
fn music() -> Vec<f32> {
    let beat_s = 0.6;
    let chords = [
        [220.0, 261.63, 329.63],
        [174.61, 220.0, 261.63],
        [261.63, 329.63, 392.0],
        [196.0, 246.94, 293.66],
    ];
    let mut noise = 1u32;
    (0..RATE_HZ * SECONDS)
        .map(|index| {
            let t = f64::from(index) / f64::from(RATE_HZ);
            let beat = (t / beat_s) as usize;
            let since = t - beat as f64 * beat_s;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = f64::from(noise) / f64::from(u32::MAX) - 0.5;
            let drum = if beat.is_multiple_of(2) {
                (std::f64::consts::TAU * 55.0 * since).sin()
            } else {
                hiss
            };
            let chord = chords[beat / 4 % 4];
            let tones: f64 = chord.iter().map(|f| (std::f64::consts::TAU * f * t).sin()).sum();
            let bass = (std::f64::consts::TAU * chord[0] / 4.0 * t).sin();
            (0.5 * drum * (-since * 12.0).exp() + 0.08 * tones + 0.15 * bass + 0.01 * hiss) as f32
        })
        .collect()
}

/// The music as a stereo WAV file in a folder of its own.
fn write_wav(folder: &std::path::Path) -> PathBuf {
    let data: Vec<u8> = music()
        .iter()
        .flat_map(|&sample| {
            let bytes = ((sample * 30_000.0) as i16).to_le_bytes();
            [bytes, bytes].concat()
        })
        .collect();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(RATE_HZ.to_le_bytes());
    file.extend((RATE_HZ * 4).to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    let path = folder.join("music.wav");
    std::fs::write(&path, file).expect("the folder is ours");
    path
}

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write_wav(folder.path());
    let config = AnalysisConfig::default();
    let cancel = CancelFlag::new();
    let audio = decode_mono(&path, &config).expect("our own file");
    let (left, right) = (music(), music());
    let features = spectrum(&audio);
    let chroma = chromagram(&audio);
    let mut group = criterion.benchmark_group("one minute");
    group.sample_size(20);
    group.bench_function("decode wav", |b| {
        b.iter(|| decode_file(black_box(&path), &config, &cancel))
    });
    group.bench_function("decimate", |b| {
        b.iter(|| bench::decimate(black_box(&left), RATE_HZ))
    });
    group.bench_function("loudness", |b| {
        b.iter(|| bench::loudness(black_box(&left), &right, RATE_HZ))
    });
    group.bench_function("front end", |b| {
        b.iter(|| bench::front_end(black_box(&left), &right, RATE_HZ))
    });
    group.bench_function("fingerprint", |b| {
        b.iter(|| bench::fingerprint(black_box(&audio)))
    });
    group.bench_function("spectrum", |b| b.iter(|| spectrum(black_box(&audio))));
    group.bench_function("chromagram", |b| b.iter(|| chromagram(black_box(&audio))));
    group.bench_function("rhythm", |b| {
        b.iter(|| rhythm(black_box(&features), &chroma, &config, f64::from(SECONDS)));
    });
    group.bench_function("key", |b| b.iter(|| estimate_key(black_box(&chroma))));
    group.bench_function("everything", |b| {
        b.iter(|| analyze_file(black_box(&path), &config))
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
