//! What every answer carries: headers that tell browsers to be careful, and which other sites may ask.

use std::sync::Arc;

use warp::{
    Filter,
    filters::BoxedFilter,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    path::FullPath,
};

use super::{
    reply::{self, Reply},
    with,
};
use crate::{config::Config, error::ApiError, relay::Relay};

/// A year, as browsers ask for before they remember it for good.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// For what is no page: nothing in it may run or load anything.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// What another site's page may send.
const ALLOWED_HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, if-none-match, pika-pass");
/// What another site's page may read of an answer.
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static("etag, retry-after");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// Of a preflight, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The headers of the request that decide about those of the answer.
#[derive(Debug)]
pub(super) struct Asker {
    origin: Option<HeaderValue>,
    is_shared: bool,
    is_file: bool,
}

/// Who asks what.
pub(super) fn asker() -> impl Filter<Extract = (Asker,), Error = std::convert::Infallible> + Copy {
    warp::header::headers_cloned()
        .and(warp::path::full())
        .map(|headers: HeaderMap, path: FullPath| Asker {
            origin: headers.get(header::ORIGIN).cloned(),
            is_shared: is_shared(path.as_str()),
            is_file: is_file(path.as_str()),
        })
}

/// `OPTIONS` of any path of the interface: what a browser asks before it lets another site's page ask.
pub(super) fn preflight(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    // Not `warp::options()`: refusing the method here would hide that an address is unknown.
    warp::method()
        .and_then(async |method: Method| match method {
            Method::OPTIONS => Ok(()),
            _ => Err(warp::reject::not_found()),
        })
        .untuple_one()
        .and(warp::header::<HeaderValue>("access-control-request-method"))
        .and(asker())
        .and(with(relay))
        .and_then(
            async |_: HeaderValue, asker: Asker, relay: Arc<Relay>| -> Result<Reply, warp::Rejection> {
                if !asker.is_shared {
                    return Err(warp::reject::not_found());
                }
                if !asker.is_allowed(&relay.config) {
                    let error = ApiError::with_status(StatusCode::FORBIDDEN, "this site may not ask");
                    return Ok(reply::json(error.status(), &error.body()));
                }
                let mut reply = Reply::default();
                *reply.status_mut() = StatusCode::NO_CONTENT;
                let headers = reply.headers_mut();
                headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
                headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
                headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
                Ok(reply)
            },
        )
        .boxed()
}

/// Puts the headers on an answer. What a page set for itself stays.
pub(super) fn protect(mut reply: Reply, asker: &Asker, config: &Config) -> Reply {
    let is_switch = reply.status() == StatusCode::SWITCHING_PROTOCOLS;
    // Browsers put the headers of this answer on the page they kept: it goes on with its own policy.
    let is_kept = reply.status() == StatusCode::NOT_MODIFIED;
    let headers = reply.headers_mut();
    if asker.is_file {
        // What no browser shows as a page needs no more; every byte of the first view counts.
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        if headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "image/svg+xml")
        {
            headers.insert(header::CONTENT_SECURITY_POLICY, NO_PAGE);
        }
    } else if !is_switch && !is_kept {
        for (name, value) in [
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::CONTENT_SECURITY_POLICY, NO_PAGE),
        ] {
            headers.entry(name).or_insert(value);
        }
    }
    if !is_switch && config.public_url.as_ref().is_some_and(|url| url.is_https()) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        if !asker.is_file {
            // Over plain http browsers do not take it and say so.
            headers.insert(
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            );
        }
    }
    if asker.is_shared && !config.allowed_origins.is_empty() {
        // Whoever keeps an answer must not hand it to another origin.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = asker.origin.clone().filter(|_| asker.is_allowed(config)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
    reply
}

impl Asker {
    /// Whether the page of another site that asks is one of those in `ALLOWED_ORIGINS`. Never with cookies.
    fn is_allowed(&self, config: &Config) -> bool {
        let origin = self.origin.as_ref().and_then(|origin| origin.to_str().ok());
        self.is_shared
            && origin.is_some_and(|origin| {
                config
                    .allowed_origins
                    .iter()
                    .any(|allowed| allowed.as_str() == origin)
            })
    }
}

/// What other sites may ask at all: the interface, but nothing that goes by cookie.
fn is_shared(path: &str) -> bool {
    path.starts_with("/api/") && !path.starts_with("/api/account")
}

/// Scripts, style sheets and pictures of ours.
fn is_file(path: &str) -> bool {
    path.starts_with("/assets/") || path == "/manifest.webmanifest"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_for_our_own_pages_only() {
        assert!(is_shared("/api/sessions") && is_shared("/api/auth/me"));
        for path in ["/", "/dj", "/api/account", "/api/account/login", "/ws"] {
            assert!(!is_shared(path), "{path}");
        }
    }
}
