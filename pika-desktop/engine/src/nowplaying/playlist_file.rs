//! An `.m3u` that another program appends to while it plays.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    growing_file::{GrowingFile, Stamp},
    playlist::{Flavour, PlaylistEntry},
    source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus, why},
};
use crate::{
    clock::{Now, ms_of},
    library::fold,
};

/// Follows one playlist.
#[derive(Debug)]
pub(super) struct PlaylistFile {
    file: GrowingFile,
    status: Option<SourceStatus>,
    began: bool,
}

impl PlaylistFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            file: GrowingFile::new(path, Flavour::Plain, 0),
            status: None,
            began: false,
        }
    }

    fn event(
        &self,
        entry: &PlaylistEntry,
        logged_at_ms: i64,
        at_start: bool,
        replaces_last: bool,
    ) -> SourceNews {
        // Paths are relative to the playlist.
        let foreign = entry.path.contains("://") || entry.path.get(1..2) == Some(":");
        let path = match self.file.path().parent() {
            Some(folder) if !foreign => folder.join(&entry.path).to_string_lossy().into_owned(),
            _ => entry.path.clone(),
        };
        SourceNews::Played(Box::new(PlayEvent {
            source: SourceKind::Playlist,
            path: Some(path),
            artist: entry.artist.clone(),
            title: entry.title.clone(),
            remix: None,
            file_size: None,
            duration_s: entry.length_s,
            logged_at_ms,
            started_at_ms: logged_at_ms,
            line_at_ms: None,
            at_start,
            replaces_last,
        }))
    }
}

impl NowPlayingSource for PlaylistFile {
    fn kind(&self) -> SourceKind {
        SourceKind::Playlist
    }

    fn poll(&mut self, now: Now, _changed: bool) -> Vec<SourceNews> {
        let source = SourceKind::Playlist;
        let mut news = Vec::new();
        let path = self.file.path().to_owned();
        let status = match self.file.look(now.steady) {
            Ok(found) => {
                let at_start = !self.began;
                let modified = Stamp::of(&path).ok().and_then(|stamp| stamp.modified);
                let written_at_ms = modified.filter(|_| at_start).map_or(now.wall_ms, ms_of);
                let logged_at_ms = written_at_ms.min(now.wall_ms);
                if let Some(entry) = found.entries.last() {
                    let replaces = found.replaces_last && found.entries.len() == 1;
                    news.push(self.event(entry, logged_at_ms, at_start, replaces));
                }
                SourceStatus::Following {
                    source,
                    path,
                    delay_s: None,
                    advice: Vec::new(),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => SourceStatus::Missing {
                source,
                what: format!("{} is not there yet", path.display()),
            },
            Err(error) => SourceStatus::Unreadable {
                source,
                path,
                reason: why(&error),
            },
        };
        self.began = true;
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            news.push(SourceNews::Status(status));
        }
        news
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.file
            .path()
            .parent()
            .map(Path::to_owned)
            .into_iter()
            .collect()
    }
}

/// Whether a file to follow is a playlist rather than a text.
pub(super) fn is_playlist(path: &Path) -> bool {
    let name = fold::lower(&path.to_string_lossy());
    name.ends_with(".m3u") || name.ends_with(".m3u8")
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;

    fn at(seconds: u64) -> Now {
        Now {
            wall_ms: 1_000 * seconds.cast_signed(),
            steady: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn appended_songs_are_news_with_paths_beside_the_playlist() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("played.m3u8");
        let mut source = PlaylistFile::new(path.clone());
        source.poll(at(1), false);
        fs::write(&path, "#EXTM3U\n#EXTINF:60,A - B\nsongs/b.mp3\n").unwrap();
        let news = source.poll(at(2), true);
        let SourceNews::Played(event) = &news[0] else {
            panic!("{news:?}")
        };
        assert_eq!(event.path.as_deref(), folder.path().join("songs/b.mp3").to_str());
        assert_eq!(
            (event.artist.as_deref(), event.duration_s, event.at_start),
            (Some("A"), Some(60.0), false)
        );
        assert_eq!(source.poll(at(3), true), []);
    }
}
