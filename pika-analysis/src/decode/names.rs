//! Formats that are recognised but cannot be read, by their first bytes: so that a DJ learns what
//! the file is instead of "not an audio file".

use std::io::{self, Read, Seek, SeekFrom};

use crate::AnalysisError;

/// Bytes of the start that are looked at.
const LOOK: usize = 64 << 10;

/// Where a file begins after any ID3v2 tags, in bytes, and its first 64 KB from there. Leaves `source` at its start.
pub(super) fn start_of(source: &mut (impl Read + Seek)) -> io::Result<(u64, Vec<u8>)> {
    let at = after_tags(source)?;
    source.seek(SeekFrom::Start(at))?;
    let mut start = Vec::new();
    source.take(LOOK as u64).read_to_end(&mut start)?;
    source.seek(SeekFrom::Start(0))?;
    Ok((at, start))
}

/// Where a file begins after any ID3v2 tags, in bytes. Leaves `source` anywhere.
pub(super) fn after_tags(source: &mut (impl Read + Seek)) -> io::Result<u64> {
    source.seek(SeekFrom::Start(0))?;
    let mut at = 0u64;
    // Some programs put one tag in front of another.
    for _ in 0..8 {
        let mut header = [0u8; 10];
        let is_tag = source.read_exact(&mut header).is_ok() && &header[..3] == b"ID3" && header[3] != 0xff;
        if !is_tag {
            break;
        }
        let length = header[6..10]
            .iter()
            .fold(0u64, |sum, &byte| sum << 7 | u64::from(byte & 0x7f));
        let footer = if header[5] & 0x10 != 0 { 10 } else { 0 };
        at += 10 + length + footer;
        source.seek(SeekFrom::Start(at))?;
    }
    Ok(at)
}

/// Why a file with this start cannot be analysed; `None` when it may be.
pub(super) fn refusal(start: &[u8]) -> Option<AnalysisError> {
    if start.is_empty() {
        return Some(AnalysisError::Unreadable("it is empty".to_owned()));
    }
    if start.starts_with(ASF) {
        let is_encrypted = [ASF_ENCRYPTION, ASF_EXTENDED_ENCRYPTION]
            .iter()
            .any(|guid| start.windows(guid.len()).any(|window| window == *guid));
        return Some(if is_encrypted {
            AnalysisError::Protected("WMA".to_owned())
        } else {
            AnalysisError::Unsupported("WMA".to_owned())
        });
    }
    if start.get(4..8) == Some(b"ftyp") && matches!(start.get(8..12), Some(b"aax " | b"aaxc")) {
        return Some(AnalysisError::Protected("Audible".to_owned()));
    }
    if start.get(4..8) == Some(&[0x57, 0x90, 0x75, 0x36]) {
        return Some(AnalysisError::Protected("Audible".to_owned()));
    }
    let name = if start.starts_with(b"OggS") {
        ogg_codec(start)
    } else if start.starts_with(b"RIFF") {
        riff_codec(start)
    } else {
        MAGIC
            .iter()
            .find(|(magic, _)| start.starts_with(magic))
            .map(|(_, name)| (*name).to_owned())
            .or_else(|| is_ac3(start).then(|| "AC-3".to_owned()))
    };
    name.map(AnalysisError::Unsupported)
}

const ASF: &[u8] = &[
    0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c,
];
const ASF_ENCRYPTION: &[u8] = &[
    0xfb, 0xb3, 0x11, 0x22, 0x23, 0xbd, 0xd2, 0x11, 0xb4, 0xb7, 0x00, 0xa0, 0xc9, 0x55, 0xfc, 0x6e,
];
const ASF_EXTENDED_ENCRYPTION: &[u8] = &[
    0x14, 0xe6, 0x8a, 0x29, 0x22, 0x26, 0x17, 0x4c, 0xb9, 0x35, 0xda, 0xe0, 0x7e, 0xe9, 0x28, 0x9c,
];

/// First bytes and name of formats that are told by them alone.
const MAGIC: [(&[u8], &str); 19] = [
    (b"MAC ", "Monkey's Audio"),
    (b"wvpk", "WavPack"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"DSD ", "DSD"),
    (b"FRM8", "DSD"),
    (b"TTA1", "True Audio"),
    (b"TTA2", "True Audio"),
    (b"OFR ", "OptimFROG"),
    (b"caff", "CAF"),
    (b"\x1a\x45\xdf\xa3", "Matroska or WebM"),
    (b"#!AMR", "AMR"),
    (b"RF64", "RF64"),
    (b"riff", "Wave64"),
    (b".snd", "AU"),
    (b"ADIF", "AAC in ADIF"),
    (b"\x7f\xfe\x80\x01", "DTS"),
    (b"MThd", "MIDI"),
    (b".ra\xfd", "RealAudio"),
];

