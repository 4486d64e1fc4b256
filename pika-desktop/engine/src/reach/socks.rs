//! A tunnel through a SOCKS 5 proxy (RFC 1928, with a name and password after RFC 1929). The proxy looks the host's name
//! up: where it stands in the way, names are often not known here.

use std::{
    io::{Read, Write},
    net::IpAddr,
};

use super::fault::FailKind;

const VERSION: u8 = 5;
/// Ways to say who asks.
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NONE_FITS: u8 = 0xff;
/// Kinds of addresses.
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Who asks a proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) name: String,
    pub(super) password: String,
}

/// Has the proxy connect `stream` to a host.
///
/// Errors: why it does not.
pub(super) fn tunnel(
    stream: &mut (impl Read + Write),
    credentials: Option<&Credentials>,
    host: &str,
    port: u16,
) -> Result<(), FailKind> {
    let greeting = match credentials {
        Some(_) => &[VERSION, 2, NO_LOGIN, PASSWORD][..],
        None => &[VERSION, 1, NO_LOGIN],
    };
    say(stream, greeting)?;
    match (hear(stream)?, credentials) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, PASSWORD], Some(who)) => log_in(stream, who)?,
        ([VERSION, NONE_FITS], _) => return Err(FailKind::ProxyLogin),
        _ => return Err(FailKind::Unreachable),
    }
    let mut request = vec![VERSION, 1, 0];
    match host.parse() {
        Ok(IpAddr::V4(ip)) => {
            request.push(IPV4);
            request.extend(ip.octets());
        }
        Ok(IpAddr::V6(ip)) => {
            request.push(IPV6);
            request.extend(ip.octets());
        }
        Err(_) => {
            request.push(NAME);
            request.extend(counted(host).ok_or(FailKind::Unreachable)?);
        }
    }
    request.extend(port.to_be_bytes());
    say(stream, &request)?;
    let [version, outcome, _, kind] = hear(stream)?;
    match (version, outcome) {
        (VERSION, 0) => {}
        (VERSION, 2) => return Err(FailKind::Forbidden),
        _ => return Err(FailKind::Unreachable),
    }
    // Where the proxy connects from: nobody needs it, and what follows is the relay's.
    match kind {
        IPV4 => hear::<6>(stream).map(drop),
        IPV6 => hear::<18>(stream).map(drop),
        NAME => {
            let [length] = hear(stream)?;
            for _ in 0..usize::from(length) + 2 {
                hear::<1>(stream)?;
            }
            Ok(())
        }
        _ => Err(FailKind::Unreachable),
    }
}

fn log_in(stream: &mut (impl Read + Write), who: &Credentials) -> Result<(), FailKind> {
    let mut request = vec![1];
    for word in [&who.name, &who.password] {
        request.extend(counted(word).ok_or(FailKind::ProxyLogin)?);
    }
    say(stream, &request)?;
    match hear(stream)? {
        [_, 0] => Ok(()),
        [_, _] => Err(FailKind::ProxyLogin),
    }
}

/// A text after its length; `None` when it is longer than can be said.
fn counted(text: &str) -> Option<Vec<u8>> {
    let length = u8::try_from(text.len()).ok()?;
    Some([&[length], text.as_bytes()].concat())
}

fn say(stream: &mut impl Write, bytes: &[u8]) -> Result<(), FailKind> {
    stream.write_all(bytes).map_err(|_| FailKind::Unreachable)
}

fn hear<const LENGTH: usize>(stream: &mut impl Read) -> Result<[u8; LENGTH], FailKind> {
    let mut bytes = [0; LENGTH];
    let heard = stream.read_exact(&mut bytes);
    heard.map(|()| bytes).map_err(|_| FailKind::Unreachable)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};

    use super::*;

    /// A proxy that says this, whatever it hears.
    struct Proxy {
        says: Cursor<Vec<u8>>,
        heard: Vec<u8>,
    }

    impl Read for Proxy {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.says.read(buffer)
        }
    }

    impl Write for Proxy {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.heard.extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn asked(says: &[u8], who: Option<&Credentials>, host: &str) -> (Result<(), FailKind>, Vec<u8>, Vec<u8>) {
        let mut proxy = Proxy {
            says: Cursor::new(says.to_vec()),
            heard: Vec::new(),
        };
        let outcome = tunnel(&mut proxy, who, host, 443);
        let mut rest = Vec::new();
        proxy.says.read_to_end(&mut rest).unwrap();
        (outcome, proxy.heard, rest)
    }

    #[test]
    fn a_tunnel_is_asked_for_and_nothing_of_the_relays_is_taken() {
        let (outcome, heard, rest) = asked(
            b"\x05\x00\x05\x00\x00\x01\x0a\0\0\x01\x12\x34relay",
            None,
            "pika.example",
        );
        assert_eq!(outcome, Ok(()));
        assert_eq!(heard, b"\x05\x01\x00\x05\x01\x00\x03\x0cpika.example\x01\xbb");
        assert_eq!(rest, b"relay");
        let named = b"\x05\x00\x05\x00\x00\x03\x01p\x12\x34relay";
        let (outcome, heard, rest) = asked(named, None, "192.0.2.1");
        assert_eq!((outcome, &rest[..]), (Ok(()), &b"relay"[..]));
        assert!(heard.ends_with(b"\x05\x01\x00\x01\xc0\x00\x02\x01\x01\xbb"));
        let who = Credentials {
            name: "me".into(),
            password: "p@ss".into(),
        };
        let long = b"\x05\x02\x01\x00\x05\x00\x00\x04";
        let (outcome, heard, rest) = asked(
            &[&long[..], &[0; 18], b"relay"].concat(),
            Some(&who),
            "2001:db8::1",
        );
        assert_eq!((outcome, &rest[..]), (Ok(()), &b"relay"[..]));
        assert!(heard.starts_with(b"\x05\x02\x00\x02\x01\x02me\x04p@ss\x05\x01\x00\x04\x20\x01"));
    }

    #[test]
    fn what_a_proxy_has_against_it_is_told_apart() {
        let who = Credentials {
            name: "me".into(),
            password: "wrong".into(),
        };
        for (says, who, kind) in [
            (&b"\x05\xff"[..], None, FailKind::ProxyLogin),
            (b"\x05\x02\x01\x01", Some(&who), FailKind::ProxyLogin),
            (b"\x05\x02", None, FailKind::Unreachable),
            (b"\x05\x00\x05\x02\x00\x01", None, FailKind::Forbidden),
            (b"\x05\x00\x05\x04\x00\x01", None, FailKind::Unreachable),
            (b"\x05\x00\x05\x00\x00\x09", None, FailKind::Unreachable),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", None, FailKind::Unreachable),
            (b"", None, FailKind::Unreachable),
        ] {
            assert_eq!(asked(says, who, "pika.example").0, Err(kind), "{says:?}");
        }
        let long = "a".repeat(300);
        assert_eq!(asked(b"\x05\x00", None, &long).0, Err(FailKind::Unreachable));
    }
}
