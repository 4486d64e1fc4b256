//! ID3v2 tags as the libraries behind us get to see them: plain text frames, and nothing where anything else stood.
//!
//! A tag may hold 256 MB of pictures, and a frame of a few kilobytes may be compressed and unpack to gigabytes; a
//! library that reads it cannot be told how much is too much. So every tag that it could come upon is read here
//! first, a frame at a time and without what it does not need, and written anew in its own place.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::place::read_at;

/// Bytes of one text that is kept.
const MAX_FRAME: u64 = 64 << 10;
/// Bytes of all texts of one tag together.
const MAX_TEXTS: usize = 1 << 20;
/// Frames of one tag that are looked at.
const MAX_FRAMES: usize = 4096;
/// Tags of one file, and chunks in which one may lie.
const MAX_TAGS: usize = 32;
const MAX_CHUNKS: usize = 4096;
/// Bytes at the start of a file in which libraries look for a tag behind junk.
pub(crate) const JUNK: usize = 1024;
/// Zeros before a tag that are looked past: more than may be read of a file for its tags.
const MAX_ZEROS: u64 = 32 << 20;
/// Bytes of a tag's head, and of a frame's from version 2.3 on.
const HEAD: usize = 10;

/// A stretch of a file that is read as these bytes, then zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overlay {
    /// Where it begins.
    pub(crate) at: u64,
    /// How long it is.
    pub(crate) length: u64,
    /// What it begins with; no longer than it is.
    pub(crate) bytes: Vec<u8>,
}

impl Overlay {
    /// Where it ends.
    pub(crate) fn end(&self) -> u64 {
        self.at + self.length
    }
}

/// What to read in the place of the tags of a file of `length` bytes, in order.
///
/// Errors: the file cannot be read.
pub(crate) fn plain_tags(file: &mut (impl Read + Seek), length: u64) -> io::Result<Vec<Overlay>> {
    let mut tags: Vec<Overlay> = Vec::new();
    let mut at = after_zeros(file)?;
    loop {
        let mut head = [0; 32];
        let n = read_at(file, at, &mut head)?;
        let next = if let Some(tag) = Tag::of(&head[..n]) {
            tags.push(tag.rewritten(file, at, length)?);
            at + tag.whole()
        } else if head[..n].starts_with(b"APETAGEX") && n == head.len() {
            at + 32 + u64::from(u32::from_le_bytes([head[12], head[13], head[14], head[15]]))
        } else {
            break;
        };
        at = next;
        if tags.len() >= MAX_TAGS {
            // Nobody honest wrote so many. What follows is not looked at by anybody.
            let length = length.saturating_sub(at);
            let bytes = Vec::new();
            tags.push(Overlay { at, length, bytes });
            break;
        }
    }
    for place in chunks(file, at, length)?.into_iter().chain(in_junk(file)?) {
        let mut head = [0; HEAD];
        let n = read_at(file, place, &mut head)?;
        let is_new = !tags.iter().any(|tag| (tag.at..tag.end()).contains(&place));
        if let Some(tag) = Tag::of(&head[..n]).filter(|_| is_new) {
            tags.push(tag.rewritten(file, place, length)?);
        }
    }
    tags.sort_by_key(|tag| tag.at);
    // Of two that overlap the first counts: libraries come upon that one.
    let mut end = 0;
    tags.retain(|tag| {
        let is_apart = tag.at >= end;
        if is_apart {
            end = tag.end();
        }
        is_apart
    });
    Ok(tags)
}

/// Where the zeros at the start end.
fn after_zeros(file: &mut (impl Read + Seek)) -> io::Result<u64> {
    let mut block = vec![0; 4096];
    let mut at = 0;
    loop {
        let n = read_at(file, at, &mut block)?;
        if let Some(first) = block[..n].iter().position(|&byte| byte != 0) {
            return Ok(at + first as u64);
        }
        at += n as u64;
        if n < block.len() || at > MAX_ZEROS {
            return Ok(at);
        }
        // Only few files come here.
        block.resize(256 << 10, 0);
    }
}

/// Places in the first bytes where a tag seems to begin.
fn in_junk(file: &mut (impl Read + Seek)) -> io::Result<Vec<u64>> {
    let mut bytes = [0; JUNK + HEAD];
    let n = read_at(file, 0, &mut bytes)?;
    let starts = bytes[..n].windows(HEAD).enumerate();
    Ok(starts
        .filter(|(_, head)| Tag::of(head).is_some())
        .map(|(at, _)| at as u64)
        .take(MAX_TAGS)
        .collect())
}

