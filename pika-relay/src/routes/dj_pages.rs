//! The pages of DJs that are read: welcome, register, log in, dashboard, one night, profile.

use std::sync::Arc;

use bytes::Bytes;
use pika_protocol::{ErrorCode, SessionId, UnixMs, rest::SessionSummary};
use serde::Deserialize;
use uuid::Uuid;
use warp::{
    Filter,
    filters::BoxedFilter,
    http::{HeaderValue, Response, StatusCode, header},
};

use super::{
    account::end_of,
    page_data::{origin_of, problem_of},
    page_reply::{page, private_page, redirect},
    pages::{problem, words},
    reply::Reply,
    visitor::{Cookie, Visitor, visitor},
};
use crate::{
    accounts::{TOKENS_MAX, profile::NIGHTS, rejected::Rejected},
    base::{Refusal, Secret},
    config::Registration,
    error::ApiError,
    pages::{
        dj::{
            FormProblem,
            dashboard::{self, DashboardPage, LiveView, NewTokenView, NightView, TokenView, dashboard_page},
            entrance::{
                Door, LoginPage, RegisterPage, WelcomePage, forgot_page, login_page, profile_base,
                register_page, welcome_page,
            },
            night::night_page,
            profile::{LastNight, WaitingPage, profile_page, waiting_page},
        },
        plain::Problem,
    },
    publisher::Dj,
    rate_limit::Action,
    relay::Relay,
    store::accounts::DjRow,
};

/// A page under way.
pub(super) type Html = Response<Bytes>;

/// What the dashboard may be told to say, by its query.
const DONE: &[&str] = &["revoked", "profile", "password", "others"];

/// The query of `/dj`.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// What was done, a word of [`DONE`].
    done: Option<String>,
    /// Older nights than this.
    before: Option<i64>,
    /// There right after logging in: a browser that did not keep the cookie is told so.
    welcome: Option<String>,
}

/// The query of `/dj/login`.
#[derive(Debug, Default, Deserialize)]
struct LoginAsked {
    /// What was done before: `out`.
    done: Option<String>,
    /// Why the page is here: `cookies`.
    problem: Option<String>,
    /// The session to be shown afterwards.
    next: Option<Uuid>,
}

/// Every page that is read.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let get = warp::get().or(warp::head()).unify();
    let home = warp::path!("dj")
        .and(get)
        .and(visitor(relay))
        .and(warp::query::<Asked>())
        .then(home);
    let register = warp::path!("dj" / "register")
        .and(get)
        .and(visitor(relay))
        .then(register);
    let login = warp::path!("dj" / "login")
        .and(get)
        .and(visitor(relay))
        .and(warp::query::<LoginAsked>())
        .then(login);
    let forgot = warp::path!("dj" / "forgot")
        .and(get)
        .and(visitor(relay))
        .map(|visitor: Visitor| {
            let html = forgot_page(
                words(&visitor.headers),
                &origin_of(&visitor.relay, &visitor.headers),
            );
            private(&visitor, StatusCode::OK, html)
        });
    let night = warp::path!("dj" / "sessions" / Uuid)
        .and(get)
        .and(visitor(relay))
        .then(night);
    let live = warp::path!("dj" / String / "live")
        .and(get)
        .and(visitor(relay))
        .then(live);
    let profile = warp::path!("dj" / String)
        .and(get)
        .and(visitor(relay))
        .then(profile);
    home.or(register)
        .unify()
        .or(login)
        .unify()
        .or(forgot)
        .unify()
        .or(night)
        .unify()
        .or(live)
        .unify()
        .or(profile)
        .unify()
        .map(warp::Reply::into_response)
        .boxed()
}

async fn home(visitor: Visitor, asked: Asked) -> Html {
    match visitor.dj().await {
        Ok(Some(dj)) => {
            let done = asked.done.filter(|done| DONE.contains(&done.as_str()));
            let shown = Shown {
                done: done.map(|done| format!("dash.done.{done}")),
                before: asked.before.map(UnixMs),
                ..Shown::default()
            };
            dashboard(&visitor, &dj, StatusCode::OK, shown).await
        }
        Ok(None) if asked.welcome.is_some() => to("/dj/login?problem=cookies"),
        Ok(None) => {
            let data = WelcomePage {
                accounts: true,
                door: door(&visitor.relay),
            };
            let html = welcome_page(
                words(&visitor.headers),
                &origin_of(&visitor.relay, &visitor.headers),
                &data,
            );
            private(&visitor, StatusCode::OK, html)
        }
        Err(refusal) => broken(&visitor, &refusal),
    }
}

