//! One peer that listens: a socket the hub writes to without waiting.
//!
//! Bytes that are encoded already go straight to the socket. Only a peer that does not take them gets a queue,
//! and a task that empties it; when the queue is full the peer is closed as slow and comes back by resume.
//! A peer may be in the room before its socket is handed over: until then everything waits in the queue.

use std::{
    collections::VecDeque,
    io::ErrorKind,
    net::Shutdown,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use pika_protocol::{CloseCode, ErrorCode, rest::Closing};
use tokio::net::TcpStream;

use super::{
    encoded::Encoded,
    websocket::{Opcode, close_frame, frame},
};
use crate::figures;

/// How long a peer may take to read what stands before its close.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// How messages are dressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dress {
    /// WebSocket frames.
    Frames,
    /// Server-sent events.
    Events,
}

/// Which absolute numbers: of each kind only the latest waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// COUNTS.
    Counts = 0,
    /// POLL_RESULTS.
    Results = 1,
}

/// A connection.
#[derive(Debug)]
pub struct Conn {
    /// Set once; while it is not, `behind` is.
    io: OnceLock<TcpStream>,
    dress: Dress,
    /// Messages that may wait.
    capacity: u32,
    /// Its place among a room's subscribers; only the room's task uses it.
    pub(super) place: AtomicU32,
    /// Only while the peer is behind, closing, or without its socket. Nothing awaits while it is locked.
    behind: Mutex<Option<Box<Behind>>>,
}

#[derive(Debug, Default)]
struct Behind {
    /// The first may be written in part.
    queue: VecDeque<Bytes>,
    latest: [Option<Encoded>; 2],
    /// Nothing more is taken; when the queue is empty the socket is shut.
    closing: bool,
}

/// What is to be done after something was written, without the lock.
#[derive(Clone, Copy)]
enum After {
    Nothing,
    /// The socket took a part: the rest is to follow.
    Flush,
    /// The peer reads too slowly and is closed.
    Slow,
}

impl Conn {
    /// A connection that writes to a socket.
    pub fn socket(io: TcpStream, dress: Dress, capacity: u32) -> Arc<Self> {
        Self::new(OnceLock::from(io), dress, capacity, None)
    }

    /// A connection whose socket comes later, by [`Self::attach`].
    pub fn waiting(dress: Dress, capacity: u32) -> Arc<Self> {
        Self::new(OnceLock::new(), dress, capacity, Some(Box::default()))
    }

    fn new(io: OnceLock<TcpStream>, dress: Dress, capacity: u32, behind: Option<Box<Behind>>) -> Arc<Self> {
        Arc::new(Self {
            io,
            dress,
            capacity,
            place: AtomicU32::new(u32::MAX),
            behind: Mutex::new(behind),
        })
    }

    /// Gives a waiting connection its socket; `head` is written before all that waits.
    pub fn attach(self: &Arc<Self>, io: TcpStream, head: Bytes) {
        {
            let mut guard = self.lock();
            if self.io.set(io).is_err() {
                return; // It has one.
            }
            guard.get_or_insert_default().queue.push_front(head);
        }
        tokio::spawn(self.clone().flush());
    }

    /// The socket, for reading.
    pub fn io(&self) -> Option<&TcpStream> {
        self.io.get()
    }

    /// Sends a message that must not be missed.
    pub fn send(self: &Arc<Self>, message: &Encoded) {
        self.write(self.dressed(message));
    }

    /// Sends absolute numbers; while the peer is behind only the latest of a kind waits.
    pub fn send_latest(self: &Arc<Self>, kind: Latest, message: &Encoded) {
        if let Some(behind) = self.lock().as_deref_mut() {
            behind.latest[kind as usize] = Some(message.clone());
            return;
        }
        self.write(self.dressed(message));
    }

    /// Answers a ping.
    pub fn pong(self: &Arc<Self>, payload: &[u8]) {
        self.write(&frame(Opcode::Pong, payload));
    }

    /// Shows that we are there; a peer that is behind has enough to read.
    pub fn heartbeat(self: &Arc<Self>) {
        if self.lock().is_some() {
            return;
        }
        match self.dress {
            Dress::Frames => self.write(&frame(Opcode::Ping, b"")),
            // An event, not a comment: browsers keep comments to themselves.
            Dress::Events => self.write(&Bytes::from_static(b"event: beat\ndata: 1\n\n")),
        }
    }

    /// Sends back the peer's close and shuts the socket.
    pub fn echo_close(self: &Arc<Self>, payload: &[u8]) {
        self.close_with(&frame(Opcode::Close, payload));
    }

    /// Closes with a number.
    pub fn close(self: &Arc<Self>, code: CloseCode) {
        self.close_because(code, code.reason(), None);
    }

    /// Closes because the relay restarts: the peer comes back within so many milliseconds.
    pub fn close_for_restart(self: &Arc<Self>, reconnect_within_ms: u32) {
        self.close_because(
            CloseCode::Restart,
            CloseCode::Restart.reason(),
            Some(reconnect_within_ms),
        );
    }

    fn close_because(self: &Arc<Self>, code: CloseCode, reason: &str, reconnect_within_ms: Option<u32>) {
        self.close_with(&self.farewell(code, reason, reconnect_within_ms));
    }

    fn farewell(&self, code: CloseCode, reason: &str, reconnect_within_ms: Option<u32>) -> Bytes {
        let closing = Closing {
            code: code.number(),
            reason: reason.to_owned(),
            reconnect_within_ms,
        };
        let json = serde_json::to_string(&closing).expect("plain fields");
        match self.dress {
            Dress::Frames if reconnect_within_ms.is_some() => close_frame(code.number(), &json),
            Dress::Frames => close_frame(code.number(), reason),
            Dress::Events => Bytes::from(format!("event: close\ndata: {json}\n\n")),
        }
    }

