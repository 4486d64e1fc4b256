//! A room: everyone who listens to one session on this process, and the committed state they are shown.
//!
//! One task owns it. It sees only what is committed, so no dancer ever holds an offset that a crash could undo.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use bytes::{Bytes, BytesMut};
use pika_protocol::{
    CloseCode, Epoch, PROTOCOL_VERSION, ToDancer, UnixMs,
    session::{Position, Snapshot},
};
use tokio::sync::oneshot;

use super::{
    conn::{Conn, Latest},
    encoded::Encoded,
    session::Publication,
};

/// Sockets written before others get a turn: some 2 ms.
const TURN: usize = 256;
/// Seconds between two signs of life to a peer; proxies cut silent connections after 60.
const HEARTBEAT_SECS: usize = 25;

/// What a room is asked, by connections and requests. Has no `Debug`: a pass is a secret.
pub enum Ask {
    /// A connection comes in.
    Join {
        /// The connection.
        conn: Arc<Conn>,
        /// The dancer's pass, for WELCOME.
        pass: String,
        /// Where it was.
        since: Option<Position>,
    },
    /// A connection is gone.
    Leave(Arc<Conn>),
    /// What is new after a position, for one who polls.
    Read {
        /// Where they were.
        since: Option<Position>,
        /// For the answer.
        answer: oneshot::Sender<News>,
    },
}

/// What a room is told by its session, in order.
#[derive(Debug)]
pub enum Tell {
    /// State messages that are committed, and what newcomers see from now on.
    Published {
        /// The messages, by offset.
        publications: Vec<Publication>,
        /// The state after the last of them.
        view: Option<Box<Snapshot>>,
        /// When what led to it came in.
        since: Instant,
    },
    /// Close every connection.
    CloseAll {
        /// The number.
        code: CloseCode,
        /// When the relay restarts: how long to spread the return.
        reconnect_within_ms: Option<u32>,
    },
}

/// What one who polls gets.
#[derive(Clone, Debug)]
pub struct News {
    /// Where the log stands.
    pub position: Position,
    /// Changes whenever any answer would.
    pub version: u64,
    /// JSON texts: missed state messages or a snapshot, then the latest numbers.
    pub messages: Vec<Bytes>,
    /// The state, for one who joins.
    pub snapshot: Box<Snapshot>,
}

/// See the module.
#[derive(Debug)]
pub struct Room {
    /// Each knows its place in this list.
    subscribers: Vec<Arc<Conn>>,
    epoch: Epoch,
    log: VecDeque<(u64, Encoded)>,
    keep: usize,
    view: Snapshot,
    /// `view` as message, until it changes.
    encoded_view: Option<Encoded>,
    latest: [Option<Encoded>; 2],
    version: u64,
}

impl Room {
    /// A room that shows `view`, with what is kept of the log.
    pub fn new(view: Snapshot, log: Vec<Publication>, keep: u32) -> Self {
        let epoch = view.epoch;
        let encode = |p: Publication| (p.offset, Encoded::new(&p.json, Some((epoch, p.offset))));
        Self {
            subscribers: Vec::new(),
            epoch,
            log: log.into_iter().map(encode).collect(),
            keep: keep as usize,
            view,
            encoded_view: None,
            latest: [None, None],
            // Not the same after a restart: the log may stand where it stood, the numbers may not.
            version: u64::from_be_bytes(crate::base::random::bytes()),
        }
    }

    /// How many listen.
    pub fn listeners(&self) -> u32 {
        u32::try_from(self.subscribers.len()).unwrap_or(u32::MAX)
    }

    /// Answers a connection or a request.
    pub fn answer(&mut self, ask: Ask, now: UnixMs) {
        match ask {
            Ask::Join { conn, pass, since } => self.join(conn, pass, since, now),
            Ask::Leave(conn) => self.leave(&conn),
            Ask::Read { since, answer } => {
                let news = self.news(since);
                // Whoever asked may be gone.
                let _ = answer.send(news);
            }
        }
    }

    /// Sends what is committed.
    pub async fn publish(&mut self, publications: Vec<Publication>, view: Option<Box<Snapshot>>) {
        self.version = self.version.wrapping_add(1);
        if let Some(view) = view {
            self.view = *view;
            self.encoded_view = None;
        }
        for publication in publications {
            let message = Encoded::new(&publication.json, Some((self.epoch, publication.offset)));
            self.log.push_back((publication.offset, message.clone()));
            if self.log.len() > self.keep {
                self.log.pop_front();
            }
            // A poll's last numbers stand in its end.
            self.latest[Latest::Results as usize] = None;
            self.fan_out(|conn| conn.send(&message)).await;
        }
    }

