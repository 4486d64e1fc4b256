//! VirtualDJ's `database.xml`: what it knows of each song, as a second opinion. Streamed, since files of 50 MB exist.

use std::io::{self, BufRead, Read};

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
/// Bytes of one piece of the file; a longer one is no VirtualDJ database.
const MAX_PIECE_BYTES: usize = 4 << 20;
/// Attributes of one element; real ones have some ten. Each is compared with all before it.
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
    /// The file is damaged, or VirtualDJ is writing it just now: try again later.
    #[error("VirtualDJ's database cannot be read just now: {0}")]
    Damaged(String),
}

/// Hands every song to `found`; samples, videos and other files without a music suffix are left out.
///
/// Errors: [`DatabaseError::Damaged`] where the reading stopped.
pub fn read_database(input: impl BufRead, mut found: impl FnMut(DatabaseSong)) -> Result<(), DatabaseError> {
    let mut reader = Reader::from_reader(Pieces::new(input));
    let mut buffer = Vec::new();
    let mut song: Option<DatabaseSong> = None;
    let mut closed = false;
    loop {
        buffer.clear();
        reader.get_mut().begin();
        let event = reader.read_event_into(&mut buffer).map_err(damaged)?;
        match &event {
            Event::Start(element) if element.name().as_ref() == b"Song" => song = Some(read_song(element)?),
            Event::Start(element) | Event::Empty(element) => {
                if let Some(song) = &mut song {
                    read_part(element, song)?;
                }
            }
            Event::End(element) if element.name().as_ref() == b"Song" => {
                found_song(song.take(), &mut found);
            }
            Event::End(element) if element.name().as_ref() == b"VirtualDJ_Database" => closed = true,
            Event::Eof if closed => return Ok(()),
            Event::Eof => return Err(DatabaseError::Damaged("it ends in the middle".to_owned())),
            _ => {}
        }
    }
}

/// The file, a piece at a time: one that is far too long fails before it is held in memory.
struct Pieces<R> {
    input: R,
    /// What is left of the piece.
    room: usize,
}

impl<R> Pieces<R> {
    fn new(input: R) -> Self {
        Self { input, room: 0 }
    }

    /// Another piece begins.
    fn begin(&mut self) {
        self.room = MAX_PIECE_BYTES;
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.room == 0 {
            return Err(io::Error::other("a piece of it is far too long"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.room = self.room.saturating_sub(count);
        self.input.consume(count);
    }
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

fn found_song(song: Option<DatabaseSong>, found: &mut impl FnMut(DatabaseSong)) {
    if let Some(song) = song.filter(|song| is_audio(song.path.as_ref())) {
        found(song);
    }
}

fn read_song(element: &BytesStart<'_>) -> Result<DatabaseSong, DatabaseError> {
    let mut song = DatabaseSong::default();
    each_attribute(element, |name, value| match name {
        b"FilePath" => song.path = value.to_owned(),
        b"FileSize" => song.file_size = value.parse().ok(),
        _ => {}
    })?;
    Ok(song)
}

fn read_part(element: &BytesStart<'_>, song: &mut DatabaseSong) -> Result<(), DatabaseError> {
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

fn each_attribute(element: &BytesStart<'_>, mut each: impl FnMut(&[u8], &str)) -> Result<(), DatabaseError> {
    for (count, attribute) in element.attributes().enumerate() {
        if count == MAX_ATTRIBUTES {
            return Err(DatabaseError::Damaged(
                "a piece of it says far too much".to_owned(),
            ));
        }
        let attribute = attribute.map_err(damaged)?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(damaged)?;
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

fn damaged(error: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Damaged(error.to_string())
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
        for start in ["<VirtualDJ_Database>", "<Song FilePath=\"", "<!-- "] {
            let endless = start.as_bytes().chain(io::BufReader::new(io::repeat(b'x')));
            let refused = read_database(endless, |_| panic!("no song")).unwrap_err();
            assert!(refused.to_string().contains("too long"), "{refused}");
        }
        let many = "a".repeat(2 * MAX_ATTRIBUTES);
        let many: String = many
            .chars()
            .enumerate()
            .map(|(n, a)| format!(" {a}{n}=\"\""))
            .collect();
        let refused = read_database(format!("<Song{many}/>").as_bytes(), |_| {}).is_err();
        assert!(refused);
    }

    #[test]
    fn tempi_that_are_none_are_left_out() {
        for text in ["0", "-1", "nan", "inf", "x", "", "0.0001", "1e9"] {
            assert_eq!(bpm(text), None, "{text}");
        }
    }
}
