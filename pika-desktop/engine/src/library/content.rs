//! Identity of a file by its sound: it survives moving, renaming and new tags.
//!
//! Tags sit before, behind or (Ogg) in the middle of the sound's own container, so the sound's own stretch of the file
//! is found first: `tags` knows what stands around any sound, `parts` containers of chunks, `ogg` pages.
//! Hashed are its length and some windows of it: reading every byte of a large library at each scan would take hours
//! on a spinning disk. The identity is used to recognise a file that moved, never to throw one of two files away.

mod ogg;
mod parts;
mod tags;

use std::{
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use pika_analysis::{open_regular, read_at};
use sha2::{Digest, Sha256};

#[cfg(test)]
pub(crate) use ogg::tests::file as ogg_file;
use parts::{Parts, after_flac_blocks, asf_header_end, largest_part};

/// Version of the identity. The first was that of 0.1.0: it held the comments of Ogg files and some tags at the end.
pub(super) const IDENTITY_VERSION: u32 = 2;

/// Bytes of each window.
const WINDOW: u64 = 32 << 10;
/// Windows spread evenly, the first at the start and the last at the end.
const WINDOWS: u64 = 4;

/// Identity of the sound in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentId(pub [u8; 16]);

/// A file's identity, and the one that version 0.1.0 gave it: the same for most files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identities {
    /// As it is reckoned now.
    pub current: ContentId,
    /// As version 0.1.0 reckoned it.
    pub former: ContentId,
}

/// Computes the identity of the file at `path`. Reads at most a few hundred kilobytes.
///
/// Errors: it is no regular file, or it cannot be read.
pub fn content_id(path: &Path) -> io::Result<ContentId> {
    identify(&mut open_regular(path)?)
}

/// Computes both identities of the file at `path`.
///
/// Errors: it is no regular file, or it cannot be read.
pub fn identities(path: &Path) -> io::Result<Identities> {
    let mut file = open_regular(path)?;
    let (current, range) = find(&mut file)?;
    let size = file.seek(SeekFrom::End(0))?;
    let before = former_range(&mut file, size)?;
    let former = if range == Some(before) {
        current
    } else {
        hash(&mut file, before)?
    };
    Ok(Identities { current, former })
}

/// The identity of an open file.
pub(super) fn identify(file: &mut (impl Read + Seek)) -> io::Result<ContentId> {
    Ok(find(file)?.0)
}

/// The identity of an open file, and the stretch that it is of; `None` for the sound of an Ogg file.
fn find(file: &mut (impl Read + Seek)) -> io::Result<(ContentId, Option<(u64, u64)>)> {
    let size = file.seek(SeekFrom::End(0))?;
    let start = tags::after_leading(file, size)?;
    let end = tags::before_trailing(file, start, size)?;
    let mut head = [0; 30];
    let n = read_at(file, start, &mut head)?;
    if head[..n].starts_with(b"OggS")
        && let Some(sound) = ogg::sound(file, start, end)?
    {
        let mut hash = Sha256::new();
        hash.update(b"Ogg");
        hash.update(sound.granule.to_le_bytes());
        hash.update((sound.first.len() as u64).to_le_bytes());
        hash.update(&sound.first);
        hash.update(&sound.last);
        return Ok((finish(hash), None));
    }
    let range = match asf_header_end(&head[..n], start) {
        Some(sound) => (sound, end),
        None => sound_range(file, &head[..n.min(12)], start, end)?,
    };
    let range = if range.0 < range.1 { range } else { (0, size) };
    Ok((hash(file, range)?, Some(range)))
}

/// The identity of the bytes of this range.
fn hash(file: &mut (impl Read + Seek), (start, end): (u64, u64)) -> io::Result<ContentId> {
    let length = end - start;
    let mut hash = Sha256::new();
    hash.update(length.to_le_bytes());
    let mut window = Vec::new();
    if length <= WINDOW * WINDOWS {
        read_stretch(file, start, length, &mut window)?;
        hash.update(&window);
    } else {
        for index in 0..WINDOWS {
            let offset = start + (length - WINDOW) / (WINDOWS - 1) * index;
            read_stretch(file, offset, WINDOW, &mut window)?;
            hash.update(&window);
        }
    }
    Ok(finish(hash))
}

fn finish(hash: Sha256) -> ContentId {
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    ContentId(id)
}

/// Where the sound begins and ends between the tags around it, in bytes. `head`: its first bytes.
fn sound_range(file: &mut (impl Read + Seek), head: &[u8], start: u64, end: u64) -> io::Result<(u64, u64)> {
    let chunks = |name, big_endian| Parts {
        name,
        id_first: true,
        big_endian,
    };
    match head {
        [b'f', b'L', b'a', b'C', ..] => Ok((after_flac_blocks(file, start + 4, end)?, end)),
        [b'R', b'I', b'F', b'F', .., b'W', b'A', b'V', b'E'] => {
            largest_part(file, start + 12, end, &chunks(*b"data", false))
        }
        [b'F', b'O', b'R', b'M', .., b'A', b'I', b'F', b'F' | b'C'] => {
            largest_part(file, start + 12, end, &chunks(*b"SSND", true))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            let atoms = Parts {
                name: *b"mdat",
                id_first: false,
                big_endian: true,
            };
            largest_part(file, start, end, &atoms)
        }
        _ => Ok((start, end)),
    }
}

/// Where version 0.1.0 took the sound to begin and end.
fn former_range(file: &mut (impl Read + Seek), size: u64) -> io::Result<(u64, u64)> {
    let start = tags::after_id3v2(file, 0, size)?;
    let mut head = [0; 12];
    let n = read_at(file, start, &mut head)?;
    let (start, end) = match sound_range(file, &head[..n], start, size)? {
        (from, to) if (from, to) == (start, size) => (from, tags::former_end(file, from, to)?),
        range => range,
    };
    Ok(if start < end { (start, end) } else { (0, size) })
}

/// Reads `length` bytes from `offset`, or as many as there are.
fn read_stretch(
    file: &mut (impl Read + Seek),
    offset: u64,
    length: u64,
    into: &mut Vec<u8>,
) -> io::Result<()> {
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
