//! A relay that dies, a real one: what it has not confirmed is kept for it, and it keeps the DJ from nothing.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

#[path = "nights/mod.rs"]
mod nights;

use pika_engine::{
    live::{LiveCommand, LiveOptions, LivePhase},
    relay_access::RelayAccess,
};
use pika_relay::base::Moment;

use nights::{Desktop, Relay, eventually, plays_on_disk, song};

fn titles(relay: &Relay) -> Vec<String> {
    plays_on_disk(&relay.database)
        .into_iter()
        .map(|(_, title, ..)| title)
        .collect()
}

fn ended(relay: &Relay) -> Vec<bool> {
    let connection = rusqlite::Connection::open(&relay.database).unwrap();
    let mut statement = connection
        .prepare("SELECT ended_at IS NOT NULL FROM sessions ORDER BY started_at")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_night_goes_on_elsewhere_and_the_dead_relay_gets_its_end_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    std::fs::create_dir_all(&first).unwrap();
    std::fs::create_dir_all(&second).unwrap();
    let mut dying = Relay::start(&first);
    let other = Relay::start(&second);
    let (there, here): (RelayAccess, RelayAccess) = (dying.add_dj("Ada"), other.add_dj("Ada"));
    let options = || LiveOptions::new(folder.path().join("live.db"));
    let mut desktop = Desktop::start(options());
    desktop.go_live(there.clone(), "Friday");
    desktop.until("live", |state| state.phase == LivePhase::OnAir);
    desktop.play(&song("one", Moment::now().at.0));
    desktop.until("stored", |state| {
        state.plays.len() == 1 && state.link.waiting == 0
    });

    dying.stop();
    desktop.until("it is noticed", |state| state.link.problem.is_some());
    desktop.play(&song("two", Moment::now().at.0));
    desktop.ask(LiveCommand::End);
    desktop.until("over here", |state| {
        state.phase == LivePhase::Ended && state.owed.len() == 1
    });
    assert_eq!(
        desktop.state.owed[0].words().text,
        format!(
            "The relay {} has not confirmed 1 song; Pika! sends it when it can be reached.",
            dying.address
        )
    );

    // A restart meanwhile, and then the other relay at once.
    drop(desktop);
    let mut desktop = Desktop::start(options());
    desktop.go_live(here, "Saturday");
    desktop.until("live elsewhere", |state| state.phase == LivePhase::OnAir);
    desktop.play(&song("three", Moment::now().at.0));
    desktop.until("stored", |state| {
        state.plays.len() == 1 && state.link.waiting == 0
    });
    assert_eq!(titles(&other), ["three"]);
    assert_eq!(desktop.state.owed.len(), 1);

    dying.start_again();
    desktop.ask(LiveCommand::KnownAccount {
        access: Some(there.clone()),
        name: None,
    });
    desktop.until("handed in", |state| state.owed.is_empty());
    assert_eq!(titles(&dying), ["one", "two"]);
    assert_eq!(ended(&dying), [true]);
    assert_eq!(desktop.state.phase, LivePhase::OnAir, "the night goes on");
    desktop.ask(LiveCommand::End);
    desktop.until("it ends", |state| state.phase == LivePhase::Ended);
    assert_eq!(desktop.state.owed, []);
    eventually("the end is stored", || ended(&other)[0].then_some(()));
}

#[test]
fn the_next_session_on_the_same_relay_begins_when_that_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let mut desktop = Desktop::start(LiveOptions::new(folder.path().join("live.db")));
    desktop.go_live(access.clone(), "Friday");
    desktop.until("live", |state| state.phase == LivePhase::OnAir);
    relay.stop();
    desktop.until("it is noticed", |state| state.link.problem.is_some());
    desktop.play(&song("friday's", Moment::now().at.0));
    let at_ms = Moment::now().at.0;
    desktop.ask(LiveCommand::Stopped { at_ms });
    desktop.ask(LiveCommand::End);
    desktop.go_live(access, "Saturday");
    desktop.play(&song("saturday's", Moment::now().at.0));
    desktop.until("it waits", |state| state.phase == LivePhase::Starting);
    relay.start_again();
    desktop.until("live", |state| {
        state.phase == LivePhase::OnAir && state.link.waiting == 0
    });
    assert_eq!(desktop.state.plays.len(), 1);
    assert_eq!(desktop.state.session.as_ref().unwrap().name, "Saturday");
    assert_eq!(titles(&relay), ["friday's", "saturday's"]);
    assert_eq!(ended(&relay), [true, false]);
}
