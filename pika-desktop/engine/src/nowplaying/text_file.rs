//! A text file with the playing song in its first line, as many programs write for streaming:
//! `Artist - Title`. Blank means that nothing plays.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus, why};
use crate::{
    clock::{Now, ms_of},
    foreign::{file, text},
};

/// Bytes that are read.
const MAX_BYTES: u64 = 64 << 10;
/// A file that is blank for less is being written.
const BLANK_FOR: Duration = Duration::from_secs(2);

/// Follows one text file.
#[derive(Debug)]
pub(super) struct TextFile {
    path: PathBuf,
    line: Option<String>,
    /// Since when it has been blank, while that is not believed yet.
    blank_since: Option<Duration>,
    status: Option<SourceStatus>,
    first: bool,
}

impl TextFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            line: None,
            blank_since: None,
            status: None,
            first: true,
        }
    }

    /// Reads it at each look: it is small, and one rewritten within a tick of the disk's clock looks unchanged.
    fn read(&mut self, now: Now) -> io::Result<Option<SourceNews>> {
        let line = first_line(&file::beginning(&self.path, MAX_BYTES)?);
        let Some(line) = line else {
            return Ok(self.blank(now));
        };
        self.blank_since = None;
        if self.line.as_ref() == Some(&line) {
            return Ok(None);
        }
        let (artist, title) = text::artist_and_title(&line);
        let at_start = std::mem::take(&mut self.first);
        // Nobody knows when a line was written that stood there already: the file's own time says it best, unless the
        // clock was set back since.
        let logged_at_ms = match at_start {
            true => written_at(&self.path).map_or(now.wall_ms, |written| written.min(now.wall_ms)),
            false => now.wall_ms,
        };
        self.line = Some(line);
        Ok(Some(SourceNews::Played(Box::new(PlayEvent {
            source: SourceKind::TextFile,
            path: None,
            artist,
            title,
            remix: None,
            file_size: None,
            duration_s: None,
            logged_at_ms,
            started_at_ms: logged_at_ms,
            line_at_ms: None,
            at_start,
            replaces_last: false,
        }))))
    }

    fn blank(&mut self, now: Now) -> Option<SourceNews> {
        self.line.as_ref()?;
        let since = *self.blank_since.get_or_insert(now.steady);
        if now.steady.saturating_sub(since) < BLANK_FOR {
            return None;
        }
        self.blank_since = None;
        self.line = None;
        Some(SourceNews::Stopped)
    }
}

fn written_at(path: &Path) -> Option<i64> {
    Some(ms_of(path.metadata().ok()?.modified().ok()?))
}

impl NowPlayingSource for TextFile {
    fn kind(&self) -> SourceKind {
        SourceKind::TextFile
    }

    fn poll(&mut self, now: Now, _changed: bool) -> Vec<SourceNews> {
        let mut news = Vec::new();
        let source = SourceKind::TextFile;
        let status = match self.read(now) {
            Ok(found) => {
                news.extend(found);
                SourceStatus::Following {
                    source,
                    path: self.path.clone(),
                    delay_s: None,
                    advice: Vec::new(),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Some programs take it away when nothing plays.
                news.extend(self.blank(now));
                SourceStatus::Missing {
                    source,
                    what: format!("{} is not there yet", self.path.display()),
                }
            }
            Err(error) => SourceStatus::Unreadable {
                source,
                path: self.path.clone(),
                reason: why(&error),
            },
        };
        // A file that comes later holds news.
        self.first = false;
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            news.push(SourceNews::Status(status));
        }
        news
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.path.parent().map(Path::to_owned).into_iter().collect()
    }
}

/// The first line that names something, trimmed.
pub(super) fn first_line(bytes: &[u8]) -> Option<String> {
    text::decode(bytes)
        .lines()
        .map(str::trim)
        .find(|line| text::artist_and_title(line).1.is_some())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A text file and a source that follows it, with a clock turned by hand.
    struct Booth {
        folder: tempfile::TempDir,
        source: TextFile,
        seconds: u64,
    }

    impl Booth {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let source = TextFile::new(folder.path().join("now.txt"));
            Self {
                folder,
                source,
                seconds: 0,
            }
        }

        /// What the source notices a second after the file was written: `Artist|Title`, or `stopped`.
        fn after(&mut self, content: &[u8]) -> Vec<String> {
            fs::write(self.folder.path().join("now.txt"), content).unwrap();
            self.look()
        }

        fn look(&mut self) -> Vec<String> {
            self.seconds += 1;
            let now = Now {
                wall_ms: 1_000 * self.seconds.cast_signed(),
                steady: Duration::from_secs(self.seconds),
            };
            let news = self.source.poll(now, true).into_iter();
            news.filter_map(|news| match news {
                SourceNews::Played(event) => Some(format!(
                    "{}|{}",
                    event.artist.unwrap_or_default(),
                    event.title.unwrap_or_default()
                )),
                SourceNews::Stopped => Some("stopped".to_owned()),
                SourceNews::Earlier(_) | SourceNews::Status(_) => None,
            })
            .collect()
        }
    }

    const NOTHING: [&str; 0] = [];

    #[test]
    fn each_new_line_is_a_song_in_whatever_encoding() {
        let mut booth = Booth::new();
        assert_eq!(booth.look(), NOTHING, "it is not there yet");
        assert_eq!(
            booth.after(b"\xef\xbb\xbf\n Etta James - Tell Mama \r\n"),
            ["Etta James|Tell Mama"]
        );
        assert_eq!(booth.after(b"Etta James - Tell Mama\nother"), NOTHING);
        assert_eq!(booth.after(b"Caf\xe9"), ["|Café"]);
        let utf16: Vec<u8> = "Zoë Keating - Escape Artist\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(booth.after(&utf16), ["Zoë Keating|Escape Artist"]);
        assert_eq!(booth.after(b" - Title Only"), ["|Title Only"]);
    }

    #[test]
    fn a_file_that_is_blank_for_a_moment_is_being_written() {
        let mut booth = Booth::new();
        booth.after(b"A - B");
        for blank in [&b"  \n"[..], b" - ", b""] {
            assert_eq!(booth.after(blank), NOTHING);
            assert_eq!(booth.look(), NOTHING);
            assert_eq!(booth.after(b"A - B"), NOTHING, "it was never away");
        }
        booth.after(b"");
        assert_eq!(booth.look(), NOTHING);
        assert_eq!(booth.look(), ["stopped"]);
        assert_eq!(booth.look(), NOTHING, "said once");
        assert_eq!(booth.after(b"A - B"), ["A|B"]);
        // Taken away instead of emptied.
        fs::remove_file(booth.folder.path().join("now.txt")).unwrap();
        assert_eq!([booth.look(), booth.look(), booth.look()].concat(), ["stopped"]);
    }

    #[test]
    fn a_line_of_the_same_length_in_the_same_moment_is_seen() {
        let mut booth = Booth::new();
        let write = |booth: &mut Booth, line: &str| {
            let news = booth.after(line.as_bytes());
            let file = fs::File::options()
                .write(true)
                .open(booth.folder.path().join("now.txt"));
            file.unwrap()
                .set_modified(std::time::SystemTime::UNIX_EPOCH)
                .unwrap();
            news
        };
        assert_eq!(write(&mut booth, "A - B"), ["A|B"]);
        booth.look();
        assert_eq!(write(&mut booth, "A - C"), ["A|C"]);
    }
}
