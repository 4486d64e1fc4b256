//! Sessions that are over here while their relays have not heard all of them: put aside, handed in when that relay can
//! be reached, in nobody's way.

use std::time::Duration;

use pika_protocol::{ActionId, DjMessage};

use super::{
    Conn, Effect, LinkKind, Machine, Stage, info,
    shelf::{self, MOST},
};
use crate::{
    live::{
        clock::Now,
        hand_in::{HandedIn, Outcome},
        owner::Owner,
        state::{EndedSession, LivePhase, OwedSession},
        store::{Keep, SavedAside, SavedSession},
        words,
    },
    relay_access::RelayAccess,
};

impl Machine {
    /// What the relay has not confirmed of the session that is on.
    pub(super) fn to_confirm(&self) -> Option<OwedSession> {
        let session = self.session.as_ref().filter(|_| self.outbox.waiting() > 0)?;
        Some(OwedSession {
            session_id: session.session_id,
            name: session.name.clone(),
            relay: words::relay_name(&session.place),
            songs: self.outbox.songs(),
            whose: None,
            problem: None,
        })
    }

    /// What was put aside before this start.
    pub(super) fn fill_shelf(&mut self, aside: Vec<SavedAside>, now: Now) {
        for saved in aside {
            self.shelf.add(saved, now);
        }
        self.show_owed();
    }

    /// The session is over here, whatever its relay has heard: nothing waits for it any more. What it owes is kept.
    pub(super) fn put_aside(&mut self, now: Now) {
        let Some(told) = self.shelve(now.wall_ms, now) else {
            return;
        };
        self.over(now);
        if !self.view.is_test() {
            self.notice(told.words(), true, now);
        }
        self.hand_in_due(now);
    }

    /// Puts the session aside, without a word. It ended at `ended_at_ms`.
    pub(super) fn shelve(&mut self, ended_at_ms: i64, now: Now) -> Option<OwedSession> {
        self.flush_answers();
        self.outbox.lost();
        let mut session = self.session.take()?;
        let mut owed_messages = self.outbox.drain_all();
        let has_end = |message: &DjMessage| matches!(message, DjMessage::EndSession { .. });
        if !owed_messages.iter().any(has_end) {
            let id = ActionId::random();
            let end = DjMessage::EndSession { id };
            self.keep(Keep::Push(id, Box::new(end.clone())));
            owed_messages.push(end);
        }
        session.ending = true;
        let number = self.aside_number(now);
        self.keep(Keep::Aside(number, Box::new(session.clone())));
        if let Some(session_id) = session.session_id {
            self.effects.push(Effect::Ended(Box::new(EndedSession {
                session_id,
                access: None,
                info: info(&session),
                ended_at_ms,
                peak: self.view.crowd.peak,
            })));
        }
        let told = shelf::owed(&session, &owed_messages, None);
        self.shelf.add(
            SavedAside {
                number,
                session,
                owed: owed_messages,
            },
            now,
        );
        if self.shelf.sessions.len() > MOST {
            let oldest = self.shelf.sessions.remove(0);
            self.keep(Keep::AsideGone(oldest.saved.number));
            self.notice(words::given_up(&oldest.saved.session.name), true, now);
        }
        self.show_owed();
        self.clear();
        Some(told)
    }

    /// A number that nothing else has that was put aside, not even what could not be read of it yet.
    pub(in crate::live) fn aside_number(&self, now: Now) -> i64 {
        self.shelf.last_number.saturating_add(1).max(now.wall_ms)
    }

    fn show_owed(&mut self) {
        let waits_for = |session: &SavedSession| {
            let owner = session.owner.as_ref()?;
            let is_others =
                self.at_place(&session.place).next().is_some() && self.access_for(session).is_none();
            is_others.then(|| owner.name().to_owned())
        };
        self.view.owed = self.shelf.shown(waits_for);
    }

    /// The relay does not take the token. One that it never took tells nothing of whose the session is; one that it took
    /// before was replaced or revoked, and the next one may well be the same DJ's.
    pub(super) fn token_is_refused(&mut self) {
        let Some(session) = &mut self.session else { return };
        if session.session_id.is_none() {
            session.owner = None;
            self.keep_session();
        } else {
            self.needs_token = true;
        }
    }

    /// The relay takes the session with the token that there is.
    pub(super) fn token_is_taken(&mut self) {
        self.needs_token = false;
        let session = self.session.as_ref();
        let access = session.and_then(|session| self.access_for(session)).cloned();
        let owner = access.and_then(|access| self.owner_of(&access));
        if let (Some(owner), Some(session)) = (owner, &mut self.session) {
            session.owner.get_or_insert_default().renew(owner);
        }
    }

