//! One socket of a client: what it waits for, what came in part, what could not be written yet.

use std::{
    io::{self, ErrorKind, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, ensure};
use mio::{Interest, Registry, Token, net::TcpStream};
use socket2::{Domain, SockAddr, SockRef, Socket, Type};

/// What is to come next over a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its connection.
    Connecting,
    /// The answer that makes it a WebSocket.
    Upgrading,
    /// Frames.
    Frames,
    /// The answer to a request.
    Answer(Question),
    /// Events.
    Events,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// To come in.
    Join,
    /// For the stream of events.
    Stream,
    /// For what is new.
    State,
    /// To store actions.
    Actions,
}

/// See the module.
#[derive(Debug)]
pub struct Link {
    /// The socket.
    pub stream: TcpStream,
    /// What comes next.
    pub phase: Phase,
    /// What came of a message that is not whole yet.
    pub input: Vec<u8>,
    output: Vec<u8>,
}

impl Link {
    /// Starts connecting; `narrow` takes the smallest receive buffer, as a phone that stops reading soon has.
    pub fn open(
        registry: &Registry,
        token: Token,
        address: SocketAddr,
        source: Option<IpAddr>,
        narrow: bool,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if narrow {
            socket.set_recv_buffer_size(4096)?;
        }
        if let Some(source) = source {
            socket.bind(&SockAddr::from(SocketAddr::new(source, 0)))?;
        }
        match socket.connect(&SockAddr::from(address)) {
            Err(error) if !is_under_way(&error) => return Err(error),
            _ => {}
        }
        let mut stream = TcpStream::from_std(socket.into());
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            stream,
            phase: Phase::Connecting,
            input: Vec::new(),
            output: Vec::new(),
        })
    }

    /// Whether the connection stands by now.
    pub fn is_connected(&self) -> io::Result<bool> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        match self.stream.peer_addr() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes, now or as soon as there is room. What cannot be written any more is seen by reading.
    pub fn write(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        self.flush();
    }

    /// Writes what waits.
    pub fn flush(&mut self) {
        let mut written = 0;
        while written < self.output.len() {
            match self.stream.write(&self.output[written..]) {
                Ok(n) => written += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    written = self.output.len();
                    break;
                }
            }
        }
        if written == self.output.len() {
            // Its memory too: there are thousands of us.
            self.output = Vec::new();
        } else {
            self.output.drain(..written);
        }
    }

    /// Ends it without a word, as a phone does that loses its network and comes back on another one.
    pub fn cut(self) {
        // Only a nicety of the test: a close is as good.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }
}

fn is_under_way(error: &io::Error) -> bool {
    // EINPROGRESS has no kind of its own in stable Rust.
    error.kind() == ErrorKind::WouldBlock
        || error.raw_os_error() == Some(115)
        || error.raw_os_error() == Some(36)
}

/// Addresses of ours, taken in turn: one pair of addresses has some 28,000 ports.
#[derive(Clone, Debug, Default)]
pub struct Addresses(Vec<IpAddr>);

impl Addresses {
    /// `n` addresses from 127.0.0.1 on, when the target is on this machine too; else the system chooses.
    pub fn loopback(n: u8, target: SocketAddr) -> anyhow::Result<Self> {
        if !target.ip().is_loopback() || target.is_ipv6() || cfg!(not(target_os = "linux")) {
            return Ok(Self::default());
        }
        ensure!(n > 0, "at least one source address is needed");
        let all: Vec<IpAddr> = (1..=n)
            .map(|last| Ipv4Addr::new(127, 0, 0, last).into())
            .collect();
        for address in &all {
            std::net::TcpListener::bind((*address, 0))
                .with_context(|| format!("{address} is not an address of this machine"))?;
        }
        Ok(Self(all))
    }

    /// For the nth connection.
    pub fn nth(&self, nth: usize) -> Option<IpAddr> {
        self.0.get(nth.checked_rem(self.0.len())?).copied()
    }
}
