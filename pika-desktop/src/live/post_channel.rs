//! The DJ's channel over plain HTTP: register, send a batch, get answers and news.

use std::{io::Read, time::Duration};

use pika_protocol::{
    DjMessage, ErrorCode, Message, SessionId, ToDj,
    rest::{DjAnswers, DjBatch, ErrorBody},
};

use super::RelayAccess;

/// A request that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes read of an answer.
const MAX_ANSWER_BYTES: u64 = 4 << 20;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChannelError {
    /// The relay was not reached, or answered something unreadable. Try again.
    #[error("the relay cannot be reached: {0}")]
    Unreachable(String),
    /// The relay refused.
    #[error("{message}")]
    Refused {
        /// Why, for programs.
        code: ErrorCode,
        /// Why, for people.
        message: String,
        /// How long to wait before trying again.
        retry_after: Option<Duration>,
    },
}

/// A relay that is talked to by POST.
pub(super) struct PostChannel {
    agent: ureq::Agent,
    access: RelayAccess,
}

impl PostChannel {
    pub(super) fn new(access: RelayAccess) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            // Refusals carry a body that says why.
            .http_status_as_error(false)
            // The token goes to the relay that the DJ named and nowhere else.
            .max_redirects(0)
            .build()
            .new_agent();
        Self { agent, access }
    }

    /// Starts or resumes a session.
    pub(super) fn register(&self, message: &DjMessage) -> Result<ToDj, ChannelError> {
        let body = self.post("/api/dj/sessions", message)?;
        ToDj::parse(&body).map_err(|error| unreadable(error.text))
    }

    /// Sends messages; an empty batch asks for news.
    pub(super) fn send(&self, session: SessionId, batch: &DjBatch) -> Result<DjAnswers, ChannelError> {
        let body = self.post(&format!("/api/dj/sessions/{session}/messages"), batch)?;
        serde_json::from_str(&body).map_err(unreadable)
    }

    fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<String, ChannelError> {
        let body = serde_json::to_vec(body).map_err(unreadable)?;
        let answer = self
            .agent
            .post(format!("{}{path}", self.access.url))
            .header("Authorization", format!("Bearer {}", self.access.token))
            .header("Content-Type", "application/json")
            .send(&body[..])
            .map_err(|error| ChannelError::Unreachable(error.to_string()))?;
        let status = answer.status();
        let mut text = String::new();
        answer
            .into_body()
            .into_reader()
            .take(MAX_ANSWER_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| ChannelError::Unreachable(error.to_string()))?;
        if status.is_success() {
            return Ok(text);
        }
        Err(match serde_json::from_str::<ErrorBody>(&text) {
            Ok(error) => ChannelError::Refused {
                code: error.code,
                message: error.message,
                retry_after: error
                    .retry_after_secs
                    .map(|seconds| Duration::from_secs(seconds.into())),
            },
            Err(_) => ChannelError::Unreachable(format!("it answered {status}")),
        })
    }
}

fn unreadable(error: impl std::fmt::Display) -> ChannelError {
    ChannelError::Unreachable(format!("its answer cannot be read: {error}"))
}
