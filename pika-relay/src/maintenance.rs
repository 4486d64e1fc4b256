//! What is tidied away by itself: old connection events, logins that ended, tokens nobody uses.

use std::{sync::Weak, time::Duration};

use pika_protocol::ErrorCode;

use crate::{
    base::Moment,
    publisher::LOCAL_OWNER,
    relay::Relay,
    store::{StoreError, models::EndReason},
};

/// How often.
const EVERY: Duration = Duration::from_secs(3600);

/// How often tokens of connected DJs are looked up: commands and other relays revoke them, too.
const LOOK_UP: Duration = Duration::from_secs(5);

/// Closes what was opened with a token that is no more, and ends the sessions of accounts that are no more, every
/// few seconds, as long as the relay is there.
pub async fn watch_tokens(relay: Weak<Relay>) {
    loop {
        tokio::time::sleep(LOOK_UP).await;
        let Some(relay) = relay.upgrade() else { return };
        for cell in relay.hub.cells() {
            let owner = cell.owner;
            if owner == LOCAL_OWNER {
                continue;
            }
            let looked_up = relay
                .store
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

/// Tidies up now and every hour, as long as the relay is there.
pub async fn run(relay: Weak<Relay>) {
    loop {
        let Some(relay) = relay.upgrade() else { return };
        if let Err(error) = tidy(&relay, Moment::now()).await {
            tracing::warn!(%error, "tidying up did not work, it is tried again in an hour");
        }
        drop(relay);
        tokio::time::sleep(EVERY).await;
    }
}

/// Deletes what is too old at `now`.
pub async fn tidy(relay: &Relay, now: Moment) -> Result<(), StoreError> {
    let ago = |age: Duration| {
        now.at
            .plus_ms(-i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
    };
    let limits = &relay.config.limits;
    let (events, tokens) = (ago(limits.telemetry_age), ago(limits.token_unused));
    let (events, logins, tokens) = relay
        .store
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
