//! The address of a relay, and whether a secret may be sent there.

use std::{fmt, net::IpAddr};

/// Addresses are short; anything longer is a mistake.
const MAX_BYTES: usize = 255;

/// The address of a relay: `https://host[:port]`, or `http://` for this computer and for a venue's own network.
/// Without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelayAddress {
    url: String,
    encrypted: bool,
    this_computer: bool,
}

/// Why a text is no address of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("Type the relay's address, such as https://pika.example")]
    Empty,
    /// Another protocol.
    #[error("A relay's address begins with https://")]
    Scheme,
    /// The host or the port makes no sense, or more follows.
    #[error("This is no address of a relay. It looks like https://pika.example")]
    Malformed,
}

impl RelayAddress {
    /// Reads what was typed or pasted; without a protocol it is `https`, for this computer `http`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim().trim_end_matches('/');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (scheme, authority) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let authority = authority.to_ascii_lowercase();
        let host = host_of(&authority).ok_or(AddressError::Malformed)?;
        let this_computer = is_loopback(host);
        let encrypted = match scheme.as_deref() {
            Some("https" | "wss") => true,
            Some("http" | "ws") => false,
            Some(_) => return Err(AddressError::Scheme),
            None => !this_computer,
        };
        Ok(Self {
            url: format!("{}://{authority}", if encrypted { "https" } else { "http" }),
            encrypted,
            this_computer,
        })
    }

    /// The address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The host alone, without brackets.
    pub fn host(&self) -> &str {
        let authority = self.url.split_once("://").map_or("", |(_, rest)| rest);
        host_of(authority).unwrap_or(authority)
    }

    /// Whether what is sent there is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether a token may be sent there: over https, or to this computer.
    pub fn takes_secrets(&self) -> bool {
        self.encrypted || self.this_computer
    }
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// The host of `host`, `host:port`, `1.2.3.4:port` or `[::1]:port`.
fn host_of(authority: &str) -> Option<&str> {
    if authority.len() > MAX_BYTES {
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (
                host,
                after.strip_prefix(':').or(after.is_empty().then_some("443"))?,
            )
        }
        None => authority.split_once(':').unwrap_or((authority, "443")),
    };
    port.parse::<u16>().ok().filter(|port| *port > 0)?;
    let is_ipv6 = host.contains(':');
    // No user names, paths or spaces: only letters that host names have.
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let fits = is_ipv6 || (host.chars().all(plain) && !host.starts_with('.') && !host.contains(".."));
    (fits && !host.is_empty()).then_some(host)
}

/// Names ending in `localhost` never leave the computer (RFC 6761).
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, takes_secrets: bool) {
        let address = RelayAddress::parse(text).unwrap();
        assert_eq!(
            (address.as_str(), address.takes_secrets()),
            (expected, takes_secrets),
            "{text}"
        );
    }

    #[test]
    fn addresses_are_read_as_people_type_them() {
        check(" https://Pika.Example/ ", "https://pika.example", true);
        check("pika.example", "https://pika.example", true);
        check("pika.example:8443", "https://pika.example:8443", true);
        check("wss://pika.example", "https://pika.example", true);
        check("localhost:3001", "http://localhost:3001", true);
        check("http://127.0.0.1:3001", "http://127.0.0.1:3001", true);
        check("http://[::1]:3001", "http://[::1]:3001", true);
        check("pi.localhost", "http://pi.localhost", true);
    }

    #[test]
    fn secrets_never_go_over_an_open_connection() {
        check("http://pika.example", "http://pika.example", false);
        check("ws://192.168.1.20:3001", "http://192.168.1.20:3001", false);
        // Names that only look like this computer.
        check("http://localhost.example", "http://localhost.example", false);
        check("http://127.0.0.1.example", "http://127.0.0.1.example", false);
    }

    #[test]
    fn what_is_no_address_is_said() {
        for (text, expected) in [
            ("", AddressError::Empty),
            (" / ", AddressError::Empty),
            ("ftp://pika.example", AddressError::Scheme),
            ("https://", AddressError::Malformed),
            ("https://a b", AddressError::Malformed),
            ("https://me@pika.example", AddressError::Malformed),
            ("http://localhost@pika.example", AddressError::Malformed),
            ("http://localhost#.pika.example", AddressError::Malformed),
            ("http://localhost\\.pika.example", AddressError::Malformed),
            ("https://pika.example/path", AddressError::Malformed),
            ("https://pika.example:0", AddressError::Malformed),
            ("https://pika.example:99999", AddressError::Malformed),
            ("https://..", AddressError::Malformed),
        ] {
            assert_eq!(RelayAddress::parse(text), Err(expected), "{text}");
        }
    }
}
