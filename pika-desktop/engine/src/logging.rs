//! Log set-up: a rotated file in the data folder; warnings on standard error as well.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::private::{make_file, make_folder};

/// Bytes after which a new file is begun.
const MAX_FILE_BYTES: u64 = 4 << 20;
/// Files kept beside the current one: `pika.log.1` is the newest.
const KEPT_FILES: usize = 3;

/// Starts logging into `folder`. `PIKA_LOG` chooses what is logged (default: `info`).
///
/// Errors: the folder or the file cannot be made; a logger is running already.
pub fn start(folder: &Path) -> io::Result<()> {
    let writer = RotatedFile::open(folder, MAX_FILE_BYTES)?;
    let filter = EnvFilter::try_from_env("PIKA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let to_file = fmt::layer()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .with_filter(filter);
    let to_terminal = fmt::layer()
        .with_writer(io::stderr)
        .without_time()
        .with_target(false)
        .with_filter(LevelFilter::ERROR);
    tracing_subscriber::registry()
        .with(to_file)
        .with(to_terminal)
        .try_init()
        .map_err(io::Error::other)
}

/// A log file that is renamed when it has grown, so that logs never fill the disk.
#[derive(Clone)]
struct RotatedFile {
    // Held only while one line is written.
    inner: Arc<Mutex<Rotation>>,
}

struct Rotation {
    folder: PathBuf,
    file: File,
    written: u64,
    max_bytes: u64,
}

impl RotatedFile {
    fn open(folder: &Path, max_bytes: u64) -> io::Result<Self> {
        make_folder(folder)?;
        let file = open_current(folder)?;
        let written = file.metadata()?.len();
        let rotation = Rotation {
            folder: folder.to_owned(),
            file,
            written,
            max_bytes,
        };
        Ok(Self {
            inner: Arc::new(Mutex::new(rotation)),
        })
    }
}

impl Write for RotatedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.written >= inner.max_bytes {
            inner.rotate()?;
        }
        let n = inner.file.write(line)?;
        inner.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .file
            .flush()
    }
}

impl Rotation {
    fn rotate(&mut self) -> io::Result<()> {
        let numbered = |n: usize| self.folder.join(format!("pika.log.{n}"));
        for n in (1..KEPT_FILES).rev() {
            // A gap in the numbers is no error.
            let _ = fs::rename(numbered(n), numbered(n + 1));
        }
        let _ = fs::rename(current(&self.folder), numbered(1));
        self.file = open_current(&self.folder)?;
        self.written = 0;
        Ok(())
    }
}

fn current(folder: &Path) -> PathBuf {
    folder.join("pika.log")
}

fn open_current(folder: &Path) -> io::Result<File> {
    let path = current(folder);
    make_file(&path);
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_numbered_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = RotatedFile::open(folder.path(), 4).unwrap();
        for line in 0..6 {
            // As the logger does: a line in one piece.
            log.write_all(format!("line {line}\n").as_bytes()).unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("pika.log"), "line 5\n");
        assert_eq!(read("pika.log.1"), "line 4\n");
        assert_eq!(read("pika.log.3"), "line 2\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1 + KEPT_FILES);
    }
}
