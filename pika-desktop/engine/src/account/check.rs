//! Asks a relay whose token it is.

use std::time::{Duration, Instant};

use pika_protocol::rest::ErrorBody;

use super::{AccountProfile, AccountStatus, Reach};
use crate::{
    http::RelayClient,
    reach,
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
        Err(why) => AccountStatus::Unreachable(format!("The relay cannot be reached: {why}")),
    }
}

/// Errors: why there was no answer, in words of our own.
fn me(address: &RelayAddress, token: &Token) -> Result<AccountStatus, String> {
    let relay = RelayClient::new(address.to_string(), Some(token.reveal()));
    let answer = relay.get("/api/auth/me").map_err(|error| error.to_string())?;
    let status = answer.status();
    let text = answer.text(MAX_ANSWER_BYTES).map_err(|error| {
        tracing::info!(%error, "the relay's answer was cut");
        "the connection was lost".to_owned()
    })?;
    if !status.is_success() {
        // A refusal of the relay's own is about the token; any other is of somebody in between.
        let is_its_own = serde_json::from_str::<ErrorBody>(&text).is_ok();
        return match status.as_u16() {
            401 => Ok(AccountStatus::Refused),
            403 if is_its_own => Ok(AccountStatus::Refused),
            _ if is_its_own => {
                tracing::info!(%status, "the relay gave no answer");
                Err("it has trouble at the moment".to_owned())
            }
            status => Err(reach::of_answer(status, &text).to_string()),
        };
    }
    let mut profile: AccountProfile = serde_json::from_str(&text)
        .map_err(|_| "what answers at this address is no Pika! relay".to_owned())?;
    for text in [&mut profile.name, &mut profile.slug, &mut profile.token_name] {
        *text = text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    }
    Ok(AccountStatus::Valid(profile))
}
