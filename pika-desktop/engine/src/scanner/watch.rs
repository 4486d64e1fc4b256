//! Notices changes in the music folders as the system reports them. Reports get lost on network
//! drives and sticks: the scanner's slow poll is the safety net.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::ModifyKind};
use tracing::warn;

use crate::library::{Folder, FolderId};

/// Watches folders; the changed ones are collected until they are taken.
pub(super) struct FolderWatch {
    watcher: Option<RecommendedWatcher>,
    watched: Vec<(FolderId, PathBuf)>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    // Both are held for a few instructions only.
    roots: Mutex<Vec<(FolderId, PathBuf)>>,
    dirty: Mutex<BTreeSet<i64>>,
}

impl FolderWatch {
    /// Starts watching nothing yet; `wake` is called after each change.
    pub(super) fn new(wake: impl Fn() + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let seen = Arc::clone(&shared);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            // Reading a file is no change; our own scan would wake itself for ever.
            if matches!(
                event.kind,
                EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))
            ) {
                return;
            }
            if seen.mark(&event.paths) {
                wake();
            }
        });
        let watcher = watcher
            .inspect_err(|error| warn!(%error, "changes are not reported by this system"))
            .ok();
        Self {
            watcher,
            watched: Vec::new(),
            shared,
        }
    }

    /// Watches exactly these folders. Folders that cannot be watched are left to the slow poll.
    pub(super) fn set_folders(&mut self, folders: &[Folder]) {
        let wanted: Vec<(FolderId, PathBuf)> = folders
            .iter()
            .filter(|folder| folder.path.is_dir())
            .map(|folder| (folder.id, folder.path.clone()))
            .collect();
        if wanted == self.watched {
            return;
        }
        let Some(watcher) = &mut self.watcher else { return };
        for (_, path) in self.watched.iter().filter(|old| !wanted.contains(old)) {
            // It may be gone already.
            let _ = watcher.unwatch(path);
        }
        for (_, path) in wanted.iter().filter(|new| !self.watched.contains(new)) {
            if let Err(error) = watcher.watch(path, RecursiveMode::Recursive) {
                warn!(%error, folder = %path.display(), "cannot watch this folder: it is looked through now and then");
            }
        }
        self.shared
            .roots
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&wanted);
        self.watched = wanted;
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
