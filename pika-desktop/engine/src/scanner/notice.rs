//! What the DJ should know of the music folders and what lies beside them, each said once.

use std::path::PathBuf;

/// Something that works less well than it could, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanNotice {
    /// Some songs of VirtualDJ's database are damaged; all others were taken.
    DamagedSongs {
        /// The database.
        path: PathBuf,
        /// How many.
        count: u32,
    },
    /// VirtualDJ's database cannot be read to its end, whenever it is tried.
    DamagedDatabase {
        /// The database.
        path: PathBuf,
    },
    /// The system does not tell of changes in a music folder.
    NotWatched {
        /// The folder.
        folder: PathBuf,
        /// Whether more folders are watched than the system allows.
        too_many: bool,
    },
}

impl ScanNotice {
    /// The notice in words for the DJ.
    pub fn text(&self) -> String {
        match self {
            Self::DamagedSongs { path, count } => {
                let (songs, are) = if *count == 1 {
                    ("One song".to_owned(), "is")
                } else {
                    (format!("{count} songs"), "are")
                };
                format!(
                    "{songs} in VirtualDJ's database {are} damaged and left out; all others were taken. \
                     VirtualDJ can repair it: Config, then Check database ({}).",
                    path.display()
                )
            }
            Self::DamagedDatabase { path } => format!(
                "VirtualDJ's database ends in the middle; what stands before was taken. \
                 Start VirtualDJ once so that it writes the file anew ({}).",
                path.display()
            ),
            Self::NotWatched {
                folder,
                too_many: true,
            } => format!(
                "New songs in {} appear after a minute or two: this system watches no more folders. \
                 To see them at once raise its limit, fs.inotify.max_user_watches.",
                folder.display()
            ),
            Self::NotWatched { folder, .. } => format!(
                "New songs in {} appear after a minute or two: its drive does not tell of changes.",
                folder.display()
            ),
        }
    }
}
