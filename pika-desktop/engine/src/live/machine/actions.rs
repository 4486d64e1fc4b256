//! What the DJ's program asks of the session.

use pika_protocol::{ActionId, AnnouncementId, DjMessage, PollId, feedback::PollCloses, limits};
use uuid::Uuid;

use super::{Conn, Effect, Machine, Stage, info};
use crate::{
    live::{
        clock::Now,
        command::{LiveAnswer, LiveCommand, NewSession},
        owner::Owner,
        state::{EndedSession, LinkKind, LivePhase, LiveQuestion, LiveState},
        store::{Keep, SavedSession},
        wire,
        words::{self, Words},
    },
    relay_access::RelayAccess,
};

impl Machine {
    pub(super) fn obey(&mut self, command: LiveCommand, now: Now) {
        match command {
            LiveCommand::Relay(access) => self.set_access(access, now),
            LiveCommand::Account(Some(access)) => self.set_access(access, now),
            LiveCommand::Account(None) => self.access = None,
            LiveCommand::KnownAccount { access, name } => {
                self.account = access;
                self.account_name = name;
                self.look_at_owners();
                self.hand_in_due(now);
            }
            LiveCommand::LocalAddress(address) => self.move_to(address, now),
            LiveCommand::GoLive(wanted) => self.go_live(wanted, now),
            LiveCommand::Played { play, current } => {
                self.tell(&play, current, now);
                if current {
                    self.view.playing = Some(play.play_id);
                    self.playing = Some(*play);
                    self.changed_now();
                }
            }
            LiveCommand::CatchUp(plays) => {
                for play in plays {
                    if !self.told.contains(&play.play_id) {
                        self.tell(&play, false, now);
                    }
                }
            }
            LiveCommand::Remove(play) => self.remove(play, now),
            LiveCommand::Stopped { at_ms } => self.stopped(at_ms, now),
            LiveCommand::Answer(answer) => self.decided(answer, now),
            LiveCommand::StartPoll {
                question,
                options,
                closes,
            } => self.start_poll(question, options, closes, now),
            LiveCommand::ExtendPoll { seconds } => {
                self.on_poll(now, |id, poll_id| DjMessage::ExtendPoll { id, poll_id, seconds });
            }
            LiveCommand::EndPoll => self.on_poll(now, |id, poll_id| DjMessage::EndPoll { id, poll_id }),
            LiveCommand::CancelPoll => {
                self.on_poll(now, |id, poll_id| DjMessage::CancelPoll { id, poll_id });
            }
            LiveCommand::Announce { text, seconds } => self.announce(&text, seconds, now),
            LiveCommand::CancelAnnouncement => {
                let Some(announcement) = &self.view.announcement else {
                    return self.notice(Words::new("Nothing is announced.", ""), false, now);
                };
                let (id, announcement_id) = (ActionId::random(), announcement.id);
                self.now_or_never(DjMessage::CancelAnnouncement { id, announcement_id }, now);
            }
            LiveCommand::SetPin(pin) => self.set_pin(pin, now),
            LiveCommand::SetListed(listed) => {
                let id = ActionId::random();
                self.now_or_never(DjMessage::SetListed { id, listed }, now);
            }
            LiveCommand::ReconnectNow => {
                let is_waiting = self.stage == Stage::Running && self.conn == Conn::None;
                if is_waiting {
                    self.connect(now);
                }
            }
            LiveCommand::End => self.end(now),
            LiveCommand::FetchRecaps(_) => {}
        }
    }

    fn set_access(&mut self, access: RelayAccess, now: Now) {
        let is_new = self.access.as_ref() != Some(&access);
        self.token_is_new(&access);
        let fits = self
            .session
            .as_ref()
            .is_some_and(|session| self.may_publish(&access, session));
        let place = access.place().to_owned();
        self.access = Some(access);
        if is_new {
            self.look_at_owners();
            self.hand_in_now(&place, now);
        }
        // An account that is asked about once more is gone for a moment: its connection need not go, too.
        let is_open = self.opened_with == self.access;
        // Whose it is may be known later than the token itself.
        let is_awaited = self.conn == Conn::None && self.retry.at().is_none();
        if !fits || is_open || !(is_new || is_awaited) {
            return;
        }
        // A new token ends the waiting, unless the DJ must answer something.
        if self.stage == Stage::Waiting && self.view.question.is_none() {
            self.stage = Stage::Running;
        }
        if self.stage == Stage::Running {
            self.view.link.problem = None;
            self.connect(now);
        }
    }

    /// Dancers find the relay inside this program elsewhere from now on.
    fn move_to(&mut self, address: String, now: Now) {
        let before = self.local_address.replace(address);
        if before == self.local_address {
            return;
        }
        let Some(session) = &mut self.session else { return };
        let Some(address) = local_address(session, self.local_address.as_deref()) else {
            return;
        };
        if session.address.is_empty() || session.address == address {
            return;
        }
        session.address = address;
        self.keep_session();
        let words = Words::new(
            "This laptop has another address now.",
            "The QR code is new: dancers on this Wi-Fi scan it again.",
        );
        self.notice(words, false, now);
    }

