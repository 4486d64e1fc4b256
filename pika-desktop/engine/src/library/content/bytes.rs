//! Reading a stretch of a file.

use std::io::{self, Read, Seek, SeekFrom};

/// Fills `buffer` from `offset` as far as the file goes; returns how far.
pub(super) fn read_some(file: &mut (impl Read + Seek), offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
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

/// Reads `length` bytes from `offset`, or as many as there are.
pub(super) fn read_at(
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
