//! The ground that each part of a night stands on.

use eframe::egui::{Rect, Ui, vec2};

use crate::ui::{
    theme::{Theme, radius, text},
    widgets::{self, Caption},
};

/// The ground itself.
pub(super) fn ground(ui: &Ui, rect: Rect) {
    widgets::ground(ui, rect, radius::PANEL);
}

/// A ground with a title.
pub(super) fn panel(ui: &Ui, rect: Rect, title: &str) {
    ground(ui, rect);
    let theme = Theme::of(ui);
    Caption::new(title, text::section(), theme.text).left(ui, rect.left_top() + vec2(21.0, 27.0));
}
