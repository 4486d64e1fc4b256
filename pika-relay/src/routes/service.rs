//! What operators and programs ask: version, health, readiness, figures, the description of the interface.

use std::sync::Arc;

use pika_protocol::{PROTOCOL_VERSION, rest::VersionInfo};
use warp::{
    Filter, Reply as _,
    filters::BoxedFilter,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    reply::{self, Reply},
    with,
};
use crate::{base::Refusal, metrics::Sources, relay::Relay};

/// Described by hand, checked by a test that walks it.
const OPENAPI: &str = include_str!("openapi.json");

/// `GET /api/version`, `/api/openapi.json`, `/health`, `/ready`, `/metrics`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let get = warp::get().or(warp::head()).unify();
    let version = warp::path!("api" / "version").and(get).map(|| {
        let info = VersionInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol_version: PROTOCOL_VERSION,
        };
        reply::json(StatusCode::OK, &info)
    });
    let openapi = warp::path!("api" / "openapi.json")
        .and(get)
        .map(|| typed(OPENAPI.to_owned(), "application/json"));
    // Alive: it answers. What it needs may be away; restarting it would not bring that back.
    let health = warp::path!("health")
        .and(get)
        .map(|| typed("ok\n".to_owned(), "text/plain; charset=utf-8"));
    let ready = warp::path!("ready")
        .and(get)
        .and(with(relay))
        .then(async |relay: Arc<Relay>| {
            if database_is_up(&relay).await {
                typed("ready\n".to_owned(), "text/plain; charset=utf-8")
            } else {
                reply::refused(&Refusal::unavailable())
            }
        });
    let metrics = warp::path!("metrics")
        .and(get)
        .and(with(relay))
        .then(async |relay: Arc<Relay>| {
            let sources = Sources {
                hub: &relay.hub,
                store: &relay.store,
                passwords: &relay.passwords,
                releases: &relay.releases,
                database_up: database_is_up(&relay).await,
            };
            typed(
                relay.metrics.text(&sources),
                "text/plain; version=0.0.4; charset=utf-8",
            )
        });
    version
        .or(openapi)
        .unify()
        .or(health)
        .unify()
        .or(ready)
        .unify()
        .or(metrics)
        .unify()
        .boxed()
}

async fn database_is_up(relay: &Relay) -> bool {
    relay.store.run(|store| store.ping()).await.is_ok()
}

fn typed(body: String, content_type: &'static str) -> Reply {
    let mut reply = body.into_response();
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
