//! The DJ's messages: repeats, pace, and which rule each goes to.

use pika_protocol::{DjMessage, ErrorCode, limits};

use super::state::{Effects, LiveSession};
use crate::{
    base::{Moment, Refusal},
    store::{Write, models::EndReason},
};

impl LiveSession {
    /// One message of the DJ. The answer to an `Ok` is ACK, after the commit of the effects.
    ///
    /// A repeat has no effects; its ACK waits for what was queued before it all the same.
    pub fn apply_dj(&mut self, message: DjMessage, now: Moment) -> Result<Effects, Refusal> {
        let now = self.moment(now);
        let Some(id) = message.id() else {
            return Ok(self.dj_seen(now));
        };
        if self.dj_actions.contains(&id) {
            return Ok(Effects::default());
        }
        if self.is_ended() {
            return Err(Refusal::new(ErrorCode::SessionEnded, "the session is over"));
        }
        self.dj_bucket
            .take(self.limits.dj_messages, now.steady)
            .map_err(|wait| {
                Refusal::wait(
                    ErrorCode::RateLimited,
                    "too many messages at once, wait a moment",
                    wait,
                )
            })?;
        let mut effects = self.apply_new(message, now)?;
        self.dj_actions.insert(id);
        effects.writes.insert(
            0,
            Write::DjAction {
                session_id: self.row.id,
                id,
            },
        );
        let mut seen = self.dj_seen(now);
        effects.writes.append(&mut seen.writes);
        effects.publications.append(&mut seen.publications);
        effects.view_changed |= seen.view_changed;
        self.save(&mut effects);
        Ok(effects)
    }

    /// A message that was not seen before.
    fn apply_new(&mut self, message: DjMessage, now: Moment) -> Result<Effects, Refusal> {
        match message {
            DjMessage::NowPlaying {
                play_id,
                track,
                started_at,
                ..
            } => self.now_playing(play_id, track, started_at, now),
            DjMessage::CorrectPlay {
                play_id,
                track,
                started_at,
                ..
            } => self.correct_play(play_id, track, started_at, now),
            DjMessage::RemovePlay { play_id, .. } => self.remove_play(play_id),
            DjMessage::TrackStopped {
                play_id, stopped_at, ..
            } => self.track_stopped(play_id, stopped_at, now),
            DjMessage::StartPoll {
                poll_id,
                question,
                options,
                closes,
                ..
            } => self.start_poll(poll_id, &question, &options, closes, now),
            DjMessage::ExtendPoll { poll_id, seconds, .. } => self.extend_poll(poll_id, seconds, now),
            DjMessage::EndPoll { poll_id, .. } => self.end_poll(poll_id, now),
            DjMessage::CancelPoll { poll_id, .. } => self.cancel_poll(poll_id, now),
            DjMessage::BroadcastAnnouncement {
                announcement_id,
                text,
                seconds,
                ..
            } => self.announce(announcement_id, &text, seconds, now),
            DjMessage::CancelAnnouncement { announcement_id, .. } => {
                self.cancel_announcement(announcement_id, now)
            }
            DjMessage::SetPin { pin, .. } => self.set_pin(pin),
            DjMessage::SetListed { listed, .. } => {
                self.row.listed = listed;
                Ok(Effects::default())
            }
            DjMessage::EndSession { .. } => Ok(self.end(EndReason::Dj, now)),
            DjMessage::RegisterSession { .. } | DjMessage::Ping {} => {
                Err(Refusal::invalid("the session is registered already"))
            }
        }
    }

    fn set_pin(&mut self, pin: Option<String>) -> Result<Effects, Refusal> {
        if pin.as_deref().is_some_and(|pin| !limits::is_pin(pin)) {
            return Err(Refusal::invalid("a PIN has 4 to 8 digits"));
        }
        self.row.pin = pin;
        Ok(Effects {
            view_changed: true,
            ..Effects::default()
        })
    }
}
