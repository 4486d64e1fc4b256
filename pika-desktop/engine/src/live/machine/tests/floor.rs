//! How the floor answers: likes, votes, polls.

use super::*;

#[test]
fn what_the_floor_answers_is_shown_and_logged() {
    let mut desk = Desk::live();
    let play = desk.play("a");
    desk.acknowledge();
    desk.hear(ToDj::Counts {
        listeners: 12,
        thanks: 2,
        plays: vec![PlayCounts {
            play_id: PlayId(play),
            likes: 5,
            faster: 1,
            perfect: 3,
            slower: 0,
        }],
    });
    desk.hear(ToDj::Feedback {
        play_id: Some(PlayId(play)),
        likes: 5,
        faster: 1,
        perfect: 3,
        slower: 0,
        thanks: 2,
    });
    let view = desk.view();
    assert_eq!(
        (view.crowd.listeners, view.crowd.thanks, view.likes()),
        (12, 2, 5)
    );
    assert_eq!(view.crowd.likes_by_minute, [5]);
    desk.effects.clear();
    desk.wait(Duration::from_secs(61));
    assert_eq!(desk.view().crowd.likes_by_minute.last(), Some(&0));
    let logged: Vec<_> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Answers(_, answers) => Some(answers.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(logged.len(), 1, "once, not each time");
    assert_eq!((logged[0][0].play_id, logged[0][0].likes), (play, 5));
}

#[test]
fn hearts_given_while_the_program_was_dead_are_logged_at_its_return() {
    let mut desk = Desk::live();
    let play = Uuid::new_v4();
    let mut told = state(vec![Play {
        likes: 3,
        ..on_relay(play, "from before")
    }]);
    told.counts = vec![PlayCounts {
        play_id: PlayId(play),
        likes: 3,
        faster: 0,
        perfect: 0,
        slower: 0,
    }];
    desk.lose();
    desk.effects.clear();
    desk.wait(Duration::from_secs(3));
    desk.registered(told);
    assert_eq!(desk.view().likes(), 3);
    desk.wait(Duration::from_secs(10));
    let logged: Vec<_> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Answers(_, answers) => Some(answers[0]),
            _ => None,
        })
        .collect();
    assert_eq!(logged.len(), 1);
    assert_eq!((logged[0].play_id, logged[0].likes), (play, 3));
}

#[test]
fn a_poll_lives_from_its_acknowledgement_to_its_last_result() {
    let mut desk = Desk::live();
    desk.ask(LiveCommand::StartPoll {
        question: "More blues?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::After { seconds: 60 },
    });
    assert_eq!(desk.view().poll, None);
    let said = desk.acknowledge();
    let DjMessage::StartPoll { poll_id, .. } = said[0] else {
        panic!()
    };
    desk.hear(results(poll_id, vec![3, 1], true));
    assert_eq!(desk.view().poll.as_ref().unwrap().votes, [3, 1]);
    desk.ask(LiveCommand::StartPoll {
        question: "Another?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::Manual,
    });
    assert!(desk.said().is_empty(), "one poll at a time");
    desk.hear(results(poll_id, vec![4, 1], false));
    assert_eq!(desk.view().poll, None);
    assert_eq!(desk.view().last_poll.as_ref().unwrap().votes, [4, 1]);
}

fn results(poll_id: PollId, votes: Vec<u32>, open: bool) -> ToDj {
    ToDj::PollResults {
        poll_id,
        votes,
        open,
        closes_at: None,
    }
}

#[test]
fn the_peak_and_the_bars_of_likes_outlive_a_crash_and_end_with_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::live();
    let count = |listeners| ToDj::Counts {
        listeners,
        thanks: 0,
        plays: Vec::new(),
    };
    desk.hear(count(80));
    desk.hear(count(12));
    desk.hear(ToDj::Feedback {
        play_id: None,
        likes: 5,
        faster: 0,
        perfect: 0,
        slower: 0,
        thanks: 0,
    });
    let mut kept = vec![Keep::Session(Box::new(desk.machine.session.clone().unwrap()))];
    desk.wait(Duration::from_secs(30));
    kept.extend(desk.kept());
    let mut saved = desk.saved(&folder.path().join("live.db"), &kept);
    // It was away for some two minutes; here the clock is that of the other start again.
    let away_ms = desk.now.wall_ms - EVENING + 120_000;
    saved.alive_at_ms -= away_ms;
    saved.crowd.as_mut().unwrap().at_ms -= away_ms;
    let mut desk = Desk::with(saved);
    let crowd = &desk.view().crowd;
    assert_eq!((crowd.peak, &crowd.likes_by_minute[..]), (80, &[5, 0, 0, 0][..]));
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(desk.view().crowd.peak, 80);

    kept.push(Keep::Nothing);
    let saved = desk.saved(&folder.path().join("over.db"), &kept);
    assert_eq!(saved.crowd, None);
}
