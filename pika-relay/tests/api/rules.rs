//! The rules that make the protocol dependable (docs/protocol.md), each over every transport.

use pika_protocol::{
    ActionId, AnnouncementId, DancerMessage, DjMessage, ErrorCode, PlayId, ToDancer, ToDj,
    feedback::{PollCloses, TempoChoice},
};
use pika_relay::{
    config::{LimitProfile, Limits},
    figures::SLOW_CLOSED,
};

use crate::helpers::{
    PATIENCE,
    dancer::{Dancer, OverEvents, OverPolling, OverSocket, Ticket, Transport},
    dj::{Dj, Wish, now_playing},
    relay::{TestRelay, at_once, one_slow_reader_at_a_time},
};

/// Runs each test over WebSocket, server-sent events and short polling.
macro_rules! over_every_transport {
    ($($name:ident),* $(,)?) => {
        mod over_socket {
            $(#[test] fn $name() { super::$name::<super::OverSocket>(); })*
        }
        mod over_events {
            $(#[test] fn $name() { super::$name::<super::OverEvents>(); })*
        }
        mod over_polling {
            $(#[test] fn $name() { super::$name::<super::OverPolling>(); })*
        }
    };
}

over_every_transport![
    a_song_reaches_the_dancers,
    a_newcomer_sees_everything_in_the_snapshot,
    a_dancer_who_comes_back_gets_exactly_what_was_missed,
    what_is_no_longer_kept_comes_as_a_snapshot,
    a_repeated_action_is_acknowledged_and_counts_once,
    an_older_action_is_acknowledged_and_ignored,
    too_many_actions_are_refused_and_not_recorded,
    an_acknowledged_like_survives_a_restart,
    one_like_per_dancer_and_play,
    one_vote_per_dancer_until_the_poll_closes,
    likes_are_answered_by_few_counts,
    tempo_votes_and_thanks_reach_the_dj,
    corrections_reach_the_dancers_and_likes_stay,
    announcements_come_and_go,
    a_pass_once_admitted_stays_admitted,
    the_end_reaches_everybody,
    unknown_sessions_and_plays_are_told,
    after_a_restart_the_log_goes_on,
];

fn a_song_reaches_the_dancers<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dj.play("Fever");
    dancer.wait_for_song("Fever");
}

fn a_newcomer_sees_everything_in_the_snapshot<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let (first, second) = (dj.play("One"), dj.play("Two"));
    let poll = dj.start_poll(PollCloses::Manual);
    let snapshot = Dancer::<T>::enter(&relay, &dj.code).wait_for_snapshot();
    let plays: Vec<PlayId> = snapshot.plays.iter().map(|play| play.play_id).collect();
    assert_eq!((plays, snapshot.playing), (vec![second, first], Some(second)));
    assert_eq!(snapshot.poll.unwrap().poll_id, poll);
    assert_eq!(
        (snapshot.session.name.as_str(), snapshot.session.dj_name.as_str()),
        ("Friday social", "Ada")
    );
    assert!(snapshot.dj_online);
}

fn a_dancer_who_comes_back_gets_exactly_what_was_missed<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dj.play("One");
    dancer.wait_for_song("One");
    let seen = dancer.states.len();
    dj.play("Two");
    dj.play("Three");
    dancer.come_back(&relay).unwrap();
    dancer.wait_for_song("Three");
    // The dancer's own bookkeeping fails on any gap or repeat.
    assert_eq!(dancer.states.len() - seen, 2);
}

fn what_is_no_longer_kept_comes_as_a_snapshot<T: Transport>() {
    let relay = TestRelay::with(|config| config.limits.resume_messages = 2);
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    for title in ["One", "Two", "Three"] {
        dj.play(title);
    }
    dancer.come_back(&relay).unwrap();
    assert_eq!(dancer.wait_for_snapshot().plays_total, 3);
    assert!(dancer.states.len() < 3);
}

