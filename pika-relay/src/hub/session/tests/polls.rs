//! Polls and votes in them.

use super::*;

#[test]
fn a_timed_poll_closes_by_itself_and_can_be_extended() {
    let mut night = Night::new();
    let poll = night.start_poll(PollCloses::After { seconds: 15 }).unwrap();
    assert_eq!(night.start_poll(PollCloses::Manual), Err(ErrorCode::PollOpen));
    night.wait(10);
    night
        .dj(DjMessage::ExtendPoll {
            id: ActionId::random(),
            poll_id: poll,
            seconds: 20,
        })
        .unwrap();
    night.wait(20);
    assert!(night.session.snapshot().poll.is_some());
    night.wait(6);
    assert!(night.session.snapshot().poll.is_none());
    assert!(matches!(
        night.last(),
        ToDancer::PollEnded { cancelled: false, .. }
    ));
    let again = DjMessage::EndPoll {
        id: ActionId::random(),
        poll_id: poll,
    };
    assert_eq!(night.dj(again), Ok(()), "closing what its time closed is fine");
    let extend = DjMessage::ExtendPoll {
        id: ActionId::random(),
        poll_id: poll,
        seconds: 20,
    };
    assert_eq!(night.dj(extend), Err(ErrorCode::PollClosed));
}

#[test]
fn a_poll_until_the_song_ends_needs_a_song_and_ends_with_it() {
    let mut night = Night::new();
    assert_eq!(night.start_poll(PollCloses::SongEnd), Err(ErrorCode::Invalid));
    night.play("One");
    night.start_poll(PollCloses::SongEnd).unwrap();
    night.play("Two");
    assert!(night.session.snapshot().poll.is_none());
    assert!(matches!(
        night.to_dj.last(),
        Some(ToDj::PollResults { open: false, .. })
    ));
}

#[test]
fn a_vote_may_change_until_the_poll_closes() {
    let mut night = Night::new();
    let poll = night.start_poll(PollCloses::Manual).unwrap();
    assert!(stored(night.vote(1, poll, 0)).open);
    stored(night.vote(1, poll, 1));
    stored(night.vote(2, poll, 1));
    assert_eq!(night.vote(3, poll, 2).unwrap_err().code, ErrorCode::Invalid);
    night
        .dj(DjMessage::EndPoll {
            id: ActionId::random(),
            poll_id: poll,
        })
        .unwrap();
    assert!(matches!(night.last(), ToDancer::PollEnded { votes, .. } if votes == &[0, 2]));
    let late = stored(night.vote(4, poll, 0));
    assert!(!late.open);
    let refused = night
        .session
        .settle(&late, Outcome::Refused, night.now)
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::PollClosed);
}

#[test]
fn an_older_vote_does_not_undo_a_newer_one() {
    let mut night = Night::new();
    let poll_id = night.start_poll(PollCloses::Manual).unwrap();
    let dancer = DancerKey([1; 16]);
    let vote = |counter, option| DancerMessage::Vote {
        id: ActionId::random(),
        counter,
        poll_id,
        option,
    };
    night.session.judge(dancer, &vote(9, 1), night.now).unwrap();
    assert_eq!(
        night.session.judge(dancer, &vote(8, 0), night.now),
        Ok(Judged::Repeat)
    );
    assert_eq!(night.session.snapshot().poll.unwrap().votes, [0, 1]);
}
