//! What stands beside the sound in a file and is not needed to hear it: pictures, texts, notes of programs. The library
//! behind us would read all of it into memory, so what is large is blotted out first. Ordinary files stay as they are.

use std::io::{self, Read, Seek, SeekFrom};

use super::{id3::Overlay, riff::Patch};
use crate::place::read_at;

/// Bytes of a part that may stay.
const LARGE: u64 = 64 << 10;
/// Parts of one file that are looked at.
const MAX_PARTS: usize = 4096;
/// Comments that an Ogg or FLAC file may have, and bytes of the name of who wrote them.
const MAX_COMMENTS: u32 = 4096;
const MAX_VENDOR: u32 = 4096;

/// What is to be read otherwise.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Stretches that are read as zeros.
    pub(super) blanks: Vec<Overlay>,
    /// New names of parts, so that nobody looks into them.
    pub(super) names: Vec<Patch>,
}

impl Beside {
    fn blank(&mut self, at: u64, end: u64) {
        self.blanks.push(Overlay {
            at,
            length: end.saturating_sub(at),
            bytes: Vec::new(),
        });
    }

    /// A part whose name stands at `name` gets another, and nothing in it.
    fn rename(&mut self, name: u64, as_this: [u8; 4], content: u64, end: u64) {
        if end.saturating_sub(content) > LARGE {
            self.names.push(Patch {
                at: name,
                bytes: as_this,
            });
            self.blank(content, end);
        }
    }
}

/// Looks at a file of `length` bytes whose own format begins at `from`, after its tags.
///
/// Leaves `file` at its start.
pub(super) fn look(file: &mut (impl Read + Seek), from: u64, length: u64) -> io::Result<Beside> {
    let mut beside = Beside::default();
    let mut head = [0; 12];
    let n = read_at(file, from, &mut head)?;
    match &head[..n] {
        [b'f', b'L', b'a', b'C', ..] => flac(file, from + 4, length, &mut beside)?,
        [b'R', b'I', b'F', b'F', .., b'W', b'A', b'V', b'E'] => {
            let needed: &[&[u8; 4]] = &[b"fmt ", b"fact", b"data", b"ds64"];
            chunks(file, from + 12, length, u32::from_le_bytes, needed, &mut beside)?;
        }
        [b'F', b'O', b'R', b'M', .., b'A', b'I', b'F', b'F' | b'C'] => {
            let needed: &[&[u8; 4]] = &[b"COMM", b"SSND", b"FVER"];
            chunks(file, from + 12, length, u32::from_be_bytes, needed, &mut beside)?;
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => atoms(file, from, length, 0, &mut beside)?,
        _ => {}
    }
    ape_behind(file, from, length, &mut beside)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(beside)
}

/// Whether the comments of an Ogg or FLAC file are as many as nobody honest writes: each costs far more memory than
/// bytes. Leaves `file` at its start.
pub(super) fn has_absurd_comments(file: &mut (impl Read + Seek), from: u64) -> io::Result<bool> {
    let mut head = [0; 4];
    read_at(file, from, &mut head)?;
    let place = match &head {
        b"fLaC" => flac_comments(file, from + 4)?,
        b"OggS" => ogg_comments(file, from)?,
        _ => None,
    };
    let absurd = match place {
        Some(place) => {
            let vendor = number(file, place)?;
            vendor > MAX_VENDOR || number(file, place + 4 + u64::from(vendor))? > MAX_COMMENTS
        }
        None => false,
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(absurd)
}

/// A number of four bytes; 0 beyond the end.
fn number(file: &mut (impl Read + Seek), at: u64) -> io::Result<u32> {
    let mut bytes = [0; 4];
    let n = read_at(file, at, &mut bytes)?;
    Ok(if n == 4 { u32::from_le_bytes(bytes) } else { 0 })
}

/// Where the first comments of a FLAC file begin.
fn flac_comments(file: &mut (impl Read + Seek), mut at: u64) -> io::Result<Option<u64>> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        if read_at(file, at, &mut head)? < 4 {
            break;
        }
        if head[0] & 0x7f == 4 {
            return Ok(Some(at + 4));
        }
        if head[0] & 0x80 != 0 {
            break;
        }
        at += 4 + u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
    }
    Ok(None)
}

