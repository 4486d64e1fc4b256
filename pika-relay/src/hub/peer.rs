//! The reading side of a WebSocket: one small task a peer, and one buffer a thread for all of them.

use std::{cell::RefCell, future::Future, io::ErrorKind, sync::Arc};

use pika_protocol::{CloseCode, DancerMessage, DjMessage, ErrorCode, Message};
use tokio::net::TcpStream;

use super::{
    cell::Cell,
    conn::Conn,
    encoded::Encoded,
    websocket::{Flow, FrameReader, Incoming},
};
use crate::{auth::DancerKey, base::Refusal};

/// Read at once from a socket.
const BUFFER: usize = 16 * 1024;
/// Reads in a row before others get a turn.
const TURN: usize = 16;
/// Unreadable messages before a peer is closed.
const BAD_MESSAGES: u8 = 20;

thread_local!(static SHARED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });

/// One peer's reading side.
#[derive(Debug)]
pub struct Peer {
    /// Its writing side.
    pub conn: Arc<Conn>,
    frames: FrameReader,
    /// Bytes of a frame that is not complete.
    tail: Vec<u8>,
    max_message: u32,
    /// The tail may hold whole frames: reading stopped on demand.
    paused: bool,
}

/// What a peer is to the relay.
#[derive(Debug)]
pub enum Part {
    /// Listens, likes, votes.
    Dancer {
        /// Where.
        cell: Arc<Cell>,
        /// Who.
        dancer: DancerKey,
    },
    /// Publishes.
    Dj {
        /// Where.
        cell: Arc<Cell>,
        /// Which connection of the DJ this is.
        generation: u64,
    },
}

/// The connection has ended, or ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stopped {
    /// Nothing more is there.
    Empty,
    /// It was asked to.
    Paused,
    /// Others should get a turn.
    Turn,
}

impl Peer {
    /// A peer whose first bytes, if any, were read with the request.
    pub fn new(conn: Arc<Conn>, tail: Vec<u8>, max_message: u32) -> Self {
        Self {
            conn,
            frames: FrameReader::new(max_message),
            paused: !tail.is_empty(),
            tail,
            max_message,
        }
    }

    /// The next message. Only for the greeting: it keeps what comes after for [`Self::listen`].
    pub async fn next_text(&mut self) -> Result<String, Ended> {
        loop {
            let mut message = None;
            self.drain(|_, text| {
                message = Some(text.to_owned());
                Flow::Pause
            })?;
            if let Some(message) = message {
                return Ok(message);
            }
            self.readable().await?;
        }
    }

    /// Reads until the connection ends.
    pub async fn listen(mut self, part: Part) {
        let mut bad = 0;
        loop {
            match self.drain(|conn, text| part.on_text(conn, text, &mut bad)) {
                Ok(Stopped::Turn) => tokio::task::yield_now().await,
                Ok(_) if self.readable().await.is_ok() => {}
                _ => break,
            }
        }
        part.leave(self.conn).await;
    }

    /// Waits for bytes.
    fn readable(&self) -> impl Future<Output = Result<(), Ended>> + '_ {
        readable(&self.conn)
    }

    fn drain(&mut self, mut on_text: impl FnMut(&Arc<Conn>, &str) -> Flow) -> Result<Stopped, Ended> {
        SHARED.with_borrow_mut(|buffer| {
            // Room for the longest frame that may wait, and for more.
            let wanted = BUFFER.max(self.max_message as usize + 1024);
            if buffer.len() < wanted {
                buffer.resize(wanted, 0);
            }
            let mut filled = self.tail.len();
            buffer[..filled].copy_from_slice(&self.tail);
            let mut stopped = Stopped::Turn;
            for _ in 0..TURN {
                if !std::mem::take(&mut self.paused) {
                    let Some(io) = self.conn.io() else {
                        return Err(Ended);
                    };
                    match read(io, &mut buffer[filled..])? {
                        0 => {
                            stopped = Stopped::Empty;
                            break;
                        }
                        n => filled += n,
                    }
                }
                let (used, is_paused) = self.take_frames(&mut buffer[..filled], &mut on_text)?;
                buffer.copy_within(used..filled, 0);
                filled -= used;
                if is_paused {
                    self.paused = true;
                    stopped = Stopped::Paused;
                    break;
                }
            }
            // A new vector, not a cleared one: an idle connection holds no bytes.
            self.tail = buffer[..filled].to_vec();
            Ok(stopped)
        })
    }

    /// Hands on what whole frames hold: how many bytes they were, and whether to stop.
    fn take_frames(
        &mut self,
        bytes: &mut [u8],
        on_text: &mut impl FnMut(&Arc<Conn>, &str) -> Flow,
    ) -> Result<(usize, bool), Ended> {
        let (conn, mut is_closed, mut is_paused) = (&self.conn, false, false);
        let used = self.frames.read(bytes, |incoming| match incoming {
            Incoming::Text(text) => {
                let flow = on_text(conn, text);
                is_paused = flow == Flow::Pause;
                flow
            }
            Incoming::Ping(payload) => {
                conn.pong(payload);
                Flow::Continue
            }
            Incoming::Pong => Flow::Continue,
            Incoming::Close(payload) => {
                conn.echo_close(payload);
                is_closed = true;
                Flow::Pause
            }
        });
        match used {
            Err(code) => {
                conn.close(code);
                Err(Ended)
            }
            Ok(_) if is_closed => Err(Ended),
            Ok(used) => Ok((used, is_paused)),
        }
    }
}

