//! Server-sent events on the wire: the answer's head, its end, and who does not read.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::TcpStream,
};

use pika_protocol::rest::JoinAnswer;
use pika_relay::config::{LimitProfile, Limits};

use crate::helpers::{
    dancer::{Dancer, OverEvents, OverSocket},
    dj::Dj,
    http::{open, read_head, request},
    relay::{TestRelay, one_slow_reader_at_a_time},
};

/// Where a new dancer listens.
fn events_path(relay: &TestRelay, dj: &Dj) -> String {
    let join = format!("/api/sessions/{}/join", dj.code);
    let answer = request(
        relay.address,
        "POST",
        &join,
        &[],
        Some(r#"{"protocol_version":1}"#),
    );
    let ticket = answer.json::<JoinAnswer>().ticket;
    format!("/api/sessions/{}/events?ticket={ticket}", dj.code)
}

#[test]
fn a_listener_that_does_not_read_is_cut_and_the_rest_notice_nothing() {
    let relay = TestRelay::with(|config| {
        config.limits.dj_messages = Limits::of(LimitProfile::LoadTest).dj_messages;
        config.limits.queue_messages = 8;
    });
    let _alone = one_slow_reader_at_a_time();
    let mut dj = Dj::live(&relay);
    let mut slow = open(relay.address, "GET", &events_path(&relay, &dj), &[], None);
    assert_eq!(read_head(&mut slow).0, 200);
    let mut by_events = Dancer::<OverEvents>::enter(&relay, &dj.code);
    let mut by_socket = Dancer::<OverSocket>::enter(&relay, &dj.code);
    by_events.wait_for_snapshot();
    by_socket.wait_for_snapshot();
    // Long titles fill the kernel's buffers, then the queue.
    let mut last = String::new();
    for n in 0..500 {
        last = format!("{n} {}", "\u{1f3b5}".repeat(490));
        dj.play(&last);
        by_events.wait_for_song(&last);
        by_socket.wait_for_song(&last);
    }
    let mut text = Vec::new();
    let end = slow.read_to_end(&mut text);
    assert!(
        end.as_ref()
            .map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |_| true),
        "{end:?}"
    );
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("WELCOME"), "it was in");
    assert!(!text.contains(&last), "it was cut before the last song");
}

#[test]
fn the_answer_is_right_for_old_and_new_http() {
    for version in ["1.0", "1.1"] {
        let mut relay = TestRelay::with(|config| config.limits.shutdown_grace = crate::helpers::PATIENCE);
        let mut dj = Dj::live(&relay);
        let path = events_path(&relay, &dj);
        let mut stream = BufReader::new(TcpStream::connect(relay.address).unwrap());
        stream
            .get_ref()
            .set_read_timeout(Some(crate::helpers::PATIENCE))
            .unwrap();
        // A connection that answered before may become a stream of events.
        let head = format!("HEAD {path} HTTP/1.1\r\nhost: relay\r\n\r\n");
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        assert_eq!(read_head(&mut stream).0, 405);
        let get = format!("GET {path} HTTP/{version}\r\nhost: relay\r\n\r\n");
        stream.get_mut().write_all(get.as_bytes()).unwrap();
        let (status, headers) = read_head(&mut stream);
        assert_eq!(status, 200);
        let header = |wanted: &str| {
            let mut found = headers.iter().filter(|(name, _)| name == wanted);
            (found.next().map(|(_, value)| value.as_str()), found.count())
        };
        for (name, value) in [
            ("content-type", Some("text/event-stream")),
            ("cache-control", Some("no-store")),
            ("x-accel-buffering", Some("no")),
            ("connection", Some("close")),
            ("content-length", None),
            ("transfer-encoding", None),
        ] {
            assert_eq!(header(name), (value, 0), "{name}");
        }
        assert!(header("date").0.is_some_and(|date| date.ends_with(" GMT")));
        let mut first = String::new();
        stream.read_line(&mut first).unwrap();
        assert!(first.starts_with(r#"data: {"type":"WELCOME""#), "{first}");
        // What a listener says is no request any more.
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        dj.play("One");
        // It would not read its close.
        drop(dj);
        // Only a relay that stops ends the stream at once.
        let rest = std::thread::scope(|scope| {
            let stopping = scope.spawn(|| relay.stop());
            let mut rest = String::new();
            stream.read_to_string(&mut rest).unwrap();
            // As browsers do.
            stream.get_ref().shutdown(std::net::Shutdown::Both).unwrap();
            stopping.join().unwrap();
            rest
        });
        assert!(rest.contains("One") && !rest.contains("HTTP/"), "{rest}");
        let (_, close) = rest.rsplit_once("event: close\n").unwrap();
        assert!(
            close.starts_with("data: {") && close.ends_with("}\n\n"),
            "{close}"
        );
    }
}

#[test]
fn a_refused_listener_gets_an_ordinary_answer() {
    let relay = TestRelay::start();
    let dj = Dj::live(&relay);
    let path = format!("/api/sessions/{}/events?ticket=wrong", dj.code);
    let answer = request(relay.address, "GET", &path, &[], None);
    assert!((400..500).contains(&answer.status));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.header("content-length").is_some());
}
