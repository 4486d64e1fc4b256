//! The nights, noted when they begin and end; and what goes well next.

use std::sync::Arc;

use pika_protocol::{SessionId, rest::OwnerRecap};
use uuid::Uuid;

use super::{
    App, Event,
    debts::Owed,
    library_jobs::{self, reported},
};
use crate::{
    library::{Answers, LibraryReport, Night, PlayUuid},
    live::{EndedSession, LiveState, PlayAnswers, SessionInfo},
    nowplaying::NowPlayingCommand,
    suggest::{self, Wish},
    worker::Busy,
};

/// Recaps that are fetched later.
const MAX_RECAPS: u32 = 10;

impl App {
    /// Notes where in the logbook a session begins.
    pub(super) fn night_begins(&mut self, mark: Uuid) {
        self.must_in_library("note the night", move |library| {
            library.session_begins(mark)?;
            Ok(None)
        });
    }

    /// Notes a session once the relay gave it an address, and tells it what it has missed.
    pub(super) fn follow_night(&mut self, before: &LiveState) {
        let Some(session) = self.state.live.session.clone().filter(|it| !it.is_test) else {
            return;
        };
        let told = self.state.live.told_since(before);
        if let Some(session_id) = session.session_id.filter(|_| !told.is_empty()) {
            self.must_in_library("note the night", move |library| {
                library.record_plays_of_night(session_id, &told)?;
                Ok(None)
            });
        }
        let is_known = before.session.as_ref().is_some_and(|old| {
            old.session_id == session.session_id
                && (&old.address, &old.name) == (&session.address, &session.name)
        });
        let Some(session_id) = session
            .session_id
            .filter(|_| !is_known && self.state.live.is_on_air())
        else {
            return;
        };
        // Songs that were played while this program was not running, or whose way to the relay a crash cut short.
        self.must(Owed::NowPlaying(NowPlayingCommand::TellOf {
            mark: session.mark,
            since_ms: session.started_at_ms,
        }));
        let night = night_of(session_id, &session, None, 0);
        self.must_in_library("note the night", move |library| {
            library.record_night(&night)?;
            library_jobs::nights(library)
        });
    }

    /// Keeps how the floor answered, in the history of each track.
    pub(super) fn keep_answers(&mut self, session: SessionId, answers: &[PlayAnswers]) {
        let answers: Vec<(PlayUuid, Answers)> = answers.iter().map(|it| (it.play_id, (*it).into())).collect();
        self.must_in_library("keep the floor's answers", move |library| {
            library.record_answers(session, &answers)?;
            Ok(None)
        });
    }

    pub(super) fn night_ended(&mut self, ended: &EndedSession, recap: Option<Arc<OwnerRecap>>) {
        if ended.info.is_test {
            return;
        }
        let night = night_of(ended.session_id, &ended.info, Some(ended.ended_at_ms), ended.peak);
        self.must_in_library("keep the night", move |library| {
            library.record_night(&night)?;
            if let Some(recap) = &recap {
                library.record_recap(recap)?;
            }
            library_jobs::nights(library)
        });
    }

    /// A recap that could not be fetched when its night ended.
    pub(super) fn keep_recap(&mut self, recap: &Arc<OwnerRecap>) {
        let recap = recap.clone();
        self.must_in_library("keep the night", move |library| {
            library.record_recap(&recap)?;
            library_jobs::nights(library)
        });
    }

    /// Asks a relay that can be reached now for the nights whose end it did not hear about here.
    pub(super) fn ask_for_recaps(&mut self, place: &'static str) {
        self.must_in_library("look for nights without a recap", move |library| {
            let missing: Vec<SessionId> = library
                .nights_without_recap(MAX_RECAPS)?
                .into_iter()
                .filter(|(_, of)| of == place)
                .map(|(session, _)| session)
                .collect();
            Ok((!missing.is_empty()).then_some(LibraryReport::RecapsMissing(missing)))
        });
    }

    /// Looks for what goes well next; [`Event::Suggestions`] answers.
    pub(super) fn suggest(&mut self, wish: Wish) -> Result<(), Busy> {
        let from = if wish.from_before {
            &self.state.playing_before
        } else {
            &self.state.playing
        };
        let Some(playing) = from.clone() else {
            self.reporter.progress(Event::Suggestions(Arc::default()));
            return Ok(());
        };
        let tonight_ms = self
            .state
            .live
            .session
            .as_ref()
            .map(|session| session.started_at_ms);
        let reporter = self.reporter.of(Event::Suggestions);
        self.library
            .post(reported(reporter, "look for the next song", move |library| {
                let found = suggest::find(library, &playing, tonight_ms, wish)?;
                Ok(Some(Arc::new(found)))
            }))
    }
}

fn night_of(session_id: SessionId, session: &SessionInfo, ended_at_ms: Option<i64>, peak: u32) -> Night {
    Night {
        session_id,
        place: if session.local { "local" } else { "relay" }.to_owned(),
        code: session.code.clone(),
        address: session.address.clone(),
        name: session.name.clone(),
        started_at_ms: session.started_at_ms,
        ended_at_ms,
        plays: 0,
        likes: 0,
        peak,
        utc_offset_s: 0,
    }
}

impl From<PlayAnswers> for Answers {
    fn from(it: PlayAnswers) -> Self {
        Self {
            likes: it.likes,
            faster: it.faster,
            perfect: it.perfect,
            slower: it.slower,
        }
    }
}
