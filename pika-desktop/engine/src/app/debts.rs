//! What workers were too busy to be told and must not lose.

use std::{
    collections::{HashSet, VecDeque},
    mem::{Discriminant, discriminant},
    sync::Arc,
};

use crate::{
    audition::AuditionCommand, library::Job, live::LiveCommand, nowplaying::NowPlayingCommand,
    settings::Settings,
};

/// Something that a worker is still to be told; a variant a worker.
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
    /// Which worker it is for.
    fn worker(&self) -> Discriminant<Self> {
        discriminant(self)
    }
}

/// What is owed, oldest first.
#[derive(Default)]
pub(super) struct Debts {
    pub(super) owed: VecDeque<Owed>,
}

impl Debts {
    /// Adds a debt. What the newest one for the same worker can say, too, needs no other: an analysis of thousands of
    /// tracks while a disk stands still is one message with each of them once, and of the settings only the newest
    /// count.
    pub(super) fn add(&mut self, owed: Owed) {
        let worker = owed.worker();
        let newest = self.owed.iter_mut().rev().find(|it| it.worker() == worker);
        match (newest, owed) {
            (
                Some(Owed::NowPlaying(NowPlayingCommand::TracksChanged(tracks))),
                Owed::NowPlaying(NowPlayingCommand::TracksChanged(more)),
            ) => Arc::make_mut(tracks).extend(more.iter().copied()),
            (Some(Owed::Settings(older)), Owed::Settings(newer)) => *older = newer,
            (_, owed) => self.owed.push_back(owed),
        }
    }

    /// Hands everything on that its worker takes; what is for the same worker stays in order.
    pub(super) fn pay(&mut self, mut hand: impl FnMut(Owed) -> Result<(), Owed>) {
        let mut busy = HashSet::new();
        for _ in 0..self.owed.len() {
            let Some(owed) = self.owed.pop_front() else { return };
            let worker = owed.worker();
            let left = if busy.contains(&worker) {
                Err(owed)
            } else {
                hand(owed)
            };
            if let Err(owed) = left {
                busy.insert(worker);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::TrackId;

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

    #[test]
    fn changed_tracks_and_settings_are_one_debt_and_nothing_overtakes() {
        let mut debts = Debts::default();
        let changed = |ids: &[i64]| {
            let tracks = ids.iter().map(|id| TrackId(*id)).collect();
            Owed::NowPlaying(NowPlayingCommand::TracksChanged(Arc::new(tracks)))
        };
        for id in 1..=2000 {
            debts.add(changed(&[id, 1]));
            let scale = 1.0 + id as f32 / 2000.0;
            debts.add(Owed::Settings(Box::new(Settings {
                scale,
                ..Settings::default()
            })));
        }
        assert_eq!(debts.owed.len(), 2);
        debts.add(Owed::NowPlaying(NowPlayingCommand::StillLastSong));
        debts.add(changed(&[7, 8]));
        let (mut heard, mut kept) = (Vec::new(), Vec::new());
        debts.pay(|owed| {
            match owed {
                Owed::NowPlaying(NowPlayingCommand::TracksChanged(tracks)) => heard.push(tracks.len()),
                Owed::NowPlaying(_) => heard.push(0),
                Owed::Settings(settings) => kept.push(settings.scale),
                _ => {}
            }
            Ok(())
        });
        assert_eq!(heard, [2000, 0, 2]);
        assert_eq!(kept, [2.0]);
    }
}