    /// Sends absolute numbers.
    pub async fn send_latest(&mut self, message: &ToDancer) {
        let kind = match message {
            ToDancer::Counts { listeners, plays } => {
                self.view.listeners = *listeners;
                for play in plays {
                    let shown = self
                        .view
                        .plays
                        .iter_mut()
                        .find(|shown| shown.play_id == play.play_id);
                    if let Some(shown) = shown {
                        shown.likes = play.likes;
                    }
                }
                Latest::Counts
            }
            ToDancer::PollResults { poll_id, votes } => {
                if let Some(poll) = self.view.poll.as_mut().filter(|poll| poll.poll_id == *poll_id) {
                    poll.votes.clone_from(votes);
                }
                Latest::Results
            }
            _ => return,
        };
        self.version = self.version.wrapping_add(1);
        self.encoded_view = None;
        let message = Encoded::message(message);
        self.latest[kind as usize] = Some(message.clone());
        self.fan_out(|conn| conn.send_latest(kind, &message)).await;
    }

    /// Gives a part of the peers a sign of life; to be called every second.
    pub fn heartbeat(&self, second: usize) {
        for conn in self
            .subscribers
            .iter()
            .skip(second % HEARTBEAT_SECS)
            .step_by(HEARTBEAT_SECS)
        {
            conn.heartbeat();
        }
    }

    /// Closes every connection.
    pub async fn close_all(&mut self, code: CloseCode, reconnect_within_ms: Option<u32>) {
        self.fan_out(|conn| match reconnect_within_ms {
            Some(within_ms) => conn.close_for_restart(within_ms),
            None => conn.close(code),
        })
        .await;
    }

    async fn fan_out(&self, send: impl Fn(&Arc<Conn>)) {
        for turn in self.subscribers.chunks(TURN) {
            turn.iter().for_each(&send);
            if turn.len() == TURN {
                tokio::task::yield_now().await;
            }
        }
    }

    fn join(&mut self, conn: Arc<Conn>, pass: String, since: Option<Position>, now: UnixMs) {
        let missed = self.missed(since);
        let welcome = Encoded::message(&ToDancer::Welcome {
            protocol_version: PROTOCOL_VERSION,
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            pass,
            relay_time: now,
            position: self.position(),
            resumed: missed.is_some(),
        });
        let state = missed.unwrap_or_else(|| vec![self.snapshot()]);
        // All in one: it counts as one message for the queue, however much was missed.
        conn.send_together(
            std::iter::once(&welcome)
                .chain(&state)
                .chain(self.latest.iter().flatten()),
        );
        conn.place.store(self.listeners(), Ordering::Relaxed);
        self.subscribers.push(conn);
    }

    fn leave(&mut self, conn: &Arc<Conn>) {
        let place = conn.place();
        if self
            .subscribers
            .get(place)
            .is_some_and(|other| Arc::ptr_eq(other, conn))
        {
            self.subscribers.swap_remove(place);
            if let Some(moved) = self.subscribers.get(place) {
                moved
                    .place
                    .store(conn.place.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            if self.subscribers.len() < self.subscribers.capacity() / 4 {
                self.subscribers.shrink_to(self.subscribers.len() * 2);
            }
        }
    }

    fn news(&mut self, since: Option<Position>) -> News {
        let state = self.missed(since).unwrap_or_else(|| vec![self.snapshot()]);
        News {
            position: self.position(),
            version: self.version,
            messages: state
                .iter()
                .chain(self.latest.iter().flatten())
                .map(Encoded::json)
                .collect(),
            snapshot: Box::new(self.view.clone()),
        }
    }

    fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            offset: self.view.offset,
        }
    }

    /// What came after `since`, if every message of it is still there.
    fn missed(&self, since: Option<Position>) -> Option<Vec<Encoded>> {
        let since = since.filter(|s| s.epoch == self.epoch && s.offset <= self.view.offset)?;
        let first_kept = self
            .log
            .front()
            .map_or(self.view.offset + 1, |(offset, _)| *offset);
        (since.offset + 1 >= first_kept).then(|| {
            self.log
                .iter()
                .filter(|(offset, _)| *offset > since.offset)
                .map(|(_, m)| m.clone())
                .collect()
        })
    }

    fn snapshot(&mut self) -> Encoded {
        let view = &self.view;
        self.encoded_view
            .get_or_insert_with(|| {
                Encoded::message(&ToDancer::Snapshot {
                    snapshot: view.clone(),
                })
            })
            .clone()
    }
}

impl Conn {
    /// Sends several messages as one.
    fn send_together<'a>(self: &Arc<Self>, messages: impl Iterator<Item = &'a Encoded>) {
        let mut bytes = BytesMut::new();
        for message in messages {
            bytes.extend_from_slice(self.dressed(message));
        }
        self.write(&bytes.freeze());
    }
}
