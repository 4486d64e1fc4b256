//! A relay and the right to publish on it.

use std::fmt;

use super::words::Words;

/// A relay and the right to publish on it.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayAccess {
    /// Its address without a slash at the end: `https://pika.example`.
    pub url: String,
    /// The account's token, or the key of the relay inside this program.
    pub token: String,
    /// It is the relay inside this program: its port and key may change, its sessions stay.
    pub local: bool,
}

impl fmt::Debug for RelayAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token never stands in a log.
        f.debug_struct("RelayAccess")
            .field("url", &self.url)
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

/// Characters of a token after its prefix.
const TOKEN_CHARS: usize = 32;
/// What every account's token begins with.
const TOKEN_PREFIX: &str = "pk_dj_";

impl RelayAccess {
    /// What stays the same from one start to the next: which relay a session lives on.
    pub fn place(&self) -> &str {
        if self.local { "local" } else { &self.url }
    }

    /// Whether the token may be shown to this address, and looks like one.
    ///
    /// Errors: what the DJ is told.
    pub fn check(&self) -> Result<(), Words> {
        let Some((scheme, rest)) = self.url.split_once("://") else {
            return Err(Words::new(
                "This is no relay address.",
                "It begins with https://, as in https://pika.example.",
            ));
        };
        let host = host_of(rest);
        match scheme {
            "https" => {}
            "http" if is_this_computer(host) => {}
            "http" => {
                return Err(Words::new(
                    "This relay address is not encrypted.",
                    "Your token would travel in the open. Use the address that begins with https://.",
                ));
            }
            _ => {
                return Err(Words::new(
                    "This is no relay address.",
                    "It begins with https://, as in https://pika.example.",
                ));
            }
        }
        if self.local {
            return Ok(());
        }
        check_token(&self.token)
    }
}

/// Whether a text has the form of a token.
///
/// Errors: what the DJ is told.
pub fn check_token(token: &str) -> Result<(), Words> {
    let after = token.strip_prefix(TOKEN_PREFIX);
    match after.map(|rest| rest.chars().count()) {
        Some(TOKEN_CHARS) => Ok(()),
        Some(count) => Err(Words::new(
            "This token is not complete.",
            format!("It starts with pk_dj_ and has {TOKEN_CHARS} characters after it; this one has {count}."),
        )),
        None if token.is_empty() => Err(Words::new(
            "No token yet.",
            "Log in on the relay's website and copy your token, then paste it here.",
        )),
        None => Err(Words::new(
            "This is not a token.",
            "A token starts with pk_dj_. Log in on the website and copy it from there.",
        )),
    }
}

/// The host in what follows `://`.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn is_this_computer(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(url: &str) -> RelayAccess {
        RelayAccess {
            url: url.into(),
            token: format!("pk_dj_{}", "a".repeat(32)),
            local: false,
        }
    }

    #[test]
    fn a_token_is_shown_over_https_or_to_this_computer_only() {
        for right in [
            "https://pika.example",
            "http://127.0.0.1:3001",
            "http://localhost:1",
            "http://[::1]:3001",
        ] {
            assert_eq!(access(right).check(), Ok(()), "{right}");
        }
        for wrong in [
            "http://pika.example",
            "http://192.168.1.5:3001",
            "http://127.0.0.1@evil.example",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "pika.example",
            "",
        ] {
            assert!(access(wrong).check().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_incomplete_token_is_told_from_something_else() {
        assert!(check_token("pk_dj_short").unwrap_err().text.contains("has 5"));
        assert_eq!(check_token("").unwrap_err().title, "No token yet.");
        assert_eq!(check_token("hello").unwrap_err().title, "This is not a token.");
    }

    #[test]
    fn the_token_is_never_printed() {
        assert!(!format!("{:?}", access("https://pika.example")).contains("aaa"));
    }
}
