//! The DJ's channel over plain HTTP: register, send a batch, get answers and news; and the recap.

use pika_protocol::{
    DjMessage, Message, SessionId, ToDj,
    rest::{DjAnswers, DjBatch, ErrorBody, OwnerRecap},
};

use crate::{
    http::{Answer, RelayClient, RequestError},
    reach::{self, FailKind},
    relay_access::RelayAccess,
};

/// Bytes read of an answer.
const MAX_ANSWER_BYTES: u64 = 16 << 20;

/// The relay was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelError(pub(super) FailKind);

impl From<RequestError> for ChannelError {
    fn from(error: RequestError) -> Self {
        Self(error.kind())
    }
}

/// A relay that is talked to by plain requests.
pub(super) struct PostChannel {
    relay: RelayClient,
}

impl PostChannel {
    pub(super) fn new(access: &RelayAccess) -> Self {
        Self {
            relay: RelayClient::new(access.url(), Some(access.secret())),
        }
    }

    /// Starts or resumes a session; a refusal is an answer too.
    pub(super) fn register(&self, message: &DjMessage) -> Result<ToDj, ChannelError> {
        let (_, body) = read(self.relay.post("/api/dj/sessions", message)?)?;
        read_answer(&body).ok_or(ChannelError(FailKind::Captive))
    }

    /// Sends messages; an empty batch asks for news. What the relay answers, in order.
    pub(super) fn send(&self, session: SessionId, batch: &DjBatch) -> Result<Vec<ToDj>, ChannelError> {
        let path = format!("/api/dj/sessions/{session}/messages");
        let (is_success, body) = read(self.relay.post(&path, batch)?)?;
        if is_success {
            return serde_json::from_str::<DjAnswers>(&body)
                .map(|answers| answers.messages)
                .map_err(|_| ChannelError(FailKind::Captive));
        }
        read_answer(&body)
            .map(|refusal| vec![refusal])
            .ok_or(ChannelError(FailKind::Unreachable))
    }

    /// How a night went, for its DJ.
    pub(super) fn recap(&self, session: SessionId) -> Result<OwnerRecap, ChannelError> {
        let (_, body) = read(self.relay.get(&format!("/api/dj/sessions/{session}/recap"))?)?;
        let recap: Option<OwnerRecap> = serde_json::from_str(&body).ok();
        // Of this night and no other: it is kept in the history.
        recap
            .filter(|recap| recap.session_id == session)
            .ok_or(ChannelError(FailKind::Unreachable))
    }
}

/// Whether it succeeded, and the body.
fn read(answer: Answer) -> Result<(bool, String), ChannelError> {
    let status = answer.status();
    let text = answer
        .text(MAX_ANSWER_BYTES)
        .map_err(|_| ChannelError(FailKind::Unreachable))?;
    // What is no refusal of the relay is of somebody in between.
    if !status.is_success() && read_answer(&text).is_none() {
        return Err(ChannelError(reach::of_answer(status.as_u16(), &text)));
    }
    Ok((status.is_success(), text))
}

/// An answer of the protocol, or a plain error of the relay as one.
fn read_answer(body: &str) -> Option<ToDj> {
    ToDj::parse(body).ok().or_else(|| {
        let error: ErrorBody = serde_json::from_str(body).ok()?;
        Some(ToDj::Error {
            id: None,
            code: error.code,
            message: error.message,
            retry_after_secs: error.retry_after_secs,
            live: None,
        })
    })
}
