//! The life of the connection: tried, registered, lost, tried again.

use pika_protocol::{DjMessage, ErrorCode, session::LiveElsewhere};

use super::{
    ALIVE_EVERY, ANSWERS_EVERY, Conn, Effect, Machine, OFFLINE_AFTER_MS, SILENT_RESUME_MS, Stage,
    retry::Lived, times::passed_ms,
};
use crate::{
    live::{
        clock::Now,
        link::{LinkEvent, Way},
        state::{LinkKind, LivePhase, LiveQuestion},
        store::Keep,
        wire, words,
    },
    reach::FailKind,
};

/// The wall's clock went on so far between two ticks: the computer slept, or the clock was set.
const SLEPT_MS: i64 = 30_000;

impl Machine {
    /// Tries to reach the relay, where a session wants it and its address is known.
    pub(super) fn connect(&mut self, now: Now) {
        let Some(session) = &self.session else { return };
        let place = session.place.clone();
        let Some(access) = self.access_for(session).cloned() else {
            let owner = session.owner.as_ref().map_or("", |owner| owner.name());
            let other_account = words::other_account(owner);
            let is_there = self.access.as_ref().is_some_and(|access| access.place() == place);
            self.retry.clear();
            self.view.link.retry_at_ms = None;
            self.view.link.problem = Some(match place.as_str() {
                "local" => words::local_off(),
                _ if is_there => other_account,
                _ if self.access.is_none() => words::no_account(),
                _ => words::other_relay(&place),
            });
            return self.changed_now();
        };
        if session.session_id.is_none() && self.owes(session) {
            // The relay has one session of an account at a time: the one before is handed in first.
            self.retry.clear();
            self.set_link(LinkKind::Connecting, now);
            return self.hand_in_now(&place, now);
        }
        self.hang_up_and_tell(now);
        self.retry.clear();
        self.view.link.retry_at_ms = None;
        self.last_number += 1;
        let (number, way) = (self.last_number, self.retry.way());
        self.conn = Conn::Opening {
            number,
            way,
            deadline: now.steady + self.timings.open_within,
        };
        self.opened_with = Some(access.clone());
        self.effects.push(Effect::Open { number, way, access });
        if self.view.link.kind == LinkKind::Idle || self.view.link.kind == LinkKind::Refused {
            self.set_link(LinkKind::Connecting, now);
        }
    }

    /// The connection is given up; the DJ is told what did not come about by that.
    fn hang_up_and_tell(&mut self, now: Now) {
        if let Some(message) = self.hang_up().first() {
            self.notice(words::offline(what(message)), true, now);
        }
    }

    pub(super) fn link_event(&mut self, number: u64, event: LinkEvent, now: Now) {
        // What an older connection says is over.
        if self.conn.number() != Some(number) {
            return;
        }
        match event {
            LinkEvent::Open => {
                let (Some(message), way) = (self.registration(), self.conn.way()) else {
                    return;
                };
                self.may_be_known = true;
                self.conn = Conn::Registering {
                    number,
                    way,
                    sent: now,
                    deadline: now.steady + self.timings.register_within,
                };
                self.effects.push(Effect::Say(message));
            }
            LinkEvent::Heard(message) => {
                self.heard_sign(now);
                self.heard(*message, now);
            }
            LinkEvent::Alive => self.heard_sign(now),
            LinkEvent::Closed {
                kind,
                close_code,
                within_ms,
            } => {
                let code = close_code.and_then(error_of);
                match code {
                    Some(code) if !code.is_temporary() && code != ErrorCode::NotSubscribed => {
                        self.refused(code, "", None, now);
                    }
                    _ => self.lost(kind, within_ms, now),
                }
            }
        }
    }

    /// Any word of the relay answers the question whether it is there.
    fn heard_sign(&mut self, now: Now) {
        let timings = self.timings;
        let Conn::Up {
            next_ping, pinged, ..
        } = &mut self.conn
        else {
            return;
        };
        let Some(asked) = pinged.take() else { return };
        *next_ping = now.steady + timings.ping_every;
        let took = now.steady.saturating_sub(asked.steady);
        let is_slow = took > timings.slow_after;
        self.view.link.round_trip_ms = u32::try_from(took.as_millis()).ok();
        self.slept_ms = 0;
        self.set_link(
            if is_slow {
                LinkKind::Slow
            } else {
                LinkKind::Connected
            },
            now,
        );
    }

