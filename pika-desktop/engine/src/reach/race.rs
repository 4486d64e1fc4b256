//! Several addresses of one name, tried side by side (RFC 8305): one that nobody answers at costs a quarter of a second.

use std::{
    io,
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// Between the beginnings of two tries.
const HEAD_START: Duration = Duration::from_millis(250);
/// Addresses that are tried.
const MOST: usize = 8;

/// Connects to a name or an address.
///
/// Errors: none of its addresses answers in time, or it has none.
pub(super) fn connect(host: &str, port: u16, within: Duration) -> io::Result<TcpStream> {
    let deadline = Instant::now() + within;
    let addresses = resolve(host, port, within)?;
    let left = deadline.saturating_duration_since(Instant::now());
    race(addresses, left, TcpStream::connect_timeout)
}

/// The addresses of a name, in the order in which they are best tried. A system that does not answer is given up; its
/// thread ends when it does.
fn resolve(host: &str, port: u16, within: Duration) -> io::Result<Vec<SocketAddr>> {
    if let Ok(ip) = host.parse() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let (found, addresses) = sync_channel(1);
    let host = host.to_owned();
    thread::Builder::new().name("names".into()).spawn(move || {
        let all = (host.as_str(), port)
            .to_socket_addrs()
            .map(|all| all.take(64).collect());
        let _ = found.send(all);
    })?;
    let all: Vec<SocketAddr> = addresses
        .recv_timeout(within)
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    Ok(in_turns(all))
}

/// One of each family in turns, the first family first.
fn in_turns(all: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_first_v6 = all.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.is_ipv6() == is_first_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = Vec::new();
    loop {
        let pair = [first.next(), second.next()];
        if pair == [None, None] || turns.len() >= MOST {
            turns.truncate(MOST);
            return turns;
        }
        turns.extend(pair.into_iter().flatten());
    }
}

/// Tries the addresses one after the other, each with a head start or until it has failed; the first that answers wins.
/// A loser's thread ends with its own time.
fn race<T: Send + 'static>(
    addresses: Vec<SocketAddr>,
    within: Duration,
    connect: fn(&SocketAddr, Duration) -> io::Result<T>,
) -> io::Result<T> {
    let deadline = Instant::now() + within;
    let (done, results) = sync_channel::<io::Result<T>>(MOST);
    let mut waiting = addresses.into_iter().take(MOST);
    let mut running = 0;
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let is_more = match waiting.next() {
            Some(address) => {
                start(address, left, connect, done.clone())?;
                running += 1;
                true
            }
            None => false,
        };
        if running == 0 {
            return Err(failed);
        }
        match results.recv_timeout(if is_more { HEAD_START.min(left) } else { left }) {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => {
                running -= 1;
                failed = error;
            }
            Err(RecvTimeoutError::Timeout) if is_more && !left.is_zero() => {}
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

fn start<T: Send + 'static>(
    address: SocketAddr,
    within: Duration,
    connect: fn(&SocketAddr, Duration) -> io::Result<T>,
    done: SyncSender<io::Result<T>>,
) -> io::Result<()> {
    let within = within.max(Duration::from_millis(1));
    thread::Builder::new()
        .name("reach".into())
        .spawn(move || drop(done.send(connect(&address, within))))
        .map(drop)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn families_take_turns() {
        let all = ["[2001:db8::1]:1", "[2001:db8::2]:1", "192.0.2.1:1", "192.0.2.2:1"].map(address);
        let turns = in_turns(all.to_vec());
        assert_eq!(turns, [all[0], all[2], all[1], all[3]]);
        let many = (0..50).map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
        assert_eq!(in_turns(many.collect()).len(), MOST);
        assert!(in_turns(Vec::new()).is_empty());
    }

    #[test]
    fn an_address_that_nobody_answers_at_is_not_waited_for() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let silent = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 1);
        let within = Duration::from_secs(60);
        // As a network does that drops what is sent: who waits for it is not done before all time is over.
        let connect = |address: &SocketAddr, within| match address.is_ipv6() {
            true => loop {
                thread::park_timeout(2 * within);
            },
            false => TcpStream::connect_timeout(address, within),
        };
        let all = vec![silent, silent, listener.local_addr().unwrap()];
        race(all, within, connect).unwrap();
    }

    #[test]
    fn one_that_refuses_is_not_waited_for_and_the_reason_is_told() {
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap();
        let within = Duration::from_secs(30);
        let error = race(vec![closed, closed], within, TcpStream::connect_timeout).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(race(Vec::new(), within, TcpStream::connect_timeout).is_err());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let all = vec![closed, listener.local_addr().unwrap()];
        race(all, within, TcpStream::connect_timeout).unwrap();
    }
}
