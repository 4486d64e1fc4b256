//! Words painted at a place of their own, which a screen reader finds all the same.

use eframe::egui::{Align2, Color32, FontId, Pos2, Rect, Role, Sense, Ui, WidgetInfo};

use super::text::elided;

/// Words in one line, to be painted where no layout puts them.
#[derive(Debug, Clone)]
pub(in crate::ui) struct Caption<'a> {
    text: &'a str,
    font: FontId,
    color: Color32,
    /// In points.
    width: f32,
}

impl<'a> Caption<'a> {
    /// As wide as they are.
    pub(in crate::ui) fn new(text: &'a str, font: FontId, color: Color32) -> Self {
        Self {
            text,
            font,
            color,
            width: f32::INFINITY,
        }
    }

    /// No wider than `width` points, ending in `…` where they would be.
    pub(in crate::ui) fn within(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Paints them beginning at `at`, their middle as high as it. Returns where they are.
    pub(in crate::ui) fn left(self, ui: &Ui, at: Pos2) -> Rect {
        self.at(ui, at, Align2::LEFT_CENTER)
    }

    /// Paints them ending at `at`, their middle as high as it. Returns where they are.
    pub(in crate::ui) fn right(self, ui: &Ui, at: Pos2) -> Rect {
        self.at(ui, at, Align2::RIGHT_CENTER)
    }

    /// Paints them round `at`. Returns where they are.
    pub(in crate::ui) fn center(self, ui: &Ui, at: Pos2) -> Rect {
        self.at(ui, at, Align2::CENTER_CENTER)
    }

    /// Paints them with `anchor` at `at`. Returns where they are.
    pub(in crate::ui) fn at(self, ui: &Ui, at: Pos2, anchor: Align2) -> Rect {
        let galley = elided(ui.painter(), self.text, self.font, self.color, self.width);
        let rect = anchor.anchor_size(at, galley.size());
        name_at(ui, rect, self.text);
        if ui.is_rect_visible(rect) {
            ui.painter().galley(rect.min, galley, self.color);
        }
        rect
    }
}

/// Lets a reader find `text` at `rect`.
pub(in crate::ui) fn name_at(ui: &Ui, rect: Rect, text: &str) {
    let id = ui
        .scope_id()
        .with((text, rect.min.x.to_bits(), rect.min.y.to_bits()));
    let response = ui.interact(rect, id, Sense::empty());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}
