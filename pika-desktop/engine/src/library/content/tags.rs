//! Tags that stand around any sound, whatever its format: ID3v2 and APEv2 before it; ID3v1, Lyrics3, APEv2 and ID3v2
//! behind it, in any order.

use std::io::{self, Read, Seek};

use pika_analysis::read_at;

/// Tags one behind another that are looked for.
const MAX_TAGS: usize = 8;
/// An APEv2 header or footer.
const APE: u64 = 32;
/// An ID3v1 tag, and what some programs put before it.
const ID3V1: u64 = 128;
const ID3V1_EXTENDED: u64 = 227;
/// Longest Lyrics3 tag of the first version, which does not say how long it is.
const LYRICS3_V1: usize = 5_100 + 20;

/// End of the tags at the start of a file.
pub(super) fn after_leading(file: &mut (impl Read + Seek), size: u64) -> io::Result<u64> {
    let mut start = 0;
    for _ in 0..MAX_TAGS {
        let before = start;
        start = after_id3v2(file, start, size)?;
        let mut head = [0; APE as usize];
        if read_at(file, start, &mut head)? == head.len() && &head[..8] == b"APETAGEX" {
            let next = start + APE + ape_length(&head);
            start = if next < size { next } else { start };
        }
        if start == before {
            break;
        }
    }
    Ok(start)
}

/// End of the ID3v2 tags that begin at `start`; `start` itself without one.
pub(super) fn after_id3v2(file: &mut (impl Read + Seek), mut start: u64, size: u64) -> io::Result<u64> {
    for _ in 0..4 {
        let mut head = [0; 10];
        if read_at(file, start, &mut head)? < 10 || &head[..3] != b"ID3" {
            break;
        }
        let length = seven_bits(&head[6..]);
        // When flagged, ten bytes more.
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        let next = start + 10 + length + footer;
        if next >= size {
            break;
        }
        start = next;
    }
    Ok(start)
}

/// Four bytes of seven bits each.
fn seven_bits(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(4)
        .fold(0, |sum, &byte| sum << 7 | u64::from(byte & 0x7f))
}

/// What an APEv2 header or footer says of the items and the footer together.
fn ape_length(mark: &[u8; APE as usize]) -> u64 {
    u64::from(u32::from_le_bytes([mark[12], mark[13], mark[14], mark[15]]))
}

/// Start of the tags at the end of a file whose sound begins at `start`.
pub(super) fn before_trailing(file: &mut (impl Read + Seek), start: u64, size: u64) -> io::Result<u64> {
    let mut end = size;
    for _ in 0..MAX_TAGS {
        let Some(before) = before_one(file, start, end)? else {
            break;
        };
        end = before;
    }
    Ok(end)
}

/// Start of the tag that ends at `end`, and not before `start`.
fn before_one(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<Option<u64>> {
    let back = |length: u64| end.checked_sub(length).filter(|&at| at > start);
    let mut mark = [0; APE as usize];
    if let Some(at) = back(ID3V1)
        && read_at(file, at, &mut mark)? == mark.len()
        && mark.starts_with(b"TAG")
    {
        let mut extended = [0; 4];
        let before = at.checked_sub(ID3V1_EXTENDED).filter(|&at| at > start);
        return Ok(match before {
            Some(before) if read_at(file, before, &mut extended)? == 4 && &extended == b"TAG+" => {
                Some(before)
            }
            _ => Some(at),
        });
    }
    let Some(at) = back(APE) else { return Ok(None) };
    if read_at(file, at, &mut mark)? < mark.len() {
        return Ok(None);
    }
    if mark.starts_with(b"APETAGEX") {
        let header = if mark[23] & 0x80 != 0 { APE } else { 0 };
        return Ok(back(ape_length(&mark) + header));
    }
    if &mark[22..25] == b"3DI" {
        return Ok(back(seven_bits(&mark[28..]) + 20));
    }
    if mark.ends_with(b"LYRICS200") {
        let digits = std::str::from_utf8(&mark[17..23]).ok();
        let length = digits.and_then(|digits| digits.parse::<u64>().ok());
        return Ok(length.and_then(|length| back(length + 15)));
    }
    if mark.ends_with(b"LYRICSEND") {
        return before_lyrics(file, start, end);
    }
    Ok(None)
}

/// Start of the Lyrics3 tag of the first version that ends at `end`.
fn before_lyrics(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<Option<u64>> {
    let from = end.saturating_sub(LYRICS3_V1 as u64).max(start);
    let mut text = vec![0; (end - from) as usize];
    let n = read_at(file, from, &mut text)?;
    let begin = b"LYRICSBEGIN";
    let found = text[..n].windows(begin.len()).rposition(|window| window == begin);
    Ok(found.map(|at| from + at as u64).filter(|&at| at > start))
}

/// End of the sound as version 0.1.0 took it: before one ID3v1 and one APEv2 tag.
pub(super) fn former_end(file: &mut (impl Read + Seek), start: u64, size: u64) -> io::Result<u64> {
    let mut end = size;
    let mut tail = [0; 32];
    if end >= start + 128 && read_at(file, end - 128, &mut tail)? >= 3 && &tail[..3] == b"TAG" {
        end -= 128;
    }
    if end >= start + 32 && read_at(file, end - 32, &mut tail)? == 32 && &tail[..8] == b"APETAGEX" {
        let length = u64::from(u32::from_le_bytes([tail[12], tail[13], tail[14], tail[15]]));
        let header = if tail[23] & 0x80 != 0 { 32 } else { 0 };
        end = end
            .checked_sub(length + header)
            .filter(|&end| end > start)
            .unwrap_or(end);
    }
    Ok(end)
}
