//! What has to hold for any bytes in VirtualDJ's files.

use std::{io::BufReader, path::PathBuf};

use uuid::Uuid;

use super::{DatabaseSong, HistorySettings, NewEntries, VirtualDj, VirtualDjFolder, read_database};
use crate::{
    audio_files::is_audio,
    nowplaying::{
        growing_file::{GrowingFile, News},
        note,
        playlist::{self, Flavour, PlaylistEntry},
        resolver::{Decision, Resolver},
    },
};

/// An evening, in milliseconds since 1970.
const NOW_MS: i64 = 1_790_000_000_000;

/// Reads `database.xml`: values lie within their ranges, songs are no larger than the file, a file that comes in small
/// pieces reads the same, and one that is cut gives what came before.
///
/// # Panics
///
/// When that does not hold.
pub fn virtualdj_database(bytes: &[u8]) {
    let (songs, is_whole) = songs(bytes);
    let texts: usize = songs
        .iter()
        .map(|song| song.path.len() + song.artist.len() + song.title.len())
        .sum();
    assert!(texts <= bytes.len(), "{texts} of {}", bytes.len());
    for song in &songs {
        assert!(is_audio(song.path.as_ref()));
        for bpm in [song.tag_bpm, song.scan_bpm, song.alternative_bpm]
            .into_iter()
            .flatten()
        {
            assert!((20.0..=400.0).contains(&bpm), "{bpm}");
        }
        assert!(
            song.length_s
                .is_none_or(|length| length.is_finite() && length > 0.0)
        );
    }
    assert_eq!(
        self::songs(BufReader::with_capacity(5, bytes)),
        (songs.clone(), is_whole)
    );
    let (before, _) = self::songs(&bytes[..bytes.len() / 2]);
    assert!(songs.starts_with(&before), "{before:?}");
}

fn songs(input: impl std::io::BufRead) -> (Vec<DatabaseSong>, bool) {
    let mut songs = Vec::new();
    let is_whole = read_database(input, |song| songs.push(song)).is_ok();
    (songs, is_whole)
}

/// Reads `settings.xml`: a delay is never absurd.
///
/// # Panics
///
/// When that does not hold.
pub fn virtualdj_settings(bytes: &[u8]) {
    let settings = HistorySettings::parse(&String::from_utf8_lossy(bytes));
    assert!(settings.history_delay_s <= 3600);
}

/// Follows a history, and a playlist of another program, that grow to these bytes: what is new is in them, is told
/// once, and each song of it can be judged.
///
/// # Panics
///
/// When that does not hold.
pub fn virtualdj_history(bytes: &[u8]) {
    for flavour in [Flavour::VirtualDj, Flavour::Plain] {
        let mut file = GrowingFile::new(PathBuf::new(), flavour, bytes.len() as u64 / 5);
        let mut evening = Evening::default();
        for end in [bytes.len() / 3, bytes.len() / 2, bytes.len()] {
            let seen = &bytes[..end];
            let news = file.take(seen, false);
            plausible(&news.entries, seen);
            // Always the newest of what is there; the last of it may be half written.
            let here = playlist::parse(seen, flavour);
            let whole = here.entries.ends_with(&news.entries);
            let with_half: Vec<PlaylistEntry> = here.entries.into_iter().chain(here.unfinished).collect();
            assert!(whole || with_half.ends_with(&news.entries));
            evening.hear(news, end == bytes.len());
        }
        evening.hear(file.take(bytes, true), false);
        for quiet in [true, false, true] {
            assert_eq!(file.take(bytes, quiet).entries, []);
        }
    }
}

fn plausible(entries: &[PlaylistEntry], bytes: &[u8]) {
    let mut texts = 0;
    for entry in entries {
        assert!(!entry.path.is_empty());
        assert!(entry.last_play_s.is_none_or(|seconds| seconds > 0));
        assert!(
            entry
                .length_s
                .is_none_or(|length| length.is_finite() && length > 0.0)
        );
        let words = [&entry.artist, &entry.title, &entry.remix].into_iter().flatten();
        texts += entry.path.len() + words.map(String::len).sum::<usize>();
    }
    // Windows-1252 has letters of three bytes.
    assert!(texts <= 3 * bytes.len(), "{texts} of {}", bytes.len());
}

/// What an evening makes of the songs.
struct Evening {
    source: VirtualDj,
    resolver: Resolver,
}

impl Default for Evening {
    fn default() -> Self {
        Self {
            source: VirtualDj::new(VirtualDjFolder::Find),
            resolver: Resolver::default(),
        }
    }
}

impl Evening {
    fn hear(&mut self, news: News, at_start: bool) {
        let found = NewEntries {
            at_start,
            replaces_last: news.replaces_last && news.entries.len() == 1,
            appended: news.appended,
            is_left: false,
            entries: news.entries,
            modified_ms: Some(NOW_MS),
        };
        assert!(found.earlier(NOW_MS).count() <= found.entries.len());
        for entry in &found.entries {
            let event = self.source.event(entry, &found, NOW_MS);
            assert!(event.started_at_ms <= NOW_MS);
            let song = note::candidate_of(&event, None);
            let id = Uuid::new_v4();
            match self.resolver.decide(&song, id) {
                Decision::New => assert_eq!(self.resolver.current(), Some(id)),
                Decision::Correct(old) => assert_eq!(self.resolver.newest().map(|(id, _)| id), Some(old)),
                Decision::Again(old) => assert_eq!(self.resolver.current(), Some(old)),
                Decision::Repeat => assert!(self.resolver.current().is_some()),
            }
        }
    }
}