    fn go_live(&mut self, wanted: NewSession, now: Now) {
        let Some(access) = &self.access else {
            let words = Words::new(
                "No relay is chosen.",
                "Name one in the settings, or use the local relay.",
            );
            return self.cannot_start(words, now);
        };
        let (place, owner) = (access.place().to_owned(), self.owner_of(access));
        if wanted.pin.as_deref().is_some_and(|pin| !limits::is_pin(pin)) {
            return self.cannot_start(Words::new("A PIN has 4 to 8 digits.", ""), now);
        }
        if !self.makes_way(&place, owner.as_ref(), now) {
            return;
        }
        let notice = self.view.notice.take();
        let session = new_session(wanted, place, owner, now);
        self.view = LiveState {
            phase: LivePhase::Starting,
            session: Some(info(&session)),
            notice,
            owed: std::mem::take(&mut self.view.owed),
            ..LiveState::default()
        };
        self.clock.forget();
        self.effects.extend(session.mark.map(Effect::Began));
        self.session = Some(session);
        self.keep_session();
        self.keep(Keep::Alive(now.wall_ms));
        self.stage = Stage::Running;
        self.retry.begin();
        if let Some(play) = self.playing.clone() {
            self.tell(&play, true, now);
            self.view.playing = Some(play.play_id);
        }
        self.connect(now);
        self.changed_now();
    }

    /// Whether a new session may begin at this place. One that is on elsewhere, or is ending, gives way: what its relay
    /// has not heard is kept for it.
    fn makes_way(&mut self, place: &str, owner: Option<&Owner>, now: Now) -> bool {
        let Some(session) = &self.session else {
            self.forget();
            return true;
        };
        let is_others = session
            .owner
            .as_ref()
            .zip(owner)
            .is_some_and(|(its, owner)| !its.is(owner));
        let gives_way = session.ending || session.place != place || is_others;
        let is_known = session.session_id.is_some() || self.may_be_known;
        if !gives_way && self.view.question.is_some() {
            let words = Words::new(
                "One question first.",
                "Go on with the session there is, or end it.",
            );
            self.notice(words, true, now);
            return false;
        }
        if !gives_way && self.stage == Stage::Running {
            let words = Words::new(
                "You are live already.",
                "End this session before another one begins.",
            );
            self.notice(words, true, now);
            return false;
        }
        if is_known && self.elsewhere.is_none() {
            self.put_aside(now);
        } else {
            self.forget();
        }
        true
    }

    fn cannot_start(&mut self, words: Words, now: Now) {
        self.view.link.problem = Some(words);
        self.set_link(LinkKind::Refused, now);
        self.changed_now();
    }

    fn decided(&mut self, answer: LiveAnswer, now: Now) {
        let Some(question) = self.view.question.take() else {
            return self.notice(Words::new("This question is answered.", ""), false, now);
        };
        self.changed_now();
        match (answer, question) {
            (LiveAnswer::GoOn, LiveQuestion::Resume { .. }) => self.run_again(now),
            (LiveAnswer::GoOn, LiveQuestion::TakeOver { .. }) => {
                let live = self.elsewhere.take();
                let began_at_ms = live.as_ref().map(|live| self.local(live.started_at));
                if let (Some(live), Some(began_at_ms), Some(session)) = (live, began_at_ms, &mut self.session)
                {
                    session.session_id = Some(live.session_id);
                    session.name = wire::short(&live.name);
                    session.began_at_ms = began_at_ms;
                    // It began before the mark.
                    session.mark = None;
                }
                self.keep_session();
                self.take_over = true;
                self.run_again(now);
            }
            (LiveAnswer::End, LiveQuestion::Resume { .. }) => {
                self.run_again(now);
                self.end(now);
            }
            (LiveAnswer::Leave, _) | (LiveAnswer::End, LiveQuestion::TakeOver { .. }) => {
                self.forget();
                self.view = LiveState {
                    owed: std::mem::take(&mut self.view.owed),
                    ..LiveState::default()
                };
                self.changed_now();
            }
        }
    }

    fn run_again(&mut self, now: Now) {
        let Some(session) = &self.session else { return };
        self.stage = Stage::Running;
        self.view.phase = if session.session_id.is_some() {
            LivePhase::OnAir
        } else {
            LivePhase::Starting
        };
        self.view.session = Some(info(session));
        self.view.link.problem = None;
        self.retry.worked();
        for (play, current) in std::mem::take(&mut self.held) {
            self.tell(&play, current, now);
        }
        if let Some(play) = self.playing.clone() {
            self.tell(&play, true, now);
            self.view.playing = Some(play.play_id);
        }
        self.connect(now);
    }

