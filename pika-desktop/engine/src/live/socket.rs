//! A WebSocket to a relay, read with a short look at a time. The only module that names `tungstenite`.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use pika_protocol::rest::Closing;
use tracing::warn;
use tungstenite::{
    Error, HandshakeError, Message, WebSocket, client::client_with_config, protocol::WebSocketConfig,
};

use crate::reach::{self, FailKind, Place, Stream};

/// For the connection, for each handshake, and for a message to leave this computer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one look for a message lasts: an order waits no longer.
const LOOK: Duration = Duration::from_millis(25);
/// Bytes of an answer that is no WebSocket which are looked at.
const LOOKED_AT: usize = 2_048;
/// Longest message that is read: the state of a session with thousands of plays fits.
const MAX_MESSAGE_BYTES: usize = 16 << 20;

/// What a look brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A message.
    Text(String),
    /// A sign of life.
    Alive,
    /// Nothing.
    Nothing,
}

/// The connection is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone {
    /// The peer's close code.
    pub(crate) close_code: Option<u16>,
    /// Come back at a random moment within so many milliseconds.
    pub(crate) within_ms: Option<u32>,
}

const CUT: Gone = Gone {
    close_code: None,
    within_ms: None,
};

/// A connected WebSocket.
pub(crate) struct Socket {
    socket: WebSocket<Stream>,
}

impl Socket {
    /// Connects to `path` (`/ws`, `/ws/dj`) of the relay at `url`.
    ///
    /// Errors: why not.
    pub(crate) fn connect(url: &str, path: &str) -> Result<Self, FailKind> {
        let place = Place::of(url).ok_or(FailKind::Unreachable)?;
        // Only the scheme's name differs: what it stands for has been seen to.
        let address = format!(
            "ws{}{path}",
            url.strip_prefix("http").ok_or(FailKind::Unreachable)?
        );
        let uri: tungstenite::http::Uri = address.parse().map_err(|_| FailKind::Unreachable)?;
        let mut stream = reach::connect(&place, PATIENCE)?;
        stream.set_deadline(Some(Instant::now() + PATIENCE));
        let config = WebSocketConfig::default()
            .read_buffer_size(16 << 10)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let shaken = client_with_config(uri, stream, Some(config));
        let (mut socket, _) = shaken.map_err(|error| match error {
            HandshakeError::Failure(error) => {
                warn!(%error, "no WebSocket");
                handshake_failure(&error)
            }
            HandshakeError::Interrupted(_) => FailKind::Blocked,
        })?;
        socket.get_mut().set_deadline(None);
        let tcp = socket.get_ref().tcp();
        tcp.set_write_timeout(Some(PATIENCE))
            .and_then(|()| tcp.set_read_timeout(Some(LOOK)))
            .map_err(|_| FailKind::Unreachable)?;
        Ok(Self { socket })
    }

    /// Sends a message.
    ///
    /// Errors: the connection is gone.
    pub(crate) fn send(&mut self, message: &impl serde::Serialize) -> Result<(), Gone> {
        let Ok(text) = serde_json::to_string(message) else {
            return Ok(()); // Plain data: it can always be written.
        };
        self.socket.send(Message::text(text)).map_err(|_| CUT)
    }

    /// Waits a moment for what the relay says.
    ///
    /// Errors: the connection is gone.
    pub(crate) fn look(&mut self) -> Result<Heard, Gone> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Ok(Heard::Text(text.as_str().to_owned())),
            Ok(Message::Close(frame)) => {
                let reason = frame.as_ref().map(|frame| frame.reason.as_str());
                let closing = reason.and_then(|text| serde_json::from_str::<Closing>(text).ok());
                Err(Gone {
                    close_code: frame.as_ref().map(|frame| frame.code.into()),
                    within_ms: closing.and_then(|closing| closing.reconnect_within_ms),
                })
            }
            // Answered by the library with the next write; a look writes.
            Ok(Message::Ping(_)) => {
                let _ = self.socket.flush();
                Ok(Heard::Alive)
            }
            Ok(Message::Pong(_) | Message::Binary(_) | Message::Frame(_)) => Ok(Heard::Alive),
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(Heard::Nothing)
            }
            Err(_) => Err(CUT),
        }
    }

    /// Says goodbye; does not wait for the answer.
    pub(crate) fn close(&mut self) {
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }
}

fn handshake_failure(error: &Error) -> FailKind {
    let Error::Http(response) = error else {
        return FailKind::Blocked;
    };
    let body = response.body().as_deref().unwrap_or_default();
    let body = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    match reach::of_answer(response.status().as_u16(), &body) {
        // Perhaps it is only the WebSocket that is not let through: a plain request tells.
        FailKind::NoRelay | FailKind::Forbidden => FailKind::Blocked,
        kind => kind,
    }
}
