//! Where the program keeps its own files, and where music usually is.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    plain_words,
    private::{close_folder, make_folder},
};

/// The data folder and the files in it. One running program owns it (see [`crate::instance`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPaths {
    root: PathBuf,
}

/// What is wrong with a data folder, and what to do about it. `how` follows "cannot be".
pub(crate) fn unusable(root: &Path, how: &str, error: &io::Error) -> io::Error {
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied => "this account may not write there".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "its drive is read-only".to_owned(),
        io::ErrorKind::StorageFull => "its drive is full".to_owned(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file of that name is in the way".to_owned()
        }
        io::ErrorKind::NotFound => "its drive is not there".to_owned(),
        _ => plain_words::of_io(error),
    };
    let root = root.display();
    let text = format!(
        "the data folder {root} cannot be {how}: {why}. Make room for it, or name another folder with --data-dir"
    );
    io::Error::new(error.kind(), text)
}

impl DataPaths {
    /// The data folder `root`, or the system's usual place (such as `~/.local/share/Pika`).
    ///
    /// Creates the folder, for its owner alone. Errors, in a sentence with what to do: the system names no such place, or the folder cannot
    /// be made.
    pub fn open(root: Option<PathBuf>) -> io::Result<Self> {
        let root = match root {
            Some(root) => root,
            None => dirs::data_local_dir()
                .ok_or_else(|| {
                    io::Error::new(
                        io::ErrorKind::NotFound,
                        "this system names no data folder: use --data-dir",
                    )
                })?
                .join("Pika"),
        };
        let is_ours = !root.exists() || root.join("library.db").exists();
        make_folder(&root).map_err(|error| unusable(&root, "made", &error))?;
        if is_ours {
            close_folder(&root);
        }
        // Relative paths would change their meaning with the working folder.
        let root = std::path::absolute(root)?;
        Ok(Self { root })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The library database.
    pub fn library(&self) -> PathBuf {
        self.root.join("library.db")
    }

    /// What is remembered of newer versions.
    pub fn updates(&self) -> PathBuf {
        self.root.join("updates.json")
    }

    /// The settings file.
    pub fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    /// The folder of the log files.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The file whose lock says that a program uses this folder.
    pub fn lock(&self) -> PathBuf {
        self.root.join("pika.lock")
    }

    /// What survives a crash of a live session.
    pub fn live_session(&self) -> PathBuf {
        self.root.join("live.db")
    }

    /// Database of the relay inside this program.
    pub fn local_relay(&self) -> PathBuf {
        self.root.join("local-relay.db")
    }

    /// The data folder of a demonstration.
    pub fn demo(&self) -> PathBuf {
        self.root.join("demo")
    }

    /// Music generated for a demonstration.
    pub fn demo_music(&self) -> PathBuf {
        self.root.join("demo-music")
    }
}
