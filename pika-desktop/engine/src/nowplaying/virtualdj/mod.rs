//! VirtualDJ: its history, one file per evening, followed while it grows.
//!
//! A line is written after `historyDelay` seconds of play (45 by default), so a song began that
//! much before the time in its line. Old files are moved into folders by year: only the top level is
//! followed, and of it the newest file; an evening does not end at midnight.

mod database;
mod folder;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod import;
mod settings;

use std::{
    collections::HashMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

pub use database::{DatabaseError, DatabaseSong, read_database};
pub use folder::{candidate_folders, find_folder};
pub use import::{ImportCounts, database_files, import_database};
pub use settings::HistorySettings;

use super::{
    growing_file::{GrowingFile, News, Stamp},
    playlist::{Flavour, PlaylistEntry},
    source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus, why},
};
use crate::{
    clock::{Now, ms_of},
    library::fold,
};

/// Entries older than this are never news, in milliseconds.
const OLDEST_MS: i64 = 12 * 3_600_000;
/// History files looked at; a folder with more is not VirtualDJ's.
const MAX_FILES: usize = 20_000;
/// Every so many polls all files are looked at, not just the current one.
const FULL_LOOK_EVERY: u32 = 10;
/// A delay above this is worth telling the DJ about, in seconds.
const LONG_DELAY_S: u32 = 15;

/// What to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VirtualDjFolder {
    /// VirtualDJ's own folder, found by itself, looked for again while it is missing.
    Find,
    /// VirtualDJ's own folder, chosen by the DJ.
    Program(PathBuf),
    /// One history file.
    HistoryFile(PathBuf),
}

/// Follows VirtualDJ's history.
pub struct VirtualDj {
    wanted: VirtualDjFolder,
    history: Option<HistoryFollower>,
    settings: HistorySettings,
    settings_seen: Option<Stamp>,
    status: Option<SourceStatus>,
    polls: u32,
}

/// The history folder and the file that is followed in it.
struct HistoryFollower {
    folder: PathBuf,
    /// Only this file, when one was named.
    only: Option<OsString>,
    current: Option<GrowingFile>,
    /// How the files looked when they were last seen.
    seen: HashMap<OsString, Stamp>,
    /// Files that are here since before following began are not news.
    began_ms: i64,
    first: bool,
}

impl VirtualDj {
    /// A source that follows what was named.
    pub fn new(wanted: VirtualDjFolder) -> Self {
        Self {
            wanted,
            history: None,
            settings: HistorySettings::default(),
            settings_seen: None,
            status: None,
            polls: 0,
        }
    }

    fn open(&self, now_ms: i64) -> Option<HistoryFollower> {
        let (folder, only) = match &self.wanted {
            VirtualDjFolder::Find => (find_folder(&candidate_folders())?.join("History"), None),
            VirtualDjFolder::Program(folder) => (history_folder(folder), None),
            VirtualDjFolder::HistoryFile(file) => {
                (file.parent()?.to_owned(), file.file_name().map(OsString::from))
            }
        };
        Some(HistoryFollower {
            folder,
            only,
            current: None,
            seen: HashMap::new(),
            began_ms: now_ms,
            first: true,
        })
    }

    /// VirtualDJ's own folder, which holds the settings.
    fn program_folder(&self) -> Option<&Path> {
        self.history.as_ref()?.folder.parent()
    }

    fn read_settings(&mut self) {
        let Some(path) = self.program_folder().map(|folder| folder.join("settings.xml")) else {
            return;
        };
        let stamp = Stamp::of(&path).ok();
        if stamp != self.settings_seen {
            self.settings_seen = stamp;
            self.settings = HistorySettings::read(&path).unwrap_or_default();
        }
    }

    fn missing(&self) -> SourceStatus {
        let what = match &self.wanted {
            VirtualDjFolder::Find => "VirtualDJ's folder was not found on this computer".to_owned(),
            VirtualDjFolder::Program(folder) if folder.is_dir() => format!(
                "VirtualDJ has not written a history in {} yet. Play a song in VirtualDJ, or choose another folder \
                 in the settings",
                folder.display()
            ),
            VirtualDjFolder::Program(folder) => format!(
                "VirtualDJ's folder {} is not there. Choose another one in the settings",
                folder.display()
            ),
            VirtualDjFolder::HistoryFile(file) => {
                format!("VirtualDJ has not written {} yet", file.display())
            }
        };
        SourceStatus::Missing {
            source: SourceKind::VirtualDj,
            what,
        }
    }

