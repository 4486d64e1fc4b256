//! What symphonia leaves out of MP4 files: the edit list, iTunes' gapless tag, and which kind of AAC
//! or which protection is inside. A bounded reader of the `moov` box; boxes after ISO/IEC 14496-12.

use std::io::{self, Read, Seek, SeekFrom};

use super::aac::{self, AudioConfig};
use crate::AnalysisError;

/// The index of ten hours of sound stays far below this.
const LARGEST_MOOV: u64 = 64 << 20;
/// Top-level boxes that are looked at; a fragmented file may have one pair per second.
const MOST_TOP_BOXES: usize = 200_000;
/// Children of one box that are looked at.
const MOST_CHILDREN: usize = 4096;

/// One sound track of an MP4 file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Track {
    /// Its number in the file.
    pub(super) id: u32,
    /// Name of the sample format: `mp4a`, `alac`, …
    pub(super) format: [u8; 4],
    /// Whether the sound is encrypted.
    pub(super) is_protected: bool,
    /// Object type of the `esds` box: 0x40 is AAC, 0x6b MP3, …
    pub(super) object_type: Option<u8>,
    /// AAC's own description.
    pub(super) aac: Option<AudioConfig>,
    /// Ticks a second of the track's clock.
    pub(super) timescale: u32,
    /// Ticks of the first packet.
    pub(super) first_packet_ticks: Option<u32>,
    /// First tick to be played.
    pub(super) start_tick: Option<u64>,
    /// Tick after the last one to be played.
    pub(super) end_tick: Option<u64>,
    /// iTunes' frames of encoder delay and of music, when there is no edit list.
    pub(super) itunes: Option<ItunesGapless>,
}

impl Track {
    /// Why this track cannot be decoded; `None` when it may be.
    pub(super) fn refusal(&self) -> Option<AnalysisError> {
        if self.is_protected {
            return Some(AnalysisError::Protected("MP4".to_owned()));
        }
        let name = match &self.format {
            b"Opus" => "Opus",
            b"ac-3" => "AC-3",
            b"ec-3" => "Enhanced AC-3",
            b"ac-4" => "AC-4",
            b"samr" | b"sawb" => "AMR",
            b"dtsc" | b"dtse" | b"dtsh" | b"dtsl" => "DTS",
            b"mp4a" => {
                let clock = self.first_packet_ticks.map(|ticks| (self.timescale, ticks));
                let config = self.aac.filter(|_| self.object_type == Some(0x40))?;
                return aac::unsupported_name(config, clock).map(AnalysisError::Unsupported);
            }
            _ => return None,
        };
        Some(AnalysisError::Unsupported(name.to_owned()))
    }
}

/// Encoder delay and length from the tag `iTunSMPB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ItunesGapless {
    /// Frames before the music.
    pub(super) delay: u64,
    /// Frames of music; none when the tag says nothing.
    pub(super) frames: Option<u64>,
}

/// The sound tracks of an MP4 file; empty when there is no readable `moov` box.
///
/// Leaves `source` at its start.
pub(super) fn sound_tracks(source: &mut (impl Read + Seek)) -> io::Result<Vec<Track>> {
    let moov = find_moov(source);
    source.seek(SeekFrom::Start(0))?;
    Ok(moov?.map(|moov| parse_moov(&moov)).unwrap_or_default())
}

