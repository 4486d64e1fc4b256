//! Reads VirtualDJ's databases after a scan, each again only when it changed.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::SystemTime,
};

use tracing::warn;

use super::ScanReport;
use crate::{
    library::{Folder, LibraryHandle},
    nowplaying::virtualdj::{candidate_folders, database_files, find_folder, import_database},
    report::Reporter,
};

/// The databases and when they were last read.
#[derive(Debug, Clone)]
pub(super) struct SecondOpinions {
    program_folder: Option<PathBuf>,
    read: HashMap<PathBuf, SystemTime>,
}

impl SecondOpinions {
    pub(super) fn new(program_folder: Option<PathBuf>) -> Self {
        Self {
            program_folder,
            read: HashMap::new(),
        }
    }

    /// New tracks came: what was read must be read for them as well.
    pub(super) fn forget(&mut self) {
        self.read.clear();
    }

    /// Reads what changed. VirtualDJ rewrites its file now and then: what fails is tried at the next scan.
    pub(super) fn refresh(
        &mut self,
        library: &LibraryHandle,
        reporter: &Reporter<ScanReport>,
        folders: &[Folder],
        stop: &AtomicBool,
    ) {
        let program = self
            .program_folder
            .clone()
            .or_else(|| find_folder(&candidate_folders()));
        let music: Vec<PathBuf> = folders.iter().map(|folder| folder.path.clone()).collect();
        for path in database_files(program.as_deref(), &music) {
            let Ok(modified) = fs::metadata(&path).and_then(|meta| meta.modified()) else {
                continue;
            };
            if self.read.get(&path) == Some(&modified) || stop.load(Ordering::Relaxed) {
                continue;
            }
            match import_database(library, &path) {
                Ok(counts) => {
                    self.read.insert(path.clone(), modified);
                    reporter.send(ScanReport::OpinionsImported { path, counts });
                }
                Err(error) => {
                    warn!(error = %format!("{error:#}"), "a VirtualDJ database was not read to its end");
                }
            }
        }
    }
}
