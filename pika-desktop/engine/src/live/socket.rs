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
        Self::over(reach::connect(&place, PATIENCE)?, url, path)
    }

    /// Shakes hands for `path` of the relay at `url` over a connection to it.
    fn over(mut stream: Stream, url: &str, path: &str) -> Result<Self, FailKind> {
        // Only the scheme's name differs: what it stands for has been seen to.
        let address = format!(
            "ws{}{path}",
            url.strip_prefix("http").ok_or(FailKind::Unreachable)?
        );
        let uri: tungstenite::http::Uri = address.parse().map_err(|_| FailKind::Unreachable)?;
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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write, copy},
        net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
        sync::mpsc::{Receiver, sync_channel},
        thread,
    };

    use super::*;

    fn serve(each: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let all = move || listener.incoming().map_while(Result::ok).for_each(each);
        thread::Builder::new().spawn(all).unwrap();
        address
    }

    /// A proxy whose every tunnel ends at one address; tells what it was asked.
    fn proxy(to: SocketAddr) -> (SocketAddr, Receiver<String>) {
        let (tell, told) = sync_channel(8);
        let address = serve(move |mut tcp| {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && tcp.read(&mut byte).is_ok_and(|read| read > 0) {
                head.push(byte[0]);
            }
            tell.send(String::from_utf8(head).unwrap()).unwrap();
            tcp.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let mut up = TcpStream::connect(to).unwrap();
            let (mut down, mut from_up) = (tcp.try_clone().unwrap(), up.try_clone().unwrap());
            let back = move || drop(copy(&mut from_up, &mut down));
            thread::Builder::new().spawn(back).unwrap();
            let _ = copy(&mut tcp, &mut up);
        });
        (address, told)
    }

    fn through(proxy: SocketAddr) -> Result<Socket, FailKind> {
        let url = "http://relay.test:3001";
        let variables = [("http_proxy", proxy.to_string())];
        let stream = reach::connect_in(&variables, &Place::of(url).unwrap(), PATIENCE)?;
        Socket::over(stream, url, "/ws/dj")
    }

    #[test]
    fn live_updates_go_through_a_proxy() {
        let relay = serve(|tcp| {
            let mut socket = tungstenite::accept(tcp).unwrap();
            let heard = socket.read().unwrap();
            socket.send(heard).unwrap();
            let _ = socket.read();
        });
        let (proxy, told) = proxy(relay);
        let mut socket = through(proxy).unwrap();
        assert!(
            told.recv()
                .unwrap()
                .starts_with("CONNECT relay.test:3001 HTTP/1.1\r\n")
        );
        socket.send(&"hello").unwrap();
        let heard = loop {
            match socket.look().unwrap() {
                Heard::Text(text) => break text,
                Heard::Alive | Heard::Nothing => {}
            }
        };
        assert_eq!(heard, "\"hello\"");
    }

    #[test]
    fn what_answers_in_the_relays_place_is_told_apart() {
        for (answer, kind) in [
            (
                "200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                FailKind::Captive,
            ),
            (
                "302 Found\r\nLocation: http://login.example\r\nContent-Length: 0\r\n\r\n",
                FailKind::Captive,
            ),
            (
                "308 Permanent Redirect\r\nContent-Length: 0\r\n\r\n",
                FailKind::Moved,
            ),
            (
                "530 \r\nContent-Length: 16\r\n\r\nerror code: 1033",
                FailKind::Tunnel,
            ),
            ("502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", FailKind::Down),
            ("404 Not Found\r\nContent-Length: 0\r\n\r\n", FailKind::Blocked),
            ("403 Forbidden\r\nContent-Length: 0\r\n\r\n", FailKind::Blocked),
        ] {
            let other = serve(move |mut tcp| {
                let _ = tcp.read(&mut [0; 4096]);
                let _ = tcp.write_all(format!("HTTP/1.1 {answer}").as_bytes());
            });
            let failed = Socket::connect(&format!("http://{other}"), "/ws/dj").err();
            assert_eq!(failed, Some(kind), "{answer}");
        }
    }
}
