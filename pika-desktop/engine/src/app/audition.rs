//! Listening before playing: nothing may reach the room by surprise.

use super::{App, debts::Owed};
use crate::{audition::AuditionCommand, worker::Busy};

impl App {
    /// Passes a wish on to the player. The first one to play while live is asked back:
    /// it waits as `audition_question` until [`Self::audition_while_live`] answers.
    pub(super) fn audition(&mut self, wish: AuditionCommand) -> Result<(), Busy> {
        let plays = matches!(wish, AuditionCommand::Play { .. });
        if plays && self.is_live() && !self.audition_while_live {
            self.state.audition_question = Some(wish);
            return Ok(());
        }
        self.audition.ask(wish)
    }

    /// The DJ's answer to that question.
    pub(super) fn audition_while_live(&mut self, allowed: bool) -> Result<(), Busy> {
        let waiting = self.state.audition_question.take();
        self.audition_while_live |= allowed;
        match waiting {
            Some(wish) if allowed => self.audition(wish),
            _ => Ok(()),
        }
    }

    /// Asks anew in the next session, and never lets sound go on into one unasked.
    pub(super) fn audition_meets_session(&mut self, was_live: bool) {
        if self.is_live() == was_live {
            return;
        }
        self.audition_while_live = false;
        self.state.audition_question = None;
        if self.is_live() && self.state.audition.is_running() {
            self.must(Owed::Audition(AuditionCommand::Pause));
        }
    }

    pub(super) fn is_live(&self) -> bool {
        self.state.live.is_on_air()
    }
}
