//! A real relay process is killed with `kill -9` while two hundred dancers like and vote over real sockets.
//! It starts again on the same database, they come back, and then: every action that was acknowledged is there
//! once, none twice, and every dancer has heard the same.
//!
//! `PIKA_KILL_ROUNDS=50` plays fifty such nights; `scripts/test-kill` does.

#![allow(clippy::unwrap_used)] // A test that cannot unwrap has failed.

#[path = "support/account.rs"]
mod account;
#[path = "kill/crowd.rs"]
mod crowd;
#[cfg(all(feature = "postgres", target_os = "linux"))]
#[path = "support/postgres.rs"]
mod postgres;
#[path = "kill/process.rs"]
mod process;
#[path = "api/helpers/socket.rs"]
mod socket;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use pika_protocol::PlayId;
use pika_relay::{config::DatabaseUrl, store};

use crowd::{Crowd, Publisher};
use process::Relay;

/// No wait is longer.
const PATIENCE: Duration = Duration::from_secs(120);
const DANCERS: usize = 200;
const SONGS: usize = 6;

fn rounds() -> usize {
    std::env::var("PIKA_KILL_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
}

#[test]
fn sqlite_loses_nothing_and_counts_nothing_twice() {
    for round in 0..rounds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay.db");
        night(
            round,
            &format!("sqlite:{}", file.display()),
            &DatabaseUrl::Sqlite(file),
        );
    }
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[test]
fn postgres_loses_nothing_and_counts_nothing_twice() {
    for round in 0..rounds() {
        let database = postgres::TestDatabase::create();
        night(round, &database.url, &DatabaseUrl::parse(&database.url).unwrap());
    }
}

fn night(round: usize, url: &str, database: &DatabaseUrl) {
    let mut relay = Relay::start(url);
    let token = account::add_dj(&*store::open(database).unwrap(), "Ada");
    let mut dj = Publisher::register(relay.address, token);
    let plays: Vec<PlayId> = (0..3)
        .map(|n| dj.play(relay.address, &format!("Song {n}")))
        .collect();
    let poll = dj.start_poll(relay.address);
    let (code, address) = (dj.code.clone(), relay.address);

    // Each dancer's actions are drawn by a seed, so that a night can be played again.
    let crowd = Crowd::new(DANCERS, round as u64, &plays, poll);
    let (n_acked, n_wanted) = (AtomicUsize::new(0), crowd.n_actions());
    let mut crowd = std::thread::scope(|scope| {
        let dancing = scope.spawn(|| crowd.dance(address, &code, &n_acked));
        // In the middle, at another place each time.
        let when = n_wanted * (20 + (round * 17) % 60) / 100;
        wait(|| n_acked.load(Ordering::Relaxed) >= when);
        relay.kill();
        relay.start_again();
        // The DJ plays on while everybody comes back.
        for n in 3..SONGS {
            dj.play(address, &format!("Song {n}"));
        }
        dancing.join().unwrap()
    });
    assert_eq!(n_acked.load(Ordering::Relaxed), n_wanted);

    let heard = crowd.hear_to_the_end(address, &code, SONGS);
    for (nth, other) in heard.iter().enumerate() {
        assert_eq!(
            other, &heard[0],
            "round {round}: dancer {nth} heard something else than dancer 0"
        );
    }
    let state = dj.state(address);
    relay.kill();
    let likes: BTreeMap<PlayId, u32> = state.counts.iter().map(|c| (c.play_id, c.likes)).collect();
    for play_id in &plays {
        assert_eq!(
            likes[play_id],
            crowd.likes(*play_id),
            "round {round}: likes of {play_id}"
        );
    }
    assert_eq!(state.poll.unwrap().votes, crowd.votes(), "round {round}: votes");
    assert_eq!(state.plays.len(), SONGS, "round {round}: every song once");
    // The database says the same as the relay did.
    let stored = pika_relay::store::open(database)
        .unwrap()
        .load_session(dj.session_id)
        .unwrap()
        .unwrap();
    for counts in stored.counts {
        assert_eq!(
            counts.likes, likes[&counts.play_id],
            "round {round}: stored likes"
        );
    }
}

fn wait(until: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + PATIENCE;
    while !until() {
        assert!(std::time::Instant::now() < deadline, "the crowd got stuck");
        std::thread::sleep(Duration::from_millis(1));
    }
}
