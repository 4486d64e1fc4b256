//! The pages and their assets: which address shows what.

use std::{future::Future, sync::Arc, time::Duration};

use bytes::Bytes;
use pika_protocol::{SessionCode, rest::Recap};
use serde::Deserialize;
use tracing::error;
use warp::{
    Filter, Rejection,
    filters::BoxedFilter,
    http::{HeaderMap, Method, Response, StatusCode, header},
    path::Tail,
};

use super::{
    address, bounded,
    page_data::{PageData, RelayPages},
    page_reply::{asset, page, redirect},
    reply::Reply,
    with,
};
use crate::{
    pages::{
        assets, lists,
        live::{self, Seen, TypedPin},
        plain::{PlainPage, Problem, plain_page, problem_page},
        recap, screen,
        texts::{Texts, for_reader},
    },
    relay::Relay,
};

/// Every page, asked of this relay.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let data = with(relay).and(address(relay)).map(RelayPages::new);
    pages(data).map(warp::Reply::into_response).boxed()
}

/// Every page for dancers, the room and organisers; `data` is made anew for each request.
fn pages<D: PageData>(
    data: impl Filter<Extract = (D,), Error = Rejection> + Clone + Send + Sync + 'static,
) -> BoxedFilter<(Response<Bytes>,)> {
    let get = warp::get().or(warp::head()).unify();
    let context = get.and(warp::header::headers_cloned()).and(data.clone());

    let home = warp::path::end().and(context.clone()).then(home);
    let picker = warp::path!("live")
        .and(context.clone())
        .and(warp::query::<TypedCode>())
        .then(picker);
    let session = warp::path!("live" / String).and(context.clone()).then(session);
    let with_pin = warp::path!("live" / String)
        .and(warp::post())
        .and(warp::header::headers_cloned())
        .and(data)
        .and(bounded(FORM_BYTES, FORM_PATIENCE))
        .then(session_with_pin);
    let screen = warp::path!("live" / String / "screen")
        .and(context.clone())
        .then(big_screen);
    let recap = warp::path!("recap" / String).and(context.clone()).then(night);
    let privacy = warp::path!("privacy")
        .and(context.clone())
        .map(|request, data| plain(&request, &data, PlainPage::Privacy));
    let djs = warp::path!("dj")
        .and(context.clone())
        .map(|request, data| plain(&request, &data, PlainPage::Djs));
    let organisers = warp::path!("organisers")
        .and(context.clone())
        .map(|request, data| plain(&request, &data, PlainPage::Organisers));
    let offline = warp::path!("offline")
        .and(context.clone())
        .map(|request: HeaderMap, _| show(&request, problem_page(words(&request), Problem::Offline)));
    let songs = warp::path!("songs")
        .and(context)
        .map(|request, data| plain(&request, &data, PlainPage::Songs));

    let dynamic = home
        .or(picker)
        .unify()
        .or(session)
        .unify()
        .or(with_pin)
        .unify()
        .or(screen)
        .unify()
        .or(recap)
        .unify();
    dynamic
        .or(privacy)
        .unify()
        .or(djs)
        .unify()
        .or(organisers)
        .unify()
        .or(songs)
        .unify()
        .or(offline)
        .unify()
        .or(files())
        .unify()
        .or(no_page())
        .unify()
        .boxed()
}

