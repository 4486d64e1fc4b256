//! Dialogs: only when something would be lost, or a choice has to be made.

use eframe::egui::{Align, Context, CornerRadius, Frame, Id, Layout, Margin, Modal, Role, Stroke, Ui, vec2};

use super::{button::Button, text::label};
use crate::ui::theme::{SCRIM, Theme, radius, text};

/// Shows a dialog of `width` points with a title. Returns what the content returns, and whether Esc or a
/// click beside it asks to close.
pub fn dialog<R>(
    ctx: &Context,
    id: &str,
    title: &str,
    width: f32,
    content: impl FnOnce(&mut Ui) -> R,
) -> (R, bool) {
    let theme = Theme::of_ctx(ctx);
    let frame = Frame::new()
        .fill(theme.bg1)
        .stroke(Stroke::new(1.0, theme.line_strong))
        .corner_radius(CornerRadius::same(radius::PANEL))
        .inner_margin(Margin::same(24));
    let area = Modal::default_area(Id::unique(("dialog", id)))
        .accessible_name(title)
        .role(Role::Dialog);
    let shown = Modal::new(Id::unique(("dialog", id)))
        .area(area)
        .backdrop_color(SCRIM)
        .frame(frame)
        .show(ctx, |ui| {
            ui.set_width(width);
            label(ui, title, text::dialog_title(), theme.text);
            ui.add_space(4.0);
            content(ui)
        });
    let close = shown.should_close();
    (shown.inner, close)
}

/// Two buttons at the two sides of a dialog's foot; returns which was pressed.
pub(in crate::ui) fn foot(ui: &mut Ui, stay: &str, go: impl FnOnce(&mut Ui) -> bool) -> (bool, bool) {
    ui.add_space(14.0);
    let mut stays = false;
    let mut goes = false;
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), 36.0),
        Layout::left_to_right(Align::Center),
        |ui| {
            stays = Button::new(stay).show(ui).clicked();
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| goes = go(ui));
        },
    );
    (stays, goes)
}
