//! The input that runs at the moment, on disk: it outlives a process that is taken down by it.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
};

/// Keeps the file while the check goes on; removes it when the check went well, else says where it is.
pub(crate) struct Running {
    path: PathBuf,
    file: File,
    what: String,
}

impl Running {
    pub(crate) fn start(target: &str) -> Self {
        let path = folder().join(format!("fuzz-{target}"));
        let file = File::create(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            path,
            file,
            what: "nothing yet".to_owned(),
        }
    }

    /// From here on, `bytes` are what runs. `what` says where they come from.
    pub(crate) fn input(&mut self, what: String, bytes: &[u8]) {
        self.what = what;
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .and_then(|_| self.file.write_all(bytes));
        written.unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed at {}; its bytes: {}", self.what, self.path.display());
        } else {
            // Left behind it would only be looked at in vain.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// `target/tmp`. cargo names it to integration tests only, so it is found from the test program:
/// `target/debug/deps/…`.
pub(crate) fn folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let target = program
        .ancestors()
        .nth(3)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = target.join("tmp");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}
