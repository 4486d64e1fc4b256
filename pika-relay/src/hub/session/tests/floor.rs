//! Likes, and how many a dancer may give.

use super::*;

#[test]
fn likes_count_as_the_database_decides() {
    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    let play_id = night.play("One");
    let answer = stored(night.like(1, play_id));
    assert_eq!(
        (answer.said, answer.open),
        (
            Said::Like {
                play_id,
                is_given: true
            },
            true
        )
    );
    let likes = |night: &Night| night.session.snapshot().plays[0].likes;
    assert_eq!(likes(&night), 0, "not before it is stored");
    let liked = Outcome::Changed {
        before: answer.said.taken_back(),
        after: answer.said,
    };
    night.session.settle(&answer, liked, night.now).unwrap();
    night
        .session
        .settle(&answer, Outcome::Unchanged, night.now)
        .unwrap();
    assert_eq!(likes(&night), 1);
    let counts = night.session.take_counts(night.now);
    assert!(
        counts
            .to_dj
            .iter()
            .any(|m| matches!(m, ToDj::Feedback { likes: 1, .. }))
    );
    assert_eq!(
        night.session.take_counts(night.now),
        Counts::default(),
        "only when something changed"
    );
    let gone = Outcome::Changed {
        before: answer.said,
        after: answer.said.taken_back(),
    };
    night.session.settle(&answer, gone, night.now).unwrap();
    assert_eq!(likes(&night), 0);
}

#[test]
fn a_like_of_a_removed_play_is_open_to_repeats_only() {
    let mut night = Night::new();
    let play_id = night.play("One");
    night
        .dj(DjMessage::RemovePlay {
            id: ActionId::random(),
            play_id,
        })
        .unwrap();
    assert!(!stored(night.like(1, play_id)).open);
    assert_eq!(
        night.like(1, PlayId::random()).unwrap_err().code,
        ErrorCode::UnknownPlay
    );
}

#[test]
fn a_dancer_has_a_burst_of_ten() {
    let mut night = Night::new();
    let play_id = night.play("One");
    for _ in 0..10 {
        stored(night.like(1, play_id));
    }
    let refused = night.like(1, play_id).unwrap_err();
    assert_eq!(
        (refused.code, refused.retry_after_secs),
        (ErrorCode::RateLimited, Some(2))
    );
    stored(night.like(2, play_id));
}
