//! The bytes of a file, guarded: after the deadline, a cancellation or an absurd amount of reading
//! every further read fails, so that no loop inside a format parser can run for ever.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use symphonia::core::io::MediaSource;

use super::{
    id3::{Overlay, plain_tags},
    riff::Patch,
};
use crate::{AnalysisError, control::Control, regular_file::open_regular};

/// Files up to this size are read into memory at once: one request to a slow disk or network drive.
const IN_MEMORY_BYTES: u64 = 64 << 20;

/// How many times its own length a file may be read. Honest parsers need less than three.
const READ_FACTOR: u64 = 16;
/// Bytes and calls that even the smallest file may cost.
const SPARE: u64 = 4 << 20;

/// Bytes that may stand before the sound: the index of twelve hours takes some ten megabytes, pictures are not read.
const OPENING_BYTES: u64 = 48 << 20;

/// Where the bytes come from.
pub(crate) enum Bytes {
    /// A small file, whole.
    Memory(io::Cursor<Vec<u8>>),
    /// A large file, read as needed.
    File(File),
    /// Anything else that can be read and sought.
    Reader(Box<dyn ReadSeek>),
}

/// A source of bytes that the caller brings.
pub(crate) trait ReadSeek: Read + Seek + Send + Sync {}

impl<T: Read + Seek + Send + Sync> ReadSeek for T {}

impl Bytes {
    /// Opens a file; small ones are read whole.
    pub(crate) fn open(path: &Path) -> Result<Self, AnalysisError> {
        let mut file = open_regular(path)?;
        let length = file.metadata()?.len();
        if length > IN_MEMORY_BYTES {
            return Ok(Self::File(file));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        // One more than allowed, to notice a file that grows while it is read.
        (&mut file).take(IN_MEMORY_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > IN_MEMORY_BYTES {
            file.seek(SeekFrom::Start(0))?;
            return Ok(Self::File(file));
        }
        Ok(Self::Memory(io::Cursor::new(bytes)))
    }

    /// Opens a file of any size without reading it, when little of it will be needed.
    pub(crate) fn open_unread(path: &Path) -> Result<Self, AnalysisError> {
        Ok(Self::File(open_regular(path)?))
    }

    /// Length in bytes; the position may move to the start.
    pub(crate) fn len(&mut self) -> io::Result<u64> {
        match self {
            Self::Memory(cursor) => Ok(cursor.get_ref().len() as u64),
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Reader(reader) => {
                let length = reader.seek(SeekFrom::End(0))?;
                reader.seek(SeekFrom::Start(0))?;
                Ok(length)
            }
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(cursor) => cursor.read(buffer),
            Self::File(file) => file.read(buffer),
            Self::Reader(reader) => reader.read(buffer),
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Memory(cursor) => cursor.seek(to),
            Self::File(file) => file.seek(to),
            Self::Reader(reader) => reader.seek(to),
        }
    }
}

/// Whether the guard has closed; shared with the decoding loop, which names the reason.
#[derive(Clone, Default)]
pub(crate) struct GuardState(Arc<Flags>);

#[derive(Default)]
struct Flags {
    exhausted: AtomicBool,
    opened: AtomicBool,
}

impl GuardState {
    /// Whether the file was read absurdly often.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.0.exhausted.load(Ordering::Relaxed)
    }

    /// All that stands before the sound was read: from now on only the budget of the whole file counts.
    pub(super) fn open(&self) {
        self.0.opened.store(true, Ordering::Relaxed);
    }
}

/// [`Bytes`] behind the guard.
pub(crate) struct GuardedSource {
    bytes: Bytes,
    length: u64,
    control: Control,
    /// What may still be read; each call costs its bytes and a small fee.
    budget: u64,
    /// What may still be read before the sound: a parser keeps nearly all of it.
    opening: u64,
    state: GuardState,
    /// Where the reader is.
    position: u64,
    /// Where `bytes` is.
    place: u64,
    /// Tags as they are to be read.
    tags: Vec<Overlay>,
    /// Corrected header fields.
    patches: Vec<Patch>,
}

impl GuardedSource {
    /// Guards `bytes` by `control` and by a budget that follows from their length. Of ID3v2 tags only plain texts are
    /// seen.
    pub(crate) fn new(mut bytes: Bytes, control: Control) -> io::Result<Self> {
        let length = bytes.len()?;
        let tags = plain_tags(&mut bytes, length)?;
        let place = bytes.seek(SeekFrom::Start(0))?;
        Ok(Self {
            bytes,
            length,
            control,
            budget: length.saturating_mul(READ_FACTOR).saturating_add(SPARE),
            opening: OPENING_BYTES,
            state: GuardState::default(),
            position: 0,
            place,
            tags,
            patches: Vec::new(),
        })
    }

