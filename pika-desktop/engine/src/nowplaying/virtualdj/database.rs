//! VirtualDJ's `database.xml`: what it knows of each song, as a second opinion. Streamed, since files of 50 MB exist.

use std::{
    io::{self, BufRead, Read},
    sync::Arc,
};

use pika_analysis::MusicalKey;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::{audio_files::is_audio, musical_key::parse_key};

/// Values below this are seconds per beat, values from it on are BPM (very old databases).
const FIRST_BPM: f64 = 10.0;
/// Tempi outside are no tempi, in BPM.
const BPM_RANGE: std::ops::RangeInclusive<f64> = 20.0..=400.0;
/// Bytes of one song with all that belongs to it; a longer one is no VirtualDJ database.
const MAX_PIECE_BYTES: usize = 4 << 20;
/// Attributes of one element that are read; real ones have some ten. Each is compared with all before it.
const MAX_ATTRIBUTES: usize = 1000;

/// What VirtualDJ knows of one song.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DatabaseSong {
    /// Path as VirtualDJ writes it.
    pub path: String,
    /// Length of the file in bytes.
    pub file_size: Option<u64>,
    /// Artist; may be empty.
    pub artist: String,
    /// Title; may be empty.
    pub title: String,
    /// Tempo in the tags, in BPM.
    pub tag_bpm: Option<f64>,
    /// Tempo that VirtualDJ measured, in BPM.
    pub scan_bpm: Option<f64>,
    /// The other tempo that it thought of, in BPM.
    pub alternative_bpm: Option<f64>,
    /// Key that it measured, else the one in the tags.
    pub key: Option<MusicalKey>,
    /// Length in seconds.
    pub length_s: Option<f64>,
    /// How often it was played.
    pub play_count: Option<u32>,
}

/// Why a database could not be read to its end. What was found before is right.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// VirtualDJ is writing it just now, or it was cut: try again later.
    #[error("VirtualDJ's database ends in the middle")]
    Cut,
    /// It is no database of VirtualDJ's: no record of one is so long.
    #[error("this is no VirtualDJ database: a piece of it is far too long")]
    Endless,
    /// It cannot be read.
    #[error("VirtualDJ's database cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Hands every song to `found`; samples, videos and other files without a music suffix are left out. Returns how many
/// songs could not be read: one that is damaged spoils no other.
///
/// Errors: where the reading stopped.
pub fn read_database(input: impl BufRead, mut found: impl FnMut(DatabaseSong)) -> Result<u32, DatabaseError> {
    let mut records = Records::new(input);
    let mut damaged = 0;
    while let Some(record) = records.next()? {
        let is_song = record.starts_with(b"<Song");
        match read_record(record) {
            Ok(Some(song)) if is_audio(song.path.as_ref()) => found(song),
            // The last one of a file that ends in the middle is cut, not damaged.
            Err(_) if is_song && (records.is_closed || !records.is_at_end) => damaged += 1,
            _ => {}
        }
    }
    if records.is_closed {
        Ok(damaged)
    } else {
        Err(DatabaseError::Cut)
    }
}

/// The file, a song at a time: from each `<Song` to the next.
struct Records<R> {
    input: R,
    /// The record in hand, then what begins the next one.
    record: Vec<u8>,
    next: Vec<u8>,
    is_closed: bool,
    is_at_end: bool,
}

impl<R: BufRead> Records<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            record: Vec::new(),
            next: Vec::new(),
            is_closed: false,
            is_at_end: false,
        }
    }

    /// The next record; what stands before the first song is one, too.
    fn next(&mut self) -> Result<Option<&[u8]>, DatabaseError> {
        std::mem::swap(&mut self.record, &mut self.next);
        self.next.clear();
        if self.is_at_end && self.record.is_empty() {
            return Ok(None);
        }
        while !self.is_at_end {
            let before = self.record.len();
            // A piece ends before the mark that begins the next.
            let room = (MAX_PIECE_BYTES - before.min(MAX_PIECE_BYTES)) as u64;
            let read = self
                .input
                .by_ref()
                .take(room)
                .read_until(b'<', &mut self.record)?;
            if read as u64 == room {
                return Err(DatabaseError::Endless);
            }
            let is_cut = read == 0 || self.record.last() != Some(&b'<');
            self.is_at_end = is_cut;
            let piece = &self.record[before..];
            self.is_closed |= closes(piece);
            if begins_song(piece) && before > 1 {
                // The mark before it belongs to it.
                self.next.push(b'<');
                self.next.extend_from_slice(piece);
                self.record.truncate(before - 1);
                return Ok(Some(&self.record));
            }
        }
        Ok(Some(&self.record))
    }
}

