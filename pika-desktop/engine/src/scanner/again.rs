//! Folders that are to be looked through again soon: what was found could not be stored, or a file was being written.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::library::FolderId;

/// Time until the first try; each further one waits twice as long.
const FIRST: Duration = Duration::from_secs(2);
/// The longest time between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// The folders and when their turn is. `None` stands for all of them: not even their list could be read.
#[derive(Debug, Default)]
pub(super) struct Again {
    turns: BTreeMap<Option<i64>, Turn>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    at: Instant,
    wait: Duration,
}

impl Again {
    /// Asks for a turn. Returns whether it is the first of a series.
    pub(super) fn ask(&mut self, folder: Option<FolderId>, now: Instant) -> bool {
        let key = folder.map(|folder| folder.0);
        let before = self.turns.get(&key).map(|turn| turn.wait);
        let wait = before.map_or(FIRST, |wait| (wait * 2).min(LONGEST));
        self.turns.insert(key, Turn { at: now + wait, wait });
        before.is_none()
    }

    /// All is well with a folder.
    pub(super) fn done(&mut self, folder: Option<FolderId>) {
        self.turns.remove(&folder.map(|folder| folder.0));
    }

    /// Those whose turn it is.
    pub(super) fn due(&self, now: Instant) -> Vec<Option<FolderId>> {
        let due = self.turns.iter().filter(|(_, turn)| turn.at <= now);
        due.map(|(key, _)| key.map(FolderId)).collect()
    }

    /// Time until the next turn.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let next = self.turns.values().map(|turn| turn.at).min()?;
        Some(next.saturating_duration_since(now))
    }

    /// Forgets folders that are not there any more.
    pub(super) fn keep(&mut self, is_kept: impl Fn(FolderId) -> bool) {
        self.turns
            .retain(|key, _| key.is_none_or(|folder| is_kept(FolderId(folder))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_again_soon_then_less_often_until_it_is_done() {
        let mut again = Again::default();
        let start = Instant::now();
        let folder = Some(FolderId(1));
        assert_eq!(again.wait(start), None);
        assert!(again.ask(folder, start));
        assert_eq!(again.due(start), []);
        assert_eq!(again.due(start + FIRST), [folder]);
        assert!(!again.ask(folder, start), "said once");
        assert_eq!(again.wait(start), Some(2 * FIRST));
        for _ in 0..9 {
            again.ask(folder, start);
        }
        assert_eq!(again.wait(start), Some(LONGEST));
        again.done(folder);
        assert_eq!(again.wait(start), None);
        assert!(again.ask(None, start));
        again.keep(|_| false);
        assert_eq!(again.due(start + FIRST), [None]);
    }
}
