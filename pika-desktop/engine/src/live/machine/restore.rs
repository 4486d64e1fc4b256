//! What was kept, at a start and, where it could not be read then, later.

use pika_protocol::{DeviceId, DjMessage};

use super::{Effect, Machine, SILENT_RESUME_MS, Stage, info};
use crate::live::{
    clock::Now,
    state::{Crowd, LivePhase, LiveQuestion},
    store::{Keep, Saved, SavedSession},
};

impl Machine {
    /// Goes on with what was kept.
    pub(super) fn restore(&mut self, saved: Saved, now: Now) {
        self.fill_shelf(saved.aside, now);
        let Some(mut session) = saved.session else { return };
        // A clock that was set back meanwhile: what plays from now on bears its times, and belongs to the session.
        let set_back_ms = saved.alive_at_ms.saturating_sub(now.wall_ms).max(0);
        session.began_at_ms = session.began_at_ms.saturating_sub(set_back_ms);
        self.told.extend(saved.told);
        self.wait_for(saved.outbox);
        if let Some(crowd) = saved.crowd {
            self.restore_crowd(crowd, now);
        }
        let away_ms = now.wall_ms.saturating_sub(saved.alive_at_ms);
        self.go_on_with(session, away_ms, saved.alive_at_ms, now);
    }

    /// These wait to be sent; they are on disk already.
    fn wait_for(&mut self, messages: Vec<DjMessage>) {
        for message in messages {
            if let Some(id) = message.id() {
                self.outbox.push(id, message, false);
            }
        }
    }

    /// What was kept could be read after all, later than at the start: a session that was kept goes on, unless another
    /// one is on by now.
    pub(super) fn read_late(&mut self, mut saved: Saved, now: Now) {
        match &self.session {
            None => {
                self.restore(saved, now);
                if self.stage == Stage::Running {
                    self.connect(now);
                }
            }
            Some(session) => {
                let is_same = session.is_same(saved.session.as_ref());
                self.fill_shelf(std::mem::take(&mut saved.aside), now);
                if is_same {
                    self.join(saved, now);
                }
            }
        }
        self.hand_in_due(now);
        self.changed_now();
    }

    /// The session that is on is the one that was kept. It began here by wiping the disk of whatever was there, so all
    /// of it is kept once more.
    fn join(&mut self, saved: Saved, now: Now) {
        let plays = saved.told.iter().copied().map(Keep::Told);
        let messages = saved.outbox.iter().filter_map(|message| {
            let id = message.id()?;
            Some(Keep::Push(id, Box::new(message.clone())))
        });
        self.effects.extend(plays.chain(messages).map(Effect::Keep));
        self.told.extend(saved.told);
        self.wait_for(saved.outbox);
        if let Some(crowd) = saved.crowd {
            self.join_crowd(crowd, now);
        }
        self.pump(now);
    }

    /// Whether a session is on, or was kept, that this is not.
    pub(in crate::live) fn has_other(&self, kept: &SavedSession) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| !session.is_same(Some(kept)))
    }

    /// Whether a session is on.
    pub(in crate::live) fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// The installation's id could be read after all.
    pub(in crate::live) fn is_device(&mut self, device: DeviceId) {
        self.me.device = device;
    }

    /// Goes on with a session of before.
    fn go_on_with(&mut self, session: SavedSession, away_ms: i64, last_seen_ms: i64, now: Now) {
        let is_registered = session.session_id.is_some();
        // Nobody waits for a test to go on.
        if session.is_test && !session.ending && !is_registered {
            return self.forget();
        }
        let is_over = session.ending || session.is_test;
        self.view.session = Some(info(&session));
        self.session = Some(session);
        if is_over {
            self.shelve(last_seen_ms, now);
            self.view.session = None;
            self.view.crowd = Crowd::default();
            return;
        }
        self.may_be_known = true;
        if let Some(shown) = self.view.session.as_mut().filter(|shown| shown.local) {
            // The port may be another one this time: it is known once the relay has registered it.
            shown.address.clear();
        }
        self.view.phase = if is_registered {
            LivePhase::OnAir
        } else {
            LivePhase::Starting
        };
        if away_ms <= SILENT_RESUME_MS {
            self.stage = Stage::Running;
            return;
        }
        self.stage = Stage::Waiting;
        self.view.phase = LivePhase::Off;
        self.view.question = self.session.as_ref().map(|session| LiveQuestion::Resume {
            name: session.name.clone(),
            code: session.code.clone(),
            last_seen_ms,
        });
    }
}
