//! What is played: the next song, songs told late, corrections, removals.

use super::*;

#[test]
fn the_next_song_ends_the_one_before() {
    let mut night = Night::new();
    let first = night.play("One");
    night.wait(60);
    let second = night.play("Two");
    let snapshot = night.session.snapshot();
    assert_eq!(snapshot.playing, Some(second));
    assert_eq!(titles(&night.session), ["Two", "One"]);
    assert_eq!(snapshot.plays[1].play_id, first);
    assert_eq!(snapshot.plays[1].stopped_at, Some(snapshot.plays[0].started_at));
}

#[test]
fn a_song_told_late_joins_the_history_only() {
    let mut night = Night::new();
    night.wait(600);
    let at = night.now.at;
    let playing = night.play("Now");
    night
        .dj(now_playing(PlayId::random(), "Before", at.plus_ms(-300_000)))
        .unwrap();
    assert_eq!(titles(&night.session), ["Now", "Before"]);
    assert_eq!(night.session.snapshot().playing, Some(playing));
    assert!(matches!(
        night.last(),
        ToDancer::NowPlaying { current: false, .. }
    ));
}

#[test]
fn times_outside_the_session_are_clamped() {
    let mut night = Night::new();
    let start = night.session.row().started_at;
    night
        .dj(now_playing(PlayId::random(), "Ancient", UnixMs(i64::MIN)))
        .unwrap();
    night
        .dj(now_playing(PlayId::random(), "Future", UnixMs(i64::MAX)))
        .unwrap();
    let plays = night.session.snapshot().plays;
    assert_eq!((plays[1].started_at, plays[0].started_at), (start, night.now.at));
}

#[test]
fn a_repeated_message_changes_nothing() {
    let mut night = Night::new();
    let message = now_playing(PlayId::random(), "One", night.now.at);
    night.dj(message.clone()).unwrap();
    let (published, writes) = (night.published.len(), night.writes.len());
    for _ in 0..50 {
        night.dj(message.clone()).unwrap();
    }
    assert_eq!((night.published.len(), night.writes.len()), (published, writes));
}

#[test]
fn a_song_that_had_stopped_goes_on_as_the_same_play_unless_another_came() {
    let mut night = Night::new();
    let first = night.play("One");
    let pause = |night: &mut Night, play_id| {
        night
            .dj(DjMessage::TrackStopped {
                id: ActionId::random(),
                play_id,
                stopped_at: night.now.at,
            })
            .unwrap();
        assert_eq!(night.session.snapshot().playing, None);
    };
    night.wait(60);
    pause(&mut night, first);
    night.wait(20);
    night.dj(now_playing(first, "One", night.now.at)).unwrap();
    let told = night.published.iter().filter(
        |told| matches!(told, ToDancer::NowPlaying { current: true, play, .. } if play.play_id == first),
    );
    assert_eq!(told.count(), 2, "when it began, and when it went on");
    let snapshot = night.session.snapshot();
    assert_eq!(
        (snapshot.playing, snapshot.plays[0].stopped_at),
        (Some(first), None)
    );
    assert_eq!(snapshot.plays.len(), 1);
    night.wait(60);
    let second = night.play("Two");
    pause(&mut night, second);
    night.dj(now_playing(first, "One", night.now.at)).unwrap();
    assert_eq!(night.session.snapshot().playing, None, "it is over");
}

#[test]
fn removing_what_plays_lets_the_song_before_go_on() {
    let mut night = Night::new();
    let first = night.play("One");
    night.wait(60);
    let wrong = night.play("Wrong");
    night
        .dj(DjMessage::RemovePlay {
            id: ActionId::random(),
            play_id: wrong,
        })
        .unwrap();
    let snapshot = night.session.snapshot();
    assert_eq!(
        (snapshot.playing, snapshot.plays[0].stopped_at),
        (Some(first), None)
    );
    assert!(matches!(night.last(), ToDancer::PlayRemoved { playing: Some(id), .. } if *id == first));
    assert_eq!(
        night.dj(now_playing(wrong, "Wrong", night.now.at)),
        Err(ErrorCode::UnknownPlay)
    );
}

#[test]
fn a_stop_of_an_earlier_song_stops_nothing() {
    let mut night = Night::new();
    let first = night.play("One");
    let second = night.play("Two");
    let stop = |play_id, at| DjMessage::TrackStopped {
        id: ActionId::random(),
        play_id,
        stopped_at: at,
    };
    night.dj(stop(first, night.now.at)).unwrap();
    assert_eq!(night.session.snapshot().playing, Some(second));
    night.dj(stop(second, night.now.at)).unwrap();
    assert_eq!(night.session.snapshot().playing, None);
    assert_eq!(
        night.dj(stop(PlayId::random(), night.now.at)),
        Err(ErrorCode::UnknownPlay)
    );
}
