//! Hears of changes in the folders that sources read from.

use std::{collections::BTreeSet, path::PathBuf};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::warn;

/// Watches the folders of the sources.
pub(super) struct Watch {
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<PathBuf>,
}

impl Watch {
    /// `changed` is called, on a thread of the system's, whenever something in the folders changed.
    pub(super) fn new(changed: impl Fn() + Send + 'static) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is no change.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                changed();
            }
        });
        let watcher = watcher
            .inspect_err(|error| warn!(%error, "changes are not reported by this system"))
            .ok();
        Self {
            watcher,
            folders: BTreeSet::new(),
        }
    }

    /// Watches exactly these folders; those that are not there are tried again at the next poll.
    pub(super) fn set(&mut self, wanted: BTreeSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in self.folders.difference(&wanted) {
            let _ = watcher.unwatch(folder);
        }
        self.folders
            .retain(|folder| wanted.contains(folder) && folder.is_dir());
        for folder in wanted {
            // The poll does the work where watching is refused.
            if !self.folders.contains(&folder) && watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok()
            {
                self.folders.insert(folder);
            }
        }
    }
}
