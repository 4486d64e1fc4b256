//! A session begins, is told of songs, and ends.

use super::*;

#[test]
fn a_session_begins_with_the_song_that_plays() {
    let mut desk = Desk::new();
    desk.play("before");
    desk.go_live();
    assert_eq!(desk.view().phase, LivePhase::Starting);
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(
        message,
        DjMessage::RegisterSession {
            resume: None,
            take_over: false,
            ..
        }
    ));
    assert_eq!(titles(&desk.acknowledge()), ["before"]);
    desk.play("next");
    assert_eq!(titles(&desk.acknowledge()), ["next"]);
    assert_eq!(desk.view().phase, LivePhase::OnAir);
    assert_eq!(desk.kind(), LinkKind::Connected);
    let session = desk.view().session.as_ref().unwrap();
    assert_eq!(session.address, "https://pika.example/live/K7QX");
    assert_eq!(desk.view().plays.len(), 2);
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn a_song_is_on_disk_before_it_is_sent() {
    let mut desk = Desk::live();
    desk.effects.clear();
    desk.play("song");
    let place = |wanted: fn(&Effect) -> bool| desk.effects.iter().position(wanted).unwrap();
    let kept = place(|effect| matches!(effect, Effect::Keep(Keep::Push(..))));
    let sent = place(|effect| matches!(effect, Effect::Say(_)));
    assert!(kept < sent);
}

#[test]
fn the_song_that_is_on_when_a_session_begins_belongs_to_it() {
    let mut desk = Desk::new();
    desk.now.wall_ms -= 90_000;
    let on = desk.play("on already");
    desk.now.wall_ms += 90_000;
    desk.go_live();
    desk.registered(state(Vec::new()));
    let begun = desk.view().clone();
    assert_eq!(begun.told_since(&crate::live::LiveState::default()), [on]);
    desk.now.wall_ms += 60_000;
    let next = desk.play("next");
    assert_eq!(desk.view().plays.len(), 2);
    assert_eq!(desk.view().told_since(&begun), [next]);
    desk.acknowledge();
    desk.ask(LiveCommand::End);
    desk.acknowledge();
    assert_eq!(desk.view().ended_at_ms, Some(desk.now.wall_ms));
}

#[test]
fn the_big_screen_has_its_key_and_nobody_else() {
    let mut desk = Desk::live();
    let session = desk.view().session.clone().unwrap();
    assert_eq!(
        session.screen_address(),
        format!("https://pika.example/live/K7QX/screen#key={SCREEN_KEY}")
    );
    for shown in [
        format!("{session:?}"),
        format!("{:?}", desk.view()),
        format!("{:?}", desk.kept()),
    ] {
        assert!(!shown.contains(SCREEN_KEY), "{shown}");
    }
    // A relay without such keys: whoever opens the screen has the PIN.
    let mut old = session.clone();
    old.screen_key = None;
    assert_eq!(old.screen_address(), "https://pika.example/live/K7QX/screen");
    old.pin = Some("4711".into());
    assert_eq!(
        old.screen_address(),
        "https://pika.example/live/K7QX/screen#pin=4711"
    );
    old.address.clear();
    assert_eq!(old.screen_address(), "");
    // It stays over a lost connection.
    desk.lose();
    desk.wait(Duration::from_secs(2));
    assert_eq!(
        desk.view().session.as_ref().unwrap().screen_key,
        session.screen_key
    );
}

#[test]
fn dancers_find_this_computers_relay_by_its_address_in_the_network() {
    let mut desk = Desk::new();
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:3001".into()));
    desk.go_live();
    desk.registered(state(Vec::new()));
    let address = |desk: &Desk| desk.view().session.as_ref().unwrap().address.clone();
    assert_eq!(address(&desk), "http://192.168.1.5:3001/live/K7QX");
    let notices = |desk: &Desk| desk.view().notice.as_ref().map_or(0, |notice| notice.number);
    let before = notices(&desk);
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:3001".into()));
    assert_eq!(notices(&desk), before, "nothing moved");
    // Another Wi-Fi in the middle of the night.
    desk.ask(LiveCommand::LocalAddress("http://10.0.0.7:3001".into()));
    assert_eq!(address(&desk), "http://10.0.0.7:3001/live/K7QX");
    assert!(
        desk.kept()
            .iter()
            .any(|kept| matches!(kept, Keep::Session(session) if session.address.contains("10.0.0.7")))
    );
    assert_eq!(notices(&desk), before + 1);
    // And it stays over a lost connection.
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.registered(state(Vec::new()));
    assert_eq!(address(&desk), "http://10.0.0.7:3001/live/K7QX");
}

