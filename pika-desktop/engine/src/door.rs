//! A second start asks the first program to show its window, instead of opening one that cannot start.
//!
//! Beside the lock lies a file with a port of this computer and a word made anew each time. Who knows the word rings;
//! what else comes to that port is heard for a moment and told nothing.

use std::{
    fs,
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use uuid::Uuid;

/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(2);
/// A word has 32 letters; more is not read.
const WORD: usize = 32;
/// The file is a port and a word.
const MAX_FILE_BYTES: u64 = 64;
/// What is answered to who knows the word.
const HEARD: u8 = b'!';

/// Open as long as this program shows a window.
#[derive(Debug)]
pub struct Door {
    address: SocketAddr,
    file: PathBuf,
    is_closing: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Door {
    /// Opens it beside the lock at `lock`; `rung` is called on a thread of its own for each ring.
    ///
    /// Errors: the system gives no port or thread, or the file cannot be written.
    pub fn open(lock: &Path, rung: impl Fn() + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let word = Uuid::new_v4().simple().to_string();
        let file = file_beside(lock);
        fs::write(&file, format!("{} {word}", address.port()))?;
        let is_closing = Arc::new(AtomicBool::new(false));
        let closes = is_closing.clone();
        let thread = thread::Builder::new().name("door".into()).spawn(move || {
            for caller in listener.incoming() {
                if closes.load(Ordering::Acquire) {
                    return;
                }
                // One after the other, each for a moment: nobody can hold it open.
                if caller.is_ok_and(|caller| answer(caller, &word).unwrap_or(false)) {
                    rung();
                }
            }
        })?;
        Ok(Self {
            address,
            file,
            is_closing,
            thread: Some(thread),
        })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::Release);
        // Nothing is lost where the file stays: it names a port at which nobody answers.
        let _ = fs::remove_file(&self.file);
        // Wakes the thread, which then ends.
        let woken = TcpStream::connect_timeout(&self.address, PATIENCE).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

/// Rings at the program that holds the lock at `lock`; returns whether it heard.
pub fn ring(lock: &Path) -> bool {
    ask(lock).unwrap_or(false)
}

fn ask(lock: &Path) -> io::Result<bool> {
    let mut text = String::new();
    let file = fs::File::open(file_beside(lock))?;
    file.take(MAX_FILE_BYTES).read_to_string(&mut text)?;
    let Some((port, word)) = text.split_once(' ') else {
        return Ok(false);
    };
    let Ok(port) = port.parse::<u16>() else {
        return Ok(false);
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(word.as_bytes())?;
    let mut heard = [0];
    stream.read_exact(&mut heard)?;
    Ok(heard == [HEARD])
}

/// Whether a caller knows the word.
fn answer(mut caller: TcpStream, word: &str) -> io::Result<bool> {
    caller.set_read_timeout(Some(PATIENCE))?;
    caller.set_write_timeout(Some(PATIENCE))?;
    let mut said = [0; WORD];
    caller.read_exact(&mut said)?;
    if said != word.as_bytes() {
        return Ok(false);
    }
    caller.write_all(&[HEARD])?;
    Ok(true)
}

fn file_beside(lock: &Path) -> PathBuf {
    lock.with_extension("door")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn who_knows_the_word_is_heard_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        assert!(!ring(&lock), "nobody is there");
        let (sender, rings) = sync_channel(4);
        let door = Door::open(&lock, move || sender.send(()).unwrap()).unwrap();
        assert!(ring(&lock));
        rings.recv().unwrap();
        // Another word, and none.
        let file = file_beside(&lock);
        let kept = fs::read_to_string(&file).unwrap();
        let (port, _) = kept.split_once(' ').unwrap();
        fs::write(&file, format!("{port} {}", "0".repeat(WORD))).unwrap();
        assert!(!ring(&lock));
        fs::write(&file, "no port at all").unwrap();
        assert!(!ring(&lock));
        fs::write(&file, kept).unwrap();
        assert!(ring(&lock), "it is still open");
        rings.recv().unwrap();
        assert!(rings.try_recv().is_err());
        drop(door);
        assert!(!ring(&lock) && !file.exists());
    }
}