fn a_repeated_action_is_acknowledged_and_counts_once<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    let like = DancerMessage::Like {
        id: ActionId::random(),
        counter: 1,
        play_id,
    };
    for _ in 0..3 {
        dancer.say(&like).unwrap();
    }
    dancer.come_back(&relay).unwrap();
    dancer.say(&like).unwrap();
    dj.wait_for_likes(play_id, 1);
    assert_eq!(dj.again(&relay).unwrap().state.counts[0].likes, 1);
}

fn an_older_action_is_acknowledged_and_ignored<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer
        .say(&DancerMessage::Unlike {
            id: ActionId::random(),
            counter: 9,
            play_id,
        })
        .unwrap();
    dancer
        .say(&DancerMessage::Like {
            id: ActionId::random(),
            counter: 8,
            play_id,
        })
        .unwrap();
    assert_eq!(dj.again(&relay).unwrap().state.counts[0].likes, 0);
}

fn too_many_actions_are_refused_and_not_recorded<T: Transport>() {
    let relay = TestRelay::with(|config| config.limits.dancer_actions = at_once(10));
    let mut dj = Dj::live(&relay);
    let plays: Vec<PlayId> = (0..5).map(|n| dj.play(&format!("Song {n}"))).collect();
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    // Ten at once: the like of the eleventh action is not taken.
    for play_id in plays.iter().cycle().take(10) {
        dancer.like(*play_id).unwrap();
    }
    assert_eq!(dancer.unlike(plays[0]), Err(ErrorCode::RateLimited));
    assert_eq!(dj.again(&relay).unwrap().state.counts[0].likes, 1);
}

fn an_acknowledged_like_survives_a_restart<T: Transport>() {
    let mut relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.like(play_id).unwrap();
    relay.restart();
    assert_eq!(dj.again(&relay).unwrap().state.counts[0].likes, 1);
}

fn one_like_per_dancer_and_play<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let (mut anna, mut ben) = (
        Dancer::<T>::enter(&relay, &dj.code),
        Dancer::<T>::enter(&relay, &dj.code),
    );
    anna.like(play_id).unwrap();
    anna.like(play_id).unwrap();
    ben.like(play_id).unwrap();
    dj.wait_for_likes(play_id, 2);
    anna.unlike(play_id).unwrap();
    dj.wait_for_likes(play_id, 1);
}

fn one_vote_per_dancer_until_the_poll_closes<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let poll_id = dj.start_poll(PollCloses::Manual);
    let (mut anna, mut ben) = (
        Dancer::<T>::enter(&relay, &dj.code),
        Dancer::<T>::enter(&relay, &dj.code),
    );
    anna.vote(poll_id, 0).unwrap();
    anna.vote(poll_id, 1).unwrap();
    ben.vote(poll_id, 1).unwrap();
    assert_eq!(ben.vote(poll_id, 2), Err(ErrorCode::Invalid));
    ben.expect(
        "the results",
        |m| matches!(m, ToDancer::PollResults { votes, .. } if votes == &[0, 2]),
    );
    dj.say(DjMessage::EndPoll {
        id: ActionId::random(),
        poll_id,
    })
    .unwrap();
    ben.expect(
        "the end",
        |m| matches!(m, ToDancer::PollEnded { votes, .. } if votes == &[0, 2]),
    );
    assert_eq!(anna.vote(poll_id, 0), Err(ErrorCode::PollClosed));
}

fn likes_are_answered_by_few_counts<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut watcher = Dancer::<T>::enter(&relay, &dj.code);
    watcher.wait_for_snapshot();
    let mut crowd: Vec<_> = (0..30)
        .map(|_| Dancer::<OverSocket>::enter(&relay, &dj.code))
        .collect();
    // All at once, and nobody waits for an answer: however slow the machine is, they share a few ticks.
    for dancer in &mut crowd {
        let counter = dancer.next_counter();
        dancer.send(&DancerMessage::Like {
            id: ActionId::random(),
            counter,
            play_id,
        });
    }
    let n_counts = std::cell::Cell::new(0);
    watcher.expect("thirty likes", |message| match message {
        ToDancer::Counts { plays, .. } => {
            let likes = plays.iter().map(|play| play.likes).sum::<u32>();
            n_counts.set(n_counts.get() + u32::from(likes > 0));
            likes == 30
        }
        _ => false,
    });
    assert!(n_counts.get() < 30, "{}", n_counts.get());
}

