//! Reading frames out of a shared buffer: a connection keeps bytes of its own only while a frame or a message is
//! split. Everything but text is refused with its number.

use pika_protocol::CloseCode;

use super::head::Head;

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
