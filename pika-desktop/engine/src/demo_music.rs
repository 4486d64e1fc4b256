//! A small music folder made by code, for trying the program without music: six grooves in several
//! tempi and keys, with tags. Nobody's music; the same bytes on every machine.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

mod synth;

use synth::Groove;

/// Samples a second of the files.
const RATE: u32 = 44_100;

/// One made-up song.
struct DemoSong {
    file: &'static str,
    title: &'static str,
    artist: &'static str,
    genre: &'static str,
    groove: Groove,
    seconds: u32,
}

const SONGS: [DemoSong; 6] = [
    DemoSong {
        file: "01 Slow Honey.wav",
        title: "Slow Honey",
        artist: "The Demo Trio",
        genre: "Blues",
        groove: Groove {
            bpm: 84.0,
            tonic: 9,
            minor: true,
            swing: 0.66,
            drive: 0.5,
            bright: 0.3,
        },
        seconds: 48,
    },
    DemoSong {
        file: "02 Slot and Anchor.wav",
        title: "Slot and Anchor",
        artist: "Westbound",
        genre: "Soul",
        groove: Groove {
            bpm: 98.0,
            tonic: 7,
            minor: true,
            swing: 0.5,
            drive: 0.7,
            bright: 0.5,
        },
        seconds: 50,
    },
    DemoSong {
        file: "03 Sugar Push.wav",
        title: "Sugar Push",
        artist: "Ada and the Sixes",
        genre: "Pop",
        groove: Groove {
            bpm: 108.0,
            tonic: 0,
            minor: false,
            swing: 0.5,
            drive: 0.8,
            bright: 0.8,
        },
        seconds: 45,
    },
    DemoSong {
        file: "04 Late Train Shuffle.wav",
        title: "Late Train Shuffle",
        artist: "The Demo Trio",
        genre: "Blues",
        groove: Groove {
            bpm: 118.0,
            tonic: 4,
            minor: true,
            swing: 0.66,
            drive: 0.9,
            bright: 0.6,
        },
        seconds: 46,
    },
    DemoSong {
        file: "05 Paper Moonlight.wav",
        title: "Paper Moonlight",
        artist: "Ada and the Sixes",
        genre: "Ballad",
        groove: Groove {
            bpm: 76.0,
            tonic: 5,
            minor: false,
            swing: 0.5,
            drive: 0.25,
            bright: 0.2,
        },
        seconds: 52,
    },
    DemoSong {
        file: "06 Neon Whip.wav",
        title: "Neon Whip",
        artist: "Westbound",
        genre: "Electro",
        groove: Groove {
            bpm: 124.0,
            tonic: 2,
            minor: true,
            swing: 0.5,
            drive: 1.0,
            bright: 1.0,
        },
        seconds: 44,
    },
];

/// Writes the songs that are not there yet into `folder`; existing files are left alone.
///
/// Errors: the folder or a file cannot be written. A file is complete or not there.
pub fn generate(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for song in &SONGS {
        let path = folder.join(song.file);
        if path.exists() {
            continue;
        }
        let temporary = folder.join("making.part");
        write_song(song, &temporary)?;
        fs::rename(&temporary, &path)?;
    }
    Ok(())
}

fn write_song(song: &DemoSong, path: &Path) -> io::Result<()> {
    let mono = song.groove.render(song.seconds, RATE);
    let data_bytes = mono.len() as u32 * 2;
    let info = info_chunk(song);
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(4 + 24 + info.len() as u32 + 8 + data_bytes).to_le_bytes())?;
    file.write_all(b"WAVEfmt ")?;
    file.write_all(&16u32.to_le_bytes())?;
    // PCM, one channel, 16 bits.
    file.write_all(&[1, 0, 1, 0])?;
    file.write_all(&RATE.to_le_bytes())?;
    file.write_all(&(RATE * 2).to_le_bytes())?;
    file.write_all(&[2, 0, 16, 0])?;
    file.write_all(&info)?;
    file.write_all(b"data")?;
    file.write_all(&data_bytes.to_le_bytes())?;
    for sample in mono {
        file.write_all(&((sample * 32_767.0) as i16).to_le_bytes())?;
    }
    file.flush()
}

/// The tags of a WAV file: a LIST of INFO texts.
fn info_chunk(song: &DemoSong) -> Vec<u8> {
    let mut list = b"INFO".to_vec();
    for (name, text) in [
        (b"INAM", song.title),
        (b"IART", song.artist),
        (b"IPRD", "Pika! demo"),
        (b"IGNR", song.genre),
    ] {
        // Texts end with a zero and fill whole words.
        let mut text = [text.as_bytes(), &[0]].concat();
        list.extend_from_slice(name);
        list.extend_from_slice(&(text.len() as u32).to_le_bytes());
        text.resize(text.len().next_multiple_of(2), 0);
        list.append(&mut text);
    }
    [b"LIST", &(list.len() as u32).to_le_bytes()[..], &list].concat()
}
