//! Brings the library up to date with the music folders: new, changed, moved and vanished files.

mod again;
mod changing;
mod notice;
mod opinions;
mod report;
mod walk;
mod watch;
mod worker;

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, SystemTime},
};

use anyhow::Result;

use changing::{Changing, SETTLED};
use walk::{FoundFile, walk};

pub use notice::ScanNotice;
pub use report::ScanReport;
pub use worker::{ScanCommand, ScannerHandle, spawn};

use crate::{
    audio_files::read_with_identities,
    foreign::file,
    library::{
        FileFacts, Folder, Identities, KnownFile, LibraryHandle, Placement, TrackId, UnreadableFile,
        identities,
    },
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
    /// New or changed, and somebody is still writing them: they are looked at again soon.
    pub changing: u32,
    /// The folder's drive is not there; nothing was touched.
    pub away: bool,
}

/// What a scan goes by.
struct ScanTime<'a> {
    /// The time of day.
    now: &'a dyn Fn() -> SystemTime,
    /// Waits, unless the scan is to end.
    rest: &'a dyn Fn(Duration),
    /// Ends it early, leaving what is stored.
    stop: &'a AtomicBool,
    /// Called for each file: the scan goes on.
    beat: &'a dyn Fn(),
}

/// Scans one folder. `changing`: files that were being written at the last look. `progress` is told after each batch.
///
/// Errors: the library refused. Files that cannot be read are data, not errors.
fn scan_folder(
    library: &LibraryHandle,
    folder: &Folder,
    time: &ScanTime<'_>,
    changing: &mut Changing,
    mut progress: impl FnMut(ScanCounts),
) -> Result<ScanCounts> {
    let id = folder.id;
    let known = library.call(move |library| library.known_files(id))?;
    let known: HashMap<PathBuf, KnownFile> = known.into_iter().collect();
    if !is_reachable(&folder.path, !known.is_empty()) {
        library.call(move |library| library.set_folder_away(id, true))?;
        return Ok(ScanCounts {
            away: true,
            ..ScanCounts::default()
        });
    }
    library.call(move |library| library.set_folder_away(id, false))?;
    let roots: Vec<PathBuf> = library
        .call(|library| library.folders())?
        .into_iter()
        .map(|folder| folder.path)
        .collect();

    let mut scan = Scan {
        known,
        back: Vec::new(),
        unreadable: Vec::new(),
        waiting: HashSet::new(),
        changing,
        now: (time.now)(),
        counts: ScanCounts::default(),
        storer: Storer {
            library,
            folder,
            roots: roots.clone(),
            batch: Vec::new(),
            renewed: Vec::new(),
            error: None,
        },
    };
    let others: Vec<PathBuf> = roots
        .iter()
        .filter(|root| **root != folder.path && file::answers(root))
        .cloned()
        .collect();
    let walk = walk(&folder.path, &others, time.stop, |found| {
        (time.beat)();
        scan.look_at(found);
        if (scan.counts.seen as usize).is_multiple_of(BATCH) {
            progress(scan.counts);
        }
        scan.storer.error.is_none()
    });
    scan.look_again(time);
    let counts = scan.finish(walk)?;
    progress(counts);
    Ok(counts)
}

/// A scan under way.
struct Scan<'a> {
    /// Files that the library knows and that were not seen yet.
    known: HashMap<PathBuf, KnownFile>,
    back: Vec<TrackId>,
    unreadable: Vec<UnreadableFile>,
    /// Files that are being written.
    waiting: HashSet<PathBuf>,
    changing: &'a mut Changing,
    now: SystemTime,
    counts: ScanCounts,
    storer: Storer<'a>,
}

