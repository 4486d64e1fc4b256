//! What all workers with a queue are: a named thread, what it can be asked, and one way to end it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use tracing::warn;

use crate::report::Failure;

/// How long the end of a worker is waited for where nobody says how long. More than any work of ours takes; a file of
/// somebody else's may never answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries to reach a worker whose queue is full while it is to end.
const RETRY: Duration = Duration::from_millis(2);

/// A worker has too much to do to be asked for more just now, or it has ended; or the system gives no thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the program is busy: please try again in a moment")]
pub struct Busy;

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        Self {
            what: "do this just now",
            error: busy.to_string(),
        }
    }
}

enum Post<M> {
    Message(M),
    End,
}

/// What a worker finds in its queue.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<M> {
    /// Something to do.
    Message(M),
    /// Nothing came for as long as it was waited.
    Nothing,
    /// It is to end.
    End,
}

/// The worker's end of its queue.
pub struct Inbox<M> {
    queue: Receiver<Post<M>>,
    ends: Arc<AtomicBool>,
}

impl<M> Inbox<M> {
    /// Waits for the next message, `wait` at most.
    pub fn next(&self, wait: Duration) -> Next<M> {
        match self.queue.recv_timeout(wait) {
            Ok(Post::Message(message)) => Next::Message(message),
            Ok(Post::End) | Err(RecvTimeoutError::Disconnected) => Next::End,
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
        }
    }

    /// Waits for the next message for as long as it takes; `None` at the end.
    pub fn wait(&self) -> Option<M> {
        match self.queue.recv() {
            Ok(Post::Message(message)) => Some(message),
            Ok(Post::End) | Err(_) => None,
        }
    }

    /// Raised as soon as the worker is to end, before its queue is worked off: for work that takes long.
    pub fn ends(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.ends)
    }
}

/// For what works for a worker on threads of its own, such as a connection: a way into its queue.
pub struct QueueSender<M> {
    queue: SyncSender<Post<M>>,
}

impl<M> QueueSender<M> {
    /// Waits while the queue is full; when the worker has ended nobody listens any more.
    pub fn send(&self, message: M) {
        let _ = self.queue.send(Post::Message(message));
    }

    /// Never waits; with a full queue the worker is awake anyway.
    pub fn wake(&self, message: M) {
        let _ = self.queue.try_send(Post::Message(message));
    }
}

impl<M> Clone for QueueSender<M> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
        }
    }
}

/// The way into a worker's queue for commands, whatever else travels there.
trait Inlet<C>: Send + Sync {
    fn ask(&self, command: C) -> Result<(), Busy>;
    /// Has the worker end; with a deadline, after what was asked for.
    fn end(&self, deadline: Option<Instant>);
}

impl<C, M: From<C> + Send> Inlet<C> for SyncSender<Post<M>> {
    fn ask(&self, command: C) -> Result<(), Busy> {
        self.try_send(Post::Message(command.into())).map_err(|_| Busy)
    }

    fn end(&self, deadline: Option<Instant>) {
        // What was asked for is worked off first; a worker that hangs works nothing off.
        let mut end = Post::End;
        while let Err(TrySendError::Full(full)) = self.try_send(end)
            && deadline.is_some_and(|deadline| Instant::now() < deadline)
        {
            end = full;
            thread::sleep(RETRY);
        }
    }
}

/// A thread whose end can be waited for so long and no longer.
#[derive(Debug)]
pub struct Thread {
    name: String,
    /// Closed when the thread has ended, in whatever way.
    ended: Receiver<()>,
}

impl Thread {
    /// Starts one.
    ///
    /// Errors: the system gives no thread.
    pub fn start(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (lives, ended) = sync_channel(0);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _lives = lives;
            run();
        })?;
        Ok(Self {
            name: name.to_owned(),
            ended,
        })
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.ended.try_recv() == Err(TryRecvError::Disconnected)
    }

    /// Waits until it has ended, or until `deadline`: then it is left to itself. Returns whether it has ended.
    pub fn end_by(self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let has_ended = self.ended.recv_timeout(left) == Err(RecvTimeoutError::Disconnected);
        if !has_ended {
            warn!(thread = self.name, "does not end: it is left to itself");
        }
        has_ended
    }
}

