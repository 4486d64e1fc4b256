//! What has to hold for any bytes that a peer sends in place of frames.

use pika_protocol::CloseCode;

use super::{Flow, FrameReader, Incoming, Opcode, frame};

/// Longest message, in bytes: short, so that small inputs reach it.
const MAX: u32 = 4096;

/// What a stream of bytes amounts to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    /// What was said, in order: the kind, and what it holds.
    said: Vec<(char, Vec<u8>)>,
    /// The number that it is closed with.
    refused: Option<CloseCode>,
}

/// Reads frames: however the bytes are cut by the network they say the same, and no more than came; what the relay
/// writes is read again as the same.
///
/// # Panics
///
/// When that does not hold.
pub fn frames(bytes: &[u8]) {
    let whole = heard(bytes, bytes.len().max(1));
    for step in [1, 7] {
        assert_eq!(whole, heard(bytes, step), "{step} at a time");
    }
    let held: usize = whole.said.iter().map(|(_, held)| held.len()).sum();
    assert!(held <= bytes.len());
    assert!(whole.said.iter().all(|(_, held)| held.len() <= MAX as usize));

    let text: String = String::from_utf8_lossy(bytes).chars().take(1000).collect();
    let said = vec![('t', text.clone().into_bytes())];
    let again = heard(&as_client(&frame(Opcode::Text, text.as_bytes())), usize::MAX);
    assert_eq!(again, Heard { said, refused: None });
}

fn heard(bytes: &[u8], step: usize) -> Heard {
    let (mut reader, mut heard, mut buffer) = (FrameReader::new(MAX), Heard::default(), Vec::new());
    let mut is_over = false;
    for chunk in bytes.chunks(step) {
        buffer.extend_from_slice(chunk);
        let used = reader.read(&mut buffer, |incoming| {
            heard.said.push(match incoming {
                Incoming::Text(text) => ('t', text.as_bytes().to_vec()),
                Incoming::Ping(payload) => ('?', payload.to_vec()),
                Incoming::Pong => ('!', Vec::new()),
                Incoming::Close(payload) => {
                    is_over = true;
                    ('.', payload.to_vec())
                }
            });
            Flow::Continue
        });
        match used {
            Ok(used) => drop(buffer.drain(..used)),
            Err(code) => heard.refused = Some(code),
        }
        if is_over || heard.refused.is_some() {
            break;
        }
    }
    heard
}

/// A frame of the relay as a client would send it: masked, with a mask that changes nothing.
fn as_client(frame: &[u8]) -> Vec<u8> {
    let head = match frame[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    let mut masked = frame[..head].to_vec();
    masked[1] |= 0x80;
    masked.extend([0; 4]);
    masked.extend_from_slice(&frame[head..]);
    masked
}