    fn following(&self, path: PathBuf) -> SourceStatus {
        let mut advice = Vec::new();
        if !self.settings.writes_history {
            advice.push(
                "VirtualDJ does not write its history: set writeHistory to yes in its options.".to_owned(),
            );
        }
        let delay_s = self.settings.history_delay_s;
        if delay_s > LONG_DELAY_S {
            advice.push(format!(
                "VirtualDJ writes a song down after {delay_s} seconds of play: set historyDelay to 10 in its \
                 options, and dancers see the song sooner."
            ));
        }
        SourceStatus::Following {
            source: SourceKind::VirtualDj,
            path,
            delay_s: Some(delay_s),
            advice,
        }
    }

    fn event(&self, entry: &PlaylistEntry, found: &NewEntries, now_ms: i64) -> PlayEvent {
        let line_at_ms = entry.last_play_s.map(|seconds| seconds.saturating_mul(1000));
        let logged_at_ms = match line_at_ms {
            // Just written, whatever the clock said: a time from long ago says nothing.
            Some(line_at) if now_ms.saturating_sub(line_at) >= OLDEST_MS => now_ms,
            // Written by a clock that was ahead: the line is no younger than its file.
            Some(line_at) if found.at_start => line_at.min(found.modified_ms.unwrap_or(line_at)),
            Some(line_at) => line_at,
            // Without a time of its own, the file's time is that of its newest entry.
            None => found.modified_ms.unwrap_or(now_ms),
        };
        let delay_ms = i64::from(self.settings.history_delay_s) * 1000;
        PlayEvent {
            source: SourceKind::VirtualDj,
            path: Some(entry.path.clone()),
            artist: entry.artist.clone(),
            title: entry.title.clone(),
            remix: entry.remix.clone(),
            file_size: entry.file_size,
            duration_s: entry.length_s,
            logged_at_ms,
            // A clock that was set back must not start a song in the future.
            started_at_ms: logged_at_ms.saturating_sub(delay_ms).min(now_ms),
            line_at_ms,
            at_start: found.at_start,
            replaces_last: found.replaces_last,
        }
    }

    /// What came, as everybody else is told.
    fn news(&self, found: &NewEntries, now_ms: i64) -> Vec<SourceNews> {
        let mut news = Vec::new();
        for entry in found.earlier(now_ms) {
            let event = PlayEvent {
                replaces_last: false,
                ..self.event(entry, found, now_ms)
            };
            news.push(SourceNews::Earlier(Box::new(event)));
        }
        let newest = found.newest(now_ms);
        news.extend(newest.map(|entry| SourceNews::Played(Box::new(self.event(entry, found, now_ms)))));
        news
    }
}

impl NowPlayingSource for VirtualDj {
    fn kind(&self) -> SourceKind {
        SourceKind::VirtualDj
    }

    fn poll(&mut self, now: Now, changed: bool) -> Vec<SourceNews> {
        let now_ms = now.wall_ms;
        // Searching all over the disk each second would be rude.
        let search = self.polls.is_multiple_of(FULL_LOOK_EVERY) || self.wanted != VirtualDjFolder::Find;
        let full = changed || self.polls.is_multiple_of(FULL_LOOK_EVERY);
        self.polls = self.polls.wrapping_add(1);
        if self.history.is_none() && search {
            self.history = self.open(now_ms);
        }
        let mut news = Vec::new();
        let looked = self.history.as_mut().map(|history| history.look(now, full));
        let status = match looked {
            None => self.missing(),
            Some(Ok(found)) => {
                self.read_settings();
                for found in found {
                    news.extend(self.news(&found, now_ms));
                }
                let history = self.history.as_ref().map(|history| match &history.current {
                    Some(file) => file.path().to_owned(),
                    None => history.folder.clone(),
                });
                self.following(history.unwrap_or_default())
            }
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                if self.wanted == VirtualDjFolder::Find {
                    self.history = None; // It may turn up elsewhere.
                }
                self.missing()
            }
            Some(Err(error)) => SourceStatus::Unreadable {
                source: SourceKind::VirtualDj,
                path: self
                    .history
                    .as_ref()
                    .map(|history| history.folder.clone())
                    .unwrap_or_default(),
                reason: why(&error),
            },
        };
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            news.push(SourceNews::Status(status));
        }
        news
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.history
            .iter()
            .map(|history| history.folder.clone())
            .collect()
    }
}

