//! Identity of a file by its sound: it survives moving, renaming and new tags.
//!
//! Tags sit before or after the sound, so the sound's own stretch of the file is found first.
//! Hashed are its length and four windows of it: reading every byte of a large library at each
//! scan would take hours on a spinning disk. The identity is used to recognise a file that moved,
//! never to throw one of two files away.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use sha2::{Digest, Sha256};

/// Bytes of each window.
const WINDOW: u64 = 32 << 10;
/// Windows spread evenly, the first at the start and the last at the end.
const WINDOWS: u64 = 4;
/// More chunks, blocks or atoms than this and the rest of the file is taken as it is.
const MAX_PARTS: usize = 4096;

/// Identity of the sound in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentId(pub [u8; 16]);

/// Computes the identity of the file at `path`. Reads at most a few hundred kilobytes.
pub fn content_id(path: &Path) -> io::Result<ContentId> {
    identify(&mut File::open(path)?)
}

/// The identity of an open file.
pub(super) fn identify(file: &mut (impl Read + Seek)) -> io::Result<ContentId> {
    let size = file.seek(SeekFrom::End(0))?;
    let (start, end) = sound_range(file, size)?;
    let length = end - start;
    let mut hash = Sha256::new();
    hash.update(length.to_le_bytes());
    let mut window = Vec::new();
    if length <= WINDOW * WINDOWS {
        read_at(file, start, length, &mut window)?;
        hash.update(&window);
    } else {
        for index in 0..WINDOWS {
            let offset = start + (length - WINDOW) / (WINDOWS - 1) * index;
            read_at(file, offset, WINDOW, &mut window)?;
            hash.update(&window);
        }
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    Ok(ContentId(id))
}

/// Where the sound begins and ends, in bytes; the whole file when the format is not known.
fn sound_range(file: &mut (impl Read + Seek), size: u64) -> io::Result<(u64, u64)> {
    let head_start = after_id3v2(file, size)?;
    let mut head = [0; 12];
    let n = read_some(file, head_start, &mut head)?;
    let range = match &head[..n] {
        [b'f', b'L', b'a', b'C', ..] => (after_flac_blocks(file, head_start + 4, size)?, size),
        [b'R', b'I', b'F', b'F', .., b'W', b'A', b'V', b'E'] => largest_part(
            file,
            head_start + 12,
            size,
            &Parts {
                name: *b"data",
                id_first: true,
                big_endian: false,
            },
        )?,
        [b'F', b'O', b'R', b'M', .., b'A', b'I', b'F', b'F' | b'C'] => largest_part(
            file,
            head_start + 12,
            size,
            &Parts {
                name: *b"SSND",
                id_first: true,
                big_endian: true,
            },
        )?,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => largest_part(
            file,
            head_start,
            size,
            &Parts {
                name: *b"mdat",
                id_first: false,
                big_endian: true,
            },
        )?,
        _ => (head_start, before_trailing_tags(file, head_start, size)?),
    };
    Ok(if range.0 < range.1 { range } else { (0, size) })
}

/// End of the ID3v2 tags at the start, 0 without one.
fn after_id3v2(file: &mut (impl Read + Seek), size: u64) -> io::Result<u64> {
    let mut start = 0;
    for _ in 0..4 {
        let mut head = [0; 10];
        if read_some(file, start, &mut head)? < 10 || &head[..3] != b"ID3" {
            break;
        }
        // Seven bits a byte; the footer, when flagged, has ten bytes more.
        let length = head[6..]
            .iter()
            .fold(0u64, |sum, &byte| sum << 7 | u64::from(byte & 0x7f));
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        let next = start + 10 + length + footer;
        if next >= size {
            break;
        }
        start = next;
    }
    Ok(start)
}

/// Start of the ID3v1 and APEv2 tags at the end.
fn before_trailing_tags(file: &mut (impl Read + Seek), start: u64, size: u64) -> io::Result<u64> {
    let mut end = size;
    let mut tail = [0; 32];
    if end >= start + 128 && read_some(file, end - 128, &mut tail)? >= 3 && &tail[..3] == b"TAG" {
        end -= 128;
    }
    if end >= start + 32 && read_some(file, end - 32, &mut tail)? == 32 && &tail[..8] == b"APETAGEX" {
        let length = u64::from(u32::from_le_bytes([tail[12], tail[13], tail[14], tail[15]]));
        let header = if tail[23] & 0x80 != 0 { 32 } else { 0 };
        end = end
            .checked_sub(length + header)
            .filter(|&end| end > start)
            .unwrap_or(end);
    }
    Ok(end)
}

fn after_flac_blocks(file: &mut (impl Read + Seek), mut at: u64, size: u64) -> io::Result<u64> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        if at >= size || read_some(file, at, &mut head)? < 4 {
            break;
        }
        at += 4 + u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    Ok(at)
}

