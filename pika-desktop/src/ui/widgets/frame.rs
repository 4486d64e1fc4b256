//! What is round a widget: the ring of the keyboard, the ground of a card.

use eframe::egui::{CornerRadius, Frame, InnerResponse, Margin, Rect, Response, Stroke, StrokeKind, Ui};

use crate::ui::theme::{Theme, radius};

/// The ring round what has the keyboard: 2 points, 2 away.
pub fn focus_ring(ui: &Ui, response: &Response, corner: f32) {
    // Only for who uses the keyboard: a click needs no ring.
    if response.has_focus() {
        if response.gained_focus() {
            // What scrolls brings it into view.
            response.scroll_to_me(None);
        }
        let theme = Theme::of(ui);
        ui.painter().rect_stroke(
            response.rect.expand(2.0),
            corner + 2.0,
            Stroke::new(2.0, theme.spark_text),
            StrokeKind::Outside,
        );
    }
}

/// A raised ground with a hairline round it, painted where no layout puts it.
pub fn ground(ui: &Ui, rect: Rect, corner: u8) {
    let theme = Theme::of(ui);
    let line = Stroke::new(1.0, theme.line);
    ui.painter().rect(
        rect,
        CornerRadius::same(corner),
        theme.bg1,
        line,
        StrokeKind::Inside,
    );
}

/// A card: raised ground, hairline, round corners.
pub fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    Frame::new()
        .fill(theme.bg1)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(CornerRadius::same(radius::PANEL))
        .inner_margin(Margin::same(16))
        .show(ui, content)
}
