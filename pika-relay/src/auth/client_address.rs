//! Which address a request comes from. A proxy's word counts only when the operator trusts it.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::base::items;

/// Longest list of forwarders that is read; what stands further left is ignored.
const MOST_FORWARDERS: usize = 16;

/// Networks whose `X-Forwarded-For` counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<Network>,
}

impl TrustedProxies {
    /// Reads addresses and networks with commas; `loopback` and `private` stand for the usual
    /// ranges (RFC 1918, RFC 4193).
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut networks = Vec::new();
        for item in items(text) {
            match item {
                "loopback" => networks.extend(known(&["127.0.0.0/8", "::1/128"])),
                "private" => {
                    networks.extend(known(&[
                        "10.0.0.0/8",
                        "172.16.0.0/12",
                        "192.168.0.0/16",
                        "fc00::/7",
                    ]));
                }
                _ => {
                    networks.push(Network::parse(item).ok_or_else(|| {
                        format!("“{item}” is not an address or network such as 172.18.0.0/16")
                    })?);
                }
            }
        }
        Ok(Self { networks })
    }

    /// Whether a peer's word about its client counts.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(address))
    }

    /// The client's address: the peer's, unless the peer is a trusted proxy; then the nearest
    /// forwarder that is none, read from the right end of `X-Forwarded-For`, whose left end
    /// anyone can write. `forwarded_for`: all such headers, joined with commas.
    pub fn client_of(&self, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
        let mut client = peer.to_canonical();
        let Some(forwarded_for) = forwarded_for else {
            return client;
        };
        for hop in forwarded_for.rsplit(',').take(MOST_FORWARDERS) {
            if !self.trusts(client) {
                break;
            }
            match parse_hop(hop.trim()) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        client
    }

    /// Warns, once a run, when a peer that nobody trusts sends proxy headers: then all dancers
    /// behind that proxy share one address and one limit.
    pub fn warn_if_untrusted(&self, peer: IpAddr, has_proxy_headers: bool) {
        static WARNED: AtomicBool = AtomicBool::new(false);
        if has_proxy_headers && !self.trusts(peer) && !WARNED.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                peer_kind = if peer.to_canonical().is_loopback() {
                    "this computer"
                } else {
                    "another computer"
                },
                "a proxy sends X-Forwarded-For but is not in TRUSTED_PROXIES: every visitor behind it counts as \
                 one and shares one limit; set TRUSTED_PROXIES to the proxy's address (loopback for one on this \
                 computer)"
            );
        }
    }
}

/// What limits are counted by: an IPv4 address, or the /64 an IPv6 one lies in, since that is
/// what one connection to the internet is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressKey(u64);

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            // No global IPv6 /64 begins with 32 zero bits.
            IpAddr::V4(v4) => Self(u64::from(u32::from(v4))),
            IpAddr::V6(v6) if v6 == Ipv6Addr::LOCALHOST => Self(u64::MAX),
            IpAddr::V6(v6) => Self((u128::from(v6) >> 64) as u64),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse::<IpAddr>().ok()?, Some(prefix.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        (prefix <= bits).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        let (ours, theirs, bits) = match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (u32::from(ours).into(), u32::from(theirs).into(), 32),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (u128::from(ours), u128::from(theirs), 128u32),
            _ => return false,
        };
        let ignored = bits - u32::from(self.prefix);
        // A shift by all 128 bits would overflow.
        u128::checked_shr(ours ^ theirs, ignored).unwrap_or(0) == 0
    }
}

fn known(networks: &'static [&'static str]) -> impl Iterator<Item = Network> {
    networks
        .iter()
        .map(|text| Network::parse(text).expect("written here, read by a test"))
}

/// An address as proxies write it: bare, with a port, or IPv6 in brackets.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    if let Ok(address) = hop.parse() {
        return Some(address);
    }
    if let Ok(socket) = hop.parse::<std::net::SocketAddr>() {
        return Some(socket.ip());
    }
    hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: Option<&str>) -> String {
        let trusted = TrustedProxies::parse(trusted).expect("a list");
        trusted
            .client_of(peer.parse().expect("an address"), forwarded)
            .to_string()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        assert_eq!(client("", "127.0.0.1", Some("9.9.9.9")), "127.0.0.1");
        assert_eq!(client("10.0.0.1", "8.8.8.8", Some("9.9.9.9")), "8.8.8.8");
    }

    #[test]
    fn a_trusted_proxy_names_the_client() {
        assert_eq!(client("loopback", "127.0.0.1", Some("9.9.9.9")), "9.9.9.9");
        assert_eq!(client("loopback", "::1", Some("2001:db8::1")), "2001:db8::1");
        assert_eq!(
            client("loopback", "::ffff:127.0.0.1", Some("[2001:db8::1]:443")),
            "2001:db8::1"
        );
        assert_eq!(client("loopback", "127.0.0.1", Some("9.9.9.9:1234")), "9.9.9.9");
        assert_eq!(client("loopback", "127.0.0.1", None), "127.0.0.1");
    }

    #[test]
    fn what_a_client_writes_itself_does_not_count() {
        assert_eq!(
            client("loopback", "127.0.0.1", Some("1.1.1.1, 9.9.9.9")),
            "9.9.9.9"
        );
        assert_eq!(
            client(
                "loopback, private",
                "127.0.0.1",
                Some("1.1.1.1, 9.9.9.9, 10.1.2.3")
            ),
            "9.9.9.9"
        );
        assert_eq!(
            client("loopback", "127.0.0.1", Some("9.9.9.9, nonsense")),
            "127.0.0.1"
        );
        let long = vec!["127.0.0.1"; 10_000].join(",");
        assert_eq!(client("loopback", "127.0.0.1", Some(&long)), "127.0.0.1");
    }

    #[test]
    fn reads_networks() {
        let trusted = TrustedProxies::parse("172.18.0.0/16, 2001:db8::/32, 0.0.0.0/0").expect("a list");
        assert!(trusted.trusts("172.18.255.1".parse().expect("an address")));
        assert!(trusted.trusts("2001:db8:1::1".parse().expect("an address")));
        assert!(!trusted.trusts("2001:db9::1".parse().expect("an address")));
        assert!(
            TrustedProxies::parse("::/0")
                .expect("a list")
                .trusts("2001:db9::1".parse().expect("one"))
        );
        for wrong in ["nonsense", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/-1"] {
            assert!(TrustedProxies::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_count_ipv6_by_its_network() {
        let key = |text: &str| AddressKey::from(text.parse::<IpAddr>().expect("an address"));
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
        assert_eq!(key("10.0.0.1"), key("::ffff:10.0.0.1"));
    }
}