impl Scan<'_> {
    fn look_at(&mut self, found: FoundFile) {
        self.counts.seen += 1;
        let known = self.known.remove(&found.path);
        if let Some(file) = known.filter(|file| is_same(file, &found)) {
            if file.missing {
                self.back.push(file.id);
            }
            if file.is_outdated
                && let Ok(identities) = identities(&found.path)
            {
                self.storer.renew(Some(file.id), identities, &mut self.counts);
            }
            return;
        }
        if self.changing.is(&found, self.now) {
            self.waiting.insert(found.path);
            return;
        }
        self.read(&found);
    }

    /// Looks once more at what was being written: most of it was finished just before.
    fn look_again(&mut self, time: &ScanTime<'_>) {
        if self.waiting.is_empty() || self.storer.error.is_some() || time.stop.load(Ordering::Relaxed) {
            return;
        }
        (time.rest)(SETTLED);
        self.now = (time.now)();
        for path in std::mem::take(&mut self.waiting) {
            (time.beat)();
            // One that is gone meanwhile is no file of this scan.
            let Ok(meta) = fs::metadata(&path) else { continue };
            let found = FoundFile::new(path, &meta);
            if self.changing.is(&found, self.now) {
                self.waiting.insert(found.path);
            } else {
                self.read(&found);
            }
        }
        self.counts.changing = self.waiting.len() as u32;
    }

    /// Reads a file that is new or has changed.
    fn read(&mut self, found: &FoundFile) {
        match read_with_identities(&found.path, found.size, found.modified_ns) {
            Ok((facts, identities)) => {
                if identities.former != identities.current {
                    self.storer.renew(None, identities, &mut self.counts);
                }
                self.storer.push(facts, &mut self.counts);
            }
            Err(error) => self.unreadable.push(UnreadableFile {
                path: found.path.clone(),
                reason: walk::reason(&error),
            }),
        }
    }

    /// Stores the rest, and what was not seen: it is gone, unless its folder could not be looked into or it moved
    /// meanwhile.
    fn finish(mut self, mut walk: walk::Walk) -> Result<ScanCounts> {
        self.storer.flush(&mut self.counts);
        if let Some(error) = self.storer.error {
            return Err(error);
        }
        walk.unreadable.append(&mut self.unreadable);
        self.counts.unreadable = walk.unreadable.len() as u32;
        let (library, folder) = (self.storer.library, self.storer.folder);
        let waiting = self.waiting;
        self.changing
            .keep(|path| !path.starts_with(&folder.path) || waiting.contains(path));
        let is_unknown = |path: &Path| {
            walk.unknown_folders.iter().any(|folder| path.starts_with(folder))
                || walk.unreadable.iter().any(|file| file.path == *path)
        };
        let gone: Vec<TrackId> = self
            .known
            .into_iter()
            .filter(|(path, file)| !file.missing && !is_unknown(path) && !is_here(&folder.path, path))
            .map(|(_, file)| file.id)
            .collect();
        let gone = still_gone(library, &folder.path, gone)?;
        self.counts.vanished = gone.len() as u32;
        let (id, back, unreadable) = (folder.id, self.back, walk.unreadable);
        library.call(move |library| {
            library.set_missing(&gone, &back)?;
            library.set_unreadable(id, &unreadable)
        })?;
        Ok(self.counts)
    }
}

/// Audio files below `root`, counted up to `limit`.
pub(crate) fn count_audio(root: &Path, limit: u32) -> u32 {
    let mut count = 0;
    walk(root, &[], &AtomicBool::new(false), |_| {
        count += 1;
        count < limit
    });
    count
}

/// Leaves out the tracks that moved during this scan: their path is another one now.
fn still_gone(library: &LibraryHandle, root: &Path, ids: Vec<TrackId>) -> Result<Vec<TrackId>> {
    // Where they are now says the library; whether they are there is asked here, since a drive may take its time.
    let places = library.call(move |library| {
        let mut places = Vec::new();
        for id in ids {
            places.extend(library.track(id)?.map(|track| (id, track.path)));
        }
        Ok(places)
    })?;
    let gone = places.into_iter().filter(|(_, path)| !is_here(root, path));
    Ok(gone.map(|(id, _)| id).collect())
}

/// Whether a file that the walk did not see is there all the same, by its own name: one that a link leads to is listed
/// where it really is.
fn is_here(root: &Path, path: &Path) -> bool {
    let (Some(folder), Ok(real_root)) = (path.parent(), fs::canonicalize(root)) else {
        return exists(path);
    };
    let Ok(inside) = folder.strip_prefix(root) else {
        return exists(path);
    };
    exists(path) && fs::canonicalize(folder).is_ok_and(|real| real == real_root.join(inside))
}

/// Collects files and stores them batch by batch.
struct Storer<'a> {
    library: &'a LibraryHandle,
    folder: &'a Folder,
    /// All music folders: files of a drive that is away have not moved.
    roots: Vec<PathBuf>,
    batch: Vec<FileFacts>,
    /// Files of which an earlier version reckoned another identity.
    renewed: Vec<(Option<TrackId>, Identities)>,
    error: Option<anyhow::Error>,
}

impl Storer<'_> {
    fn push(&mut self, facts: FileFacts, counts: &mut ScanCounts) {
        self.batch.push(facts);
        if self.batch.len() >= BATCH {
            self.flush(counts);
        }
    }

    fn renew(&mut self, track: Option<TrackId>, identities: Identities, counts: &mut ScanCounts) {
        self.renewed.push((track, identities));
        if self.renewed.len() >= BATCH {
            self.flush(counts);
        }
    }

    fn flush(&mut self, counts: &mut ScanCounts) {
        if (self.batch.is_empty() && self.renewed.is_empty()) || self.error.is_some() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let renewed = std::mem::take(&mut self.renewed);
        let away: Vec<PathBuf> = self
            .roots
            .iter()
            .filter(|root| !file::answers(root))
            .cloned()
            .collect();
        let id = self.folder.id;
        let stored = self.library.call(move |library| {
            library.renew_identities(&renewed)?;
            library.store_files(Some(id), &batch, |path| {
                // On the library's thread, which must not wait for a drive.
                away.iter().any(|root| path.starts_with(root)) || file::is_there(path)
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