fn tempo_votes_and_thanks_reach_the_dj<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let play_id = dj.play("One");
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    for (counter, vote) in [(1, TempoChoice::Faster), (2, TempoChoice::Slower)] {
        dancer
            .say(&DancerMessage::TempoVote {
                id: ActionId::random(),
                counter,
                play_id,
                vote,
            })
            .unwrap();
    }
    for counter in [3, 4] {
        dancer
            .say(&DancerMessage::Thank {
                id: ActionId::random(),
                counter,
            })
            .unwrap();
    }
    dj.expect("tempo and thanks", |message| match message {
        ToDj::Counts { plays, thanks, .. } => {
            *thanks == 1 && plays.iter().any(|c| (c.faster, c.perfect, c.slower) == (0, 0, 1))
        }
        _ => false,
    });
    dancer
        .say(&DancerMessage::TempoVote {
            id: ActionId::random(),
            counter: 5,
            play_id,
            vote: TempoChoice::Clear,
        })
        .unwrap();
    let counts = dj.again(&relay).unwrap().state.counts[0];
    assert_eq!((counts.faster, counts.perfect, counts.slower), (0, 0, 0));
}

fn corrections_reach_the_dancers_and_likes_stay<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let first = dj.play("One");
    let play_id = dj.play("Wrong");
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dancer.like(play_id).unwrap();
    let track = Some(pika_protocol::Track {
        title: "Right".to_owned(),
        ..Default::default()
    });
    dj.say(DjMessage::CorrectPlay {
        id: ActionId::random(),
        play_id,
        track,
        started_at: None,
    })
    .unwrap();
    dancer.expect(
        "the correction",
        |m| matches!(m, ToDancer::PlayCorrected { track, .. } if track.title == "Right"),
    );
    let snapshot = Dancer::<T>::enter(&relay, &dj.code).wait_for_snapshot();
    assert_eq!(
        (snapshot.plays[0].track.title.as_str(), snapshot.plays[0].likes),
        ("Right", 1)
    );
    dj.say(DjMessage::RemovePlay {
        id: ActionId::random(),
        play_id,
    })
    .unwrap();
    dancer.expect(
        "the removal",
        |m| matches!(m, ToDancer::PlayRemoved { playing: Some(id), .. } if *id == first),
    );
    assert_eq!(dancer.like(play_id), Err(ErrorCode::UnknownPlay));
}

fn announcements_come_and_go<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    let announcement_id = AnnouncementId::random();
    let text = "Water is at the bar".to_owned();
    let id = ActionId::random();
    dj.say(DjMessage::BroadcastAnnouncement {
        id,
        announcement_id,
        text,
        seconds: Some(60),
    })
    .unwrap();
    dancer.expect("the announcement", |m| matches!(m, ToDancer::Announcement { .. }));
    dj.say(DjMessage::CancelAnnouncement {
        id: ActionId::random(),
        announcement_id,
    })
    .unwrap();
    dancer.expect("its end", |m| matches!(m, ToDancer::AnnouncementCancelled { .. }));
}

fn a_pass_once_admitted_stays_admitted<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live_with_pin(&relay, "4711");
    assert_eq!(dj.code.as_str().len(), 8);
    let enter = |pin: Option<&str>| {
        let ticket = Ticket {
            pin: pin.map(str::to_owned),
            ..Ticket::default()
        };
        Dancer::<T>::try_enter(&relay, &dj.code, &ticket).map_err(Some)
    };
    assert_eq!(enter(None).err(), Some(Some(ErrorCode::PinRequired)));
    assert_eq!(enter(Some("4712")).err(), Some(Some(ErrorCode::PinWrong)));
    let mut dancer = enter(Some("4711")).ok().unwrap();
    dancer.wait_for_snapshot();
    dj.say(DjMessage::SetPin {
        id: ActionId::random(),
        pin: Some("0815".to_owned()),
    })
    .unwrap();
    dancer.come_back(&relay).unwrap();
}

