//! Makes training examples for the rhythm classifiers: renders songs by code and prints lines of
//! `kind,song,held out,beats a bar,label,place,features…`. `scripts/train-rhythm` reads them.
//!
//!     rhythm_features FIRST_SEED COUNT > features.csv

use std::io::{self, BufWriter, Write};

use pika_analysis::internals::{chromagram, spectrum, training_features};

#[path = "../tests/synth/mod.rs"]
mod synth;

use synth::{Random, TempoShape, Wish, styles::STYLES};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u64>().unwrap_or(0));
    let (first, count) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(100));
    let mut out = BufWriter::new(io::stdout().lock());
    for seed in first..first + count {
        let mut random = Random::new(seed);
        let style = random.pick(STYLES);
        let wish = Wish {
            bpm: random.range(style.bpm.0, style.bpm.1),
            duration_s: random.range(28.0, 50.0),
            jitter_s: *random.pick(&[0.0, 0.004, 0.008, 0.013]),
            tempo: *random.pick(&[
                TempoShape::Constant,
                TempoShape::Constant,
                TempoShape::Wander(0.01),
            ]),
            lead_in_s: *random.pick(&[0.0, 0.0, 1.3]),
            dirt: random.unit(),
        };
        let song = synth::song(style, &wish, seed);
        let chroma = chromagram(&song.audio);
        let features = training_features(&spectrum(&song.audio), &chroma, song.bpm, &song.beats_s);
        let name = format!(
            "{seed}_{},{},{}",
            style.name,
            u8::from(style.held_out),
            style.beats_per_bar
        );
        for (index, (bpm, values)) in features.levels.iter().enumerate() {
            let right = features.true_level == Some(index);
            line(&mut out, "level", &name, u8::from(right).into(), *bpm, values)?;
        }
        for (offset, values) in features.phases.iter().enumerate() {
            line(
                &mut out,
                "phase",
                &name,
                (offset == features.true_phase).into(),
                offset as f64,
                values,
            )?;
        }
        for beats in features.bars {
            for (index, values) in beats.iter().enumerate() {
                line(&mut out, "bar", &name, beats.len() as u32, index as f64, values)?;
            }
        }
    }
    out.flush()
}

fn line(out: &mut impl Write, kind: &str, name: &str, label: u32, at: f64, values: &[f32]) -> io::Result<()> {
    write!(out, "{kind},{name},{label},{at:.3}")?;
    for value in values {
        write!(out, ",{value:.2}")?;
    }
    writeln!(out)
}
