//! The sound of an Ogg file, whatever its comments say and however a tagger cut it into pages.
//!
//! Comments stand in a packet before the sound; who rewrites them numbers all pages behind anew. So not bytes of the
//! file are compared but what its packets hold: the first and the last stretch of the sound, and when it ends.

use std::io::{self, Read, Seek};

use pika_analysis::read_at;

/// Bytes of sound that are looked at on each side.
const STRETCH: usize = 32 << 10;
/// Bytes of the file in which the last stretch is looked for.
const TAIL: u64 = 192 << 10;
/// Pages that are walked over on the way; a cover of 64 MB has a thousand.
const MAX_PAGES: usize = 4096;
/// A page's head, before its lengths.
const HEAD: usize = 27;
/// The place in time of a page on which nothing ends.
const NOWHERE: u64 = u64::MAX;

/// What an Ogg file sounds like.
pub(super) struct Sound {
    /// The first bytes of its packets.
    pub(super) first: Vec<u8>,
    /// The last ones.
    pub(super) last: Vec<u8>,
    /// Where it ends, in samples.
    pub(super) granule: u64,
}

/// Finds the sound between `start` and `end`; `None` when that is no Ogg file of a codec that we know.
pub(super) fn sound(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<Option<Sound>> {
    let Some(mut headers) = Headers::find(file, start, end)? else {
        return Ok(None);
    };
    let Some((page, skipped)) = headers.pass(file, start, end)? else {
        return Ok(None);
    };
    let first = first_bytes(file, &headers, page.at, skipped, end)?;
    let from = end.saturating_sub(TAIL).max(page.at);
    let mut tail = vec![0; usize::try_from(end - from).unwrap_or(0)];
    let n = read_at(file, from, &mut tail)?;
    // On the page where the headers end, what stands before the sound is no part of it.
    let skipped = if from == page.at { skipped } else { 0 };
    let (last, granule) = last_bytes(&tail[..n], skipped);
    Ok(Some(Sound { first, last, granule }))
}

/// One page: where it is and how its packets are cut.
struct Page {
    at: u64,
    is_first: bool,
    serial: [u8; 4],
    lacing: Vec<u8>,
}

impl Page {
    /// The page that begins at `at`.
    fn read(file: &mut (impl Read + Seek), at: u64, end: u64) -> io::Result<Option<Self>> {
        let mut bytes = [0; HEAD + 255];
        let room = usize::try_from(end.saturating_sub(at)).map_or(bytes.len(), |room| room.min(bytes.len()));
        let n = read_at(file, at, &mut bytes[..room])?;
        Ok(Head::of(&bytes[..n]).map(|head| Self {
            at,
            is_first: head.flags & 2 != 0,
            serial: head.serial,
            lacing: head.lacing.to_vec(),
        }))
    }

    /// Where its packets begin.
    fn content(&self) -> u64 {
        self.at + (HEAD + self.lacing.len()) as u64
    }

    /// Bytes of its packets.
    fn length(&self) -> usize {
        self.lacing.iter().map(|&length| usize::from(length)).sum()
    }

    fn next(&self) -> u64 {
        self.content() + self.length() as u64
    }
}

/// A page's head in memory.
struct Head<'a> {
    flags: u8,
    granule: u64,
    serial: [u8; 4],
    lacing: &'a [u8],
}

impl<'a> Head<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        if !head.starts_with(b"OggS\0") {
            return None;
        }
        Some(Self {
            flags: head[5],
            granule: u64::from_le_bytes(*head[6..].first_chunk()?),
            serial: *head[14..].first_chunk()?,
            lacing: rest.get(..usize::from(head[26]))?,
        })
    }

    /// Bytes of the whole page.
    fn length(&self) -> usize {
        let content: usize = self.lacing.iter().map(|&length| usize::from(length)).sum();
        HEAD + self.lacing.len() + content
    }
}

/// The packets before the sound.
struct Headers {
    serial: [u8; 4],
    /// Packets left; `None`: as many as say that they are not the last (FLAC).
    left: Option<usize>,
}

