//! What the relay says.

use pika_protocol::{
    ActionId, DjMessage, ErrorCode, PollId, ToDj, UnixMs, dj::DjState, feedback::PollCloses, limits,
};

use super::{Conn, MAX_PLAYS, Machine, actions::local_address, times::passed_ms};
use crate::{
    live::{
        clock::Now,
        link::Way,
        state::{LinkKind, LiveAnnouncement, LivePhase, LivePlay, LivePoll, ScreenKey},
        store::Keep,
        wire,
        words::{self, Words},
    },
    reach::FailKind,
    relay_access::{Page, page_address},
};

/// What a relay gives a session.
struct Given {
    session_id: pika_protocol::SessionId,
    code: String,
    address: String,
    screen_key: Option<ScreenKey>,
}

impl Machine {
    pub(super) fn heard(&mut self, message: ToDj, now: Now) {
        match message {
            ToDj::SessionRegistered {
                session_id,
                code,
                public_url,
                screen_key,
                relay_time,
                state,
                ..
            } => {
                let given = Given {
                    session_id,
                    code: code.as_str().to_owned(),
                    address: public_url,
                    screen_key: screen_key.filter(|key| is_key(key)).map(ScreenKey::new),
                };
                self.registered(given, relay_time, *state, now);
            }
            ToDj::Ack { id } => self.acknowledged(id, now),
            ToDj::Error {
                id,
                code,
                message,
                retry_after_secs,
                live,
            } => {
                let is_message = id.is_some_and(|id| self.outbox.get(id).is_some());
                match id {
                    Some(id) if is_message => self.message_refused(id, code, &message, retry_after_secs, now),
                    _ if code.is_temporary() => self.come_back_later(retry_after_secs, now),
                    _ if matches!(self.conn, Conn::Up { .. }) && id.is_some() => {}
                    _ => self.refused(code, &message, live, now),
                }
            }
            ToDj::Counts {
                listeners,
                thanks,
                plays,
            } => {
                self.set_crowd(listeners, thanks, now);
                for counts in &plays {
                    self.set_counts(counts);
                }
                self.changed();
            }
            ToDj::Feedback { likes, .. } => self.liked(likes, now),
            ToDj::PollResults {
                poll_id,
                votes,
                open,
                closes_at,
            } => {
                let closes_at_ms = closes_at.map(|at| self.local(at));
                self.poll_went_on(poll_id, votes, open, closes_at_ms);
            }
            ToDj::Pong { relay_time } => self.set_clock(relay_time, now, now),
        }
    }

    fn registered(&mut self, given: Given, relay_time: UnixMs, state: DjState, now: Now) {
        let Conn::Registering {
            number, way, sent, ..
        } = self.conn
        else {
            return;
        };
        self.set_clock(relay_time, sent, now);
        self.conn = Conn::Up {
            number,
            way,
            since: now.steady,
            next_ping: now.steady + self.timings.ping_every,
            pinged: None,
        };
        let took = now.steady.saturating_sub(sent.steady);
        self.view.link.round_trip_ms = u32::try_from(took.as_millis()).ok();
        self.retry.worked();
        self.take_over = false;
        self.elsewhere = None;
        if self.proving.take().is_some() {
            let words = Words::new(
                "Your session goes on.",
                format!("“{}” was still live from this computer.", state.name),
            );
            self.notice(words, false, now);
        }
        self.slept_ms = 0;
        self.view.link.slow_way = way == Way::Post;
        self.view.link.problem = None;
        self.view.link.retry_at_ms = None;
        self.view.question = None;
        self.take_given(given, &state, now);
        let likes_before = self.view.likes();
        let is_first = self.view.crowd.updated_at_ms == 0;
        self.take_state(state, now);
        if let Some(lost_at) = self.lost_at.take()
            && passed_ms(lost_at.steady, now) > super::OFFLINE_AFTER_MS
        {
            let likes = if is_first {
                0
            } else {
                self.view.likes().saturating_sub(likes_before)
            };
            self.notice(back_online(self.outbox.waiting(), likes), false, now);
        }
        self.set_link(LinkKind::Connected, now);
        self.pump(now);
        self.changed_now();
    }

    /// What the relay gave the session, and what the relay knows of it; a relay is a stranger.
    fn take_given(&mut self, given: Given, state: &DjState, now: Now) {
        let mut began_at_ms = self.local(state.started_at).min(now.wall_ms);
        let page = self.page_of(&given, now);
        self.token_is_taken();
        let is_here = self.is_here();
        let Some(session) = &mut self.session else { return };
        if is_here && session.session_id == Some(given.session_id) {
            // That relay reads this computer's clock, which may have been set since it noted when this began.
            began_at_ms = began_at_ms.min(session.began_at_ms);
        }
        session.session_id = Some(given.session_id);
        session.code = given.code;
        // Inside this program the relay is asked over this computer: dancers need its address in the network.
        session.address = local_address(session, self.local_address.as_deref()).unwrap_or(page);
        session.screen_key = given.screen_key;
        session.name = wire::short(&state.name);
        session.dj_name = wire::short(&state.dj_name);
        session.listed = state.listed;
        session.pin = state.pin.clone().filter(|pin| limits::is_pin(pin));
        session.began_at_ms = began_at_ms;
        let is_ending = session.ending;
        self.keep_session();
        self.view.phase = if is_ending {
            LivePhase::Ending
        } else {
            LivePhase::OnAir
        };
    }

