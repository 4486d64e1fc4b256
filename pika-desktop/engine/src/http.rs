//! Plain requests, to a relay and to the feed of releases. The only module that names `ureq`.

use std::{
    io::{self, Read, Write},
    time::Duration,
};

use serde::Serialize;
use tracing::warn;
use ureq::{
    http::StatusCode,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, time},
    },
};

use crate::reach::{self, FailKind, Place, Stream};

/// A request that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// No answer came.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub(crate) struct RequestError {
    kind: FailKind,
}

impl RequestError {
    /// Why not.
    pub(crate) fn kind(&self) -> FailKind {
        self.kind
    }
}

impl From<ureq::Error> for RequestError {
    fn from(error: ureq::Error) -> Self {
        let kind = match &error {
            ureq::Error::Io(io) => io.get_ref().and_then(|inner| inner.downcast_ref::<FailKind>()),
            _ => None,
        };
        warn!(%error, "no answer");
        Self {
            kind: kind.copied().unwrap_or(FailKind::Unreachable),
        }
    }
}

/// Opens connections by the one way to a relay.
#[derive(Debug)]
struct Reach;

impl Connector for Reach {
    type Out = Wire;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Wire>, ureq::Error> {
        let place = Place::of(&details.uri.to_string()).ok_or(ureq::Error::HostNotFound)?;
        let within = match details.timeout.after {
            time::Duration::Exact(within) => within,
            time::Duration::NotHappening => TIMEOUT,
        };
        let stream = reach::connect(&place, within).map_err(io::Error::other)?;
        let (input, output) = (
            details.config.input_buffer_size(),
            details.config.output_buffer_size(),
        );
        Ok(Some(Wire {
            stream,
            buffers: LazyBuffers::new(input, output),
        }))
    }
}

/// A connection, as requests use it.
#[derive(Debug)]
struct Wire {
    stream: Stream,
    buffers: LazyBuffers,
}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let within = left(timeout)?;
        self.stream.tcp().set_write_timeout(Some(within))?;
        let output = &self.buffers.output()[..amount];
        let written = self.stream.write_all(output).and_then(|()| self.stream.flush());
        written.map_err(|error| in_time(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let within = left(timeout)?;
        self.stream.tcp().set_read_timeout(Some(within))?;
        let input = self.buffers.input_append_buf();
        let read = self.stream.read(input).map_err(|error| in_time(error, timeout))?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        // Nothing is expected between two requests: a byte, or the end, means that it is over.
        let tcp = self.stream.tcp();
        let peeked = tcp.set_nonblocking(true).and_then(|()| tcp.peek(&mut [0]));
        let is_quiet = peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        tcp.set_nonblocking(false).is_ok() && is_quiet
    }

    fn is_tls(&self) -> bool {
        self.stream.is_encrypted()
    }
}

/// How long may be waited.
fn left(timeout: NextTimeout) -> Result<Duration, ureq::Error> {
    match timeout.after {
        time::Duration::NotHappening => Ok(TIMEOUT),
        time::Duration::Exact(left) if left.is_zero() => Err(ureq::Error::Timeout(timeout.reason)),
        time::Duration::Exact(left) => Ok(left),
    }
}

/// An error of reading or writing, or that it took too long.
fn in_time(error: io::Error, timeout: NextTimeout) -> ureq::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ureq::Error::Timeout(timeout.reason),
        _ => error.into(),
    }
}

/// Names are looked up where the connection is made.
#[derive(Debug)]
struct NoNames;

impl Resolver for NoNames {
    fn resolve(
        &self,
        _: &ureq::http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
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
            agent: ureq::Agent::with_parts(
                ureq::Agent::config_builder()
                    .timeout_global(Some(TIMEOUT))
                    .http_status_as_error(false)
                    .max_redirects(0)
                    // Ours is found where the connection is made.
                    .proxy(None)
                    .build(),
                Reach,
                NoNames,
            ),
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

/// What stands at an address that is no relay's, `most` bytes of it, by the same way as to a relay. It is followed
/// elsewhere, never from an encrypted address to an open one.
///
/// Errors: no answer came, or a refusal.
pub(crate) fn fetch(url: &str, within: Duration, most: u64) -> Result<Vec<u8>, RequestError> {
    let agent = ureq::Agent::with_parts(
        ureq::Agent::config_builder()
            .timeout_global(Some(within))
            .https_only(url.starts_with("https://"))
            .max_redirects(3)
            .user_agent("pika-update")
            .proxy(None)
            .build(),
        Reach,
        NoNames,
    );
    let answer = agent.get(url).header("Accept", "application/json").call()?;
    let mut bytes = Vec::new();
    let mut body = answer.into_body().into_reader().take(most);
    body.read_to_end(&mut bytes).map_err(ureq::Error::from)?;
    Ok(bytes)
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

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, TcpListener},
        thread,
    };

    use super::*;
    use crate::reach::TlsFault;

    /// Answers every connection with this, whatever is asked.
    fn serve(answer: &'static str) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let all = move || {
            for mut tcp in listener.incoming().map_while(Result::ok) {
                let _ = tcp.write_all(answer.as_bytes());
                let _ = tcp.read(&mut [0; 4096]);
            }
        };
        thread::Builder::new().spawn(all).unwrap();
        address.to_string()
    }

    #[test]
    fn why_no_answer_came_is_known_and_an_answer_is_one() {
        let plain = serve("HTTP/1.1 204 No Content\r\n\r\n");
        let ask = |url: String| RelayClient::new(url, Some("secret")).get("/health");
        assert_eq!(
            ask(format!("http://{plain}")).unwrap().status(),
            StatusCode::NO_CONTENT
        );
        let kind = |url: String| ask(url).err().map(|error| error.kind());
        let not_tls = FailKind::Certificate(TlsFault::NotTls);
        assert_eq!(kind(format!("https://{plain}")), Some(not_tls));
        let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap();
        assert_eq!(kind(format!("http://{gone}")), Some(FailKind::Unreachable));
    }

    #[test]
    fn one_connection_serves_several_requests() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let once = move || {
            let (mut tcp, _) = listener.accept().unwrap();
            while tcp.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        };
        thread::Builder::new().spawn(once).unwrap();
        let client = RelayClient::new(format!("http://{address}"), None);
        for _ in 0..3 {
            // Nobody accepts a second one.
            assert_eq!(client.get("/health").unwrap().text(9).unwrap(), "ok");
        }
    }
}