fn find_moov(source: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let length = source.seek(SeekFrom::End(0))?;
    let mut at = 0u64;
    for _ in 0..MOST_TOP_BOXES {
        // No file goes as far as a broken size may lead: to seek there would be an error of reading.
        if at >= length {
            return Ok(None);
        }
        source.seek(SeekFrom::Start(at))?;
        let mut header = [0u8; 16];
        let got = read_up_to(source, &mut header)?;
        if got < 8 {
            return Ok(None);
        }
        let short = u64::from(u32_at(&header, 0).unwrap_or(0));
        let (head, size) = match short {
            0 => (8, u64::MAX),
            1 if got == 16 => (16, u64_at(&header, 8).unwrap_or(0)),
            size => (8, size),
        };
        if size < head {
            return Ok(None);
        }
        if &header[4..8] == b"moov" {
            source.seek(SeekFrom::Start(at + head))?;
            let mut moov = Vec::new();
            source
                .take((size - head).min(LARGEST_MOOV))
                .read_to_end(&mut moov)?;
            return Ok(Some(moov));
        }
        match at.checked_add(size) {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn read_up_to(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match source.read(&mut buffer[got..])? {
            0 => break,
            count => got += count,
        }
    }
    Ok(got)
}

fn parse_moov(moov: &[u8]) -> Vec<Track> {
    let movie_timescale = child(moov, b"mvhd")
        .and_then(|mvhd| full_box_u32(mvhd, 12, 20))
        .unwrap_or(0);
    let itunes = child(moov, b"udta")
        .and_then(|udta| child(udta, b"meta"))
        .and_then(|meta| child(meta.get(4..)?, b"ilst"))
        .and_then(itunes_gapless);
    children(moov)
        .filter(|(name, _)| name == b"trak")
        .filter_map(|(_, trak)| parse_trak(trak, movie_timescale))
        .map(|track| Track {
            // An edit list is the rule; the tag is for files that lack one.
            itunes: itunes.filter(|_| track.start_tick.is_none()),
            ..track
        })
        .collect()
}

fn parse_trak(trak: &[u8], movie_timescale: u32) -> Option<Track> {
    let mdia = child(trak, b"mdia")?;
    if child(mdia, b"hdlr")?.get(8..12)? != b"soun" {
        return None;
    }
    let timescale = full_box_u32(child(mdia, b"mdhd")?, 12, 20)?;
    let stbl = child(child(mdia, b"minf")?, b"stbl")?;
    let stsd = child(stbl, b"stsd")?;
    let (format, entry) = children(stsd.get(8..)?).next()?;
    let (start_tick, end_tick) = child(trak, b"edts")
        .and_then(|edts| child(edts, b"elst"))
        .map_or((None, None), |elst| edit(elst, timescale, movie_timescale));
    let esds = sound_children(entry)
        .and_then(find_esds)
        .and_then(|esds| parse_esds(esds.get(4..)?));
    Some(Track {
        id: full_box_u32(child(trak, b"tkhd")?, 12, 20)?,
        format,
        is_protected: matches!(&format, b"drms" | b"enca" | b"p608" | b"aavd")
            || sound_children(entry).is_some_and(|boxes| child(boxes, b"sinf").is_some()),
        object_type: esds.as_ref().map(|(object_type, _)| *object_type),
        aac: esds.and_then(|(_, config)| aac::parse_config(config)),
        timescale,
        first_packet_ticks: child(stbl, b"stts").and_then(|stts| u32_at(stts, 12)),
        start_tick,
        end_tick,
        itunes: None,
    })
}

/// First tick played and the one after the last, when the edit list is a plain one: empty edits, then
/// one stretch of the track at normal speed.
///
/// Empty edits at the start are left out, as by other players of sound.
fn edit(elst: &[u8], timescale: u32, movie_timescale: u32) -> (Option<u64>, Option<u64>) {
    let version = elst.first().copied().unwrap_or(0);
    let count = u32_at(elst, 4).unwrap_or(0) as usize;
    let entry_size = if version == 1 { 20 } else { 12 };
    let entries = elst
        .get(8..)
        .unwrap_or_default()
        .chunks_exact(entry_size)
        .take(count.min(MOST_CHILDREN));
    let mut played = entries.filter_map(|entry| {
        let (duration, start) = if version == 1 {
            (u64_at(entry, 0)?, u64_at(entry, 8)?.cast_signed())
        } else {
            (
                u64::from(u32_at(entry, 0)?),
                i64::from(u32_at(entry, 4)?.cast_signed()),
            )
        };
        u64::try_from(start).ok().map(|start| (duration, start))
    });
    let Some((duration, start)) = played.next() else {
        return (None, None);
    };
    if played.next().is_some() || duration == 0 || movie_timescale == 0 {
        return (Some(start), None);
    }
    let ticks = u128::from(duration) * u128::from(timescale) / u128::from(movie_timescale);
    let end = u64::try_from(ticks)
        .ok()
        .and_then(|ticks| start.checked_add(ticks));
    (Some(start), end)
}

/// Boxes inside a sound sample entry. QuickTime files have a longer entry before them.
fn sound_children(entry: &[u8]) -> Option<&[u8]> {
    match u16_at(entry, 8)? {
        1 => entry.get(44..),
        2 => entry.get(64..),
        _ => entry.get(28..),
    }
}

/// QuickTime files hide `esds` in `wave`.
fn find_esds(boxes: &[u8]) -> Option<&[u8]> {
    child(boxes, b"esds").or_else(|| child(child(boxes, b"wave")?, b"esds"))
}

/// Object type and decoder configuration, after ISO/IEC 14496-1 §7.2.6.
fn parse_esds(descriptors: &[u8]) -> Option<(u8, &[u8])> {
    let (tag, es, _) = descriptor(descriptors)?;
    if tag != 3 {
        return None;
    }
    let flags = *es.get(2)?;
    let mut at = 3;
    if flags & 0x80 != 0 {
        at += 2;
    }
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*es.get(at)?);
    }
    if flags & 0x20 != 0 {
        at += 2;
    }
    let (tag, config, _) = descriptor(es.get(at..)?)?;
    if tag != 4 {
        return None;
    }
    let object_type = *config.first()?;
    let specific = config
        .get(13..)
        .and_then(descriptor)
        .filter(|(tag, ..)| *tag == 5);
    Some((object_type, specific.map_or(&[], |(_, body, _)| body)))
}

