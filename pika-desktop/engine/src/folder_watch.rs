//! Hears from the system that something in a folder changed. The only module that names `notify`. Reports get lost on
//! network drives and sticks: whoever watches also looks now and then.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use notify::{ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::ModifyKind};
use tracing::warn;

/// How much of a folder is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What lies in it.
    Files,
    /// Its folders, too.
    Everything,
}

/// What the system reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    /// Where; empty where the system does not know.
    pub(crate) paths: &'a [PathBuf],
    /// Nothing but times, owners or rights.
    pub(crate) metadata_only: bool,
}

/// Watches folders.
pub(crate) struct FolderWatch {
    watcher: Option<RecommendedWatcher>,
    depth: Depth,
    watched: BTreeSet<PathBuf>,
    refused: BTreeMap<PathBuf, Refusal>,
}

/// Why the system does not tell of changes in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// More folders are watched than it allows.
    TooMany,
    /// It cannot, here.
    Other,
}

impl FolderWatch {
    /// Watches nothing yet; `changed` is called, on a thread of the system's, whenever something in the folders
    /// changed.
    pub(crate) fn new(depth: Depth, changed: impl Fn(Change<'_>) + Send + 'static) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            // Our own reading is no change.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            changed(Change {
                paths: &event.paths,
                metadata_only: matches!(event.kind, EventKind::Modify(ModifyKind::Metadata(_))),
            });
        });
        let watcher = watcher
            .inspect_err(|error| warn!(%error, "changes are not reported by this system"))
            .ok();
        Self {
            watcher,
            depth,
            watched: BTreeSet::new(),
            refused: BTreeMap::new(),
        }
    }

    /// The folders of [`Self::set`] of whose changes the system does not tell.
    pub(crate) fn refused(&self) -> &BTreeMap<PathBuf, Refusal> {
        &self.refused
    }

    /// Watches exactly these folders. Those that are not there are tried again the next time; where watching is
    /// refused, looking now and then does the work.
    pub(crate) fn set(&mut self, mut wanted: BTreeSet<PathBuf>) {
        wanted.retain(|folder| folder.is_dir());
        self.refused.retain(|folder, _| wanted.contains(folder));
        let Some(watcher) = &mut self.watcher else {
            self.refused = wanted
                .into_iter()
                .map(|folder| (folder, Refusal::Other))
                .collect();
            return;
        };
        for folder in self.watched.difference(&wanted) {
            // It may be gone already.
            let _ = watcher.unwatch(folder);
        }
        self.watched.retain(|folder| wanted.contains(folder));
        for folder in wanted {
            if self.watched.contains(&folder) {
                continue;
            }
            match self.depth {
                Depth::Files => {
                    if watcher.watch(&folder, RecursiveMode::NonRecursive).is_err() {
                        continue;
                    }
                }
                // A whole tree is not tried again each time: that costs as much as looking through it.
                Depth::Everything => {
                    if let Err(error) = watcher.watch(&folder, RecursiveMode::Recursive) {
                        warn!(%error, folder = %folder.display(), "cannot watch this folder: it is looked through now and then");
                        self.refused.insert(folder.clone(), refusal(&error));
                    }
                }
            }
            self.watched.insert(folder);
        }
    }
}

fn refusal(error: &notify::Error) -> Refusal {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Refusal::TooMany,
        // Instances are used up, or what the system keeps for them.
        ErrorKind::Io(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            ) =>
        {
            Refusal::TooMany
        }
        _ => Refusal::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc::sync_channel, time::Duration};

    use super::*;

    #[test]
    fn what_the_system_refuses_is_known_by_its_reason_and_forgotten_with_the_folder() {
        assert_eq!(
            refusal(&notify::Error::new(ErrorKind::MaxFilesWatch)),
            Refusal::TooMany
        );
        assert_eq!(refusal(&notify::Error::generic("no")), Refusal::Other);
        let root = tempfile::tempdir().unwrap();
        let mut watch = FolderWatch::new(Depth::Everything, |_| {});
        watch.watcher = None;
        watch.set([root.path().to_owned(), root.path().join("gone")].into());
        assert_eq!(
            *watch.refused(),
            [(root.path().to_owned(), Refusal::Other)].into()
        );
        watch.set(BTreeSet::new());
        assert!(watch.refused().is_empty());
    }

    #[test]
    fn changes_are_told_of_the_watched_folders_alone_and_a_folder_may_come_later() {
        let root = tempfile::tempdir().unwrap();
        // Systems report where a folder really is.
        let root = root.path().canonicalize().unwrap();
        let (one, later) = (root.join("one"), root.join("later"));
        fs::create_dir(&one).unwrap();
        let (tell, told) = sync_channel(64);
        let mut watch = FolderWatch::new(Depth::Files, move |change| {
            let _ = tell.send(change.paths.to_vec());
        });
        let wait_for = |path: &PathBuf| {
            while told.recv_timeout(Duration::from_secs(30)).unwrap() != [path.clone()] {}
        };
        let both: BTreeSet<PathBuf> = [one.clone(), later.clone()].into();
        watch.set(both.clone());
        fs::write(one.join("a.txt"), "a").unwrap();
        wait_for(&one.join("a.txt"));
        fs::create_dir(&later).unwrap();
        watch.set(both);
        fs::write(later.join("b.txt"), "b").unwrap();
        wait_for(&later.join("b.txt"));
        watch.set([later.clone()].into());
        while told.try_recv().is_ok() {}
        fs::write(one.join("c.txt"), "c").unwrap();
        fs::write(later.join("d.txt"), "d").unwrap();
        let next = told.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(next.iter().all(|path| path.starts_with(&later)), "{next:?}");
    }
}