    /// The connection did not come about, or is gone: later again.
    pub(super) fn lost(&mut self, kind: FailKind, within_ms: Option<u32>, now: Now) {
        let (conn, way) = (self.conn, self.conn.way());
        self.hang_up_and_tell(now);
        self.paused_until = None;
        if self.session.as_ref().is_some_and(|session| session.ending) {
            return self.put_aside(now);
        }
        self.lost_at.get_or_insert(now);
        let lived = match conn {
            Conn::Up { since, .. } => Some(Lived {
                time: now.steady.saturating_sub(since),
                was_announced: within_ms.is_some(),
            }),
            _ => None,
        };
        self.retry.lost(way, kind, lived);
        if lived.is_some() && self.slept_ms > SILENT_RESUME_MS {
            return self.ask_to_resume(now);
        }
        let wait = self.retry.wait(within_ms, now);
        self.view.link.retry_at_ms = Some(now.wall_ms + i64::try_from(wait.as_millis()).unwrap_or(0));
        self.view.link.problem = Some(match within_ms {
            Some(_) => words::restarting(),
            None if self.is_here() => words::local_silent(),
            None => words::unreached(kind),
        });
        self.show_lost(now);
        self.changed_now();
    }

    fn show_lost(&mut self, now: Now) {
        let Some(lost_at) = self.lost_at else { return };
        let for_ms = passed_ms(lost_at.steady, now);
        let kind = if for_ms > OFFLINE_AFTER_MS {
            LinkKind::Offline
        } else {
            LinkKind::Reconnecting
        };
        self.set_link(kind, now);
    }

    /// The computer slept too long for going on without a word.
    fn ask_to_resume(&mut self, now: Now) {
        let Some(session) = &self.session else { return };
        self.stage = Stage::Waiting;
        self.retry.clear();
        self.view.question = Some(LiveQuestion::Resume {
            name: session.name.clone(),
            code: session.code.clone(),
            last_seen_ms: now.wall_ms.saturating_sub(self.slept_ms),
        });
        self.slept_ms = 0;
        self.set_link(LinkKind::Idle, now);
        self.changed_now();
    }

    /// The relay refuses the session itself. `said`: its words.
    pub(super) fn refused(
        &mut self,
        code: ErrorCode,
        said: &str,
        elsewhere: Option<LiveElsewhere>,
        now: Now,
    ) {
        self.hang_up();
        if let Some(wanted) = self.proving.take() {
            // The one there is not this installation's, or it has just ended.
            self.session = Some(*wanted);
            if code == ErrorCode::SessionEnded {
                return self.connect(now);
            }
        } else if code == ErrorCode::AlreadyLive
            && let (Some(live), Some(session)) = (&elsewhere, &mut self.session)
            && session.session_id.is_none()
            && !session.is_test
            && !session.ending
        {
            // Perhaps this very computer, whose note of it is gone: only its owner may resume without a question.
            self.proving = Some(Box::new(session.clone()));
            session.session_id = Some(live.session_id);
            // It began before the mark.
            session.mark = None;
            return self.connect(now);
        }
        if code == ErrorCode::Unauthorized {
            self.token_is_refused();
        }
        match code {
            ErrorCode::SessionEnded => return self.ended(now),
            ErrorCode::UnknownSession => return self.begin_again(now),
            // Over here, and going on elsewhere; or nobody is let in to say so.
            _ if self.session.as_ref().is_some_and(|session| session.ending) => return self.put_aside(now),
            ErrorCode::AlreadyLive | ErrorCode::TakenOver => self.ask_to_take_over(elsewhere),
            _ => {}
        }
        self.stage = Stage::Waiting;
        self.retry.clear();
        self.view.link.problem = Some(words::refused(code, said));
        self.set_link(LinkKind::Refused, now);
        self.changed_now();
    }

    fn ask_to_take_over(&mut self, elsewhere: Option<LiveElsewhere>) {
        let question = match (&elsewhere, &self.session) {
            (Some(live), _) => LiveQuestion::TakeOver {
                name: wire::short(&live.name),
                code: live.code.to_string(),
                device_name: wire::short(live.device_name.as_deref().unwrap_or_default()),
                started_at_ms: self.local(live.started_at),
                online: live.online,
            },
            (None, Some(session)) => LiveQuestion::TakeOver {
                name: session.name.clone(),
                code: session.code.clone(),
                device_name: String::new(),
                started_at_ms: session.began_at_ms,
                online: true,
            },
            (None, None) => return,
        };
        self.elsewhere = elsewhere;
        self.view.question = Some(question);
    }

