//! What others are shown of a session.

use pika_protocol::{
    Track,
    dj::DjState,
    limits::SNAPSHOT_PLAYS,
    rest::SessionSummary,
    session::{LiveElsewhere, SessionHead, Snapshot},
};

use super::state::{LiveSession, PlayState, PollState};

impl LiveSession {
    /// What anyone may know.
    pub fn head(&self) -> SessionHead {
        SessionHead {
            code: self.row.code.clone(),
            name: self.row.name.clone(),
            dj_name: self.row.dj_name.clone(),
            has_pin: self.row.pin.is_some(),
        }
    }

    /// Everything a dancer's page shows.
    pub fn snapshot(&self) -> Snapshot {
        let shown = || self.plays.iter().filter(|play| !play.row.removed);
        Snapshot {
            epoch: self.row.epoch,
            offset: self.row.last_offset,
            session: self.head(),
            started_at: self.row.started_at,
            ended_at: self.row.ended_at,
            dj_online: self.row.dj_online,
            playing: self.row.playing,
            plays: shown()
                .rev()
                .take(SNAPSHOT_PLAYS)
                .map(PlayState::on_the_wire)
                .collect(),
            plays_total: u32::try_from(shown().count()).unwrap_or(u32::MAX),
            poll: self.open_poll().map(PollState::on_the_wire),
            announcement: self.announcement_on_the_wire(),
            listeners: self.floor.listeners,
        }
    }

    /// Everything the DJ's program shows.
    pub fn dj_state(&self) -> DjState {
        let shown = || self.plays.iter().filter(|play| !play.row.removed);
        DjState {
            name: self.row.name.clone(),
            dj_name: self.row.dj_name.clone(),
            listed: self.row.listed,
            pin: self.row.pin.clone(),
            started_at: self.row.started_at,
            plays: shown().map(PlayState::on_the_wire).collect(),
            playing: self.row.playing,
            counts: shown().map(|play| play.counts).collect(),
            thanks: self.thanks,
            listeners: self.floor.listeners,
            poll: self.open_poll().map(PollState::on_the_wire),
            announcement: self.announcement_on_the_wire(),
        }
    }

    /// What a second computer of the same account is told.
    pub fn live_elsewhere(&self) -> LiveElsewhere {
        LiveElsewhere {
            session_id: self.row.id,
            code: self.row.code.clone(),
            name: self.row.name.clone(),
            device_name: self.row.device_name.clone(),
            started_at: self.row.started_at,
            online: self.row.dj_online,
        }
    }

    /// A line in the list of live sessions; behind a PIN only its name and DJ.
    pub fn summary(&self) -> SessionSummary {
        let is_open = self.row.pin.is_none();
        let all = self.open_summary();
        SessionSummary {
            started_at: all.started_at.filter(|_| is_open),
            ended_at: all.ended_at.filter(|_| is_open),
            listeners: all.listeners.filter(|_| is_open),
            playing: all.playing.filter(|_| is_open),
            ..all
        }
    }

    /// The same line for who was let in, and for the DJ.
    pub fn open_summary(&self) -> SessionSummary {
        SessionSummary {
            session: self.head(),
            live: !self.is_ended(),
            started_at: Some(self.row.started_at),
            ended_at: self.row.ended_at,
            listeners: Some(self.floor.listeners),
            playing: self.playing_track().cloned(),
        }
    }

    /// Dancers connected.
    pub fn listeners(&self) -> u32 {
        self.floor.listeners
    }

    fn playing_track(&self) -> Option<&Track> {
        self.row
            .playing
            .and_then(|id| self.play(id))
            .map(|play| &play.row.track)
    }
}
