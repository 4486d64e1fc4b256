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
            let announcement_id = AnnouncementId(self::id(n));
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
                poll_id: PollId(self::id(n)),
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
                            true => Outcome::Changed { before: answer.said.taken_back(), after: answer.said },
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