    /// The relay does not know the session any more: a new one takes its place, with everything that was played.
    fn begin_again(&mut self, now: Now) {
        let Some(session) = &mut self.session else { return };
        session.session_id = None;
        session.register_id = pika_protocol::ActionId::random();
        session.code.clear();
        session.address.clear();
        self.keep_session();
        self.view.phase = LivePhase::Starting;
        self.tell_all_again(now);
        self.retry.by_socket();
        self.connect(now);
    }

    /// Lets time pass.
    pub(super) fn tick(&mut self, now: Now) {
        let went_on_ms = now.wall_ms.saturating_sub(self.last_wall_ms);
        self.last_wall_ms = now.wall_ms;
        self.hand_in_due(now);
        if self.stage == Stage::Off {
            return;
        }
        if now.steady >= self.next_alive && self.session.is_some() && self.stage == Stage::Running {
            self.next_alive = now.steady + ALIVE_EVERY;
            self.keep(Keep::Alive(now.wall_ms));
            self.keep_crowd(now);
        }
        if now.steady >= self.next_answers {
            self.next_answers = now.steady + ANSWERS_EVERY;
            self.flush_answers();
        }
        self.pass_minutes(now);
        self.expire_announcement(now);
        self.watch_connection(went_on_ms, now);
        if self.paused_until.is_some_and(|until| now.steady >= until) {
            self.pump(now);
        }
        if self.stage == Stage::Running && !matches!(self.conn, Conn::Up { .. }) {
            self.show_lost(now);
        }
        let waits = self.stage == Stage::Running && self.conn == Conn::None;
        if waits && self.retry.is_due(now) && !self.is_handing_in() {
            self.connect(now);
        }
    }

    fn watch_connection(&mut self, went_on_ms: i64, now: Now) {
        let slept = went_on_ms > SLEPT_MS;
        match &mut self.conn {
            Conn::None => {}
            Conn::Opening { deadline, .. } => {
                if now.steady >= *deadline {
                    self.lost(FailKind::Unreachable, None, now);
                }
            }
            Conn::Registering { deadline, way, .. } => {
                if now.steady >= *deadline {
                    // It connects and then says nothing: something in between holds it.
                    let kind = match way {
                        Way::Socket => FailKind::Blocked,
                        Way::Post => FailKind::Unreachable,
                    };
                    self.lost(kind, None, now);
                }
            }
            Conn::Up {
                way,
                since,
                next_ping,
                pinged,
                ..
            } => match way {
                Way::Post => {
                    if now.steady.saturating_sub(*since) >= self.timings.slow_way_for {
                        self.retry.by_socket();
                        self.connect(now);
                    }
                }
                Way::Socket => {
                    if slept {
                        // Either the connection is dead or the clock was set: asking tells.
                        self.slept_ms = went_on_ms;
                        *next_ping = now.steady;
                        *pinged = None;
                    }
                    match *pinged {
                        Some(asked) if now.steady >= asked.steady + self.timings.pong_within => {
                            self.lost(FailKind::Closed, None, now);
                        }
                        Some(asked) if now.steady >= asked.steady + self.timings.slow_after => {
                            self.set_link(LinkKind::Slow, now);
                        }
                        None if now.steady >= *next_ping => {
                            *pinged = Some(now);
                            self.effects.push(Effect::Say(DjMessage::Ping {}));
                        }
                        _ => {}
                    }
                }
            },
        }
    }
}

/// The error that a close code stands for.
fn error_of(number: u16) -> Option<ErrorCode> {
    ErrorCode::ALL
        .iter()
        .copied()
        .find(|code| code.number() == number)
}

/// What a message that is given up was, as it follows "no".
pub(super) fn what(message: &DjMessage) -> &'static str {
    match message {
        DjMessage::StartPoll { .. }
        | DjMessage::ExtendPoll { .. }
        | DjMessage::EndPoll { .. }
        | DjMessage::CancelPoll { .. } => "poll",
        DjMessage::BroadcastAnnouncement { .. } | DjMessage::CancelAnnouncement { .. } => "announcement",
        DjMessage::SetPin { .. } => "change of the PIN",
        DjMessage::SetListed { .. } => "change of the list",
        _ => "message",
    }
}
