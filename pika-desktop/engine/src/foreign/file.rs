//! Opening files of others. A share that is gone, a stick that hangs, a cloud file that must be fetched: opening one,
//! or only asking what it is, may never return. So it happens on a thread of its own, which is given up after a while;
//! when so many are given up, nothing more is asked until one comes back.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    time::Duration,
};

use pika_analysis::open_regular;
use tracing::warn;

use crate::{clock::since_start, worker::Thread};

/// Threads that may be given up, and threads that nobody waits for: so many of either kind, and no more until one comes
/// back.
const MOST: usize = 16;
/// How long a look at what is there may take before its place counts as silent.
pub(crate) const A_LOOK: Duration = Duration::from_secs(5);
/// The same for whoever must not wait.
const A_MOMENT: Duration = Duration::from_secs(1);
/// What is mounted is read again after so long.
const MOUNTS_HOLD: Duration = Duration::from_secs(1);
/// Parts of a path that tell drives apart: `/`, `mnt`, `share`, or a drive letter and what follows.
const DRIVE_PARTS: usize = 3;

static THREADS: Threads = Threads::new();

/// Does `work`, which opens files of others at `place` (a drive, a folder, a file), on a thread of its own.
///
/// Errors: what `work` returns; `TimedOut` when it takes longer than `patience`, after which it is left to itself and
/// nothing else is tried at that place until it comes back; `WouldBlock` when too many threads hang already.
pub(crate) fn at<T: Send + 'static>(
    place: &Path,
    patience: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    THREADS.at(place, patience, |_| work())
}

/// The same for work that takes long and says now and then that it goes on: `patience` is counted from its last word.
///
/// Errors: as for [`at`].
pub(crate) fn at_while<T: Send + 'static>(
    place: &Path,
    patience: Duration,
    work: impl FnOnce(&Pulse) -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    THREADS.at(place, patience, work)
}

/// Whether something is there, for the library's thread, which must not wait for a drive: what lies on one that does not
/// answer in a moment counts as there, and so does all else on it until it answers.
pub(crate) fn is_there(path: &Path) -> bool {
    let place = drive_of(path);
    let path = path.to_owned();
    let found = at(&place, A_MOMENT, move || Ok(path.symlink_metadata().is_ok()));
    found.unwrap_or(true)
}

/// The real path of a folder that is there, for the same thread; `None` where it does not answer in a moment.
pub(crate) fn real_folder(path: &Path) -> Option<PathBuf> {
    let place = drive_of(path);
    let path = path.to_owned();
    let found = at(&place, A_MOMENT, move || path.canonicalize());
    found.ok()
}

/// Whether a folder is there and answers in a moment.
pub(crate) fn is_folder(path: &Path) -> bool {
    let place = drive_of(path);
    let path = path.to_owned();
    at(&place, A_MOMENT, move || Ok(path.is_dir())).unwrap_or(false)
}

/// What stands for the drive or share of a path: where it is mounted, as far as the system tells that without asking
/// the drive; its beginning elsewhere. Too much of it would have each album of a share that is gone waited for, too
/// little one drive for another.
pub(crate) fn drive_of(path: &Path) -> PathBuf {
    static KNOWN: Mutex<Option<(Duration, Arc<str>)>> = Mutex::new(None);
    let now = since_start();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let mounts = match &*known {
        // A scan asks for thousands of files.
        Some((read, mounts)) if now.saturating_sub(*read) < MOUNTS_HOLD => mounts.clone(),
        _ => known.insert((now, mounts().into())).1.clone(),
    };
    drop(known);
    drive_among(path, &mounts)
}

/// `mounts`: as Linux lists them, one a line, the folder as the fifth word.
fn drive_among(path: &Path, mounts: &str) -> PathBuf {
    let beginning: PathBuf = path.components().take(DRIVE_PARTS).collect();
    let folders = mounts.lines().filter_map(|line| line.split(' ').nth(4));
    let folders = folders.map(|folder| {
        // Only what would part words or lines is written in figures.
        let signs = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
        let spelt = |text: String, (figures, sign): (&str, &str)| text.replace(figures, sign);
        PathBuf::from(signs.into_iter().fold(folder.to_owned(), spelt))
    });
    let around = folders.filter(|folder| path.starts_with(folder));
    around
        .chain([beginning])
        .max_by_key(|place| place.components().count())
        .unwrap_or_default()
}

