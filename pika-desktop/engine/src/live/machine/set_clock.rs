//! This computer's clock is set in the middle of a night: how long things last and in which order they came stays true.

use pika_protocol::{DjMessage, UnixMs};

use super::{Conn, LinkKind, Machine};
use crate::{
    clock::jump_ms,
    live::{clock::Now, state::LivePoll, wire},
};

/// No session and nothing in it is further away.
const MONTH_MS: i64 = 31 * 86_400_000;
/// Two measurements of the same jump differ by less.
const NOISE_MS: i64 = 2_000;

impl Machine {
    /// Looks whether the wall's clock jumped since it was looked at last.
    pub(super) fn look_at_clocks(&mut self, now: Now) {
        let before = std::mem::replace(&mut self.last_look, now);
        let jump_ms = jump_ms((before.wall_ms, before.steady), (now.wall_ms, now.steady));
        if jump_ms == 0 {
            return;
        }
        if jump_ms < 0 {
            // No sleep does that.
            self.clock.was_set(jump_ms);
            self.shift(jump_ms);
            return;
        }
        // It was set, or the computer slept: the relay's clock tells one from the other.
        self.jumped_ms = self.jumped_ms.saturating_add(jump_ms);
        if let Conn::Up {
            next_ping, pinged, ..
        } = &mut self.conn
        {
            *next_ping = now.steady;
            *pinged = None;
        }
    }

    /// The relay's clock is further ahead by so much than was known: what is left of that when this computer's clock
    /// jumped is how it was set.
    pub(super) fn clocks_differ_by(&mut self, change_ms: i64, now: Now) {
        let jumped_ms = std::mem::take(&mut self.jumped_ms);
        let set_ms = change_ms.saturating_neg();
        if jumped_ms > 0 && set_ms > 0 && set_ms <= jumped_ms.saturating_add(NOISE_MS) {
            let relay_ms = now.wall_ms.saturating_add(self.clock.ahead_ms());
            self.told_at.was_set(UnixMs(relay_ms));
            self.shift(set_ms);
        }
    }

    /// A moment of the relay on this computer's clock, in milliseconds since 1970; a month from now at most, whatever
    /// the relay says.
    pub(super) fn local(&self, at: UnixMs) -> i64 {
        let now_ms = self.last_look.wall_ms;
        let at_ms = self.clock.local(at);
        at_ms.clamp(now_ms.saturating_sub(MONTH_MS), now_ms.saturating_add(MONTH_MS))
    }

    /// Everything that is shown happened when it did, on the clock as it is now.
    fn shift(&mut self, by_ms: i64) {
        let shift = |at: &mut i64| *at = at.saturating_add(by_ms);
        let view = &mut self.view;
        view.plays
            .iter_mut()
            .for_each(|play| shift(&mut play.started_at_ms));
        if let Some(session) = &mut self.session {
            shift(&mut session.began_at_ms);
        }
        view.session
            .iter_mut()
            .for_each(|session| shift(&mut session.started_at_ms));
        let shift_poll = |poll: &mut LivePoll| {
            shift(&mut poll.opened_at_ms);
            poll.closes_at_ms.iter_mut().for_each(shift);
        };
        view.poll
            .iter_mut()
            .chain(&mut view.last_poll)
            .for_each(shift_poll);
        let ends = view
            .announcement
            .iter_mut()
            .filter_map(|it| it.ends_at_ms.as_mut());
        ends.for_each(shift);
        if view.crowd.updated_at_ms > 0 {
            shift(&mut view.crowd.updated_at_ms);
        }
        if view.link.kind != LinkKind::Idle {
            shift(&mut view.link.since_ms);
        }
        view.link.retry_at_ms.iter_mut().for_each(shift);
        view.ended_at_ms.iter_mut().for_each(shift);
        self.lost_at.iter_mut().for_each(|lost| shift(&mut lost.wall_ms));
        self.keep_session();
        self.changed_now();
    }

    /// A message as the relay gets it, on its clock. A start that it was told once stays what it was however the clocks
    /// are set since, and of songs that were told as they began the later one began later.
    pub(super) fn on_relay_clock(&mut self, message: DjMessage, now: Now) -> DjMessage {
        let ahead_ms = self.clock.ahead_ms();
        let mut message = wire::on_relay_clock(message, ahead_ms);
        let (play, told_at, is_new) = match &mut message {
            DjMessage::NowPlaying {
                play_id, started_at, ..
            } => (*play_id, started_at, true),
            DjMessage::CorrectPlay {
                play_id,
                started_at: Some(started_at),
                ..
            } => (*play_id, started_at, false),
            _ => return message,
        };
        let local_ms = told_at.0.saturating_sub(ahead_ms);
        if let Some((_, known)) = self
            .told_at
            .starts
            .get(&play)
            .filter(|(local, _)| *local == local_ms)
        {
            *told_at = *known;
            return message;
        }
        if is_new && self.is_current.contains(&play.0) {
            let relay_now = UnixMs(now.wall_ms.saturating_add(ahead_ms));
            let earliest = self.told_at.last.map_or(*told_at, |last| last.plus_ms(1));
            *told_at = (*told_at).min(relay_now).max(earliest);
            self.told_at.last = Some(*told_at);
        }
        let told = (local_ms, *told_at);
        self.told_at.starts.insert(play, told);
        message
    }
}
