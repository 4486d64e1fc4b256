//! The rules of a session, without sockets and without waiting.

use std::time::Instant;

use pika_protocol::{
    DancerMessage, DeviceId, DjMessage, ErrorCode, PollId, SessionCode, ToDj, Track, feedback::PollCloses,
};
use uuid::Uuid;

use super::*;
use crate::{
    base::Refusal,
    store::{
        Answer, AnswerKind, Outcome,
        models::{EndReason, LoadedSession, OwnerId},
    },
};

/// A session, a clock that is turned by hand, and what was published.
struct Night {
    session: LiveSession,
    now: Moment,
    published: Vec<ToDancer>,
    to_dj: Vec<ToDj>,
    writes: Vec<Write>,
    counter: u64,
}

impl Night {
    fn new() -> Self {
        let now = Moment {
            at: UnixMs(1_790_000_000_000),
            steady: Instant::now(),
        };
        let registration = Registration {
            action: ActionId::random(),
            owner: OwnerId(Uuid::nil()),
            dj_name: "Ada".to_owned(),
            name: "Friday".to_owned(),
            listed: true,
            pin: None,
            device_id: DeviceId::random(),
            device_name: None,
        };
        let row = registration.row(SessionCode::parse("ABCD").unwrap(), now);
        let session = LiveSession::new(row, Arc::default(), now);
        Self {
            session,
            now,
            published: vec![],
            to_dj: vec![],
            writes: vec![],
            counter: 0,
        }
    }

    fn wait(&mut self, secs: u64) {
        for _ in 0..secs.min(5_000) {
            self.now = self.now.plus_ms(1000);
            let effects = self.session.tick(self.now);
            self.keep(effects);
        }
    }

    fn keep(&mut self, effects: Effects) {
        for publication in &effects.publications {
            let message: ToDancer = serde_json::from_str(&publication.json).unwrap();
            assert_eq!(message.offset(), Some(publication.offset));
            self.published.push(message);
        }
        self.to_dj.extend(effects.to_dj);
        self.writes.extend(effects.writes);
    }

    fn dj(&mut self, message: DjMessage) -> Result<(), ErrorCode> {
        self.now = self.now.plus_ms(500);
        let effects = self
            .session
            .apply_dj(message, self.now)
            .map_err(|refusal| refusal.code)?;
        self.keep(effects);
        Ok(())
    }

    fn play(&mut self, title: &str) -> PlayId {
        let play_id = PlayId::random();
        let started_at = self.now.at;
        self.dj(now_playing(play_id, title, started_at)).unwrap();
        play_id
    }

    fn start_poll(&mut self, closes: PollCloses) -> Result<PollId, ErrorCode> {
        let poll_id = PollId::random();
        let options = vec!["A".to_owned(), "B".to_owned()];
        let question = "Which?".to_owned();
        self.dj(DjMessage::StartPoll {
            id: ActionId::random(),
            poll_id,
            question,
            options,
            closes,
        })?;
        Ok(poll_id)
    }

    fn vote(&mut self, dancer: u8, poll_id: PollId, option: u8) -> Result<Judged, Refusal> {
        self.counter += 1;
        let message = DancerMessage::Vote {
            id: ActionId::random(),
            counter: self.counter,
            poll_id,
            option,
        };
        self.session.judge(DancerKey([dancer; 16]), &message, self.now)
    }

    fn like(&mut self, dancer: u8, play_id: PlayId) -> Result<Judged, Refusal> {
        self.counter += 1;
        let message = DancerMessage::Like {
            id: ActionId::random(),
            counter: self.counter,
            play_id,
        };
        self.session.judge(DancerKey([dancer; 16]), &message, self.now)
    }

    fn last(&self) -> &ToDancer {
        self.published.last().expect("something was published")
    }
}

fn now_playing(play_id: PlayId, title: &str, started_at: UnixMs) -> DjMessage {
    let track = Track {
        title: title.to_owned(),
        ..Track::default()
    };
    DjMessage::NowPlaying {
        id: ActionId::random(),
        play_id,
        track,
        started_at,
    }
}

fn titles(session: &LiveSession) -> Vec<String> {
    session
        .snapshot()
        .plays
        .into_iter()
        .map(|play| play.track.title)
        .collect()
}