    /// Where dancers find the session: as the relay names it, where that may be its own address.
    fn page_of(&mut self, given: &Given, now: Now) -> String {
        let Some(session) = &self.session else {
            return String::new();
        };
        let before = session.address.clone();
        let Some(access) = self.access_for(session).filter(|access| !access.is_local()) else {
            return given.address.clone(); // This program's own relay.
        };
        let url = access.url().to_owned();
        match page_address(&url, &given.address) {
            Page::Own(address) => address,
            Page::Elsewhere { address, host } => {
                if address != before {
                    self.notice(words::page_elsewhere(&host), false, now);
                }
                address
            }
            Page::Refused => {
                let own = format!("{url}/live/{}", given.code);
                if own != before {
                    self.notice(words::page_refused(), true, now);
                }
                own
            }
        }
    }

    /// The relay's word on the session, beneath what is still on its way to it.
    fn take_state(&mut self, state: DjState, now: Now) {
        self.set_crowd(state.listeners, state.thanks, now);
        let mut shown = std::mem::take(&mut self.view.plays);
        let mut plays = Vec::with_capacity(state.plays.len());
        for play in state.plays.iter().take(MAX_PLAYS) {
            self.told.insert(play.play_id.0);
            if self.outbox.removes(play.play_id) {
                continue;
            }
            let place = shown.iter().position(|other| other.play_id == play.play_id.0);
            plays.push(match place {
                // Corrections that wait are in ours.
                Some(at) => shown.swap_remove(at),
                None => LivePlay {
                    play_id: play.play_id.0,
                    title: wire::shown(&play.track.title),
                    artist: wire::shown(&play.track.artist),
                    started_at_ms: self.local(play.started_at),
                    // Its numbers follow, as news: they belong into the logbook, too.
                    likes: 0,
                    faster: 0,
                    perfect: 0,
                    slower: 0,
                },
            });
        }
        // What the relay should know and does not is told again.
        for play in shown {
            let id = pika_protocol::PlayId(play.play_id);
            if !self.outbox.announces(id)
                && let Some((track, started_at_ms)) = self.described.get(&play.play_id).cloned()
            {
                let message = wire::announcement(play.play_id, track, started_at_ms);
                self.push(message, false, now);
            }
            if self.outbox.announces(id) {
                plays.push(play);
            }
        }
        plays.sort_by_key(|play| play.started_at_ms);
        self.view.plays = plays;
        for counts in &state.counts {
            self.set_counts(counts);
        }
        if self.playing.is_none() && !self.outbox.is_empty() {
            // Something waits that the relay does not know yet: ours stays.
        } else if self.playing.is_none() {
            self.view.playing = state.playing.map(|play| play.0);
        }
        self.view.poll = state.poll.map(|poll| self.shown_poll(poll));
        self.view.announcement = state.announcement.map(|it| self.shown_announcement(&it));
    }

    fn acknowledged(&mut self, id: ActionId, now: Now) {
        let Some(message) = self.outbox.done(id) else {
            return;
        };
        self.keep(Keep::Done(id));
        if let Some((_, chosen_at)) = self.timed.take_if(|(timed, _)| *timed == id) {
            self.view.link.song_delay_ms = u32::try_from(passed_ms(chosen_at, now)).ok();
        }
        match message {
            DjMessage::EndSession { .. } => return self.ended(now),
            DjMessage::StartPoll {
                poll_id,
                question,
                options,
                closes,
                ..
            } => {
                self.view.poll = Some(opened_poll(poll_id, question, options, closes, now));
            }
            DjMessage::CancelPoll { poll_id, .. } => {
                self.view.poll = self.view.poll.take().filter(|poll| poll.id != poll_id);
                if self
                    .view
                    .last_poll
                    .as_ref()
                    .is_some_and(|poll| poll.id == poll_id)
                {
                    self.view.last_poll = None;
                }
            }
            DjMessage::EndPoll { poll_id, .. }
                if self.view.poll.as_ref().is_some_and(|poll| poll.id == poll_id) =>
            {
                self.view.last_poll = self.view.poll.take();
            }
            DjMessage::BroadcastAnnouncement {
                announcement_id,
                text,
                seconds,
                ..
            } => {
                self.view.announcement = Some(LiveAnnouncement {
                    id: announcement_id,
                    text,
                    ends_at_ms: seconds.map(|seconds| now.wall_ms + i64::from(seconds) * 1000),
                });
            }
            DjMessage::CancelAnnouncement { announcement_id, .. } => {
                self.view.announcement = self
                    .view
                    .announcement
                    .take()
                    .filter(|it| it.id != announcement_id);
            }
            DjMessage::SetPin { pin, .. } => {
                let words = words::pin_changed(pin.as_deref());
                if let Some(session) = &mut self.session {
                    session.pin = pin;
                }
                self.keep_session();
                self.notice(words, false, now);
            }
            DjMessage::SetListed { listed, .. } => {
                if let Some(session) = &mut self.session {
                    session.listed = listed;
                }
                self.keep_session();
            }
            _ => {}
        }
        self.changed_now();
        self.pump(now);
    }

