//! The rules of a session, without sockets and without waiting.

mod clocks;
mod floor;
mod generated;
mod life;
mod plays;
mod polls;

use std::{sync::Arc, time::Instant};

use pika_protocol::{
    ActionId, AnnouncementId, DancerMessage, DeviceId, DjMessage, ErrorCode, PlayId, PollId, SessionCode,
    ToDancer, ToDj, Track, UnixMs, feedback::PollCloses,
};
use uuid::Uuid;

use super::*;
use crate::{
    auth::DancerKey,
    base::{Moment, Refusal},
    store::{
        Answer, Outcome, Said, Write,
        models::{EndReason, LoadedSession, LogEntry, OwnerId},
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
        let new = NewSession {
            action: ActionId::random(),
            owner: OwnerId(Uuid::nil()),
            dj_name: "Ada".to_owned(),
            name: "Friday".to_owned(),
            listed: true,
            pin: None,
            device_id: DeviceId::random(),
            device_name: None,
        };
        let row = new.row(SessionCode::parse("ABCD").unwrap(), now);
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
