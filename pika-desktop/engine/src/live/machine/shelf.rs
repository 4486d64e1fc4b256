//! Where sessions lie that were put aside, with what each owes its relay.

use std::time::Duration;

use pika_protocol::{DjMessage, ErrorCode};

use crate::{
    live::{
        backoff::Backoff,
        clock::Now,
        state::OwedSession,
        store::{SavedAside, SavedSession},
        words::{self, Words},
    },
    relay_access::RelayAccess,
};

/// Sessions that are kept aside; for one more the oldest is given up.
pub(super) const MOST: usize = 8;

/// Everything that was put aside.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Oldest first.
    pub(super) sessions: Vec<Aside>,
    /// Numbers are not given twice.
    pub(super) last_number: i64,
    /// The one that is being handed in.
    pub(super) at_work: Option<i64>,
}

#[derive(Debug)]
pub(super) struct Aside {
    pub(super) saved: SavedAside,
    pub(super) backoff: Backoff,
    /// On the steady clock.
    pub(super) next: Duration,
    /// The relay refused it to whoever asked with this access.
    pub(super) refused: Option<(RelayAccess, ErrorCode)>,
}

impl Shelf {
    pub(super) fn add(&mut self, saved: SavedAside, now: Now) {
        self.last_number = self.last_number.max(saved.number);
        self.sessions.push(Aside {
            saved,
            backoff: Backoff::default(),
            next: now.steady,
            refused: None,
        });
    }

    /// What is still owed, for the screens.
    /// `whose`: see [`OwedSession::whose`].
    pub(super) fn shown(&self, whose: impl Fn(&SavedSession) -> Option<String>) -> Vec<OwedSession> {
        let shown = |aside: &Aside| {
            let problem = aside.refused.as_ref().map(|(_, code)| words::refused(*code, ""));
            let whose = whose(&aside.saved.session);
            OwedSession {
                whose,
                ..owed(&aside.saved.session, &aside.saved.owed, problem)
            }
        };
        // Nobody asks after a test.
        let nights = self.sessions.iter().filter(|aside| !aside.saved.session.is_test);
        nights.map(shown).collect()
    }

    /// What is owed, as it is on disk.
    #[cfg(any(test, fuzzing))]
    pub(super) fn kept(&self) -> Vec<SavedAside> {
        self.sessions.iter().map(|aside| aside.saved.clone()).collect()
    }
}

/// A session and what it owes, as it is told.
pub(super) fn owed(session: &SavedSession, owed: &[DjMessage], problem: Option<Words>) -> OwedSession {
    let is_song = |message: &&DjMessage| matches!(message, DjMessage::NowPlaying { .. });
    OwedSession {
        session_id: session.session_id,
        name: session.name.clone(),
        relay: words::relay_name(&session.place),
        songs: owed.iter().filter(is_song).count(),
        whose: None,
        problem,
    }
}
