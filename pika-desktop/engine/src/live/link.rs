//! One connection to the relay, on a thread of its own: a WebSocket, or plain requests where that is blocked.
//! Whoever opened it hears what happens with its number, so that an older connection is never taken for a newer.

use std::{
    sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use pika_protocol::{DeviceId, DjMessage, Message, SessionId, ToDj, limits, rest::DjBatch};
use tracing::warn;

use super::{
    post_channel::{ChannelError, PostChannel},
    socket::{Gone, Heard, Socket},
};
use crate::{reach::FailKind, relay_access::RelayAccess};

/// Orders that wait for a connection; the machine keeps fewer on their way.
const ORDERS: usize = 64;
/// How often news is asked for by plain requests.
const NEWS_EVERY: Duration = Duration::from_secs(2);

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// WebSocket.
    Socket,
    /// Plain requests.
    Post,
}

/// What happens on a connection.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LinkEvent {
    /// It is there: REGISTER_SESSION may be sent.
    Open,
    /// The relay said something.
    Heard(Box<ToDj>),
    /// The relay gave a sign of life.
    Alive,
    /// It is gone. Nothing comes after this.
    Closed {
        /// Why.
        kind: FailKind,
        /// The relay's close code.
        close_code: Option<u16>,
        /// Come back at a random moment within so many milliseconds.
        within_ms: Option<u32>,
    },
}

impl LinkEvent {
    pub(super) fn gone(kind: FailKind) -> Self {
        Self::Closed {
            kind,
            close_code: None,
            within_ms: None,
        }
    }
}

impl From<Gone> for LinkEvent {
    fn from(gone: Gone) -> Self {
        Self::Closed {
            kind: FailKind::Closed,
            close_code: gone.close_code,
            within_ms: gone.within_ms,
        }
    }
}

/// The connection that somebody opened. Dropping it closes it.
#[derive(Debug)]
pub(super) struct Link {
    orders: SyncSender<DjMessage>,
}

impl Link {
    /// Opens a connection. `report` is called on its thread.
    ///
    /// Errors: the system gives no thread.
    pub(super) fn open(
        number: u64,
        way: Way,
        access: RelayAccess,
        device: DeviceId,
        report: impl Fn(u64, LinkEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, queue) = sync_channel(ORDERS);
        thread::Builder::new().name("live-link".into()).spawn(move || {
            let tell = |event| report(number, event);
            let end = match way {
                Way::Socket => by_socket(&access, &queue, &tell),
                Way::Post => by_post(&access, device, &queue, &tell),
            };
            if let Some(end) = end {
                tell(end);
            }
        })?;
        Ok(Self { orders })
    }

    /// Sends a message. One that finds no room is lost with the connection and sent again on the next.
    pub(super) fn say(&self, message: DjMessage) {
        let _ = self.orders.try_send(message);
    }
}

/// Returns how it ended; `None` when it was closed from here.
fn by_socket(
    access: &RelayAccess,
    orders: &Receiver<DjMessage>,
    tell: &impl Fn(LinkEvent),
) -> Option<LinkEvent> {
    let mut socket = match Socket::connect(access.url(), "/ws/dj") {
        Ok(socket) => socket,
        Err(kind) => return Some(LinkEvent::gone(kind)),
    };
    tell(LinkEvent::Open);
    loop {
        loop {
            match orders.try_recv() {
                Ok(message) => {
                    if let Err(gone) = socket.send(&with_token(message, access.secret())) {
                        return Some(gone.into());
                    }
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    socket.close();
                    return None;
                }
            }
        }
        match socket.look() {
            Ok(Heard::Text(text)) => match ToDj::parse(&text) {
                Ok(message) => tell(LinkEvent::Heard(Box::new(message))),
                // A newer relay may say more than is known here.
                Err(error) => {
                    warn!(error.text, "the relay said something unreadable");
                    tell(LinkEvent::Alive);
                }
            },
            Ok(Heard::Alive) => tell(LinkEvent::Alive),
            Ok(Heard::Nothing) => {}
            Err(gone) => return Some(gone.into()),
        }
    }
}

/// Over a WebSocket the token travels in the first message.
fn with_token(mut message: DjMessage, shown: &str) -> DjMessage {
    if let DjMessage::RegisterSession { token, .. } = &mut message {
        *token = Some(shown.to_owned());
    }
    message
}

fn by_post(
    access: &RelayAccess,
    device_id: DeviceId,
    orders: &Receiver<DjMessage>,
    tell: &impl Fn(LinkEvent),
) -> Option<LinkEvent> {
    let channel = PostChannel::new(access);
    let mut session: Option<SessionId> = None;
    tell(LinkEvent::Open);
    let mut next_news = Instant::now();
    loop {
        let wait = match session {
            Some(_) => next_news.saturating_duration_since(Instant::now()),
            None => Duration::from_secs(3600),
        };
        let mut messages = Vec::new();
        match orders.recv_timeout(wait) {
            Ok(message @ DjMessage::RegisterSession { .. }) => match channel.register(&message) {
                Ok(answer) => {
                    if let ToDj::SessionRegistered { session_id, .. } = &answer {
                        session = Some(*session_id);
                    }
                    tell(LinkEvent::Heard(Box::new(answer)));
                    next_news = Instant::now();
                    continue;
                }
                Err(ChannelError(kind)) => return Some(LinkEvent::gone(kind)),
            },
            Ok(message) => {
                messages.push(message);
                messages.extend(orders.try_iter().take(limits::BATCH_MESSAGES - 1));
            }
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return None,
        }
        let Some(id) = session else { continue };
        match channel.send(id, &DjBatch { device_id, messages }) {
            Ok(answers) => {
                tell(LinkEvent::Alive);
                for answer in answers {
                    tell(LinkEvent::Heard(Box::new(answer)));
                }
            }
            Err(ChannelError(kind)) => return Some(LinkEvent::gone(kind)),
        }
        next_news = Instant::now() + NEWS_EVERY;
    }
}
