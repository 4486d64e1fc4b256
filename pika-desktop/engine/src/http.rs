//! Plain requests to a relay. The only module that names `ureq`.

use std::{
    io::{self, Read},
    time::Duration,
};

use serde::Serialize;
use ureq::http::StatusCode;

/// A request that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// No answer came.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// The relay cannot prove who it is.
    #[error("{0}")]
    Certificate(ureq::Error),
    /// Nobody answers.
    #[error("{0}")]
    Unreached(ureq::Error),
}

impl From<ureq::Error> for RequestError {
    fn from(error: ureq::Error) -> Self {
        match &error {
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Self::Certificate(error),
            ureq::Error::Io(io) if io.kind() == io::ErrorKind::InvalidData => Self::Certificate(error),
            _ => Self::Unreached(error),
        }
    }
}

/// Asks one relay: within ten seconds, without following it elsewhere (a token goes to the relay that the DJ named and
/// nowhere else), and with a refusal as an answer, since its body says why. That it sends us elsewhere is an answer, too.
pub(crate) struct RelayClient {
    agent: ureq::Agent,
    /// Without a slash at the end.
    url: String,
    /// What proves who asks.
    bearer: Option<String>,
}

impl RelayClient {
    /// Of the relay at `url`; `secret` goes along with each request.
    pub(crate) fn new(url: impl Into<String>, secret: Option<&str>) -> Self {
        Self {
            agent: ureq::Agent::config_builder()
                .timeout_global(Some(TIMEOUT))
                .http_status_as_error(false)
                .max_redirects(0)
                .build()
                .new_agent(),
            url: url.into(),
            bearer: secret.map(|secret| format!("Bearer {secret}")),
        }
    }

    /// Gets what stands at `path`, which begins with a slash.
    ///
    /// Errors: no answer came.
    pub(crate) fn get(&self, path: &str) -> Result<Answer, RequestError> {
        let request = self.agent.get(format!("{}{path}", self.url));
        Ok(Answer(self.proven(request).call()?))
    }

    /// Posts `body` as JSON to `path`, which begins with a slash.
    ///
    /// Errors: no answer came.
    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer, RequestError> {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("Content-Type", "application/json");
        Ok(Answer(self.proven(request).send(&body[..])?))
    }

    /// With what proves who asks.
    fn proven<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.bearer {
            Some(bearer) => request.header("Authorization", bearer),
            None => request,
        }
    }
}

/// What a relay answered; its body is still to be read.
pub(crate) struct Answer(ureq::http::Response<ureq::Body>);

impl Answer {
    /// How it answered.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The body, `most` bytes of it.
    ///
    /// Errors: it broke off, or is no text.
    pub(crate) fn text(self, most: u64) -> io::Result<String> {
        let mut text = String::new();
        self.0
            .into_body()
            .into_reader()
            .take(most)
            .read_to_string(&mut text)?;
        Ok(text)
    }

    /// Reads the body, `most` bytes of it, so that the connection can be used again.
    ///
    /// Errors: it broke off.
    pub(crate) fn drain(self, most: u64) -> io::Result<()> {
        let mut body = self.0.into_body().into_reader().take(most);
        io::copy(&mut body, &mut io::sink()).map(drop)
    }
}
