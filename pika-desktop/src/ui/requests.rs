//! What a screen asks for while it is drawn: nothing happens before the frame is done.

use eframe::egui::{Rect, Ui};
use pika_engine::{app::Command, settings::SettingsChange};

use super::{
    deed::{By, Deed},
    screen::Screen,
    widgets::{CoverCache, CoverTraits, Toast},
};
use crate::dialogs::{ChooseFor, DialogWish};

/// Commands for the program and wishes to the window, in the order in which they were asked for; and the
/// covers, which every screen shares.
#[derive(Debug, Default)]
pub struct Requests {
    commands: Vec<Command>,
    dialogs: Vec<DialogWish>,
    toasts: Vec<Toast>,
    screen: Option<Screen>,
    deeds: Vec<(Deed, By)>,
    undoes: bool,
    /// Covers drawn so far: they live as long as the window.
    covers: CoverCache,
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

    /// Changes a setting.
    pub fn change(&mut self, change: SettingsChange) {
        self.push(Command::ChangeSettings(change));
    }

    /// Lets the DJ choose a folder or a file; the answer is a [`crate::dialogs::DialogReport`].
    pub fn choose(&mut self, purpose: ChooseFor) {
        self.dialogs.push(DialogWish::Choose(purpose));
    }

    /// Takes a path that was typed instead of chosen.
    pub fn choose_typed(&mut self, purpose: ChooseFor, path: String) {
        self.dialogs.push(DialogWish::Typed { purpose, path });
    }

    /// Goes to another screen; of several in one frame the last one counts.
    pub fn go(&mut self, screen: Screen) {
        self.screen = Some(screen);
    }

    /// Says something in passing.
    pub fn toast(&mut self, toast: Toast) {
        self.toasts.push(toast);
    }

    /// Asks for something that changes what dancers see.
    pub(super) fn reach(&mut self, deed: Deed, by: By) {
        self.deeds.push((deed, by));
    }

    /// Takes back what was done last, whatever it was.
    pub(super) fn undo(&mut self) {
        self.undoes = true;
    }

    /// Draws a cover into `rect`; one that was never drawn may come with a later frame.
    pub fn cover(&mut self, ui: &Ui, rect: Rect, traits: &CoverTraits) {
        self.covers.paint(ui, rect, traits);
    }

    /// Takes the commands that were asked for so far.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// Takes the dialogs that were asked for so far.
    pub fn take_dialogs(&mut self) -> Vec<DialogWish> {
        std::mem::take(&mut self.dialogs)
    }

    /// Takes the screen that was asked for last.
    pub(super) fn take_screen(&mut self) -> Option<Screen> {
        self.screen.take()
    }

    /// Takes what is to reach the room.
    pub(super) fn take_deeds(&mut self) -> Vec<(Deed, By)> {
        std::mem::take(&mut self.deeds)
    }

    /// Whether something is to be taken back; asked once.
    pub(super) fn take_undo(&mut self) -> bool {
        std::mem::take(&mut self.undoes)
    }

    /// Takes the toasts that were asked for so far.
    pub(super) fn take_toasts(&mut self) -> Vec<Toast> {
        std::mem::take(&mut self.toasts)
    }
}
