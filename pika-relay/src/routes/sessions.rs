//! Sessions to be read: lists, one, history, recap, and for their DJ the export.

use std::sync::Arc;

use pika_protocol::{ErrorCode, PlayId, SessionId, UnixMs};
use serde::Deserialize;
use uuid::Uuid;
use warp::{
    Filter, Rejection, Reply as _,
    filters::BoxedFilter,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    dancers::read_code,
    reply::{self, Reply},
    visitor::{Visitor, visitor},
    with,
};
use crate::{base::Refusal, export, nights::Reader, publisher::Dj, relay::Relay};

/// Header in which a dancer's page shows its pass; never in an address.
const PASS: &str = "pika-pass";

/// Where a page of a list begins.
#[derive(Debug, Deserialize)]
struct Before<T> {
    before: Option<T>,
}

/// `GET /api/sessions…` and `GET /api/dj/sessions…`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let get = warp::get().or(warp::head()).unify();
    let live = warp::path!("api" / "sessions")
        .and(get)
        .and(with(relay))
        .map(|relay: Arc<Relay>| reply::json(StatusCode::OK, &relay.live_list()));
    let recent = warp::path!("api" / "sessions" / "recent")
        .and(get)
        .and(with(relay))
        .and(warp::query::<Before<i64>>())
        .then(async |relay: Arc<Relay>, page: Before<i64>| {
            answer(relay.recent_list(page.before.map(UnixMs)).await)
        });
    let one = warp::path!("api" / "sessions" / String)
        .and(get)
        .and(asked(relay))
        .and_then(async |code: String, asked: Asked| match code.as_str() {
            // Here only when its query could not be read.
            "recent" => Err(warp::reject::not_found()),
            code => Ok(answer(asked.one(code).await)),
        });
    let history = warp::path!("api" / "sessions" / String / "history")
        .and(get)
        .and(asked(relay))
        .and(warp::query::<Before<Uuid>>())
        .then(async |code: String, asked: Asked, page: Before<Uuid>| {
            answer(asked.history(&code, page.before).await)
        });
    let recap = warp::path!("api" / "sessions" / String / "recap")
        .and(get)
        .and(asked(relay))
        .then(async |code: String, asked: Asked| answer(asked.recap(&code).await));
    let own = warp::path!("api" / "dj" / "sessions")
        .and(get)
        .and(asked(relay))
        .and(warp::query::<Before<i64>>())
        .then(async |asked: Asked, page: Before<i64>| answer(asked.own(page.before).await));
    let own_recap = warp::path!("api" / "dj" / "sessions" / Uuid / "recap")
        .and(get)
        .and(asked(relay))
        .then(async |id, asked: Asked| answer(asked.own_recap(SessionId(id)).await));
    let csv = warp::path!("api" / "dj" / "sessions" / Uuid / "export.csv")
        .and(get)
        .and(asked(relay))
        .then(async |id, asked: Asked| file(asked.own_recap(SessionId(id)).await, "csv"));
    let json = warp::path!("api" / "dj" / "sessions" / Uuid / "export.json")
        .and(get)
        .and(asked(relay))
        .then(async |id, asked: Asked| file(asked.own_recap(SessionId(id)).await, "json"));
    let lists = live
        .or(recent)
        .unify()
        .or(one)
        .unify()
        .or(history)
        .unify()
        .or(recap)
        .unify();
    lists
        .or(own)
        .unify()
        .or(own_recap)
        .unify()
        .or(csv)
        .unify()
        .or(json)
        .unify()
        .boxed()
}

/// A request with who makes it.
struct Asked {
    relay: Arc<Relay>,
    visitor: Visitor,
    token: Option<String>,
    pass: Option<String>,
}

fn asked(relay: &Arc<Relay>) -> impl Filter<Extract = (Asked,), Error = Rejection> + Clone + use<> {
    visitor(relay).map(|visitor: Visitor| {
        let text = |name| {
            let value: Option<&HeaderValue> = visitor.headers.get(name);
            value.and_then(|value| value.to_str().ok())
        };
        let token = text("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        let pass = text(PASS).map(str::to_owned);
        Asked {
            relay: visitor.relay.clone(),
            visitor,
            token,
            pass,
        }
    })
}

impl Asked {
    async fn reader(&self) -> Result<Reader, Refusal> {
        Ok(Reader {
            address: self.visitor.address,
            dj: self.shown_dj().await?,
            pass: self.pass.clone(),
        })
    }

    /// The DJ behind the token, or the one who is logged in with this browser; everything here is read only.
    async fn shown_dj(&self) -> Result<Option<Dj>, Refusal> {
        match &self.token {
            Some(token) => Ok(Some(self.relay.dj(token, self.visitor.address).await?)),
            None if self.relay.config.account_routes => Ok(self.visitor.dj().await?.map(|dj| Dj::from(&dj))),
            None => Ok(None),
        }
    }

    async fn dj(&self) -> Result<Dj, Refusal> {
        self.shown_dj()
            .await?
            .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized, "a DJ's token or login is needed here"))
    }

    async fn one(&self, code: &str) -> Result<pika_protocol::rest::SessionSummary, Refusal> {
        self.relay
            .one_session(&read_code(code)?, &self.reader().await?)
            .await
    }

    async fn history(
        &self,
        code: &str,
        before: Option<Uuid>,
    ) -> Result<pika_protocol::rest::History, Refusal> {
        self.relay
            .history(&read_code(code)?, &self.reader().await?, before.map(PlayId))
            .await
    }

    async fn recap(&self, code: &str) -> Result<pika_protocol::rest::Recap, Refusal> {
        self.relay.recap(&read_code(code)?, &self.reader().await?).await
    }

    async fn own(&self, before: Option<i64>) -> Result<pika_protocol::rest::SessionList, Refusal> {
        self.relay.own_list(&self.dj().await?, before.map(UnixMs)).await
    }

    async fn own_recap(&self, id: SessionId) -> Result<pika_protocol::rest::OwnerRecap, Refusal> {
        self.relay.owner_recap(&self.dj().await?, id).await
    }
}

fn answer(result: Result<impl serde::Serialize, Refusal>) -> Reply {
    match result {
        Ok(body) => reply::json(StatusCode::OK, &body),
        Err(refusal) => reply::refused(&refusal),
    }
}

/// A night to be saved as a file.
fn file(recap: Result<pika_protocol::rest::OwnerRecap, Refusal>, kind: &'static str) -> Reply {
    let recap = match recap {
        Ok(recap) => recap,
        Err(refusal) => return reply::refused(&refusal),
    };
    let mut reply = if kind == "csv" {
        let mut reply = export::csv(&recap).into_response();
        reply.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        );
        reply
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        reply
    } else {
        reply::json(StatusCode::OK, &recap)
    };
    // Date and code are plain ASCII.
    let date = export::utc(recap.recap.started_at);
    let name = format!(
        "attachment; filename=\"pika-{}-{}.{kind}\"",
        &date[..10],
        recap.recap.session.code
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        reply.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    reply
}