fn stored(judged: Result<Judged, Refusal>) -> Answer {
    match judged {
        Ok(Judged::Store(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

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

#[test]
fn likes_count_as_the_database_decides() {
    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    let play_id = night.play("One");
    let answer = stored(night.like(1, play_id));
    assert_eq!(
        (answer.kind, answer.choice, answer.open),
        (AnswerKind::Like, Some(0), true)
    );
    let likes = |night: &Night| night.session.snapshot().plays[0].likes;
    assert_eq!(likes(&night), 0, "not before it is stored");
    let liked = Outcome::Changed {
        before: None,
        after: Some(0),
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
        before: Some(0),
        after: None,
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

#[test]
fn a_dj_has_a_pace_and_repeats_are_free() {
    let mut night = Night::new();
    let mut refused = None;
    for _ in 0..40 {
        let message = now_playing(PlayId::random(), "Fast", night.now.at);
        if let Err(refusal) = night.session.apply_dj(message, night.now) {
            refused = Some(refusal.code);
        }
    }
    assert_eq!(refused, Some(ErrorCode::RateLimited));
    assert_eq!(night.session.snapshot().plays_total, 10);
}

#[test]
fn a_new_announcement_replaces_the_old_one_and_time_removes_it() {
    let mut night = Night::new();
    let announce = |seconds| DjMessage::BroadcastAnnouncement {
        id: ActionId::random(),
        announcement_id: AnnouncementId::random(),
        text: "Water".to_owned(),
        seconds,
    };
    night.dj(announce(None)).unwrap();
    night.dj(announce(Some(15))).unwrap();
    assert_eq!(night.dj(announce(Some(14))), Err(ErrorCode::Invalid));
    assert!(night.session.snapshot().announcement.unwrap().ends_at.is_some());
    night.wait(15);
    assert!(night.session.snapshot().announcement.is_none());
}

#[test]
fn a_pin_asks_newcomers_only() {
    let mut night = Night::new();
    let (old, new) = (DancerKey([1; 16]), DancerKey([2; 16]));
    night.session.admit(old, night.now).unwrap();
    let pin = |pin: Option<&str>| DjMessage::SetPin {
        id: ActionId::random(),
        pin: pin.map(str::to_owned),
    };
    night.dj(pin(Some("4711"))).unwrap();
    assert_eq!(night.dj(pin(Some("12"))), Err(ErrorCode::Invalid));
    assert!(night.session.admits(old, None).is_ok());
    let code = |night: &Night, pin| night.session.admits(new, pin).map_err(|refusal| refusal.code);
    assert_eq!(code(&night, None), Err(ErrorCode::PinRequired));
    assert_eq!(code(&night, Some("4712")), Err(ErrorCode::PinWrong));
    assert_eq!(code(&night, Some("4711")), Ok(()));
    assert_eq!(night.session.summary().playing, None);
    assert_eq!(night.session.summary().listeners, None);
    night.dj(pin(None)).unwrap();
    assert_eq!(code(&night, None), Ok(()));
}

#[test]
fn dancers_are_told_when_the_dj_is_away() {
    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    night.wait(100);
    assert!(night.published.is_empty());
    night.session.dj_connected(false, night.now);
    night.wait(14);
    assert!(night.published.is_empty(), "a short break is nobody's business");
    night.wait(2);
    assert!(matches!(night.last(), ToDancer::DjOffline { .. }));
    let effects = night.session.dj_seen(night.now);
    night.keep(effects);
    assert!(matches!(night.last(), ToDancer::DjOnline { .. }));
}

#[test]
fn an_idle_session_and_an_old_one_end_by_themselves() {
    let mut night = Night::new();
    night.now = night.now.plus_ms(4 * 3_600_000 - 1000);
    night.wait(1);
    assert_eq!(night.session.row().end_reason, Some(EndReason::Idle));

    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    for _ in 0..24 {
        night.now = night.now.plus_ms(3_599_000);
        night.wait(1);
    }
    assert_eq!(night.session.row().end_reason, Some(EndReason::Age));
    assert!(matches!(
        night.to_dj.last(),
        Some(ToDj::Error {
            code: ErrorCode::SessionEnded,
            ..
        })
    ));
    assert!(matches!(night.last(), ToDancer::SessionEnded { .. }));
}

#[test]
fn after_the_end_nothing_changes() {
    let mut night = Night::new();
    let play_id = night.play("One");
    night.start_poll(PollCloses::Manual).unwrap();
    let end = DjMessage::EndSession {
        id: ActionId::random(),
    };
    night.dj(end.clone()).unwrap();
    assert!(matches!(night.last(), ToDancer::SessionEnded { .. }));
    assert_eq!(night.dj(end), Ok(()), "its repeat is acknowledged");
    assert_eq!(
        night.dj(DjMessage::EndSession {
            id: ActionId::random()
        }),
        Err(ErrorCode::SessionEnded)
    );
    assert!(!stored(night.like(1, play_id)).open);
    let snapshot = night.session.snapshot();
    assert!(snapshot.poll.is_none() && snapshot.playing.is_none() && snapshot.ended_at.is_some());
}

#[test]
fn offsets_have_no_gaps_and_the_saved_row_holds_the_last_one() {
    let mut night = Night::new();
    night.play("One");
    night.start_poll(PollCloses::SongEnd).unwrap();
    night.play("Two");
    let offsets: Vec<u64> = night.published.iter().filter_map(ToDancer::offset).collect();
    assert_eq!(offsets, (1..=offsets.len() as u64).collect::<Vec<_>>());
    let Some(Write::SaveSession(row)) = night.writes.last() else {
        panic!("the row comes last")
    };
    assert_eq!(row.last_offset, offsets.len() as u64);
}

fn loaded(night: &Night) -> LoadedSession {
    LoadedSession {
        row: night.session.row().clone(),
        plays: night.session.plays.iter().map(|play| play.row.clone()).collect(),
        counts: vec![],
        polls: night.session.polls.iter().map(|poll| poll.row.clone()).collect(),
        votes: vec![],
        open_poll_votes: vec![],
        announcement: None,
        announcement_ids: vec![],
        thanks: 0,
        admitted: vec![],
        dj_actions: vec![],
        log: night
            .writes
            .iter()
            .filter_map(|write| match write {
                Write::Log { offset, body, .. } => Some(LogEntry {
                    offset: *offset,
                    body: body.clone(),
                }),
                _ => None,
            })
            .collect(),
    }
}

#[test]
fn a_restart_keeps_the_epoch_only_when_the_log_proves_the_offset() {
    let mut night = Night::new();
    night.play("One");
    night.play("Two");
    let (same, log, writes) = LiveSession::rebuild(loaded(&night), Arc::default(), night.now);
    assert_eq!(
        (same.snapshot(), log.len(), writes),
        (night.session.snapshot(), 2, vec![])
    );

    let mut torn = loaded(&night);
    torn.log.pop();
    let (other, log, writes) = LiveSession::rebuild(torn, Arc::default(), night.now);
    assert_ne!(other.row().epoch, night.session.row().epoch);
    assert_eq!((other.row().last_offset, log.len(), writes.len()), (0, 0, 2));
}

mod generated {
    //! Any messages in any order: no panic, no gap in the log, and numbers that can be.

    use pika_protocol::feedback::TempoChoice;
    use proptest::prelude::*;

    use super::*;

    /// Few ids, so that they meet.
    fn id(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    fn closes() -> impl Strategy<Value = PollCloses> {
        prop_oneof![
            (0..700u32).prop_map(|seconds| PollCloses::After { seconds }),
            Just(PollCloses::Manual),
            Just(PollCloses::SongEnd),
        ]
    }

    fn from_dj() -> impl Strategy<Value = DjMessage> {
        let any_time = prop_oneof![any::<i64>(), 1_790_000_000_000..1_790_000_600_000i64].prop_map(UnixMs);
        let words = ".{0,600}";
        (
            0..12u8,
            any::<u8>(),
            0..4u8,
            words,
            any_time,
            closes(),
            prop::option::of(0..4000u32),
        )
            .prop_map(|(kind, action, n, words, at, closes, seconds)| {
                let (id, play_id, poll_id) = (ActionId(id(action)), PlayId(id(n)), PollId(id(n)));
                let announcement_id = AnnouncementId(super::generated::id(n));
                let track = Track {
                    title: words.clone(),
                    bpm: Some(f64::NAN),
                    ..Track::default()
                };
                match kind {
                    0..=2 => DjMessage::NowPlaying {
                        id,
                        play_id,
                        track,
                        started_at: at,
                    },
                    3 => DjMessage::CorrectPlay {
                        id,
                        play_id,
                        track: Some(track),
                        started_at: Some(at),
                    },
                    4 => DjMessage::RemovePlay { id, play_id },
                    5 => DjMessage::TrackStopped {
                        id,
                        play_id,
                        stopped_at: at,
                    },
                    6 => {
                        let options = words.split(' ').map(str::to_owned).collect();
                        DjMessage::StartPoll {
                            id,
                            poll_id,
                            question: words,
                            options,
                            closes,
                        }
                    }
                    7 => DjMessage::ExtendPoll {
                        id,
                        poll_id,
                        seconds: seconds.unwrap_or(u32::MAX),
                    },
                    8 => DjMessage::EndPoll { id, poll_id },
                    9 => DjMessage::CancelPoll { id, poll_id },
                    10 => DjMessage::BroadcastAnnouncement {
                        id,
                        announcement_id,
                        text: words,
                        seconds,
                    },
                    _ => DjMessage::CancelAnnouncement { id, announcement_id },
                }
            })
    }

    fn from_dancer() -> impl Strategy<Value = DancerMessage> {
        (0..4u8, 0..4u8, any::<u64>(), any::<u8>()).prop_map(|(kind, n, counter, option)| {
            let (id, play_id) = (ActionId::random(), PlayId(id(n)));
            match kind {
                0 => DancerMessage::Like { id, counter, play_id },
                1 => DancerMessage::Vote {
                    id,
                    counter,
                    poll_id: PollId(super::generated::id(n)),
                    option: option % 12,
                },
                2 => DancerMessage::TempoVote {
                    id,
                    counter,
                    play_id,
                    vote: TempoChoice::Slower,
                },
                _ => DancerMessage::Thank { id, counter },
            }
        })
    }

    #[derive(Clone, Debug)]
    enum Step {
        Dj(DjMessage),
        Dancer(u8, DancerMessage),
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => from_dj().prop_map(Step::Dj),
            4 => (0..5u8, from_dancer()).prop_map(|(dancer, message)| Step::Dancer(dancer, message)),
            1 => (0..120_000u64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn ten_thousand_messages(steps in prop::collection::vec(step(), 100)) {
            let mut night = Night::new();
            for step in steps {
                night.now = night.now.plus_ms(700);
                let effects = match step {
                    Step::Dj(message) => night.session.apply_dj(message, night.now).unwrap_or_default(),
                    Step::Wait(ms) => {
                        night.now = night.now.plus_ms(ms);
                        night.session.tick(night.now)
                    }
                    Step::Dancer(dancer, message) => {
                        let judged = night.session.judge(DancerKey([dancer; 16]), &message, night.now);
                        if let Ok(Judged::Store(answer)) = judged {
                            let outcome = match answer.open {
                                true => Outcome::Changed { before: None, after: answer.choice },
                                false => Outcome::Refused,
                            };
                            let _ = night.session.settle(&answer, outcome, night.now);
                        }
                        Effects::default()
                    }
                };
                let before = night.published.len();
                night.keep(effects);
                for (nth, message) in night.published.iter().enumerate().skip(before) {
                    prop_assert_eq!(message.offset(), Some(nth as u64 + 1));
                }
                let snapshot = night.session.snapshot();
                prop_assert_eq!(snapshot.offset, night.published.len() as u64);
                prop_assert!(snapshot.plays.windows(2).all(|pair| pair[0].started_at >= pair[1].started_at));
                let is_sound = |play: &pika_protocol::session::Play| {
                    let times = snapshot.started_at..=night.now.at;
                    times.contains(&play.started_at)
                        && play.stopped_at.is_none_or(|at| at >= play.started_at)
                        && play.track.bpm.is_none()
                        && !play.track.title.is_empty()
                };
                prop_assert!(snapshot.plays.iter().all(is_sound));
                if let Some(poll) = &snapshot.poll {
                    // Five dancers have five votes at most.
                    prop_assert!(poll.votes.iter().sum::<u32>() <= 5);
                    prop_assert!((2..=10).contains(&poll.options.len()));
                }
                if let Some(playing) = snapshot.playing {
                    let is_playing = |p: &pika_protocol::session::Play| p.play_id == playing;
                    // A session of many plays may play one that began long ago.
                    prop_assert!(snapshot.plays_total > 20 || snapshot.plays.iter().any(is_playing));
                }
            }
        }
    }
}
