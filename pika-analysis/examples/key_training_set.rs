//! Writes what the key model learns from: the evidence of generated songs, whole and cut out of the middle.
//!
//!     cargo run --release -p pika-analysis --example key_training_set -- OUT N_SONGS
//!
//! OUT gets, for each seed below N_SONGS, two records (the whole song, then a part of it) of little-endian 32-bit
//! floats: the key (tonic from C, plus 12 for minor), then `[channel][pitch class]`. The same arguments give the same
//! bytes. About 0.1 s of one core per song. `scripts/train-key-model` calls it.

use std::io::{self, BufWriter, Write};

use pika_analysis::internals::{Evidence, MonoAudio, N_CHANNELS, chromagram};
use rayon::prelude::*;

#[path = "../tests/music/mod.rs"]
mod music;

/// Enough for all that chroma looks at, and quick to synthesise.
const RATE_HZ: f64 = 11_025.0;

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(count)) = (args.next(), args.next().and_then(|n| n.parse::<u64>().ok())) else {
        eprintln!("usage: key_training_set OUT N_SONGS");
        std::process::exit(2);
    };
    let records: Vec<[Vec<f32>; 2]> = (0..count).into_par_iter().map(records).collect();
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    for value in records.iter().flatten().flatten() {
        out.write_all(&value.to_le_bytes())?;
    }
    out.flush()
}

fn records(seed: u64) -> [Vec<f32>; 2] {
    let song = music::random::Song::random(seed);
    let samples = song.render(RATE_HZ);
    let mut rng = music::rng::Rng::new(!seed);
    let share = |share: f64| (share * samples.len() as f64) as usize;
    let part = samples[share(rng.range(0.05, 0.4))..share(rng.range(0.6, 0.95))].to_vec();
    [samples, part].map(|samples| record(samples, song.key_index()))
}

fn record(samples: Vec<f32>, key: usize) -> Vec<f32> {
    let chroma = chromagram(&MonoAudio {
        samples,
        sample_rate_hz: RATE_HZ,
    });
    let mut record = vec![key as f32];
    match Evidence::gather(&chroma) {
        Some(evidence) => record.extend(evidence.channels.iter().flatten()),
        None => record.extend([0.0; 12 * N_CHANNELS]),
    }
    record
}
