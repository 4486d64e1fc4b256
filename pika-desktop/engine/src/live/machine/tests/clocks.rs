//! This computer's clock is set in the middle of a session.

use super::*;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Set back twenty minutes and an hour, forward an hour and a day.
const SET: [i64; 4] = [-20 * MINUTE_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS];

/// On a far relay, whose clock is right; with a song and a poll of ten minutes.
struct Night {
    desk: Desk,
    /// How far this computer's clock is ahead of the relay's.
    off_ms: i64,
}

impl Night {
    fn new() -> Self {
        let mut desk = Desk::new();
        desk.go_live_on(far("https://far.example"));
        desk.registered(state(Vec::new()));
        let mut night = Self { desk, off_ms: 0 };
        night.play("One", 0);
        night.desk.ask(LiveCommand::StartPoll {
            question: "More?".into(),
            options: vec!["Yes".into(), "No".into()],
            closes: PollCloses::After { seconds: 600 },
        });
        night.desk.acknowledge();
        night.wait(60);
        night
    }

    /// Lets time pass; the relay answers what it is asked.
    fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.desk.wait(Duration::from_secs(1));
            let relay_time = self.relay_now();
            if self.desk.said().contains(&DjMessage::Ping {}) {
                self.desk.hear(ToDj::Pong { relay_time });
            }
        }
    }

    fn relay_now(&self) -> UnixMs {
        UnixMs(self.desk.now.wall_ms - self.off_ms)
    }

    fn set_clock(&mut self, by_ms: i64) {
        self.desk.now.wall_ms += by_ms;
        self.off_ms += by_ms;
    }

    /// A song plays whose line says that it began so long ago; when the relay is told that it began.
    fn play(&mut self, title: &str, ago_ms: i64) -> UnixMs {
        let play = Box::new(song(title, self.desk.now.wall_ms - ago_ms));
        self.desk.ask(LiveCommand::Played { play, current: true });
        let said = self.desk.acknowledge();
        match &said[..] {
            [DjMessage::NowPlaying { started_at, .. }] => *started_at,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn songs_are_told_in_the_order_in_which_they_came() {
    for by_ms in SET {
        let mut night = Night::new();
        night.set_clock(by_ms);
        // At once, and when the relay was asked.
        for wait in [0, 2, 60] {
            night.wait(wait);
            let told = night.play("Next", 1_000);
            let late_ms = night.relay_now().0 - told.0;
            // A clock that was set forward a moment ago is not known yet: the relay takes what comes too early for now.
            let is_known = wait > 0 || by_ms < 0;
            assert!(
                late_ms <= 1_500 && (!is_known || late_ms >= 0),
                "{late_ms} after {wait} s at {by_ms}"
            );
        }
        let shown = &night.desk.view().plays;
        assert_eq!(shown.len(), 4);
        assert_eq!(shown[0].title, "One", "{by_ms}");
        // What is shown of before is as long ago as it is.
        let ago_s = (night.desk.now.wall_ms - shown[0].started_at_ms) / 1000;
        assert!((120..=125).contains(&ago_s), "{ago_s} s at {by_ms}");
    }
}

#[test]
fn a_line_with_an_older_time_is_the_next_song_all_the_same() {
    let mut night = Night::new();
    let before = night.play("Two", 0);
    let after = night.play("Three", 10 * MINUTE_MS);
    assert!(after > before);
    let titles: Vec<_> = night
        .desk
        .view()
        .plays
        .iter()
        .map(|play| play.title.clone())
        .collect();
    assert_eq!(titles, ["One", "Two", "Three"]);
}

#[test]
fn what_is_better_known_of_a_song_leaves_its_time_alone() {
    for by_ms in SET {
        let mut night = Night::new();
        let mut play = song("Two", night.desk.now.wall_ms - 3_000);
        let tell = |night: &mut Night, play: &NowPlaying| {
            let play = Box::new(play.clone());
            night.desk.ask(LiveCommand::Played { play, current: true });
            night.desk.acknowledge()
        };
        let first = tell(&mut night, &play);
        night.set_clock(by_ms);
        night.wait(20);
        play.title = "Two, better known".into();
        let second = tell(&mut night, &play);
        let ([DjMessage::NowPlaying { started_at: told, .. }], [DjMessage::CorrectPlay { started_at, .. }]) =
            (&first[..], &second[..])
        else {
            panic!("{first:?} {second:?}")
        };
        assert_eq!(*started_at, Some(*told), "{by_ms}");
    }
}

#[test]
fn a_poll_has_as_long_to_go_as_it_has() {
    for by_ms in SET {
        let mut night = Night::new();
        night.set_clock(by_ms);
        night.wait(30);
        let poll = night.desk.view().poll.clone().unwrap();
        let left_s = (poll.closes_at_ms.unwrap() - night.desk.now.wall_ms) / 1000;
        assert!((505..=511).contains(&left_s), "{left_s} s at {by_ms}");
        let session = night.desk.view().session.clone().unwrap();
        let on_air_s = (night.desk.now.wall_ms - session.started_at_ms) / 1000;
        assert!((85..=95).contains(&on_air_s), "{on_air_s} s at {by_ms}");
    }
}

#[test]
fn the_relay_inside_this_program_has_no_wrong_clock() {
    let mut desk = Desk::live();
    desk.now.wall_ms -= 20 * MINUTE_MS;
    // Its session goes on with the time that it had.
    let relay_time = UnixMs(desk.now.wall_ms + 20 * MINUTE_MS);
    desk.hear(ToDj::Pong { relay_time });
    assert_eq!(desk.view().clock_ahead_ms, 0);
    assert_eq!(desk.view().notice, None);
    desk.play("Next");
    let said = desk.said();
    assert!(
        matches!(&said[..], [DjMessage::NowPlaying { started_at, .. }] if *started_at == relay_time),
        "{said:?}"
    );
}

#[test]
fn a_connection_that_is_lost_while_the_clock_is_set_is_offline_by_the_steady_clock() {
    for by_ms in SET {
        let mut desk = Desk::live();
        desk.lose();
        desk.now.wall_ms += by_ms;
        desk.wait(Duration::from_millis(500));
        assert_eq!(desk.kind(), LinkKind::Reconnecting, "{by_ms}");
    }
}

#[test]
fn songs_reach_dancers_after_the_clock_was_set_back_while_the_program_was_off() {
    const HOUR: i64 = 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let (before, kept) = Desk::begun();
    // It lasted an hour, by a clock that was two hours ahead of what it is now.
    let mut saved = before.saved(&folder.path().join("live.db"), &kept);
    saved.alive_at_ms = EVENING + 2 * HOUR;
    saved.session.as_mut().unwrap().began_at_ms = EVENING + HOUR;
    let mut desk = Desk::with(saved);
    desk.session_id = before.session_id;
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.ask(LiveCommand::Played {
        play: Box::new(song("before it is registered", EVENING - 30_000)),
        current: false,
    });
    desk.registered(DjState {
        started_at: UnixMs(EVENING + HOUR),
        ..state(Vec::new())
    });
    assert_eq!(titles(&desk.acknowledge()), ["before it is registered"]);
    desk.ask(LiveCommand::CatchUp(vec![song(
        "noticed later",
        EVENING - 20_000,
    )]));
    assert_eq!(titles(&desk.acknowledge()), ["noticed later"]);
    let session = desk.machine.session.as_ref().unwrap();
    assert_eq!(session.began_at_ms, EVENING - HOUR);
}
