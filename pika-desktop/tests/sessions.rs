//! Live sessions through losses, with real relays and real programs: the desktop program killed, the relay
//! stopped, two desktops of one account, two DJs.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

mod nights;

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use nights::{Desktop, Relay, eventually, plays_on_disk, song};
use pika_desktop::live::{
    LinkKind, LiveAnswer, LiveCommand, LiveOptions, LivePhase, LiveQuestion, RelayAccess,
};
use pika_protocol::feedback::PollCloses;

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

/// The real program without a window, publishing on a relay.
struct Program(Child);

impl Program {
    fn start(folder: &Path, history: &Path, access: &RelayAccess) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pika-desktop"))
            .args([
                "--headless",
                "--session-name",
                "Friday",
                "--relay",
                &access.url,
                "--data-dir",
            ])
            .arg(folder.join("data"))
            .arg("--music")
            .arg(folder.join("music"))
            .arg("--history")
            .arg(history)
            .env("PIKA_TOKEN", &access.token)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // What it says is read, so that it never waits for a reader.
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::Builder::new()
            .name("output".into())
            .spawn(move || out.lines().for_each(drop))
            .unwrap();
        Self(child)
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn interrupt(mut self) {
        let pid = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only after a failed test is it still there.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
    fs::create_dir_all(folder.path().join("music")).unwrap();
    fs::create_dir_all(folder.path().join("VirtualDJ/History")).unwrap();
    fs::write(
        folder.path().join("VirtualDJ/settings.xml"),
        "<settings><historyDelay>0</historyDelay></settings>",
    )
    .unwrap();
    let history = folder.path().join("VirtualDJ/History/2026-11-21.m3u");
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

#[test]
fn a_wrong_token_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let mut desktop = desktop(folder.path(), "one");
    let wrong = RelayAccess {
        token: format!("pk_dj_{}", "a".repeat(32)),
        ..access.clone()
    };
    desktop.go_live(wrong, "Friday");
    desktop.until("refused", |state| state.link.kind == LinkKind::Refused);
    assert_eq!(
        desktop.state.link.problem.as_ref().unwrap().title,
        "Token not accepted."
    );
    desktop.ask(LiveCommand::Relay(access));
    desktop.until("live with the right one", |state| state.phase == LivePhase::OnAir);
}
