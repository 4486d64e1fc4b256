//! What must not be lost: a worker that is too busy to take it is asked again with each event and each frame, in the
//! same order, and once more before the program ends.

use std::time::{Duration, Instant};

use super::{App, debts::Owed};
use crate::{report::Failure, worker::Busy};

/// Debts that are kept; with more a worker has stopped working, and the DJ is told so.
const MAX_OWED: usize = 1024;
/// Between two tries while the program ends.
const RETRY: Duration = Duration::from_millis(5);

impl App {
    /// Tells a worker something that must not be lost.
    pub(super) fn must(&mut self, owed: Owed) {
        self.debts.add(owed);
        self.pay();
        if self.debts.owed.len() > MAX_OWED {
            self.debts.owed.pop_back();
            tracing::error!("a worker is too far behind: something was not passed on");
            self.reporter.try_fail(Failure {
                what: "pass everything on",
                error: "a part of the program no longer works: please start it again".to_owned(),
            });
        }
    }

    /// Tries again what a worker was too busy for.
    pub(super) fn pay(&mut self) {
        let mut debts = std::mem::take(&mut self.debts);
        debts.pay(|owed| self.hand(owed));
        self.debts = debts;
    }

    /// Waits until everything is handed on, or `patience` is over. Reports are no longer read by anybody, so they
    /// are let go of: a worker that waits to report takes nothing.
    pub(super) fn pay_all(&mut self, patience: Duration) {
        let began = Instant::now();
        self.pay();
        while !self.debts.owed.is_empty() && began.elapsed() < patience {
            while self.events.try_recv().is_ok() {}
            std::thread::sleep(RETRY);
            self.pay();
        }
    }

    fn hand(&self, owed: Owed) -> Result<(), Owed> {
        match owed {
            Owed::Library(job) => self.library.try_post(job).map_err(Owed::Library),
            Owed::Live(command) => self.live.ask(command.clone()).map_err(|Busy| Owed::Live(command)),
            Owed::NowPlaying(command) => self
                .nowplaying
                .ask(command.clone())
                .map_err(|Busy| Owed::NowPlaying(command)),
            Owed::Audition(command) => self
                .audition
                .ask(command.clone())
                .map_err(|Busy| Owed::Audition(command)),
            Owed::Settings(settings) => self
                .settings_writer
                .ask(settings.clone())
                .map_err(|Busy| Owed::Settings(settings)),
        }
    }
}
