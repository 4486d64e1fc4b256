//! What a screen asks for while it is drawn: nothing happens before the frame is done.

use crate::dialogs::{ChooseFor, DialogWish};
use pika_engine::command::Command;

/// Commands for the program and wishes to the window, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Requests {
    commands: Vec<Command>,
    dialogs: Vec<DialogWish>,
}

impl Requests {
    /// Asks the program for something.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks the program for several things, in this order.
    pub fn extend(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.commands.extend(commands);
    }

    /// Lets the DJ choose a folder or a file; the answer is a [`crate::dialogs::DialogReport`].
    pub fn choose(&mut self, purpose: ChooseFor) {
        self.dialogs.push(DialogWish::Choose(purpose));
    }

    /// Takes a path that was typed instead of chosen.
    pub fn choose_typed(&mut self, purpose: ChooseFor, path: String) {
        self.dialogs.push(DialogWish::Typed { purpose, path });
    }

    /// Takes the commands that were asked for so far.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// Takes the dialogs that were asked for so far.
    pub fn take_dialogs(&mut self) -> Vec<DialogWish> {
        std::mem::take(&mut self.dialogs)
    }
}
