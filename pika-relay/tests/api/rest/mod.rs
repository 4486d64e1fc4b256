//! What can be read over plain HTTP, by whom, and that the description of it is true.

pub(crate) mod description;
mod night;
mod pin;

use crate::helpers::{
    dancer::{Dancer, OverSocket, Ticket},
    dj::{Dj, Wish},
    http::{Response, request},
    relay::TestRelay,
};

fn get(relay: &TestRelay, path: &str, headers: &[(&str, &str)]) -> Response {
    request(relay.address, "GET", path, headers, None)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// A night with a secret song that was liked, and the pass of the dancer who did.
fn a_night(relay: &TestRelay, pin: Option<&str>) -> (Dj, String) {
    let wish = Wish {
        pin: pin.map(str::to_owned),
        ..Wish::default()
    };
    let mut dj = Dj::register(relay, wish).unwrap();
    let play_id = dj.play("Sesame");
    dj.start_poll(pika_protocol::feedback::PollCloses::Manual);
    let ticket = Ticket {
        pin: pin.map(str::to_owned),
        ..Ticket::default()
    };
    let mut dancer = Dancer::<OverSocket>::try_enter(relay, &dj.code, &ticket).unwrap();
    dancer.like(play_id).unwrap();
    dj.wait_for_likes(play_id, 1);
    (dj, dancer.pass)
}