#[test]
fn a_song_by_hand_is_timed_until_the_relay_has_it() {
    let mut desk = Desk::live();
    desk.play("from the DJ program");
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, None);
    let mut play = song("by hand", desk.now.wall_ms - 40);
    play.source = SourceKind::Hand;
    desk.ask(LiveCommand::Played {
        play: Box::new(play.clone()),
        current: true,
    });
    desk.wait(Duration::from_millis(500));
    assert_eq!(desk.view().link.song_delay_ms, None, "on its way");
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, Some(540));
    // Better known later: that is no song of its own.
    play.title = "By hand".into();
    desk.now.wall_ms += 5_000;
    desk.ask(LiveCommand::Played {
        play: Box::new(play),
        current: true,
    });
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, Some(540));
}

#[test]
fn a_removed_play_is_gone_even_when_the_relay_still_knows_it() {
    let mut desk = Desk::live();
    let (a, b) = (desk.play("a"), desk.play("b"));
    desk.acknowledge();
    desk.lose();
    desk.ask(LiveCommand::Remove(b));
    desk.wait(Duration::from_secs(2));
    desk.registered(state(vec![on_relay(a, "a"), on_relay(b, "b")]));
    assert_eq!(
        desk.view()
            .plays
            .iter()
            .map(|play| play.play_id)
            .collect::<Vec<_>>(),
        [a]
    );
    assert_eq!(titles(&desk.acknowledge()), ["-"]);
}

#[test]
fn songs_of_before_are_told_with_their_times_and_never_look_as_if_they_played() {
    let mut desk = Desk::live();
    let past = |desk: &mut Desk, title: &str, at: i64| {
        let mut play = song(title, at);
        play.values.duration_s = Some(3.0);
        desk.ask(LiveCommand::Played {
            play: Box::new(play),
            current: false,
        });
    };
    past(&mut desk, "before the session", EVENING - 1);
    assert!(desk.said().is_empty());
    desk.wait(Duration::from_secs(10));
    past(&mut desk, "missed", EVENING + 1_000);
    let said = desk.acknowledge();
    assert!(matches!(
        &said[..],
        [DjMessage::NowPlaying { started_at, .. }, DjMessage::TrackStopped { stopped_at, .. }]
            if started_at.0 == EVENING + 1_000 && stopped_at.0 == EVENING + 4_000
    ));
    desk.play("now");
    desk.acknowledge();
    let known: Vec<_> = desk.machine.told.iter().copied().collect();
    let plays = known.into_iter().map(|play_id| NowPlaying {
        play_id,
        ..song("known", EVENING + 5)
    });
    let all = plays.chain([song("missed, too", EVENING + 2_000)]).collect();
    desk.ask(LiveCommand::CatchUp(all));
    assert_eq!(titles(&desk.acknowledge()), ["missed, too"]);
    assert_eq!(desk.view().plays.len(), 3);
}

#[test]
fn a_session_can_be_prepared_and_given_up_without_a_relay() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.link(LinkEvent::gone(FailKind::Unreachable));
    desk.wait(Duration::from_secs(20));
    assert_eq!(desk.view().phase, LivePhase::Starting);
    assert_eq!(desk.kind(), LinkKind::Offline);
    desk.ask(LiveCommand::End);
    assert_eq!(desk.view().phase, LivePhase::Off);
}

