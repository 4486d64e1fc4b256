//! One playlist on disk, read again whenever it changed: says what is new in it.
//!
//! A night's history is some tens of kilobytes, so it is read whole. That makes appending, replacing
//! by renaming and rewriting from the start one case: what comes after the entries known before is new.

use std::{
    fs,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use pika_analysis::open_regular;

use super::playlist::{Flavour, Playlist, PlaylistEntry, parse};

/// Bytes read of a file, from its end: some twenty thousand songs.
const MAX_BYTES: u64 = 8 << 20;
/// A path without a newline counts after this long without growth, and a file that became shorter is believed.
const QUIET: Duration = Duration::from_secs(2);
/// After a change the file is read for so long whatever its size and time say: disks count in steps of up to two
/// seconds, and something of the same length may have been written since.
const UNSURE: Duration = Duration::from_secs(3);

/// A playlist that is followed.
#[derive(Debug)]
pub(super) struct GrowingFile {
    path: PathBuf,
    flavour: Flavour,
    known: Vec<PlaylistEntry>,
    /// The newest entry ever reported: a file rewritten in pieces brings it back.
    reported: Option<PlaylistEntry>,
    /// The last known entry had no newline: it may have been cut.
    provisional: bool,
    seen: Option<Stamp>,
    /// When the content last changed, on the steady clock.
    changed_at: Duration,
    unfinished: bool,
    /// It holds less than what is known, and nothing else: somebody may be writing it anew.
    is_shorter: bool,
    read_before: bool,
    /// Bytes that were there before following began: their entries are not new.
    baseline: Option<u64>,
}

/// What tells that a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let meta = fs::metadata(path)?;
        Ok(Self {
            size: meta.len(),
            modified: meta.modified().ok(),
        })
    }
}

/// What came into the file since the last look, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct News {
    pub(super) entries: Vec<PlaylistEntry>,
    /// The first of them stands for the last one reported, which had been cut.
    pub(super) replaces_last: bool,
    /// They were added to a file that had been read before: they are new whatever time they bear.
    pub(super) appended: bool,
}

