//! A simulated VirtualDJ: a folder with settings and a history that grows by a song at a time, in the real format.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use pika_protocol::{Day, UnixMs};
use tracing::warn;

use crate::clock::now_ms;

/// Seconds of play after which a song is written down.
const HISTORY_DELAY_S: u32 = 2;

/// The program and what it plays.
#[derive(Debug)]
pub(super) struct Program {
    history: PathBuf,
    songs: Vec<PathBuf>,
}

impl Program {
    /// Makes its folder and looks for music.
    ///
    /// Errors: the folder cannot be written, or there is no music.
    pub(super) fn set_up(folder: &Path, music: &Path) -> io::Result<Self> {
        let history = folder.join("History");
        fs::create_dir_all(&history)?;
        fs::write(
            folder.join("settings.xml"),
            format!(
                "<settings>\n\t<writeHistory>yes</writeHistory>\n\t<historyDelay>{HISTORY_DELAY_S}</historyDelay>\n</settings>\n"
            ),
        )?;
        let mut songs: Vec<PathBuf> = fs::read_dir(music)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|suffix| suffix == "wav"))
            .collect();
        songs.sort();
        if songs.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no music"));
        }
        Ok(Self {
            history: history.join(format!("{}.m3u", date(now_ms()))),
            songs,
        })
    }

    /// Plays a song, and the next one after `every`, until it is stopped.
    pub(super) fn play(&self, every: Duration, stopped: &Receiver<()>) {
        let mut wait = Duration::from_secs(1);
        for song in self.songs.iter().cycle() {
            if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            if let Err(error) = self.write(song) {
                warn!(%error, "the simulated DJ program cannot write its history");
            }
            wait = every;
        }
    }

    /// Appends the two lines of a song.
    fn write(&self, song: &Path) -> io::Result<()> {
        let seconds = now_ms() / 1000;
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        let size = fs::metadata(song)?.len();
        let mut file = OpenOptions::new().create(true).append(true).open(&self.history)?;
        let pair = format!(
            "#EXTVDJ:<time>{hours:02}:{minutes:02}</time><lastplaytime>{seconds}</lastplaytime><filesize>{size}</filesize>\r\n{}\r\n",
            song.display()
        );
        file.write_all(pair.as_bytes())
    }
}

/// The date in UTC, as VirtualDJ names an evening: `2026-11-21`.
fn date(at_ms: i64) -> String {
    Day::of(UnixMs(at_ms)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Now,
        nowplaying::{
            NowPlayingSource, SourceNews,
            virtualdj::{VirtualDj, VirtualDjFolder},
        },
    };

    #[test]
    fn days_have_their_dates() {
        for (day, expected) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_778, "2026-11-21"),
        ] {
            assert_eq!(date(day * 86_400_000), expected);
        }
    }

    #[test]
    fn what_it_writes_is_read_as_virtualdj() {
        let folder = tempfile::tempdir().unwrap();
        let music = folder.path().join("music");
        fs::create_dir(&music).unwrap();
        fs::write(music.join("a.wav"), b"RIFF").unwrap();
        let own = folder.path().join("VirtualDJ");
        let program = Program::set_up(&own, &music).unwrap();
        let mut source = VirtualDj::new(VirtualDjFolder::Program(own));
        source.poll(Now::read(), true);
        program.write(&music.join("a.wav")).unwrap();
        let news = source.poll(Now::read(), true);
        let played = news.iter().find_map(|news| match news {
            SourceNews::Played(event) => Some(event),
            _ => None,
        });
        let event = played.expect("it is a song");
        assert_eq!(event.path.as_deref(), music.join("a.wav").to_str());
        assert_eq!(event.file_size, Some(4));
        assert_eq!(event.logged_at_ms - event.started_at_ms, 2_000);
    }
}
