//! The feed: one address that answers with the latest release as JSON, in the form GitHub gives it.

use std::{fmt, str::FromStr, time::Duration};

use semver::Version;
use serde::Deserialize;

use crate::Release;

/// What is read of an answer: a release with many files is described in some tens of kilobytes.
pub const MAX_BYTES: u64 = 1 << 20;
/// Longest address of a page that is passed on.
const MAX_PAGE: usize = 500;
/// For everything: looking up, connecting, reading.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// The address of a feed: https, or http on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedUrl(String);

impl FromStr for FeedUrl {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        let host = text.strip_prefix("http://").map(|rest| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit_once(':').map_or(authority, |(host, _)| host)
        });
        let is_safe = match host {
            Some(host) => ["127.0.0.1", "localhost", "[::1]"].contains(&host),
            None => text.len() > "https://".len() && text.starts_with("https://"),
        };
        if is_safe && !text.chars().any(char::is_whitespace) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FeedError::Address)
        }
    }
}

impl fmt::Display for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why the feed told nothing.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The address is not one that may be asked.
    #[error("a release feed is an https:// address")]
    Address,
    /// It was not reached or refused to answer.
    #[error("the release feed did not answer: {0}")]
    Unreachable(String),
    /// It answered something else than a release.
    #[error("the release feed answered what is no release: {0}")]
    Unreadable(String),
}

/// Something that can be asked for the latest release: [`FeedUrl`] itself, by a way of its own, or a program that has
/// a better way to where it leads.
pub trait Feed: Send + Sync {
    /// The latest release. Blocks, for at most some twenty seconds.
    fn latest(&self) -> Result<Release, FeedError>;
}

impl Feed for FeedUrl {
    fn latest(&self) -> Result<Release, FeedError> {
        let unreachable = |error: ureq::Error| FeedError::Unreachable(error.to_string());
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .https_only(self.0.starts_with("https://"))
            .max_redirects(3)
            .user_agent("pika-update")
            .build()
            .into();
        let mut answer = agent
            .get(&self.0)
            .header("accept", "application/json")
            .call()
            .map_err(unreachable)?;
        let body = answer.body_mut().with_config().limit(MAX_BYTES);
        Release::read(&body.read_to_vec().map_err(unreachable)?)
    }
}

/// What is read of the answer.
#[derive(Deserialize)]
struct Answer {
    tag_name: String,
    html_url: String,
    #[serde(default)]
    draft: bool,
}

impl Release {
    /// Reads the answer of a feed. The page becomes a link that people click: only https, of a bounded length.
    ///
    /// Errors: it is no release.
    pub fn read(answer: &[u8]) -> Result<Self, FeedError> {
        parse(answer)
    }
}

fn parse(answer: &[u8]) -> Result<Release, FeedError> {
    let unreadable = |why: &str| FeedError::Unreadable(why.to_owned());
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|error| FeedError::Unreadable(error.to_string()))?;
    if answer.draft {
        return Err(unreadable("it is a draft"));
    }
    let page = answer.html_url;
    if !page.starts_with("https://")
        || page.len() > MAX_PAGE
        || page.chars().any(|c| c.is_control() || c == ' ')
    {
        return Err(unreadable("its page has no https:// address"));
    }
    let number = answer.tag_name.strip_prefix('v').unwrap_or(&answer.tag_name);
    let version = Version::parse(number).map_err(|_| unreadable("its tag is no version"))?;
    Ok(Release { version, page })
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use super::*;

    const GOOD: &str = r#"{"tag_name":"v0.2.0","html_url":"https://example.org/r/0.2.0","draft":false,"prerelease":false,"assets":[]}"#;

    #[test]
    fn reads_what_is_a_release_and_nothing_else() {
        let release = parse(GOOD.as_bytes()).expect("a release");
        assert_eq!(release.version, Version::new(0, 2, 0));
        assert_eq!(release.page, "https://example.org/r/0.2.0");
        for (from, to) in [
            ("v0.2.0", "nightly"),
            ("https://example.org", "http://example.org"),
            ("https://example.org", "javascript:alert(1)//"),
            ("/r/0.2.0", "/r/0.2.0\\n evil"),
            ("false,\"pre", "true,\"pre"),
            ("tag_name", "name"),
        ] {
            let changed = GOOD.replace(from, to);
            assert_ne!(changed, GOOD);
            assert!(parse(changed.as_bytes()).is_err(), "{changed}");
        }
        assert!(parse(b"<html>rate limited</html>").is_err());
    }

    #[test]
    fn asks_over_https_or_this_computer_only() {
        for good in [
            "https://example.org/latest",
            "http://127.0.0.1:9/x",
            "http://localhost/x",
        ] {
            assert_eq!(good.parse::<FeedUrl>().expect(good).to_string(), good);
        }
        for bad in [
            "http://example.org/",
            "http://127.0.0.1.example.org/",
            "file:///etc/passwd",
            "https://",
            "https://a b",
            "",
        ] {
            assert!(bad.parse::<FeedUrl>().is_err(), "{bad}");
        }
    }

    /// A server that gives one answer; returns its address and, later, what it was asked.
    fn answering(answer: String) -> (FeedUrl, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = std::thread::Builder::new()
            .name("feed".into())
            .spawn(move || {
                let (mut stream, _) = listener.accept().expect("a client");
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).expect("a request");
                // The client may hang up in the middle of what is too long.
                let _ = stream.write_all(answer.as_bytes());
                String::from_utf8_lossy(&request[..length]).into_owned()
            })
            .expect("a thread");
        (
            format!("http://{address}/latest").parse().expect("an address"),
            server,
        )
    }

    #[test]
    fn tells_nothing_about_who_asks() {
        let (feed, server) = answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{GOOD}",
            GOOD.len()
        ));
        assert_eq!(feed.latest().expect("a release").version, Version::new(0, 2, 0));
        let request = server.join().expect("it ran").to_lowercase();
        assert!(request.starts_with("get /latest http/1.1\r\n"), "{request}");
        assert!(request.contains("user-agent: pika-update\r\n"), "{request}");
        for word in ["cookie", "authorization", "referer", env!("CARGO_PKG_VERSION")] {
            assert!(!request.contains(word), "{word} in {request}");
        }
    }

    #[test]
    fn an_error_or_too_much_is_no_release() {
        let (feed, server) = answering("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_owned());
        assert!(matches!(feed.latest(), Err(FeedError::Unreachable(_))));
        drop(server.join());
        let much = "x".repeat(2 << 20);
        let (feed, server) = answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{much}",
            much.len()
        ));
        assert!(feed.latest().is_err());
        drop(server.join());
        // Nobody listens there, and no other test gets this port.
        let feed: FeedUrl = "http://127.0.0.1:1/".parse().expect("an address");
        assert!(matches!(feed.latest(), Err(FeedError::Unreachable(_))));
    }
}
