//! What goes wrong on real nights: cut connections, repeats, wrong clocks, nonsense, a database that is away.
//! No panic, clear codes, nothing lost.

use std::{io::Write as _, net::TcpStream, time::Duration};

use pika_protocol::{
    ActionId, DancerMessage, DjMessage, ErrorCode, PlayId, ToDancer, Track, UnixMs,
    rest::{DancerAnswers, ErrorBody, JoinAnswer},
};
use pika_relay::config::{LimitProfile, Limits};

use crate::helpers::{
    dancer::{Dancer, OverEvents, OverSocket},
    dj::{Dj, now_playing},
    http::request,
    relay::{TestRelay, at_once},
    socket::Socket,
};

#[test]
fn connections_cut_at_random_lose_nothing() {
    let relay = TestRelay::with(|config| config.limits = lifted());
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    for n in 0..60 {
        // An action is sent and the line cut before its answer; it is sent again, twice, out of order.
        let play_id = dj.play(&format!("Song {n}"));
        let like = DancerMessage::Like {
            id: ActionId::random(),
            counter: dancer.next_counter(),
            play_id,
        };
        dancer.send(&like);
        if n % 3 == 0 {
            dancer.come_back(&relay).unwrap();
        }
        dancer.say(&like).unwrap();
        dancer.say(&like).unwrap();
    }
    while dancer.position.unwrap().offset < 60 {
        dancer.expect("every song", |_| true);
    }
    let counts = dj.again(&relay).unwrap().state.counts;
    assert_eq!(counts.len(), 60);
    assert!(counts.iter().all(|c| c.likes == 1), "each of the likes once");
}

#[test]
fn half_a_frame_and_silence_hold_nothing() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    for junk in [
        &b""[..],
        b"GET",
        b"GET /ws HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00",
        &[0xff; 4096],
    ] {
        let mut stream = TcpStream::connect(relay.address).unwrap();
        stream.write_all(junk).unwrap();
    }
    dancer
        .transport
        .socket
        .raw()
        .write_all(&[0x81, 0xfe, 0x01])
        .unwrap();
    dj.play("Still here");
    let mut other = Dancer::<OverEvents>::enter(&relay, &dj.code);
    other.wait_for_song("Still here");
}

#[test]
fn frames_that_break_rules_are_closed_by_number() {
    let relay = TestRelay::start();
    let dj = Dj::live(&relay);
    let close_of = |bytes: &[u8]| {
        let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
        dancer.wait_for_snapshot();
        dancer.transport.socket.raw().write_all(bytes).unwrap();
        dancer.transport.socket.close_code()
    };
    let masked =
        |first: u8, payload: &[u8]| [&[first, 0x80 | payload.len() as u8, 0, 0, 0, 0], payload].concat();
    assert_eq!(close_of(&[0x81, 0x02, b'h', b'i']), 1002, "not masked");
    assert_eq!(close_of(&masked(0xc1, b"x")), 1002, "reserved bits");
    assert_eq!(close_of(&masked(0x82, b"x")), 1003, "binary");
    assert_eq!(close_of(&masked(0x81, b"\xff")), 1007, "not UTF-8");
    assert_eq!(
        close_of(&[0x81, 0xfe, 0x28, 0x01, 0, 0, 0, 0]),
        1009,
        "10,241 bytes"
    );
    assert_eq!(
        close_of(&masked(0x88, &[0x03, 0xe8])),
        1000,
        "a close is sent back"
    );
}

