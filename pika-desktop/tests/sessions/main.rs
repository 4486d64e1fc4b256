//! Live sessions through losses, with real relays and real programs: the desktop program killed, the relay
//! stopped, two desktops of one account, two DJs.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

#[path = "../../engine/tests/nights/mod.rs"]
mod nights;
mod program;

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use pika_engine::live::{LinkKind, LiveAnswer, LiveCommand, LiveOptions, LivePhase, LiveQuestion};
use pika_protocol::feedback::PollCloses;

use nights::{Desktop, Relay, access_at, eventually, plays_on_disk, song};
use program::Program;

/// A desktop program of this name, with its own file in `folder`.
fn desktop(folder: &Path, name: &str) -> Desktop {
    let mut options = LiveOptions::new(folder.join(format!("{name}.db")));
    options.device_name = Some(name.to_owned());
    Desktop::start(options)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn append(history: &Path, title: &str) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(history)
        .unwrap();
    let seconds = now_ms() / 1000;
    write!(
        file,
        "#EXTVDJ:<time>22:14</time><lastplaytime>{seconds}</lastplaytime><artist>A</artist><title>{title}</title>\r\nnetsearch://{title}\r\n"
    )
    .unwrap();
}

fn sessions(database: &Path) -> Vec<(String, bool)> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut statement = connection
        .prepare("SELECT code, ended_at IS NOT NULL FROM sessions ORDER BY started_at")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn killed_programs_and_stopped_relays_end_neither_session_nor_song() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let history = computer(folder.path());
    let titles = |database: &Path| -> Vec<String> {
        plays_on_disk(database)
            .into_iter()
            .filter(|(.., removed)| !removed)
            .map(|(_, title, ..)| title)
            .collect()
    };
    let wait_for = |database: &Path, count: usize| {
        eventually("the songs reach the relay", || {
            Some(titles(database)).filter(|titles| titles.len() == count)
        });
    };

    let program = Program::start(folder.path(), &history, &access);
    eventually("the session begins", || {
        Some(sessions(&relay.database)).filter(|sessions| sessions.len() == 1)
    });
    append(&history, "one");
    wait_for(&relay.database, 1);

    // The program is killed; a song is played while it is dead.
    program.kill();
    append(&history, "two");
    let program = Program::start(folder.path(), &history, &access);
    wait_for(&relay.database, 2);

    // The relay is away; a song is played meanwhile.
    relay.stop();
    append(&history, "three");
    relay.start_again();
    wait_for(&relay.database, 3);

    // Both at once.
    relay.stop();
    append(&history, "four");
    let log = folder.path().join("data/live.db");
    eventually("the song is on disk", || {
        let connection = rusqlite::Connection::open(&log).ok()?;
        let waiting: i64 = connection
            .query_row(
                "SELECT count(*) FROM outbox WHERE message LIKE '%\"four\"%'",
                [],
                |row| row.get(0),
            )
            .ok()?;
        (waiting == 1).then_some(())
    });
    program.kill();
    relay.start_again();
    let program = Program::start(folder.path(), &history, &access);
    wait_for(&relay.database, 4);
    program.interrupt();

    let mut played = titles(&relay.database);
    // Seconds are all that a history has: songs of one second may stand in either order.
    played.sort();
    assert_eq!(played, ["four", "one", "three", "two"]);
    let sessions = sessions(&relay.database);
    assert_eq!(sessions.len(), 1, "one session all along");
    eventually("the session has ended", || {
        self::sessions(&relay.database)[0].1.then_some(())
    });
}

#[test]
fn a_relay_that_died_is_said_and_keeps_nobody_from_serving_from_this_computer() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let history = computer(folder.path());
    let program = Program::start(folder.path(), &history, &access);
    program.says("Dancers");
    relay.stop();
    program.says("Relay");
    append(&history, "not confirmed");
    program.says("Playing");
    program.ask_to_end();
    let waiting = program.says("Waiting");
    assert!(
        waiting.starts_with("Your set is stored here.") && waiting.contains("has not confirmed 1 song;"),
        "{waiting}"
    );
    drop(program);

    let here = ["--listen", "127.0.0.1:0"];
    let program = Program::launch(folder.path(), &history, "", &here);
    let address = program.says("Dancers");
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    program.interrupt();

    // The relay is back, and the program publishes there again.
    relay.start_again();
    let program = Program::start(folder.path(), &history, &access);
    eventually("all is handed in", || {
        let titles: Vec<_> = plays_on_disk(&relay.database)
            .into_iter()
            .map(|(_, title, ..)| title)
            .collect();
        let ended: Vec<_> = sessions(&relay.database)
            .into_iter()
            .map(|(_, ended)| ended)
            .collect();
        (titles.contains(&"not confirmed".to_owned()) && ended == [true, false]).then_some(())
    });
    program.interrupt();
}