/// The folder `History`, given VirtualDJ's folder or that one itself.
fn history_folder(folder: &Path) -> PathBuf {
    let itself = folder
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("History"));
    if itself {
        folder.to_owned()
    } else {
        folder.join("History")
    }
}

/// Entries that came, and how they came.
struct NewEntries {
    entries: Vec<PlaylistEntry>,
    at_start: bool,
    replaces_last: bool,
    /// Added to a file that was read before.
    appended: bool,
    /// They stand in a file that VirtualDJ has left: none of them plays any more.
    is_left: bool,
    modified_ms: Option<i64>,
}

impl NewEntries {
    /// The songs before the newest, oldest first: those that say when they were played, this evening.
    fn earlier(&self, now_ms: i64) -> impl Iterator<Item = &PlaylistEntry> {
        let newest = self.entries.iter().rposition(is_song).filter(|_| !self.is_left);
        let earlier = &self.entries[..newest.unwrap_or(if self.is_left { self.entries.len() } else { 0 })];
        earlier.iter().filter(move |entry| {
            let is_tonight = entry.last_play_s.is_some_and(|seconds| {
                let age_ms = now_ms.saturating_sub(seconds.saturating_mul(1000));
                (0..OLDEST_MS).contains(&age_ms)
            });
            is_tonight && is_song(entry)
        })
    }

    /// The newest song among them. Samples and jingles are none, and old entries
    /// of a file that just turned up are no news.
    fn newest(&self, now_ms: i64) -> Option<&PlaylistEntry> {
        let entry = self.entries.iter().rev().find(|entry| is_song(entry))?;
        if self.is_left {
            return None;
        }
        if self.appended {
            return Some(entry);
        }
        let logged_at_ms = entry
            .last_play_s
            .map_or(self.modified_ms, |seconds| Some(seconds.saturating_mul(1000)));
        logged_at_ms
            .is_none_or(|logged| now_ms.saturating_sub(logged) < OLDEST_MS)
            .then_some(entry)
    }
}

/// Samples are none, nor is what has no name at all: a drive alone, without a title.
fn is_song(entry: &PlaylistEntry) -> bool {
    let path = fold::lower(&entry.path);
    let name = fold::file_name(&path);
    let is_drive = name.len() == 2 && name.ends_with(':');
    let is_named = entry.title.is_some() || !(name.is_empty() || is_drive);
    is_named && !name.ends_with(".vdjsample")
}

impl HistoryFollower {
    /// Looks at the current file, and with `full` at all others whether one of them is current now. What came last
    /// into a file that is left comes first.
    fn look(&mut self, now: Now, full: bool) -> io::Result<Vec<NewEntries>> {
        let first = std::mem::take(&mut self.first);
        let mut found = Vec::new();
        if first || full || self.current.is_none() {
            // What fails at the first look is not read as if it had come since.
            found.extend(self.choose(first, now).inspect_err(|_| self.first = first)?);
        }
        let Some(file) = &mut self.current else {
            return Ok(found);
        };
        match file.look(now.steady) {
            Ok(news) => found.push(self.new_entries(news, first)),
            // Moved into its year's folder, or between removing and renaming: chosen again at the next look.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.current = None,
            Err(error) => {
                self.first = first;
                return Err(error);
            }
        }
        Ok(found)
    }

    /// What came into the current file.
    fn new_entries(&self, news: News, first: bool) -> NewEntries {
        let modified = self.current.as_ref().and_then(GrowingFile::modified);
        let modified_ms = modified.map(ms_of);
        // A file that was there before, in a folder that came later: as at the start.
        let older_than_us = modified_ms.is_some_and(|modified| modified < self.began_ms);
        NewEntries {
            at_start: first || older_than_us,
            replaces_last: news.replaces_last && news.entries.len() == 1,
            appended: news.appended,
            is_left: false,
            entries: news.entries,
            modified_ms,
        }
    }

