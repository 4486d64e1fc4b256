//! The connection is lost and comes back, and what waits goes out in order.

use super::*;

#[test]
fn what_was_not_acknowledged_goes_out_again_in_order_on_the_same_session() {
    let mut desk = Desk::live();
    let a = desk.play("a");
    desk.acknowledge();
    desk.play("b");
    desk.lose();
    assert_eq!(desk.kind(), LinkKind::Reconnecting);
    let before = desk.said();
    desk.play("c");
    assert!(desk.said().is_empty(), "nothing is said to nobody");
    assert_eq!(desk.machine.outbox.waiting(), 2);
    desk.wait(Duration::from_secs(2));
    let message = desk.registered(state(vec![on_relay(a, "a")]));
    let DjMessage::RegisterSession { resume, .. } = message else {
        panic!()
    };
    assert_eq!(resume, Some(desk.session_id));
    let again = desk.acknowledge();
    assert_eq!(titles(&again), ["b", "c"]);
    assert_eq!(
        again[0].id(),
        before[0].id(),
        "the same id, so that it counts once"
    );
    assert_eq!(desk.view().plays.len(), 3);
}

#[test]
fn waits_grow_and_are_spread() {
    let mut desk = Desk::live();
    desk.lose();
    let mut waits = Vec::new();
    for _ in 0..6 {
        let began = desk.now.steady;
        while desk.opened().is_none() {
            desk.wait(Duration::from_millis(500));
        }
        waits.push((desk.now.steady - began).as_secs_f64());
        desk.link(LinkEvent::gone(FailKind::Unreachable));
    }
    for (wait, usual) in waits.iter().zip([1.0, 2.0, 4.0, 8.0, 15.0, 30.0]) {
        assert!((usual * 0.8..=usual * 1.2 + 0.5).contains(wait), "{waits:?}");
    }
    assert_eq!(desk.kind(), LinkKind::Offline);
}

#[test]
fn offline_songs_wait_with_their_times_and_polls_are_refused() {
    let mut desk = Desk::live();
    desk.lose();
    desk.wait(Duration::from_secs(60));
    desk.play("offline");
    let at = desk.now.wall_ms;
    desk.ask(LiveCommand::StartPoll {
        question: "More?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::Manual,
    });
    let notice = desk.view().notice.clone().unwrap();
    assert!(
        notice.is_trouble && notice.words.title.contains("no poll"),
        "{notice:?}"
    );
    desk.wait(Duration::from_secs(60));
    desk.registered(state(Vec::new()));
    let said = desk.acknowledge();
    let [DjMessage::NowPlaying { started_at, .. }] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(started_at.0, at);
    let notice = desk.view().notice.clone().unwrap();
    assert_eq!(notice.words, Words::new("Back online.", "1 track caught up."));
}

#[test]
fn a_poll_that_was_on_its_way_is_not_sent_later() {
    let mut desk = Desk::live();
    desk.ask(LiveCommand::Announce {
        text: "Workshop in ten minutes".into(),
        seconds: Some(60),
    });
    assert_eq!(desk.said().len(), 1);
    desk.lose();
    assert!(
        desk.view()
            .notice
            .as_ref()
            .unwrap()
            .words
            .title
            .contains("announcement")
    );
    desk.wait(Duration::from_secs(3));
    desk.registered(state(Vec::new()));
    assert!(desk.said().is_empty());
    assert!(desk.view().announcement.is_none());
}

#[test]
fn where_websockets_are_blocked_plain_requests_take_over_for_a_while() {
    let mut desk = Desk::new();
    desk.go_live();
    assert_eq!(desk.opened().unwrap().1, Way::Socket);
    desk.link(LinkEvent::gone(FailKind::Blocked));
    desk.wait(Duration::from_millis(500));
    let number = desk.machine.last_number;
    desk.effects.push(Effect::Open {
        number,
        way: desk.machine.conn.way(),
        access: access("x"),
    });
    desk.registered(state(Vec::new()));
    assert!(desk.view().link.slow_way);
    assert_eq!(desk.machine.conn.way(), Way::Post);
    desk.wait(Duration::from_secs(301));
    assert_eq!(
        desk.opened().unwrap().1,
        Way::Socket,
        "the better way is tried again"
    );
}