impl GrowingFile {
    /// Follows the file at `path`. Entries in its first `baseline` bytes are not new.
    pub(super) fn new(path: PathBuf, flavour: Flavour, baseline: u64) -> Self {
        Self {
            path,
            flavour,
            known: Vec::new(),
            reported: None,
            provisional: false,
            seen: None,
            changed_at: Duration::ZERO,
            unfinished: false,
            is_shorter: false,
            read_before: false,
            baseline: (baseline > 0).then_some(baseline),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn modified(&self) -> Option<SystemTime> {
        self.seen?.modified
    }

    /// Looks at the file and reads it when there is reason to. `steady`: a clock that only grows.
    ///
    /// Errors: the file system refuses; the next look tries again.
    pub(super) fn look(&mut self, steady: Duration) -> io::Result<News> {
        let stamp = Stamp::of(&self.path)?;
        let since_change = steady.saturating_sub(self.changed_at);
        if self.seen != Some(stamp) {
            let bytes = read_end(&self.path)?;
            // Only after reading: what failed is read again.
            self.seen = Some(stamp);
            self.changed_at = steady;
            return Ok(self.take(&bytes, false));
        }
        if since_change < UNSURE || self.unfinished || self.is_shorter {
            let bytes = read_end(&self.path)?;
            return Ok(self.take(&bytes, since_change >= QUIET));
        }
        Ok(News::default())
    }

    /// Compares the content with what is known. `quiet`: the file has not grown for a while.
    pub(super) fn take(&mut self, bytes: &[u8], quiet: bool) -> News {
        if let Some(baseline) = self.baseline.take() {
            let baseline = usize::try_from(baseline).unwrap_or(usize::MAX).min(bytes.len());
            self.known = parse(&bytes[..baseline], self.flavour).entries;
            self.read_before = true;
        }
        let Playlist {
            mut entries,
            unfinished,
        } = parse(bytes, self.flavour);
        self.unfinished = unfinished.is_some() && !quiet;
        let mut provisional = false;
        // Known without its newline already: it stays known while nothing follows.
        let still_there = self.provisional && unfinished.as_ref() == self.known.last();
        if let Some(entry) = unfinished.filter(|_| quiet || still_there) {
            provisional = true;
            entries.push(entry);
        }
        // Emptied, and filled again bit by bit: what is known stays known meanwhile.
        self.is_shorter = !quiet && entries.len() < self.known.len() && is_part(&entries, &self.known);
        if self.is_shorter {
            return News::default();
        }
        let mut news = self.compare(&entries);
        news.appended &= std::mem::replace(&mut self.read_before, true);
        if let Some(newest) = news.entries.last() {
            self.reported = Some(newest.clone());
        }
        // An empty file is about to be written anew: what was in it is not news then.
        if !entries.is_empty() {
            self.provisional = provisional;
            self.known = entries;
        }
        news
    }

    fn compare(&self, entries: &[PlaylistEntry]) -> News {
        if entries.starts_with(&self.known) {
            let start = self
                .reported_at(entries)
                .map_or(0, |position| position + 1)
                .max(self.known.len());
            return News {
                entries: entries[start..].to_vec(),
                replaces_last: false,
                appended: true,
            };
        }
        if let Some(before) = self.known.len().checked_sub(1).filter(|_| self.provisional)
            && entries.len() > before
            && entries.starts_with(&self.known[..before])
        {
            return News {
                entries: entries[before..].to_vec(),
                replaces_last: true,
                appended: true,
            };
        }
        // Rewritten: go on after the newest entry that is known, wherever it stands now.
        let after = self
            .known
            .last()
            .and_then(|last| entries.iter().rposition(|entry| entry == last));
        let after = after.max(self.reported_at(entries));
        let start = match after {
            Some(position) => position + 1,
            // Shorter and nothing new at the end: an entry was taken out.
            None if entries.last().is_some_and(|last| self.known.contains(last)) => entries.len(),
            None => 0,
        };
        News {
            entries: entries[start..].to_vec(),
            replaces_last: false,
            appended: false,
        }
    }

    /// Where the newest reported entry stands. Without a time it may rightly come again.
    fn reported_at(&self, entries: &[PlaylistEntry]) -> Option<usize> {
        let reported = self
            .reported
            .as_ref()
            .filter(|entry| entry.last_play_s.is_some())?;
        entries.iter().rposition(|entry| entry == reported)
    }
}

/// Whether all of `entries` stand in `known`, in the same order.
fn is_part(entries: &[PlaylistEntry], known: &[PlaylistEntry]) -> bool {
    let mut known = known.iter();
    entries.iter().all(|entry| known.any(|other| other == entry))
}

fn read_end(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open_regular(path)?;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size.saturating_sub(MAX_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(title: &str) -> String {
        format!("#EXTVDJ:<title>{title}</title>\n/{title}.mp3\n")
    }

    fn file() -> GrowingFile {
        GrowingFile::new("unused".into(), Flavour::VirtualDj, 0)
    }

    fn titles(news: &News) -> String {
        news.entries
            .iter()
            .map(|entry| entry.title.as_deref().unwrap_or("?"))
            .collect()
    }

    #[test]
    fn only_what_is_appended_is_new() {
        let mut file = file();
        assert_eq!(titles(&file.take(pair("a").as_bytes(), false)), "a");
        assert_eq!(
            titles(&file.take((pair("a") + &pair("b") + &pair("c")).as_bytes(), false)),
            "bc"
        );
        assert_eq!(
            titles(&file.take((pair("a") + &pair("b") + &pair("c")).as_bytes(), false)),
            ""
        );
    }

    #[test]
    fn rewriting_brings_nothing_back() {
        let mut file = file();
        file.take((pair("a") + &pair("b")).as_bytes(), false);
        // Compacted.
        assert_eq!(titles(&file.take(pair("b").as_bytes(), false)), "");
        // Emptied and filled again.
        assert_eq!(titles(&file.take(b"", false)), "");
        assert_eq!(titles(&file.take(pair("c").as_bytes(), false)), "c");
        // The last one taken out, for good; it may come again later.
        let all = pair("a") + &pair("b") + &pair("c");
        file.take(all.as_bytes(), false);
        assert_eq!(titles(&file.take((pair("a") + &pair("b")).as_bytes(), false)), "");
        assert_eq!(titles(&file.take((pair("a") + &pair("b")).as_bytes(), true)), "");
        assert_eq!(titles(&file.take(all.as_bytes(), false)), "c");
    }

    #[test]
    fn a_path_without_newline_counts_when_quiet_and_is_mended_later() {
        let mut file = file();
        let cut = "#EXTVDJ:<title>a</title>\n/mus";
        assert_eq!(titles(&file.take(cut.as_bytes(), false)), "");
        assert_eq!(titles(&file.take(cut.as_bytes(), true)), "a");
        let news = file.take(b"#EXTVDJ:<title>a</title>\n/music.mp3\n", false);
        assert!(news.replaces_last);
        assert_eq!(news.entries[0].path, "/music.mp3");
    }

    #[test]
    fn a_late_newline_changes_nothing() {
        let mut file = file();
        let open = "#EXTVDJ:<title>a</title>\n/a.mp3";
        file.take(open.as_bytes(), true);
        assert_eq!(titles(&file.take(format!("{open}\n").as_bytes(), false)), "");
        assert_eq!(
            titles(&file.take(format!("{open}\n{}", pair("b")).as_bytes(), false)),
            "b"
        );
    }

    #[test]
    fn a_file_rewritten_in_pieces_brings_nothing_back() {
        // Whether its lines bear times or not, and wherever it begins anew.
        for time in ["", "<lastplaytime>7</lastplaytime>"] {
            let song = |title: &char| pair(&title.to_string()).replace("<title>", &format!("{time}<title>"));
            let songs = |titles: &str| titles.chars().map(|title| song(&title)).collect::<String>();
            for rewritten in ["abcd", "bcd", "cd"] {
                let mut file = file();
                assert_eq!(titles(&file.take(songs("abcd").as_bytes(), false)), "abcd");
                for length in 0..=rewritten.len() {
                    let content = songs(&rewritten[..length]);
                    assert_eq!(
                        titles(&file.take(content.as_bytes(), false)),
                        "",
                        "{rewritten} {length}"
                    );
                }
                let more = songs(rewritten) + &songs("e");
                assert_eq!(titles(&file.take(more.as_bytes(), false)), "e", "{rewritten}");
            }
        }
    }

    #[test]
    fn a_change_within_one_tick_of_the_disks_clock_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("played.m3u");
        let write = |title: &str| {
            fs::write(&path, pair(title)).unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        let mut file = GrowingFile::new(path.clone(), Flavour::VirtualDj, 0);
        write("a");
        assert_eq!(titles(&file.look(Duration::from_secs(10)).unwrap()), "a");
        write("b");
        assert_eq!(titles(&file.look(Duration::from_secs(11)).unwrap()), "b");
    }

    #[test]
    fn what_was_there_before_is_not_new() {
        let old = pair("a") + &pair("b");
        let mut file = GrowingFile::new("unused".into(), Flavour::VirtualDj, old.len() as u64);
        assert_eq!(titles(&file.take((old + &pair("c")).as_bytes(), false)), "c");
    }
}
