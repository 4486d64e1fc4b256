//! What everybody may see of a DJ: the profile, and the way to the running session.

use pika_protocol::{ErrorCode, rest::SessionSummary};
use warp::http::StatusCode;

use super::html::{Html, broken, private, to};
use crate::{
    base::Refusal,
    pages::{
        dj::profile::{LastNight, WaitingPage, profile_page, waiting_page},
        plain::Problem,
    },
    rate_limit::Action,
    relay::Relay,
    routes::{
        page_data::origin_of,
        page_reply::page,
        pages::{problem, words},
        visitor::{Visitor, refuse},
    },
    store::accounts::DjRow,
};

pub(super) async fn profile(slug: String, visitor: Visitor) -> Html {
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
    let profile = relay.public_profile(dj.id).await.map_err(refuse)?;
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
pub(super) async fn live(slug: String, visitor: Visitor) -> Html {
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
            profile.map_err(refuse)?.nights.into_iter().next()
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
        .map_err(refuse)
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
