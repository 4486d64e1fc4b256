//! What a DJ's program asks about its own account.

use std::sync::Arc;

use pika_protocol::{ErrorCode, UnixMs};
use serde::Serialize;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::StatusCode;

use super::reply::{self, Reply};
use super::{address, with};
use crate::auth::AddressKey;
use crate::error::ApiError;
use crate::hub::moment::Moment;
use crate::hub::refusal::Refusal;
use crate::relay::Relay;

/// Whose token it is, and how it is.
#[derive(Debug, Serialize)]
struct Me {
    /// As dancers see it.
    name: String,
    /// Stands in the account's public addresses.
    slug: String,
    /// What the owner calls this token.
    token_name: String,
    /// When the token was made.
    token_created_at: UnixMs,
    /// When it will be deleted unless it is used before.
    token_ends_at: UnixMs,
    /// Whether that is so near that its owner should know.
    token_ends_soon: bool,
}

/// `GET /api/auth/me`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    warp::path!("api" / "auth" / "me")
        .and(warp::get().or(warp::head()).unify())
        .and(with(relay))
        .and(address(relay))
        .and(warp::header::optional::<String>("authorization"))
        .then(async |relay: Arc<Relay>, address, header: Option<String>| {
            let token = header.as_deref().and_then(|value| value.strip_prefix("Bearer "));
            match me(&relay, address, token.unwrap_or_default()).await {
                Ok(me) => reply::json(StatusCode::OK, &me),
                Err(refusal) => reply::refused(&refusal),
            }
        })
        .boxed()
}

async fn me(relay: &Relay, address: AddressKey, token: &str) -> Result<Me, Refusal> {
    let unknown = || {
        Refusal::new(
            ErrorCode::Unauthorized,
            "this token is not valid, please sign in again",
        )
    };
    // The embedding program's own key belongs to no account.
    let shown = relay.dj(token, address).await?;
    let (owner, token_id) = (shown.owner, shown.token_id.ok_or_else(unknown)?);
    let read = relay
        .store
        .run(move |store| Ok((store.dj_by_id(owner)?, store.tokens_of(owner)?)))
        .await;
    let (dj, tokens) = read.map_err(|error| {
        let status = ApiError::from(error).status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            Refusal::unavailable()
        } else {
            Refusal::internal()
        }
    })?;
    let (Some(dj), Some(token)) = (dj, tokens.into_iter().find(|token| token.id == token_id)) else {
        return Err(unknown());
    };
    let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let limits = &relay.config.limits;
    let token_ends_at = token.last_used_at.plus_ms(millis(limits.token_unused));
    Ok(Me {
        name: dj.name,
        slug: dj.slug,
        token_name: token.name,
        token_created_at: token.created_at,
        token_ends_at,
        token_ends_soon: token_ends_at.since_ms(Moment::now().at) < millis(limits.token_warning),
    })
}
