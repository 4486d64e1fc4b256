//! Reading at a place of a file.

use std::io::{self, Read, Seek, SeekFrom};

/// Fills `buffer` from `at` as far as the file goes; returns how far.
///
/// Errors: the file cannot be read.
pub fn read_at(file: &mut (impl Read + Seek), at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut n = 0;
    while n < buffer.len() {
        match file.read(&mut buffer[n..])? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}
