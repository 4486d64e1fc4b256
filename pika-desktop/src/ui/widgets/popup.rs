//! Popups and menus. Esc closes them, and so does a click beside them.

use eframe::egui::{Popup, PopupCloseBehavior, Response, Ui};

use super::over::{Over, mark};

/// A popup at what opens it, with things to set: it stays until a click beside it.
pub fn popup(over: Over, anchor: &Response, name: &str, content: impl FnOnce(&mut Ui)) {
    Popup::from_toggle_button_response(anchor)
        .accessible_name(name)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .gap(6.0)
        .show(|ui| {
            mark(ui.ctx(), over, true);
            content(ui);
        });
}

/// A menu at what opens it, `width` points wide.
pub fn menu(over: Over, anchor: &Response, width: f32, content: impl FnOnce(&mut Ui)) {
    Popup::menu(anchor).width(width).show(|ui| {
        mark(ui.ctx(), over, true);
        content(ui);
    });
}

/// The menu of a second click.
pub fn context_menu(over: Over, anchor: &Response, content: impl FnOnce(&mut Ui)) {
    Popup::context_menu(anchor).show(|ui| {
        mark(ui.ctx(), over, true);
        content(ui);
    });
}