impl Headers {
    /// Looks for a stream of a codec that we know among the first pages.
    fn find(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<Option<Self>> {
        let mut at = start;
        for _ in 0..MAX_PAGES {
            let Some(page) = Page::read(file, at, end)?.filter(|page| page.is_first) else {
                break;
            };
            let mut name = [0; 8];
            let n = read_at(file, page.content(), &mut name)?;
            let left = match &name[..n] {
                b"OpusHead" | b"Speex   " => Some(Some(2)),
                [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => Some(Some(3)),
                [0x7f, b'F', b'L', b'A', b'C', ..] => Some(None),
                _ => None,
            };
            if let Some(left) = left {
                let serial = page.serial;
                return Ok(Some(Self { serial, left }));
            }
            at = page.next();
        }
        Ok(None)
    }

    /// Walks over them: the page on which they end, and how many bytes of its packets are theirs.
    fn pass(
        &mut self,
        file: &mut (impl Read + Seek),
        start: u64,
        end: u64,
    ) -> io::Result<Option<(Page, usize)>> {
        let mut at = start;
        // Of FLAC: whether the packet in hand is the first, and whether it is the last of the headers.
        let (mut packets, mut is_last, mut begins) = (0, false, true);
        for _ in 0..MAX_PAGES {
            let Some(page) = Page::read(file, at, end)? else {
                break;
            };
            at = page.next();
            if page.serial != self.serial {
                continue;
            }
            let mut passed = 0;
            for &length in &page.lacing {
                if begins && packets > 0 && self.left.is_none() {
                    let mut kind = [0];
                    read_at(file, page.content() + passed as u64, &mut kind)?;
                    is_last = kind[0] & 0x80 != 0;
                }
                passed += usize::from(length);
                begins = length < 255;
                packets += usize::from(begins);
                if begins && (is_last || self.left == Some(packets)) {
                    return Ok(Some((page, passed)));
                }
            }
        }
        Ok(None)
    }
}

/// The first stretch of the sound's packets: from `skipped` bytes of the page at `at` on.
fn first_bytes(
    file: &mut (impl Read + Seek),
    headers: &Headers,
    mut at: u64,
    mut skipped: usize,
    end: u64,
) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(STRETCH);
    for _ in 0..MAX_PAGES {
        let Some(page) = Page::read(file, at, end)? else {
            break;
        };
        at = page.next();
        if page.serial != headers.serial {
            continue;
        }
        let wanted = page.length().saturating_sub(skipped).min(STRETCH - bytes.len());
        let before = bytes.len();
        bytes.resize(before + wanted, 0);
        let n = read_at(file, page.content() + skipped as u64, &mut bytes[before..])?;
        bytes.truncate(before + n);
        skipped = 0;
        if bytes.len() == STRETCH || n < wanted {
            break;
        }
    }
    Ok(bytes)
}

/// The last stretch of what the packets of these pages hold, and where in time the last of them ends. `skipped`: bytes
/// of the first page that are not to be counted.
fn last_bytes(mut tail: &[u8], mut skipped: usize) -> (Vec<u8>, u64) {
    let mut bytes = Vec::with_capacity(tail.len());
    let mut granule = NOWHERE;
    while !tail.is_empty() {
        // A page is followed by another, or by the end.
        let found = Head::of(tail)
            .map(|head| (head.length(), head))
            .filter(|(length, _)| {
                tail.get(*length..)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"OggS"))
            });
        let Some((length, head)) = found else {
            let next = tail.iter().skip(1).position(|&byte| byte == b'O');
            tail = next.map_or(&[], |next| &tail[1 + next..]);
            continue;
        };
        let content = &tail[HEAD + head.lacing.len()..length];
        bytes.extend_from_slice(content.get(skipped..).unwrap_or_default());
        skipped = 0;
        if head.granule != NOWHERE {
            granule = head.granule;
        }
        tail = &tail[length..];
    }
    bytes.drain(..bytes.len().saturating_sub(STRETCH));
    (bytes, granule)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{self, Cursor, Read, Seek};

    use super::super::identify;

    /// Packets cut into pages of so many segments, as a program would that numbers them from `number` on.
    fn pages(packets: &[Vec<u8>], segments: usize, mut number: u32, first: bool) -> Vec<u8> {
        let mut lacing = Vec::new();
        let mut content = Vec::new();
        for packet in packets {
            lacing.extend(std::iter::repeat_n(255, packet.len() / 255));
            lacing.push((packet.len() % 255) as u8);
            content.extend_from_slice(packet);
        }
        let mut file = Vec::new();
        let mut content = &content[..];
        let mut samples = 0u64;
        for lengths in lacing.chunks(segments) {
            let (mine, rest) = content.split_at(lengths.iter().map(|&length| usize::from(length)).sum());
            content = rest;
            samples += lengths.iter().filter(|&&length| length < 255).count() as u64;
            file.extend_from_slice(b"OggS\0");
            file.push(if first && number == 0 { 2 } else { 0 });
            file.extend(samples.to_le_bytes());
            file.extend(7u32.to_le_bytes());
            file.extend(number.to_le_bytes());
            // A sum over the page, which also holds its number.
            file.extend((number ^ mine.len() as u32).to_le_bytes());
            file.push(lengths.len() as u8);
            file.extend_from_slice(lengths);
            file.extend_from_slice(mine);
            number += 1;
        }
        file
    }

    fn packets(count: usize, length: usize, seed: u8) -> Vec<Vec<u8>> {
        let packet = |n: usize| (0..length).map(|at| (n * 31 + at * 7) as u8 ^ seed).collect();
        (0..count).map(packet).collect()
    }

    /// A whole file: its headers with a comment, then its sound.
    pub(crate) fn file(kind: &str, comment: &[u8], sound: &[Vec<u8>], segments: usize) -> Vec<u8> {
        let headers = match kind {
            "vorbis" => vec![
                b"\x01vorbis-head".to_vec(),
                comment.to_vec(),
                b"\x05vorbis-setup".to_vec(),
            ],
            "opus" => vec![b"OpusHead".to_vec(), comment.to_vec()],
            _ => vec![
                b"\x7fFLAC\x01\0\0\0".to_vec(),
                [&[4][..], comment].concat(),
                [&[0x86][..], &[0; 40]].concat(),
            ],
        };
        let mut bytes = pages(&headers[..1], 255, 0, true);
        bytes.extend(pages(&headers[1..], 255, 1, false));
        let number = 2 + (comment.len() / (255 * 255)) as u32;
        bytes.extend(pages(sound, segments, number, false));
        bytes
    }

    fn id(bytes: Vec<u8>) -> super::super::ContentId {
        identify(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn comments_and_covers_and_pages_do_not_make_another_sound() {
        let sound = packets(900, 700, 1);
        for kind in ["vorbis", "opus", "flac"] {
            let plain = id(file(kind, b"title=One", &sound, 50));
            assert_eq!(
                plain,
                id(file(kind, b"title=Another, and longer", &sound, 50)),
                "{kind}"
            );
            assert_eq!(
                plain,
                id(file(kind, &vec![7; 400_000], &sound, 50)),
                "{kind}, a cover"
            );
            assert_eq!(
                plain,
                id(file(kind, b"title=One", &sound, 17)),
                "{kind}, other pages"
            );
            let id3 = b"ID3\x04\0\0\0\0\0\x03abc";
            let mut behind = b"TAG".to_vec();
            behind.resize(128, b' ');
            let dressed = [&id3[..], &file(kind, b"title=One", &sound, 50), &behind].concat();
            assert_eq!(plain, id(dressed), "{kind}, tags around");
        }
    }

    #[test]
    fn another_sound_is_another() {
        let sound = packets(900, 700, 1);
        let plain = id(file("vorbis", b"x", &sound, 50));
        assert_ne!(plain, id(file("vorbis", b"x", &packets(900, 700, 2), 50)));
        assert_ne!(plain, id(file("vorbis", b"x", &sound[..899], 50)), "shorter");
        assert_ne!(plain, id(file("vorbis", b"x", &sound[1..], 50)), "later");
    }

    /// Counts what is read.
    struct Counted(Cursor<Vec<u8>>, usize);

    impl Read for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1 += count;
            Ok(count)
        }
    }

    impl Seek for Counted {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn little_is_read_of_a_large_file() {
        let large = file("vorbis", &vec![7; 4_000_000], &packets(8000, 700, 1), 250);
        let mut counted = Counted(Cursor::new(large), 0);
        identify(&mut counted).unwrap();
        assert!(counted.1 < 400_000, "{} bytes", counted.1);
    }

    #[test]
    fn cut_files_are_told_and_little_is_read() {
        let whole = file("vorbis", b"title=One", &packets(40, 100, 1), 10);
        for end in 0..whole.len() {
            id(whole[..end].to_vec());
        }
    }
}