/// Two frames in a row: one sync word alone is too common.
fn is_ac3(start: &[u8]) -> bool {
    // Words of 16 bits a frame at 48, 44.1 and 32 kHz per 32 kbit/s … (ATSC A/52, table 5.18).
    const KBIT: [usize; 19] = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ];
    let Some(&[0x0b, 0x77, _, _, sizes]) = start.get(..5) else {
        return false;
    };
    let Some(&rate) = KBIT.get(usize::from(sizes & 0x3f) / 2) else {
        return false;
    };
    let words = match sizes >> 6 {
        0 => rate * 2,
        1 => rate * 320 / 147 + usize::from(sizes & 1),
        2 => rate * 3,
        // Enhanced AC-3 has its length elsewhere.
        _ => return false,
    };
    start.get(words * 2..words * 2 + 2) == Some(&[0x0b, 0x77])
}

/// Codec of the first Ogg stream, unless it is one that can be read.
fn ogg_codec(start: &[u8]) -> Option<String> {
    let segments = usize::from(*start.get(26)?);
    let payload = start.get(27 + segments..)?;
    let known: [(&[u8], &str); 5] = [
        (b"OpusHead", "Opus"),
        (b"Speex   ", "Speex"),
        (b"\x80theora", "Ogg video"),
        (b"PCM     ", "PCM in Ogg"),
        (b"BBCD", "Ogg video"),
    ];
    known
        .iter()
        .find(|(magic, _)| payload.starts_with(magic))
        .map(|(_, name)| (*name).to_owned())
}

/// A WAV file whose codec cannot be read, or another kind of RIFF file.
fn riff_codec(start: &[u8]) -> Option<String> {
    match start.get(8..12)? {
        b"WAVE" => {}
        b"AVI " => return Some("AVI".to_owned()),
        b"RMID" => return Some("MIDI".to_owned()),
        _ => return None,
    }
    let mut at = 12usize;
    for _ in 0..64 {
        let size = u32::from_le_bytes(start.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        if start.get(at..at + 4)? == b"fmt " {
            let tag = u16::from_le_bytes(start.get(at + 8..at + 10)?.try_into().ok()?);
            return match tag {
                0x0050 | 0x0055 => Some("MP3 in WAV".to_owned()),
                0x0092 | 0x2000 => Some("AC-3 in WAV".to_owned()),
                0x2001 => Some("DTS in WAV".to_owned()),
                0x00ff | 0x1600 | 0x1602 | 0x1610 => Some("AAC in WAV".to_owned()),
                0x0160..=0x0163 => Some("WMA in WAV".to_owned()),
                0x674f..=0x6771 => Some("Vorbis in WAV".to_owned()),
                _ => None,
            };
        }
        at = at.checked_add(8)?.checked_add(size)?.checked_add(size & 1)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(start: &[u8]) -> String {
        refusal(start).map_or_else(|| "fine".to_owned(), |error| error.to_string())
    }

    #[test]
    fn known_formats_are_named() {
        let mut opus = b"OggS\0\x02".to_vec();
        opus.resize(26, 0);
        opus.extend(b"\x01\x13OpusHead\x01");
        assert_eq!(
            told(&opus),
            "Pika! cannot read Opus files. Convert it to MP3, M4A or FLAC."
        );
        assert_eq!(
            told(ASF),
            "Pika! cannot read WMA files. Convert it to MP3, M4A or FLAC."
        );
        assert_eq!(
            told(&[ASF, &[0; 40], ASF_ENCRYPTION].concat()),
            "it is copy-protected (WMA): only its own player can read it"
        );
        assert_eq!(
            told(b"wvpk\0\0\0\0"),
            "Pika! cannot read WavPack files. Convert it to MP3, M4A or FLAC."
        );
        assert_eq!(
            told(b"\0\0\0\x20ftypaax \0\0"),
            "it is copy-protected (Audible): only its own player can read it"
        );
        assert_eq!(told(b""), "damaged or not an audio file: it is empty");
    }

    #[test]
    fn what_can_be_read_is_let_through() {
        for start in [
            &b"fLaC\0\0\0\x22"[..],
            b"\xff\xfb\x90\x64",
            b"FORM\0\0\0\0AIFF",
            b"\0\0\0\x20ftypM4A ",
        ] {
            assert_eq!(told(start), "fine");
        }
    }

    #[test]
    fn tags_in_front_are_skipped() {
        let mut file = b"ID3\x04\0\0\0\0\0\x05hello".to_vec();
        file.extend(b"MAC rest");
        let mut source = io::Cursor::new(file);
        assert_eq!(start_of(&mut source).unwrap().1, b"MAC rest");
        assert_eq!(source.position(), 0);
    }

    #[test]
    fn ac3_needs_two_frames() {
        let mut frames = vec![0u8; 512];
        frames[..5].copy_from_slice(&[0x0b, 0x77, 0, 0, 0x08]);
        assert_eq!(told(&frames), "fine");
        frames[256..258].copy_from_slice(&[0x0b, 0x77]);
        assert_eq!(
            told(&frames),
            "Pika! cannot read AC-3 files. Convert it to MP3, M4A or FLAC."
        );
    }
}
