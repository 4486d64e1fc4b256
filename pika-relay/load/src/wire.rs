//! Just enough HTTP/1.1, WebSocket and server-sent events to be thousands of clients in one thread.
//!
//! Pure functions over bytes: a message that is not complete yet is `None`, one that cannot be understood an error.

use std::net::SocketAddr;

/// RFC 6455 §5.2.
pub const TEXT: u8 = 1;
/// The peer says goodbye.
pub const CLOSE: u8 = 8;
/// The peer asks whether we are there.
pub const PING: u8 = 9;
/// We are.
pub const PONG: u8 = 10;

/// The largest message that is read: a snapshot of the longest titles is far below it.
const LARGEST: usize = 4 << 20;
/// The longest head of an answer.
const LONGEST_HEAD: usize = 64 << 10;

/// What cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonsense(pub &'static str);

/// The request that opens a WebSocket. Each connection may use the same key: it proves nothing here.
pub fn upgrade(host: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// A plain request; `extra` are whole lines of head with their line ends.
pub fn get(host: SocketAddr, path: &str, extra: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{extra}\r\n")
}

/// A request with a JSON body.
pub fn post(host: SocketAddr, path: &str, extra: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{extra}\r\n{body}",
        body.len()
    )
}

/// Appends a masked frame, as clients must send them.
pub fn put_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8], mask: u32) {
    out.push(0x80 | opcode);
    match payload.len() {
        n @ 0..=125 => out.push(0x80 | n as u8),
        n @ 126..=0xffff => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    let mask = mask.to_be_bytes();
    out.extend_from_slice(&mask);
    out.extend(payload.iter().enumerate().map(|(nth, byte)| byte ^ mask[nth % 4]));
}

/// A whole frame at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub opcode: u8,
    /// Where the payload begins.
    pub start: usize,
    /// Where the frame ends.
    pub end: usize,
}

/// The first frame. Servers do not mask, and the relay never sends a message in parts.
pub fn frame(bytes: &[u8]) -> Result<Option<Frame>, Nonsense> {
    let [first, second, ..] = *bytes else {
        return Ok(None);
    };
    if first & 0xf0 != 0x80 || second & 0x80 != 0 {
        return Err(Nonsense("a frame in parts, or masked, or with an extension"));
    }
    let (start, length) = match second {
        127 => match bytes.get(2..10).and_then(|raw| raw.try_into().ok()) {
            Some(raw) => (10, u64::from_be_bytes(raw) as usize),
            None => return Ok(None),
        },
        126 => match bytes.get(2..4).and_then(|raw| raw.try_into().ok()) {
            Some(raw) => (4, usize::from(u16::from_be_bytes(raw))),
            None => return Ok(None),
        },
        short => (2, usize::from(short)),
    };
    if length > LARGEST {
        return Err(Nonsense("a frame of more than 4 MB"));
    }
    let end = start + length;
    Ok((bytes.len() >= end).then_some(Frame {
        opcode: first & 15,
        start,
        end,
    }))
}

/// The head of an HTTP answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Status.
    pub status: u16,
    /// Where the body begins.
    pub body: usize,
    /// How long the body is, if it is said.
    pub length: Option<usize>,
}

/// Reads the head of an answer.
pub fn head(bytes: &[u8]) -> Result<Option<Head>, Nonsense> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return if bytes.len() > LONGEST_HEAD {
            Err(Nonsense("a head without end"))
        } else {
            Ok(None)
        };
    };
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| Nonsense("a head that is no text"))?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok())
        .ok_or(Nonsense("no HTTP"))?;
    let mut length = match status {
        100..200 | 204 | 304 => Some(0),
        _ => None,
    };
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") && length.is_none() {
            let said = value.trim().parse().ok().filter(|said| *said <= LARGEST);
            length = Some(said.ok_or(Nonsense("a body of more than 4 MB"))?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(Nonsense("a body in chunks: is there a proxy in between?"));
        }
    }
    Ok(Some(Head {
        status,
        body: end + 4,
        length,
    }))
}