#[test]
fn two_desktops_of_one_account_ask_before_they_take_over() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let mut booth = desktop(folder.path(), "Booth laptop");
    booth.go_live(access.clone(), "Friday");
    booth.until("the first is live", |state| state.phase == LivePhase::OnAir);
    booth.play(&song("from the booth", now_ms()));
    booth.until("the song is stored", |state| {
        state.plays.len() == 1 && state.link.waiting == 0
    });

    let mut home = desktop(folder.path(), "Home");
    home.go_live(access, "Saturday");
    home.until("the second is asked", |state| {
        matches!(&state.question, Some(LiveQuestion::TakeOver { device_name, name, .. })
            if device_name == "Booth laptop" && name == "Friday")
    });
    assert_eq!(
        booth.state.link.kind,
        LinkKind::Connected,
        "nothing was taken yet"
    );
    home.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    home.until("the second is live", |state| {
        state.phase == LivePhase::OnAir && state.plays.len() == 1
    });
    booth.until("the first is told", |state| {
        state.link.kind == LinkKind::Refused && matches!(state.question, Some(LiveQuestion::TakeOver { .. }))
    });
    let code = |desktop: &Desktop| desktop.state.session.as_ref().unwrap().code.clone();
    assert_eq!(code(&booth), code(&home));

    // And back again.
    booth.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    booth.until("the first is live again", |state| {
        state.link.kind == LinkKind::Connected
    });
    home.until("the second is told", |state| state.link.kind == LinkKind::Refused);
    home.ask(LiveCommand::Answer(LiveAnswer::Leave));
    home.until("the second forgets it", |state| state.phase == LivePhase::Off);
    booth.ask(LiveCommand::End);
    booth.until("it ends", |state| state.phase == LivePhase::Ended);
}

#[test]
fn two_djs_at_once_and_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let (ada, bob) = (relay.add_dj("Ada"), relay.add_dj("Bob"));
    let mut first = desktop(folder.path(), "one");
    let mut second = desktop(folder.path(), "two");
    first.go_live(ada.clone(), "Main room");
    second.go_live(bob, "Blues room");
    for desktop in [&mut first, &mut second] {
        desktop.until("live", |state| state.phase == LivePhase::OnAir);
    }
    let code = |desktop: &Desktop| desktop.state.session.as_ref().unwrap().code.clone();
    assert_ne!(code(&first), code(&second));

    // What one asks is not asked of the other's floor.
    first.ask(LiveCommand::StartPoll {
        question: "More blues?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::Manual,
    });
    first.until("a poll", |state| state.poll.is_some());
    first.ask(LiveCommand::Announce {
        text: "Workshop at ten".into(),
        seconds: None,
    });
    first.until("an announcement", |state| state.announcement.is_some());
    second.play(&song("elsewhere", now_ms()));
    second.until("stored", |state| {
        state.plays.len() == 1 && state.link.waiting == 0
    });
    assert!(second.state.poll.is_none() && first.state.plays.is_empty());
    first.ask(LiveCommand::EndPoll);
    first.until("it is closed", |state| {
        state.poll.is_none() && state.last_poll.is_some()
    });
    first.ask(LiveCommand::SetPin(Some("4821".into())));
    first.until("the PIN is on", |state| {
        state.session.as_ref().unwrap().pin.as_deref() == Some("4821")
    });

    // The first ends; the same account begins again, as a new session.
    let before = code(&first);
    first.ask(LiveCommand::End);
    first.until("it ends", |state| state.phase == LivePhase::Ended);
    first.go_live(ada, "Late room");
    first.until("live again", |state| state.phase == LivePhase::OnAir);
    assert_ne!(code(&first), before);
    assert!(second.state.is_on_air());
}

/// A DJ's folder with music and a VirtualDJ beside it; returns the history.
fn computer(folder: &Path) -> std::path::PathBuf {
    fs::create_dir_all(folder.join("music")).unwrap();
    fs::create_dir_all(folder.join("VirtualDJ/History")).unwrap();
    fs::write(
        folder.join("VirtualDJ/settings.xml"),
        "<settings><historyDelay>0</historyDelay></settings>",
    )
    .unwrap();
    folder.join("VirtualDJ/History/2026-11-21.m3u")
}

