//! Nobody publishes, votes or looks where they do not belong.

use pika_protocol::{ActionId, DeviceId, ErrorCode, PlayId, SessionId, ToDancer, rest::DjBatch};

use crate::helpers::{
    dancer::{Dancer, OverEvents, OverSocket, Ticket},
    dj::{Dj, Wish, now_playing},
    http::request,
    relay::{TestRelay, at_once},
    socket::Socket,
};

fn refused(relay: &TestRelay, wish: Wish) -> ErrorCode {
    let by_post = Dj::register(
        relay,
        Wish {
            by_post: true,
            ..wish.clone()
        },
    )
    .err();
    let by_socket = Dj::register(relay, wish).err();
    assert_eq!(by_post, by_socket);
    by_socket.expect("it should be refused")
}

#[test]
fn without_a_right_token_nobody_goes_live() {
    let relay = TestRelay::start();
    for token in ["", "wrong", "pk_dj_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let wish = Wish {
            token: token.to_owned(),
            ..Wish::default()
        };
        assert_eq!(refused(&relay, wish), ErrorCode::Unauthorized, "{token}");
    }
}

#[test]
fn the_close_code_says_why() {
    let relay = TestRelay::start();
    let mut socket = Socket::open(relay.address, "/ws/dj");
    socket.send_text(&register_text("wrong"));
    assert_eq!(socket.close_code(), ErrorCode::Unauthorized.number());
    let mut socket = Socket::open(relay.address, "/ws");
    socket.send_text(r#"{"type":"SUBSCRIBE","protocol_version":1,"code":"ABCD"}"#);
    assert_eq!(socket.close_code(), ErrorCode::UnknownSession.number());
    let mut socket = Socket::open(relay.address, "/ws");
    socket.send_text(r#"{"type":"SUBSCRIBE","protocol_version":0,"code":"ABCD"}"#);
    assert_eq!(socket.close_code(), ErrorCode::UnsupportedVersion.number());
}

fn register_text(token: &str) -> String {
    let (id, device) = (ActionId::random(), DeviceId::random());
    format!(
        r#"{{"type":"REGISTER_SESSION","id":"{id}","protocol_version":1,"token":"{token}","name":"x","device_id":"{device}"}}"#
    )
}

#[test]
fn another_djs_token_opens_nothing_of_mine() {
    let relay = TestRelay::start();
    let (ada, eve) = (relay.add_dj("Ada"), relay.add_dj("Eve"));
    let mine = Dj::register(
        &relay,
        Wish {
            token: ada,
            ..Wish::default()
        },
    )
    .unwrap();
    let wish = |take_over| Wish {
        token: eve.clone(),
        resume: Some(mine.session_id),
        device_id: mine.device_id,
        take_over,
        ..Wish::default()
    };
    // The same answer as for a session that is not there: nothing can be learnt by guessing.
    let guessed = Wish {
        resume: Some(SessionId::random()),
        ..wish(true)
    };
    for wish in [wish(false), wish(true), guessed] {
        assert_eq!(refused(&relay, wish), ErrorCode::UnknownSession);
    }
    let batch = DjBatch {
        device_id: mine.device_id,
        messages: vec![now_playing(PlayId::random(), "Mine now")],
    };
    let path = format!("/api/dj/sessions/{}/messages", mine.session_id);
    let bearer = format!("Bearer {eve}");
    let body = serde_json::to_string(&batch).unwrap();
    let answer = request(
        relay.address,
        "POST",
        &path,
        &[("authorization", &bearer)],
        Some(&body),
    );
    assert_eq!(answer.status, 404);
    assert_eq!(
        request(relay.address, "POST", &path, &[], Some(&body)).status,
        401
    );
}

#[test]
fn a_second_computer_is_told_and_may_take_over() {
    let relay = TestRelay::start();
    let token = relay.add_dj("Ada");
    let mut first = Dj::register(
        &relay,
        Wish {
            token: token.clone(),
            ..Wish::default()
        },
    )
    .unwrap();
    let second = || Wish {
        token: token.clone(),
        ..Wish::default()
    };
    assert_eq!(refused(&relay, second()), ErrorCode::AlreadyLive);
    assert_eq!(
        refused(
            &relay,
            Wish {
                resume: Some(first.session_id),
                ..second()
            }
        ),
        ErrorCode::AlreadyLive
    );
    let taken = Wish {
        resume: Some(first.session_id),
        take_over: true,
        ..second()
    };
    let mut second = Dj::register(&relay, taken).unwrap();
    assert!(second.resumed && second.code == first.code);
    assert_eq!(first.close_code(), ErrorCode::TakenOver.number());
    assert_eq!(first.again(&relay).err(), Some(ErrorCode::AlreadyLive));
    second.play("Ours");
}

#[test]
fn a_repeated_registration_is_the_same_session() {
    let relay = TestRelay::start();
    let wish = Wish {
        by_post: true,
        ..Wish::default()
    };
    let first = Dj::register(&relay, wish.clone()).unwrap();
    let second = Dj::register(&relay, wish).unwrap();
    assert_eq!(first.session_id, second.session_id);
    let other = Wish {
        device_id: first.device_id,
        ..Wish::default()
    };
    assert_eq!(refused(&relay, other), ErrorCode::AlreadyLive);
}

#[test]
fn a_forged_pass_is_nobody() {
    let relay = TestRelay::start();
    let dj = Dj::live_with_pin(&relay, "4711");
    let enter = |pin: Option<&str>, pass: Option<String>| {
        let ticket = Ticket {
            pin: pin.map(str::to_owned),
            pass,
            since: None,
        };
        Dancer::<OverSocket>::try_enter(&relay, &dj.code, &ticket)
    };
    let admitted = enter(Some("4711"), None).ok().unwrap();
    let mut forged = admitted.pass.clone();
    let flipped = if forged.ends_with('A') { "B" } else { "A" };
    forged.replace_range(forged.len() - 1.., flipped);
    assert_eq!(
        enter(None, Some(forged.clone())).err(),
        Some(ErrorCode::PinRequired)
    );
    let newcomer = enter(Some("4711"), Some(forged.clone())).ok().unwrap();
    assert!(newcomer.pass != forged && newcomer.pass != admitted.pass);
    assert_eq!(enter(None, Some(admitted.pass)).err(), None);
}

#[test]
fn a_replayed_pass_has_one_like_and_one_session() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.like(play_id).unwrap();
    let ticket = Ticket {
        pass: Some(dancer.pass.clone()),
        ..Ticket::default()
    };
    let mut thief = Dancer::<OverEvents>::try_enter(&relay, &dj.code, &ticket).unwrap();
    thief.like(play_id).unwrap();
    dj.wait_for_likes(play_id, 1);
    dj.end();
    let mut next = Dj::live_with_pin(&relay, "4711");
    next.play("Two");
    let elsewhere = Dancer::<OverSocket>::try_enter(&relay, &next.code, &ticket);
    assert_eq!(
        elsewhere.err(),
        Some(ErrorCode::PinRequired),
        "let in there is not let in here"
    );
}

#[test]
fn a_ticket_opens_one_session_only() {
    let relay = TestRelay::start();
    let (ada, eve) = (relay.add_dj("Ada"), relay.add_dj("Eve"));
    let first = Dj::register(
        &relay,
        Wish {
            token: ada,
            ..Wish::default()
        },
    )
    .unwrap();
    let second = Dj::register(
        &relay,
        Wish {
            token: eve,
            ..Wish::default()
        },
    )
    .unwrap();
    let path = format!("/api/sessions/{}/join", first.code);
    let joined: pika_protocol::rest::JoinAnswer = request(
        relay.address,
        "POST",
        &path,
        &[],
        Some(r#"{"protocol_version":1}"#),
    )
    .json();
    let state = |code: &pika_protocol::SessionCode, ticket: &str| {
        request(
            relay.address,
            "GET",
            &format!("/api/sessions/{code}/state?ticket={ticket}"),
            &[],
            None,
        )
        .status
    };
    assert_eq!(state(&first.code, &joined.ticket), 200);
    assert_eq!(state(&second.code, &joined.ticket), 401);
    assert_eq!(state(&first.code, "forged"), 401);
}

#[test]
fn guessing_a_pin_is_slow() {
    let relay = TestRelay::with(|config| {
        config.limits.pin_tries = at_once(5);
        config.limits.pin_tries_address = at_once(30);
    });
    let open = Dj::register(
        &relay,
        Wish {
            token: relay.add_dj("Ada"),
            ..Wish::default()
        },
    )
    .unwrap();
    let pass = || Dancer::<OverSocket>::enter(&relay, &open.code).pass;
    let (guesser, neighbour) = (pass(), pass());
    let dj = Dj::live_with_pin(&relay, "4711");
    let guess = |pin: &str, pass: Option<&str>| {
        let ticket = Ticket {
            pin: Some(pin.to_owned()),
            pass: pass.map(str::to_owned),
            ..Ticket::default()
        };
        Dancer::<OverEvents>::try_enter(&relay, &dj.code, &ticket).err()
    };
    // Who has a pass from another night is known by it.
    for n in 0..5 {
        assert_eq!(
            guess(&format!("000{n}"), Some(&guesser)),
            Some(ErrorCode::PinWrong)
        );
    }
    assert_eq!(
        guess("4711", Some(&guesser)),
        Some(ErrorCode::PinLocked),
        "even the right one has to wait"
    );
    assert_eq!(
        guess("4711", Some(&neighbour)),
        None,
        "one phone locks no other one out"
    );
    // Newcomers share their address, which may be a whole venue's.
    for n in 0..29 {
        assert_eq!(guess(&format!("{n:04}"), None), Some(ErrorCode::PinWrong));
    }
    assert_eq!(guess("4711", None), None, "a few who mistype keep nobody out");
    assert_eq!(guess("0000", None), Some(ErrorCode::PinWrong));
    assert_eq!(guess("4711", None), Some(ErrorCode::PinLocked));
}

#[test]
fn sessions_cannot_be_begun_in_a_loop() {
    let relay = TestRelay::with(|config| config.limits.new_sessions = at_once(2));
    let token = relay.add_dj("Ada");
    let begin = || {
        let wish = Wish {
            token: token.clone(),
            ..Wish::default()
        };
        Dj::register(&relay, wish)
    };
    for _ in 0..2 {
        begin().unwrap().end();
    }
    assert_eq!(begin().err(), Some(ErrorCode::RateLimited));
    // Others, and the program around a relay, go on.
    let other = Wish {
        token: relay.add_dj("Ben"),
        ..Wish::default()
    };
    Dj::register(&relay, other).unwrap();
    for _ in 0..3 {
        Dj::live(&relay).end();
    }
}

#[test]
fn a_foreign_page_may_not_connect() {
    let relay = TestRelay::start();
    let upgrade = |origin: &str| {
        let headers = [
            ("upgrade", "websocket"),
            ("connection", "upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("origin", origin),
        ];
        let mut stream = crate::helpers::http::open(relay.address, "GET", "/ws", &headers, None);
        crate::helpers::http::read_head(&mut stream).0
    };
    assert_eq!(upgrade("https://evil.example"), 403);
    assert_eq!(upgrade("null"), 403);
}

#[test]
fn the_dancers_socket_takes_no_dj_and_the_other_way_round() {
    let relay = TestRelay::start();
    let mut socket = Socket::open(relay.address, "/ws");
    socket.send_text(&register_text("test publisher key"));
    assert!(matches!(
        socket.next(),
        ToDancer::Error {
            code: ErrorCode::UnknownType,
            ..
        }
    ));
}
