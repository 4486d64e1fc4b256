//! The networks that this computer is in, those first that phones of a venue are in. The way to the internet says nothing
//! about that: there may be none, or it goes through a phone on a cable or a tunnel. The only module that names
//! `if_addrs`.

use std::net::{IpAddr, Ipv4Addr};

use if_addrs::{IfOperStatus, Interface, get_if_addrs};
use tracing::warn;

/// Addresses that are offered; a computer has a handful.
const MOST: usize = 16;

/// What kind of network it is, as far as its name tells; phones are rather in the first ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkKind {
    /// Wi-Fi, or a hotspot of this computer's own.
    Wifi,
    /// A cable; the venue's Wi-Fi is often the same network.
    Cable,
    /// It cannot be told.
    Unknown,
    /// A phone or a modem on a cable: a network of two.
    Tether,
    /// A tunnel.
    Tunnel,
    /// Inside this computer: of containers and virtual machines.
    Inside,
}

/// An address of this computer in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkAddress {
    /// The address.
    pub ip: IpAddr,
    /// What the system calls the network.
    pub name: String,
    /// What kind it is.
    pub kind: NetworkKind,
}

/// What the system says of one address.
#[derive(Debug, Clone)]
struct Seen {
    name: String,
    ip: IpAddr,
    is_up: bool,
    is_point_to_point: bool,
}

/// All addresses under which others may find this computer, the best first.
pub(crate) fn addresses() -> Vec<NetworkAddress> {
    match get_if_addrs() {
        Ok(all) => ranked(all.into_iter().map(Seen::from)),
        Err(error) => {
            warn!(%error, "the system does not tell its networks");
            Vec::new()
        }
    }
}

impl From<Interface> for Seen {
    fn from(it: Interface) -> Self {
        Self {
            ip: it.ip(),
            // Some drivers never say.
            is_up: !matches!(
                it.oper_status,
                IfOperStatus::Down | IfOperStatus::NotPresent | IfOperStatus::LowerLayerDown
            ),
            is_point_to_point: it.is_p2p,
            name: it.name,
        }
    }
}

fn ranked(seen: impl Iterator<Item = Seen>) -> Vec<NetworkAddress> {
    let usable = seen.filter(|it| it.is_up && is_usable(it.ip));
    let mut all: Vec<NetworkAddress> = usable
        .map(|it| NetworkAddress {
            ip: it.ip,
            kind: kind_of(&it),
            name: it.name,
        })
        .collect();
    all.sort_by(|a, b| {
        let key = |it: &NetworkAddress| (is_makeshift(it.ip), it.kind, class(it.ip));
        key(a)
            .cmp(&key(b))
            .then_with(|| a.name.cmp(&b.name))
            .then(a.ip.cmp(&b.ip))
    });
    all.dedup_by_key(|it| it.ip);
    all.truncate(MOST);
    all
}

/// Whether an address can stand in a link on a phone.
fn is_usable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast())
        }
        // One of the link alone wants the name of the phone's own network in it, which no browser takes.
        IpAddr::V6(ip) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local())
        }
    }
}

/// An address that a computer gives itself where nobody gives it one: it serves when there is no other.
fn is_makeshift(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.is_link_local())
}

/// Of one network: what a venue gives first, then what the whole internet may see, then the long ones.
fn class(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(ip) if ip.is_private() => 0,
        IpAddr::V4(_) => 1,
        IpAddr::V6(ip) if ip.is_unique_local() => 2,
        IpAddr::V6(_) => 3,
    }
}

fn kind_of(seen: &Seen) -> NetworkKind {
    let name = seen.name.to_lowercase();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| name.starts_with(beginning));
    let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if begins(&[
        "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "cni", "flannel", "cali",
        "podman", "kube", "awdl", "llw", "anpi",
    ]) || holds(&["vethernet", "hyper-v", "virtualbox", "vmware", "wsl"])
    {
        return NetworkKind::Inside;
    }
    let is_tunnel = begins(&[
        "tun",
        "tap",
        "wg",
        "utun",
        "ppp",
        "zt",
        "ipsec",
        "gif",
        "stf",
        "tailscale",
        "nordlynx",
    ]) || holds(&[
        "tailscale",
        "wireguard",
        "zerotier",
        "openvpn",
        "tap-windows",
        "vpn",
    ]) || is_shared(seen.ip);
    if seen.is_point_to_point || is_tunnel {
        return NetworkKind::Tunnel;
    }
    if begins(&["usb", "rndis", "wwan", "enx"])
        || holds(&["ndis", "apple mobile device", "cellular", "mobile"])
    {
        return NetworkKind::Tether;
    }
    if begins(&["wl", "ath", "ap", "uap"]) || holds(&["wi-fi", "wifi", "wlan", "wireless"]) || name == "en0" {
        return NetworkKind::Wifi;
    }
    if begins(&["en", "eth", "em"]) || holds(&["ethernet", "lan"]) {
        return NetworkKind::Cable;
    }
    NetworkKind::Unknown
}

