//! Reading WebSocket frames (RFC 6455 §5) out of a shared buffer: a connection keeps bytes of its own only
//! while a frame or a message is split. Messages are UTF-8 text; everything else is refused with its number.

use pika_protocol::CloseCode;

/// Longest payload of a control frame (§5.5).
const CONTROL_BYTES: u64 = 125;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A whole message.
    Text(&'a str),
    /// To be answered with a pong of the same payload.
    Ping(&'a [u8]),
    /// An answer to a ping.
    Pong,
    /// The peer closes; its payload is to be sent back.
    Close(&'a [u8]),
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Read the next frame.
    Continue,
    /// Leave the rest for later.
    Pause,
}

/// The state of one peer between reads.
#[derive(Debug)]
pub struct FrameReader {
    /// Longest message, in bytes.
    max_message: u32,
    /// The beginning of a message that comes in fragments.
    fragments: Option<Vec<u8>>,
}

impl FrameReader {
    /// For messages of at most `max_message` bytes.
    pub fn new(max_message: u32) -> Self {
        Self {
            max_message,
            fragments: None,
        }
    }

    /// Takes whole frames from the front of `buffer`, unmasking in place, and hands on what they hold.
    /// Returns how many bytes were used.
    ///
    /// Errors: the number to close with; what was handed on before stands.
    pub fn read(
        &mut self,
        buffer: &mut [u8],
        mut on: impl FnMut(Incoming<'_>) -> Flow,
    ) -> Result<usize, CloseCode> {
        let mut used = 0;
        loop {
            let rest = &mut buffer[used..];
            let Some(head) = Head::parse(rest, self.max_message)? else {
                return Ok(used);
            };
            let Some(frame) = rest.get_mut(..head.at + head.length) else {
                return Ok(used);
            };
            let (before, payload) = frame.split_at_mut(head.at);
            unmask(payload, &before[head.at - 4..]);
            used += head.at + head.length;
            let flow = match head.opcode {
                8 => {
                    check_close(payload)?;
                    on(Incoming::Close(payload));
                    Flow::Pause
                }
                9 => on(Incoming::Ping(payload)),
                10 => on(Incoming::Pong),
                opcode => self.data(opcode, head.is_final, payload, &mut on)?,
            };
            if flow == Flow::Pause {
                return Ok(used);
            }
        }
    }

    fn data(
        &mut self,
        opcode: u8,
        is_final: bool,
        payload: &[u8],
        on: &mut impl FnMut(Incoming<'_>) -> Flow,
    ) -> Result<Flow, CloseCode> {
        match (opcode, self.fragments.take()) {
            (2, None) => Err(CloseCode::Unsupported),
            (1, None) if is_final => Ok(on(Incoming::Text(text(payload)?))),
            (1, None) => {
                self.fragments = Some(payload.to_vec());
                Ok(Flow::Continue)
            }
            (0, Some(mut message)) => {
                if message.len() + payload.len() > self.max_message as usize {
                    return Err(CloseCode::TooBig);
                }
                message.extend_from_slice(payload);
                if is_final {
                    return Ok(on(Incoming::Text(text(&message)?)));
                }
                self.fragments = Some(message);
                Ok(Flow::Continue)
            }
            _ => Err(CloseCode::Protocol),
        }
    }
}

struct Head {
    is_final: bool,
    opcode: u8,
    /// Where the payload begins; the mask is the four bytes before.
    at: usize,
    length: usize,
}

impl Head {
    /// `None` until the whole head is there.
    fn parse(bytes: &[u8], max_message: u32) -> Result<Option<Self>, CloseCode> {
        let &[first, second, ..] = bytes else {
            return Ok(None);
        };
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0f);
        let reserved = first & 0x70 != 0;
        let is_masked = second & 0x80 != 0;
        if reserved || !is_masked || !matches!(opcode, 0..=2 | 8..=10) {
            return Err(CloseCode::Protocol);
        }
        let (length, at) = match second & 0x7f {
            126 => match bytes.get(2..4).and_then(|b| b.try_into().ok()) {
                Some(length) => (u64::from(u16::from_be_bytes(length)), 4),
                None => return Ok(None),
            },
            127 => match bytes.get(2..10).and_then(|b| b.try_into().ok()) {
                Some(length) => (u64::from_be_bytes(length), 10),
                None => return Ok(None),
            },
            short => (u64::from(short), 2),
        };
        if opcode >= 8 && (!is_final || length > CONTROL_BYTES) {
            return Err(CloseCode::Protocol);
        }
        if length > u64::from(max_message) {
            // The highest bit must be 0 (§5.2).
            return Err(if length >> 63 == 1 {
                CloseCode::Protocol
            } else {
                CloseCode::TooBig
            });
        }
        let length = usize::try_from(length).map_err(|_| CloseCode::TooBig)?;
        Ok((bytes.len() >= at + 4).then_some(Self {
            is_final,
            opcode,
            at: at + 4,
            length,
        }))
    }
}

fn unmask(payload: &mut [u8], mask: &[u8]) {
    for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}

fn text(payload: &[u8]) -> Result<&str, CloseCode> {
    std::str::from_utf8(payload).map_err(|_| CloseCode::InvalidUtf8)
}

/// Checks the payload of a close frame (§7.4).
fn check_close(payload: &[u8]) -> Result<(), CloseCode> {
    match payload {
        [] => Ok(()),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                return Err(CloseCode::Protocol);
            }
            text(reason).map(drop)
        }
        [_] => Err(CloseCode::Protocol),
    }
}

#[cfg(test)]
mod tests {
    //! The groups of the Autobahn suite that apply, each run on this reader, byte by byte and all at once, and
    //! on tungstenite's, which must read the same.

    use std::io::{Cursor, Read, Write};

    use proptest::prelude::*;
    use tungstenite::{
        Error, Message, WebSocket,
        protocol::{Role, WebSocketConfig},
    };

    use super::*;

    const MAX: u32 = 4096;

    /// What a stream of bytes amounts to.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    struct Heard {
        texts: Vec<String>,
        pings: Vec<Vec<u8>>,
        end: Option<End>,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum End {
        Closed,
        Refused(CloseCode),
    }

    /// A masked frame, as clients send it.
    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [0x12, 0x34, 0x56, 0x78];
        let mut frame = vec![first];
        match payload.len() {
            n @ 0..126 => frame.push(0x80 | n as u8),
            n @ 126..0x1_0000 => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&(n as u16).to_be_bytes());
            }
            n => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(n as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&mask);
        frame.extend(
            payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, key)| byte ^ key),
        );
        frame
    }

    fn ours(bytes: &[u8], step: usize) -> Heard {
        let (mut reader, mut heard, mut buffer) = (FrameReader::new(MAX), Heard::default(), Vec::new());
        for chunk in bytes.chunks(step) {
            buffer.extend_from_slice(chunk);
            let used = reader.read(&mut buffer, |incoming| {
                match incoming {
                    Incoming::Text(text) => heard.texts.push(text.to_owned()),
                    Incoming::Ping(payload) => heard.pings.push(payload.to_vec()),
                    Incoming::Pong => {}
                    Incoming::Close(_) => heard.end = Some(End::Closed),
                }
                Flow::Continue
            });
            match used {
                Err(code) => heard.end = Some(End::Refused(code)),
                Ok(used) => drop(buffer.drain(..used)),
            }
            if heard.end.is_some() {
                break;
            }
        }
        heard
    }

    struct Stream(Cursor<Vec<u8>>);

    impl Read for Stream {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(into)
        }
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn theirs(bytes: &[u8]) -> Heard {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX as usize))
            .max_frame_size(Some(MAX as usize));
        let stream = Stream(Cursor::new(bytes.to_vec()));
        let mut socket = WebSocket::from_raw_socket(stream, Role::Server, Some(config));
        let mut heard = Heard::default();
        while heard.end.is_none() {
            match socket.read() {
                Ok(Message::Text(text)) => heard.texts.push(text.to_string()),
                Ok(Message::Binary(_)) => heard.end = Some(End::Refused(CloseCode::Unsupported)),
                Ok(Message::Ping(payload)) => heard.pings.push(payload.to_vec()),
                Ok(Message::Pong(_) | Message::Frame(_)) => {}
                // It puts 1002 in the place of a forbidden code.
                Ok(Message::Close(Some(frame))) if u16::from(frame.code) == 1002 => {
                    heard.end = Some(End::Refused(CloseCode::Protocol));
                }
                Ok(Message::Close(_)) => heard.end = Some(End::Closed),
                Err(Error::Capacity(_)) => heard.end = Some(End::Refused(CloseCode::TooBig)),
                Err(Error::Utf8(_)) => heard.end = Some(End::Refused(CloseCode::InvalidUtf8)),
                Err(Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
                    break;
                }
                Err(Error::Protocol(_)) => heard.end = Some(End::Refused(CloseCode::Protocol)),
                Err(_) => break,
            }
        }
        heard
    }

    fn check(what: &str, frames: &[Vec<u8>], texts: &[&str], end: Option<End>) {
        let bytes = frames.concat();
        let whole = ours(&bytes, bytes.len().max(1));
        assert_eq!(whole, ours(&bytes, 1), "{what}: byte by byte");
        assert_eq!(
            (
                whole.texts.iter().map(String::as_str).collect::<Vec<_>>(),
                whole.end
            ),
            (texts.to_vec(), end),
            "{what}"
        );
        assert_eq!(whole, theirs(&bytes), "{what}: beside tungstenite");
    }

    fn refused(code: CloseCode) -> Option<End> {
        Some(End::Refused(code))
    }

    #[test]
    fn texts_of_every_length_form() {
        for length in [0, 1, 125, 126, 127, 128, 4095, 4096] {
            let text = "x".repeat(length);
            check(
                &length.to_string(),
                &[masked(0x81, text.as_bytes())],
                &[&text],
                None,
            );
        }
        check(
            "too long",
            &[masked(0x81, &[b'x'; 4097])],
            &[],
            refused(CloseCode::TooBig),
        );
        check(
            "absurd",
            &[vec![0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
            &[],
            refused(CloseCode::TooBig),
        );
        check(
            "binary",
            &[masked(0x82, b"x")],
            &[],
            refused(CloseCode::Unsupported),
        );
    }

    #[test]
    fn fragments_and_what_comes_between_them() {
        let (begin, middle, end) = (masked(0x01, b"ab"), masked(0x00, b"cd"), masked(0x80, b"ef"));
        check(
            "three",
            &[begin.clone(), middle.clone(), end.clone()],
            &["abcdef"],
            None,
        );
        let ping = masked(0x89, b"?");
        let between = [
            begin.clone(),
            ping.clone(),
            middle.clone(),
            masked(0x8a, b""),
            end.clone(),
        ];
        check("control between", &between, &["abcdef"], None);
        check(
            "empty ones",
            &[masked(0x01, b""), masked(0x00, b""), masked(0x80, b"")],
            &[""],
            None,
        );
        check(
            "two messages",
            &[begin.clone(), end.clone(), masked(0x81, b"g")],
            &["abef", "g"],
            None,
        );
        check(
            "nothing to go on with",
            std::slice::from_ref(&end),
            &[],
            refused(CloseCode::Protocol),
        );
        check(
            "a second beginning",
            &[begin.clone(), masked(0x81, b"x")],
            &[],
            refused(CloseCode::Protocol),
        );
        let part = vec![b'x'; 3000];
        let too_long = [masked(0x01, &part), masked(0x80, &part)];
        check("too long together", &too_long, &[], refused(CloseCode::TooBig));
        check("unfinished", &[begin, ping], &[], None);
    }

    #[test]
    fn control_frames() {
        check("longest", &[masked(0x89, &[0; 125])], &[], None);
        check(
            "too long",
            &[masked(0x89, &[0; 126])],
            &[],
            refused(CloseCode::Protocol),
        );
        check(
            "in fragments",
            &[masked(0x09, b"x")],
            &[],
            refused(CloseCode::Protocol),
        );
        for first in [0x83, 0x87, 0x8b, 0x8f, 0xc1, 0xa1, 0x91] {
            check(
                &format!("{first:x}"),
                &[masked(first, b"x")],
                &[],
                refused(CloseCode::Protocol),
            );
        }
        check(
            "not masked",
            &[vec![0x81, 0x01, b'x']],
            &[],
            refused(CloseCode::Protocol),
        );
    }

    #[test]
    fn utf_8() {
        let text = "Zażółć gęślą jaźń \u{1f57a}";
        check("whole", &[masked(0x81, text.as_bytes())], &[text], None);
        let (a, b) = text.as_bytes().split_at(3); // In the middle of a character.
        check("split", &[masked(0x01, a), masked(0x80, b)], &[text], None);
        for wrong in [
            &b"\xff"[..],
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"abc\xe2\x82",
        ] {
            check(
                "wrong",
                &[masked(0x81, wrong)],
                &[],
                refused(CloseCode::InvalidUtf8),
            );
        }
        check(
            "cut off",
            &[masked(0x01, b"\xe2\x82"), masked(0x80, b"")],
            &[],
            refused(CloseCode::InvalidUtf8),
        );
    }

    #[test]
    fn closes() {
        check(
            "empty",
            &[masked(0x88, b""), masked(0x81, b"late")],
            &[],
            Some(End::Closed),
        );
        for code in [1000u16, 1001, 1003, 1007, 1011, 3000, 4999] {
            let payload = [&code.to_be_bytes()[..], b"bye"].concat();
            check(
                &code.to_string(),
                &[masked(0x88, &payload)],
                &[],
                Some(End::Closed),
            );
        }
        for code in [0u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
            let frame = masked(0x88, &code.to_be_bytes());
            check(&code.to_string(), &[frame], &[], refused(CloseCode::Protocol));
        }
        check(
            "one byte",
            &[masked(0x88, &[3])],
            &[],
            refused(CloseCode::Protocol),
        );
        check(
            "reason",
            &[masked(0x88, b"\x03\xe8\xff")],
            &[],
            refused(CloseCode::InvalidUtf8),
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Any bytes, in any pieces: no panic, and the same is heard.
        #[test]
        fn pieces_do_not_matter(bytes in prop::collection::vec(any::<u8>(), 0..300), step in 1usize..40) {
            prop_assert_eq!(ours(&bytes, step), ours(&bytes, bytes.len().max(1)));
        }

        /// Frames that mostly make sense are heard as tungstenite hears them.
        #[test]
        fn frames_are_heard_as_by_tungstenite(
            frames in prop::collection::vec(
                (prop::sample::select(vec![0x81u8, 0x01, 0x00, 0x80, 0x89, 0x8a, 0x88]), "[a-zé]{0,20}"), 0..8),
        ) {
            let bytes: Vec<u8> = frames
                .iter()
                .flat_map(|(first, text)| match first {
                    0x88 => masked(*first, &[&1000u16.to_be_bytes()[..], text.as_bytes()].concat()),
                    _ => masked(*first, text.as_bytes()),
                })
                .collect();
            prop_assert_eq!(ours(&bytes, bytes.len().max(1)), theirs(&bytes));
        }
    }
}
