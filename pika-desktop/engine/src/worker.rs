//! What all workers with a queue are: a named thread, what it can be asked, and one way to end it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::report::Failure;

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
    fn end(&self, waits: bool);
}

impl<C, M: From<C> + Send> Inlet<C> for SyncSender<Post<M>> {
    fn ask(&self, command: C) -> Result<(), Busy> {
        self.try_send(Post::Message(command.into())).map_err(|_| Busy)
    }

    fn end(&self, waits: bool) {
        match self.try_send(Post::End) {
            // What was asked for is worked off first.
            Err(TrySendError::Full(end)) if waits => drop(self.send(end)),
            _ => {}
        }
    }
}

/// Asks a worker. Dropped, it ends the worker after what was asked for, and waits for that.
pub struct Handle<C> {
    inlet: Box<dyn Inlet<C>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
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
}

impl<C> Drop for Handle<C> {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        self.inlet.end(self.waits);
        if self.waits
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
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
    let thread = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(inbox, sender))?;
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
