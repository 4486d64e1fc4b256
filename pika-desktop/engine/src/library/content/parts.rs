//! Containers of parts: chunks (RIFF, AIFF), atoms (MP4), blocks (FLAC), objects (ASF).

use std::io::{self, Read, Seek};

use pika_analysis::read_at;

/// More chunks, blocks or atoms than this and the rest of the file is taken as it is.
const MAX_PARTS: usize = 4096;

/// How an ASF file begins.
const ASF_HEADER: [u8; 16] = [
    0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c,
];

/// End of the header of an ASF file (WMA), which holds its tags; `None` for others.
pub(super) fn asf_header_end(head: &[u8], start: u64) -> Option<u64> {
    let length = head.strip_prefix(&ASF_HEADER)?.first_chunk()?;
    start.checked_add(u64::from_le_bytes(*length))
}

/// End of the blocks before a FLAC file's first frame.
pub(super) fn after_flac_blocks(file: &mut (impl Read + Seek), mut at: u64, size: u64) -> io::Result<u64> {
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        if at >= size || read_at(file, at, &mut head)? < 4 {
            break;
        }
        at += 4 + u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    Ok(at)
}

/// How a container names and measures its parts.
pub(super) struct Parts {
    pub(super) name: [u8; 4],
    /// RIFF: name, then length of the content. MP4: length with the header, then name.
    pub(super) id_first: bool,
    pub(super) big_endian: bool,
}

/// Range of the largest part of that name (an MP4 may have several).
pub(super) fn largest_part(
    file: &mut (impl Read + Seek),
    mut at: u64,
    size: u64,
    parts: &Parts,
) -> io::Result<(u64, u64)> {
    let mut best = (0, 0);
    for _ in 0..MAX_PARTS {
        let mut head = [0; 16];
        let n = read_at(file, at, &mut head)?;
        if n < 8 {
            break;
        }
        let (name, length) = if parts.id_first {
            (&head[..4], &head[4..8])
        } else {
            (&head[4..8], &head[..4])
        };
        let length = [length[0], length[1], length[2], length[3]];
        let length = u64::from(if parts.big_endian {
            u32::from_be_bytes(length)
        } else {
            u32::from_le_bytes(length)
        });
        let (content, next) = match (parts.id_first, length) {
            (true, _) => (at + 8, at + 8 + length + (length & 1)),
            // 1: the true length follows in 64 bits; 0: to the end of the file.
            (false, 1) if n == 16 => {
                let long = head[8..]
                    .iter()
                    .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
                (at + 16, at.saturating_add(long))
            }
            (false, 0) => (at + 8, size),
            (false, _) => (at + 8, at + length),
        };
        let end = next.min(size);
        if name == parts.name && end.saturating_sub(content) > best.1 - best.0 {
            best = (content, end);
        }
        if next <= at || next >= size {
            break;
        }
        at = next;
    }
    Ok(best)
}
