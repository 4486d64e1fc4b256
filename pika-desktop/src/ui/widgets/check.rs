//! Check boxes and switches.

use eframe::egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::frame::focus_ring;
use crate::ui::{icons, theme::Theme};

/// A check box of `side` points without a word of its own; `name` is its accessible name.
/// `mixed` shows that some of what it stands for is chosen.
pub fn checkbox(ui: &mut Ui, checked: &mut bool, mixed: bool, name: &str, side: f32) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    if response.clicked() {
        *checked = !*checked;
        response.mark_changed();
    }
    let (on, enabled) = (*checked, ui.is_enabled());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, on, name));
    let corner = side * 0.25;
    if ui.is_rect_visible(rect) {
        let theme = Theme::of(ui);
        let painter = ui.painter();
        if on || mixed {
            painter.rect(
                rect,
                corner,
                theme.spark,
                Stroke::new(1.0, theme.spark_text),
                StrokeKind::Inside,
            );
            let icon = if on { icons::CHECK } else { icons::MINUS };
            icon.paint(painter, rect.center(), side * 0.72, theme.on_spark);
        } else {
            painter.rect_stroke(
                rect,
                corner,
                Stroke::new(1.5, theme.line_strong),
                StrokeKind::Inside,
            );
        }
    }
    focus_ring(ui, &response, corner);
    response
}

/// A switch; `name` is its accessible name.
pub fn toggle(ui: &mut Ui, on: &mut bool, name: &str) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(40.0, 24.0), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let (is_on, enabled) = (*on, ui.is_enabled());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, enabled, is_on, name));
    if ui.is_rect_visible(rect) {
        let theme = Theme::of(ui);
        let way = ui.ctx().animate_bool_responsive(response.id, is_on);
        let fill = theme.bg3.lerp_to_gamma(theme.spark, way);
        let border = theme.line_strong.lerp_to_gamma(theme.spark_text, way);
        let knob = theme.text2.lerp_to_gamma(theme.on_spark, way);
        ui.painter()
            .rect(rect, 12.0, fill, Stroke::new(1.0, border), StrokeKind::Inside);
        let center = pos2(rect.left() + 12.0 + 16.0 * way, rect.center().y);
        ui.painter().circle_filled(center, 8.0, knob);
    }
    focus_ring(ui, &response, 12.0);
    response
}
