//! Making the frames that servers send: whole and not masked.

use bytes::{BufMut, Bytes, BytesMut};

/// What a frame carries (RFC 6455 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// UTF-8 text.
    Text = 1,
    /// The end.
    Close = 8,
    /// Are you there?
    Ping = 9,
    /// Here I am.
    Pong = 10,
}

/// A whole, unmasked frame, as servers send it.
pub fn frame(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 10);
    frame.put_u8(0x80 | opcode as u8);
    match payload.len() {
        n @ 0..126 => frame.put_u8(n as u8),
        n @ 126..0x1_0000 => {
            frame.put_u8(126);
            frame.put_u16(n as u16);
        }
        n => {
            frame.put_u8(127);
            frame.put_u64(n as u64);
        }
    }
    frame.put_slice(payload);
    frame.freeze()
}

/// A close frame; the reason is cut to what fits (123 bytes).
pub fn close_frame(code: u16, reason: &str) -> Bytes {
    let mut cut = reason.len().min(123);
    while !reason.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(&reason.as_bytes()[..cut]);
    frame(Opcode::Close, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_form() {
        assert_eq!(&frame(Opcode::Text, b"hi")[..], b"\x81\x02hi");
        assert_eq!(frame(Opcode::Text, &[0; 125])[..2], [0x81, 125]);
        assert_eq!(frame(Opcode::Text, &[0; 126])[..4], [0x81, 126, 0, 126]);
        assert_eq!(frame(Opcode::Text, &[0; 65_535])[..4], [0x81, 126, 255, 255]);
        assert_eq!(
            frame(Opcode::Text, &[0; 65_536])[..10],
            [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]
        );
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let frame = close_frame(4000, &"é".repeat(100));
        assert_eq!(frame.len(), 2 + 2 + 122);
        assert!(std::str::from_utf8(&frame[4..]).is_ok());
    }
}
