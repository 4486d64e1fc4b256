//! Who publishes: the DJ behind a bearer token, looked up in the store.

use std::time::Instant;

use pika_protocol::{ErrorCode, UnixMs};
use uuid::Uuid;

use crate::{
    auth::{AddressKey, DjToken},
    base::{Moment, Refusal, Secret},
    config::Limits,
    rate_limit::{Action, RateLimiter},
    store::{StoreError, StoreHandle, accounts::DjRow, models::OwnerId},
};

/// Owner of what is published with the embedding program's own key.
pub const LOCAL_OWNER: OwnerId = OwnerId(Uuid::nil());

/// A token's use is noted once an hour at most: a write for each request would be for nothing.
const NOTED_EVERY_MS: i64 = 3_600_000;

/// A DJ who showed a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dj {
    /// The account.
    pub owner: OwnerId,
    /// Its name; `None` for the embedding program, which has no account.
    pub name: Option<String>,
    /// Which token, so that revoking it can close what it opened.
    pub token_id: Option<Uuid>,
}

impl From<&DjRow> for Dj {
    /// Who is logged in with a browser, where no token is shown.
    fn from(dj: &DjRow) -> Self {
        Self {
            owner: dj.id,
            name: Some(dj.name.clone()),
            token_id: None,
        }
    }
}

/// Finds the DJ behind `token`. A valid token is never limited, only wrong ones are, by address.
pub async fn dj_of_token(
    store: &StoreHandle,
    publisher_key: Option<&Secret>,
    limiter: &RateLimiter,
    limits: &Limits,
    address: AddressKey,
    token: &str,
) -> Result<Dj, Refusal> {
    if publisher_key.is_some_and(|key| key.matches(token)) {
        return Ok(Dj {
            owner: LOCAL_OWNER,
            name: None,
            token_id: None,
        });
    }
    let found = match DjToken::parse(token) {
        Some(token) => {
            let hash = token.hash();
            store
                .run(move |store| store.token_owner(&hash))
                .await
                .map_err(|error| refuse(&error))?
        }
        None => None,
    };
    let Some((row, dj)) = found else {
        let limited = limiter.take(
            Action::TokenFailure,
            address,
            limits.token_failures,
            Instant::now(),
        );
        return Err(match limited {
            Ok(()) => Refusal::new(
                ErrorCode::Unauthorized,
                "this token is not valid, please sign in again",
            ),
            Err(wait) => Refusal::wait(
                ErrorCode::RateLimited,
                "too many wrong tokens from this address",
                wait,
            ),
        });
    };
    note_use(store, row.id, row.last_used_at);
    Ok(Dj {
        owner: dj.id,
        name: Some(dj.name),
        token_id: Some(row.id),
    })
}

/// Fire and forget: nobody waits for it, and a lost note is made at the next use.
fn note_use(store: &StoreHandle, token_id: Uuid, last_used_at: UnixMs) {
    let now = Moment::now().at;
    if now.since_ms(last_used_at) < NOTED_EVERY_MS {
        return;
    }
    let store = store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.run(move |store| store.touch_token(token_id, now)).await {
            tracing::debug!(error = %error.in_one_line(), "a token's use was not noted");
        }
    });
}

fn refuse(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(),
        error => {
            tracing::error!(error = %error.in_one_line(), "the database failed");
            Refusal::internal()
        }
    }
}