/// Addresses of carriers, which tunnels give out: no venue's Wi-Fi does.
fn is_shared(ip: IpAddr) -> bool {
    let IpAddr::V4(ip) = ip else { return false };
    u32::from(ip) >> 22 == u32::from(Ipv4Addr::new(100, 64, 0, 0)) >> 22
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, ip: &str) -> Seen {
        Seen {
            name: name.to_owned(),
            ip: ip.parse().unwrap(),
            is_up: true,
            is_point_to_point: false,
        }
    }

    #[track_caller]
    fn check(networks: &[(&str, &str)], expected: &[&str]) {
        let given = networks.iter().map(|(name, ip)| seen(name, ip));
        let forwards: Vec<_> = ranked(given.clone())
            .into_iter()
            .map(|it| it.ip.to_string())
            .collect();
        assert_eq!(forwards, expected);
        let backwards: Vec<_> = ranked(given.rev())
            .into_iter()
            .map(|it| it.ip.to_string())
            .collect();
        assert_eq!(backwards, expected, "whatever order the system has");
    }

    #[test]
    fn phones_are_rather_in_the_wifi_than_in_a_tunnel_or_a_container() {
        check(
            &[
                ("lo", "127.0.0.1"),
                ("docker0", "172.17.0.1"),
                ("br-5f2c", "172.18.0.1"),
                ("tun0", "10.8.0.2"),
                ("tailscale0", "100.101.102.103"),
                ("usb0", "192.168.42.129"),
                ("eth0", "10.0.0.5"),
                ("wlp2s0", "192.168.1.5"),
            ],
            &[
                "192.168.1.5",
                "10.0.0.5",
                "192.168.42.129",
                "10.8.0.2",
                "100.101.102.103",
                "172.18.0.1",
                "172.17.0.1",
            ],
        );
        check(
            &[
                ("Ethernet 2", "192.168.1.9"),
                ("vEthernet (WSL)", "172.20.0.1"),
                ("Wi-Fi", "192.168.1.8"),
            ],
            &["192.168.1.8", "192.168.1.9", "172.20.0.1"],
        );
        check(
            &[
                ("utun3", "10.9.0.2"),
                ("en7", "10.1.1.1"),
                ("en0", "192.168.0.3"),
                ("awdl0", "fe80::1"),
            ],
            &["192.168.0.3", "10.1.1.1", "10.9.0.2"],
        );
    }

    #[test]
    fn a_network_without_a_router_serves_when_there_is_no_other() {
        check(&[("eth0", "169.254.7.7"), ("lo", "::1")], &["169.254.7.7"]);
        check(
            &[("wlan0", "169.254.7.7"), ("eth0", "192.168.1.5")],
            &["192.168.1.5", "169.254.7.7"],
        );
    }

    #[test]
    fn long_addresses_come_after_the_short_ones_of_their_network_and_serve_alone() {
        check(
            &[
                ("wlan0", "2001:db8::5"),
                ("wlan0", "fd00::5"),
                ("wlan0", "fe80::5"),
                ("wlan0", "192.168.1.5"),
            ],
            &["192.168.1.5", "fd00::5", "2001:db8::5"],
        );
        check(&[("wlan0", "fe80::5"), ("wlan0", "fd00::5")], &["fd00::5"]);
    }

    #[test]
    fn what_is_down_or_goes_to_one_other_alone_is_known() {
        let mut down = seen("wlan0", "192.168.1.5");
        down.is_up = false;
        let mut line = seen("rmnet0", "10.20.30.40");
        line.is_point_to_point = true;
        let found = ranked([down, line].into_iter());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, NetworkKind::Tunnel);
        let many = (0..99).map(|n| seen("eth0", &format!("10.0.0.{n}")));
        assert_eq!(ranked(many).len(), MOST);
    }

    #[test]
    fn this_computer_tells_its_networks() {
        assert!(addresses().iter().all(|it| is_usable(it.ip)));
    }
}