    fn message_refused(
        &mut self,
        id: ActionId,
        code: ErrorCode,
        said: &str,
        retry_after_secs: Option<u32>,
        now: Now,
    ) {
        if code == ErrorCode::SessionEnded {
            self.hang_up();
            return self.ended(now);
        }
        // What an older message would have made possible is judged when that one is stored.
        let may_come = code == ErrorCode::UnknownPlay && self.outbox.has_older(id);
        if code.is_temporary() || may_come {
            self.outbox.again(id);
            let wait = std::time::Duration::from_secs(retry_after_secs.unwrap_or(1).clamp(1, 60).into());
            self.paused_until = Some(now.steady + wait);
            return;
        }
        let refused = self.outbox.done(id);
        self.keep(Keep::Done(id));
        if matches!(refused, Some(DjMessage::EndSession { .. })) {
            self.goes_on();
        }
        // A removal of what is not there has what it wanted.
        if !matches!(refused, Some(DjMessage::RemovePlay { .. })) {
            self.notice(words::refused(code, said), true, now);
        }
        self.pump(now);
    }

    /// The relay would not end the session: it goes on until the DJ ends it again.
    fn goes_on(&mut self) {
        let Some(session) = &mut self.session else { return };
        session.ending = false;
        self.view.phase = match session.session_id {
            Some(_) => LivePhase::OnAir,
            None => LivePhase::Starting,
        };
        self.keep_session();
    }

    /// The relay is there, but not now.
    fn come_back_later(&mut self, retry_after_secs: Option<u32>, now: Now) {
        let within_ms = retry_after_secs.map(|seconds| seconds.min(600).saturating_mul(1000));
        self.lost(FailKind::Unreachable, None, now);
        if let Some(ms) = within_ms {
            let at = now.steady + std::time::Duration::from_millis(ms.into());
            self.retry.not_before(at);
        }
    }

    /// Compares the clocks; the relay's word was asked for at `asked` and came at `now`.
    fn set_clock(&mut self, relay_time: UnixMs, asked: Now, now: Now) {
        let tolerance = self.timings.clock_tolerance;
        let change_ms = self.clock.compare(relay_time, asked, now, tolerance);
        self.clocks_differ_by(change_ms.unwrap_or(0), now);
        // The relay inside this program has no other clock: its sessions only keep the time that it had.
        let is_here = self.is_here();
        let shown_ms = if is_here { 0 } else { -self.clock.ahead_ms() };
        if self.view.clock_ahead_ms != shown_ms {
            self.view.clock_ahead_ms = shown_ms;
            self.changed();
        }
        if !is_here && self.clock.tell() {
            self.notice(words::clock_wrong(self.clock.ahead_ms()), true, now);
        }
    }
}

/// Whether this can be the key of a big screen: it becomes a part of an address.
fn is_key(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.len() <= 128 && text.chars().all(is_plain)
}

/// A poll that the relay has just opened.
fn opened_poll(id: PollId, question: String, options: Vec<String>, closes: PollCloses, now: Now) -> LivePoll {
    let closes_at_ms = match closes {
        PollCloses::After { seconds } => Some(now.wall_ms + i64::from(seconds) * 1000),
        _ => None,
    };
    LivePoll {
        id,
        votes: vec![0; options.len()],
        question,
        options,
        closes,
        opened_at_ms: now.wall_ms,
        closes_at_ms,
    }
}

/// What came through after a break.
fn back_online(tracks: usize, likes: u32) -> Words {
    let mut parts = Vec::new();
    match tracks {
        0 => {}
        1 => parts.push("1 track".to_owned()),
        n => parts.push(format!("{n} tracks")),
    }
    match likes {
        0 => {}
        1 => parts.push("1 like".to_owned()),
        n => parts.push(format!("{n} likes")),
    }
    let text = match parts.len() {
        0 => String::new(),
        _ => format!("{} caught up.", parts.join(" and ")),
    };
    Words::new("Back online.", text)
}
