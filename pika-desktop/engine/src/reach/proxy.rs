//! A proxy that the environment names: a tunnel through it, which only ever carries what is encrypted to the relay.

use std::{
    io::{Read, Write},
    net::IpAddr,
};

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;

use super::{
    fault::FailKind,
    socks::{self, Credentials},
};

/// Bytes of a proxy's answer before the tunnel begins.
const MOST_ANSWER: usize = 16 << 10;

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    kind: Kind,
    credentials: Option<Credentials>,
}

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// HTTP's CONNECT.
    Http,
    /// SOCKS 5; the proxy looks names up.
    Socks,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({}:{})", self.host, self.port)
    }
}

/// The proxy for a host, as the environment says. This computer is never asked for through one.
pub(super) fn of_environment(
    is_encrypted: bool,
    host: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<Proxy> {
    if is_loopback(host) {
        return None;
    }
    // In small letters first: programs that serve pages get the other one from strangers.
    let names = match is_encrypted {
        true => ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        false => ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
    };
    let first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| variable(name).filter(|it| !it.trim().is_empty()))
    };
    let named = first(&names)?;
    if first(&["no_proxy", "NO_PROXY"]).is_some_and(|list| is_excepted(host, &list)) {
        return None;
    }
    let proxy = Proxy::parse(named.trim());
    if proxy.is_none() {
        tracing::warn!(
            "the proxy that the environment names is of a kind that Pika! does not know: it is not used"
        );
    }
    proxy
}

impl Proxy {
    /// `http://[user[:password]@]host[:port]`, the protocol may be left out; `socks5` and `socks5h` are known, too.
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (kind, usual) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (Kind::Http, 80),
            "socks5" | "socks5h" => (Kind::Socks, 1080),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']')?;
                (host, after.strip_prefix(':'))
            }
            None => match place.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        let port = port.map_or(Some(usual), |port| port.parse().ok())?;
        let decoded = |user: &str| percent_decode_str(user).decode_utf8_lossy().into_owned();
        (!host.is_empty()).then(|| Self {
            host: host.to_owned(),
            port,
            kind,
            credentials: user.map(|user| {
                let (name, password) = user.split_once(':').unwrap_or((user, ""));
                Credentials {
                    name: decoded(name),
                    password: decoded(password),
                }
            }),
        })
    }

    /// Has the proxy connect `stream` to a host.
    ///
    /// Errors: why it does not.
    pub(super) fn tunnel(
        &self,
        stream: &mut (impl Read + Write),
        host: &str,
        port: u16,
    ) -> Result<(), FailKind> {
        match self.kind {
            Kind::Http => self.tunnel_by_http(stream, host, port),
            Kind::Socks => socks::tunnel(stream, self.credentials.as_ref(), host, port),
        }
    }

    fn tunnel_by_http(
        &self,
        stream: &mut (impl Read + Write),
        host: &str,
        port: u16,
    ) -> Result<(), FailKind> {
        let authority = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
        if let Some(Credentials { name, password }) = &self.credentials {
            let credentials = BASE64.encode(format!("{name}:{password}").as_bytes());
            request += &format!("Proxy-Authorization: Basic {credentials}\r\n");
        }
        request += "\r\n";
        stream
            .write_all(request.as_bytes())
            .map_err(|_| FailKind::Unreachable)?;
        match status(stream) {
            Some(200..=299) => Ok(()),
            Some(407) => Err(FailKind::ProxyLogin),
            Some(502..=504) => Err(FailKind::Unreachable),
            Some(400..=499) => Err(FailKind::Forbidden),
            Some(300..=399 | 511) => Err(FailKind::Captive),
            _ => Err(FailKind::Unreachable),
        }
    }
}

/// The status of a proxy's answer, read to the end of its head and not further: what follows is the relay's.
fn status(stream: &mut impl Read) -> Option<u16> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MOST_ANSWER || stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let line = head.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let (version, rest) = line.split_once(' ')?;
    let is_http = version.starts_with("HTTP/1.");
    is_http.then(|| rest.get(..3)?.parse().ok()).flatten()
}

