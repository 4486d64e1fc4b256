//! Sound made by code: short songs, no two alike, and files that are none.

use std::{fs, path::Path};

const RATE: u32 = 8000;
const SECONDS: u32 = 3;

/// Songs numbered from 0 in `folder`; those that are there stay as they are.
pub(crate) fn write(folder: &Path, count: u32) {
    fs::create_dir_all(folder).unwrap();
    for number in 0..count {
        let path = folder.join(format!("song {number}.wav"));
        if !path.exists() {
            fs::write(path, song(number)).unwrap();
        }
    }
}

/// A WAV file of three seconds: beats, and a tone of its own.
pub(crate) fn song(number: u32) -> Vec<u8> {
    let tone = 200.0 + 13.0 * f64::from(number);
    let samples = (0..RATE * SECONDS).map(|index| {
        let t = f64::from(index) / f64::from(RATE);
        let beat = (-(t % 0.5) * 30.0).exp() * (400.0 * (t % 0.5)).sin();
        let sound = 0.6 * beat + 0.2 * (std::f64::consts::TAU * tone * t).sin();
        ((sound * 30_000.0) as i16).to_le_bytes()
    });
    let samples: Vec<u8> = samples.flatten().collect();
    let length = samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((2 * RATE).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

/// Files with the names of music that hold none: empty, cut short, noise behind an honest beginning.
pub(crate) fn write_broken(folder: &Path, count: u32) {
    const BEGINNINGS: [&[u8]; 8] = [
        b"",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"fLaC\0\0\0\x22",
        b"OggS\0\x02\0\0\0\0\0\0\0\0",
        b"\0\0\0\x18ftypM4A \0\0\0\0",
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        b"FORM\0\0\xff\xffAIFFCOMM",
        b"<html>not found</html>",
    ];
    const SUFFIXES: [&str; 7] = ["mp3", "flac", "wav", "m4a", "ogg", "aiff", "aac"];
    let mut noise = 1u32;
    for number in 0..count {
        let mut bytes = BEGINNINGS[number as usize % BEGINNINGS.len()].to_vec();
        for _ in 0..number % 97 {
            // Numerical Recipes' quick generator.
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((noise >> 24) as u8);
        }
        let suffix = SUFFIXES[number as usize % SUFFIXES.len()];
        fs::write(folder.join(format!("broken {number}.{suffix}")), bytes).unwrap();
    }
}
