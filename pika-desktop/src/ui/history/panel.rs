//! The ground that each part of a night stands on.

use eframe::egui::{CornerRadius, Rect, Stroke, StrokeKind, Ui, vec2};

use crate::ui::{
    theme::{Theme, radius, text},
    widgets::Caption,
};

/// A raised ground with a hairline round it.
pub(super) fn ground(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::PANEL),
        theme.bg1,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );
}

/// A ground with a title.
pub(super) fn panel(ui: &Ui, rect: Rect, title: &str) {
    ground(ui, rect);
    let theme = Theme::of(ui);
    Caption::new(title, text::section(), theme.text).left(ui, rect.left_top() + vec2(21.0, 27.0));
}
