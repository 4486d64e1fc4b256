//! Dialogs: only when something would be lost, or a choice has to be made.

use eframe::egui::{
    Align, Area, CentralPanel, Context, CornerRadius, Frame, Id, Key, Layout, Margin, Modal, Modifiers,
    Order, Role, ScrollArea, Stroke, Ui, vec2,
};

use super::{
    button::Button,
    over::{Over, just_opened, mark},
    text::label,
};
use crate::ui::theme::{SCRIM, Theme, radius, text};

/// Round the content of a dialog, and from the dialog to the window's edge at least, in points.
const MARGIN: i8 = 24;
const EDGE: f32 = 8.0;

/// Shows a dialog of `width` points, or as wide as there is room, with a title. Returns what the content returns, and whether Esc or a
/// click beside it asks to close.
pub fn dialog<R>(
    ctx: &Context,
    over: Over,
    title: &str,
    width: f32,
    content: impl FnOnce(&mut Ui) -> R,
) -> (R, bool) {
    let theme = Theme::of_ctx(ctx);
    let id = Id::unique(("dialog", over));
    takes_keys(ctx, over, id);
    let frame = Frame::new()
        .fill(theme.bg1)
        .stroke(Stroke::new(1.0, theme.line_strong))
        .corner_radius(CornerRadius::same(radius::PANEL))
        .inner_margin(Margin::same(MARGIN));
    let area = Modal::default_area(id).accessible_name(title).role(Role::Dialog);
    let shown = Modal::new(id)
        .area(area)
        .backdrop_color(SCRIM)
        .frame(frame)
        .show(ctx, |ui| {
            let room = ctx.content_rect().size() - vec2(2.0, 2.0) * (EDGE + f32::from(MARGIN));
            ui.set_width(width.min(room.x));
            label(ui, title, text::dialog_title(), theme.text);
            ui.add_space(4.0);
            let used = ui.min_rect().height();
            // In a low window it scrolls.
            ScrollArea::vertical()
                .id_salt("dialog")
                .auto_shrink([false, true])
                .max_height(room.y - used)
                // As high as its content from the first frame on.
                .min_scrolled_height(room.y - used)
                .show(ui, content)
                .inner
        });
    let close = shown.should_close();
    (shown.inner, close)
}

/// What lies behind has no keys any more: not even the field that was typed in.
fn takes_keys(ctx: &Context, over: Over, id: Id) {
    mark(ctx, over, false);
    if just_opened(ctx, id) {
        ctx.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }
}

/// Shows something across the whole window. Returns what the content returns, and whether Esc asks to close.
pub(in crate::ui) fn across<R>(ctx: &Context, over: Over, content: impl FnOnce(&mut Ui) -> R) -> (R, bool) {
    let theme = Theme::of_ctx(ctx);
    let id = Id::unique(("across", over));
    takes_keys(ctx, over, id);
    let all = ctx.content_rect();
    let area = Area::new(id).order(Order::Foreground).fixed_pos(all.min);
    ctx.memory_mut(|memory| memory.set_modal_layer(area.layer()));
    let shown = area.show(ctx, |ui| {
        ui.set_min_size(all.size());
        let ground = Frame::new().fill(theme.bg0);
        CentralPanel::default().frame(ground).show(ui, content).inner
    });
    let close = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
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