    /// Takes the file with the greatest date, or one that changed and is newer than it. Returns what is still to be
    /// told of the file before it.
    fn choose(&mut self, first: bool, now: Now) -> io::Result<Option<NewEntries>> {
        let files = self.list().inspect_err(|error| {
            // The one file that is followed is gone: what comes in its place is all new.
            if error.kind() == io::ErrorKind::NotFound {
                self.seen.clear();
            }
        })?;
        let changed = |name: &OsString, stamp: &Stamp| self.seen.get(name) != Some(stamp);
        let current = self
            .current
            .as_ref()
            .and_then(|file| file.path().file_name().map(OsString::from));
        let current_modified = current.as_ref().and_then(|name| files.get(name)?.modified);
        let choice = match &current {
            // Something else grew, and later than the current one; of two in one tick of the disk's clock
            // the later evening counts.
            Some(current) if files.contains_key(current) => files
                .iter()
                .filter(|(name, stamp)| {
                    changed(name, stamp) && (stamp.modified, *name) > (current_modified, current)
                })
                .max_by_key(|(name, stamp)| (stamp.modified, *name)),
            _ => newest_evening(files.iter()),
        };
        let mut left = None;
        if let Some((name, stamp)) = choice {
            // What stood in it when it was last seen is not news; a file never seen is all news.
            let baseline = match self.seen.get(name) {
                Some(seen) if !first => seen.size.min(stamp.size),
                _ => 0,
            };
            let before = match first {
                // VirtualDJ may have gone on to this file while nobody looked.
                true => newest_evening(files.iter().filter(|(other, _)| *other != name)).and_then(
                    |(name, stamp)| {
                        let age_ms = now.wall_ms.saturating_sub(ms_of(stamp.modified?));
                        let file = || GrowingFile::new(self.folder.join(name), Flavour::VirtualDj, 0);
                        (age_ms < OLDEST_MS).then(file)
                    },
                ),
                false => self.current.take(),
            };
            left = before.and_then(|file| left_behind(file, first, now));
            self.current = Some(GrowingFile::new(
                self.folder.join(name),
                Flavour::VirtualDj,
                baseline,
            ));
        }
        // The current file is watched by itself: it must not look unchanged when it is left and comes back.
        self.seen = files;
        Ok(left)
    }

    /// The playlists on the top level with size and time.
    fn list(&self) -> io::Result<HashMap<OsString, Stamp>> {
        if let Some(only) = &self.only {
            let stamp = Stamp::of(&self.folder.join(only))?;
            return Ok(HashMap::from([(only.clone(), stamp)]));
        }
        let mut files = HashMap::new();
        for entry in fs::read_dir(&self.folder)?.take(MAX_FILES) {
            let entry = entry?;
            let path = entry.path();
            let is_playlist = path
                .extension()
                .is_some_and(|suffix| suffix.eq_ignore_ascii_case("m3u"));
            // One that vanishes meanwhile is simply not there.
            if is_playlist && let Ok(stamp) = Stamp::of(&path) {
                files.insert(entry.file_name(), stamp);
            }
        }
        Ok(files)
    }
}

/// The file of the latest evening.
fn newest_evening<'a>(
    files: impl Iterator<Item = (&'a OsString, &'a Stamp)>,
) -> Option<(&'a OsString, &'a Stamp)> {
    files.max_by_key(|(name, stamp)| (is_dated(name), *name, stamp.modified))
}

/// What came last into a file that VirtualDJ writes no more. One that is gone or cannot be read has told what it had.
fn left_behind(mut file: GrowingFile, at_start: bool, now: Now) -> Option<NewEntries> {
    let news = file.look(now.steady).ok()?;
    Some(NewEntries {
        at_start,
        replaces_last: false,
        appended: news.appended,
        is_left: true,
        entries: news.entries,
        modified_ms: file.modified().map(ms_of),
    })
}

/// Whether a file is named by its evening: `2024-09-03.m3u`.
fn is_dated(name: &OsString) -> bool {
    let name = name.as_encoded_bytes();
    name.len() == 14
        && name
            .iter()
            .zip(b"0000-00-00")
            .all(|(c, p)| if *p == b'0' { c.is_ascii_digit() } else { c == p })
}

#[cfg(test)]
mod tests;
