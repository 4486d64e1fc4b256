//! What must not be lost: a worker that is too busy to take it is asked again with each event and each frame, in the
//! same order, and once more before the program ends.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::App;
use crate::{
    audition::AuditionCommand, library::Job, live::LiveCommand, nowplaying::NowPlayingCommand,
    report::Failure, settings::Settings, worker::Busy,
};

/// Debts that are kept; with more a worker has stopped working, and the DJ is told so.
const MAX_OWED: usize = 1024;
/// Between two tries while the program ends.
const RETRY: Duration = Duration::from_millis(5);

/// Something that a worker is still to be told.
pub(super) enum Owed {
    /// A job for the library's thread.
    Library(Job),
    /// For the live thread.
    Live(LiveCommand),
    /// For the now-playing worker.
    NowPlaying(NowPlayingCommand),
    /// For the audition player.
    Audition(AuditionCommand),
    /// For the writer of the settings.
    Settings(Box<Settings>),
}

impl Owed {
    /// Which worker it is for, as a place in [`Debts::pay`]'s list.
    fn worker(&self) -> usize {
        match self {
            Self::Library(_) => 0,
            Self::Live(_) => 1,
            Self::NowPlaying(_) => 2,
            Self::Audition(_) => 3,
            Self::Settings(_) => 4,
        }
    }
}

/// What is owed, oldest first.
#[derive(Default)]
pub(super) struct Debts {
    owed: VecDeque<Owed>,
}

impl Debts {
    /// Hands everything on that its worker takes; what is for the same worker stays in order.
    fn pay(&mut self, mut hand: impl FnMut(Owed) -> Result<(), Owed>) {
        let mut busy = [false; 5];
        for _ in 0..self.owed.len() {
            let Some(owed) = self.owed.pop_front() else { return };
            let worker = owed.worker();
            let left = if busy[worker] { Err(owed) } else { hand(owed) };
            if let Err(owed) = left {
                busy[worker] = true;
                self.owed.push_back(owed);
            }
        }
    }
}

impl std::fmt::Debug for Debts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Debts({})", self.owed.len())
    }
}

impl App {
    /// Tells a worker something that must not be lost.
    pub(super) fn must(&mut self, owed: Owed) {
        self.pay();
        if self.debts.owed.len() == MAX_OWED {
            tracing::error!("a worker is too far behind: something was not passed on");
            return self.reporter.try_fail(Failure {
                what: "pass everything on",
                error: "a part of the program no longer works: please start it again".to_owned(),
            });
        }
        self.debts.owed.push_back(owed);
        self.pay();
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
            Owed::Live(command) => ask(&command, |it| self.live.ask(it)).map_err(|Busy| Owed::Live(command)),
            Owed::NowPlaying(command) => {
                ask(&command, |it| self.nowplaying.ask(it)).map_err(|Busy| Owed::NowPlaying(command))
            }
            Owed::Audition(command) => {
                ask(&command, |it| self.audition.ask(it)).map_err(|Busy| Owed::Audition(command))
            }
            Owed::Settings(settings) => {
                ask(&settings, |it| self.settings_writer.ask(it)).map_err(|Busy| Owed::Settings(settings))
            }
        }
    }
}

fn ask<C: Clone>(command: &C, ask: impl FnOnce(C) -> Result<(), Busy>) -> Result<(), Busy> {
    ask(command.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_worker_keeps_its_order_and_keeps_nobody_else_waiting() {
        let mut debts = Debts::default();
        for seconds in [1, 2, 3] {
            debts
                .owed
                .push_back(Owed::Live(LiveCommand::ExtendPoll { seconds }));
        }
        debts.owed.push_back(Owed::Audition(AuditionCommand::Pause));
        let mut heard = Vec::new();
        debts.pay(|owed| match owed {
            Owed::Live(LiveCommand::ExtendPoll { seconds }) if seconds < 2 => {
                heard.push(seconds);
                Ok(())
            }
            Owed::Audition(_) => {
                heard.push(100);
                Ok(())
            }
            other => Err(other),
        });
        assert_eq!(heard, [1, 100]);
        debts.pay(|owed| match owed {
            Owed::Live(LiveCommand::ExtendPoll { seconds }) => {
                heard.push(seconds);
                Ok(())
            }
            other => Err(other),
        });
        assert_eq!(heard, [1, 100, 2, 3]);
        assert!(debts.owed.is_empty());
    }
}
