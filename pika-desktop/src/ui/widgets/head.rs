//! The bar at the head of a screen.

use eframe::egui::{Frame, Margin, Panel, Ui, vec2};

use crate::ui::theme::Theme;

/// A bar of this height in points with a hairline below it; `name` is its own within the screen.
pub fn head(ui: &mut Ui, name: &'static str, height: f32, content: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    Panel::top(name)
        .exact_size(height)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(20, 0)))
        .show(ui, |ui| {
            let area = ui.max_rect();
            let line = area.expand2(vec2(20.0, 0.0)).x_range();
            ui.painter().hline(line, area.bottom() - 0.5, (1.0, theme.line));
            content(ui);
        });
}
