//! A message encoded once: the same bytes go to every connection of a kind.

use std::sync::{Arc, OnceLock};

use bytes::{BufMut, Bytes, BytesMut};
use pika_protocol::Epoch;

use super::websocket::{Opcode, frame};

/// A message as WebSocket frame and, made when first asked for, as server-sent event.
#[derive(Clone, Debug)]
pub struct Encoded(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    frame: Bytes,
    /// Where the JSON text begins in `frame`.
    json_at: usize,
    /// The event's id, for state messages.
    event_id: Option<(Epoch, u64)>,
    event: OnceLock<Bytes>,
}

impl Encoded {
    /// Encodes a JSON text; state messages have a place in the log.
    pub fn new(json: &str, event_id: Option<(Epoch, u64)>) -> Self {
        let frame = frame(Opcode::Text, json.as_bytes());
        let json_at = frame.len() - json.len();
        Self(Arc::new(Inner {
            frame,
            json_at,
            event_id,
            event: OnceLock::new(),
        }))
    }

    /// Encodes a message that is no state message.
    pub fn message(message: &impl serde::Serialize) -> Self {
        Self::new(
            &serde_json::to_string(message).expect("messages have string keys only"),
            None,
        )
    }

    /// The WebSocket frame.
    pub fn frame(&self) -> &Bytes {
        &self.0.frame
    }

    /// The JSON text.
    pub fn json(&self) -> Bytes {
        self.0.frame.slice(self.0.json_at..)
    }

    /// The server-sent event. JSON has no line breaks, so one `data` line holds it.
    pub fn event(&self) -> &Bytes {
        self.0.event.get_or_init(|| {
            let json = self.json();
            let mut event = BytesMut::with_capacity(json.len() + 80);
            if let Some((epoch, offset)) = self.0.event_id {
                event.put_slice(format!("id: {epoch}-{offset}\n").as_bytes());
            }
            event.put_slice(b"data: ");
            event.put_slice(&json);
            event.put_slice(b"\n\n");
            event.freeze()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_carry_the_place_in_the_log() {
        let epoch = Epoch(uuid::Uuid::nil());
        let event = Encoded::new("{}", Some((epoch, 7)));
        assert_eq!(
            event.event(),
            &format!("id: {epoch}-7\ndata: {{}}\n\n").into_bytes()
        );
        assert_eq!(&Encoded::new("{}", None).event()[..], b"data: {}\n\n");
    }
}
