//! The beginning of a frame (RFC 6455 §5.2): what it carries, and where its payload is.

use pika_protocol::CloseCode;

/// Longest payload of a control frame (§5.5).
const CONTROL_BYTES: u64 = 125;

/// The head of one frame of a client.
pub(super) struct Head {
    pub(super) is_final: bool,
    pub(super) opcode: u8,
    /// Where the payload begins; the mask is the four bytes before.
    pub(super) at: usize,
    pub(super) length: usize,
}

impl Head {
    /// `None` until the whole head is there.
    pub(super) fn parse(bytes: &[u8], max_message: u32) -> Result<Option<Self>, CloseCode> {
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