/// What is mounted; empty where the system has no such list.
fn mounts() -> String {
    const MOST_BYTES: u64 = 1 << 20;
    let mut text = Vec::new();
    let list = cfg!(target_os = "linux").then(|| std::fs::File::open("/proc/self/mountinfo").ok());
    if let Some(list) = list.flatten()
        && let Err(error) = list.take(MOST_BYTES).read_to_end(&mut text)
    {
        warn!(%error, "what is mounted is not known");
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether a drive or folder is there and answers.
pub(crate) fn answers(place: &Path) -> bool {
    let path = place.to_owned();
    at(place, A_LOOK, move || Ok(path.symlink_metadata().is_ok())).unwrap_or(false)
}

/// How work that takes long says that it goes on; a clone beats and is heard for the same work.
#[derive(Debug, Clone)]
pub(crate) struct Pulse(Arc<AtomicU64>);

impl Pulse {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(steady_ms())))
    }

    /// It goes on.
    pub(crate) fn beat(&self) {
        self.0.store(steady_ms(), Ordering::Relaxed);
    }

    /// How long it has said nothing. `steady`: since the program began.
    pub(crate) fn silent_for(&self, steady: Duration) -> Duration {
        steady.saturating_sub(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }
}

fn steady_ms() -> u64 {
    u64::try_from(since_start().as_millis()).unwrap_or(u64::MAX)
}

/// Begins `work` on a thread of its own, which need not be waited for.
///
/// Errors: `WouldBlock` when too many threads hang already; the system gives no thread.
pub(crate) fn aside(work: impl FnOnce() + Send + 'static) -> io::Result<Thread> {
    THREADS.aside(work)
}

/// Counts a thread of the caller's own among those that may wait, until what is returned is dropped.
///
/// Errors: `WouldBlock` when too many threads hang already.
pub(crate) fn place() -> io::Result<Place> {
    THREADS.take().ok_or_else(too_many)
}

/// The threads that wait for files.
struct Threads {
    /// Those that nobody waits for.
    waiting: AtomicUsize,
    /// Places that did not answer in time, with the thread that still waits there.
    silent: Mutex<Vec<(PathBuf, Thread)>>,
}

impl Threads {
    const fn new() -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            silent: Mutex::new(Vec::new()),
        }
    }

    fn at<T: Send + 'static>(
        &'static self,
        place: &Path,
        patience: Duration,
        work: impl FnOnce(&Pulse) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        if !self.is_free(place) {
            return Err(silent());
        }
        if self.lock().len() >= MOST {
            return Err(too_many());
        }
        let (tell, told) = sync_channel(1);
        let pulse = Pulse::new();
        let its_pulse = pulse.clone();
        let thread = Thread::start("foreign file", move || {
            // Nobody waiting any more means it was given up.
            let _ = tell.send(work(&its_pulse));
        })?;
        loop {
            let left = patience.saturating_sub(pulse.silent_for(since_start()));
            match told.recv_timeout(left) {
                Ok(done) => return done,
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("it could not be read")),
                Err(RecvTimeoutError::Timeout) if pulse.silent_for(since_start()) < patience => {}
                Err(RecvTimeoutError::Timeout) => {
                    warn!("a drive or share does not answer");
                    self.lock().push((place.to_owned(), thread));
                    return Err(silent());
                }
            }
        }
    }

    /// Whether nothing that was asked at `place` is still waited for.
    fn is_free(&self, place: &Path) -> bool {
        let mut silent = self.lock();
        silent.retain(|(_, thread)| !thread.has_ended());
        !silent.iter().any(|(other, _)| other == place)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(PathBuf, Thread)>> {
        // Held for a few instructions only.
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn aside(&'static self, work: impl FnOnce() + Send + 'static) -> io::Result<Thread> {
        let place = self.take().ok_or_else(too_many)?;
        Thread::start("foreign file", move || {
            let _place = place;
            work();
        })
    }

    fn take(&'static self) -> Option<Place> {
        let more = |waiting: usize| (waiting < MOST).then_some(waiting + 1);
        let taken = self
            .waiting
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, more);
        taken.ok().map(|_| Place(self))
    }
}

