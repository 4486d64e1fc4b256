//! The address of a session's page, as its relay names it. It becomes the QR code and is opened by a click, so a relay
//! must not name what is not its own: no script, no file, no host inside the DJ's network.

use std::net::IpAddr;

use super::RelayAddress;

/// Addresses are short; anything longer is none.
const MAX_BYTES: usize = 512;

/// What a relay named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// A page on its own host.
    Own(String),
    /// A page on another host, which may be its public name. The DJ is told the host.
    Elsewhere {
        /// The page.
        address: String,
        /// Its host.
        host: String,
    },
    /// No page of a relay.
    Refused,
}

/// Reads the address of a page that the relay at `relay` named.
///
/// On the relay's own host `http` or `https` is as good as the way to the relay itself. Behind a public name the relay
/// may be reached by another one, in its own network or through a tunnel, so another host is taken, too: over `https`,
/// and never one inside a network unless the relay is there.
pub(crate) fn page_address(relay: &str, named: &str) -> Page {
    let Ok(relay) = RelayAddress::parse(relay) else {
        return Page::Refused;
    };
    let Some((page, path)) = read(named) else {
        return Page::Refused;
    };
    let address = format!("{page}{path}");
    if page.host() == relay.host() {
        return Page::Own(address);
    }
    let is_inside = is_inside(page.host());
    let fits = match is_inside {
        // A relay of the same network, by another of its addresses.
        true => self::is_inside(relay.host()),
        false => page.is_encrypted(),
    };
    if !fits {
        return Page::Refused;
    }
    Page::Elsewhere {
        address,
        host: page.host().to_owned(),
    }
}

/// Where it is and the path on it.
fn read(named: &str) -> Option<(RelayAddress, &str)> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '\\' | '"' | '<' | '>' | '`');
    if named.len() > MAX_BYTES || !named.chars().all(is_plain) {
        return None;
    }
    let (scheme, rest) = named.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let page = RelayAddress::parse(&format!("{scheme}://{authority}")).ok()?;
    Some((page, path.trim_end_matches('/')))
}

/// Whether a host is this computer, in its network, or has no name that the internet knows.
fn is_inside(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => is_inside_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_inside_v4(ip),
            None => {
                ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
        },
        Err(_) => {
            let ends = [".local", ".localhost", ".lan", ".home", ".home.arpa", ".internal"];
            let host = host.trim_end_matches('.');
            !host.contains('.') || ends.iter().any(|end| host.ends_with(end)) || is_number(host)
        }
    }
}

fn is_inside_v4(ip: std::net::Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || first == 0
        || is_shared
}

/// Whether a browser reads the last part of a host as a number, and the whole as an address: `127.1`, `0x7f.1`.
fn is_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let is_hex = last
        .strip_prefix("0x")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()));
    is_hex || last.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: &str = "https://pika.example";

    #[test]
    fn a_relay_names_pages_of_its_own() {
        for (relay, named) in [
            (FAR, "https://pika.example/live/K7QX"),
            (FAR, "http://pika.example/live/K7QX"),
            (FAR, "https://pika.example:8443/pika/live/K7QX"),
            ("http://127.0.0.1:3001", "http://127.0.0.1:3001/live/K7QX"),
            ("http://[::1]:3001", "http://[::1]:3001/live/K7QX"),
        ] {
            assert_eq!(page_address(relay, named), Page::Own(named.to_owned()), "{named}");
        }
    }

    #[test]
    fn another_host_is_told_to_the_dj() {
        for (relay, named, host) in [
            (FAR, "https://dance.example/live/K7QX", "dance.example"),
            (
                "http://127.0.0.1:3001",
                "https://pika.example/live/K7QX",
                "pika.example",
            ),
            (
                "https://relay.lan",
                "http://192.168.1.5:3001/live/K7QX",
                "192.168.1.5",
            ),
            (FAR, "https://203.0.113.7/live/K7QX", "203.0.113.7"),
        ] {
            let (address, host) = (named.to_owned(), host.to_owned());
            assert_eq!(
                page_address(relay, named),
                Page::Elsewhere { address, host },
                "{named}"
            );
        }
    }

    #[test]
    fn what_is_no_page_of_a_relay_is_refused() {
        for named in [
            "",
            "javascript:alert(1)",
            "javascript://pika.example/%0aalert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "//pika.example/live",
            "HTTPS//pika.example",
            "https://me@pika.example/live/K7QX",
            "https://pika.example@evil.example/live",
            "https://pika.example\\@evil.example",
            "https://pika.example/live/K7QX?to=evil",
            "https://pika.example/live#x",
            "https://pika.example/li ve",
            "https://pika.example/\u{202e}evil",
            "http://dance.example/live/K7QX",
            "https://127.0.0.1/live",
            "https://127.1/live",
            "https://0x7f000001/live",
            "https://2130706433/live",
            "https://[::ffff:192.168.1.1]/live",
            "https://[fd00::1]/live",
            "https://[fe80::1]/live",
            "https://192.168.1.1/admin",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/live",
            "https://router.lan/reboot",
            "https://printer/",
            "https://pi.localhost/live",
        ] {
            assert_eq!(page_address(FAR, named), Page::Refused, "{named}");
        }
        let long = format!("{FAR}/{}", "a".repeat(600));
        assert_eq!(page_address(FAR, &long), Page::Refused);
    }
}
