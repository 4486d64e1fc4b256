//! A session goes on after a restart, a long sleep, on another computer, or anew.

use super::*;

#[test]
fn a_restart_goes_on_silently_within_five_minutes_and_asks_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut desk = Desk::new();
    desk.go_live();
    let kept = desk.kept();
    desk.registered(state(Vec::new()));
    let mut all = kept;
    all.extend(desk.kept());
    desk.effects.clear();
    desk.lose();
    let play = desk.play("kept");
    all.extend(desk.kept());
    let (session_id, alive) = (desk.session_id, desk.now.wall_ms);
    all.push(Keep::Alive(alive));
    let saved = desk.saved(&path, &all);
    assert!(saved.told.contains(&play));

    let mut soon = Desk::with(desk.saved(&path, &[Keep::Alive(EVENING - 4 * 60_000)]));
    soon.session_id = session_id;
    assert_eq!(soon.view().question, None);
    soon.ask(LiveCommand::Relay(access("secret")));
    let DjMessage::RegisterSession { resume, .. } = soon.registered(state(Vec::new())) else {
        panic!()
    };
    assert_eq!(resume, Some(session_id));
    assert_eq!(titles(&soon.acknowledge()), ["kept"]);

    let late = || Desk::with(desk.saved(&path, &[Keep::Alive(EVENING - 6 * 60_000)]));
    let mut asked = late();
    asked.ask(LiveCommand::Relay(access("secret")));
    assert!(matches!(&asked.view().question, Some(LiveQuestion::Resume { code, .. }) if code == "K7QX"));
    asked.wait(Duration::from_secs(60));
    assert!(asked.opened().is_none(), "nothing happens before the answer");
    asked.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    asked.registered(state(Vec::new()));
    assert_eq!(asked.view().phase, LivePhase::OnAir);

    let mut ended = late();
    ended.ask(LiveCommand::Relay(access("secret")));
    ended.ask(LiveCommand::Answer(LiveAnswer::End));
    ended.registered(state(Vec::new()));
    assert_eq!(titles(&ended.acknowledge()), ["kept", "end"]);
    assert_eq!(ended.view().phase, LivePhase::Ended);
}

#[test]
fn another_relay_than_the_sessions_own_is_left_alone() {
    let mut first = Desk::new();
    first.go_live();
    let folder = tempfile::tempdir().unwrap();
    let saved = first.saved(&folder.path().join("live.db"), &first.kept());
    let mut desk = Desk::with(saved);
    desk.ask(LiveCommand::Relay(far("https://elsewhere.example")));
    desk.wait(Duration::from_secs(5));
    assert!(desk.opened().is_none());
}

#[test]
fn a_refused_token_waits_for_a_new_one() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.opened();
    desk.link(LinkEvent::Open);
    let id = desk.said()[0].id();
    desk.hear(refusal(id, ErrorCode::Unauthorized, None));
    assert_eq!(desk.kind(), LinkKind::Refused);
    assert_eq!(
        desk.view().link.problem.as_ref().unwrap().title,
        "Token not accepted."
    );
    desk.wait(Duration::from_secs(120));
    assert!(desk.opened().is_none(), "the same token is not tried again");
    desk.ask(LiveCommand::Relay(access("new secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(desk.kind(), LinkKind::Connected);
    // Revoked in the middle of the night: songs are kept.
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(ErrorCode::Unauthorized.number()),
        within_ms: None,
    });
    assert_eq!(desk.kind(), LinkKind::Refused);
    desk.play("kept");
    desk.ask(LiveCommand::Relay(access("third secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["kept"]);
}

#[test]
fn a_session_on_another_computer_is_taken_over_only_after_a_question() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.opened();
    desk.link(LinkEvent::Open);
    let there = SessionId::random();
    let already_live = |desk: &mut Desk| {
        let said = desk.said();
        desk.hear(ToDj::Error {
            id: said[0].id(),
            code: ErrorCode::AlreadyLive,
            message: "live already".into(),
            retry_after_secs: None,
            live: Some(elsewhere(there)),
        });
        said[0].clone()
    };
    already_live(&mut desk);
    // Is it this installation's own? Only then the relay lets it resume without taking over.
    assert_eq!(desk.view().question, None);
    desk.opened().expect("it is asked");
    desk.link(LinkEvent::Open);
    let proof = already_live(&mut desk);
    assert!(
        matches!(proof, DjMessage::RegisterSession { resume, take_over: false, .. } if resume == Some(there)),
        "{proof:?}"
    );
    let Some(LiveQuestion::TakeOver {
        device_name, online, ..
    }) = &desk.view().question
    else {
        panic!()
    };
    assert_eq!((device_name.as_str(), *online), ("Booth laptop", true));
    desk.wait(Duration::from_secs(30));
    assert!(desk.opened().is_none());
    desk.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    let DjMessage::RegisterSession {
        resume, take_over, ..
    } = desk.registered(state(Vec::new()))
    else {
        panic!()
    };
    assert_eq!((resume, take_over), (Some(there), true));
    // Later that computer takes it back: no fight over it.
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(ErrorCode::TakenOver.number()),
        within_ms: None,
    });
    assert!(matches!(
        desk.view().question,
        Some(LiveQuestion::TakeOver { .. })
    ));
    desk.wait(Duration::from_secs(60));
    assert!(desk.opened().is_none());
    desk.ask(LiveCommand::Answer(LiveAnswer::Leave));
    assert_eq!(desk.view().phase, LivePhase::Off);
}

