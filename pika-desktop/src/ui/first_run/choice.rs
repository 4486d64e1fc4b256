//! A card of which one is chosen.

use eframe::egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::ui::{
    icons::Icon,
    theme::{Theme, radius, text},
    widgets::{Caption, focus_ring},
};

/// Icon, title and a line, with a mark whether it is the chosen one; returns whether it was pressed.
pub(super) fn card_ui(ui: &mut Ui, icon: Icon, title: &str, line: &str, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 86.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, title));
    let (width, border) = if chosen {
        (2.0, theme.spark_text)
    } else if response.hovered() {
        (1.0, theme.line_strong)
    } else {
        (1.0, theme.line)
    };
    let corner = f32::from(radius::PANEL);
    ui.painter().rect(
        rect,
        corner,
        theme.bg1,
        Stroke::new(width, border),
        StrokeKind::Inside,
    );
    let center = pos2(rect.left() + 32.0, rect.center().y);
    ui.painter().circle_stroke(
        center,
        10.0,
        Stroke::new(
            2.0,
            if chosen {
                theme.spark_text
            } else {
                theme.line_strong
            },
        ),
    );
    if chosen {
        ui.painter().circle_filled(center, 5.0, theme.spark_text);
    }
    let square = Rect::from_center_size(pos2(rect.left() + 84.0, rect.center().y), Vec2::splat(48.0));
    ui.painter().rect_filled(square, 12.0, theme.bg3);
    icon.paint(ui.painter(), square.center(), 26.0, theme.text);
    let left = square.right() + 16.0;
    let room = rect.right() - 20.0 - left;
    Caption::new(title, text::choice(), theme.text)
        .within(room)
        .left(ui, pos2(left, rect.center().y - 11.0));
    Caption::new(line, text::body(), theme.text2)
        .within(room)
        .left(ui, pos2(left, rect.center().y + 12.0));
    focus_ring(ui, &response, corner);
    response.clicked()
}