/// Whether a list of exceptions (`localhost,.example.com,10.0.0.1,*`) holds a host.
fn is_excepted(host: &str, list: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    let names = list.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty());
    names.into_iter().any(|it| {
        let name = it.trim_start_matches("*.").trim_matches('.').to_lowercase();
        let is_below = host
            .strip_suffix(&name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        it == "*" || is_below || is_in_network(&host, it)
    })
}

/// Whether an address lies in a network such as `10.0.0.0/8`.
fn is_in_network(host: &str, network: &str) -> bool {
    let Some((network, bits)) = network.split_once('/') else {
        return false;
    };
    let (Ok(ip), Ok(network), Ok(bits)) = (host.parse(), network.parse(), bits.parse::<u32>()) else {
        return false;
    };
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) if bits <= 32 => {
            let shift = |ip: u32| ip.checked_shr(32 - bits).unwrap_or(0);
            shift(ip.into()) == shift(network.into())
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) if bits <= 128 => {
            let shift = |ip: u128| ip.checked_shr(128 - bits).unwrap_or(0);
            shift(ip.into()) == shift(network.into())
        }
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(is_encrypted: bool, host: &str, variables: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        of_environment(is_encrypted, host, variable).map(|it| format!("{}:{}", it.host, it.port))
    }

    #[test]
    fn the_environment_names_a_proxy_for_all_but_this_computer_and_its_exceptions() {
        let set = [
            ("HTTPS_PROXY", "http://proxy.example:3128"),
            ("NO_PROXY", "intern.example, .lan,10.0.0.0/8,::1"),
        ];
        assert_eq!(
            proxy(true, "pika.example", &set).as_deref(),
            Some("proxy.example:3128")
        );
        assert_eq!(proxy(false, "pika.example", &set), None);
        for direct in [
            "localhost",
            "pi.localhost",
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "intern.example",
            "a.intern.example",
            "INTERN.example",
            "relay.lan",
            "10.2.3.4",
        ] {
            assert_eq!(proxy(true, direct, &set), None, "{direct}");
        }
        for through in ["wintern.example", "11.0.0.1", "example", "łódź.example"] {
            assert!(proxy(true, through, &set).is_some(), "{through}");
        }
        assert_eq!(
            proxy(true, "pika.example", &[("all_proxy", "p")]).as_deref(),
            Some("p:80")
        );
        assert_eq!(
            proxy(
                true,
                "pika.example",
                &[("https_proxy", "p:1"), ("HTTPS_PROXY", "q:1")]
            )
            .as_deref(),
            Some("p:1")
        );
        assert_eq!(
            proxy(true, "pika.example", &[("https_proxy", " "), ("NO_PROXY", "x")]),
            None
        );
        assert_eq!(
            proxy(true, "pika.example", &[("https_proxy", "p:1"), ("NO_PROXY", "*")]),
            None
        );
        assert_eq!(
            proxy(true, "pika.example", &[("ALL_PROXY", "socks5://p")]).as_deref(),
            Some("p:1080")
        );
        assert_eq!(
            proxy(true, "pika.example", &[("ALL_PROXY", "socks4://p:1")]),
            None
        );
    }

    #[test]
    fn a_proxy_is_read_with_its_name_and_password_which_nobody_prints() {
        let it = Proxy::parse("http://me:p%40ss@[2001:db8::1]:8080/").unwrap();
        assert_eq!((it.host.as_str(), it.port), ("2001:db8::1", 8080));
        let who = it.credentials.as_ref().unwrap();
        assert_eq!((&*who.name, &*who.password), ("me", "p@ss"));
        assert!(!format!("{it:?}").contains("p@ss"));
        for none in ["http://", "http://h:port", "https://h", "socks4://h:1"] {
            assert_eq!(Proxy::parse(none), None, "{none}");
        }
    }
}