/// Embedded files: hashed assets, and the few names that browsers ask for by themselves.
fn files() -> BoxedFilter<(Response<Bytes>,)> {
    let get = warp::get()
        .or(warp::head())
        .unify()
        .and(warp::header::headers_cloned());
    let hashed = warp::path!("assets" / String / ..)
        .and(warp::path::tail())
        .and(get)
        .and_then(hashed);
    let manifest = warp::path!("manifest.webmanifest")
        .and(get)
        .map(|request| named("manifest.webmanifest", &request));
    // At the root, since a service worker serves what lies below its own address.
    let worker = warp::path!("sw.js").and(get).map(|request| {
        let mut reply = named("sw.js", &request);
        // What it may fetch is decided by its own policy.
        let policy = header::HeaderValue::from_static("default-src 'none'; connect-src 'self'");
        reply
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
        reply
    });
    let icon = warp::path!("favicon.ico")
        .and(get)
        .map(|request| named("img/icon-192.png", &request));
    let large = warp::path!("icon-512.png")
        .and(get)
        .map(|request| named("img/icon-512.png", &request));
    let maskable = warp::path!("icon-maskable.png")
        .and(get)
        .map(|request| named("img/maskable-512.png", &request));
    let robots = warp::path!("robots.txt")
        .and(get)
        .map(|request| named("robots.txt", &request));
    hashed
        .or(manifest)
        .unify()
        .or(worker)
        .unify()
        .or(icon)
        .unify()
        .or(large)
        .unify()
        .or(maskable)
        .unify()
        .or(robots)
        .unify()
        .boxed()
}

/// For an address that is none of ours: a page for those who read pages, all others are left to the caller.
fn no_page() -> BoxedFilter<(Response<Bytes>,)> {
    // Refused as "not found" whatever it is: a missing header or another method would hide that there is nothing.
    warp::method()
        .and(warp::path::full())
        .and(warp::header::headers_cloned())
        .and_then(
            async |method: Method, path: warp::path::FullPath, request: HeaderMap| {
                let machines = ["/api/", "/ws", "/assets/"]
                    .iter()
                    .any(|start| path.as_str().starts_with(start));
                let reads_pages = request
                    .get(header::ACCEPT)
                    .and_then(|accept| accept.to_str().ok())
                    .is_some_and(|accept| accept.contains("text/html"));
                if machines || !reads_pages || (method != Method::GET && method != Method::HEAD) {
                    return Err(warp::reject::not_found());
                }
                Ok(problem(&request, Problem::NoPage))
            },
        )
        .boxed()
}

/// What went wrong as a page, with its status.
pub(super) fn problem(request: &HeaderMap, problem: Problem) -> Response<Bytes> {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = page(
        status,
        problem_page(words(request), problem).unwrap_or_default(),
        request,
    );
    if let Problem::TooMany(seconds) = problem {
        reply.headers_mut().insert("retry-after", seconds.max(1).into());
    }
    reply
}

/// `GET /live?code=…`: the code field works without script.
#[derive(Debug, Default, Deserialize)]
struct TypedCode {
    code: Option<String>,
}

/// Bytes of a form: a PIN has eight digits.
const FORM_BYTES: u64 = 256;
/// For a form to come in.
const FORM_PATIENCE: Duration = Duration::from_secs(20);

/// What the PIN page sends.
#[derive(Default, Deserialize)]
struct PinForm {
    pin: String,
}

async fn home(request: HeaderMap, data: impl PageData) -> Response<Bytes> {
    let live = match data.live_sessions().await {
        Ok(live) => live,
        Err(why) => return problem(&request, why),
    };
    show(
        &request,
        lists::home_page(words(&request), &data.origin(&request), &live),
    )
}

async fn picker(request: HeaderMap, data: impl PageData, typed: TypedCode) -> Response<Bytes> {
    if let Some(code) = typed.code.as_deref().and_then(SessionCode::parse) {
        return redirect(StatusCode::SEE_OTHER, &format!("/live/{code}"));
    }
    match data.live_sessions().await {
        Ok(live) => show(
            &request,
            lists::picker_page(
                words(&request),
                &data.origin(&request),
                &live,
                typed.code.as_deref(),
            ),
        ),
        Err(why) => problem(&request, why),
    }
}

async fn session(typed: String, request: HeaderMap, data: impl PageData) -> Response<Bytes> {
    let (words, origin) = (words(&request), data.origin(&request));
    let html = |seen: &Seen| live::live_page(words, &origin, seen);
    by_code(&typed, ("/live/", ""), &request, |code| data.session(code), html).await
}

