//! Cut and damaged files: no panic, no hang, no unbounded memory.
//!
//! A seeded sample by default; `PIKA_HOSTILE_ROUNDS=50` multiplies it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use pika_analysis::{AnalysisConfig, CancelFlag, ErrorKind, analyze_file, decode_file, read_tags};

use crate::fixtures::{READABLE, aiff, encode, has_ffmpeg, kicks, wav};

/// Longer than any of these files may take, however busy the machine: a hang, not slowness.
const HANG: Duration = Duration::from_secs(120);

fn rounds() -> usize {
    std::env::var("PIKA_HOSTILE_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

/// Small files of every format, as bytes.
fn small_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let sound = kicks(44_100, 1.5);
    let source = folder.join("source.wav");
    let bytes = wav(&sound, 44_100, 2);
    std::fs::write(&source, &bytes).unwrap();
    let mut files = vec![
        ("own.wav".to_owned(), bytes),
        ("own.aiff".to_owned(), aiff(&sound)),
    ];
    if has_ffmpeg() {
        for (name, options) in READABLE {
            let path = folder.join(name);
            assert!(encode(&source, options, &path), "{name}");
            files.push((name.to_owned(), std::fs::read(path).unwrap()));
        }
    }
    files
}

/// Reads a file as far as possible. `whole`: with the analysis after the decoding.
fn survive(path: &Path, whole: bool, what: &str) {
    let config = AnalysisConfig {
        deadline: Some(HANG),
        ..AnalysisConfig::default()
    };
    let begun = Instant::now();
    let error = if whole {
        analyze_file(path, &config).err()
    } else {
        decode_file(path, &config, &CancelFlag::new()).err()
    };
    if let Some(error) = error {
        let kind = error.kind();
        assert!(
            !matches!(kind, ErrorKind::Internal | ErrorKind::Deadline),
            "{what}: {error}"
        );
    }
    read_tags(path).unwrap();
    assert!(begun.elapsed() < HANG, "{what}: took {:?}", begun.elapsed());
}

/// Xorshift: the same sequence everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn prefixes_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prefix");
    for (name, bytes) in small_files(folder.path()) {
        let mut dice = Dice(0x9e37_79b9);
        let steps = 24 * rounds();
        for step in 0..steps {
            // Half of them within the headers.
            let length = if step % 2 == 0 {
                dice.below(600)
            } else {
                bytes.len() * step / steps
            };
            std::fs::write(&path, &bytes[..length.min(bytes.len())]).unwrap();
            survive(&path, step % 8 == 7, &format!("{name}, first {length} bytes"));
        }
    }
}

#[test]
fn flipped_bytes_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped");
    for (name, bytes) in small_files(folder.path()) {
        for seed in 1..=(30 * rounds() as u64) {
            let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
            let mut damaged = bytes.clone();
            let header_only = seed % 2 == 0;
            for _ in 0..=dice.below(12) {
                let limit = if header_only {
                    1024.min(damaged.len())
                } else {
                    damaged.len()
                };
                let at = dice.below(limit);
                damaged[at] = match dice.below(3) {
                    0 => 0xff,
                    1 => 0,
                    _ => damaged[at] ^ 1 << dice.below(8),
                };
            }
            std::fs::write(&path, &damaged).unwrap();
            survive(&path, seed % 10 == 0, &format!("{name}, seed {seed}"));
        }
    }
    assert_bounded_memory();
}

/// Peak of the whole test process, with all its threads: far below what a believed header would take.
fn assert_bounded_memory() {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return;
    };
    let peak_kb: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap();
    assert!(peak_kb < 1_500_000, "{peak_kb} kB");
}

#[test]
fn noise_that_looks_like_many_formats_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noise");
    let starts: [&[u8]; 9] = [
        b"RIFF",
        b"FORM",
        b"fLaC",
        b"OggS",
        b"ID3\x04",
        b"\xff\xfb\x90",
        b"\0\0\0\x20ftypM4A ",
        b"\xff\xf1",
        b"",
    ];
    for (seed, start) in (1u64..).zip(starts) {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut bytes = start.to_vec();
        bytes.extend((0..100_000).map(|_| dice.below(256) as u8));
        std::fs::write(&path, &bytes).unwrap();
        survive(&path, false, &format!("noise {seed}"));
    }
}
