//! What the scanner tells.

use std::path::PathBuf;

use super::{ScanCounts, notice::ScanNotice};
use crate::{library::FolderId, nowplaying::virtualdj::ImportCounts};

/// What is reported of the music folders and what lies beside them.
#[derive(Debug, Clone, PartialEq)]
pub enum ScanReport {
    /// A scan is on its way.
    Progress {
        /// Which folder.
        folder: FolderId,
        /// So far.
        counts: ScanCounts,
    },
    /// A scan is done.
    Finished {
        /// Which folder.
        folder: FolderId,
        /// Where it is.
        path: PathBuf,
        /// What it found.
        counts: ScanCounts,
    },
    /// A DJ program's database was read as a second opinion.
    OpinionsImported {
        /// Which file.
        path: PathBuf,
        /// What it held.
        counts: ImportCounts,
    },
    /// Something the DJ should know.
    Notice(ScanNotice),
    /// What a notice said of this folder or database is so no more: it is gone, or works again.
    Over(PathBuf),
}
