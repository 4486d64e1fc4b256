//! What has to hold for any bytes that are taken for the header of a music file.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::{
    Bytes, GuardedSource, mp4, names, ogg,
    riff::{self, Patch},
};
use crate::control::{CancelFlag, Control};

/// Reads headers: what kind of file it is, lengths in WAV and AIFF, the index of MP4 files, pages of Ogg files. What is
/// put right stays right, lies within the file, and is read a bounded number of times.
///
/// # Panics
///
/// When that does not hold.
pub fn headers(bytes: &[u8]) {
    let mut counted = Counted::new(bytes);
    let (from, start) = names::start_of(&mut counted).expect("it is in memory");
    assert!(start.len() <= bytes.len());
    let _ = names::refusal(&start);
    let tracks = mp4::sound_tracks(&mut counted).expect("it is in memory");
    // A header and a box at a time, and each of them is at least eight bytes long.
    assert!(counted.calls <= 64 + bytes.len(), "{} calls", counted.calls);
    assert!(tracks.len() <= bytes.len() / 8);
    for track in tracks {
        let _ = track.refusal();
        assert!(
            track
                .end_tick
                .is_none_or(|end| end >= track.start_tick.unwrap_or(0))
        );
    }
    lengths(from, &start, bytes);
    let control = Control::start(None, &CancelFlag::new());
    let intact = |bytes: &[u8]| ogg::without_damaged_pages(bytes, &control).expect("there is no deadline");
    let (good, _) = intact(bytes);
    assert!(good.len() <= bytes.len());
    assert_eq!(intact(&good), (good, 0));
}

/// Lengths that were corrected need no correction.
fn lengths(from: u64, start: &[u8], bytes: &[u8]) {
    let length = bytes.len() as u64;
    let patches = riff::corrections(from, start, length);
    for Patch { at, .. } in &patches {
        assert!(at + 4 <= length);
    }
    let control = Control::start(None, &CancelFlag::new());
    let mut corrected = Vec::new();
    let source = GuardedSource::new(Bytes::Memory(Cursor::new(bytes.to_vec())), control);
    let read = source.and_then(|source| source.patched(patches, Vec::new()).read_to_end(&mut corrected));
    assert_eq!(read.ok(), Some(bytes.len()));
    let (from, start) = names::start_of(&mut Cursor::new(corrected)).expect("it is in memory");
    assert_eq!(riff::corrections(from, &start, length), []);
}

/// Counts how often it is asked.
struct Counted<'a> {
    bytes: Cursor<&'a [u8]>,
    calls: usize,
}

impl<'a> Counted<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            calls: 0,
        }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        self.bytes.read(buffer)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.calls += 1;
        // As files do.
        if matches!(to, SeekFrom::Start(at) if i64::try_from(at).is_err()) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.bytes.seek(to)
    }
}
