//! Bars for values from 0 to 100 and for progress.

use eframe::egui::{Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::Theme;

/// A bar of `size` points, filled to `share` (0 to 1). Decoration: its number stands beside it.
pub fn feature_bar(ui: &mut Ui, share: f32, color: Color32, size: eframe::egui::Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if ui.is_rect_visible(rect) {
        paint_bar(ui, rect, share, color);
    }
    response
}

/// A progress bar across `width` points; `name` and the share are its accessible text.
pub fn meter(ui: &mut Ui, share: f32, color: Color32, width: f32, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 8.0), Sense::hover());
    response.widget_info(|| {
        let percent = (share * 100.0).round();
        WidgetInfo {
            value: Some(f64::from(percent)),
            ..WidgetInfo::labeled(Role::ProgressIndicator, true, name)
        }
    });
    if ui.is_rect_visible(rect) {
        paint_bar(ui, rect, share, color);
    }
    response
}

/// Draws a bar into `rect`.
pub(super) fn paint_bar(ui: &Ui, rect: Rect, share: f32, color: Color32) {
    let theme = Theme::of(ui);
    let corner = rect.height() / 2.0;
    ui.painter().rect_filled(rect, corner, theme.bg3);
    let share = share.clamp(0.0, 1.0);
    if share > 0.0 {
        let filled = rect.with_max_x(rect.left() + (rect.width() * share).max(rect.height()));
        ui.painter().rect_filled(filled, corner, color);
    }
}
