//! The async face of the store: the one place that calls it, on threads that may block, and the one that commits.
//!
//! Commits are grouped: while one transaction is under way the next writes gather, and go into the next one
//! together. When the database is away the batch waits and is tried again; the queue is bounded, so new writes
//! are then refused before anything has changed.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};

use super::{Cause, Outcome, Store, StoreError, Write};
use crate::figures;

/// Commits that may wait. At 200 bytes each some 3 MB.
const QUEUE: usize = 16_384;
/// Commits in one transaction at most.
const BATCH: usize = 512;
/// Between two tries while the database is away: doubled up to the second one.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// What is told about a commit: one outcome per write, or why nothing was stored.
pub type Committed = Result<Vec<Outcome>, StoreError>;

struct Request {
    writes: Vec<Write>,
    done: Box<dyn FnOnce(Committed) + Send>,
}

/// Cheap to clone; the committing task ends with the last one.
#[derive(Clone)]
pub struct StoreHandle {
    store: Arc<dyn Store>,
    commits: mpsc::Sender<Request>,
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreHandle")
    }
}

/// Room in the queue: what is committed through it is stored sooner or later while this process lives.
pub struct Slot<'a>(mpsc::Permit<'a, Request>);

impl Slot<'_> {
    /// Queues the writes; `done` is called after their commit, in order of the queue, from the committing
    /// task: it must not wait.
    pub fn commit(self, writes: Vec<Write>, done: impl FnOnce(Committed) + Send + 'static) {
        self.0.send(Request {
            writes,
            done: Box::new(done),
        });
    }
}

impl StoreHandle {
    /// Starts the committing task on the current runtime.
    pub fn start(store: Arc<dyn Store>) -> Self {
        let (commits, queue) = mpsc::channel(QUEUE);
        tokio::spawn(commit_all(store.clone(), queue));
        Self { store, commits }
    }

    /// Runs one blocking call.
    ///
    /// Errors: those of the call; [`StoreError::Other`] when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || call(&*store))
            .await
            .unwrap_or_else(|panic| Err(StoreError::Other(Cause::of(panic))))
    }

    /// Commits that wait.
    pub fn n_waiting(&self) -> usize {
        self.commits.max_capacity() - self.commits.capacity()
    }

    /// Room for one commit, or nothing when too many wait (the database is away or too slow).
    pub fn try_slot(&self) -> Option<Slot<'_>> {
        self.commits.try_reserve().ok().map(Slot)
    }

    /// Commits and waits for it.
    pub async fn commit(&self, writes: Vec<Write>) -> Committed {
        let (tell, told) = oneshot::channel();
        let slot = self
            .try_slot()
            .ok_or_else(|| StoreError::Unavailable("too many writes wait".into()))?;
        slot.commit(writes, move |committed| drop(tell.send(committed)));
        told.await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the relay is stopping".into())))
    }

    /// Waits until everything that was queued before is stored.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.commit(Vec::new()).await.map(drop)
    }
}

async fn commit_all(store: Arc<dyn Store>, mut queue: mpsc::Receiver<Request>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (writes, callers) = gather(std::mem::take(&mut batch));
        match commit(&store, writes.clone()).await {
            Ok(mut outcomes) => {
                for (count, done) in callers {
                    let rest = outcomes.split_off(count.min(outcomes.len()));
                    done(Ok(std::mem::replace(&mut outcomes, rest)));
                }
            }
            // One of them cannot be stored. Each alone, so that only the guilty one fails.
            Err(StoreError::Other(cause)) if callers.len() > 1 => {
                error!(error = %cause, n_requests = callers.len(), "a group commit failed, storing one by one");
                let mut writes = &*writes;
                for (count, done) in callers {
                    let (own, rest) = writes.split_at(count);
                    writes = rest;
                    done(commit(&store, own.into()).await);
                }
            }
            Err(reason) => {
                let (words, reason) = (reason.in_one_line(), Arc::new(reason));
                error!(error = %words, "a commit failed");
                for (_, done) in callers {
                    done(Err(StoreError::Other(Cause::worded(
                        words.clone(),
                        reason.clone(),
                    ))));
                }
            }
        }
    }
}

type Caller = (usize, Box<dyn FnOnce(Committed) + Send>);

/// All writes in one list, and how many of them are whose.
fn gather(batch: Vec<Request>) -> (Arc<[Write]>, Vec<Caller>) {
    let mut writes = Vec::with_capacity(batch.len());
    let mut callers = Vec::with_capacity(batch.len());
    for request in batch {
        callers.push((request.writes.len(), request.done));
        writes.extend(request.writes);
    }
    (writes.into(), callers)
}

/// One transaction, tried until the database is there.
async fn commit(store: &Arc<dyn Store>, writes: Arc<[Write]>) -> Committed {
    if writes.is_empty() {
        return Ok(Vec::new());
    }
    let mut wait = RETRY.0;
    loop {
        let (store, batch, began) = (store.clone(), writes.clone(), Instant::now());
        let committed = tokio::task::spawn_blocking(move || store.commit(&batch))
            .await
            .unwrap_or_else(|panic| Err(StoreError::Other(Cause::of(panic))));
        match committed {
            Err(StoreError::Unavailable(cause)) => {
                warn!(error = %cause, n_writes = writes.len(), "the database is away, trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(RETRY.1);
            }
            Ok(outcomes) if outcomes.len() != writes.len() => {
                return Err(StoreError::Other(
                    "a store must give one outcome for each write".into(),
                ));
            }
            done => {
                figures::COMMIT.observe(began.elapsed());
                figures::WRITES.add(writes.len() as u64);
                return done;
            }
        }
    }
}
