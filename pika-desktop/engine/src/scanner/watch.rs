//! Which music folders changed since they were last looked through.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{notice::ScanNotice, report::ScanReport};
use crate::{
    folder_watch::{Depth, FolderWatch, Refusal},
    library::{Folder, FolderId},
};

/// Watches the music folders; the changed ones are collected until they are taken.
pub(super) struct MusicWatch {
    watch: FolderWatch,
    told: Told,
    shared: Arc<Shared>,
}

/// The folders that are not watched, as that was said.
#[derive(Debug, Default)]
struct Told(BTreeMap<PathBuf, Refusal>);

#[derive(Default)]
struct Shared {
    // Both are held for a few instructions only.
    roots: Mutex<Vec<(FolderId, PathBuf)>>,
    dirty: Mutex<BTreeSet<i64>>,
}

impl MusicWatch {
    /// Starts watching nothing yet; `wake` is called after each change.
    pub(super) fn new(wake: impl Fn() + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let seen = Arc::clone(&shared);
        let watch = FolderWatch::new(Depth::Everything, move |change| {
            // On some systems reading a file changes when it was read; our own scan would wake itself for ever.
            if !change.metadata_only && seen.mark(change.paths) {
                wake();
            }
        });
        Self {
            watch,
            told: Told::default(),
            shared,
        }
    }

    /// Watches exactly these folders. Returns what is new of those that cannot be watched, or could not before.
    pub(super) fn set_folders(&mut self, folders: &[Folder]) -> Vec<ScanReport> {
        let roots = folders.iter().map(|folder| (folder.id, folder.path.clone()));
        *self.shared.roots.lock().unwrap_or_else(PoisonError::into_inner) = roots.collect();
        self.watch
            .set(folders.iter().map(|folder| folder.path.clone()).collect());
        self.told.becomes(self.watch.refused())
    }

    /// Whether changes in some folder are not told by the system.
    pub(super) fn is_blind(&self) -> bool {
        !self.watch.refused().is_empty()
    }

    /// The folders in which something changed since the last call.
    pub(super) fn take_changed(&self) -> Vec<FolderId> {
        let dirty = std::mem::take(&mut *self.shared.dirty.lock().unwrap_or_else(PoisonError::into_inner));
        dirty.into_iter().map(FolderId).collect()
    }
}

impl Told {
    fn becomes(&mut self, refused: &BTreeMap<PathBuf, Refusal>) -> Vec<ScanReport> {
        let before = std::mem::replace(&mut self.0, refused.clone());
        let over = before.keys().filter(|folder| !refused.contains_key(*folder));
        let new = refused
            .iter()
            .filter(|(folder, why)| before.get(*folder) != Some(*why));
        let over = over.map(|folder| ScanReport::Over(folder.clone()));
        let new = new.map(|(folder, why)| {
            ScanReport::Notice(ScanNotice::NotWatched {
                folder: folder.clone(),
                too_many: *why == Refusal::TooMany,
            })
        });
        over.chain(new).collect()
    }
}

impl Shared {
    fn mark(&self, paths: &[PathBuf]) -> bool {
        let roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
        let mut any = false;
        for (id, root) in roots.iter() {
            if paths.is_empty() || paths.iter().any(|path: &PathBuf| Path::starts_with(path, root)) {
                dirty.insert(id.0);
                any = true;
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_watched_is_said_once_and_again_when_it_is_over() {
        let mut told = Told::default();
        let refused = |why| BTreeMap::from([(PathBuf::from("/music"), why)]);
        let not_watched = |too_many| {
            ScanReport::Notice(ScanNotice::NotWatched {
                folder: "/music".into(),
                too_many,
            })
        };
        assert_eq!(told.becomes(&refused(Refusal::TooMany)), [not_watched(true)]);
        assert_eq!(told.becomes(&refused(Refusal::TooMany)), []);
        assert_eq!(told.becomes(&refused(Refusal::Other)), [not_watched(false)]);
        assert_eq!(
            told.becomes(&BTreeMap::new()),
            [ScanReport::Over("/music".into())]
        );
        assert_eq!(told.becomes(&BTreeMap::new()), []);
        assert_eq!(told.becomes(&refused(Refusal::Other)), [not_watched(false)]);
    }
}
