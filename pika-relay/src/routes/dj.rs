//! The DJ without WebSocket: a session and its messages by POST, answered with what has come up.

use std::sync::Arc;

use bytes::Bytes;
use pika_protocol::{
    ActionId, DjMessage, ErrorCode, Message, SessionId, ToDj, limits,
    rest::{DjAnswers, DjBatch},
};
use tokio::sync::oneshot;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter, http::StatusCode};

use super::{
    address, body,
    dancers::PATIENCE,
    reply::{self, Reply},
    with,
};
use crate::{auth::AddressKey, base::Refusal, error::status_of, relay::Relay};

/// `POST /api/dj/sessions` and `POST /api/dj/sessions/{id}/messages`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let register = warp::path!("api" / "dj" / "sessions")
        .and(warp::post())
        .and(with(relay))
        .and(address(relay))
        .and(warp::header::optional::<String>("authorization"))
        .and(warp::header::optional::<String>("host"))
        .and(body(relay))
        .then(
            |relay: Arc<Relay>, address, token: Option<String>, host: Option<String>, body: Bytes| async move {
                register(&relay, address, bearer(token.as_deref()), host.as_deref(), &body).await
            },
        );
    let messages = warp::path!("api" / "dj" / "sessions" / Uuid / "messages")
        .and(warp::post())
        .and(with(relay))
        .and(address(relay))
        .and(warp::header::optional::<String>("authorization"))
        .and(body(relay))
        .then(
            |id, relay: Arc<Relay>, address, token: Option<String>, body: Bytes| async move {
                let answers = messages(&relay, address, bearer(token.as_deref()), SessionId(id), &body).await;
                answers.unwrap_or_else(|refusal| refused(&refusal, None))
            },
        );
    register.or(messages).unify().boxed()
}

async fn register(
    relay: &Arc<Relay>,
    address: AddressKey,
    token: &str,
    host: Option<&str>,
    body: &[u8],
) -> Reply {
    let message = match std::str::from_utf8(body).map(DjMessage::parse) {
        Ok(Ok(message)) => message,
        Ok(Err(error)) => {
            let id = error.id;
            return refused(&error.into(), id);
        }
        Err(_) => return refused(&Refusal::invalid("the body is not UTF-8"), None),
    };
    let id = message.id();
    let registered = async {
        let dj = relay.dj(token, address).await?;
        let (cell, resumed) = relay.hub.register(&dj, message).await?;
        cell.connect_dj(None, dj.token_id);
        let id = id.ok_or_else(|| Refusal::invalid("REGISTER_SESSION has an id"))?;
        Ok((cell, resumed, id))
    };
    match registered.await {
        Ok((cell, resumed, id)) => reply::json(StatusCode::OK, &relay.registered(&cell, id, resumed, host)),
        Err(refusal) => refused(&refusal, id),
    }
}

async fn messages(
    relay: &Arc<Relay>,
    address: AddressKey,
    token: &str,
    session_id: SessionId,
    body: &[u8],
) -> Result<Reply, Refusal> {
    let dj = relay.dj(token, address).await?;
    let batch: DjBatch = reply::read(body)?;
    if batch.messages.len() > limits::BATCH_MESSAGES {
        return Err(Refusal::invalid("too many messages in one request"));
    }
    let cell = relay.hub.owned(&dj, session_id).await?;
    if cell.live().row().device_id != batch.device_id {
        return Err(Refusal::new(
            ErrorCode::TakenOver,
            "another computer publishes this session now",
        ));
    }
    let waiting: Vec<_> = batch
        .messages
        .into_iter()
        .map(|message| {
            let (id, (tell, told)) = (message.id(), oneshot::channel());
            // Whoever asked may be gone.
            cell.dj_message(message, move |answer| drop(tell.send(answer)));
            (id, told)
        })
        .collect();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut messages: Vec<ToDj> = Vec::with_capacity(waiting.len());
    for (id, told) in waiting {
        messages.push(match tokio::time::timeout_at(deadline, told).await {
            Ok(Ok(answer)) => answer,
            _ => Refusal::unavailable().to_dj(id),
        });
    }
    messages.extend(cell.dj_news());
    Ok(reply::json(StatusCode::OK, &DjAnswers { messages }))
}

/// A refusal as the ERROR of the protocol: it may say where the account is live.
fn refused(refusal: &Refusal, id: Option<ActionId>) -> Reply {
    reply::retry_after(refusal, reply::json(status_of(refusal.code), &refusal.to_dj(id)))
}

fn bearer(header: Option<&str>) -> &str {
    header
        .and_then(|value| value.strip_prefix("Bearer "))
        .map_or("", str::trim)
}
