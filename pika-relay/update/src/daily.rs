//! At most once a day, also when the program is started twenty times a day or restarts in a loop.

use std::{fs, path::PathBuf, time::Duration};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{Feed, Release};

/// Shortest time between two questions.
pub const DAY: Duration = Duration::from_secs(24 * 3600);
/// The remembering file is some hundred bytes.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// What the file remembers.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// When the feed was asked last, Unix milliseconds.
    asked_at: i64,
    /// What it said last.
    latest: Option<Release>,
}

/// Asks a feed at most once a day and remembers in a file, for programs that come and go.
pub struct Daily<F> {
    feed: F,
    file: PathBuf,
    current: Version,
}

impl<F: Feed> Daily<F> {
    /// `file`: where it remembers. `current`: the version that runs.
    pub fn new(feed: F, file: PathBuf, current: Version) -> Self {
        Self { feed, file, current }
    }

    /// The newer release, if one is known at `now` (Unix milliseconds). Asks the feed when that is due, which may
    /// take some seconds. A feed that is away is asked again the next day; what it said before still holds.
    pub fn check(&self, now: i64) -> Option<Release> {
        let mut memory = self.remembered();
        let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
        // A clock that was wrong must not silence this for years.
        let is_due = memory.asked_at > now || now - memory.asked_at >= day;
        if is_due {
            memory.asked_at = now;
            // First written, then asked: where nothing can be remembered, nobody is asked.
            if self.remember(&memory)
                && let Ok(release) = self.feed.latest()
            {
                memory.latest = Some(release);
                self.remember(&memory);
            }
        }
        memory.latest.filter(|release| release.is_news_to(&self.current))
    }

    fn remembered(&self) -> Memory {
        let is_ours = fs::metadata(&self.file).is_ok_and(|meta| meta.len() <= MAX_FILE_BYTES);
        is_ours
            .then(|| fs::read(&self.file).ok())
            .flatten()
            .and_then(|bytes| {
                // Editors put a byte order mark before what they save.
                let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
                serde_json::from_slice(text).ok()
            })
            .unwrap_or_default()
    }

    fn remember(&self, memory: &Memory) -> bool {
        serde_json::to_vec_pretty(memory).is_ok_and(|bytes| fs::write(&self.file, bytes).is_ok())
    }
}

impl<F> std::fmt::Debug for Daily<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daily")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// For programs that run for months and have nowhere to remember: the time from `now` (Unix milliseconds) until
/// the day's next `slot` (any number; each relay has its own, so that not all ask in the same minute). Whoever asks
/// only then asks once a day, however often it is restarted.
pub fn until_slot(now: i64, slot: u64) -> Duration {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let slot = i64::try_from(slot % day.unsigned_abs()).unwrap_or(0);
    let wait = (slot - now).rem_euclid(day);
    Duration::from_millis(if wait == 0 { day } else { wait }.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::FeedError;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_800_000_000_000;

    /// Gives its answers one after the other.
    #[derive(Default)]
    struct Scripted(Mutex<Vec<&'static str>>);

    impl Feed for &Scripted {
        fn latest(&self) -> Result<Release, FeedError> {
            let mut answers = self.0.lock().expect("one thread");
            assert!(!answers.is_empty(), "asked too often");
            match answers.remove(0) {
                "" => Err(FeedError::Unreachable("away".to_owned())),
                version => Ok(Release {
                    version: version.parse().expect("a version"),
                    page: "https://example.org".to_owned(),
                }),
            }
        }
    }

    fn version(found: Option<Release>) -> Option<String> {
        found.map(|release| release.version.to_string())
    }

    #[test]
    fn asks_once_a_day_over_any_number_of_starts() {
        let folder = tempfile::tempdir().expect("a folder");
        let feed = Scripted(Mutex::new(vec!["0.2.0", "", "0.3.0"]));
        let check = |now| {
            version(Daily::new(&feed, folder.path().join("updates.json"), Version::new(0, 1, 0)).check(now))
        };
        for start in 0..20 {
            assert_eq!(
                check(NOW + start).as_deref(),
                Some("0.2.0"),
                "asked once, remembered"
            );
        }
        assert_eq!(check(NOW + 23 * HOUR).as_deref(), Some("0.2.0"));
        assert_eq!(
            check(NOW + 24 * HOUR).as_deref(),
            Some("0.2.0"),
            "the feed was away"
        );
        assert_eq!(
            check(NOW + 25 * HOUR).as_deref(),
            Some("0.2.0"),
            "and is left alone for a day"
        );
        assert_eq!(check(NOW + 48 * HOUR).as_deref(), Some("0.3.0"));
        assert!(feed.0.lock().expect("one thread").is_empty());
    }

    #[test]
    fn whoever_is_up_to_date_hears_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let feed = Scripted(Mutex::new(vec!["0.2.0"]));
        let file = folder.path().join("updates.json");
        assert_eq!(
            Daily::new(&feed, file.clone(), Version::new(0, 1, 0))
                .check(NOW)
                .map(drop),
            Some(())
        );
        // The same memory after the update.
        assert_eq!(
            Daily::new(&feed, file, Version::new(0, 2, 0)).check(NOW + 1),
            None
        );
    }

    #[test]
    fn a_damaged_file_or_a_clock_from_the_future_is_no_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("updates.json");
        fs::write(&file, "{ not json").expect("a file");
        let feed = Scripted(Mutex::new(vec!["0.2.0", "0.3.0"]));
        let daily = Daily::new(&feed, file, Version::new(0, 1, 0));
        assert_eq!(version(daily.check(NOW + 1000 * HOUR)).as_deref(), Some("0.2.0"));
        assert_eq!(version(daily.check(NOW)).as_deref(), Some("0.3.0"));
    }

    #[test]
    fn where_nothing_can_be_remembered_nobody_is_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let feed = Scripted::default();
        let daily = Daily::new(
            &feed,
            folder.path().join("missing/updates.json"),
            Version::new(0, 1, 0),
        );
        assert_eq!(daily.check(NOW), None);
    }

    #[test]
    fn slots_come_once_a_day() {
        let slot = 5 * 3_600_000;
        assert_eq!(until_slot(4 * HOUR, slot), Duration::from_secs(3600));
        assert_eq!(until_slot(6 * HOUR, slot), Duration::from_secs(23 * 3600));
        assert_eq!(
            until_slot(5 * HOUR, slot),
            DAY,
            "at the slot itself the next one counts"
        );
        assert_eq!(
            until_slot(5 * HOUR, slot + 7 * 24 * 3_600_000),
            DAY,
            "a slot beyond the day is folded"
        );
        assert!(until_slot(-1, u64::MAX) <= DAY);
    }
}
