//! What every step has: its frame, the way back and the way on.

use eframe::egui::{Rect, ScrollArea, Ui, vec2};

use crate::ui::{
    icons,
    theme::{self, Theme, text},
    widgets::{Button, column_in, label, row_in},
};

/// A step that is narrower, or lower, has less free room round it, in points.
const NARROW: f32 = 760.0;
const LOW: f32 = 560.0;

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
    let whole = ui.max_rect();
    let (side, edge) = (
        if whole.width() < NARROW { 32.0 } else { 72.0 },
        if whole.height() < LOW { 24.0 } else { 64.0 },
    );
    let area = whole.shrink2(vec2(side, 0.0));
    let area = area.with_max_x(area.left() + area.width().min(820.0));
    let foot_area = Rect::from_min_max(
        area.left_bottom() - vec2(0.0, edge + theme::size::CONTROL_LARGE),
        area.right_bottom() - vec2(0.0, edge),
    );
    let inner = area
        .with_min_y(area.top() + edge)
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