async fn register(visitor: Visitor) -> Html {
    match visitor.dj().await {
        Ok(Some(_)) => to("/dj"),
        Ok(None) => show_register(&visitor, Typed::default(), None),
        Err(refusal) => broken(&visitor, &refusal),
    }
}

async fn login(visitor: Visitor, asked: LoginAsked) -> Html {
    let typed = Typed {
        next: asked.next,
        done: (asked.done.as_deref() == Some("out")).then_some("login.done.out"),
        problem: (asked.problem.as_deref() == Some("cookies")).then_some("login.cookies"),
        ..Typed::default()
    };
    match visitor.dj().await {
        Ok(Some(_)) => to("/dj"),
        Ok(None) => show_login(&visitor, typed, None),
        Err(refusal) => broken(&visitor, &refusal),
    }
}

/// One night, for its owner only; for everybody else it is not there.
async fn night(id: Uuid, visitor: Visitor) -> Html {
    let dj = match visitor.dj().await {
        Ok(Some(dj)) => dj,
        Ok(None) => return to(&format!("/dj/login?next={id}")),
        Err(refusal) => return broken(&visitor, &refusal),
    };
    match visitor.relay.owner_recap(&Dj::from(&dj), SessionId(id)).await {
        Ok(recap) => {
            let html = night_page(
                words(&visitor.headers),
                &origin_of(&visitor.relay, &visitor.headers),
                &recap,
            );
            private(&visitor, StatusCode::OK, html)
        }
        Err(refusal) => broken(&visitor, &refusal),
    }
}

async fn profile(slug: String, visitor: Visitor) -> Html {
    // What a form's address shows when it is opened by itself.
    if ["tokens", "profile", "password", "logout", "logout-others"].contains(&slug.as_str()) {
        return to("/dj");
    }
    match find_profile(&visitor, &slug).await {
        Ok(Some((html, is_public))) if is_public => match html {
            Ok(html) => page(StatusCode::OK, html, &visitor.headers),
            html => private(&visitor, StatusCode::OK, html),
        },
        Ok(Some((html, _))) => private(&visitor, StatusCode::OK, html),
        Ok(None) => problem(&visitor.headers, Problem::NoPage),
        Err(refusal) => broken(&visitor, &refusal),
    }
}

/// The profile with this slug, and whether it is public; an owner sees one's own in any case.
async fn find_profile(
    visitor: &Visitor,
    slug: &str,
) -> Result<Option<(Result<String, minijinja::Error>, bool)>, Refusal> {
    let relay = &visitor.relay;
    let found = match by_slug(visitor, slug).await? {
        Some(dj) if dj.public_profile => Some(dj),
        Some(dj) => visitor.dj().await?.filter(|own| own.id == dj.id),
        None => None,
    };
    let Some(dj) = found else {
        count_miss(visitor)?;
        return Ok(None);
    };
    let profile = relay
        .public_profile(dj.id)
        .await
        .map_err(super::visitor::refuse)?;
    let live = running(relay, &dj).filter(|(_, listed)| *listed);
    let html = profile_page(
        words(&visitor.headers),
        &origin_of(relay, &visitor.headers),
        &dj,
        &profile,
        live.as_ref().map(|(summary, _)| summary),
    );
    Ok(Some((html, dj.public_profile)))
}

/// Leads to the running session, whoever's card it is; says nothing about who has an account.
async fn live(slug: String, visitor: Visitor) -> Html {
    match find_live(&visitor, &slug).await {
        Ok(Ok(summary)) => to(&format!("/live/{}", summary.session.code)),
        Ok(Err(waiting)) => {
            let status = if waiting.name.is_some() {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            };
            let html = waiting_page(
                words(&visitor.headers),
                &origin_of(&visitor.relay, &visitor.headers),
                &waiting,
            );
            private(&visitor, status, html)
        }
        Err(refusal) => broken(&visitor, &refusal),
    }
}

async fn find_live(visitor: &Visitor, slug: &str) -> Result<Result<SessionSummary, WaitingPage>, Refusal> {
    let found = by_slug(visitor, slug).await?;
    if let Some((summary, _)) = found.as_ref().and_then(|dj| running(&visitor.relay, dj)) {
        return Ok(Ok(summary));
    }
    let shown = found.filter(|dj| dj.public_profile);
    if shown.is_none() {
        count_miss(visitor)?;
    }
    let last = match &shown {
        Some(dj) => {
            let profile = visitor.relay.public_profile(dj.id).await;
            profile.map_err(super::visitor::refuse)?.nights.into_iter().next()
        }
        None => None,
    };
    // As typed, it may be anything: only what can be a slug comes back.
    let plain = slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    Ok(Err(WaitingPage {
        profile: shown.as_ref().map(|dj| format!("/dj/{}", dj.slug)),
        name: shown.map(|dj| dj.name),
        last: last.map(|night| LastNight {
            name: night.row.name,
            code: night.row.code.to_string(),
            started: night.row.started_at.into(),
        }),
        again: if plain {
            format!("/dj/{slug}/live")
        } else {
            "/live".to_owned()
        },
    }))
}