/// Asks a worker. Dropped, it ends the worker after what was asked for, and waits for that.
pub struct Handle<C> {
    inlet: Box<dyn Inlet<C>>,
    ends: Arc<AtomicBool>,
    thread: Option<Thread>,
    waits: bool,
}

impl<C> Handle<C> {
    /// Asks for something.
    ///
    /// Errors: the worker is too far behind to take it.
    pub fn ask(&self, command: C) -> Result<(), Busy> {
        self.inlet.ask(command)
    }

    /// The same, but not waited for at the end: what the worker waits for (a question on the screen, a relay that
    /// answers slowly) may never come.
    pub fn not_waited_for(mut self) -> Self {
        self.waits = false;
        self
    }

    /// Has the worker end after what was asked for, without waiting: several end at the same time.
    pub fn begin_end(&self) {
        self.ends.store(true, Ordering::Relaxed);
        self.inlet.end(None);
    }

    /// Ends the worker after what was asked for, and waits for that until `deadline`.
    pub fn end_by(mut self, deadline: Instant) {
        self.end(deadline);
    }

    fn end(&mut self, deadline: Instant) {
        let Some(thread) = self.thread.take() else { return };
        self.ends.store(true, Ordering::Relaxed);
        self.inlet.end(self.waits.then_some(deadline));
        if self.waits {
            thread.end_by(deadline);
        }
    }
}

impl<C> Drop for Handle<C> {
    fn drop(&mut self) {
        self.end(Instant::now() + PATIENCE);
    }
}

impl<C> std::fmt::Debug for Handle<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle")
    }
}

/// Starts a worker on a thread of this name with room for `capacity` messages. Commands are one kind of message;
/// what else wakes the worker stays its own matter.
///
/// Errors: the system gives no thread.
pub fn spawn<C, M>(
    name: &str,
    capacity: usize,
    run: impl FnOnce(Inbox<M>, QueueSender<M>) + Send + 'static,
) -> io::Result<Handle<C>>
where
    C: 'static,
    M: From<C> + Send + 'static,
{
    let (queue, receiver) = sync_channel(capacity);
    let ends = Arc::new(AtomicBool::new(false));
    let inbox = Inbox {
        queue: receiver,
        ends: Arc::clone(&ends),
    };
    let sender = QueueSender { queue: queue.clone() };
    let thread = Thread::start(name, move || run(inbox, sender))?;
    Ok(Handle {
        inlet: Box::new(queue),
        ends,
        thread: Some(thread),
        waits: true,
    })
}

/// Does one thing on a thread of this name, which nobody waits for.
///
/// Errors: the system gives no thread.
pub fn once(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Busy> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|_| Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_done_before_the_end_and_more_is_refused() {
        let (open, opened) = sync_channel::<()>(1);
        let (done, seen) = sync_channel(4);
        let worker = spawn::<u32, u32>("test", 2, move |inbox, _| {
            opened.recv().unwrap();
            while let Some(number) = inbox.wait() {
                done.send(number).unwrap();
            }
        })
        .unwrap();
        assert_eq!(worker.ask(1), Ok(()));
        assert_eq!(worker.ask(2), Ok(()));
        assert_eq!(worker.ask(3), Err(Busy), "two have room");
        open.send(()).unwrap();
        drop(worker);
        assert_eq!(seen.iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_worker_that_hangs_is_left_to_itself() {
        let (open, opened) = sync_channel::<()>(1);
        let worker = spawn::<u32, u32>("test", 1, move |_inbox, _| {
            let _ = opened.recv();
        })
        .unwrap();
        assert_eq!(worker.ask(1), Ok(()), "its queue is full now");
        worker.end_by(Instant::now());
        drop(open);
    }

    #[test]
    fn long_work_hears_of_the_end_and_its_own_way_in_keeps_nobody() {
        let (begin, begun) = sync_channel(1);
        let (done, seen) = sync_channel(4);
        let worker = spawn::<(), ()>("test", 1, move |inbox, sender| {
            // A worker that holds a way into its own queue would never see it closed.
            sender.wake(());
            begin.send(()).unwrap();
            let ends = inbox.ends();
            while !ends.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            done.send(inbox.next(Duration::ZERO)).unwrap();
        })
        .unwrap();
        begun.recv().unwrap();
        drop(worker);
        assert_eq!(seen.recv().unwrap(), Next::Message(()));
    }
}