fn silent() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "its drive or share does not answer")
}

/// It says nothing of the place that was to be asked.
fn too_many() -> io::Error {
    io::Error::new(
        io::ErrorKind::WouldBlock,
        "too many drives or shares do not answer",
    )
}

/// One of the threads, until it ends.
pub(crate) struct Place(&'static Threads);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The beginning of a file, `most` bytes of it.
///
/// Errors: it is no regular file; the file system refuses.
pub(crate) fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Counted apart: other tests open files meanwhile.
    static OWN: Threads = Threads::new();

    #[test]
    fn what_never_answers_is_given_up_and_so_many_hang_at_most() {
        const LONG: Duration = Duration::from_secs(60);
        let hold = std::sync::Arc::new(std::sync::Barrier::new(MOST + 1));
        let place = |number: usize| PathBuf::from(format!("/share/{number}"));
        for number in 0..MOST {
            let hold = std::sync::Arc::clone(&hold);
            let wait = move |_: &Pulse| {
                hold.wait();
                Ok(())
            };
            let given_up = OWN.at(&place(number), Duration::ZERO, wait);
            assert_eq!(given_up.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert!(!OWN.is_free(&place(number)));
            let again = OWN.at(&place(number), LONG, |_| Ok(()));
            assert_eq!(
                again.unwrap_err().kind(),
                io::ErrorKind::TimedOut,
                "not asked again"
            );
            assert_eq!(OWN.lock().len(), number + 1);
        }
        let refused = OWN.at(&place(MOST), LONG, |_| Ok(()));
        assert_eq!(
            refused.unwrap_err().kind(),
            io::ErrorKind::WouldBlock,
            "all of them hang"
        );
        assert!(OWN.is_free(&place(MOST)), "nothing hangs there");
        hold.wait();
        while !(0..MOST).all(|number| OWN.is_free(&place(number))) {
            std::thread::yield_now();
        }
        assert_eq!(OWN.at(&place(0), LONG, |_| Ok(7)).unwrap(), 7);
    }

    #[test]
    fn a_drive_is_told_from_the_ones_beside_it() {
        let mounts = "\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 8:17 / /media/dj/A rw - vfat /dev/sdb1 rw
31 22 8:33 / /media/dj/My\\040B rw - vfat /dev/sdc1 rw
32 22 0:50 / /run/media/dj/C rw - exfat /dev/sdd1 rw
33 22 0:51 / /home/dj/share rw - cifs //nas/music rw
broken";
        for (path, drive) in [
            ("/media/dj/A/x.mp3", "/media/dj/A"),
            ("/media/dj/A/album/x.mp3", "/media/dj/A"),
            ("/media/dj/My B/album/x.mp3", "/media/dj/My B"),
            ("/run/media/dj/C/x.mp3", "/run/media/dj/C"),
            ("/home/dj/share/album/x.mp3", "/home/dj/share"),
            ("/home/dj/shared/x.mp3", "/home/dj"),
            ("/mnt/share/album/x.mp3", "/mnt/share"),
        ] {
            assert_eq!(drive_among(Path::new(path), mounts), Path::new(drive), "{path}");
        }
    }

    #[test]
    fn who_says_that_it_goes_on_is_waited_for() {
        static OWN: Threads = Threads::new();
        // Long enough for a thread that gets no turn on a busy computer.
        let patience = Duration::from_secs(2);
        let begun = since_start();
        let done = OWN.at(Path::new("/share"), patience, move |pulse| {
            while since_start() < begun + patience + patience / 4 {
                pulse.beat();
                std::thread::yield_now();
            }
            Ok(7)
        });
        assert_eq!(done.unwrap(), 7);
    }

    #[test]
    fn so_many_run_aside_and_no_more() {
        static OWN: Threads = Threads::new();
        let places: Vec<Place> = (0..MOST).map(|_| OWN.take().unwrap()).collect();
        assert!(OWN.aside(|| ()).is_err());
        drop(places);
        let (tell, told) = sync_channel(1);
        OWN.aside(move || tell.send(7).unwrap()).unwrap();
        assert_eq!(told.recv().unwrap(), 7);
    }

    #[test]
    fn no_more_is_read_than_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        assert_eq!(beginning(&folder.path().join("a"), 2).unwrap(), b"ab");
    }
}