/// The tags in chunks of a WAV or AIFF file that begins at `start`.
fn chunks(file: &mut (impl Read + Seek), start: u64, length: u64) -> io::Result<Vec<u64>> {
    let mut head = [0; 12];
    let n = read_at(file, start, &mut head)?;
    let is_little = match (&head[..4.min(n)], &head[8..]) {
        (b"RIFF", b"WAVE") => true,
        (b"FORM", b"AIFF" | b"AIFC") => false,
        _ => return Ok(Vec::new()),
    };
    let mut places = Vec::new();
    let mut at = start + 12;
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; 8];
        if at >= length || places.len() >= MAX_TAGS || read_at(file, at, &mut head)? < head.len() {
            break;
        }
        let size = [head[4], head[5], head[6], head[7]];
        let size = if is_little {
            u32::from_le_bytes(size)
        } else {
            u32::from_be_bytes(size)
        };
        if head[..4].eq_ignore_ascii_case(b"ID3 ") {
            places.push(at + 8);
        }
        at += 8 + u64::from(size) + u64::from(size & 1);
    }
    Ok(places)
}

/// The head of a tag.
#[derive(Debug, Clone, Copy)]
struct Tag {
    version: u8,
    flags: u8,
    size: u32,
}

impl Tag {
    fn of(head: &[u8]) -> Option<Self> {
        let head = head.first_chunk::<HEAD>()?;
        let size = seven_bits(&head[6..])?;
        let is_tag = head.starts_with(b"ID3") && (2..=4).contains(&head[3]) && head[4] != 0xff;
        is_tag.then_some(Self {
            version: head[3],
            flags: head[5],
            size,
        })
    }

    fn has_footer(self) -> bool {
        self.version == 4 && self.flags & 0x10 != 0
    }

    /// Bytes of it in all.
    fn whole(self) -> u64 {
        HEAD as u64 + u64::from(self.size) + if self.has_footer() { HEAD as u64 } else { 0 }
    }

    /// The tag at `at`, with its texts alone, as plain as they can be written.
    fn rewritten(self, file: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Overlay> {
        let size = u64::from(self.size).min(length.saturating_sub(at + HEAD as u64));
        let mut bytes = vec![
            b'I',
            b'D',
            b'3',
            self.version,
            0,
            self.flags & if self.has_footer() { 0x10 } else { 0 },
        ];
        bytes.extend(as_seven_bits(self.size));
        file.seek(SeekFrom::Start(at + HEAD as u64))?;
        let mut frames = Frames {
            tag: self,
            file: BufReader::new(file),
            left: size,
            after_ff: false,
        };
        frames.copy_to(&mut bytes)?;
        bytes.truncate(HEAD + usize::try_from(size).unwrap_or(0));
        Ok(Overlay {
            at,
            length: HEAD as u64 + size,
            bytes,
        })
    }
}

/// The frames of a tag.
struct Frames<F> {
    tag: Tag,
    file: BufReader<F>,
    /// Bytes of the tag that were not read yet.
    left: u64,
    /// Up to version 2.3 a zero after 255 may be there for show only, in the whole tag.
    after_ff: bool,
}

impl<F: Read + Seek> Frames<F> {
    /// Appends the texts.
    fn copy_to(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let Self { tag, .. } = *self;
        if tag.version == 2 && tag.flags & 0x40 != 0 || !self.skip_extended_header()? {
            return Ok(());
        }
        let head_length = if tag.version == 2 { 6 } else { HEAD };
        for _ in 0..MAX_FRAMES {
            let mut head = [0; HEAD];
            if !self.read(&mut head[..head_length])? {
                break;
            }
            let Some(frame) = Frame::of(tag.version, &head) else {
                break;
            };
            let size = self.size_of(frame, &head)?;
            let is_kept = frame.is_text() && size <= MAX_FRAME && out.len() + size as usize <= MAX_TEXTS;
            if !is_kept {
                if !self.skip(size)? {
                    break;
                }
                continue;
            }
            let mut content = vec![0; size as usize];
            if !self.read(&mut content)? {
                break;
            }
            frame.write(tag, &content, out);
        }
        Ok(())
    }

    fn skip_extended_header(&mut self) -> io::Result<bool> {
        let mut size = [0; 4];
        if self.tag.version == 2 || self.tag.flags & 0x40 == 0 {
            return Ok(true);
        }
        if !self.read(&mut size)? {
            return Ok(false);
        }
        let rest = if self.tag.version == 4 {
            // With its own four bytes.
            seven_bits(&size).and_then(|size| size.checked_sub(4))
        } else {
            Some(u32::from_be_bytes(size))
        };
        rest.map_or(Ok(false), |rest| self.skip(rest.into()))
    }