    /// Lets no more than so many bytes be read: what a parser keeps is no more than what it has read.
    pub(crate) fn limited(mut self, bytes: u64) -> Self {
        self.budget = self.budget.min(bytes);
        self
    }

    /// Reads these bytes in place of what stands in the file, and zeros in these stretches of it.
    pub(super) fn patched(mut self, patches: Vec<Patch>, blanks: Vec<Overlay>) -> Self {
        self.patches = patches;
        let is_inside = |tag: &Overlay| {
            blanks
                .iter()
                .any(|blank| blank.at < tag.end() && tag.at < blank.end())
        };
        self.tags.retain(|tag| !is_inside(tag));
        self.tags.extend(blanks);
        self.tags.sort_by_key(|tag| tag.at);
        self
    }

    /// The state to ask after an error.
    pub(crate) fn state(&self) -> GuardState {
        self.state.clone()
    }

    fn exhausted(&self) -> io::Error {
        self.state.0.exhausted.store(true, Ordering::Relaxed);
        io::Error::other("read too often")
    }

    /// Bytes of a tag that stand at the position in place of the file's; `None` where the file itself is to be read.
    /// Else `room` is cut so that it does not reach into the next one.
    fn read_tag(&self, buffer: &mut [u8], room: &mut usize) -> Option<usize> {
        let at = self.position;
        let tag = self.tags.iter().find(|tag| tag.end() > at)?;
        let Some(inside) = at.checked_sub(tag.at) else {
            *room = usize::try_from(tag.at - at).map_or(*room, |before| (*room).min(before));
            return None;
        };
        let left = usize::try_from(tag.end() - at).unwrap_or(usize::MAX);
        let count = left.min(buffer.len());
        let texts = usize::try_from(inside)
            .ok()
            .and_then(|inside| tag.bytes.get(inside..));
        let texts = texts.unwrap_or_default();
        let texts = &texts[..texts.len().min(count)];
        buffer[..texts.len()].copy_from_slice(texts);
        buffer[texts.len()..count].fill(0);
        Some(count)
    }

    /// Pays for one call that moves `cost` bytes.
    fn pay(&mut self, cost: u64) -> io::Result<()> {
        // A call that moves nothing still counts: a loop may consist of such calls alone.
        const FEE: u64 = 16;
        self.control.check().map_err(|_| io::Error::other("stopped"))?;
        match self.budget.checked_sub(cost + FEE) {
            Some(rest) => {
                self.budget = rest;
                if self.state.0.opened.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let left = self.opening.checked_sub(cost + FEE);
                self.opening = left.unwrap_or(0);
                left.map(drop).ok_or_else(|| self.exhausted())
            }
            None => Err(self.exhausted()),
        }
    }
}

impl Read for GuardedSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.pay(0)?;
        let mut room = buffer.len();
        if let Some(count) = self.read_tag(buffer, &mut room) {
            self.position += count as u64;
            return Ok(count);
        }
        if self.place != self.position {
            self.place = self.bytes.seek(SeekFrom::Start(self.position))?;
        }
        let count = self.bytes.read(&mut buffer[..room])?;
        self.place += count as u64;
        self.pay(count as u64)?;
        for patch in &self.patches {
            for (offset, &byte) in (0u64..).zip(&patch.bytes) {
                let place = (patch.at + offset).checked_sub(self.position);
                if let Some(slot) =
                    place.and_then(|place| buffer[..count].get_mut(usize::try_from(place).ok()?))
                {
                    *slot = byte;
                }
            }
        }
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for GuardedSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.pay(0)?;
        let to = match to {
            SeekFrom::Start(_) | SeekFrom::End(_) => to,
            SeekFrom::Current(by) => {
                let to = self.position.checked_add_signed(by);
                SeekFrom::Start(to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?)
            }
        };
        self.position = self.bytes.seek(to)?;
        self.place = self.position;
        Ok(self.position)
    }
}

impl MediaSource for GuardedSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
