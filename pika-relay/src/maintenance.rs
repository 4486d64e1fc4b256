//! What is tidied away by itself: old connection events, logins that ended, tokens nobody uses.

use std::time::Duration;

use pika_protocol::ErrorCode;

use crate::{
    base::Moment,
    config::Limits,
    hub::Hub,
    publisher::LOCAL_OWNER,
    store::{StoreError, StoreHandle, models::EndReason},
};

/// How often.
const EVERY: Duration = Duration::from_secs(3600);

/// How often tokens of connected DJs are looked up: commands and other relays revoke them, too.
const LOOK_UP: Duration = Duration::from_secs(5);

/// Closes what was opened with a token that is no more, and ends the sessions of accounts that are no more, every
/// few seconds, without end.
pub async fn watch_tokens(store: StoreHandle, hub: Hub) {
    loop {
        tokio::time::sleep(LOOK_UP).await;
        for cell in hub.cells() {
            let owner = cell.owner;
            if owner == LOCAL_OWNER {
                continue;
            }
            let looked_up = store
                .run(move |store| Ok((store.dj_by_id(owner)?, store.tokens_of(owner)?)))
                .await;
            // Where the database is away nothing is closed.
            let Ok((account, tokens)) = looked_up else {
                continue;
            };
            if account.is_none() {
                cell.close_dj(ErrorCode::Unauthorized);
                cell.end(EndReason::Operator);
            } else if let Some(token_id) = cell.dj_token()
                && !tokens.iter().any(|token| token.id == token_id)
            {
                cell.revoke_token(token_id);
            }
        }
    }
}

/// Tidies up now and every hour, without end.
pub async fn run(store: StoreHandle, limits: Limits) {
    loop {
        if let Err(error) = tidy(&store, &limits, Moment::now()).await {
            tracing::warn!(error = %error.in_one_line(), "tidying up did not work, it is tried again in an hour");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Deletes what is too old at `now`.
pub async fn tidy(store: &StoreHandle, limits: &Limits, now: Moment) -> Result<(), StoreError> {
    let ago = |age: Duration| {
        now.at
            .plus_ms(-i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
    };
    let (events, tokens) = (ago(limits.telemetry_age), ago(limits.token_unused));
    let (events, logins, tokens) = store
        .run(move |store| {
            Ok((
                store.prune_events(events)?,
                store.delete_ended_web_sessions(now.at)?,
                store.delete_unused_tokens(tokens)?,
            ))
        })
        .await?;
    if events + logins + tokens > 0 {
        tracing::info!(events, logins, tokens, "tidied up");
    }
    Ok(())
}
