//! Dancers without WebSocket: join, and actions by POST; and what only the big screen may know.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use pika_protocol::{
    ErrorCode, PROTOCOL_VERSION, SessionCode, limits,
    rest::{DancerAnswers, DancerBatch, JoinAnswer, JoinRequest, ScreenRequest},
};
use tokio::sync::oneshot;
use warp::{Filter, filters::BoxedFilter, http::StatusCode};

use super::{
    address, body,
    reply::{self, Reply},
    with,
};
use crate::{
    auth::AddressKey,
    base::{Moment, Refusal},
    relay::{Entry, Relay},
};

/// An answer that takes longer is told later: the sender asks again with the same id.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /api/sessions/{code}/join`, `…/messages` and `…/screen`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let join = warp::path!("api" / "sessions" / String / "join")
        .and(warp::post())
        .and(with(relay))
        .and(address(relay))
        .and(body(relay))
        .then(
            |code: String, relay: Arc<Relay>, address: AddressKey, body: Bytes| async move {
                join(&code, &relay, address, &body)
                    .await
                    .unwrap_or_else(|refusal| reply::refused(&refusal))
            },
        );
    let messages = warp::path!("api" / "sessions" / String / "messages")
        .and(warp::post())
        .and(with(relay))
        .and(address(relay))
        .and(body(relay))
        .then(
            |code: String, relay: Arc<Relay>, address: AddressKey, body: Bytes| async move {
                messages(&code, &relay, address, &body)
                    .await
                    .unwrap_or_else(|refusal| reply::refused(&refusal))
            },
        );
    let screen = warp::path!("api" / "sessions" / String / "screen")
        .and(warp::post())
        .and(with(relay))
        .and(address(relay))
        .and(body(relay))
        .then(
            |code: String, relay: Arc<Relay>, address: AddressKey, body: Bytes| async move {
                screen(&code, &relay, address, &body)
                    .await
                    .unwrap_or_else(|refusal| reply::refused(&refusal))
            },
        );
    join.or(messages).unify().or(screen).unify().boxed()
}

async fn screen(code: &str, relay: &Relay, address: AddressKey, body: &[u8]) -> Result<Reply, Refusal> {
    let request: ScreenRequest = reply::read(body)?;
    let answer = relay
        .screen(&read_code(code)?, &request.screen_key, address)
        .await?;
    Ok(reply::json(StatusCode::OK, &answer))
}

async fn join(code: &str, relay: &Relay, address: AddressKey, body: &[u8]) -> Result<Reply, Refusal> {
    let request: JoinRequest = reply::read(body)?;
    let code = read_code(code)?;
    let (pin, pass) = (request.pin.as_deref(), request.pass.as_deref());
    let protocol_version = request.protocol_version;
    let guest = relay
        .enter(Entry {
            address,
            protocol_version,
            code: &code,
            pin,
            pass,
        })
        .await?;
    let news = guest.cell.read(None, None).await?;
    let now = Moment::now().at;
    let age_ms = i64::try_from(relay.config.limits.ticket_age.as_millis()).unwrap_or(i64::MAX);
    let ends_at_secs = u64::try_from(now.plus_ms(age_ms).0 / 1000).unwrap_or(0);
    let relay_time = guest.cell.now().at;
    let answer = JoinAnswer {
        protocol_version: PROTOCOL_VERSION,
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        pass: relay.key.pass_text(&guest.pass),
        ticket: relay.key.issue_ticket(guest.cell.id.0, &guest.pass, ends_at_secs),
        // Times of one session are on its clock; the ticket itself is looked at by the wall's.
        ticket_ends_at: relay_time.plus_ms(age_ms),
        relay_time,
        snapshot: *news.snapshot,
    };
    Ok(reply::json(StatusCode::OK, &answer))
}

async fn messages(code: &str, relay: &Relay, address: AddressKey, body: &[u8]) -> Result<Reply, Refusal> {
    let batch: DancerBatch = reply::read(body)?;
    if batch.messages.len() > limits::BATCH_MESSAGES {
        return Err(Refusal::invalid("too many messages in one request"));
    }
    let guest = relay.guest(&read_code(code)?, &batch.ticket, address).await?;
    let waiting: Vec<_> = batch
        .messages
        .iter()
        .map(|message| {
            let (tell, told) = oneshot::channel();
            // Whoever asked may be gone.
            guest
                .cell
                .dancer_message(guest.dancer, message, move |answer| drop(tell.send(answer)));
            (message.id(), told)
        })
        .collect();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut messages = Vec::with_capacity(waiting.len());
    for (id, told) in waiting {
        let answer = tokio::time::timeout_at(deadline, told).await;
        messages.push(match answer {
            Ok(Ok(answer)) => answer,
            _ => Refusal::unavailable().to_dancer(id),
        });
    }
    Ok(reply::json(StatusCode::OK, &DancerAnswers { messages }))
}

/// A code in an address.
pub(super) fn read_code(code: &str) -> Result<SessionCode, Refusal> {
    SessionCode::parse(code)
        .ok_or_else(|| Refusal::new(ErrorCode::UnknownSession, "no session with this code"))
}
