//! What is played: announced, corrected, removed, stopped.

use pika_protocol::{ErrorCode, PlayId, ToDancer, Track, UnixMs, feedback::PlayCounts, session::Play};

use super::state::{Effects, LiveSession, PLAYS_MAX, PlayState};
use crate::{
    base::{Moment, Refusal},
    store::models::PlayRow,
};

impl LiveSession {
    pub(super) fn now_playing(
        &mut self,
        play_id: PlayId,
        track: Track,
        started_at: UnixMs,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        let track = self.cleaned(track)?;
        match self.play(play_id) {
            Some(play) if play.row.removed => return Err(unknown_play()),
            // A pause is over.
            Some(_) if self.can_go_on(play_id) => return Ok(self.goes_on(play_id)),
            // Said again under another action: what stands is not touched, CORRECT_PLAY is there for that.
            Some(_) => return Ok(Effects::default()),
            None if self.plays.len() >= PLAYS_MAX => {
                return Err(Refusal::new(ErrorCode::Full, "this session has too many plays"));
            }
            None => {}
        }
        let started_at = self.clamp(started_at, now);
        let current = self.insert_play(play_id, track, started_at);
        let mut effects = Effects::default();
        if current {
            self.song_ended(started_at, &mut effects, now);
            self.row.playing = Some(play_id);
        }
        self.put_play(&mut effects, play_id);
        if let Some(play) = self.play(play_id).map(PlayState::on_the_wire) {
            self.publish(&mut effects, |offset| ToDancer::NowPlaying {
                offset,
                play,
                current,
            });
        }
        Ok(effects)
    }

    /// Whether a play that has stopped is the newest, so that nothing else has come since.
    fn can_go_on(&self, play_id: PlayId) -> bool {
        let newest = self.plays.iter().rev().find(|play| !play.row.removed);
        self.row.playing.is_none() && newest.is_some_and(|play| play.row.id == play_id)
    }

    /// What had stopped plays again, as the same play: its likes stay.
    fn goes_on(&mut self, play_id: PlayId) -> Effects {
        let mut effects = Effects::default();
        self.row.playing = Some(play_id);
        if let Some(play) = self.play_mut(play_id) {
            play.row.stopped_at = None;
        }
        self.put_play(&mut effects, play_id);
        if let Some(play) = self.play(play_id).map(PlayState::on_the_wire) {
            self.publish(&mut effects, |offset| ToDancer::NowPlaying {
                offset,
                play,
                current: true,
            });
        }
        effects
    }

    /// Puts a play where its start belongs; whether none stands after it.
    fn insert_play(&mut self, play_id: PlayId, track: Track, started_at: UnixMs) -> bool {
        let place = self
            .plays
            .partition_point(|play| play.row.started_at <= started_at);
        let next = self.plays[place..]
            .iter()
            .find(|play| !play.row.removed)
            .map(|play| play.row.started_at);
        let row = PlayRow {
            id: play_id,
            track,
            started_at,
            // A play that is told late ended when the one after it began.
            stopped_at: next,
            removed: false,
        };
        let counts = PlayCounts {
            play_id,
            likes: 0,
            faster: 0,
            perfect: 0,
            slower: 0,
        };
        self.plays.insert(
            place,
            PlayState {
                row,
                counts,
                changed_at: UnixMs(0),
            },
        );
        next.is_none()
    }

    pub(super) fn correct_play(
        &mut self,
        play_id: PlayId,
        track: Option<Track>,
        started_at: Option<UnixMs>,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        let track = track.map(|track| self.cleaned(track)).transpose()?;
        let started_at = started_at.map(|at| self.clamp(at, now));
        let play = self
            .play_mut(play_id)
            .filter(|play| !play.row.removed)
            .ok_or_else(unknown_play)?;
        if let Some(track) = track {
            play.row.track = track;
        }
        if let Some(started_at) = started_at {
            play.row.started_at = started_at;
            play.row.stopped_at = play.row.stopped_at.map(|stopped_at| stopped_at.max(started_at));
        }
        let (track, started_at) = (play.row.track.clone(), play.row.started_at);
        self.plays.sort_by_key(|play| play.row.started_at);
        let mut effects = Effects::default();
        self.put_play(&mut effects, play_id);
        self.publish(&mut effects, |offset| ToDancer::PlayCorrected {
            offset,
            play_id,
            track,
            started_at,
        });
        Ok(effects)
    }

    pub(super) fn remove_play(&mut self, play_id: PlayId) -> Result<Effects, Refusal> {
        let play = self.play_mut(play_id).ok_or_else(unknown_play)?;
        if play.row.removed {
            return Ok(Effects::default());
        }
        play.row.removed = true;
        let started_at = play.row.started_at;
        let mut effects = Effects::default();
        if self.row.playing == Some(play_id) {
            // "It is still the last song": the one that this play ended goes on.
            let before = self.plays.iter_mut().rev().find(|play| !play.row.removed);
            self.row.playing = before
                .filter(|play| play.row.stopped_at == Some(started_at))
                .map(|play| {
                    play.row.stopped_at = None;
                    play.row.id
                });
            if let Some(playing) = self.row.playing {
                self.put_play(&mut effects, playing);
            }
        }
        self.put_play(&mut effects, play_id);
        let playing = self.row.playing;
        self.publish(&mut effects, |offset| ToDancer::PlayRemoved {
            offset,
            play_id,
            playing,
        });
        Ok(effects)
    }

    pub(super) fn track_stopped(
        &mut self,
        play_id: PlayId,
        stopped_at: UnixMs,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        let play = self
            .play(play_id)
            .filter(|play| !play.row.removed)
            .ok_or_else(unknown_play)?;
        let mut effects = Effects::default();
        if self.row.playing == Some(play_id) {
            let stopped_at = self.clamp(stopped_at, now).max(play.row.started_at);
            self.song_ended(stopped_at, &mut effects, now);
            self.publish(&mut effects, |offset| ToDancer::TrackStopped {
                offset,
                play_id,
                stopped_at,
            });
        }
        Ok(effects)
    }

    /// What plays stops, and with it the poll that was to last as long.
    pub(super) fn song_ended(&mut self, at: UnixMs, effects: &mut Effects, now: Moment) {
        let Some(playing) = self.row.playing.take() else {
            return;
        };
        if let Some(play) = self.play_mut(playing) {
            play.row.stopped_at = Some(at.max(play.row.started_at));
        }
        self.put_play(effects, playing);
        self.close_poll_of_song(effects, now);
    }

    fn cleaned(&self, track: Track) -> Result<Track, Refusal> {
        let track = track.cleaned().map_err(Refusal::invalid)?;
        let longest = usize::try_from(self.limits.text_chars).unwrap_or(usize::MAX);
        if track.title.chars().count() > longest || track.artist.chars().count() > longest {
            return Err(Refusal::invalid("title or artist is too long"));
        }
        Ok(track)
    }
}

impl PlayState {
    pub(super) fn on_the_wire(&self) -> Play {
        Play {
            play_id: self.row.id,
            track: self.row.track.clone(),
            started_at: self.row.started_at,
            stopped_at: self.row.stopped_at,
            likes: self.counts.likes,
        }
    }
}

pub(super) fn unknown_play() -> Refusal {
    Refusal::new(ErrorCode::UnknownPlay, "no such play in this session")
}
