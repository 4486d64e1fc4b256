//! Listening without WebSocket: server-sent events, and short polling with ETag.

use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use pika_protocol::{Epoch, session::Position};
use serde::Deserialize;
use warp::{
    Filter, Reply as _,
    filters::BoxedFilter,
    http::{Response, StatusCode, header},
};

use super::{
    Client, address,
    dancers::read_code,
    reply::{self, Reply},
    visit::{By, Visit},
    with,
};
use crate::{
    auth::AddressKey,
    base::Refusal,
    hand_over::HandOver,
    hub::{
        cell::Cell,
        conn::{Conn, Dress},
        peer::until_gone,
    },
    relay::Relay,
};

/// Between two requests of one who polls.
const POLL_AGAIN_MS: u32 = 3000;

#[derive(Deserialize)]
struct Query {
    ticket: String,
    /// `epoch-offset`.
    after: Option<String>,
}

/// `GET /api/sessions/{code}/events` and `…/state`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let events = warp::path!("api" / "sessions" / String / "events")
        .and(warp::get())
        .and(with(relay))
        .and(address(relay))
        .and(warp::ext::get::<Client>())
        .and(warp::query::<Query>())
        .and(warp::header::optional::<String>("last-event-id"))
        .then(
            |code: String,
             relay: Arc<Relay>,
             address: AddressKey,
             client: Client,
             query: Query,
             last: Option<String>| async move {
                let after = last.or_else(|| query.after.clone());
                let events = events(&code, &relay, address, client, &query.ticket, after.as_deref()).await;
                events.unwrap_or_else(|refusal| reply::refused(&refusal))
            },
        );
    let state =
        warp::path!("api" / "sessions" / String / "state")
            .and(warp::get())
            .and(with(relay))
            .and(address(relay))
            .and(warp::query::<Query>())
            .and(warp::header::optional::<String>("if-none-match"))
            .then(
                |code: String,
                 relay: Arc<Relay>,
                 address: AddressKey,
                 query: Query,
                 known: Option<String>| async move {
                    let state = state(&code, &relay, address, &query, known.as_deref()).await;
                    state.unwrap_or_else(|refusal| reply::refused(&refusal))
                },
            );
    events.or(state).unify().boxed()
}

async fn events(
    code: &str,
    relay: &Arc<Relay>,
    address: AddressKey,
    client: Client,
    ticket: &str,
    after: Option<&str>,
) -> Result<Reply, Refusal> {
    let guest = relay.guest(&read_code(code)?, ticket, address).await?;
    let conn = Conn::waiting(Dress::Events, relay.config.limits.queue_messages);
    let pass = relay.key.pass_text(&guest.pass);
    guest
        .cell
        .join(conn.clone(), pass, after.and_then(read_position))
        .await?;
    let visit = Visit::begin(relay, guest.cell.id, By::DancerEvents, after.is_some(), None);
    let listener = Listener {
        conn,
        cell: guest.cell,
        _visit: visit,
        _client: client,
    };
    let mut reply = StatusCode::OK.into_response();
    let headers = reply.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    // nginx would collect the events otherwise.
    headers.insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    HandOver::put(&mut reply, |io, head| {
        listener.conn.attach(io, head);
        tokio::spawn(listener.stay());
    });
    Ok(reply)
}

/// One who listens to events on a socket of its own; leaves the room when dropped.
struct Listener {
    conn: Arc<Conn>,
    cell: Arc<Cell>,
    _visit: Visit,
    /// Counts the connection.
    _client: Client,
}

impl Listener {
    async fn stay(self) {
        until_gone(&self.conn).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let (cell, conn) = (self.cell.clone(), self.conn.clone());
        tokio::spawn(async move { cell.leave(conn).await });
    }
}

async fn state(
    code: &str,
    relay: &Relay,
    address: AddressKey,
    query: &Query,
    known: Option<&str>,
) -> Result<Reply, Refusal> {
    let guest = relay.guest(&read_code(code)?, &query.ticket, address).await?;
    let since = query.after.as_deref().and_then(read_position);
    let news = guest.cell.read(Some(guest.dancer), since).await?;
    let Position { epoch, offset } = news.position;
    let asked = since.map_or(0, |since| since.offset);
    let etag = format!("\"{epoch}-{asked}-{offset}-{:x}\"", news.version);
    if known == Some(etag.as_str()) {
        return Ok(Response::builder()
            .status(StatusCode::NOT_MODIFIED)
            .header(header::ETAG, etag)
            .body(String::new())
            .map_or_else(
                |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                warp::Reply::into_response,
            ));
    }
    // As `PolledState`, but out of texts that are encoded already.
    let mut body = BytesMut::new();
    let head = format!(
        r#"{{"position":{{"epoch":"{epoch}","offset":{offset}}},"relay_time":{},"poll_again_ms":{POLL_AGAIN_MS},"messages":["#,
        guest.cell.now().at.0
    );
    body.put_slice(head.as_bytes());
    for (nth, message) in news.messages.iter().enumerate() {
        if nth > 0 {
            body.put_u8(b',');
        }
        body.put_slice(message);
    }
    body.put_slice(b"]}");
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "private, no-cache")
        .header(header::ETAG, etag)
        .body(body.to_vec())
        .map_or_else(
            |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            warp::Reply::into_response,
        ))
}

/// Reads `epoch-offset`.
fn read_position(text: &str) -> Option<Position> {
    let (epoch, offset) = text.rsplit_once('-')?;
    Some(Position {
        epoch: Epoch(epoch.parse().ok()?),
        offset: offset.parse().ok()?,
    })
}
