//! Asks a relay whose token it is.

use std::{io::Read, time::Duration};

use super::{AccountProfile, AccountStatus, RelayAddress, Token};

/// A relay that takes longer does not answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes read of an answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;
/// Characters shown of a name.
const MAX_NAME: usize = 200;

/// `GET /api/auth/me`. A token is never sent where it could be overheard.
pub(super) fn ask(address: &RelayAddress, token: &Token) -> AccountStatus {
    if !address.takes_secrets() {
        return AccountStatus::Insecure;
    }
    match me(address, token) {
        Ok(status) => status,
        Err(error) => AccountStatus::Unreachable(format!("The relay cannot be reached: {error}")),
    }
}

fn me(address: &RelayAddress, token: &Token) -> Result<AccountStatus, Box<dyn std::error::Error>> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        // The token goes to the relay that the DJ named and nowhere else.
        .max_redirects(0)
        .build()
        .new_agent();
    let answer = agent
        .get(format!("{address}/api/auth/me"))
        .header("Authorization", format!("Bearer {}", token.reveal()))
        .call()?;
    let status = answer.status();
    if matches!(status.as_u16(), 401 | 403) {
        return Ok(AccountStatus::Refused);
    }
    if !status.is_success() {
        return Err(format!("it answered {status}").into());
    }
    let mut text = String::new();
    answer
        .into_body()
        .into_reader()
        .take(MAX_ANSWER_BYTES)
        .read_to_string(&mut text)?;
    let mut profile: AccountProfile =
        serde_json::from_str(&text).map_err(|_| "its answer makes no sense; is this a Pika! relay?")?;
    for text in [&mut profile.name, &mut profile.slug, &mut profile.token_name] {
        *text = text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    }
    Ok(AccountStatus::Valid(profile))
}
