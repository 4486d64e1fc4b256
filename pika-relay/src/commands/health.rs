//! Asks the running relay whether it is well: for container health checks, where no other program is.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail};
use pika_relay::config::Config;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Succeeds when `/health` answers 200.
pub(super) fn health(config: &Config) -> anyhow::Result<()> {
    let address = reachable(config.socket_address());
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)
        .with_context(|| format!("no relay answers at {address}"))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    // The status stands in the first bytes; no more is read than a kind relay sends.
    stream
        .take(4096)
        .read_to_string(&mut answer)
        .with_context(|| format!("no answer from {address}"))?;
    if answer.starts_with("HTTP/1.1 200") {
        println!("well");
        return Ok(());
    }
    bail!(
        "the relay at {address} is not well: {}",
        answer.lines().next().unwrap_or("no answer")
    );
}

/// Who listens everywhere is asked on this computer.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
