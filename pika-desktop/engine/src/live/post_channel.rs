//! The DJ's channel over plain HTTP: register, send a batch, get answers and news; and the recap.

use std::io::Read;

use pika_protocol::{
    DjMessage, Message, SessionId, ToDj,
    rest::{DjAnswers, DjBatch, ErrorBody, OwnerRecap},
};

use super::failure::FailKind;
use crate::{http::relay_agent, relay_access::RelayAccess};

/// Bytes read of an answer.
const MAX_ANSWER_BYTES: u64 = 16 << 20;

/// The relay was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelError(pub(super) FailKind);

/// A relay that is talked to by plain requests.
pub(super) struct PostChannel {
    agent: ureq::Agent,
    access: RelayAccess,
}

impl PostChannel {
    pub(super) fn new(access: RelayAccess) -> Self {
        Self {
            agent: relay_agent(),
            access,
        }
    }

    /// Starts or resumes a session; a refusal is an answer too.
    pub(super) fn register(&self, message: &DjMessage) -> Result<ToDj, ChannelError> {
        let (_, body) = self.post("/api/dj/sessions", message)?;
        read_answer(&body).ok_or(ChannelError(FailKind::Captive))
    }

    /// Sends messages; an empty batch asks for news. What the relay answers, in order.
    pub(super) fn send(&self, session: SessionId, batch: &DjBatch) -> Result<Vec<ToDj>, ChannelError> {
        let (is_success, body) = self.post(&format!("/api/dj/sessions/{session}/messages"), batch)?;
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
        let request = self
            .agent
            .get(format!("{}/api/dj/sessions/{session}/recap", self.access.url()))
            .header("Authorization", self.bearer());
        let (_, body) = read(request.call().map_err(|error| unreached(&error))?)?;
        serde_json::from_str(&body).map_err(|_| ChannelError(FailKind::Unreachable))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.access.secret())
    }

    /// Whether it succeeded, and the body.
    fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<(bool, String), ChannelError> {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let answer = self
            .agent
            .post(format!("{}{path}", self.access.url()))
            .header("Authorization", self.bearer())
            .header("Content-Type", "application/json")
            .send(&body[..])
            .map_err(|error| unreached(&error))?;
        read(answer)
    }
}

fn read(answer: ureq::http::Response<ureq::Body>) -> Result<(bool, String), ChannelError> {
    let status = answer.status();
    if status.is_redirection() || status.as_u16() == 511 {
        return Err(ChannelError(FailKind::Captive));
    }
    let mut text = String::new();
    answer
        .into_body()
        .into_reader()
        .take(MAX_ANSWER_BYTES)
        .read_to_string(&mut text)
        .map_err(|_| ChannelError(FailKind::Unreachable))?;
    if matches!(status.as_u16(), 502..=504) && read_answer(&text).is_none() {
        return Err(ChannelError(FailKind::Unreachable));
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

fn unreached(error: &ureq::Error) -> ChannelError {
    ChannelError(match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => FailKind::Certificate,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => FailKind::Certificate,
        ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => FailKind::Captive,
        _ => FailKind::Unreachable,
    })
}
