//! The floor: a bare fan-out in one thread, to compare with in the same run.
//!
//! What comes in at `/pub` goes out to everybody else with one `write` for each socket, and nothing else is done:
//! no sessions, no queue, no check. What this costs is what the kernel costs.

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
};

use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::wire;

const LISTENER: Token = Token(usize::MAX - 1);
const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Serves until the process ends.
///
/// Errors: the address cannot be listened on, or the system's poll fails.
pub fn serve(address: SocketAddr) -> std::io::Result<()> {
    let mut poll = Poll::new()?;
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    let mut listener = TcpListener::from_std(socket.into());
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut floor = Floor::default();
    let mut buffer = vec![0; 64 << 10];
    loop {
        if let Err(error) = poll.poll(&mut events, None)
            && error.kind() != ErrorKind::Interrupted
        {
            return Err(error);
        }
        for event in &events {
            if event.token() != LISTENER {
                floor.read(event.token().0, &mut buffer);
                continue;
            }
            while let Ok((mut stream, _)) = listener.accept() {
                // Without it small frames would wait for each other.
                let _ = stream.set_nodelay(true);
                let token = floor.next;
                floor.next += 1;
                poll.registry()
                    .register(&mut stream, Token(token), Interest::READABLE)?;
                floor.peers.insert(
                    token,
                    Peer {
                        stream,
                        publishes: None,
                    },
                );
            }
        }
    }
}

#[derive(Default)]
struct Floor {
    peers: HashMap<usize, Peer>,
    next: usize,
}

struct Peer {
    stream: TcpStream,
    /// What came of a frame that is not whole yet; `None` until the request came, and of those who listen.
    publishes: Option<Vec<u8>>,
}

impl Floor {
    fn read(&mut self, token: usize, buffer: &mut [u8]) {
        loop {
            let Some(peer) = self.peers.get_mut(&token) else {
                return;
            };
            match peer.stream.read(buffer) {
                Ok(n) if n > 0 => {
                    if let Some(input) = &mut peer.publishes {
                        input.extend_from_slice(&buffer[..n]);
                        let input = std::mem::take(input);
                        let used = self.publish(&input);
                        if let Some(peer) = self.peers.get_mut(&token) {
                            peer.publishes = Some(input[used..].to_vec());
                        }
                    } else if buffer[..n].starts_with(b"GET ") {
                        let publishes = buffer[..n].starts_with(b"GET /pub ");
                        peer.publishes = publishes.then(Vec::new);
                        // One who does not take it is seen by reading.
                        let _ = peer.stream.write(ANSWER);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    self.peers.remove(&token);
                    return;
                }
            }
        }
    }

    /// Sends every whole frame on; how many bytes they were.
    fn publish(&mut self, input: &[u8]) -> usize {
        let mut used = 0;
        while let Some((opcode, payload, end)) = unmasked(&input[used..]) {
            used += end;
            if opcode != wire::TEXT {
                continue;
            }
            let mut frame = vec![0x80 | wire::TEXT];
            match payload.len() {
                n @ 0..=125 => frame.push(n as u8),
                n => {
                    frame.push(126);
                    frame.extend_from_slice(&(n.min(0xffff) as u16).to_be_bytes());
                }
            }
            frame.extend_from_slice(&payload);
            for peer in self.peers.values_mut().filter(|peer| peer.publishes.is_none()) {
                // Whoever does not keep up loses it: this is only the floor.
                let _ = peer.stream.write(&frame);
            }
        }
        used
    }
}

/// The first frame of a client: what it is, what it says, where it ends.
fn unmasked(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (at, length) = match second & 0x7f {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        127 => return None, // The DJ of a test says nothing as long.
        short => (2, usize::from(short)),
    };
    let mask: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    let payload = bytes.get(at + 4..at + 4 + length)?;
    let payload = payload
        .iter()
        .zip(mask.iter().cycle())
        .map(|(byte, mask)| byte ^ mask);
    Some((first & 15, payload.collect(), at + 4 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_clients_are_unmasked_once_they_are_whole() {
        for text in ["", "short", &"long ".repeat(60)] {
            let mut bytes = Vec::new();
            wire::put_frame(&mut bytes, wire::TEXT, text.as_bytes(), 0xdead_beef);
            assert_eq!(
                unmasked(&bytes),
                Some((wire::TEXT, text.as_bytes().to_vec(), bytes.len()))
            );
            assert_eq!(unmasked(&bytes[..bytes.len() - 1]), None);
        }
    }
}