#[test]
fn nonsense_is_answered_and_too_much_of_it_closed() {
    let relay = TestRelay::start();
    let dj = Dj::live(&relay);
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    let socket = &mut dancer.transport.socket;
    let mut code_of = |text: &str| {
        socket.send_text(text);
        loop {
            if let ToDancer::Error { code, .. } = socket.next() {
                return code;
            }
        }
    };
    assert_eq!(code_of("{"), ErrorCode::Invalid);
    assert_eq!(code_of("[]"), ErrorCode::Invalid);
    assert_eq!(code_of(r#"{"type":"DANCE"}"#), ErrorCode::UnknownType);
    assert_eq!(code_of(r#"{"type":"LIKE","id":1}"#), ErrorCode::Invalid);
    assert_eq!(code_of(&"[".repeat(9000)), ErrorCode::Invalid, "deep nesting");
    for _ in 0..20 {
        socket.send_text("nonsense");
    }
    assert_eq!(socket.close_code(), ErrorCode::Invalid.number());
}

#[test]
fn clocks_may_be_wrong() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    for (title, started_at) in [("Past", UnixMs(i64::MIN)), ("Future", UnixMs(i64::MAX))] {
        let track = Track {
            title: title.to_owned(),
            ..Track::default()
        };
        let (id, play_id) = (ActionId::random(), PlayId::random());
        dj.say(DjMessage::NowPlaying {
            id,
            play_id,
            track,
            started_at,
        })
        .unwrap();
    }
    let snapshot = Dancer::<OverSocket>::enter(&relay, &dj.code).wait_for_snapshot();
    let started: Vec<UnixMs> = snapshot.plays.iter().map(|play| play.started_at).collect();
    assert!(started[1] == snapshot.started_at && started[0] >= started[1] && started[0].0 < i64::MAX);
}

#[test]
fn batches_are_bounded_and_answered_in_order() {
    let relay = TestRelay::with(|config| config.limits.dancer_actions = at_once(10));
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let path = |what: &str| format!("/api/sessions/{}/{what}", dj.code);
    let post = |what: &str, body: &str| request(relay.address, "POST", &path(what), &[], Some(body));
    let joined: JoinAnswer = post("join", r#"{"protocol_version":1}"#).json();
    let message = |n: u64| {
        let id = ActionId::random();
        (
            id,
            serde_json::to_string(&DancerMessage::Like {
                id,
                counter: n,
                play_id,
            })
            .unwrap(),
        )
    };
    let batch = |messages: &[String]| {
        format!(
            r#"{{"ticket":"{}","messages":[{}]}}"#,
            joined.ticket,
            messages.join(",")
        )
    };
    let (ids, texts): (Vec<ActionId>, Vec<String>) = (1..=12).map(message).unzip();
    let answers: DancerAnswers = post("messages", &batch(&texts)).json();
    for (nth, (answer, wanted)) in answers.messages.iter().zip(&ids).enumerate() {
        match answer {
            ToDancer::Ack { id } => assert!(id == wanted && nth < 10),
            ToDancer::Error { id, code, .. } => {
                assert!(*id == Some(*wanted) && *code == ErrorCode::RateLimited && nth >= 10);
            }
            other => panic!("{other:?}"),
        }
    }
    let ping = r#"{"type":"PING"}"#.to_owned();
    assert_eq!(post("messages", &batch(&vec![ping; 101])).status, 400);
    assert_eq!(post("messages", &" ".repeat(70_000)).status, 413);
    assert_eq!(post("join", "{").json::<ErrorBody>().code, ErrorCode::Invalid);
}

#[test]
fn a_database_that_is_locked_for_a_while_delays_and_loses_nothing() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    let like = DancerMessage::Like {
        id: ActionId::random(),
        counter: 1,
        play_id,
    };
    let db = rusqlite::Connection::open(relay.database_file()).unwrap();
    db.execute_batch("BEGIN EXCLUSIVE").unwrap();
    dancer.send(&like);
    // Listening goes on meanwhile, with what is committed.
    let snapshot = Dancer::<OverSocket>::enter(&relay, &dj.code).wait_for_snapshot();
    assert_eq!(snapshot.plays[0].play_id, play_id);
    while let Some(message) = dancer
        .transport
        .socket
        .next_within::<ToDancer>(Duration::from_millis(200))
    {
        assert!(
            !matches!(message, ToDancer::Ack { .. }),
            "nothing is acknowledged that is not stored"
        );
    }
    db.execute_batch("ROLLBACK").unwrap();
    dancer.expect(
        "the late answer",
        |m| matches!(m, ToDancer::Ack { id } if Some(*id) == like.id()),
    );
    dj.wait_for_likes(play_id, 1);
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[test]
fn a_database_server_that_is_away_for_a_while_delays_and_loses_nothing() {
    let database = crate::postgres::TestDatabase::create_alone();
    let url = pika_relay::config::DatabaseUrl::parse(&database.url).unwrap();
    let relay = TestRelay::with(|config| config.database = url);
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dancer.like(play_id).unwrap();
    database.stop_server();
    let unlike = DancerMessage::Unlike {
        id: ActionId::random(),
        counter: dancer.next_counter(),
        play_id,
    };
    dancer.send(&unlike);
    dj.send(now_playing(PlayId::random(), "Two"));
    // Listening goes on meanwhile, with what is committed.
    let snapshot = Dancer::<OverSocket>::enter(&relay, &dj.code).wait_for_snapshot();
    assert_eq!(snapshot.plays.len(), 1);
    while let Some(message) = dancer
        .transport
        .socket
        .next_within::<ToDancer>(Duration::from_millis(500))
    {
        assert!(
            !matches!(message, ToDancer::Ack { .. }),
            "nothing is acknowledged that is not stored"
        );
    }
    database.start_server();
    dancer.expect(
        "the late answer",
        |m| matches!(m, ToDancer::Ack { id } if Some(*id) == unlike.id()),
    );
    dancer.wait_for_song("Two");
    dj.wait_for_likes(play_id, 0);
}

#[test]
fn a_peer_that_only_connects_is_let_go() {
    let relay = TestRelay::with(|config| config.limits.header_timeout = Duration::from_millis(200));
    for said in [&b""[..], b"GET / HTTP/1.1\r\n"] {
        let mut idle = TcpStream::connect(relay.address).unwrap();
        idle.write_all(said).unwrap();
        idle.set_read_timeout(Some(crate::helpers::PATIENCE)).unwrap();
        let mut answer = Vec::new();
        std::io::Read::read_to_end(&mut idle, &mut answer).unwrap();
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"),
            "closed without an answer, or with 408"
        );
    }
}

#[test]
fn too_many_connections_are_told_at_once() {
    let relay = TestRelay::with(|config| config.limits.connections = 2);
    let mut dj = Dj::live(&relay);
    let _dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    assert_eq!(
        request(relay.address, "GET", "/api/version", &[], None).status,
        503
    );
    dj.play("The others go on");
}

#[test]
fn a_socket_may_greet_in_pieces() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut socket = Socket::open(relay.address, "/ws");
    // SUBSCRIBE and the first actions in one write: nothing may be lost between greeting and listening.
    let subscribe = format!(
        r#"{{"type":"SUBSCRIBE","protocol_version":1,"code":"{}"}}"#,
        dj.code
    );
    let mut bytes = Vec::new();
    let likes: Vec<DancerMessage> = (1..=3)
        .map(|counter| DancerMessage::Like {
            id: ActionId::random(),
            counter,
            play_id,
        })
        .collect();
    let texts = likes.iter().map(|like| serde_json::to_string(like).unwrap());
    for text in std::iter::once(subscribe).chain(texts) {
        bytes.extend_from_slice(&[0x81, 0xfe]);
        bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(text.as_bytes());
    }
    // The longest form of a length is allowed for short texts too.
    let (first, rest) = bytes.split_at(7);
    socket.raw().write_all(first).unwrap();
    socket.raw().write_all(rest).unwrap();
    let mut acked = 0;
    while acked < 3 {
        if let ToDancer::Ack { id } = socket.next() {
            assert_eq!(Some(id), likes[acked].id());
            acked += 1;
        }
    }
    dj.say(now_playing(PlayId::random(), "Two")).unwrap();
}

/// No limit on pace.
fn lifted() -> Limits {
    Limits {
        resume_messages: 500,
        ..Limits::of(LimitProfile::LoadTest)
    }
}