/// What was played in each session, by the session's code.
fn played_by_session(database: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT s.code, p.title FROM sessions s LEFT JOIN plays p ON p.session_id = s.id AND NOT p.removed
             ORDER BY p.started_at, p.id",
        )
        .unwrap();
    let rows = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (code, title) in rows.map(Result::unwrap) {
        found.entry(code).or_default().extend(title);
    }
    found
}

fn code_of(address: &str) -> String {
    address.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn two_programs_of_two_djs_play_at_once_and_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let (ada, bob) = (relay.add_dj("Ada"), relay.add_dj("Bob"));
    let (at_ada, at_bob) = (folder.path().join("ada"), folder.path().join("bob"));
    let (history_ada, history_bob) = (computer(&at_ada), computer(&at_bob));
    let wait_for = |code: &str, title: &str| {
        eventually(title, || {
            let played = played_by_session(&relay.database);
            played.get(code)?.contains(&title.to_owned()).then_some(())
        });
    };

    // At once.
    let first = Program::start(&at_ada, &history_ada, &ada);
    let second = Program::start(&at_bob, &history_bob, &bob);
    let main = code_of(&first.says("Dancers"));
    let blues = code_of(&second.says("Dancers"));
    assert_ne!(main, blues);
    append(&history_ada, "main-1");
    append(&history_bob, "blues-1");
    wait_for(&main, "main-1");
    wait_for(&blues, "blues-1");
    // One floor's end is not the other's.
    first.interrupt();
    append(&history_bob, "blues-2");
    wait_for(&blues, "blues-2");

    // One after the other, and the first one once more: each night is its own.
    second.interrupt();
    let third = Program::start(&at_ada, &history_ada, &ada);
    let late = code_of(&third.says("Dancers"));
    append(&history_ada, "late-1");
    wait_for(&late, "late-1");
    third.interrupt();

    let played = played_by_session(&relay.database);
    let of = |code: &str| {
        let mut titles = played[code].clone();
        // Seconds are all that a history has: songs of one second may stand in either order.
        titles.sort();
        titles
    };
    assert_eq!(played.len(), 3);
    assert_eq!(of(&main), ["main-1"]);
    assert_eq!(of(&blues), ["blues-1", "blues-2"]);
    assert!(of(&late).contains(&"late-1".to_owned()));
    eventually("all have ended", || {
        sessions(&relay.database)
            .iter()
            .all(|(_, ended)| *ended)
            .then_some(())
    });
}

#[test]
fn two_programs_of_one_account_take_over_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let (at_booth, at_home) = (folder.path().join("booth"), folder.path().join("home"));
    let (history_booth, history_home) = (computer(&at_booth), computer(&at_home));

    let booth = Program::start(&at_booth, &history_booth, &access);
    let address = booth.says("Dancers");
    let home = Program::start(&at_home, &history_home, &access);
    assert!(home.says("Elsewhere").contains("has “Friday”: end it there"));
    // Nothing was taken: the first one still plays.
    append(&history_booth, "from-the-booth");
    eventually("the song", || {
        (plays_on_disk(&relay.database).len() == 1).then_some(())
    });
    home.kill();

    let home = Program::start_with(&at_home, &history_home, &access, &["--take-over"]);
    assert_eq!(home.says("Dancers"), address, "the same session");
    assert!(
        booth
            .says("Relay")
            .starts_with("Your session goes on on another computer.")
    );
    append(&history_home, "from-home");
    eventually("both songs", || {
        let mut titles: Vec<String> = plays_on_disk(&relay.database)
            .into_iter()
            .map(|(_, title, ..)| title)
            .collect();
        titles.sort();
        (titles == ["from-home", "from-the-booth"]).then_some(())
    });
    assert_eq!(sessions(&relay.database).len(), 1);
    booth.kill();
    home.interrupt();
    eventually("it has ended", || sessions(&relay.database)[0].1.then_some(()));
}

#[test]
fn a_wrong_token_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let mut desktop = desktop(folder.path(), "one");
    let wrong = access_at(access.url(), &format!("pk_dj_{}", "a".repeat(32)));
    desktop.go_live(wrong, "Friday");
    desktop.until("refused", |state| state.link.kind == LinkKind::Refused);
    assert_eq!(
        desktop.state.link.problem.as_ref().unwrap().title,
        "Token not accepted."
    );
    desktop.ask(LiveCommand::Relay(access));
    desktop.until("live with the right one", |state| state.phase == LivePhase::OnAir);
}