    fn start_poll(&mut self, question: String, options: Vec<String>, closes: PollCloses, now: Now) {
        if let Some(poll) = &self.view.poll {
            let words = Words::new("One poll at a time.", format!("Close “{}” first.", poll.question));
            return self.notice(words, true, now);
        }
        let message = DjMessage::StartPoll {
            id: ActionId::random(),
            poll_id: PollId::random(),
            question,
            options,
            closes,
        };
        self.now_or_never(message, now);
    }

    /// Says something about the open poll.
    fn on_poll(&mut self, now: Now, message: impl FnOnce(ActionId, PollId) -> DjMessage) {
        let Some(poll) = &self.view.poll else {
            return self.notice(Words::new("No poll is open.", ""), false, now);
        };
        let message = message(ActionId::random(), poll.id);
        self.now_or_never(message, now);
    }

    fn announce(&mut self, text: &str, seconds: Option<u32>, now: Now) {
        let text = limits::clean_text(text);
        let over = text.chars().count().saturating_sub(limits::ANNOUNCEMENT_CHARS);
        if over > 0 {
            let words = Words::new(
                format!("Too long by {over} characters."),
                format!("{} is the limit.", limits::ANNOUNCEMENT_CHARS),
            );
            return self.notice(words, true, now);
        }
        let message = DjMessage::BroadcastAnnouncement {
            id: ActionId::random(),
            announcement_id: AnnouncementId::random(),
            text,
            seconds,
        };
        self.now_or_never(message, now);
    }

    fn set_pin(&mut self, pin: Option<String>, now: Now) {
        if pin.as_deref().is_some_and(|pin| !limits::is_pin(pin)) {
            return self.notice(Words::new("A PIN has 4 to 8 digits.", ""), true, now);
        }
        let id = ActionId::random();
        self.now_or_never(DjMessage::SetPin { id, pin }, now);
    }

    /// Sends what makes sense now; offline it is refused.
    fn now_or_never(&mut self, message: DjMessage, now: Now) {
        if matches!(self.conn, Conn::Up { .. }) && self.view.phase == LivePhase::OnAir {
            self.push(message, true, now);
        } else {
            let what = super::connection::what(&message);
            self.notice(words::offline(what), true, now);
        }
    }

    fn end(&mut self, now: Now) {
        let Some(session) = &mut self.session else {
            return self.notice(
                Words::new("No session is on.", "There is nothing to end."),
                true,
                now,
            );
        };
        if session.ending {
            return; // It says so.
        }
        if session.session_id.is_none() && !self.may_be_known {
            // The relay never heard of it.
            self.forget();
            self.view = LiveState {
                owed: std::mem::take(&mut self.view.owed),
                ..LiveState::default()
            };
            return self.changed_now();
        }
        session.ending = true;
        self.keep_session();
        self.view.phase = LivePhase::Ending;
        self.push(
            DjMessage::EndSession {
                id: ActionId::random(),
            },
            false,
            now,
        );
        if self.conn == Conn::None {
            self.connect(now);
        }
        if self.conn == Conn::None {
            // There is nobody to tell it now.
            return self.put_aside(now);
        }
        self.changed_now();
    }

    /// The session is over.
    pub(super) fn ended(&mut self, now: Now) {
        self.flush_answers();
        if let Some(session) = &self.session
            && let Some(session_id) = session.session_id
        {
            let ended = EndedSession {
                session_id,
                access: self.access_for(session).cloned(),
                info: info(session),
                ended_at_ms: now.wall_ms,
                peak: self.view.crowd.peak,
            };
            self.effects.push(Effect::Ended(Box::new(ended)));
        }
        self.forget();
        self.over(now);
    }
}

/// A session that no relay has heard of yet.
fn new_session(wanted: NewSession, place: String, owner: Option<Owner>, now: Now) -> SavedSession {
    let name = wire::short(&wanted.name);
    SavedSession {
        place,
        owner,
        register_id: ActionId::random(),
        mark: Some(Uuid::new_v4()),
        name: if name.is_empty() {
            "Tonight".to_owned()
        } else {
            name
        },
        dj_name: wire::short(&wanted.dj_name),
        listed: wanted.listed,
        pin: wanted.pin,
        session_id: None,
        code: String::new(),
        address: String::new(),
        began_at_ms: now.wall_ms,
        ending: false,
        is_test: wanted.is_test,
        screen_key: None,
    }
}

/// Where dancers find a session of the relay inside this program, when they can.
pub(super) fn local_address(session: &SavedSession, relay: Option<&str>) -> Option<String> {
    let is_placed = session.place == "local" && !session.code.is_empty();
    relay
        .filter(|_| is_placed)
        .map(|relay| format!("{relay}/live/{}", session.code))
}
