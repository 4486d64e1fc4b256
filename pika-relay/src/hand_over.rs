//! An answer without end: a route says who takes the socket, the accept loop takes it from the HTTP library.
//!
//! The library would keep 13 KB of buffers for a response as long as it lasts, and gives a socket away only
//! after a 101. So it never sees such an answer: the head is written here, the rest by the taker.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::net::TcpStream;
use warp::{http::HeaderMap, reply::Response};

/// Takes the socket and the head that is to be written first.
type Taker = Box<dyn FnOnce(TcpStream, Bytes) + Send>;

/// Stands among an answer's extensions, which must be `Clone`; only one can take.
#[derive(Clone)]
pub struct HandOver(Arc<Mutex<Option<Taker>>>);

/// An answer whose socket is to be handed on.
pub struct Pending {
    headers: HeaderMap,
    taker: Taker,
}

impl HandOver {
    /// Makes an answer with status 200 one that ends with its connection, written by `taker`.
    pub fn put(reply: &mut Response, taker: impl FnOnce(TcpStream, Bytes) + Send + 'static) {
        let taker: Taker = Box::new(taker);
        reply
            .extensions_mut()
            .insert(Self(Arc::new(Mutex::new(Some(taker)))));
    }

    /// Takes it out of an answer, if it has one.
    pub fn take(reply: &mut Response) -> Option<Pending> {
        let hand_over = reply.extensions_mut().remove::<Self>()?;
        let taker = hand_over
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        Some(Pending {
            headers: std::mem::take(reply.headers_mut()),
            taker,
        })
    }
}

impl std::fmt::Debug for HandOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HandOver")
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Pending {
    /// Hands the socket on.
    pub fn go(self, io: TcpStream) {
        (self.taker)(io, head(&self.headers, SystemTime::now()));
    }
}

/// The head of an answer whose body ends with the connection (RFC 9112 §6.3, 8): right for HTTP/1.0 and 1.1, and
/// the events need no other bytes than those that are encoded for all.
fn head(headers: &HeaderMap, now: SystemTime) -> Bytes {
    let mut head = BytesMut::with_capacity(256);
    head.put_slice(b"HTTP/1.1 200 OK\r\n");
    for (name, value) in headers {
        head.put_slice(name.as_str().as_bytes());
        head.put_slice(b": ");
        head.put_slice(value.as_bytes());
        head.put_slice(b"\r\n");
    }
    head.put_slice(b"connection: close\r\ndate: ");
    head.put_slice(httpdate::fmt_http_date(now).as_bytes());
    head.put_slice(b"\r\n\r\n");
    head.freeze()
}

#[cfg(test)]
mod tests {
    use warp::http::HeaderValue;

    use super::*;

    #[test]
    fn a_head_has_its_headers_and_ends_with_the_connection() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/event-stream"));
        assert_eq!(
            head(&headers, SystemTime::UNIX_EPOCH),
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\
             date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
        );
    }

    #[test]
    fn an_answer_is_handed_over_once() {
        let mut reply = Response::default();
        assert!(HandOver::take(&mut reply).is_none());
        HandOver::put(&mut reply, |_, _| {});
        assert!(HandOver::take(&mut reply).is_some());
        assert!(HandOver::take(&mut reply).is_none());
    }
}
