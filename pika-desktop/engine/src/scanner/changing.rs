//! Files that somebody is still writing: a copy on its way, a tagger at work. What is read of them now is wrong in a
//! moment, so they are looked at later.

use std::{
    collections::HashMap,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::walk::FoundFile;
use crate::audio_files::ns_of;

/// A file is taken as it is when it has not changed for so long.
pub(super) const SETTLED: Duration = Duration::from_secs(2);
/// Files that are remembered at once; more are taken as they are.
const MAX_FILES: usize = 50_000;

/// The files of all folders that were changing when they were last looked at.
#[derive(Debug, Default)]
pub(super) struct Changing {
    files: HashMap<PathBuf, Look>,
}

/// How a file looked, and since when.
#[derive(Debug, Clone, Copy)]
struct Look {
    size: u64,
    modified_ns: i64,
    changed_ns: i64,
    at_ns: i64,
}

impl Changing {
    /// Whether a file that is new or has changed is still being written at `now`. One that looks the same for long
    /// enough is not, whatever its times say: the clock of a network drive may be ahead.
    pub(super) fn is(&mut self, file: &FoundFile, now: SystemTime) -> bool {
        let now_ns = ns_of(now);
        let settled = |since: i64| now_ns.saturating_sub(since) >= SETTLED.as_nanos() as i64;
        let before = self.files.get(&file.path).filter(|look| {
            (look.size, look.modified_ns, look.changed_ns) == (file.size, file.modified_ns, file.changed_ns)
        });
        if settled(file.changed_ns) || before.is_some_and(|look| settled(look.at_ns)) {
            self.files.remove(&file.path);
            return false;
        }
        if before.is_none() {
            if self.files.len() >= MAX_FILES {
                return false;
            }
            let look = Look {
                size: file.size,
                modified_ns: file.modified_ns,
                changed_ns: file.changed_ns,
                at_ns: now_ns,
            };
            self.files.insert(file.path.clone(), look);
        }
        true
    }

    /// Forgets files that a whole look through `folder` did not see, or saw settled.
    pub(super) fn keep(&mut self, is_kept: impl Fn(&PathBuf) -> bool) {
        self.files.retain(|path, _| is_kept(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(size: u64, changed_ms: i64) -> FoundFile {
        FoundFile {
            path: "/music/a.mp3".into(),
            size,
            modified_ns: 5,
            changed_ns: changed_ms * 1_000_000,
        }
    }

    fn at(ms: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(ms)
    }

    #[test]
    fn a_file_is_waited_for_until_it_rests() {
        let mut changing = Changing::default();
        assert!(
            !changing.is(&file(1, 0), at(60_000)),
            "an old one is not waited for"
        );
        assert!(changing.is(&file(1, 60_000), at(60_100)));
        assert!(changing.is(&file(2, 62_000), at(62_200)), "it goes on");
        assert!(!changing.is(&file(2, 62_000), at(64_000)));
    }

    #[test]
    fn a_clock_that_is_ahead_holds_nothing_up() {
        let mut changing = Changing::default();
        let ahead = 90_000_000;
        assert!(changing.is(&file(1, ahead), at(1_000)));
        assert!(changing.is(&file(1, ahead), at(2_000)));
        assert!(!changing.is(&file(1, ahead), at(3_000)));
    }
}
