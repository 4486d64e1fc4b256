//! Trying the way to a phone before the first night: a session in no list and in no history, with songs by hand
//! that leave the logbook again.

use super::{App, debts::Owed};
use crate::{
    account::AccountStatus,
    library::PlayUuid,
    live::{LiveCommand, LivePhase, NewSession},
    nowplaying::{NowPlaying, NowPlayingCommand, SourceKind},
    worker::Busy,
};

/// Songs by hand that one test takes back; more are more than a test.
const MAX_SONGS: usize = 100;

/// What a test left so far.
#[derive(Debug, Default)]
pub(super) struct Trial {
    songs: Vec<PlayUuid>,
    /// The relay inside this program runs for the test only.
    started_relay: bool,
    /// It stops as soon as the session is over.
    stops_relay: bool,
}

impl App {
    pub(super) fn start_test(&mut self, local: bool) -> Result<(), Busy> {
        if local && self.local_relay.is_none() {
            self.switch_local_relay(true);
            self.trial.started_relay = self.local_relay.is_some();
        }
        self.trial.stops_relay = false;
        let dj_name = match &self.state.account.status {
            AccountStatus::Valid(profile) => profile.name.clone(),
            _ => self.state.settings.dj_name.clone(),
        };
        self.live.ask(LiveCommand::GoLive(NewSession {
            name: "A test".to_owned(),
            dj_name: if dj_name.is_empty() {
                "DJ".to_owned()
            } else {
                dj_name
            },
            listed: false,
            is_test: true,
            ..NewSession::default()
        }))
    }

    pub(super) fn end_test(&mut self) {
        for song in std::mem::take(&mut self.trial.songs) {
            // The dancers first: after the end nobody takes it.
            self.publish(LiveCommand::Remove(song));
            self.must(Owed::NowPlaying(NowPlayingCommand::Remove(song)));
        }
        self.publish(LiveCommand::End);
        self.trial.stops_relay = std::mem::take(&mut self.trial.started_relay);
        self.follow_test();
    }

    /// A song plays: one by hand within a test goes with it.
    pub(super) fn note_test_song(&mut self, play: &NowPlaying) {
        let is_of_test = self.state.live.is_test() && play.source == SourceKind::Hand;
        let is_known = self.trial.songs.contains(&play.play_id);
        if is_of_test && !is_known && self.trial.songs.len() < MAX_SONGS {
            self.trial.songs.push(play.play_id);
        }
    }

    /// Stops the relay that ran for a test once its session is over.
    pub(super) fn follow_test(&mut self) {
        let is_over = matches!(self.state.live.phase, LivePhase::Off | LivePhase::Ended);
        if self.trial.stops_relay && is_over {
            self.trial.stops_relay = false;
            self.switch_local_relay(false);
        }
    }
}