/// How a container names and measures its parts.
struct Parts {
    name: [u8; 4],
    /// RIFF: name, then length of the content. MP4: length with the header, then name.
    id_first: bool,
    big_endian: bool,
}

/// Range of the largest part of that name (an MP4 may have several).
fn largest_part(
    file: &mut (impl Read + Seek),
    mut at: u64,
    size: u64,
    parts: &Parts,
) -> io::Result<(u64, u64)> {
    let mut best = (0, 0);
    for _ in 0..MAX_PARTS {
        let mut head = [0; 16];
        let n = read_some(file, at, &mut head)?;
        if n < 8 {
            break;
        }
        let (name, length) = if parts.id_first {
            (&head[..4], &head[4..8])
        } else {
            (&head[4..8], &head[..4])
        };
        let length = [length[0], length[1], length[2], length[3]];
        let length = u64::from(if parts.big_endian {
            u32::from_be_bytes(length)
        } else {
            u32::from_le_bytes(length)
        });
        let (content, next) = match (parts.id_first, length) {
            (true, _) => (at + 8, at + 8 + length + (length & 1)),
            // 1: the true length follows in 64 bits; 0: to the end of the file.
            (false, 1) if n == 16 => {
                let long = head[8..]
                    .iter()
                    .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
                (at + 16, at.saturating_add(long))
            }
            (false, 0) => (at + 8, size),
            (false, _) => (at + 8, at + length),
        };
        let end = next.min(size);
        if name == parts.name && end.saturating_sub(content) > best.1 - best.0 {
            best = (content, end);
        }
        if next <= at || next >= size {
            break;
        }
        at = next;
    }
    Ok(best)
}

/// Fills `buffer` from `offset` as far as the file goes; returns how far.
fn read_some(file: &mut (impl Read + Seek), offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(offset))?;
    let mut n = 0;
    while n < buffer.len() {
        match file.read(&mut buffer[n..])? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}

fn read_at(file: &mut (impl Read + Seek), offset: u64, length: u64, into: &mut Vec<u8>) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    into.clear();
    file.take(length).read_to_end(into)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn id(bytes: Vec<u8>) -> ContentId {
        identify(&mut Cursor::new(bytes)).unwrap()
    }

    fn noise(length: usize, seed: u32) -> Vec<u8> {
        let mut state = seed;
        let step = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 | 1
        };
        (0..length).map(step).collect()
    }

    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let padding = vec![0; content.len() & 1];
        [name, &(content.len() as u32).to_le_bytes()[..], content, &padding].concat()
    }

    fn id3v2(text: &[u8]) -> Vec<u8> {
        let n = text.len() as u8;
        [b"ID3\x04\0\0\0\0\0", &[n][..], text].concat()
    }

    #[test]
    fn new_tags_do_not_make_another_mp3() {
        let sound = noise(400_000, 1);
        let mut id3v1 = b"TAG".to_vec();
        id3v1.resize(128, b' ');
        let plain = id(sound.clone());
        assert_eq!(plain, id([id3v2(b"one"), sound.clone()].concat()));
        assert_eq!(plain, id([id3v2(b"another"), sound.clone(), id3v1].concat()));
        assert_ne!(plain, id(noise(400_000, 2)));
        assert_ne!(plain, id(sound[..399_999].to_vec()));
    }

    #[test]
    fn a_change_in_the_middle_is_another_sound() {
        let sound = noise(100_000, 3);
        let mut changed = sound.clone();
        changed[50_000] ^= 0xff;
        assert_ne!(id(sound), id(changed));
    }

    #[test]
    fn containers_are_known_by_their_sound() {
        let sound = noise(300_000, 4);
        let wav = |info: &[u8]| {
            [
                b"RIFF\0\0\0\0WAVE",
                &chunk(b"LIST", info)[..],
                &chunk(b"data", &sound),
            ]
            .concat()
        };
        assert_eq!(id(wav(b"a")), id(wav(b"quite another")));
        let atom = |name: &[u8; 4], content: &[u8]| {
            [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
        };
        let m4a = |tags: &[u8]| [atom(b"ftyp", b"M4A "), atom(b"moov", tags), atom(b"mdat", &sound)].concat();
        assert_eq!(id(m4a(b"x")), id(m4a(b"longer tags")));
        let flac = |tags: &[u8]| [b"fLaC\x84\0\0", &[tags.len() as u8][..], tags, &sound].concat();
        assert_eq!(id(flac(b"x")), id(flac(b"longer tags")));
    }

    #[test]
    fn broken_headers_end() {
        for head in [
            &b"RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff"[..],
            b"\0\0\0\x08ftyp\0\0\0\0mdat",
            b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
            b"",
        ] {
            for end in 0..=head.len() {
                id(head[..end].to_vec());
            }
        }
    }
}
