//! Plain requests to a relay.

use std::time::Duration;

/// A request that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks a relay: within ten seconds, without following it elsewhere (a token goes to the relay that the DJ named and
/// nowhere else), and with a refusal as an answer, since its body says why.
pub(crate) fn relay_agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent()
}
