//! Repair of Ogg files with damaged pages: symphonia refuses a file when one of the pages that it
//! looks at first is damaged. Without such pages it reads the rest.

use crate::{AnalysisError, control::Control};

/// "OggS", version, flags, position, stream, number, checksum, count of segments (RFC 3533 §6).
const HEADER: usize = 27;
const CHECKSUM: std::ops::Range<usize> = 22..26;

/// The file without pages whose checksum is wrong, and how many those were.
///
/// Errors: it is time to stop. Pages may claim to lie in each other, and each claim is a checksum.
pub(super) fn without_damaged_pages(file: &[u8], control: &Control) -> Result<(Vec<u8>, u32), AnalysisError> {
    let table = checksum_table();
    let mut good = Vec::with_capacity(file.len());
    let mut damaged = 0;
    let mut at = 0;
    while let Some(found) = find_page(&file[at..]) {
        control.check()?;
        at += found;
        match page_at(&file[at..]) {
            Some(page) if is_intact(page, &table) => {
                good.extend_from_slice(page);
                at += page.len();
            }
            _ => {
                damaged += 1;
                at += 4;
            }
        }
    }
    Ok((good, damaged))
}

fn find_page(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"OggS")
}

fn page_at(bytes: &[u8]) -> Option<&[u8]> {
    let segments = usize::from(*bytes.get(HEADER - 1)?);
    let lengths = bytes.get(HEADER..HEADER + segments)?;
    let body: usize = lengths.iter().map(|&length| usize::from(length)).sum();
    bytes.get(..HEADER + segments + body)
}

fn is_intact(page: &[u8], table: &[u32; 256]) -> bool {
    let stored = page[CHECKSUM]
        .iter()
        .rev()
        .fold(0u32, |sum, &byte| sum << 8 | u32::from(byte));
    let checksum = page.iter().enumerate().fold(0u32, |sum, (index, &byte)| {
        // The field counts as zero in its own checksum.
        let byte = if CHECKSUM.contains(&index) { 0 } else { byte };
        sum << 8 ^ table[usize::from((sum >> 24) as u8 ^ byte)]
    });
    checksum == stored
}

/// CRC-32 with polynomial 0x04c11db7, not reflected, starting from 0.
fn checksum_table() -> [u32; 256] {
    std::array::from_fn(|index| {
        (0..8).fold((index as u32) << 24, |value, _| {
            value << 1 ^ if value >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}
