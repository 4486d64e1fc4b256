//! The pages of DJs that are read: welcome, register, log in, dashboard, one night, profile.

pub(super) mod dashboard;
pub(super) mod entrance;
pub(super) mod html;
mod profile;

use std::sync::Arc;

use pika_protocol::{SessionId, UnixMs};
use serde::Deserialize;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter, http::StatusCode};

use super::{
    page_data::origin_of,
    pages::words,
    reply::Reply,
    visitor::{Visitor, visitor},
};
use crate::{
    pages::dj::{
        entrance::{WelcomePage, forgot_page, welcome_page},
        night::night_page,
    },
    publisher::Dj,
    relay::Relay,
};
use dashboard::{Shown, dashboard};
use entrance::{LoginQuery, door, login, register};
use html::{Html, broken, private, to};
use profile::{live, profile};

/// What the dashboard may be told to say, by its query.
const DONE: &[&str] = &["revoked", "profile", "password", "others"];

/// The query of `/dj`.
#[derive(Debug, Default, Deserialize)]
struct HomeQuery {
    /// What was done, a word of [`DONE`].
    done: Option<String>,
    /// Older nights than this.
    before: Option<i64>,
    /// There right after logging in: a browser that did not keep the cookie is told so.
    welcome: Option<String>,
}

/// Every page that is read.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let get = warp::get().or(warp::head()).unify();
    let home = warp::path!("dj")
        .and(get)
        .and(visitor(relay))
        .and(warp::query::<HomeQuery>())
        .then(home);
    let register = warp::path!("dj" / "register")
        .and(get)
        .and(visitor(relay))
        .then(register);
    let login = warp::path!("dj" / "login")
        .and(get)
        .and(visitor(relay))
        .and(warp::query::<LoginQuery>())
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

async fn home(visitor: Visitor, asked: HomeQuery) -> Html {
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