    pub(super) fn dressed<'a>(&self, message: &'a Encoded) -> &'a Bytes {
        match self.dress {
            Dress::Frames => message.frame(),
            Dress::Events => message.event(),
        }
    }

    /// Never waits.
    pub(super) fn write(self: &Arc<Self>, bytes: &Bytes) {
        let after = self.put(&mut self.lock(), bytes);
        self.follow(after);
    }

    /// Writes what the socket takes and keeps the rest. What follows from that is done without the lock.
    fn put(&self, place: &mut Option<Box<Behind>>, bytes: &Bytes) -> After {
        if let Some(behind) = place.as_deref_mut() {
            if behind.closing {
                return After::Nothing;
            }
            if behind.queue.len() < self.capacity as usize {
                behind.queue.push_back(bytes.clone());
                return After::Nothing;
            }
            // What is written in part must be finished, the rest is forgotten.
            behind.queue.truncate(1);
            behind.latest = [None, None];
            behind
                .queue
                .push_back(self.farewell(CloseCode::Error(ErrorCode::Slow), "slow", None));
            behind.closing = true;
            return After::Slow;
        }
        let Some(io) = self.io() else {
            return After::Nothing;
        };
        let written = match io.try_write(bytes) {
            Ok(n) if n == bytes.len() => return After::Nothing,
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => return After::Nothing, // The reading side sees it and ends the connection.
        };
        *place = Some(Box::new(Behind {
            queue: VecDeque::from([bytes.slice(written..)]),
            ..Behind::default()
        }));
        After::Flush
    }

    fn follow(self: &Arc<Self>, after: After) {
        match after {
            After::Nothing => {}
            After::Flush => {
                figures::BEHIND.add(1);
                tokio::spawn(self.clone().flush());
            }
            After::Slow => {
                figures::SLOW_CLOSED.add(1);
                self.shut_soon();
            }
        }
    }

    fn close_with(self: &Arc<Self>, farewell: &Bytes) {
        // In one step: whatever is published in between would come after the farewell, where nothing may come.
        let mut guard = self.lock();
        let after = self.put(&mut guard, farewell);
        let behind = guard.get_or_insert_default();
        let was_closing = std::mem::replace(&mut behind.closing, true);
        let is_flushed = behind.queue.is_empty();
        drop(guard);
        self.follow(after);
        if is_flushed {
            self.shut(Shutdown::Write);
        }
        if !was_closing {
            self.shut_soon();
        }
    }

    /// Empties the queue as the peer takes it.
    async fn flush(self: Arc<Self>) {
        let Some(io) = self.io() else { return };
        loop {
            if io.writable().await.is_err() {
                return;
            }
            let mut guard = self.lock();
            let Some(behind) = guard.as_deref_mut() else {
                return;
            };
            loop {
                if behind.queue.is_empty() && !behind.closing {
                    let waiting = behind.latest.iter_mut().filter_map(Option::take);
                    behind
                        .queue
                        .extend(waiting.map(|message| self.dressed(&message).clone()));
                }
                let Some(bytes) = behind.queue.front_mut() else {
                    if behind.closing {
                        drop(guard);
                        self.shut(Shutdown::Write);
                    } else {
                        *guard = None;
                    }
                    return;
                };
                match io.try_write(bytes) {
                    Ok(n) if n == bytes.len() => drop(behind.queue.pop_front()),
                    Ok(n) => *bytes = bytes.slice(n..),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(_) => return,
                }
            }
        }
    }

    /// Shuts the socket for good a little later, so that a peer that never reads cannot hold it.
    fn shut_soon(self: &Arc<Self>) {
        let conn = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(CLOSE_GRACE).await;
            conn.shut(Shutdown::Both);
        });
    }

    fn shut(&self, how: Shutdown) {
        if let Some(io) = self.io() {
            // Gone already: nothing to shut.
            let _ = socket2::SockRef::from(io).shutdown(how);
        }
    }

    pub(super) fn place(&self) -> usize {
        self.place.load(Ordering::Relaxed) as usize
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Behind>>> {
        // Each change is one assignment: a panic elsewhere cannot leave it half done.
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Read, sync::Barrier, thread};

    use super::*;

    const PUBLISHERS: usize = 3;

    /// Between a close and the shutting of the socket nothing may slip in that is published at that moment.
    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_comes_after_the_close() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let published = frame(Opcode::Text, b"x");
        for round in 0..300 {
            let mut peer = std::net::TcpStream::connect(address).unwrap();
            let conn = Conn::socket(listener.accept().await.unwrap().0, Dress::Frames, 64);
            let begin = Arc::new(Barrier::new(PUBLISHERS + 1));
            let publishing = [(); PUBLISHERS].map(|()| {
                let (conn, bytes, begin) = (Arc::clone(&conn), published.clone(), Arc::clone(&begin));
                let publish = move || {
                    begin.wait();
                    (0..50).for_each(|_| conn.write(&bytes));
                };
                thread::Builder::new().spawn(publish).unwrap()
            });
            begin.wait();
            conn.echo_close(b"");
            for publisher in publishing {
                publisher.join().unwrap();
            }
            let mut heard = Vec::new();
            peer.read_to_end(&mut heard).unwrap();
            assert!(heard.ends_with(&frame(Opcode::Close, b"")), "{round}: {heard:x?}");
        }
    }
}