fn elsewhere(session_id: SessionId) -> LiveElsewhere {
    LiveElsewhere {
        session_id,
        code: SessionCode::parse("AB2Z").unwrap(),
        name: "Main room".into(),
        device_name: Some("Booth laptop".into()),
        started_at: UnixMs(EVENING - 60_000),
        online: true,
    }
}

#[test]
fn a_session_whose_note_was_lost_goes_on_at_the_same_computer_without_a_question() {
    let mut desk = Desk::new();
    desk.go_live();
    for is_over in [false, true] {
        desk.opened();
        desk.link(LinkEvent::Open);
        let id = desk.said()[0].id();
        desk.hear(ToDj::Error {
            id,
            code: ErrorCode::AlreadyLive,
            message: "live already".into(),
            retry_after_secs: None,
            live: Some(elsewhere(desk.session_id)),
        });
        if !is_over {
            // It ended while it was asked about: the new one begins.
            desk.opened();
            desk.link(LinkEvent::Open);
            let id = desk.said()[0].id();
            desk.hear(ToDj::Error {
                id,
                code: ErrorCode::SessionEnded,
                message: "over".into(),
                retry_after_secs: None,
                live: None,
            });
        }
    }
    let message = desk.registered(state(vec![on_relay(Uuid::from_u128(1), "before")]));
    let DjMessage::RegisterSession {
        resume, take_over, ..
    } = message
    else {
        panic!()
    };
    assert_eq!((resume, take_over), (Some(desk.session_id), false));
    assert_eq!(desk.view().question, None);
    assert_eq!(desk.view().phase, LivePhase::OnAir);
    assert_eq!(desk.view().plays.len(), 1);
}

#[test]
fn a_test_that_was_cut_short_is_ended_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::new();
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.ask(LiveCommand::GoLive(NewSession {
        name: "A test".into(),
        is_test: true,
        ..NewSession::default()
    }));
    let mut kept = desk.kept();
    let never_heard_of = desk.saved(&folder.path().join("first.db"), &kept);
    desk.registered(state(Vec::new()));
    assert!(desk.view().is_test());
    kept.extend(desk.kept());
    let saved = desk.saved(&folder.path().join("second.db"), &kept);

    let mut desk = Desk::with(saved);
    assert_eq!((desk.view().phase, &desk.view().session), (LivePhase::Off, &None));
    desk.ask(LiveCommand::Relay(access("secret")));
    assert_eq!(titles(&desk.handed_in(Outcome::Over)), ["end"]);
    assert_eq!(desk.view().owed, []);

    let desk = Desk::with(never_heard_of);
    assert_eq!((desk.view().phase, &desk.view().session), (LivePhase::Off, &None));
}

#[test]
fn after_a_long_sleep_the_dj_is_asked_and_a_clock_that_is_set_is_nothing() {
    let mut set = Desk::live();
    set.now.wall_ms += 3_600_000;
    set.wait(Duration::from_secs(1));
    assert_eq!(
        set.said(),
        [DjMessage::Ping {}],
        "asking tells one from the other"
    );
    set.hear(ToDj::Pong {
        relay_time: UnixMs(set.now.wall_ms),
    });
    set.lose();
    assert_eq!(set.view().question, None);

    let mut slept = Desk::live();
    slept.now.wall_ms += 3_600_000;
    slept.wait(Duration::from_secs(1));
    slept.lose();
    assert!(matches!(slept.view().question, Some(LiveQuestion::Resume { .. })));
    slept.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    slept.registered(state(Vec::new()));
    assert_eq!(slept.view().phase, LivePhase::OnAir);

    let mut dozed = Desk::live();
    dozed.now.wall_ms += 120_000;
    dozed.wait(Duration::from_secs(1));
    dozed.lose();
    assert_eq!(dozed.view().question, None, "two minutes go on silently");
}

#[test]
fn a_session_that_the_relay_lost_begins_again_with_the_whole_night() {
    let mut desk = Desk::live();
    desk.play("a");
    desk.acknowledge();
    desk.play("b");
    desk.acknowledge();
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.opened().unwrap();
    desk.link(LinkEvent::Open);
    let id = desk.said()[0].id();
    desk.hear(refusal(id, ErrorCode::UnknownSession, None));
    desk.session_id = SessionId::random();
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(message, DjMessage::RegisterSession { resume: None, .. }));
    assert_eq!(titles(&desk.acknowledge()), ["a", "b"]);
}