fn the_end_reaches_everybody<T: Transport>() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dj.play("Last");
    dj.end();
    dancer.expect("the end", |m| matches!(m, ToDancer::SessionEnded { .. }));
    assert_eq!(
        dj.say(now_playing(PlayId::random(), "More")),
        Err(ErrorCode::SessionEnded)
    );
    assert_eq!(dj.again(&relay).err(), None, "its repeats are still answered");
}

fn unknown_sessions_and_plays_are_told<T: Transport>() {
    let relay = TestRelay::start();
    let dj = Dj::live(&relay);
    let nobody = pika_protocol::SessionCode::parse("ZZZZZZZZ").unwrap();
    let unknown = Dancer::<T>::try_enter(&relay, &nobody, &Ticket::default());
    assert_eq!(unknown.err(), Some(ErrorCode::UnknownSession));
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    assert_eq!(dancer.like(PlayId::random()), Err(ErrorCode::UnknownPlay));
}

fn after_a_restart_the_log_goes_on<T: Transport>() {
    let mut relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<T>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    dj.play("One");
    dancer.wait_for_song("One");
    let epoch = dancer.position.unwrap().epoch;
    relay.restart();
    let mut dj = dj.again(&relay).unwrap();
    assert!(dj.resumed);
    dj.play("Two");
    dancer.come_back(&relay).unwrap();
    dancer.wait_for_song("Two");
    assert_eq!(dancer.position.unwrap().epoch, epoch);
}

#[test]
fn the_dj_may_use_post_alone() {
    let relay = TestRelay::start();
    let mut dj = Dj::register(
        &relay,
        Wish {
            by_post: true,
            ..Wish::default()
        },
    )
    .unwrap();
    let play_id = dj.play("One");
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.like(play_id).unwrap();
    dj.expect("feedback", |m| matches!(m, ToDj::Feedback { likes: 1, .. }));
    dj.wait_for_likes(play_id, 1);
    let poll = dj.start_poll(PollCloses::Manual);
    dancer.vote(poll, 1).unwrap();
    dj.end();
    dancer.expect("the end", |m| matches!(m, ToDancer::SessionEnded { .. }));
}

#[test]
fn a_draining_relay_says_how_long_to_spread() {
    let mut relay = TestRelay::with(|config| config.limits.shutdown_grace = PATIENCE);
    let dj = Dj::live(&relay);
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    // It would not read its close.
    drop(dj);
    let (code, reason) = std::thread::scope(|scope| {
        let stopping = scope.spawn(|| relay.stop());
        dancer.transport.socket.close_code();
        let closed = dancer.transport.socket.closed.take().unwrap();
        drop(dancer);
        stopping.join().unwrap();
        closed
    });
    assert_eq!(code, 1012);
    let closing: pika_protocol::rest::Closing = serde_json::from_str(&reason).unwrap();
    assert!(closing.reconnect_within_ms.unwrap() >= 2000);
}

#[test]
fn a_reader_that_does_not_read_is_closed_and_comes_back() {
    let relay = TestRelay::with(|config| {
        config.limits.dj_messages = Limits::of(LimitProfile::LoadTest).dj_messages;
        config.limits.queue_messages = 8;
    });
    let _alone = one_slow_reader_at_a_time();
    let mut dj = Dj::live(&relay);
    let mut slow = Dancer::<OverSocket>::enter(&relay, &dj.code);
    let mut quick = Dancer::<OverSocket>::enter(&relay, &dj.code);
    quick.wait_for_snapshot();
    // Long titles fill the kernel's buffers, then the queue. A peer that is closed has a few seconds to read why.
    let n_cut = SLOW_CLOSED.get();
    let mut last = String::new();
    for n in 0..2_000 {
        last = format!("{n} {}", "\u{1f3b5}".repeat(490));
        dj.play(&last);
        quick.wait_for_song(&last);
        if SLOW_CLOSED.get() > n_cut {
            break;
        }
    }
    assert_eq!(slow.transport.socket.close_code(), 4008);
    slow.come_back(&relay).unwrap();
    slow.wait_for_song(&last);
}