    /// Bytes of a frame after its head. Some programs wrote version 2.4 with plain numbers: what leads to another frame
    /// is right.
    fn size_of(&mut self, frame: Frame, head: &[u8; HEAD]) -> io::Result<u64> {
        let plain = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]]));
        if self.tag.version != 4 {
            return Ok(frame.size);
        }
        let short = seven_bits(&head[4..8]).map(u64::from);
        match short {
            Some(short) if short == plain || self.leads_on(short)? => Ok(short),
            _ if self.leads_on(plain)? => Ok(plain),
            _ => Ok(short.unwrap_or(plain)),
        }
    }

    /// Whether a frame, padding or the end comes after so many bytes.
    fn leads_on(&mut self, size: u64) -> io::Result<bool> {
        let Some(left) = self.left.checked_sub(size) else {
            return Ok(false);
        };
        if left < HEAD as u64 {
            return Ok(true);
        }
        let here = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(here + size))?;
        let mut head = [0; HEAD];
        let is_read = self.file.read_exact(&mut head).is_ok();
        self.file.seek(SeekFrom::Start(here))?;
        Ok(is_read && (head[..4] == [0; 4] || Frame::of(4, &head).is_some()))
    }

    /// Fills the buffer; false where the tag or the file ends before.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        if !self.is_unsynchronised() {
            if self.left < buffer.len() as u64 {
                return Ok(false);
            }
            self.left -= buffer.len() as u64;
            return Ok(self.file.read_exact(buffer).is_ok());
        }
        for slot in buffer {
            let Some(byte) = self.next()? else {
                return Ok(false);
            };
            *slot = byte;
        }
        Ok(true)
    }

    fn skip(&mut self, count: u64) -> io::Result<bool> {
        if !self.is_unsynchronised() {
            let Some(left) = self.left.checked_sub(count) else {
                return Ok(false);
            };
            self.left = left;
            self.file.seek_relative(count.cast_signed())?;
            return Ok(true);
        }
        for _ in 0..count {
            if self.next()?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_unsynchronised(&self) -> bool {
        self.tag.version < 4 && self.tag.flags & 0x80 != 0
    }

    /// The next byte of a tag that is unsynchronised as a whole.
    fn next(&mut self) -> io::Result<Option<u8>> {
        let mut byte = [0];
        loop {
            if self.left == 0 || self.file.read(&mut byte)? == 0 {
                return Ok(None);
            }
            self.left -= 1;
            let is_for_show = self.after_ff && byte[0] == 0;
            self.after_ff = byte[0] == 0xff;
            if !is_for_show {
                return Ok(Some(byte[0]));
            }
        }
    }
}

/// A frame's head.
#[derive(Debug, Clone, Copy)]
struct Frame {
    id: [u8; 4],
    size: u64,
    flags: u8,
}

impl Frame {
    /// `None` for padding and nonsense.
    fn of(version: u8, head: &[u8; HEAD]) -> Option<Self> {
        let (id, size, flags) = if version == 2 {
            (&head[..3], u32::from_be_bytes([0, head[3], head[4], head[5]]), 0)
        } else {
            (
                &head[..4],
                u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
                head[9],
            )
        };
        let is_name = id
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        // Some programs write names of version 2.2 with a blank or zero behind.
        let is_short_name = version == 3
            && matches!(id[3], 0 | b' ')
            && id[..3]
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        (is_name || is_short_name).then(|| Self {
            id: [head[0], head[1], head[2], if version == 2 { 0 } else { head[3] }],
            size: size.into(),
            flags,
        })
    }

    fn is_text(self) -> bool {
        self.id[0] == b'T' || self.id.starts_with(b"COM")
    }

    /// Appends the frame without anything around its content; nothing of one that is compressed or encrypted.
    fn write(self, tag: Tag, mut content: &[u8], out: &mut Vec<u8>) {
        let (packed, grouped, unsynchronised, has_length) = match tag.version {
            3 => (self.flags & 0xc0 != 0, self.flags & 0x20 != 0, false, false),
            4 => (
                self.flags & 0x0c != 0,
                self.flags & 0x40 != 0,
                self.flags & 0x02 != 0 || tag.flags & 0x80 != 0,
                self.flags & 0x01 != 0,
            ),
            _ => (false, false, false, false),
        };
        let around = usize::from(grouped) + if has_length { 4 } else { 0 };
        content = content.get(around..).unwrap_or_default();
        if packed || content.is_empty() {
            return;
        }
        let mut plain = content.to_vec();
        if unsynchronised {
            let mut after_ff = false;
            plain.retain(|&byte| {
                let is_for_show = after_ff && byte == 0;
                after_ff = byte == 0xff;
                !is_for_show
            });
        }
        let size = plain.len() as u32;
        if tag.version == 2 {
            out.extend_from_slice(&self.id[..3]);
            out.extend_from_slice(&size.to_be_bytes()[1..]);
        } else {
            out.extend_from_slice(&self.id);
            out.extend_from_slice(&if tag.version == 4 {
                as_seven_bits(size)
            } else {
                size.to_be_bytes()
            });
            out.extend_from_slice(&[0, 0]);
        }
        out.extend_from_slice(&plain);
    }
}

/// A number of four times seven bits; `None` when a byte has eight.
fn seven_bits(bytes: &[u8]) -> Option<u32> {
    bytes
        .iter()
        .take(4)
        .try_fold(0, |sum, &byte| (byte < 0x80).then(|| sum << 7 | u32::from(byte)))
}

fn as_seven_bits(number: u32) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (number >> shift & 0x7f) as u8)
}

#[cfg(test)]
mod tests;
