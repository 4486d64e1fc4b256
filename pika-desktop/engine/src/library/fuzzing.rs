//! What has to hold for any bytes of a music file.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::content;

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