/// The account with this slug.
async fn by_slug(visitor: &Visitor, slug: &str) -> Result<Option<DjRow>, Refusal> {
    let wanted = slug.to_lowercase();
    visitor
        .relay
        .store
        .run(move |store| store.dj_by_slug(&wanted))
        .await
        .map_err(super::visitor::refuse)
}

/// Counts that nothing is shown under a name, so that guessing names is slowed down. What is public is never limited:
/// a whole venue may share one address.
fn count_miss(visitor: &Visitor) -> Result<(), Refusal> {
    let rate = visitor.relay.config.limits.unknown_codes;
    visitor
        .relay
        .limiter
        .take(
            Action::UnknownCode,
            ("slug", visitor.address),
            rate,
            std::time::Instant::now(),
        )
        .map_err(|wait| Refusal::wait(ErrorCode::RateLimited, "too many at once, wait a moment", wait))
}

/// The running session of an account as strangers may see it, and whether it is listed.
fn running(relay: &Relay, dj: &DjRow) -> Option<(SessionSummary, bool)> {
    let cell = relay.hub.of_owner(dj.id)?;
    let live = cell.live();
    Some((live.summary(), live.row().listed))
}

/// What somebody typed into a form that is shown again.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) invite: String,
    pub(super) next: Option<Uuid>,
    pub(super) done: Option<&'static str>,
    pub(super) problem: Option<&'static str>,
}

/// The form for registering, with what was wrong when it was sent before.
pub(super) fn show_register(visitor: &Visitor, typed: Typed, rejected: Option<&Rejected>) -> Html {
    let (texts, origin) = (
        words(&visitor.headers),
        origin_of(&visitor.relay, &visitor.headers),
    );
    with_form_cookie(visitor, rejected, |csrf| {
        let data = RegisterPage {
            csrf,
            door: door(&visitor.relay),
            name: typed.name,
            email: typed.email,
            invite: typed.invite,
            problems: rejected
                .iter()
                .map(|rejected| FormProblem::of(rejected, texts))
                .collect(),
            profile_base: profile_base(&origin),
            needs_https: !visitor.can_log_in(),
        };
        register_page(texts, &origin, &data)
    })
}

/// The form for logging in, with what was wrong when it was sent before.
pub(super) fn show_login(visitor: &Visitor, typed: Typed, rejected: Option<&Rejected>) -> Html {
    let (texts, origin) = (
        words(&visitor.headers),
        origin_of(&visitor.relay, &visitor.headers),
    );
    with_form_cookie(visitor, rejected, |csrf| {
        let of_query = typed.problem.map(|key| FormProblem::whole(texts, key));
        let of_form = rejected.map(|rejected| FormProblem::of(rejected, texts));
        let data = LoginPage {
            csrf,
            next: typed.next.map(|next| next.to_string()).unwrap_or_default(),
            door: door(&visitor.relay),
            email: typed.email,
            problems: of_query.into_iter().chain(of_form).collect(),
            done: typed.done.map(|key| texts.text(key, None, &[])),
            needs_https: !visitor.can_log_in(),
        };
        login_page(texts, &origin, &data)
    })
}

/// A page with a form for who is not logged in: its mark goes with a cookie of this browser.
fn with_form_cookie(
    visitor: &Visitor,
    rejected: Option<&Rejected>,
    html: impl FnOnce(String) -> Result<String, minijinja::Error>,
) -> Html {
    let (cookie, is_new) = match visitor.cookie(Cookie::Form) {
        Some(cookie) => (cookie, false),
        None => (Secret::random(), true),
    };
    let html = html(visitor.relay.form_mark(&cookie));
    let mut reply = private(visitor, status_of(rejected), html);
    if is_new {
        match visitor.set_cookie(Cookie::Form, &cookie, None) {
            Ok(value) => drop(reply.headers_mut().append(header::SET_COOKIE, value)),
            Err(refusal) => return broken(visitor, &refusal),
        }
    }
    wait_after(reply, rejected)
}

/// What the dashboard shows beyond the account itself.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) new_token: Option<NewTokenView>,
    /// Key of the text.
    pub(super) done: Option<String>,
    pub(super) before: Option<UnixMs>,
    pub(super) rejected: Option<Rejected>,
    /// The cookie of a login that began with this answer.
    pub(super) cookie: Option<HeaderValue>,
    /// Its value, for the marks of the forms.
    pub(super) login: Option<Secret>,
}

