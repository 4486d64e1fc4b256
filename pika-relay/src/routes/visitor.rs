//! Who asks with a browser: its cookies, its login, and whether our own page made it ask.

use std::sync::Arc;

use pika_protocol::ErrorCode;
use warp::{
    Filter, Rejection,
    http::{HeaderMap, HeaderValue, header},
};

use super::{address, with};
use crate::{
    auth::AddressKey,
    base::{Refusal, Secret},
    config::Config,
    relay::Relay,
    store::{StoreError, accounts::DjRow},
};

/// Longest value of a cookie of ours that is looked at.
const COOKIE_CHARS: usize = 64;

/// A request by a browser.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) relay: Arc<Relay>,
    /// What limits count by.
    pub(super) address: AddressKey,
    pub(super) headers: HeaderMap,
}

/// Which of our two cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// Who is logged in.
    Login,
    /// Ties the forms of a browser that is not logged in to it.
    Form,
}

/// A browser's request.
pub(super) fn visitor(
    relay: &Arc<Relay>,
) -> impl Filter<Extract = (Visitor,), Error = Rejection> + Clone + use<> {
    with(relay)
        .and(address(relay))
        .and(warp::header::headers_cloned())
        .map(|relay, address, headers| Visitor {
            relay,
            address,
            headers,
        })
}

impl Visitor {
    /// The value of a cookie of ours.
    pub(super) fn cookie(&self, which: Cookie) -> Option<Secret> {
        let name = which.name(self.is_secure());
        let values = self.headers.get_all(header::COOKIE).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, value)| *key == name && !value.is_empty() && value.len() <= COOKIE_CHARS)
            .map(|(_, value)| Secret::new(value))
    }

    /// Who is logged in.
    pub(super) async fn dj(&self) -> Result<Option<DjRow>, Refusal> {
        let Some(cookie) = self.cookie(Cookie::Login) else {
            return Ok(None);
        };
        self.relay.web_login(&cookie).await.map_err(refuse)
    }

    /// Who is logged in, or the refusal for programs.
    pub(super) async fn logged_in(&self) -> Result<DjRow, Refusal> {
        self.dj()
            .await?
            .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized, "please log in first"))
    }

    /// Logs this browser in; the answer carries the cookie.
    pub(super) async fn log_in(&self, dj: &DjRow) -> Result<HeaderValue, Refusal> {
        let before = self.cookie(Cookie::Login);
        let cookie = self
            .relay
            .begin_web_login(dj.id, before.as_ref())
            .await
            .map_err(refuse)?;
        let age = self.relay.config.limits.web_session_age.as_secs();
        self.set_cookie(Cookie::Login, &cookie, Some(age))
    }

    /// `Set-Cookie` with this value; without an age until the browser is closed.
    pub(super) fn set_cookie(
        &self,
        which: Cookie,
        value: &Secret,
        age_secs: Option<u64>,
    ) -> Result<HeaderValue, Refusal> {
        let secure = self.is_secure();
        let mut text = format!(
            "{}={}; Path=/; HttpOnly; SameSite={}",
            which.name(secure),
            value.expose(),
            which.same_site()
        );
        if let Some(age) = age_secs {
            text.push_str(&format!("; Max-Age={age}"));
        }
        if secure {
            text.push_str("; Secure");
        }
        let mut value = HeaderValue::from_str(&text).map_err(|_| Refusal::internal())?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// `Set-Cookie` that takes a cookie away.
    pub(super) fn drop_cookie(&self, which: Cookie) -> Result<HeaderValue, Refusal> {
        self.set_cookie(which, &Secret::new(""), Some(0))
    }

    /// Whether cookies are for encrypted connections only: always but on this computer. Behind a proxy the host may
    /// look like this computer, so a public https address wins.
    pub(super) fn is_secure(&self) -> bool {
        let is_public_https = self
            .relay
            .config
            .public_url
            .as_ref()
            .is_some_and(|url| url.is_https());
        is_public_https || !is_this_computer(text(&self.headers, header::HOST).unwrap_or_default())
    }

    /// Whether a browser on this connection would send our cookies back: logging in does not work over plain http
    /// but on this computer.
    pub(super) fn can_log_in(&self) -> bool {
        let public = self.relay.config.public_url.as_ref();
        !self.is_secure() || public.is_none_or(|url| url.is_https())
    }

    /// Refuses what another site's page made a browser send. Programs say nothing about where they come from.
    pub(super) fn check_same_site(&self) -> Result<(), Refusal> {
        let refused = || {
            Err(Refusal::new(
                ErrorCode::Forbidden,
                "another site may not ask this",
            ))
        };
        match text(&self.headers, "sec-fetch-site") {
            Some("same-origin" | "none") => return Ok(()),
            Some(_) => return refused(),
            None => {}
        }
        match self.headers.get(header::ORIGIN) {
            None => Ok(()),
            Some(origin) if origin.to_str().is_ok_and(|origin| self.is_own(origin)) => Ok(()),
            Some(_) => refused(),
        }
    }

    fn is_own(&self, origin: &str) -> bool {
        is_own_origin(&self.relay.config, &self.headers, origin)
    }
}

impl Cookie {
    /// With the prefix a browser takes the cookie from this very host only, and only encrypted (RFC 6265bis, 4.1.3).
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Login, true) => "__Host-pika-login",
            (Self::Login, false) => "pika-login",
            (Self::Form, true) => "__Host-pika-form",
            (Self::Form, false) => "pika-form",
        }
    }

    fn same_site(self) -> &'static str {
        match self {
            // A link from elsewhere to the dashboard should find its owner logged in.
            Self::Login => "Lax",
            Self::Form => "Strict",
        }
    }
}

/// Whether an origin is the one that the request itself asks.
pub(super) fn is_own_origin(config: &Config, headers: &HeaderMap, origin: &str) -> bool {
    let same_host = origin.split_once("://").is_some_and(|(_, host)| {
        text(headers, header::HOST).is_some_and(|own| own.eq_ignore_ascii_case(host))
    });
    same_host
        || config
            .public_url
            .as_ref()
            .is_some_and(|url| url.origin().as_str() == origin)
}

/// A refusal for what the store did not do.
pub(super) fn refuse(error: StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(),
        error => {
            tracing::error!(error = %error.in_one_line(), "the database failed");
            Refusal::internal()
        }
    }
}

fn is_this_computer(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_is_known_by_name_and_number() {
        for host in [
            "localhost",
            "LOCALHOST:3001",
            "127.0.0.1:1",
            "[::1]:3001",
            "127.8.8.8",
        ] {
            assert!(is_this_computer(host), "{host}");
        }
        for host in [
            "",
            "pika.example",
            "192.168.0.7:3001",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_this_computer(host), "{host}");
        }
    }
}