/// Tag, body and the rest.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, mut rest) = bytes.split_first()?;
    let mut length = 0usize;
    for _ in 0..4 {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        length = length << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (body, after) = rest.split_at(length.min(rest.len()));
    Some((tag, body, after))
}

/// ` 00000000 00000840 000001CA 00000000003F31F6 …`: delay, padding and frames in hexadecimal.
fn itunes_gapless(ilst: &[u8]) -> Option<ItunesGapless> {
    let text = children(ilst)
        .filter(|(name, _)| name == b"----")
        .find(|(_, item)| child(item, b"name").and_then(|name| name.get(4..)) == Some(b"iTunSMPB"))
        .and_then(|(_, item)| child(item, b"data")?.get(8..))?;
    let text = std::str::from_utf8(text.get(..text.len().min(256))?).ok()?;
    let mut fields = text.split_ascii_whitespace();
    let delay = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
    let frames = fields
        .nth(1)
        .and_then(|field| u64::from_str_radix(field, 16).ok());
    // More than a third of a second is no encoder's delay.
    (delay < 16_384).then_some(ItunesGapless {
        delay,
        frames: frames.filter(|&frames| frames > 0),
    })
}

/// A 32-bit field of a box whose fields before it are wider in version 1.
fn full_box_u32(body: &[u8], at_version_0: usize, at_version_1: usize) -> Option<u32> {
    match body.first()? {
        1 => u32_at(body, at_version_1),
        _ => u32_at(body, at_version_0),
    }
}

fn child<'a>(body: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    children(body).find(|(own, _)| own == name).map(|(_, body)| body)
}

/// Name and body of each box inside another.
fn children(body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let short = u32_at(rest, 0)?;
        let name = rest.get(4..8)?.try_into().ok()?;
        let (head, size) = match short {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).ok()?),
            size => (8, size as usize),
        };
        if size < head {
            return None;
        }
        // A box that claims more than there is holds what there is.
        let end = size.min(rest.len());
        let inside = rest.get(head..end)?;
        rest = &rest[end..];
        Some((name, inside))
    })
    .take(MOST_CHILDREN)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(
        bytes.get(at..at.checked_add(8)?)?.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(body);
        bytes
    }

    fn elst_v0(entries: &[(u32, i32)]) -> Vec<u8> {
        let mut body = vec![0; 4];
        body.extend((entries.len() as u32).to_be_bytes());
        for (duration, start) in entries {
            body.extend(duration.to_be_bytes());
            body.extend(start.to_be_bytes());
            body.extend([0, 1, 0, 0]);
        }
        body
    }

    #[test]
    fn a_plain_edit_gives_start_and_end() {
        let elst = elst_v0(&[(1000, 1024)]);
        assert_eq!(edit(&elst, 44_100, 1000), (Some(1024), Some(45_124)));
    }

    #[test]
    fn empty_edits_are_skipped_and_several_have_no_end() {
        let elst = elst_v0(&[(50, -1), (1000, 2112)]);
        assert_eq!(edit(&elst, 44_100, 1000), (Some(2112), Some(46_212)));
        let elst = elst_v0(&[(1000, 0), (1000, 90_000)]);
        assert_eq!(edit(&elst, 44_100, 1000), (Some(0), None));
        assert_eq!(edit(&elst_v0(&[]), 44_100, 1000), (None, None));
        assert_eq!(edit(&elst_v0(&[(7, 7)])[..13], 44_100, 1000), (None, None));
    }

    #[test]
    fn the_itunes_tag_is_read() {
        let mut data = vec![0; 8];
        data.extend(b" 00000000 00000840 000001CA 00000000003F31F6 00000000");
        let mut name = vec![0; 4];
        name.extend(b"iTunSMPB");
        let item = [
            boxed(b"mean", b"\0\0\0\0com.apple.iTunes"),
            boxed(b"name", &name),
            boxed(b"data", &data),
        ];
        let ilst = boxed(b"----", &item.concat());
        assert_eq!(
            itunes_gapless(&ilst),
            Some(ItunesGapless {
                delay: 0x840,
                frames: Some(0x3f_31f6)
            })
        );
    }

    #[test]
    fn nonsense_ends_without_a_result() {
        for bytes in [&b""[..], b"\0\0\0\x01moov", b"\0\0\0\x04moov", &[0xff; 64]] {
            let mut source = io::Cursor::new(bytes.to_vec());
            assert_eq!(sound_tracks(&mut source).unwrap(), []);
        }
        let moov = boxed(b"moov", &boxed(b"trak", &[0xff; 300]));
        assert_eq!(sound_tracks(&mut io::Cursor::new(moov)).unwrap(), []);
    }
}