/// Whether what follows a mark begins a song.
fn begins_song(piece: &[u8]) -> bool {
    piece
        .strip_prefix(b"Song")
        .and_then(|rest| rest.first())
        .is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'))
}

/// Whether what follows a mark ends the whole.
fn closes(piece: &[u8]) -> bool {
    piece
        .strip_prefix(b"/VirtualDJ_Database")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b">"))
}

/// One song of the database; `None` where it is none.
fn read_record(record: &[u8]) -> Result<Option<DatabaseSong>, quick_xml::Error> {
    let mut reader = Reader::from_reader(record);
    // Of a whole file only this piece is here.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    let mut song: Option<DatabaseSong> = None;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) if element.name().as_ref() == b"Song" => song = Some(read_song(&element)?),
            Event::Empty(element) if element.name().as_ref() == b"Song" => {
                return read_song(&element).map(Some);
            }
            Event::Start(element) | Event::Empty(element) => {
                if let Some(song) = &mut song {
                    read_part(&element, song)?;
                }
            }
            Event::End(element) if element.name().as_ref() == b"Song" => return Ok(song),
            // A song without its end.
            Event::Eof if song.is_some() => {
                return Err(quick_xml::Error::Io(Arc::new(
                    io::ErrorKind::UnexpectedEof.into(),
                )));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

fn read_song(element: &BytesStart<'_>) -> Result<DatabaseSong, quick_xml::Error> {
    let mut song = DatabaseSong::default();
    each_attribute(element, |name, value| match name {
        b"FilePath" => song.path = value.to_owned(),
        b"FileSize" => song.file_size = value.parse().ok(),
        _ => {}
    })?;
    Ok(song)
}

fn read_part(element: &BytesStart<'_>, song: &mut DatabaseSong) -> Result<(), quick_xml::Error> {
    match element.name().as_ref() {
        b"Tags" => each_attribute(element, |name, value| match name {
            b"Author" => song.artist = value.to_owned(),
            b"Title" => song.title = value.to_owned(),
            b"Bpm" => song.tag_bpm = bpm(value),
            // What VirtualDJ measured, when it comes, is better than what somebody wrote.
            b"Key" => song.key = song.key.or_else(|| parse_key(value)),
            _ => {}
        }),
        b"Infos" => each_attribute(element, |name, value| match name {
            b"SongLength" => {
                song.length_s = value
                    .parse()
                    .ok()
                    .filter(|length: &f64| length.is_finite() && *length > 0.0);
            }
            b"PlayCount" => song.play_count = value.parse().ok(),
            _ => {}
        }),
        b"Scan" => each_attribute(element, |name, value| match name {
            b"Bpm" => song.scan_bpm = bpm(value),
            b"AltBpm" => song.alternative_bpm = bpm(value),
            b"Key" => song.key = parse_key(value).or(song.key),
            _ => {}
        }),
        _ => Ok(()),
    }
}

fn each_attribute(
    element: &BytesStart<'_>,
    mut each: impl FnMut(&[u8], &str),
) -> Result<(), quick_xml::Error> {
    for attribute in element.attributes().take(MAX_ATTRIBUTES) {
        let attribute = attribute?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?;
        each(attribute.key.as_ref(), &value);
    }
    Ok(())
}

/// BPM from seconds per beat.
fn bpm(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok().filter(|value: &f64| *value > 0.0)?;
    let bpm = if value < FIRST_BPM { 60.0 / value } else { value };
    BPM_RANGE.contains(&bpm).then_some(bpm)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<VirtualDJ_Database Version="2025">
 <Song FilePath="C:\Music\Salt &amp; Pepper.mp3" FileSize="3989074">
  <Tags Author="Salt &amp; Pepper" Title="Push" Bpm="0.468753" Key="A#" />
  <Infos SongLength="182.16" PlayCount="3" />
  <Comment>a &lt;comment&gt;</Comment>
  <Scan Version="801" Bpm="0.5" AltBpm="0.75" Key="Gm" />
  <Poi Type="beatgrid" />
 </Song>
 <Song FilePath="C:\Sampler\Laugh.vdjsample" FileSize="1"><Tags Bpm="0.6"/></Song>
 <Song FilePath="D:\old.flac"><Scan Bpm="128.5" Key="nothing"/></Song>
</VirtualDJ_Database>
"##;

    fn songs(xml: &[u8]) -> (Vec<DatabaseSong>, bool) {
        let mut songs = Vec::new();
        let complete = read_database(xml, |song| songs.push(song)).is_ok();
        (songs, complete)
    }

    #[test]
    fn songs_are_read_with_tempo_key_and_entities() {
        let (songs, complete) = songs(DATABASE.as_bytes());
        assert!(complete);
        assert_eq!(songs.len(), 2);
        let song = &songs[0];
        assert_eq!(
            (song.path.as_str(), song.artist.as_str()),
            (r"C:\Music\Salt & Pepper.mp3", "Salt & Pepper")
        );
        assert_eq!((song.scan_bpm, song.alternative_bpm), (Some(120.0), Some(80.0)));
        assert!((song.tag_bpm.unwrap() - 128.0).abs() < 0.01);
        assert_eq!(song.key, parse_key("Gm"));
        assert_eq!((song.play_count, song.length_s), (Some(3), Some(182.16)));
        assert_eq!((songs[1].scan_bpm, songs[1].key), (Some(128.5), None));
    }

    #[test]
    fn a_cut_file_gives_what_came_before() {
        let (whole, _) = songs(DATABASE.as_bytes());
        for end in 0..DATABASE.trim_end().len() {
            let (part, complete) = songs(&DATABASE.as_bytes()[..end]);
            assert!(!complete, "cut at {end}");
            assert_eq!(part, whole[..part.len()]);
        }
    }

    #[test]
    fn a_piece_without_end_is_refused() {
        for start in ["<VirtualDJ_Database>", "<Song FilePath=\"", "<!-- ", "<Song>"] {
            for rest in [b'x', b'<'] {
                let endless = start.as_bytes().chain(io::BufReader::new(io::repeat(rest)));
                let refused = read_database(endless, |_| panic!("no song")).unwrap_err();
                assert!(matches!(refused, DatabaseError::Endless), "{refused}");
            }
        }
        let many: String = (0..2 * MAX_ATTRIBUTES).map(|n| format!(" a{n}=\"\"")).collect();
        assert_eq!(
            songs(format!("<Song{many}/></VirtualDJ_Database>").as_bytes()),
            (vec![], true)
        );
    }

    #[test]
    fn one_damaged_song_spoils_no_other() {
        let good = |name: &str| {
            format!("<Song FilePath=\"/m/{name}.mp3\"><Scan Bpm=\"0.5\"/></Song>\n").into_bytes()
        };
        for bad in [
            &b"<Song FilePath=\"/m/a & b.mp3\"><Scan Bpm=\"0.5\"/></Song>"[..],
            b"<Song FilePath=\"/m/\xff.mp3\"/>",
            b"<Song FilePath=\"/m/x.mp3\"><Tags Title=\"a\" Title=\"b\"/></Song>",
            b"<Song FilePath=\"/m/x.mp3\"><Tags Title=\"a\"></Wrong>",
            b"<Song FilePath=\"/m/&#0;.mp3\"></Song>",
            b"<Song FilePath=\"/m/&nothing;.mp3\"></Song>",
            b"<Song FilePath=\"/m/x.mp3></Song>",
            b"<Song FilePath=/m/x.mp3></Song>",
            b"<Song FilePath=\"/m/x.mp3\"><Tags Title=\"no end</Song>",
            b"<Song FilePath=\"/m/x.mp3\"><!-- no end </Song>",
            b"<Song FilePath=\"/m/x.mp3\"><![CDATA[ no end",
        ] {
            let file = [
                &b"<VirtualDJ_Database>\n"[..],
                &good("before"),
                bad,
                b"\n",
                &good("behind"),
                &good("last"),
                b"</VirtualDJ_Database>",
            ]
            .concat();
            let mut paths = Vec::new();
            let damaged = read_database(&file[..], |song| paths.push(song.path)).unwrap();
            let text = String::from_utf8_lossy(bad);
            assert_eq!(paths, ["/m/before.mp3", "/m/behind.mp3", "/m/last.mp3"], "{text}");
            assert_eq!(damaged, 1, "{text}");
        }
    }

    #[test]
    fn tempi_that_are_none_are_left_out() {
        for text in ["0", "-1", "nan", "inf", "x", "", "0.0001", "1e9"] {
            assert_eq!(bpm(text), None, "{text}");
        }
    }
}
