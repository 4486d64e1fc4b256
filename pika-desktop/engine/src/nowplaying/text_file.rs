//! A text file with the playing song in its first line, as many programs write for streaming:
//! `Artist - Title`. Blank means that nothing plays.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use encoding_rs::WINDOWS_1252;

use super::{
    growing_file::Stamp,
    source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus},
    split_artist_title,
};

/// Bytes that are read.
const MAX_BYTES: u64 = 64 << 10;

/// Follows one text file.
#[derive(Debug)]
pub(super) struct TextFile {
    path: PathBuf,
    seen: Option<Stamp>,
    line: Option<String>,
    status: Option<SourceStatus>,
    first: bool,
}

impl TextFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            seen: None,
            line: None,
            status: None,
            first: true,
        }
    }

    fn read(&mut self, now_ms: i64) -> io::Result<Option<SourceNews>> {
        let stamp = Stamp::of(&self.path)?;
        if self.seen == Some(stamp) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(&self.path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
        let line = first_line(&bytes);
        self.seen = Some(stamp);
        if line == self.line {
            return Ok(None);
        }
        self.line.clone_from(&line);
        let Some(line) = line else {
            return Ok(Some(SourceNews::Stopped));
        };
        let (artist, title) = split_artist_title(&line);
        let at_start = std::mem::take(&mut self.first);
        // Nobody knows when a line was written that stood there already: the file's own time says it best.
        let logged_at_ms = stamp
            .modified
            .filter(|_| at_start)
            .map_or(now_ms, crate::clock::ms_of);
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
            at_start,
            replaces_last: false,
        }))))
    }
}

impl NowPlayingSource for TextFile {
    fn kind(&self) -> SourceKind {
        SourceKind::TextFile
    }

    fn poll(&mut self, now_ms: i64, _changed: bool) -> Vec<SourceNews> {
        let mut news = Vec::new();
        let source = SourceKind::TextFile;
        let status = match self.read(now_ms) {
            Ok(found) => {
                news.extend(found);
                SourceStatus::Following {
                    source,
                    path: self.path.clone(),
                    delay_s: None,
                    advice: Vec::new(),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => SourceStatus::Missing {
                source,
                what: format!("{} is not there yet", self.path.display()),
            },
            Err(error) => SourceStatus::Unreadable {
                source,
                path: self.path.clone(),
                reason: error.to_string(),
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

/// The first line that is not blank, trimmed.
pub(super) fn first_line(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    let text = text.trim_start_matches('\u{feff}');
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_new_line_is_a_song_and_blank_is_silence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("now.txt");
        let mut source = TextFile::new(path.clone());
        let songs = |source: &mut TextFile, content: &[u8]| {
            fs::write(&path, content).unwrap();
            source
                .poll(1, true)
                .into_iter()
                .filter_map(|news| match news {
                    SourceNews::Played(event) => Some((event.artist, event.title)),
                    SourceNews::Stopped => Some((None, None)),
                    SourceNews::Earlier(_) | SourceNews::Status(_) => None,
                })
                .collect::<Vec<_>>()
        };
        assert!(matches!(
            source.poll(1, false)[..],
            [SourceNews::Status(SourceStatus::Missing { .. })]
        ));
        let etta = (Some("Etta James".into()), Some("Tell Mama".into()));
        assert_eq!(
            songs(&mut source, b"\xef\xbb\xbf\n Etta James - Tell Mama \r\n"),
            [etta]
        );
        assert_eq!(songs(&mut source, b"Etta James - Tell Mama\nother"), []);
        assert_eq!(songs(&mut source, b"Caf\xe9"), [(None, Some("Café".into()))]);
        assert_eq!(songs(&mut source, b"  \n"), [(None, None)]);
    }
}