/// The PIN form without script: the page itself is the answer, so that the PIN stands in no address and no cookie.
async fn session_with_pin(
    typed: String,
    request: HeaderMap,
    data: impl PageData,
    body: Bytes,
) -> Response<Bytes> {
    // What cannot be read is no PIN.
    let form: PinForm = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let TypedAddress::Code(code) = TypedAddress::read(&typed) else {
        return problem(&request, Problem::NoSession);
    };
    let seen = match data.session_with_pin(code, form.pin).await {
        Ok(seen) => seen,
        Err(why) => return problem(&request, why),
    };
    let mut reply = show(
        &request,
        live::live_page(words(&request), &data.origin(&request), &seen),
    );
    let (status, wait) = match seen.typed_pin {
        Some(TypedPin::Wrong) => (StatusCode::FORBIDDEN, None),
        Some(TypedPin::Locked(seconds)) => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
        _ => (reply.status(), None),
    };
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.remove(header::ETAG);
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    reply
}

async fn big_screen(typed: String, request: HeaderMap, data: impl PageData) -> Response<Bytes> {
    let (words, origin) = (words(&request), data.origin(&request));
    let html = |seen: &Seen| screen::screen_page(words, &origin, &seen.head, seen.snapshot.as_ref());
    by_code(
        &typed,
        ("/live/", "/screen"),
        &request,
        |code| data.session(code),
        html,
    )
    .await
}

async fn night(typed: String, request: HeaderMap, data: impl PageData) -> Response<Bytes> {
    let (words, origin) = (words(&request), data.origin(&request));
    let html = |found: &Recap| recap::recap_page(words, &origin, found);
    by_code(&typed, ("/recap/", ""), &request, |code| data.recap(code), html).await
}

fn plain(request: &HeaderMap, data: &impl PageData, which: PlainPage) -> Response<Bytes> {
    show(request, plain_page(words(request), &data.origin(request), which))
}

async fn hashed(version: String, path: Tail, request: HeaderMap) -> Result<Response<Bytes>, Rejection> {
    let found = assets::find(&version, path.as_str()).ok_or_else(warp::reject::not_found)?;
    Ok(asset(found, &request, true))
}

fn named(path: &str, request: &HeaderMap) -> Response<Bytes> {
    match assets::find(assets::ASSETS_VERSION, path) {
        Some(found) => asset(found, request, false),
        None => problem(request, Problem::NoPage),
    }
}

/// What was typed where a code belongs.
enum TypedAddress {
    /// A code in its one form.
    Code(SessionCode),
    /// A code in another form: it has one address only.
    Elsewhere(SessionCode),
    /// Nothing that can be a code.
    Nonsense,
}

impl TypedAddress {
    fn read(text: &str) -> Self {
        match SessionCode::parse(text) {
            Some(code) if code.as_str() == text => Self::Code(code),
            Some(code) => Self::Elsewhere(code),
            None => Self::Nonsense,
        }
    }
}

/// Finds what the address asks for and shows it; `before` and `after` are the path around the code.
async fn by_code<T, F: Future<Output = Result<T, Problem>>>(
    typed: &str,
    (before, after): (&str, &str),
    request: &HeaderMap,
    find: impl FnOnce(SessionCode) -> F,
    html: impl FnOnce(&T) -> Result<String, minijinja::Error>,
) -> Response<Bytes> {
    let code = match TypedAddress::read(typed) {
        TypedAddress::Code(code) => code,
        TypedAddress::Elsewhere(code) => {
            return redirect(StatusCode::PERMANENT_REDIRECT, &format!("{before}{code}{after}"));
        }
        TypedAddress::Nonsense => return problem(request, Problem::NoSession),
    };
    match find(code).await {
        Ok(found) => show(request, html(&found)),
        Err(why) => problem(request, why),
    }
}

/// The texts in the reader's language.
pub(super) fn words(request: &HeaderMap) -> &'static Texts {
    for_reader(
        request
            .get("accept-language")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default(),
    )
}

fn show(request: &HeaderMap, html: Result<String, minijinja::Error>) -> Response<Bytes> {
    match html {
        Ok(html) => page(StatusCode::OK, html, request),
        Err(why) => {
            error!(error = %why, "a page could not be written");
            problem(request, Problem::OnUs)
        }
    }
}

#[cfg(test)]
mod tests;
