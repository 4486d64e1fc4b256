//! A session's life: the DJ comes and goes, time passes, the end.

use std::time::Duration;

use pika_protocol::{DeviceId, ErrorCode, ToDancer, ToDj};

use super::state::{Effects, LiveSession};
use crate::{
    base::Moment,
    store::{Write, models::EndReason},
};

/// The DJ's program may be away so long before dancers are told.
const DJ_GRACE: Duration = Duration::from_secs(15);
/// Between two stored numbers of dancers.
const SAMPLE_MS: i64 = 60_000;

impl LiveSession {
    /// A message came from the DJ: dancers who were told that the DJ is away are told that they are back.
    pub fn dj_seen(&mut self, now: Moment) -> Effects {
        let mut effects = Effects::default();
        let now = self.moment(now);
        self.dj.seen_at = now;
        self.heard_of(now);
        if !self.row.dj_online && !self.is_ended() {
            self.row.dj_online = true;
            self.publish(&mut effects, |offset| ToDancer::DjOnline { offset, at: now.at });
            self.save(&mut effects);
        }
        effects
    }

    /// The DJ's WebSocket opened, or closed.
    pub fn dj_connected(&mut self, connected: bool, now: Moment) {
        self.dj.connected = connected;
        self.dj.seen_at = self.moment(now);
    }

    /// The installation that publishes from now on.
    pub fn publish_from(&mut self, device_id: DeviceId, device_name: Option<String>, now: Moment) -> Effects {
        // Times that stand on the screens stay as they are.
        if self.open_poll().is_none() && self.announcement.is_none() {
            self.clock.catch_up(now);
        }
        let changed = self.row.device_id != device_id || self.row.device_name != device_name;
        self.row.device_id = device_id;
        self.row.device_name = device_name;
        let mut effects = self.dj_seen(now);
        if changed && effects.writes.is_empty() {
            self.save(&mut effects);
        }
        effects
    }

    /// Lets time pass: polls and announcements end, the DJ counts as away, the session ends by itself.
    /// To be called about once a second.
    pub fn tick(&mut self, now: Moment) -> Effects {
        let mut effects = Effects::default();
        if self.is_ended() {
            return effects;
        }
        let now = self.moment(now);
        if self.clock.age(now) >= self.limits.session_age {
            return self.end_by_itself(EndReason::Age, now);
        }
        if self.clock.idle(now) >= self.limits.session_idle {
            return self.end_by_itself(EndReason::Idle, now);
        }
        self.close_due_poll(&mut effects, now);
        self.expire_announcement(&mut effects, now);
        let unseen = now.steady.saturating_duration_since(self.dj.seen_at.steady);
        let away = !self.dj.connected && unseen >= DJ_GRACE;
        if away && self.row.dj_online {
            self.row.dj_online = false;
            self.publish(&mut effects, |offset| ToDancer::DjOffline { offset, at: now.at });
        }
        if self.dj.connected {
            self.heard_of(now);
        }
        self.sample(&mut effects, now);
        if !effects.writes.is_empty() {
            self.save(&mut effects);
        }
        effects
    }

    /// Ends the session: what is open closes, the recap is ready.
    pub fn end(&mut self, reason: EndReason, now: Moment) -> Effects {
        let now = self.moment(now);
        let mut effects = Effects::default();
        if self.is_ended() {
            return effects;
        }
        self.close_poll(&mut effects, now, false);
        self.song_ended(now.at, &mut effects, now);
        self.row.ended_at = Some(now.at);
        self.row.end_reason = Some(reason);
        self.publish(&mut effects, |offset| ToDancer::SessionEnded {
            offset,
            ended_at: now.at,
        });
        self.save(&mut effects);
        effects
    }

    /// The DJ's program is there.
    fn heard_of(&mut self, now: Moment) {
        self.clock.active(now);
        self.row.last_activity_at = now.at;
    }

    fn end_by_itself(&mut self, reason: EndReason, now: Moment) -> Effects {
        let mut effects = self.end(reason, now);
        let message = match reason {
            EndReason::Idle => "the session ended by itself: nothing came from the DJ for a long time",
            _ => "the session ended by itself: it had reached its greatest age",
        };
        effects.to_dj.push(ToDj::Error {
            id: None,
            code: ErrorCode::SessionEnded,
            message: message.to_owned(),
            retry_after_secs: None,
            live: None,
        });
        effects
    }

    fn sample(&mut self, effects: &mut Effects, now: Moment) {
        let listeners = self.floor.listeners;
        self.row.peak_listeners = self.row.peak_listeners.max(listeners);
        let due = self
            .sampled
            .is_none_or(|(at, last)| now.at.since_ms(at) >= SAMPLE_MS && last != listeners);
        if due && (listeners > 0 || self.sampled.is_some()) {
            self.sampled = Some((now.at, listeners));
            effects.writes.push(Write::Sample {
                session_id: self.row.id,
                at: now.at,
                listeners,
            });
        }
    }
}
