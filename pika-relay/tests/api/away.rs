//! The database is gone for ten seconds and comes back: nothing that was acknowledged is lost, what was not
//! is kept by its sender, and nobody is disconnected.

use std::time::{Duration, Instant};

use pika_protocol::{
    ActionId, DancerMessage, ErrorCode, PlayId, ToDancer,
    rest::{ErrorBody, Recap},
};
use pika_relay::{base::Secret, config::DatabaseUrl};

use crate::{
    helpers::{
        dancer::{Dancer, OverSocket},
        dj::{Dj, now_playing},
        eventually,
        http::request,
        relay::TestRelay,
    },
    postgres,
};

#[test]
fn the_database_is_gone_for_ten_seconds_and_comes_back() {
    let database = postgres::TestDatabase::create_alone();
    let relay =
        TestRelay::with(|config| config.database = DatabaseUrl::Postgres(Secret::new(database.url.as_str())));
    let mut dj = Dj::live(&relay);
    let before = dj.play("Before");
    let mut early = Dancer::<OverSocket>::enter(&relay, &dj.code);
    let mut late = Dancer::<OverSocket>::enter(&relay, &dj.code);
    early.like(before).unwrap();

    database.stop_server();
    let gone_since = Instant::now();
    let ready = request(relay.address, "GET", "/ready", &[], None);
    assert_eq!(
        (ready.status, ready.json::<ErrorBody>().code),
        (503, ErrorCode::Unavailable)
    );
    assert_eq!(request(relay.address, "GET", "/health", &[], None).status, 200);
    let (during, id) = (PlayId::random(), ActionId::random());
    dj.send(now_playing(during, "During"));
    let counter = late.next_counter();
    let like = DancerMessage::Like {
        id,
        counter,
        play_id: before,
    };
    late.send(&like);
    while gone_since.elapsed() < Duration::from_secs(10) {
        // Nothing is acknowledged that is not stored.
        for message in crate::helpers::dancer::Transport::receive(&mut late.transport) {
            assert!(
                !matches!(message, ToDancer::Ack { .. } | ToDancer::NowPlaying { .. }),
                "{message:?}"
            );
        }
    }
    database.start_server();

    // What was asked meanwhile is stored now; what is asked again counts once.
    late.say(&like).unwrap();
    dj.wait_for_likes(before, 2);
    early.wait_for_song("During");
    eventually("ready again", || {
        (request(relay.address, "GET", "/ready", &[], None).status == 200).then_some(())
    });
    let after = dj.play("After");
    early.like(after).unwrap();
    dj.end();
    let recap: Recap = request(
        relay.address,
        "GET",
        &format!("/api/sessions/{}/recap", dj.code),
        &[],
        None,
    )
    .json();
    let likes: Vec<_> = recap
        .plays
        .iter()
        .map(|play| (play.track.title.as_str(), play.likes))
        .collect();
    assert_eq!(likes, [("Before", 2), ("During", 0), ("After", 1)]);
}
