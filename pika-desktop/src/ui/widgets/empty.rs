//! Empty places: what will be here, and the way there.

use eframe::egui::{Align, Layout, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::{button::Button, text::label};
use crate::ui::{
    icons::Icon,
    theme::{Theme, radius, text},
};

/// A small empty state with a dashed border.
#[derive(Debug, Clone, Copy)]
pub struct Empty<'a> {
    /// Its icon.
    pub icon: Icon,
    /// What is missing.
    pub title: &'a str,
    /// What to do.
    pub text: &'a str,
    /// A button.
    pub action: Option<&'a str>,
}

/// What was done with an empty state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyAction {
    /// Nothing.
    None,
    /// Its button was pressed.
    Pressed,
}

impl Empty<'_> {
    /// Adds it in the middle of what is free, `width` points wide.
    pub fn show(self, ui: &mut Ui, width: f32) -> EmptyAction {
        let theme = Theme::of(ui);
        let mut action = EmptyAction::None;
        let top = ui.cursor().top();
        let left = ui.available_rect_before_wrap().center().x - width / 2.0;
        let area = Rect::from_min_size(pos2(left, top), vec2(width, 400.0));
        let mut child = ui.new_child(
            eframe::egui::UiBuilder::new()
                .max_rect(area.shrink2(vec2(24.0, 0.0)))
                .layout(Layout::top_down(Align::Center)),
        );
        child.spacing_mut().item_spacing.y = 4.0;
        child.add_space(14.0);
        self.icon.show(&mut child, 26.0, theme.text3);
        label(&mut child, self.title, text::strong(), theme.text);
        label(&mut child, self.text, text::body(), theme.text2);
        if let Some(name) = self.action {
            child.add_space(6.0);
            if Button::new(name).small().show(&mut child).clicked() {
                action = EmptyAction::Pressed;
            }
        }
        child.add_space(14.0);
        let rect = area.with_max_y(child.min_rect().bottom());
        paint_dashed(ui, rect, f32::from(radius::PANEL));
        ui.allocate_rect(rect, Sense::hover());
        action
    }
}

/// A dashed border round `rect`.
pub(crate) fn paint_dashed(ui: &Ui, rect: Rect, corner: f32) {
    let theme = Theme::of(ui);
    // Corners as short lines on an arc.
    let mut path = Vec::new();
    for (center, from) in [
        (rect.right_top() + vec2(-corner, corner), -90.0_f32),
        (rect.right_bottom() - vec2(corner, corner), 0.0),
        (rect.left_bottom() + vec2(corner, -corner), 90.0),
        (rect.left_top() + vec2(corner, corner), 180.0),
    ] {
        for step in 0..=6 {
            let angle = (from + 15.0 * step as f32).to_radians();
            path.push(center + corner * vec2(angle.cos(), angle.sin()));
        }
    }
    path.push(path[0]);
    ui.painter().extend(eframe::egui::Shape::dashed_line(
        &path,
        Stroke::new(1.0, theme.line_strong),
        4.0,
        3.0,
    ));
}
