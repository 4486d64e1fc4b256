//! A night for tests: four songs, one of them unknown to the library, with a break before the last one.

use pika_engine::library::{Answers, Night, NightDetail, Play, TrackId, Values};
use pika_protocol::{
    PollId, SessionId, UnixMs,
    feedback::PollCloses,
    rest::{OwnerRecap, PollRecap, Recap},
    session::{SessionCode, SessionHead},
};
use uuid::Uuid;

/// 2026-11-20 20:00 UTC; the clock on the wall is an hour ahead.
pub(super) const START_MS: i64 = 1_795_204_800_000;

const MINUTE_MS: i64 = 60_000;

pub(super) fn head() -> Night {
    Night {
        session_id: SessionId(Uuid::from_u128(1)),
        place: "relay".into(),
        code: "K7QF".into(),
        address: "https://pika.stream/live/K7QF".into(),
        name: "Friday Social".into(),
        started_at_ms: START_MS,
        ended_at_ms: Some(START_MS + 134 * MINUTE_MS),
        plays: 4,
        likes: 1_204,
        peak: 71,
        utc_offset_s: 3600,
    }
}

pub(super) fn night() -> NightDetail {
    let answers = |likes, votes: [u32; 3]| {
        Some(Answers {
            likes,
            slower: votes[0],
            perfect: votes[1],
            faster: votes[2],
        })
    };
    let values = |bpm, energy| Values {
        duration_s: Some(240.0),
        bpm: Some(bpm),
        energy: Some(energy),
        ..Values::default()
    };
    NightDetail {
        night: head(),
        plays: vec![
            play(0, Some(0), "Low Tide", answers(8, [1, 4, 2])),
            play(4, Some(1), "Backseat Gospel", answers(0, [0; 3])),
            play(8, None, "Feathers", answers(2, [0; 3])),
            play(20, Some(2), "Velcro Heart", answers(1, [0; 3])),
        ],
        values: [
            (TrackId(0), values(90.0, 40.0)),
            (TrackId(1), values(110.0, 80.0)),
            (TrackId(2), values(100.0, 60.0)),
        ]
        .into(),
        recap: None,
    }
}

fn play(minute: i64, track: Option<i64>, title: &str, answers: Option<Answers>) -> Play {
    let started_at_ms = START_MS + minute * MINUTE_MS;
    Play {
        id: Uuid::from_u128(minute as u128),
        track: track.map(TrackId),
        title: title.into(),
        artist: "The Velvet Hours".into(),
        path_text: String::new(),
        source: "VirtualDJ".into(),
        started_at_ms,
        logged_at_ms: started_at_ms,
        answers,
    }
}

/// What the relay tells of it, with one poll.
pub(super) fn recap() -> OwnerRecap {
    OwnerRecap {
        session_id: SessionId(Uuid::from_u128(1)),
        recap: Recap {
            session: SessionHead {
                code: SessionCode::parse("K7QF").unwrap(),
                name: "Friday Social".into(),
                dj_name: "DJ Nadia K".into(),
                has_pin: false,
            },
            started_at: UnixMs(START_MS),
            ended_at: None,
            duration_ms: 0,
            plays: Vec::new(),
            likes: 1_204,
        },
        counts: Vec::new(),
        polls: vec![poll()],
        thanks: 12,
        dancers: 80,
        active_dancers: 60,
        peak_listeners: 71,
        listeners: Vec::new(),
    }
}

pub(super) fn poll() -> PollRecap {
    PollRecap {
        poll_id: PollId(Uuid::from_u128(9)),
        question: "What vibe next?".into(),
        options: vec!["Blues".into(), "Pop".into(), "Surprise me".into()],
        closes: PollCloses::Manual,
        opened_at: UnixMs(START_MS + 78 * MINUTE_MS),
        closed_at: None,
        votes: vec![18, 12, 0],
    }
}
