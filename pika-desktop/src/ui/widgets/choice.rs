//! One of several that exclude each other.

use eframe::egui::{Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{frame::focus_ring, text::elided};
use crate::ui::theme::{Theme, radius, text};

/// One of several, with a round mark; returns whether it was pressed.
pub fn choice(ui: &mut Ui, name: &str, words: &str, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 56.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    let corner = f32::from(radius::CONTROL);
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, corner, theme.bg1);
    }
    let center = rect.left_center() + vec2(11.0, 0.0);
    if chosen {
        painter.circle_filled(center, 9.0, theme.spark);
        painter.circle_filled(center, 4.0, theme.on_spark);
    } else {
        painter.circle_stroke(center, 8.5, Stroke::new(1.5, theme.line_strong));
    }
    let room = width - 44.0;
    let title = elided(painter, name, text::strong(), theme.text, room);
    let about = elided(painter, words, text::body(), theme.text2, room);
    let left = rect.left() + 36.0;
    painter.galley(pos2(left, rect.center().y - 20.0), title, theme.text);
    painter.galley(pos2(left, rect.center().y), about, theme.text2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, (1.0, theme.line));
    focus_ring(ui, &response, corner);
    response.clicked()
}