impl Part {
    fn on_text(&self, conn: &Arc<Conn>, text: &str, bad: &mut u8) -> Flow {
        let answer_to = conn.clone();
        match self {
            Self::Dancer { cell, dancer } => match DancerMessage::parse(text) {
                Ok(message) => cell.dancer_message(*dancer, &message, move |answer| {
                    answer_to.send(&Encoded::message(&answer));
                }),
                Err(error) => {
                    let id = error.id;
                    refuse(conn, bad, &Encoded::message(&Refusal::from(error).to_dancer(id)));
                }
            },
            Self::Dj { cell, generation } if cell.is_publishing(*generation) => {
                match DjMessage::parse(text) {
                    Ok(message) => {
                        cell.dj_message(message, move |answer| answer_to.send(&Encoded::message(&answer)));
                    }
                    Err(error) => {
                        let id = error.id;
                        refuse(conn, bad, &Encoded::message(&Refusal::from(error).to_dj(id)));
                    }
                }
            }
            Self::Dj { .. } => conn.close(CloseCode::Error(ErrorCode::TakenOver)),
        }
        Flow::Continue
    }

    async fn leave(self, conn: Arc<Conn>) {
        match self {
            Self::Dancer { cell, .. } => cell.leave(conn).await,
            Self::Dj { cell, generation } => cell.disconnect_dj(generation),
        }
    }
}

/// Answers a message that cannot be read; a peer that sends nothing else is closed.
fn refuse(conn: &Arc<Conn>, bad: &mut u8, answer: &Encoded) {
    conn.send(answer);
    *bad = bad.saturating_add(1);
    if *bad > BAD_MESSAGES {
        conn.close(CloseCode::Error(ErrorCode::Invalid));
    }
}

/// How many bytes were there; 0 when none are yet.
fn read(io: &TcpStream, into: &mut [u8]) -> Result<usize, Ended> {
    match io.try_read(into) {
        Ok(0) => Err(Ended),
        Ok(n) => Ok(n),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        Err(_) => Err(Ended),
    }
}

/// Waits for bytes.
///
/// `TcpStream::readable` would leave the waker of the finished HTTP task in the socket's reader slot, and a
/// waker keeps that whole task allocated (1 KiB); `poll_read_ready` takes the slot over.
fn readable(conn: &Conn) -> impl Future<Output = Result<(), Ended>> + '_ {
    std::future::poll_fn(|context| match conn.io() {
        Some(io) => io.poll_read_ready(context).map_err(|_| Ended),
        None => std::task::Poll::Ready(Err(Ended)),
    })
}

/// Waits until a peer that has nothing to say goes; what it says all the same is thrown away.
pub async fn until_gone(conn: &Conn) {
    while readable(conn).await.is_ok() {
        if discard(conn).is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Not asynchronous: an array that lives while a task waits is part of the task.
fn discard(conn: &Conn) -> Result<(), Ended> {
    let mut bytes = [0; 512];
    read(conn.io().ok_or(Ended)?, &mut bytes).map(drop)
}
