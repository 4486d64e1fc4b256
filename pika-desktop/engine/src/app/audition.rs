//! Listening before playing: nothing may reach the room by surprise.

use super::App;
use crate::{audition::AuditionCommand, command::Audition};

impl App {
    /// Passes a wish on to the player. The first one to play while live is asked back:
    /// it waits as `audition_question` until [`Audition::WhileLive`] answers.
    pub(super) fn audition(&mut self, wish: Audition) -> bool {
        let command = match wish {
            Audition::Play { .. } if self.is_live() && !self.audition_while_live => {
                self.state.audition_question = Some(wish);
                return true;
            }
            Audition::Play { track, path, from_s } => AuditionCommand::Play { track, path, from_s },
            Audition::Pause => AuditionCommand::Pause,
            Audition::Seek(seconds) => AuditionCommand::Seek(seconds),
            Audition::Volume(volume) => AuditionCommand::Volume(volume),
            Audition::WhileLive(allowed) => {
                let waiting = self.state.audition_question.take();
                self.audition_while_live |= allowed;
                return match waiting {
                    Some(wish) if allowed => self.audition(wish),
                    _ => true,
                };
            }
            Audition::ListOutputs => AuditionCommand::ListOutputs,
            Audition::Stop => AuditionCommand::Stop,
        };
        self.audition.ask(command)
    }

    /// Asks anew in the next session, and never lets sound go on into one unasked.
    pub(super) fn audition_meets_session(&mut self, was_live: bool) {
        if self.is_live() == was_live {
            return;
        }
        self.audition_while_live = false;
        self.state.audition_question = None;
        if self.is_live() && self.state.audition.is_running() {
            self.audition.ask(AuditionCommand::Pause);
        }
    }

    pub(super) fn is_live(&self) -> bool {
        self.state.live.is_on_air()
    }
}
