//! Which music folders changed since they were last looked through.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::notice::ScanNotice;
use crate::{
    folder_watch::{Depth, FolderWatch, Refusal},
    library::{Folder, FolderId},
};

/// Watches the music folders; the changed ones are collected until they are taken.
pub(super) struct MusicWatch {
    watch: FolderWatch,
    /// Folders that are not watched, as far as that was said.
    told: BTreeSet<PathBuf>,
    shared: Arc<Shared>,
}

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
            told: BTreeSet::new(),
            shared,
        }
    }

    /// Watches exactly these folders. Returns what is new of those that cannot be watched.
    pub(super) fn set_folders(&mut self, folders: &[Folder]) -> Vec<ScanNotice> {
        let roots = folders.iter().map(|folder| (folder.id, folder.path.clone()));
        *self.shared.roots.lock().unwrap_or_else(PoisonError::into_inner) = roots.collect();
        self.watch
            .set(folders.iter().map(|folder| folder.path.clone()).collect());
        let refused = self.watch.refused();
        let new: Vec<ScanNotice> = refused
            .iter()
            .filter(|(folder, _)| !self.told.contains(*folder))
            .map(|(folder, why)| ScanNotice::NotWatched {
                folder: folder.clone(),
                too_many: *why == Refusal::TooMany,
            })
            .collect();
        self.told.extend(refused.keys().cloned());
        new
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
