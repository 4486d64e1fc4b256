//! Accounts as DJs use them: with a browser without script, and as programs do.

mod description;
mod logging_in;
mod registering;
mod settling_in;
mod tokens;

use pika_relay::config::Registration;

use crate::helpers::{
    browser::{Browser, between},
    http::{Response, request},
    relay::TestRelay,
};

const EMAIL: &str = "nadia@example.org";
const PASSWORD: &str = "the floor is full";

pub(crate) fn with_accounts() -> TestRelay {
    TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
    })
}

/// A DJ who has just registered, and the token that was shown.
pub(crate) fn registered(relay: &TestRelay) -> (Browser, String) {
    let mut browser = Browser::new(relay);
    let shown = browser.register("DJ Nadia K", EMAIL, PASSWORD);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let token = token_in(&shown).expect("a token is shown");
    (browser, token)
}

pub(crate) fn token_in(page: &Response) -> Option<String> {
    between(&page.body, "pk_dj_", "<").map(|rest| format!("pk_dj_{rest}"))
}

fn me(relay: &TestRelay, token: &str) -> Response {
    let bearer = format!("Bearer {token}");
    request(
        relay.address,
        "GET",
        "/api/auth/me",
        &[("authorization", &bearer)],
        None,
    )
}
