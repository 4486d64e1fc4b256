//! Brings the library up to date with the music folders: new, changed, moved and vanished files.

mod opinions;
mod report;
mod walk;
mod watch;
mod worker;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use anyhow::Result;

use walk::{FoundFile, walk};

pub use report::ScanReport;
pub use worker::{ScanCommand, ScannerHandle, spawn};

use crate::{
    audio_files::read_facts,
    library::{FileFacts, Folder, KnownFile, LibraryHandle, Placement, TrackId},
};

/// Files stored in one transaction.
const BATCH: usize = 200;

/// What a scan has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanCounts {
    /// Audio files seen.
    pub seen: u32,
    /// Not known before.
    pub new: u32,
    /// Known, with other tags or another sound now.
    pub changed: u32,
    /// Known under another path before.
    pub moved: u32,
    /// Known, but not there.
    pub vanished: u32,
    /// Could not be read.
    pub unreadable: u32,
    /// The folder's drive is not there; nothing was touched.
    pub away: bool,
}

/// Scans one folder. `progress` is told after each batch; `stop` ends the scan early, leaving what is stored.
///
/// Errors: the library refused. Files that cannot be read are data, not errors.
pub(crate) fn scan_folder(
    library: &LibraryHandle,
    folder: &Folder,
    stop: &AtomicBool,
    mut progress: impl FnMut(ScanCounts),
) -> Result<ScanCounts> {
    let mut counts = ScanCounts::default();
    let id = folder.id;
    let known = library.call(move |library| library.known_files(id))?;
    let mut known: HashMap<PathBuf, KnownFile> = known.into_iter().collect();
    if !is_reachable(&folder.path, !known.is_empty()) {
        library.call(move |library| library.set_folder_away(id, true))?;
        counts.away = true;
        return Ok(counts);
    }
    library.call(move |library| library.set_folder_away(id, false))?;
    let roots = library
        .call(|library| library.folders())?
        .into_iter()
        .map(|folder| folder.path)
        .collect();

    let mut storer = Storer {
        library,
        folder,
        roots,
        batch: Vec::new(),
        error: None,
    };
    let mut back = Vec::new();
    let mut unreadable = Vec::new();
    let mut walk = walk(&folder.path, stop, |found| {
        counts.seen += 1;
        match known.remove(&found.path) {
            Some(file) if is_same(&file, &found) => {
                if file.missing {
                    back.push(file.id);
                }
            }
            _ => match read_facts(&found.path, found.size, found.modified_ns) {
                Ok(facts) => storer.push(facts, &mut counts),
                Err(error) => unreadable.push(crate::library::UnreadableFile {
                    path: found.path,
                    reason: walk::reason(&error),
                }),
            },
        }
        if (counts.seen as usize).is_multiple_of(BATCH) {
            progress(counts);
        }
        storer.error.is_none()
    });
    storer.flush(&mut counts);
    if let Some(error) = storer.error {
        return Err(error);
    }
    walk.unreadable.append(&mut unreadable);
    counts.unreadable = walk.unreadable.len() as u32;

    // What was not seen is gone, unless its folder could not be looked into or it moved meanwhile.
    let gone: Vec<TrackId> = known
        .into_iter()
        .filter(|(path, file)| {
            !file.missing
                && !walk.unknown_folders.iter().any(|folder| path.starts_with(folder))
                && !walk.unreadable.iter().any(|file| file.path == *path)
                && !exists(path)
        })
        .map(|(_, file)| file.id)
        .collect();
    let gone = still_gone(library, gone)?;
    counts.vanished = gone.len() as u32;
    let unreadable = walk.unreadable;
    library.call(move |library| {
        library.set_missing(&gone, &back)?;
        library.set_unreadable(id, &unreadable)
    })?;
    progress(counts);
    Ok(counts)
}

/// Audio files below `root`, counted up to `limit`.
pub(crate) fn count_audio(root: &Path, limit: u32) -> u32 {
    let mut count = 0;
    walk(root, &AtomicBool::new(false), |_| {
        count += 1;
        count < limit
    });
    count
}

/// Leaves out the tracks that moved during this scan: their path is another one now.
fn still_gone(library: &LibraryHandle, ids: Vec<TrackId>) -> Result<Vec<TrackId>> {
    library.call(move |library| {
        let mut gone = Vec::new();
        for id in ids {
            if library.track(id)?.is_some_and(|track| !exists(&track.path)) {
                gone.push(id);
            }
        }
        Ok(gone)
    })
}

/// Collects files and stores them batch by batch.
struct Storer<'a> {
    library: &'a LibraryHandle,
    folder: &'a Folder,
    /// All music folders: files of a drive that is away have not moved.
    roots: Vec<PathBuf>,
    batch: Vec<FileFacts>,
    error: Option<anyhow::Error>,
}

impl Storer<'_> {
    fn push(&mut self, facts: FileFacts, counts: &mut ScanCounts) {
        self.batch.push(facts);
        if self.batch.len() >= BATCH {
            self.flush(counts);
        }
    }

    fn flush(&mut self, counts: &mut ScanCounts) {
        if self.batch.is_empty() || self.error.is_some() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let away: Vec<PathBuf> = self.roots.iter().filter(|root| !exists(root)).cloned().collect();
        let id = self.folder.id;
        let stored = self.library.call(move |library| {
            library.store_files(Some(id), &batch, |path| {
                exists(path) || away.iter().any(|root| path.starts_with(root))
            })
        });
        match stored {
            Ok(placements) => {
                for placement in placements {
                    match placement {
                        Placement::New(_) => counts.new += 1,
                        Placement::Moved(_) => counts.moved += 1,
                        Placement::Updated(_) | Placement::Replaced(_) => counts.changed += 1,
                    }
                }
            }
            Err(error) => self.error = Some(error),
        }
    }
}

fn is_same(known: &KnownFile, found: &FoundFile) -> bool {
    known.size == found.size && known.modified_ns == found.modified_ns
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a folder is there. An empty mount point is what a vanished drive leaves behind.
fn is_reachable(folder: &Path, had_files: bool) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => !had_files || entries.next().is_some(),
        // A folder that is there but may not be read is reported by the walk.
        Err(_) => exists(folder),
    }
}

#[cfg(test)]
mod tests;
