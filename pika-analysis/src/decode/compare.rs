//! Decoded sound against ffmpeg's, sample by sample: the position of time zero and the length.

use std::{path::Path, process::Command};

use super::{Bytes, DecodeLimits, SoundBlock, SoundSink, decode};
use crate::control::{CancelFlag, Control};

/// Keeps the first channel.
#[derive(Default)]
struct Keep {
    samples: Vec<f32>,
    rate_hz: u32,
}

impl SoundSink for Keep {
    fn start(&mut self, sample_rate_hz: u32) {
        self.rate_hz = sample_rate_hz;
    }

    fn block(&mut self, block: &SoundBlock<'_>) {
        self.samples.extend_from_slice(block.planes[0]);
    }
}

fn ours(path: &Path) -> Keep {
    let control = Control::start(None, &CancelFlag::new());
    let limits = DecodeLimits {
        control: &control,
        max_duration_s: 3600.0,
    };
    let mut keep = Keep::default();
    decode(Bytes::open(path).unwrap(), &limits, &mut keep).unwrap();
    keep
}

fn ffmpeg(arguments: &[&str]) -> bool {
    Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-y"])
        .args(arguments)
        .status()
        .is_ok_and(|status| status.success())
}

/// First channel as ffmpeg decodes it.
fn theirs(path: &Path, folder: &Path) -> Vec<f32> {
    let raw = folder.join("raw.f32");
    let filter = "pan=mono|c0=c0";
    let done = ffmpeg(&[
        "-i",
        &path.display().to_string(),
        "-af",
        filter,
        "-f",
        "f32le",
        &raw.display().to_string(),
    ]);
    assert!(done, "ffmpeg decodes {}", path.display());
    let bytes = std::fs::read(raw).unwrap();
    bytes
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect()
}