#[test]
fn a_draining_relay_is_come_back_to_within_its_spread() {
    let mut desk = Desk::live();
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(1012),
        within_ms: Some(20_000),
    });
    assert_eq!(
        desk.view().link.problem.as_ref().unwrap().title,
        "Pika! server is restarting."
    );
    let wait = desk.machine.retry.at().unwrap() - desk.now.steady;
    assert!(wait <= Duration::from_secs(20));
    assert_eq!(desk.machine.retry.failures(), 0, "a restart is no failure");
}

#[test]
fn a_pause_is_kept_and_nothing_overtakes() {
    let mut desk = Desk::live();
    let play = desk.play("a");
    let mut better = song("a, better known", desk.now.wall_ms);
    better.play_id = play;
    desk.ask(LiveCommand::Played {
        play: Box::new(better),
        current: true,
    });
    let said = desk.said();
    assert_eq!(titles(&said), ["a", "=a, better known"]);
    desk.hear(refusal(said[0].id(), ErrorCode::RateLimited, Some(3)));
    // The correction came through first: there was no such play yet. It is not lost.
    desk.hear(refusal(said[1].id(), ErrorCode::UnknownPlay, None));
    desk.wait(Duration::from_millis(500));
    assert!(desk.said().is_empty());
    desk.wait(Duration::from_secs(3));
    assert_eq!(titles(&desk.acknowledge()), ["a", "=a, better known"]);
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn what_is_refused_for_good_is_said_and_the_rest_goes_on() {
    let mut desk = Desk::live();
    desk.play("a");
    desk.play("b");
    let said = desk.said();
    desk.hear(refusal(said[0].id(), ErrorCode::Invalid, None));
    assert!(desk.view().notice.as_ref().unwrap().is_trouble);
    desk.hear(ToDj::Ack {
        id: said[1].id().unwrap(),
    });
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn times_are_put_on_the_relays_clock() {
    let mut desk = Desk::new();
    desk.go_live_on(far("https://far.example"));
    desk.opened();
    desk.link(LinkEvent::Open);
    let message = desk.said().remove(0);
    let mut there = state(Vec::new());
    there.started_at = UnixMs(EVENING + 840_000);
    desk.hear(ToDj::SessionRegistered {
        id: message.id().unwrap(),
        protocol_version: 1,
        server_version: "test".into(),
        session_id: desk.session_id,
        code: SessionCode::parse("K7QX").unwrap(),
        public_url: "https://far.example/live/K7QX".into(),
        screen_key: None,
        resumed: false,
        relay_time: UnixMs(desk.now.wall_ms + 840_000),
        state: Box::new(there),
    });
    assert_eq!(desk.view().clock_ahead_ms, -840_000);
    assert!(
        desk.view()
            .notice
            .as_ref()
            .unwrap()
            .words
            .title
            .contains("14 min off")
    );
    desk.play("a");
    let at = desk.now.wall_ms;
    let said = desk.said();
    let [DjMessage::NowPlaying { started_at, .. }] = &said[..] else {
        panic!()
    };
    assert_eq!(started_at.0, at + 840_000);
    // A second more or less is the way of the message, not of the clock.
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms + 841_000),
    });
    assert_eq!(desk.view().clock_ahead_ms, -840_000);
}