    /// A new token is there, or more is known of it; where one was asked for, it is the session's, unless that may be
    /// another DJ's.
    pub(super) fn token_is_new(&mut self, access: &RelayAccess) {
        let owner = self.owner_of(access).filter(|_| self.needs_token);
        if let (Some(owner), Some(session)) = (owner, &mut self.session)
            && session.place == access.place()
            && let Some(its) = session.owner.as_mut().filter(|its| its.gives_way_to(&owner))
        {
            its.renew(owner);
            self.keep_session();
        }
    }

    /// Another account is connected, or more is known of the one that is: whose is what?
    pub(super) fn look_at_owners(&mut self) {
        let known = [&self.access, &self.account].into_iter().flatten();
        let known: Vec<(String, Owner)> = known
            .filter_map(|access| Some((access.place().to_owned(), self.owner_of(access)?)))
            .collect();
        let learn = |session: &mut SavedSession| {
            let owners = known.iter().filter(|(place, _)| *place == session.place);
            let mut is_news = false;
            for (_, known) in owners {
                is_news |= session.owner.as_mut().is_some_and(|owner| owner.learn(known));
            }
            is_news
        };
        if self.session.as_mut().is_some_and(learn) {
            self.keep_session();
        }
        let mut changed = Vec::new();
        for aside in &mut self.shelf.sessions {
            if learn(&mut aside.saved.session) {
                let session = Box::new(aside.saved.session.clone());
                changed.push(Keep::AsideSession(aside.saved.number, session));
            }
        }
        self.effects.extend(changed.into_iter().map(Effect::Keep));
        let before = std::mem::take(&mut self.view.owed);
        self.show_owed();
        if before != self.view.owed {
            self.changed_now();
        }
    }

