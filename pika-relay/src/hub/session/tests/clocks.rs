//! The relay's clock is set in the middle of a session, or was set while the relay was away.

use super::{life::loaded, *};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Set back twenty minutes and an hour, forward an hour and a day.
const SET: [i64; 4] = [-20 * MINUTE_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS];

impl Night {
    fn set_clock(&mut self, by_ms: i64) {
        self.now.at = self.now.at.plus_ms(by_ms);
    }

    /// The DJ's program tells a song that begins now, by the time that the relay last told it.
    fn play_by_relay_time(&mut self, title: &str) -> PlayId {
        let play_id = PlayId::random();
        let started_at = self.session.moment(self.now).at;
        self.dj(now_playing(play_id, title, started_at)).unwrap();
        play_id
    }

    fn restart(&mut self) {
        self.session = LiveSession::rebuild(loaded(self), Arc::default(), self.now).0;
    }
}

#[test]
fn the_next_song_plays_however_the_clock_is_set() {
    for by_ms in SET {
        let mut night = Night::new();
        night.play("One");
        night.wait(60);
        night.set_clock(by_ms);
        for title in ["Two", "Three"] {
            let play = night.play_by_relay_time(title);
            assert_eq!(night.session.snapshot().playing, Some(play), "{title} at {by_ms}");
            night.wait(120);
        }
        let plays = night.session.snapshot().plays;
        assert_eq!(titles(&night.session), ["Three", "Two", "One"], "{by_ms}");
        // Songs have their lengths, and nothing lies in the session's own future.
        let length = plays[1].stopped_at.unwrap().since_ms(plays[1].started_at);
        assert!((119_000..=122_000).contains(&length), "{length} at {by_ms}");
        let now = night.session.moment(night.now).at;
        assert!(plays.iter().all(|play| play.started_at <= now));
        // The order stays over a restart.
        night.restart();
        let last = night.play_by_relay_time("Four");
        assert_eq!(titles(&night.session), ["Four", "Three", "Two", "One"], "{by_ms}");
        assert_eq!(night.session.snapshot().playing, Some(last));
    }
}

#[test]
fn a_poll_lasts_as_long_as_it_was_to() {
    for by_ms in SET {
        let mut night = Night::new();
        night.start_poll(PollCloses::After { seconds: 600 }).unwrap();
        night.wait(300);
        night.set_clock(by_ms);
        night.wait(290);
        let poll = night.session.snapshot().poll.expect("it is open");
        let left = poll
            .closes_at
            .unwrap()
            .since_ms(night.session.moment(night.now).at);
        assert!((5_000..=15_000).contains(&left), "{left} at {by_ms}");
        night.wait(15);
        assert!(night.session.snapshot().poll.is_none(), "{by_ms}");
    }
}

#[test]
fn a_session_neither_ends_nor_loses_its_dj_by_a_clock() {
    for by_ms in SET {
        let mut night = Night::new();
        night.session.dj_connected(true, night.now);
        night.wait(60);
        night.session.dj_connected(false, night.now);
        night.wait(5);
        night.set_clock(by_ms);
        night.wait(5);
        assert!(night.published.is_empty(), "{by_ms}: {:?}", night.published);
        night.wait(10);
        assert!(matches!(night.last(), ToDancer::DjOffline { .. }), "{by_ms}");
        assert!(!night.session.is_ended());
        night.now = night.now.plus_ms(4 * 3_600_000);
        night.wait(1);
        assert_eq!(night.session.row().end_reason, Some(EndReason::Idle), "{by_ms}");
    }
}

#[test]
fn a_restart_with_a_clock_that_is_wrong_ends_no_session_of_minutes() {
    for by_ms in SET {
        let mut night = Night::new();
        let play = night.play("One");
        night.wait(300);
        night.set_clock(by_ms);
        night.restart();
        night.wait(600);
        assert!(!night.session.is_ended(), "{by_ms}");
        // The DJ's program comes back, and the night goes on for hours.
        assert_eq!(night.session.snapshot().playing, Some(play));
        night.session.dj_connected(true, night.now);
        night.wait(5_000);
        assert!(!night.session.is_ended(), "{by_ms}");
    }
    // Nobody comes back: it ends all the same.
    let mut night = Night::new();
    night.set_clock(24 * HOUR_MS);
    night.restart();
    night.wait(901);
    assert_eq!(night.session.row().end_reason, Some(EndReason::Idle));
}

#[test]
fn a_computer_that_slept_has_the_right_time_again_when_its_dj_is_back() {
    let mut night = Night::new();
    night.play("One");
    night.set_clock(8 * HOUR_MS);
    let (device, name) = (night.session.row().device_id, None);
    let effects = night.session.publish_from(device, name, night.now);
    night.keep(effects);
    assert_eq!(night.session.moment(night.now), night.now);
    assert!(!night.session.is_ended(), "asleep it did not grow old");
}
