//! What every step has: its frame, the way back and the way on.

use eframe::egui::{Rect, ScrollArea, Ui, vec2};

use crate::ui::{
    icons,
    theme::{self, Theme, text},
    widgets::{Button, column_in, label, row_in},
};

/// What a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepEnd {
    Stay,
    Back,
    /// On, with what was chosen here.
    On,
    /// On, without.
    Skip,
}

/// The frame of a step: title, a line below, content, and the buttons at the foot.
pub(super) fn step_ui<R>(
    ui: &mut Ui,
    title: &str,
    line: &str,
    content: impl FnOnce(&mut Ui) -> R,
    foot: impl FnOnce(&mut Ui) -> StepEnd,
) -> (R, StepEnd) {
    let theme = Theme::of(ui);
    let area = ui.max_rect().shrink2(vec2(72.0, 0.0));
    let area = area.with_max_x(area.left() + area.width().min(820.0));
    let foot_area = Rect::from_min_max(
        area.left_bottom() - vec2(0.0, 64.0 + theme::size::CONTROL_LARGE),
        area.right_bottom() - vec2(0.0, 64.0),
    );
    let inner = area
        .with_min_y(area.top() + 64.0)
        .with_max_y(foot_area.top() - 16.0);
    let mut body = column_in(ui, inner);
    label(&mut body, title, text::hero(), theme.text);
    label(&mut body, line, text::large(), theme.text2);
    body.add_space(14.0);
    let result = ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(&mut body, content)
        .inner;
    let mut buttons = row_in(ui, foot_area);
    let way = foot(&mut buttons);
    (result, way)
}

/// The way back, at the left end.
pub(super) fn back_button(ui: &mut Ui) -> bool {
    Button::new("Back")
        .ghost()
        .large()
        .icon(icons::ARROW_LEFT)
        .show(ui)
        .clicked()
}

/// The main button at the right end.
pub(super) fn on_button(ui: &mut Ui, label: &str, enabled: bool) -> bool {
    Button::new(label)
        .primary()
        .large()
        .icon_after(icons::ARROW_RIGHT)
        .enabled(enabled)
        .show(ui)
        .clicked()
}
