//! Asks a relay whose token it is.

use std::time::{Duration, Instant};

use super::{AccountProfile, AccountStatus, Reach};
use crate::{
    http::RelayClient,
    relay_access::{RelayAddress, Token},
};

/// Bytes read of an answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;
/// Characters shown of a name.
const MAX_NAME: usize = 200;

/// Asks twice whether the relay is well, without a token; the second time nothing has to be connected.
pub(super) fn reach(address: &RelayAddress) -> Reach {
    let relay = RelayClient::new(address.to_string(), None);
    let ask = || -> Option<Duration> {
        let began = Instant::now();
        let answer = relay.get("/health").ok()?;
        let is_well = answer.status().is_success();
        answer.drain(MAX_ANSWER_BYTES).ok()?;
        is_well.then(|| began.elapsed())
    };
    let first = ask();
    match first.and_then(|first| ask().map(|second| second.min(first))) {
        Some(took) => Reach::Answers(u32::try_from(took.as_millis()).unwrap_or(u32::MAX)),
        None => Reach::Silent,
    }
}

/// `GET /api/auth/me`. A token is never sent where it could be overheard.
pub(super) fn ask(address: &RelayAddress, token: &Token) -> AccountStatus {
    if !address.takes_secrets() {
        return AccountStatus::Insecure;
    }
    match me(address, token) {
        Ok(status) => status,
        Err(why) => AccountStatus::Unreachable(why.to_owned()),
    }
}

/// Errors: why there was no answer, in a sentence of our own without its full stop.
fn me(address: &RelayAddress, token: &Token) -> Result<AccountStatus, &'static str> {
    let relay = RelayClient::new(address.to_string(), Some(token.reveal()));
    let silent = |error: &dyn std::fmt::Display| {
        tracing::info!(%error, "the relay was not reached");
        "The relay does not answer: this computer may be offline, or the address wrong"
    };
    let answer = relay.get("/api/auth/me").map_err(|error| silent(&error))?;
    let status = answer.status();
    if matches!(status.as_u16(), 401 | 403) {
        return Ok(AccountStatus::Refused);
    }
    if !status.is_success() {
        tracing::info!(%status, "the relay gave no answer");
        return Err("The relay has trouble at the moment, or this is the address of something else");
    }
    let text = answer.text(MAX_ANSWER_BYTES).map_err(|error| silent(&error))?;
    let mut profile: AccountProfile =
        serde_json::from_str(&text).map_err(|_| "What answers at this address is no Pika! relay")?;
    for text in [&mut profile.name, &mut profile.slug, &mut profile.token_name] {
        *text = text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    }
    Ok(AccountStatus::Valid(profile))
}