/// Where the comments of an Ogg file begin: in the second packet, which begins on the second page of its stream.
fn ogg_comments(file: &mut (impl Read + Seek), mut at: u64) -> io::Result<Option<u64>> {
    for _ in 0..16 {
        let mut head = [0; 27 + 255];
        let n = read_at(file, at, &mut head)?;
        if n < 27 || !head.starts_with(b"OggS") {
            break;
        }
        let segments = usize::from(head[26]);
        let content = at + 27 + segments as u64;
        let mut start = [0; 8];
        read_at(file, content, &mut start)?;
        match &start {
            b"OpusTags" => return Ok(Some(content + 8)),
            [3, b'v', b'o', b'r', b'b', b'i', b's', _] => return Ok(Some(content + 7)),
            // FLAC in Ogg: a block of comments with its head.
            [4 | 0x84, ..] if head[5] & 2 == 0 => return Ok(Some(content + 4)),
            _ => {}
        }
        let length: u64 = head[27..27 + segments]
            .iter()
            .map(|&length| u64::from(length))
            .sum();
        at = content + length;
    }
    Ok(None)
}

/// All blocks but the first and the seek table.
fn flac(file: &mut (impl Read + Seek), mut at: u64, length: u64, beside: &mut Beside) -> io::Result<()> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        if at >= length || read_at(file, at, &mut head)? < 4 {
            break;
        }
        let next = at + 4 + u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        let is_last = head[0] & 0x80;
        if !matches!(head[0] & 0x7f, 0 | 3) {
            // Padding, as long as it was.
            let padding = [is_last | 1, head[1], head[2], head[3]];
            beside.rename(at, padding, at + 4, next.min(length));
        }
        if is_last != 0 {
            break;
        }
        at = next;
    }
    Ok(())
}

/// All chunks but those that the sound needs.
fn chunks(
    file: &mut (impl Read + Seek),
    mut at: u64,
    length: u64,
    size_of: fn([u8; 4]) -> u32,
    needed: &[&[u8; 4]],
    beside: &mut Beside,
) -> io::Result<()> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 8];
        if at >= length || read_at(file, at, &mut head)? < 8 {
            break;
        }
        let [name @ .., s0, s1, s2, s3] = head;
        let size = u64::from(size_of([s0, s1, s2, s3]));
        let next = at + 8 + size + size % 2;
        if !needed.contains(&&name) {
            beside.rename(at, *b"junk", at + 8, next.min(length));
        }
        at = next;
    }
    Ok(())
}

/// What people wrote into an MP4 file, on every floor: `udta` and `meta`.
fn atoms(
    file: &mut (impl Read + Seek),
    mut at: u64,
    end: u64,
    depth: u8,
    beside: &mut Beside,
) -> io::Result<()> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 16];
        let n = read_at(file, at, &mut head)?;
        if at + 8 > end || n < 8 {
            break;
        }
        let size = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let (content, next) = match size {
            0 => (at + 8, end),
            1 if n == 16 => {
                let [.., b0, b1, b2, b3, b4, b5, b6, b7] = head;
                let size = u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]);
                (at + 16, at.saturating_add(size))
            }
            _ => (at + 8, at + size),
        };
        match &head[4..8] {
            b"udta" | b"meta" => beside.rename(at + 4, *b"free", content, next.min(end)),
            b"moov" | b"trak" if depth < 3 => atoms(file, content, next.min(end), depth + 1, beside)?,
            _ => {}
        }
        if next <= at || next >= end {
            break;
        }
        at = next;
    }
    Ok(())
}

/// An APE tag at the end, before an ID3v1 tag or without one.
fn ape_behind(file: &mut (impl Read + Seek), from: u64, length: u64, beside: &mut Beside) -> io::Result<()> {
    for behind in [0, 128] {
        let mut mark = [0; 32];
        let Some(at) = length.checked_sub(behind + 32).filter(|&at| at >= from) else {
            continue;
        };
        if read_at(file, at, &mut mark)? < mark.len() || !mark.starts_with(b"APETAGEX") {
            continue;
        }
        let items = u64::from(u32::from_le_bytes([mark[12], mark[13], mark[14], mark[15]]));
        let header = if mark[23] & 0x80 != 0 { 32 } else { 0 };
        let start = (at + 32).saturating_sub(items + header).max(from);
        if items > LARGE {
            beside.blank(start, at + 32);
        }
        break;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
