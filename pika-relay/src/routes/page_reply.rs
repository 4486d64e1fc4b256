//! How pages and assets travel: content security policy, caching, compression.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write as _,
    sync::{LazyLock, Mutex, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use warp::http::{HeaderMap, Response, StatusCode, header};

use crate::pages::assets::{self, Asset};

/// Compressed pages kept: the same page goes to a whole ballroom within seconds.
const KEPT_PAGES: usize = 128;
/// A year: what carries its hash in its address never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What no page of ours asks for.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=()";

/// Nothing awaits while this is held.
static PACKED: LazyLock<Mutex<HashMap<u64, Bytes>>> = LazyLock::new(Mutex::default);

/// A page as its reader takes it: compressed, 304 when unchanged, with the policy for its own host.
pub(crate) fn page(status: StatusCode, html: String, request: &HeaderMap) -> Response<Bytes> {
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    let hash = hasher.finish();
    let tag = format!("W/\"{hash:016x}\"");
    if status == StatusCode::OK && names_tag(request, &tag) {
        return with(
            StatusCode::NOT_MODIFIED,
            Bytes::new(),
            &[
                ("etag", &tag),
                ("cache-control", "no-cache"),
                ("vary", "accept-encoding, accept-language"),
            ],
        );
    }
    let gzip = assets::accepts(text(request, header::ACCEPT_ENCODING), "gzip");
    let body = if gzip {
        packed(hash, &html)
    } else {
        Bytes::from(html)
    };
    let policy = policy(text(request, header::HOST));
    let mut fields = vec![
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("vary", "accept-encoding, accept-language"),
        ("content-security-policy", &policy),
        ("permissions-policy", PERMISSIONS),
    ];
    if status == StatusCode::OK {
        fields.push(("etag", &tag));
    }
    if gzip {
        fields.push(("content-encoding", "gzip"));
    }
    with(status, body, &fields)
}

/// A page for one person's eyes: kept by nobody and not compressed, since what somebody else can put into a page
/// beside a secret would tell the secret by the page's length (the BREACH attack).
pub(crate) fn private_page(status: StatusCode, html: String, request: &HeaderMap) -> Response<Bytes> {
    let policy = policy(text(request, header::HOST));
    with(
        status,
        Bytes::from(html),
        &[
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("vary", "cookie, accept-language"),
            ("content-security-policy", &policy),
            ("permissions-policy", PERMISSIONS),
        ],
    )
}

/// An embedded file in the best form its reader takes, to be kept for ever.
pub(crate) fn asset(asset: &'static Asset, request: &HeaderMap, immutable: bool) -> Response<Bytes> {
    let tag = format!("\"{}\"", assets::ASSETS_VERSION);
    let caching = if immutable {
        FOR_EVER
    } else {
        "public, max-age=3600"
    };
    if names_tag(request, &tag) {
        return with(
            StatusCode::NOT_MODIFIED,
            Bytes::new(),
            &[("etag", &tag), ("cache-control", caching)],
        );
    }
    let (body, encoding) = assets::negotiate(asset, text(request, header::ACCEPT_ENCODING));
    let mut fields = vec![
        ("content-type", asset.mime),
        ("cache-control", caching),
        ("etag", &tag),
        ("vary", "accept-encoding"),
    ];
    if let Some(encoding) = encoding {
        fields.push(("content-encoding", encoding));
    }
    with(StatusCode::OK, Bytes::from_static(body), &fields)
}

/// Another address for the same thing.
pub(crate) fn redirect(status: StatusCode, to: &str) -> Response<Bytes> {
    with(
        status,
        Bytes::new(),
        &[("location", to), ("cache-control", "no-cache")],
    )
}

fn with(status: StatusCode, body: Bytes, fields: &[(&str, &str)]) -> Response<Bytes> {
    let built = fields
        .iter()
        .fold(Response::builder().status(status), |r, (name, value)| {
            r.header(*name, *value)
        });
    built.body(body).unwrap_or_else(|_| Response::new(Bytes::new()))
}

/// No inline script or style, nothing from elsewhere. `host` names the WebSocket for browsers to which `'self'`
/// is only http.
fn policy(host: &str) -> String {
    let plain = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b));
    let sockets = if plain {
        format!(" ws://{host} wss://{host}")
    } else {
        String::new()
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{sockets}; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn text(request: &HeaderMap, name: header::HeaderName) -> &str {
    request
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Whether `If-None-Match` holds this tag; weak and strong count alike (RFC 9110, 13.1.2).
fn names_tag(request: &HeaderMap, tag: &str) -> bool {
    let bare = tag.trim_start_matches("W/");
    text(request, header::IF_NONE_MATCH)
        .split(',')
        .any(|known| known.trim().trim_start_matches("W/") == bare)
}

fn packed(hash: u64, html: &str) -> Bytes {
    let kept = || PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(body) = kept().get(&hash) {
        return body.clone();
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(html.len() / 3), Compression::new(6));
    let done = encoder.write_all(html.as_bytes()).and_then(|()| encoder.finish());
    let body = Bytes::from(done.expect("writing into memory does not fail"));
    let mut kept = kept();
    if kept.len() >= KEPT_PAGES {
        kept.clear();
    }
    kept.insert(hash, body.clone());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    value.parse().expect("a value"),
                )
            })
            .collect()
    }

    #[test]
    fn a_page_is_compressed_for_those_who_take_it() {
        let html = "<p>Low Tide</p>".repeat(50);
        let plain = page(StatusCode::OK, html.clone(), &request(&[]));
        assert_eq!(plain.body(), html.as_bytes());
        let gzip = page(
            StatusCode::OK,
            html.clone(),
            &request(&[("accept-encoding", "br, gzip")]),
        );
        assert_eq!(gzip.headers()["content-encoding"], "gzip");
        assert!(gzip.body().len() < html.len() / 5);
    }

    #[test]
    fn an_unchanged_page_is_not_sent_again() {
        let first = page(StatusCode::OK, "x".into(), &request(&[]));
        let tag = first.headers()["etag"].to_str().expect("ASCII").to_owned();
        assert_eq!(
            page(StatusCode::OK, "x".into(), &request(&[("if-none-match", &tag)])).status(),
            304
        );
        assert_eq!(
            page(StatusCode::OK, "y".into(), &request(&[("if-none-match", &tag)])).status(),
            200
        );
        assert_eq!(
            page(
                StatusCode::NOT_FOUND,
                "x".into(),
                &request(&[("if-none-match", &tag)])
            )
            .status(),
            404
        );
    }

    #[test]
    fn the_policy_lets_no_inline_script_in_and_no_host_writes_it() {
        let policy_of = |host: &str| {
            page(StatusCode::OK, String::new(), &request(&[("host", host)])).headers()["content-security-policy"].to_str().expect("ASCII").to_owned()
        };
        let policy = policy_of("pika.example:3001");
        assert!(!policy.contains("unsafe"));
        assert!(policy.contains("wss://pika.example:3001;"));
        assert!(!policy_of("x; script-src *").contains("script-src *"));
    }
}
