//! A client in another language, written from docs/protocol.md alone, spends a night here.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use pika_protocol::{ToDj, feedback::PollCloses};

use crate::helpers::{dj::Dj, relay::TestRelay};

#[test]
fn a_client_written_from_the_documentation_joins() {
    let Some(python) = python() else { return };
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let first = dj.play("First");
    let poll = dj.start_poll(PollCloses::Manual);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/dancer.py");
    let mut client = Command::new(python)
        .args([script, &format!("ws://{}/ws", relay.address), dj.code.as_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = client.stdin.take().unwrap();
    let mut words = BufReader::new(client.stdout.take().unwrap()).lines();
    let mut word = || words.next().and_then(Result::ok);

    assert_eq!(
        word().as_deref(),
        Some("liked"),
        "is python3-websockets installed?"
    );
    dj.wait_for_likes(first, 1);
    dj.expect("the vote", |message| match message {
        ToDj::PollResults { poll_id, votes, .. } => *poll_id == poll && votes == &[0, 1],
        _ => false,
    });
    dj.play("Second");
    writeln!(input).unwrap();
    assert_eq!(word().as_deref(), Some("resumed"));
    dj.end();
    writeln!(input).unwrap();
    assert_eq!(word().as_deref(), Some("ended"));
    assert!(client.wait().unwrap().success());
}

/// A Python that knows WebSockets: the first one found may be another than the system's packages are for. Where the
/// checks do not install one there may be none.
fn python() -> Option<&'static str> {
    let knows = |python: &&str| {
        let import = Command::new(python)
            .args(["-c", "import websockets"])
            .stderr(Stdio::null())
            .status();
        import.is_ok_and(|status| status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(knows);
    if found.is_none() && !cfg!(target_os = "linux") {
        println!("skipped: no Python with websockets");
        return None;
    }
    Some(found.expect("Python 3 with websockets is installed (Debian: apt-get install python3-websockets)"))
}
