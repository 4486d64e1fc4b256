//! The library's own thread: jobs run one after another, so there is only ever one writer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use tracing::{error, warn};

use super::Library;
use crate::{
    own_files::in_plain_words,
    worker::{Busy, Thread},
};

/// Jobs waiting; whoever asks for more waits.
const QUEUE: usize = 64;

/// Between two tries of what could not be stored.
const AGAIN: Duration = Duration::from_secs(1);
/// Jobs that wait for room on the disk.
const MOST_POSTPONED: usize = 1_000;

/// Work for the library's thread.
pub type Job = Box<dyn FnOnce(&mut Library) + Send>;

/// Jobs that are done again in a moment, oldest first.
#[derive(Default)]
pub(super) struct Postponed(Vec<Job>);

impl std::fmt::Debug for Postponed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Postponed({})", self.0.len())
    }
}

/// Asks the library's thread for work. Cheap to clone.
#[derive(Clone)]
pub struct LibraryHandle {
    jobs: SyncSender<Job>,
}

/// The running thread; ends when every handle is gone.
#[derive(Debug)]
pub struct LibraryWorker {
    thread: Thread,
}

/// Puts the library on its own thread.
///
/// Errors: the system gives no thread.
pub fn spawn(library: Library) -> std::io::Result<(LibraryHandle, LibraryWorker)> {
    let (jobs, queue) = sync_channel(QUEUE);
    let thread = Thread::start("library", move || run(library, &queue))?;
    Ok((LibraryHandle { jobs }, LibraryWorker { thread }))
}

impl LibraryHandle {
    /// Runs `job` on the library's thread and waits for what it returns. Never from the thread that draws.
    ///
    /// Errors: what the job returns; the library has stopped; the job panicked.
    pub fn call<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Library) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job = Box::new(move |library: &mut Library| {
            // Nobody waiting any more is no error.
            let _ = reply.send(job(library).map_err(in_plain_words));
        });
        self.jobs
            .send(job)
            .map_err(|_| anyhow!("the library has stopped"))?;
        answer.recv().context("the library could not answer")?
    }

    /// Asks for `job` without waiting.
    ///
    /// Errors: the library is too busy to take it.
    pub fn post(&self, job: impl FnOnce(&mut Library) + Send + 'static) -> Result<(), Busy> {
        self.try_post(Box::new(job)).map_err(|_| Busy)
    }

    /// The same for a job that must not be lost.
    ///
    /// Errors: the job itself, when the library is too busy to take it.
    pub(crate) fn try_post(&self, job: Job) -> Result<(), Job> {
        match self.jobs.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => Err(job),
        }
    }
}

impl std::fmt::Debug for LibraryHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LibraryHandle")
    }
}

impl LibraryWorker {
    /// Waits until the work that was asked for is done, or until `deadline`: SQLite takes back what is cut short. Drop
    /// all handles before. Returns whether all is done.
    pub fn end_by(self, deadline: Instant) -> bool {
        self.thread.end_by(deadline)
    }
}

fn run(mut library: Library, queue: &Receiver<Job>) {
    // It was checked when it was opened, and nothing has changed since.
    if let Err(error) = library.keep_daily_copy() {
        warn!(%error, "no good copy of the library was kept");
    }
    let mut tried = Instant::now();
    loop {
        let next = match library.postponed.0.is_empty() {
            true => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => queue.recv_timeout(AGAIN.saturating_sub(tried.elapsed())),
        };
        match next {
            Ok(job) => work(job, &mut library),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if tried.elapsed() >= AGAIN {
            try_again(&mut library);
            tried = Instant::now();
        }
    }
    try_again(&mut library);
    if let Err(error) = library.keep_good_copy() {
        warn!(%error, "no good copy of the library was kept");
    }
}

/// Does what could not be done, in order. Where the first cannot be done now, nor can the others: a file that somebody
/// holds is waited for once, not once for each.
fn try_again(library: &mut Library) {
    let mut waiting = std::mem::take(&mut library.postponed.0).into_iter();
    while library.postponed.0.is_empty()
        && let Some(job) = waiting.next()
    {
        work(job, library);
    }
    library.postponed.0.extend(waiting);
}

fn work(job: Job, library: &mut Library) {
    // A transaction that a panic cuts short is rolled back when it is dropped.
    if catch_unwind(AssertUnwindSafe(|| job(library))).is_err() {
        error!("a library job panicked");
    }
}

impl Library {
    /// Does a job again in a moment: it could not be stored now.
    pub(crate) fn postpone(&mut self, job: Job) {
        let postponed = &mut self.postponed.0;
        if postponed.len() >= MOST_POSTPONED {
            error!("too much waits to be stored: the oldest is given up");
            drop(postponed.remove(0));
        }
        postponed.push(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_stored_is_tried_again_until_it_can_be() {
        fn fails_twice(tries: u32, tell: SyncSender<u32>) -> Job {
            Box::new(move |library| {
                tell.send(tries).unwrap();
                if tries > 0 {
                    library.postpone(fails_twice(tries - 1, tell));
                }
            })
        }
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (handle, worker) = spawn(library).unwrap();
        let (tell, told) = sync_channel(8);
        handle
            .try_post(fails_twice(2, tell.clone()))
            .map_err(|_| Busy)
            .unwrap();
        handle.post(move |_| tell.send(7).unwrap()).unwrap();
        let mut all: Vec<u32> = told.iter().take(4).collect();
        assert_eq!(all[..2], [2, 7], "what comes later is not held up");
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 7]);
        drop(handle);
        assert!(worker.end_by(Instant::now() + Duration::from_secs(60)));
    }

    #[test]
    fn a_panicking_job_ends_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (handle, worker) = spawn(library).unwrap();
        assert!(handle.call(|_| -> Result<()> { panic!("for the test") }).is_err());
        assert_eq!(handle.call(|library| Ok(library.folders()?.len())).unwrap(), 0);
        drop(handle);
        assert!(worker.end_by(Instant::now() + Duration::from_secs(60)));
        assert!(folder.path().join("library.db.good").exists());
    }
}
