//! A WebSocket as clients have one.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde::{Serialize, de::DeserializeOwned};
use tungstenite::{Error, Message, WebSocket, protocol::CloseFrame};

pub(crate) struct Socket {
    inner: WebSocket<TcpStream>,
    pub(crate) closed: Option<(u16, String)>,
}

impl Socket {
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn open(address: SocketAddr, path: &str) -> Self {
        Self::try_open(address, path).expect("the relay takes the connection")
    }

    /// `None` while there is no relay.
    pub(crate) fn try_open(address: SocketAddr, path: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(super::PATIENCE)).unwrap();
        let (inner, _) = tungstenite::client(format!("ws://{address}{path}"), stream).ok()?;
        Some(Self { inner, closed: None })
    }

    pub(crate) fn send(&mut self, message: &impl Serialize) {
        self.send_text(&serde_json::to_string(message).unwrap());
    }

    /// What cannot be sent is lost, as in life.
    pub(crate) fn send_text(&mut self, text: &str) {
        let _ = self.inner.send(Message::text(text));
    }

    /// The next message within `patience`; `None` when there is none, or the end.
    pub(crate) fn next_within<T: DeserializeOwned>(&mut self, patience: Duration) -> Option<T> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline
                .saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1));
            self.inner.get_ref().set_read_timeout(Some(left)).unwrap();
            match self.inner.read() {
                Ok(Message::Text(text)) => {
                    return Some(
                        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")),
                    );
                }
                Ok(Message::Close(frame)) => {
                    let (code, reason) = frame
                        .map_or((1005, String::new()), |CloseFrame { code, reason }| {
                            (code.into(), reason.to_string())
                        });
                    self.closed = Some((code, reason));
                }
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if Instant::now() >= deadline {
                        return None;
                    }
                }
                Err(_) => {
                    self.closed.get_or_insert((1006, String::new()));
                    return None;
                }
            }
        }
    }

    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> T {
        match self.next_within(super::PATIENCE) {
            Some(message) => message,
            None => panic!("nothing came, closed: {:?}", self.closed),
        }
    }

    /// Reads on to the end: its number.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn close_code(&mut self) -> u16 {
        let deadline = Instant::now() + super::PATIENCE;
        loop {
            if let Some((code, _)) = &self.closed {
                return *code;
            }
            assert!(Instant::now() < deadline, "the connection should be closed");
            let _: Option<serde_json::Value> = self.next_within(Duration::from_millis(50));
        }
    }

    /// The stream itself, for what no library would send.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn raw(&mut self) -> &mut TcpStream {
        self.inner.get_mut()
    }
}