#[test]
fn a_relay_that_says_nothing_is_asked_and_then_left() {
    let mut desk = Desk::live();
    desk.wait(Duration::from_secs(16));
    assert_eq!(desk.said(), [DjMessage::Ping {}]);
    desk.wait(Duration::from_secs(2));
    assert_eq!(desk.kind(), LinkKind::Slow);
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms),
    });
    assert_eq!(desk.kind(), LinkKind::Slow, "it took too long");
    desk.wait(Duration::from_secs(15));
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms),
    });
    assert_eq!(desk.kind(), LinkKind::Connected);
    desk.said();
    desk.wait(Duration::from_secs(30));
    assert!(matches!(
        desk.kind(),
        LinkKind::Reconnecting | LinkKind::Offline | LinkKind::Connecting
    ));
}

#[test]
fn words_of_an_older_connection_are_not_heard() {
    let mut desk = Desk::live();
    let old = desk.machine.last_number;
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.registered(state(Vec::new()));
    desk.take(Input::Link(old, LinkEvent::gone(FailKind::Closed)));
    assert_eq!(desk.kind(), LinkKind::Connected);
}

#[test]
fn what_answers_in_the_relays_place_is_told_by_a_plain_request_each_time() {
    let mut desk = Desk::new();
    desk.go_live_on(far("https://far.example"));
    for _ in 0..3 {
        let (_, way) = desk.opened().unwrap();
        assert_eq!(way, Way::Socket);
        desk.link(LinkEvent::gone(FailKind::Blocked));
        desk.wait(Duration::from_millis(500));
        let (_, way) = desk.opened().expect("the other way is tried at once");
        assert_eq!(way, Way::Post);
        desk.link(LinkEvent::gone(FailKind::NoRelay));
        let problem = desk.view().link.problem.clone().unwrap();
        assert_eq!(problem.title, "No relay answers at this address.");
        desk.wait(Duration::from_millis(500));
        assert!(desk.opened().is_none(), "then it is waited");
        desk.wait(Duration::from_secs(20));
    }
}

#[test]
fn an_account_that_is_asked_about_again_keeps_the_connection_and_a_new_one_strands_no_song() {
    let known = |access: Option<RelayAccess>| {
        let (account, name) = (LiveCommand::Account(access.clone()), None);
        [LiveCommand::KnownAccount { access, name }, account]
    };
    let mut desk = Desk::new();
    let far = far("https://far.example");
    desk.go_live_on(far.clone());
    desk.registered(state(Vec::new()));
    desk.said();
    desk.play("on its way");
    assert_eq!(titles(&desk.said()), ["on its way"]);
    let asked_again = [None, Some(far)].into_iter().flat_map(known);
    asked_again.for_each(|command| desk.ask(command));
    assert!(desk.opened().is_none(), "it is the same one");
    assert_eq!(desk.kind(), LinkKind::Connected);
    // Another token of the same account.
    let address = RelayAddress::parse("https://far.example").unwrap();
    let token = Token::parse(&format!("pk_dj_{}", "b".repeat(32))).unwrap();
    let other = RelayAccess::of_account(&address, &token).unwrap();
    desk.machine.needs_token = true;
    known(Some(other))
        .into_iter()
        .for_each(|command| desk.ask(command));
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["on its way"], "told again");
}

#[test]
fn who_disconnects_the_account_in_a_session_is_told_to_connect_it_again() {
    let mut desk = Desk::new();
    let far = far("https://far.example");
    desk.go_live_on(far.clone());
    desk.registered(state(Vec::new()));
    desk.ask(LiveCommand::Account(None));
    assert_eq!(desk.kind(), LinkKind::Connected);
    desk.lose();
    desk.wait(Duration::from_secs(30));
    assert!(desk.opened().is_none());
    let link = &desk.view().link;
    assert_eq!(link.retry_at_ms, None);
    let words = link.problem.as_ref().unwrap();
    assert!(words.text.contains("Connect the account again"), "{words:?}");
    desk.ask(LiveCommand::Account(Some(far)));
    desk.registered(state(Vec::new()));
    assert_eq!(desk.view().link.problem, None);
}