/// The dashboard of who is logged in.
pub(super) async fn dashboard(visitor: &Visitor, dj: &DjRow, status: StatusCode, shown: Shown) -> Html {
    let relay = &visitor.relay;
    let (owner, before) = (dj.id, shown.before);
    let read = async {
        let tokens = relay.store.run(move |store| store.tokens_of(owner)).await?;
        Ok((tokens, relay.nights(owner, before).await?))
    };
    let (tokens, nights) = match read.await.map_err(super::visitor::refuse) {
        Ok(read) => read,
        Err(refusal) => return broken(visitor, &refusal),
    };
    let (texts, origin) = (words(&visitor.headers), origin_of(relay, &visitor.headers));
    let (live_url, live_shown, live_qr) = dashboard::live_address(&origin, &dj.slug);
    let login = shown.login.or_else(|| visitor.cookie(Cookie::Login));
    let data = DashboardPage {
        csrf: login.map(|cookie| relay.form_mark(&cookie)).unwrap_or_default(),
        name: dj.name.clone(),
        slug: dj.slug.clone(),
        email: dj.email.expose().to_owned(),
        is_public: dj.public_profile,
        profile_url: format!("{origin}/dj/{}", dj.slug),
        profile_base: profile_base(&origin),
        live_url,
        live_shown,
        live_qr,
        live: live_view(relay, dj, &origin),
        new_token: shown.new_token,
        next_token_id: Uuid::new_v4(),
        tokens_full: tokens.len() >= TOKENS_MAX,
        tokens: tokens
            .iter()
            .map(|row| {
                let (ends_at, ends_soon) = end_of(relay, row);
                TokenView {
                    id: row.id,
                    name: row.name.clone(),
                    created: row.created_at.into(),
                    used: (row.last_used_at > row.created_at).then(|| row.last_used_at.into()),
                    ends: ends_at.into(),
                    ends_soon,
                    live: relay.is_token_live(row.id),
                    new_id: Uuid::new_v4(),
                }
            })
            .collect(),
        older: (nights.len() == NIGHTS as usize)
            .then(|| nights.last().map(|night| night.row.started_at.0))
            .flatten(),
        nights: nights.iter().map(NightView::from).collect(),
        release: relay.releases.newer(),
        problems: shown
            .rejected
            .iter()
            .map(|rejected| FormProblem::of(rejected, texts))
            .collect(),
        done: shown.done.map(|key| texts.text(&key, None, &[])),
    };
    let mut reply = private(visitor, status, dashboard_page(texts, &origin, &data));
    if let Some(cookie) = shown.cookie {
        reply.headers_mut().append(header::SET_COOKIE, cookie);
    }
    wait_after(reply, shown.rejected.as_ref())
}

fn live_view(relay: &Relay, dj: &DjRow, origin: &str) -> Option<LiveView> {
    let cell = relay.hub.of_owner(dj.id)?;
    let live = cell.live();
    let row = live.row();
    Some(LiveView {
        session_id: row.id.0,
        code: row.code.to_string(),
        name: row.name.clone(),
        has_pin: row.pin.is_some(),
        listeners: live.listeners(),
        online: row.dj_online,
        screen_url: format!(
            "{origin}/live/{}/screen#key={}",
            row.code,
            relay.key.screen_key(row.id.0)
        ),
    })
}

fn door(relay: &Relay) -> Door {
    match relay.config.registration {
        Registration::Open => Door::Open,
        Registration::Invite(_) => Door::Invite,
        Registration::Closed => Door::Closed,
    }
}

/// A page for one person's eyes: kept nowhere.
pub(super) fn private(visitor: &Visitor, status: StatusCode, html: Result<String, minijinja::Error>) -> Html {
    match html {
        Ok(html) => private_page(status, html, &visitor.headers),
        Err(why) => {
            tracing::error!(error = %why, "a page could not be written");
            problem(&visitor.headers, Problem::OnUs)
        }
    }
}

/// Another page of ours, for now.
pub(super) fn to(path: &str) -> Html {
    let mut reply = redirect(StatusCode::SEE_OTHER, path);
    reply
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// What could not be done, as a page.
pub(super) fn broken(visitor: &Visitor, refusal: &Refusal) -> Html {
    problem(&visitor.headers, problem_of(refusal))
}

fn status_of(rejected: Option<&Rejected>) -> StatusCode {
    rejected.map_or(StatusCode::OK, |rejected| {
        ApiError::from(rejected.clone()).status()
    })
}

fn wait_after(mut reply: Html, rejected: Option<&Rejected>) -> Html {
    if let Some(secs) = rejected.and_then(|rejected| rejected.refusal.retry_after_secs) {
        reply.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    reply
}
