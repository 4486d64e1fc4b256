//! A horizontal slider: a bar with a knob, for the mouse, the keyboard and readers.

use eframe::egui::{Color32, EventFilter, Key, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{bar::paint_bar, frame::focus_ring};
use crate::ui::theme::Theme;

/// What one press of an arrow key moves.
const STEP: f32 = 0.05;

/// A slider from 0 to 1 of `width` points; `name` is its accessible name, its value is told in percent.
/// `changed` while it moves, `drag_stopped` or `lost_focus` when it rests.
pub fn slider(ui: &mut Ui, value: &mut f32, color: Color32, width: f32, name: &str) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(width, 24.0), Sense::click_and_drag());
    let before = *value;
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_| response.is_pointer_button_down_on() || response.clicked())
    {
        *value = ((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
    }
    if response.has_focus() {
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let steps = ui.input(|input| {
            input.num_presses(Key::ArrowRight) as f32 - input.num_presses(Key::ArrowLeft) as f32
        });
        if steps != 0.0 {
            *value = (*value + steps * STEP).clamp(0.0, 1.0);
        }
    }
    if value.to_bits() != before.to_bits() {
        response.mark_changed();
    }
    let (shown, enabled) = (f64::from((*value * 100.0).round()), ui.is_enabled());
    response.widget_info(|| WidgetInfo {
        value: Some(shown),
        ..WidgetInfo::labeled(Role::Slider, enabled, name)
    });
    if ui.is_rect_visible(rect) {
        let theme = Theme::of(ui);
        let bar = rect.shrink2(vec2(0.0, 8.0));
        paint_bar(ui, bar, *value, color);
        if response.hovered() || response.has_focus() || response.dragged() {
            let knob = pos2(rect.left() + rect.width() * *value, rect.center().y);
            ui.painter().circle_filled(knob, 7.0, theme.text);
        }
    }
    focus_ring(ui, &response, 6.0);
    response
}
