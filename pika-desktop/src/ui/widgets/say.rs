//! Words painted at a place of their own, which a screen reader finds all the same.

use eframe::egui::{Align2, Color32, FontId, Pos2, Rect, Role, Sense, Ui, WidgetInfo};

use super::text::elided;

/// Paints words with `anchor` at `at`; a reader finds them. Returns where they are.
pub(in crate::ui) fn say(
    ui: &Ui,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> Rect {
    say_within(ui, at, anchor, text, font, color, f32::INFINITY)
}

/// As [`say`], in one line no wider than `width`, ending in `…` where it would be.
pub(in crate::ui) fn say_within(
    ui: &Ui,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Rect {
    let galley = elided(ui.painter(), text, font, color, width);
    let rect = anchor.anchor_size(at, galley.size());
    name_at(ui, rect, text);
    if ui.is_rect_visible(rect) {
        ui.painter().galley(rect.min, galley, color);
    }
    rect
}

/// Lets a reader find `text` at `rect`.
pub(in crate::ui) fn name_at(ui: &Ui, rect: Rect, text: &str) {
    let id = ui
        .scope_id()
        .with((text, rect.min.x.to_bits(), rect.min.y.to_bits()));
    let response = ui.interact(rect, id, Sense::empty());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}
