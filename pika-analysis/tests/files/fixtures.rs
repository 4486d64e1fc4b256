//! Sound made by code, and files made of it.

use std::{path::Path, process::Command};

/// Frame of the first kick, and frames between two, at 44.1 kHz: 120 BPM from 0.2 s on.
pub(crate) const FIRST_KICK_S: f64 = 0.2;
pub(crate) const KICK_PERIOD_S: f64 = 0.5;

/// Kicks at 120 BPM: a click that falls in pitch and dies away within 150 ms, over a quiet chord.
pub(crate) fn kicks(rate_hz: u32, seconds: f64) -> Vec<f32> {
    let rate = f64::from(rate_hz);
    (0..(seconds * rate) as u32)
        .map(|index| {
            let t = f64::from(index) / rate;
            let since = (t - FIRST_KICK_S).rem_euclid(KICK_PERIOD_S);
            let kick = if t >= FIRST_KICK_S && since < 0.15 {
                0.7 * (-since * 30.0).exp()
                    * (std::f64::consts::TAU * (60.0 + 120.0 * (-since * 60.0).exp()) * since).cos()
            } else {
                0.0
            };
            let chord: f64 = [220.0, 261.63, 329.63]
                .iter()
                .map(|f| (std::f64::consts::TAU * f * t).sin())
                .sum();
            (kick + 0.02 * chord) as f32
        })
        .collect()
}

/// A 16-bit WAV file with the same sound in each channel.
pub(crate) fn wav(samples: &[f32], rate_hz: u32, channels: u16) -> Vec<u8> {
    let mut data = Vec::with_capacity(samples.len() * usize::from(channels) * 2);
    for &sample in samples {
        for _ in 0..channels {
            data.extend(((sample * 32_767.0) as i16).to_le_bytes());
        }
    }
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    file.extend(channels.to_le_bytes());
    file.extend(rate_hz.to_le_bytes());
    file.extend((rate_hz * u32::from(channels) * 2).to_le_bytes());
    file.extend((channels * 2).to_le_bytes());
    file.extend(b"\x10\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// A 16-bit mono AIFF file at 44.1 kHz.
pub(crate) fn aiff(samples: &[f32]) -> Vec<u8> {
    let data: Vec<u8> = samples
        .iter()
        .flat_map(|&s| ((s * 32_767.0) as i16).to_be_bytes())
        .collect();
    let mut file = b"FORM".to_vec();
    file.extend((46 + data.len() as u32).to_be_bytes());
    file.extend(b"AIFFCOMM\0\0\0\x12\0\x01");
    file.extend((samples.len() as u32).to_be_bytes());
    // 16 bits; 44 100 as an 80-bit float.
    file.extend(b"\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0SSND");
    file.extend((8 + data.len() as u32).to_be_bytes());
    file.extend([0; 8]);
    file.extend(data);
    file
}

/// Whether ffmpeg is there; says so when it is not.
pub(crate) fn has_ffmpeg() -> bool {
    let found = run_ffmpeg(&["-version"]);
    if !found {
        eprintln!("skipped: ffmpeg is not installed");
    }
    found
}

fn run_ffmpeg(arguments: &[&str]) -> bool {
    Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-y"])
        .args(arguments)
        .stdout(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Encodes a file by ffmpeg. False when it has no such encoder.
pub(crate) fn encode(from: &Path, options: &[&str], to: &Path) -> bool {
    let mut arguments = vec!["-i", from.to_str().unwrap(), "-map_metadata", "-1"];
    arguments.extend(options);
    arguments.push(to.to_str().unwrap());
    run_ffmpeg(&arguments)
}

/// Every format that must be read: file name and encoder options.
pub(crate) const READABLE: [(&str, &[&str]); 9] = [
    ("a.flac", &[]),
    ("lame.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"]),
    ("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "4"]),
    ("aac.m4a", &["-c:a", "aac", "-b:a", "160k"]),
    ("alac.m4a", &["-c:a", "alac"]),
    ("a.ogg", &["-c:a", "libvorbis", "-q:a", "5"]),
    ("float.wav", &["-c:a", "pcm_f32le"]),
    ("adpcm.wav", &["-c:a", "adpcm_ms"]),
    ("deep.aiff", &["-c:a", "pcm_s24be"]),
];
