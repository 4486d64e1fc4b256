//! The way to a relay, one for WebSockets and requests: addresses side by side, a proxy where the environment names one,
//! TLS with the system's authorities, and what failed told apart. The only module that opens connections to relays.

mod fault;
mod proxy;
mod race;
mod socks;
#[cfg(test)]
mod tests;
mod timed;
mod tls;

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

pub(crate) use fault::{FailKind, TlsFault, of_answer};
use timed::Timed;

/// A connection to a relay.
pub(crate) enum Stream {
    /// In the open.
    Plain(Timed),
    /// Encrypted.
    Tls(Box<tls::TlsStream>),
}

/// Where a relay is: `http://host[:port]` or `https://…`, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    is_encrypted: bool,
    host: String,
    port: u16,
}

impl Place {
    /// Reads an address; a path behind it is left out.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_encrypted = match scheme {
            "https" | "wss" => true,
            "http" | "ws" => false,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']')?;
                (host, after.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let usual = if is_encrypted { 443 } else { 80 };
        Some(Self {
            is_encrypted,
            host: host.to_owned(),
            port: port.map_or(Some(usual), |port| port.parse().ok())?,
        })
    }
}

/// Connects, within so long, all handshakes among them, whatever the other side does.
///
/// Errors: why not.
pub(crate) fn connect(place: &Place, within: Duration) -> Result<Stream, FailKind> {
    let variable = |name: &str| std::env::var(name).ok();
    connect_with(place, within, variable, tls::usual)
}

/// Connects as in an environment of these variables.
#[cfg(test)]
pub(crate) fn connect_in(
    variables: &[(&str, String)],
    place: &Place,
    within: Duration,
) -> Result<Stream, FailKind> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone())
    };
    connect_with(place, within, variable, tls::usual)
}

fn connect_with(
    place: &Place,
    within: Duration,
    variable: impl Fn(&str) -> Option<String>,
    trusted: impl Fn() -> std::sync::Arc<rustls::ClientConfig>,
) -> Result<Stream, FailKind> {
    let Place {
        is_encrypted,
        host,
        port,
    } = place;
    let deadline = Instant::now() + within;
    let reach = |host: &str, port| {
        let tcp = race::connect(host, port, within).map_err(|_| FailKind::Unreachable)?;
        tcp.set_nodelay(true).map_err(|_| FailKind::Unreachable)?;
        let deadline = Some(deadline);
        Ok(Timed { tcp, deadline })
    };
    let tcp = match proxy::of_environment(*is_encrypted, host, variable) {
        None => reach(host, *port)?,
        Some(proxy) => {
            let mut tcp = reach(&proxy.host, proxy.port)?;
            proxy.tunnel(&mut tcp, host, *port)?;
            tcp
        }
    };
    if *is_encrypted {
        let tls = tls::wrap(tcp, host, trusted())?;
        return Ok(Stream::Tls(Box::new(tls)).until(None));
    }
    Ok(Stream::Plain(tcp).until(None))
}

impl Stream {
    /// The connection beneath.
    pub(crate) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(timed) => &timed.tcp,
            Self::Tls(tls) => &tls.sock.tcp,
        }
    }

    /// Every read and write ends at this moment from now on; `None`: the times that are set at the connection hold.
    pub(crate) fn set_deadline(&mut self, at: Option<Instant>) {
        match self {
            Self::Plain(timed) => timed.deadline = at,
            Self::Tls(tls) => tls.sock.deadline = at,
        }
    }

    fn until(mut self, at: Option<Instant>) -> Self {
        self.set_deadline(at);
        self
    }

    /// Whether it is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(buffer),
            Self::Tls(tls) => tls.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("is_encrypted", &self.is_encrypted())
            .finish_non_exhaustive()
    }
}