#[test]
fn what_ended_while_the_relay_lost_the_session_ends_in_the_new_one() {
    let mut desk = Desk::live();
    desk.play("a");
    desk.acknowledge();
    desk.lose();
    desk.ask(LiveCommand::Stopped {
        at_ms: desk.now.wall_ms,
    });
    desk.ask(LiveCommand::End);
    desk.wait(Duration::from_secs(2));
    desk.opened().unwrap();
    desk.link(LinkEvent::Open);
    let id = desk.said()[0].id();
    desk.hear(refusal(id, ErrorCode::UnknownSession, None));
    desk.session_id = SessionId::random();
    desk.registered(state(Vec::new()));
    let said = desk.acknowledge();
    assert!(
        matches!(
            said[..],
            [
                DjMessage::NowPlaying { .. },
                DjMessage::TrackStopped { .. },
                DjMessage::EndSession { .. }
            ]
        ),
        "{said:?}"
    );
    assert_eq!(desk.view().phase, LivePhase::Ended);
}

#[test]
fn a_session_that_goes_on_here_shows_no_address_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::new();
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:3001".into()));
    desk.go_live();
    desk.registered(state(Vec::new()));
    let mut kept = desk.kept();
    kept.push(Keep::Alive(EVENING));
    let saved = desk.saved(&folder.path().join("live.db"), &kept);
    let shown = |desk: &Desk| desk.view().session.as_ref().unwrap().address.clone();
    let before = shown(&desk);
    assert_eq!(saved.session.as_ref().unwrap().address, before);

    // The port is another one this time.
    let mut desk = Desk::with(saved);
    assert_eq!(shown(&desk), "");
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:40001".into()));
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(shown(&desk), "http://192.168.1.5:40001/live/K7QX");
}

#[test]
fn what_is_read_late_goes_on_by_itself_or_after_a_question_as_at_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let (mut before, mut kept) = Desk::begun();
    before.play("on its way");
    kept.extend(before.kept());
    for (away_ms, asks) in [(60_000, false), (3_600_000, true)] {
        let mut saved = before.saved(&folder.path().join(format!("{away_ms}.db")), &kept);
        saved.alive_at_ms = EVENING - away_ms;
        let mut desk = Desk::new();
        desk.ask(LiveCommand::Relay(access("secret")));
        desk.take(Input::ReadLate(Box::new(saved)));
        assert_eq!(desk.view().question.is_some(), asks);
        desk.wait(Duration::from_secs(30));
        if asks {
            assert!(desk.opened().is_none(), "the DJ decides");
            desk.ask(LiveCommand::Answer(LiveAnswer::GoOn));
        }
        desk.registered(state(Vec::new()));
        assert_eq!(titles(&desk.acknowledge()), ["on its way"]);
    }
}

#[test]
fn what_is_read_late_of_the_session_that_is_on_is_sent_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Desk::live();
    let mut kept = vec![Keep::Session(Box::new(before.machine.session.clone().unwrap()))];
    before.effects.clear();
    before.lose();
    before.play("on its way");
    kept.extend(before.kept());
    let saved = before.saved(&folder.path().join("live.db"), &kept);
    // Its note of the session is gone, and the relay goes on with it.
    let mut desk = Desk::new();
    desk.session_id = before.session_id;
    desk.go_live();
    desk.registered(state(Vec::new()));
    desk.play("after that");
    assert_eq!(titles(&desk.acknowledge()), ["after that"]);
    desk.take(Input::ReadLate(Box::new(saved)));
    assert_eq!(titles(&desk.acknowledge()), ["on its way"]);
    assert_eq!(desk.view().owed, []);
}

#[test]
fn what_is_read_late_of_the_session_that_is_on_is_on_disk_again_with_its_crowd() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut before = Desk::live();
    let crowd = crate::live::store::SavedCrowd {
        peak: 240,
        likes_by_minute: vec![3],
        at_ms: EVENING,
    };
    let mut kept = vec![
        Keep::Session(Box::new(before.machine.session.clone().unwrap())),
        Keep::Crowd(Box::new(crowd)),
    ];
    before.effects.clear();
    before.lose();
    before.play("on its way");
    kept.extend(before.kept());
    let saved = before.saved(&path, &kept);
    let mut desk = Desk::new();
    desk.session_id = before.session_id;
    desk.go_live();
    let mut kept = desk.kept();
    desk.registered(state(Vec::new()));
    kept.extend(desk.kept());
    desk.effects.clear();
    desk.machine.liked(2, desk.now);
    desk.take(Input::ReadLate(Box::new(saved)));
    kept.extend(desk.kept());
    assert_eq!(desk.view().crowd.peak, 240);
    let on_disk = desk.saved(&path, &kept);
    assert_eq!(titles(&on_disk.outbox), ["on its way"]);
    assert_eq!(on_disk.told, desk.machine.told);
    let crowd = on_disk.crowd.unwrap();
    assert_eq!((crowd.peak, crowd.likes_by_minute), (240, vec![3 + 2]));
}
