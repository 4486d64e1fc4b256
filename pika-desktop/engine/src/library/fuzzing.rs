//! What has to hold for any bytes in the file of measurements.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::{content, record::StoredRecord, waveform};

/// Bytes of a file that its identity may cost, beside some for each of its parts.
const MOST_READ: usize = 256 << 10;

/// Tells what a music file is by its sound: always, the same each time, and with little reading.
///
/// # Panics
///
/// When that does not hold.
pub fn content(bytes: &[u8]) {
    let mut file = Counted {
        bytes: Cursor::new(bytes),
        read: 0,
    };
    let id = content::identify(&mut file).expect("it is in memory");
    assert!(file.read <= MOST_READ + 2 * bytes.len(), "{} bytes", file.read);
    assert_eq!(content::identify(&mut Cursor::new(bytes)).ok(), Some(id));
}

struct Counted<'a> {
    bytes: Cursor<&'a [u8]>,
    read: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// Unpacks a waveform: what is one is packed and unpacked again as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn waveform(bytes: &[u8]) {
    let Ok(bins) = waveform::unpack(bytes) else {
        return;
    };
    let packed = waveform::pack(&bins).expect("no longer than it was");
    assert_eq!(waveform::unpack(&packed).ok(), Some(bins));
}

/// Puts a record together: a line of JSON, then the bytes of beats, waveform and fingerprint, each after its length
/// (one byte). What can be read is finite, and is taken apart and put together again as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn record(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == b'\n');
    let json = parts.next().unwrap_or_default();
    let mut rest = parts.next().unwrap_or_default();
    let mut series = || {
        let (&length, after) = rest.split_first()?;
        let (series, after) = after.split_at_checked(length.into())?;
        rest = after;
        Some(series.to_vec())
    };
    let stored = StoredRecord {
        record: String::from_utf8_lossy(json).into_owned(),
        beats: series().unwrap_or_default(),
        waveform: series().unwrap_or_default(),
        fingerprint: series().unwrap_or_default(),
    };
    let Ok(analysis) = stored.into_analysis() else {
        return;
    };
    if let Some(grid) = &analysis.beat_grid {
        assert!(grid.beats().all(|beat| beat.time_s.is_finite()));
    }
    if let Some(estimate) = &analysis.key {
        for key in [estimate.key, estimate.second] {
            assert!((1..=12).contains(&key.camelot_number()));
            assert!(!key.short_name().is_empty());
        }
    }
    let again = StoredRecord::from_analysis(&analysis).and_then(StoredRecord::into_analysis);
    assert_eq!(again.ok(), Some(analysis));
}