    /// Whether the session is on the relay inside this program.
    pub(super) fn is_here(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.place == "local")
    }

    /// How to publish at this place, as whomever.
    fn at_place(&self, place: &str) -> impl Iterator<Item = &RelayAccess> {
        let known = [&self.access, &self.account];
        known
            .into_iter()
            .flatten()
            .filter(move |access| access.place() == place)
    }

    /// Who publishes with this access.
    pub(super) fn owner_of(&self, access: &RelayAccess) -> Option<Owner> {
        let is_account = self.account.as_ref() == Some(access);
        Owner::of(access, self.account_name.as_ref().filter(|_| is_account))
    }

    /// Whether this is a way to publish as the session's own account.
    pub(super) fn may_publish(&self, access: &RelayAccess, session: &SavedSession) -> bool {
        let is_its = |owner: &Owner| self.owner_of(access).is_some_and(|it| it.is(owner));
        access.place() == session.place && session.owner.as_ref().is_none_or(is_its)
    }

    /// How to publish what belongs to this session, where that is known.
    pub(super) fn access_for(&self, session: &SavedSession) -> Option<&RelayAccess> {
        let mut known = self.at_place(&session.place);
        known.find(|access| self.may_publish(access, session))
    }

    /// Whether something must be handed in before this session can begin: a relay has one session of an account at a
    /// time.
    pub(super) fn owes(&self, session: &SavedSession) -> bool {
        let access = self.access_for(session);
        // What was refused for good waits for another right to publish, and nobody waits for it.
        let mut sessions = self.shelf.sessions.iter();
        sessions.any(|aside| {
            let is_refused = aside.refused.as_ref().is_some_and(|(to, _)| Some(to) == access);
            let owes = &aside.saved.session;
            owes.place == session.place && self.access_for(owes) == access && !is_refused
        })
    }

    /// Whether something is being handed in, or waits for that, before the session can begin.
    pub(super) fn is_handing_in(&self) -> bool {
        let session = self.session.as_ref();
        let waits = session.is_some_and(|session| session.session_id.is_none() && self.owes(session));
        waits && (self.shelf.at_work.is_some() || self.retry.at().is_none())
    }

    /// Hands in the oldest of what is due, one at a time.
    pub(super) fn hand_in_due(&mut self, now: Now) {
        if self.shelf.at_work.is_some() {
            return;
        }
        let due = self.shelf.sessions.iter().find_map(|aside| {
            let access = self.access_for(&aside.saved.session)?;
            let is_refused = aside.refused.as_ref().is_some_and(|(to, _)| to == access);
            (!is_refused && aside.next <= now.steady).then(|| (access.clone(), aside.saved.clone()))
        });
        if let Some((access, saved)) = due {
            self.shelf.at_work = Some(saved.number);
            self.effects.push(Effect::HandIn {
                access,
                saved: Box::new(saved),
            });
        }
    }

    /// When something is to be handed in next, on the steady clock.
    pub(super) fn next_hand_in(&self) -> Option<Duration> {
        if self.shelf.at_work.is_some() {
            return None;
        }
        let waiting = self.shelf.sessions.iter().filter(|aside| {
            let access = self.access_for(&aside.saved.session);
            access.is_some_and(|access| aside.refused.as_ref().is_none_or(|(to, _)| to != access))
        });
        waiting.map(|aside| aside.next).min()
    }

    /// Everything that is owed at this place is tried at once: the DJ asks, or the way there is another one.
    pub(super) fn hand_in_now(&mut self, place: &str, now: Now) {
        for aside in &mut self.shelf.sessions {
            if aside.saved.session.place == place {
                aside.next = now.steady;
            }
        }
        self.hand_in_due(now);
    }

    /// A try to hand something in is over.
    pub(super) fn handed_in(&mut self, number: i64, access: &RelayAccess, handed: &HandedIn, now: Now) {
        self.shelf.at_work = None;
        for id in &handed.confirmed {
            self.keep(Keep::AsideDone(*id));
        }
        let random = self.retry.random();
        let sessions = &mut self.shelf.sessions;
        let Some(at) = sessions.iter().position(|aside| aside.saved.number == number) else {
            return; // Given up meanwhile.
        };
        let aside = &mut sessions[at];
        aside
            .saved
            .owed
            .retain(|message| message.id().is_none_or(|id| !handed.confirmed.contains(&id)));
        let place = aside.saved.session.place.clone();
        if !handed.confirmed.is_empty() {
            aside.backoff.reset();
        }
        match handed.outcome {
            Outcome::Over => {
                let over = sessions.remove(at).saved;
                self.keep(Keep::AsideGone(number));
                let is_song = |message: &&DjMessage| matches!(message, DjMessage::NowPlaying { .. });
                let lost = over.owed.iter().filter(is_song).count();
                self.handed_in_anew(&over.session, handed, now);
                if !over.session.is_test {
                    let words = match lost {
                        0 => words::complete(&over.session.name, &place),
                        songs => words::ended_before(&over.session.name, &place, songs),
                    };
                    self.notice(words, lost > 0, now);
                }
            }
            Outcome::Later(wait) => aside.next = now.steady + wait,
            Outcome::Unreached(_) => aside.next = now.steady + aside.backoff.failed(random),
            Outcome::Refused(code) => aside.refused = Some((access.clone(), code)),
        }
        self.show_owed();
        self.changed_now();
        self.handed_in_before(&place, handed.outcome, now);
        self.hand_in_due(now);
    }

    /// A relay that had never heard of the session, or had lost it, knows it by another id: the night is told of.
    fn handed_in_anew(&mut self, session: &SavedSession, handed: &HandedIn, now: Now) {
        let Some(session_id) = handed.session_id.filter(|id| session.session_id != Some(*id)) else {
            return;
        };
        self.effects.push(Effect::Ended(Box::new(EndedSession {
            session_id,
            access: None,
            info: info(session),
            ended_at_ms: now.wall_ms,
            peak: 0,
        })));
    }

    /// The session that is to begin at this place waited for that.
    fn handed_in_before(&mut self, place: &str, outcome: Outcome, now: Now) {
        let waits = self.stage == Stage::Running && self.conn == Conn::None;
        let session = self.session.as_ref();
        if !waits || session.is_none_or(|session| session.place != place || session.session_id.is_some()) {
            return;
        }
        match outcome {
            Outcome::Over => self.connect(now),
            Outcome::Later(_) => {}
            Outcome::Unreached(kind) => self.lost(kind, None, now),
            Outcome::Refused(code) => self.refused(code, "", None, now),
        }
    }

    /// Nothing is on any more.
    pub(super) fn over(&mut self, now: Now) {
        self.view.phase = LivePhase::Ended;
        self.view.ended_at_ms = Some(now.wall_ms);
        self.view.poll = None;
        self.view.announcement = None;
        self.view.question = None;
        self.view.playing = None;
        self.view.link.problem = None;
        self.view.link.retry_at_ms = None;
        self.view.link.slow_way = false;
        self.set_link(LinkKind::Idle, now);
        self.changed_now();
    }
}