#[test]
fn an_end_without_connection_is_sent_as_soon_as_there_is_one() {
    let mut desk = Desk::live();
    desk.lose();
    desk.play("last");
    desk.ask(LiveCommand::End);
    assert_eq!(desk.view().phase, LivePhase::Ending);
    desk.play("after the end");
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["last", "end"]);
    assert_eq!(desk.view().phase, LivePhase::Ended);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ended(_)))
    );
    // The next session is a new one.
    desk.ask(LiveCommand::GoLive(NewSession {
        name: "Saturday".into(),
        dj_name: String::new(),
        listed: true,
        pin: None,
        ..NewSession::default()
    }));
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(message, DjMessage::RegisterSession { resume: None, .. }));
}

#[test]
fn a_relay_sends_dancers_to_no_address_of_somebody_else_and_to_no_time_without_a_calendar() {
    let hostile = |named: &str, at: i64| {
        let mut desk = Desk::new();
        desk.go_live_on(far("https://far.example"));
        desk.opened();
        desk.link(LinkEvent::Open);
        let message = desk.said().remove(0);
        let mut there = state(vec![on_relay(Uuid::from_u128(1), "theirs")]);
        there.started_at = UnixMs(at);
        there.plays[0].started_at = UnixMs(at);
        there.name = "n".repeat(5_000);
        there.plays[0].track.title = "t".repeat(500_000);
        there.poll = Some(pika_protocol::feedback::Poll {
            poll_id: PollId::random(),
            question: "q".repeat(500_000),
            options: vec!["o".repeat(5_000); 5_000],
            closes: PollCloses::Manual,
            opened_at: UnixMs(at),
            closes_at: Some(UnixMs(at)),
            votes: vec![7; 2],
        });
        there.pin = Some("no PIN".into());
        desk.hear(ToDj::SessionRegistered {
            id: message.id().unwrap(),
            protocol_version: 1,
            server_version: "test".into(),
            session_id: desk.session_id,
            code: SessionCode::parse("K7QX").unwrap(),
            public_url: named.into(),
            screen_key: Some("key&evil=1".into()),
            resumed: false,
            relay_time: UnixMs(at),
            state: Box::new(there),
        });
        desk
    };
    for at in [i64::MIN, 0, i64::MAX] {
        for named in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://192.168.1.1/admin",
        ] {
            let desk = hostile(named, at);
            let session = desk.view().session.clone().unwrap();
            assert_eq!(session.address, "https://far.example/live/K7QX", "{named}");
            assert!(desk.view().notice.as_ref().unwrap().is_trouble);
            assert_eq!((session.pin.as_ref(), session.name.len()), (None, 80));
            assert!(session.screen_key.is_none());
            let poll = desk.view().poll.clone().unwrap();
            assert_eq!(
                (poll.question.len(), poll.options.len(), poll.votes.len()),
                (1_000, 100, 100)
            );
            assert_eq!(desk.view().plays[0].title.len(), 1_000);
            let month = 31 * 86_400_000;
            for at_ms in [session.started_at_ms, desk.view().plays[0].started_at_ms] {
                assert!((at_ms - desk.now.wall_ms).abs() <= month, "{at_ms}");
            }
            assert!(session.started_at_ms <= desk.now.wall_ms);
        }
    }
    let desk = hostile("https://dance.example/live/K7QX", EVENING);
    assert_eq!(
        desk.view().session.as_ref().unwrap().address,
        "https://dance.example/live/K7QX"
    );
    assert_eq!(
        desk.view().notice.as_ref().unwrap().words.title,
        "Dancers go to dance.example."
    );
}

#[test]
fn a_song_goes_on_after_a_pause_as_the_same_play() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.registered(state(Vec::new()));
    let play = song("pausing", desk.now.wall_ms);
    let played = LiveCommand::Played {
        play: Box::new(play.clone()),
        current: true,
    };
    desk.ask(played.clone());
    let at_ms = desk.now.wall_ms;
    desk.ask(LiveCommand::Stopped { at_ms });
    desk.acknowledge();
    desk.ask(played.clone());
    let said = desk.acknowledge();
    assert!(
        matches!(&said[..], [DjMessage::NowPlaying { play_id, .. }] if play_id.0 == play.play_id),
        "{said:?}"
    );
    assert_eq!(desk.view().playing, Some(play.play_id));
    desk.ask(played);
    assert_eq!(desk.acknowledge(), [], "said once");
}
