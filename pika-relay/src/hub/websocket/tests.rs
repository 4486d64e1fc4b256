//! The groups of the Autobahn suite that apply, each run on this reader, byte by byte and all at once, and
//! on tungstenite's, which must read the same.

use std::io::{Cursor, Read, Write};

use pika_protocol::CloseCode;
use proptest::prelude::*;
use tungstenite::{
    Error, Message, WebSocket,
    protocol::{Role, WebSocketConfig},
};

use super::{Flow, FrameReader, Incoming};

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