/// The value of a field in a head, as text.
pub fn field<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    std::str::from_utf8(head).ok()?.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Where the first event of a stream ends (its blank line included).
pub fn event_end(bytes: &[u8]) -> Option<usize> {
    find(bytes, b"\n\n").map(|at| at + 2)
}

/// The data of an event, if it has any.
pub fn event_data(event: &[u8]) -> Option<&[u8]> {
    event
        .split(|byte| *byte == b'\n')
        .find_map(|line| line.strip_prefix(b"data: ".as_slice()))
}

/// The type of a message: the relay writes it first.
pub fn kind(message: &[u8]) -> &[u8] {
    let rest = message
        .strip_prefix(br#"{"type":""#.as_slice())
        .unwrap_or_default();
    rest.split(|byte| *byte == b'"').next().unwrap_or_default()
}

/// The whole number behind the first occurrence of `mark`.
pub fn number_after(bytes: &[u8], mark: &[u8]) -> Option<u64> {
    let rest = &bytes[find(bytes, mark)? + mark.len()..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// Where `wanted` begins.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the relay would answer: the same, but without mask.
    fn server_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut masked = Vec::new();
        put_frame(&mut masked, opcode, payload, 0);
        masked[1] &= 0x7f;
        let key = masked.len() - payload.len() - 4;
        masked.drain(key..key + 4);
        masked
    }

    #[test]
    fn a_frame_is_read_once_it_is_whole() {
        for length in [0, 5, 125, 126, 300, 70_000] {
            let bytes = server_frame(TEXT, &vec![b'q'; length]);
            let read = frame(&bytes).unwrap().unwrap();
            assert_eq!(
                (read.opcode, read.end - read.start, read.end),
                (TEXT, length, bytes.len())
            );
            for cut in [0, 1, bytes.len() - 1] {
                assert_eq!(frame(&bytes[..cut.min(bytes.len() - 1)]), Ok(None));
            }
        }
        assert!(frame(&[0x01, 0x00]).is_err(), "in parts");
        assert!(frame(&[0x81, 0x80, 0, 0, 0, 0]).is_err(), "masked");
        assert!(frame(&[0x81, 127, 1, 0, 0, 0, 0, 0, 0, 0]).is_err(), "too long");
    }

    #[test]
    fn masking_is_undone_by_the_same_mask() {
        let mut bytes = Vec::new();
        put_frame(&mut bytes, TEXT, b"hello", 0x0102_0304);
        let unmasked: Vec<u8> = bytes[6..]
            .iter()
            .zip([1, 2, 3, 4, 1])
            .map(|(a, b)| a ^ b)
            .collect();
        assert_eq!(unmasked, b"hello");
    }

    #[test]
    fn heads_say_how_long_the_body_is() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\nhello";
        let read = head(answer).unwrap().unwrap();
        assert_eq!(
            (read.status, read.length, &answer[read.body..]),
            (200, Some(5), b"hello".as_slice())
        );
        assert_eq!(field(&answer[..read.body], "etag"), Some("\"x\""));
        assert_eq!(head(&answer[..30]), Ok(None));
        let unchanged = head(b"HTTP/1.1 304 Not Modified\r\n\r\n").unwrap().unwrap();
        assert_eq!((unchanged.status, unchanged.length), (304, Some(0)));
        assert!(head(b"SSH-2.0\r\n\r\n").is_err());
        assert!(head(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n").is_err());
    }

    #[test]
    fn events_messages_and_numbers_are_found() {
        let stream = b"id: e-4\ndata: {\"type\":\"NOW_PLAYING\",\"offset\":42}\n\nevent: beat\n";
        let end = event_end(stream).unwrap();
        let data = event_data(&stream[..end]).unwrap();
        assert_eq!(kind(data), b"NOW_PLAYING");
        assert_eq!(number_after(data, b"\"offset\":"), Some(42));
        assert_eq!(number_after(data, b"\"nothing\":"), None);
        assert_eq!(event_end(&stream[end..]), None);
        assert_eq!(kind(b"[]"), b"");
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aa", b"ab"), None);
    }
}