/// A click every half second on a quiet chord.
fn write_wav(path: &Path, rate_hz: u32, seconds: u32) {
    let count = rate_hz * seconds + 77;
    let mut bytes = Vec::new();
    for index in 0..count {
        let t = f64::from(index) / f64::from(rate_hz);
        let click = if index % (rate_hz / 2) == 321 { 0.6 } else { 0.0 };
        let chord = 0.1 * ((2764.0 * t).sin() + (3482.0 * t).sin());
        let sample = ((click + chord) * 32_767.0) as i16;
        bytes.extend(sample.to_le_bytes());
        bytes.extend((sample / 2).to_le_bytes());
    }
    let mut file = b"RIFF".to_vec();
    file.extend((36 + bytes.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(rate_hz.to_le_bytes());
    file.extend((rate_hz * 4).to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend((bytes.len() as u32).to_le_bytes());
    file.extend(bytes);
    std::fs::write(path, file).unwrap();
}

/// Encodes `wav`; false when ffmpeg is not there.
fn encode(wav: &Path, options: &[&str], to: &Path) {
    let mut arguments = vec!["-i", wav.to_str().unwrap()];
    arguments.extend(options);
    arguments.push(to.to_str().unwrap());
    assert!(ffmpeg(&arguments), "ffmpeg encodes {}", to.display());
}

fn rms_difference(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    (squares.sum::<f64>() / a.len().min(b.len()).max(1) as f64).sqrt()
}

/// Name, encoder options, and by how many frames the length may differ: the edit list of MP4 counts
/// in milliseconds of the movie, and ffmpeg plays the last packet whole.
const FORMATS: [(&str, &[&str], usize); 13] = [
    ("copy.wav", &["-c:a", "pcm_s24le"], 0),
    ("a.aiff", &[], 0),
    ("a.flac", &[], 0),
    ("a.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"], 0),
    ("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "4"], 0),
    ("plain.mp3", &["-c:a", "libmp3lame", "-write_xing", "0"], 0),
    ("a.m4a", &["-c:a", "aac", "-b:a", "192k"], 1024),
    ("fast.m4a", &["-c:a", "aac", "-movflags", "+faststart"], 1024),
    (
        "fragmented.m4a",
        &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"],
        0,
    ),
    ("alac.m4a", &["-c:a", "alac"], 0),
    ("raw.aac", &["-c:a", "aac"], 0),
    ("a.ogg", &["-c:a", "libvorbis", "-q:a", "5"], 0),
    ("flac.ogg", &["-c:a", "flac"], 0),
];

#[test]
fn every_format_begins_and_ends_where_ffmpeg_says() {
    if !ffmpeg(&["-version"]) {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("in.wav");
    write_wav(&wav, 44_100, 3);
    for (name, options, slack) in FORMATS {
        let path = folder.path().join(name);
        encode(&wav, options, &path);
        let (ours, theirs) = (ours(&path).samples, theirs(&path, folder.path()));
        let difference = ours.len().abs_diff(theirs.len());
        assert!(
            difference <= slack,
            "{name}: {} and {} frames",
            ours.len(),
            theirs.len()
        );
        // One sample of shift would give about 0.01.
        let error = rms_difference(&ours, &theirs);
        assert!(error < 1e-4, "{name}: differs by {error}");
    }
}

#[test]
fn itunes_gapless_tag_serves_where_the_edit_list_is_missing() {
    if !ffmpeg(&["-version"]) {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (wav, path) = (folder.path().join("in.wav"), folder.path().join("a.m4a"));
    write_wav(&wav, 48_000, 3);
    encode(&wav, &["-c:a", "aac"], &path);
    let with_edits = ours(&path).samples;
    let mut bytes = std::fs::read(&path).unwrap();
    let edits = bytes.windows(4).position(|four| four == b"edts").unwrap();
    bytes[edits..edits + 4].copy_from_slice(b"free");
    std::fs::write(&path, &bytes).unwrap();
    let without = ours(&path).samples;
    assert!(without.len() >= with_edits.len() + 1024);
    assert!(rms_difference(&without[1024..], &with_edits) < 1e-6);
    let frames = 48_000 * 3 + 77;
    add_itunes_tag(
        &path,
        &format!(" 00000000 00000400 000001CA {frames:016X} 00000000"),
    );
    let tagged = ours(&path).samples;
    assert_eq!(tagged.len(), frames);
    assert!(rms_difference(&tagged, &with_edits) < 1e-6);
}

fn add_itunes_tag(path: &Path, value: &str) {
    use lofty::{
        config::{ParseOptions, WriteOptions},
        file::AudioFile,
        mp4::{Atom, AtomData, AtomIdent, Ilst, Mp4File},
    };
    let mut file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut mp4 = Mp4File::read_from(&mut file, ParseOptions::new()).unwrap();
    let mut tags = Ilst::new();
    tags.insert(Atom::new(
        AtomIdent::Freeform {
            mean: "com.apple.iTunes".into(),
            name: "iTunSMPB".into(),
        },
        AtomData::UTF8(value.to_owned()),
    ));
    mp4.set_ilst(tags);
    mp4.save_to_path(path, WriteOptions::default()).unwrap();
}

#[test]
fn a_header_that_announces_too_little_does_not_cut_music_off() {
    if !ffmpeg(&["-version"]) {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (wav, path) = (folder.path().join("in.wav"), folder.path().join("a.mp3"));
    write_wav(&wav, 44_100, 3);
    encode(
        &wav,
        &["-c:a", "libmp3lame", "-b:a", "128k", "-id3v2_version", "0"],
        &path,
    );
    let once = ours(&path).samples;
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, [bytes.clone(), bytes].concat()).unwrap();
    let twice = ours(&path).samples;
    assert!(twice.len() >= 2 * once.len(), "{} of {}", twice.len(), once.len());
    assert!(rms_difference(&twice, &once) < 1e-6);
}

#[test]
fn a_damaged_stretch_keeps_later_sound_in_place() {
    if !ffmpeg(&["-version"]) {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("in.wav");
    write_wav(&wav, 44_100, 8);
    for (name, options, slack) in [
        ("a.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"][..], 1152),
        ("a.m4a", &["-c:a", "aac"], 0),
        ("a.flac", &[], 0),
        ("a.ogg", &["-c:a", "libvorbis"], 0),
    ] {
        let path = folder.path().join(name);
        encode(&wav, options, &path);
        let whole = ours(&path).samples;
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 300].fill(0x55);
        std::fs::write(&path, &bytes).unwrap();
        let damaged = ours(&path).samples;
        // The click at 7.5 s must be where it was; an MP3 frame without its header cannot be counted.
        let click = 330_750 + 321;
        let around = |samples: &[f32], at: usize| {
            (at - 2000..at + 2000).max_by(|&a, &b| samples[a].abs().total_cmp(&samples[b].abs()))
        };
        assert_eq!(around(&whole, click), Some(click), "{name}");
        let shift = around(&damaged, click).unwrap().abs_diff(click);
        assert!(shift <= slack, "{name}: moved by {shift} frames");
    }
}
