//! What was asked in a night and what the floor chose; for the DJ only.

use eframe::egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use pika_engine::library::NightDetail;

use super::{
    data::{OptionRow, PollRow, no_polls},
    panel::panel,
};
use crate::ui::{
    theme::{Theme, text},
    widgets::{Caption, label},
};

/// The list stands in so far from the left and the top, and from the right and the bottom.
const LIST_INSET: (Vec2, Vec2) = (vec2(20.0, 48.0), vec2(14.0, 12.0));
/// Height of a question, of an option; free room after a poll.
const QUESTION: f32 = 22.0;
const OPTION: f32 = 28.0;
const POLL_GAP: f32 = 14.0;
/// Free room after a poll's lines, for the bar that scrolls.
const TAIL: f32 = 10.0;
/// An option's name takes this share of the width, less the room before its bar.
const NAME: f32 = 0.37;
const NAME_GAP: f32 = 10.0;
/// Width of the percent after a bar.
const PERCENT: f32 = 48.0;
/// Half the height of a bar, and the least length of one with a vote.
const BAR_HALF: f32 = 5.0;
const LEAST_BAR: f32 = 6.0;
const BAR_CORNER: f32 = 4.0;

pub(super) fn show(ui: &mut Ui, rect: Rect, detail: &NightDetail) {
    let theme = Theme::of(ui);
    panel(ui, rect, "Polls");
    let list = Rect::from_min_max(rect.min + LIST_INSET.0, rect.max - LIST_INSET.1);
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(list)
            .layout(Layout::top_down(Align::Min)),
    );
    let polls = detail.recap.as_ref().map_or(&[][..], |recap| &recap.polls);
    if polls.is_empty() {
        label(&mut child, no_polls(detail), text::body(), theme.text3);
        return;
    }
    ScrollArea::vertical()
        .id_salt("history-polls")
        .auto_shrink(false)
        .show(&mut child, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for poll in polls {
                poll_ui(ui, &PollRow::of(poll, detail.night.utc_offset_s));
                ui.add_space(POLL_GAP);
            }
        });
}

fn poll_ui(ui: &mut Ui, poll: &PollRow<'_>) {
    let theme = Theme::of(ui);
    let width = ui.available_width() - TAIL;
    let (rect, _) = ui.allocate_exact_size(vec2(width, QUESTION), Sense::hover());
    let when = Caption::new(&poll.under, text::body(), theme.text3).right(ui, rect.right_center());
    Caption::new(poll.question, text::strong(), theme.text)
        .within(when.left() - rect.left() - 8.0)
        .left(ui, rect.left_center());
    for option in &poll.options {
        option_ui(ui, width, option);
    }
}

/// Name, bar, percent.
fn option_ui(ui: &mut Ui, width: f32, option: &OptionRow<'_>) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(width, OPTION), Sense::hover());
    let middle = rect.center().y;
    Caption::new(option.name, text::body(), theme.text2)
        .within(width * NAME - NAME_GAP)
        .left(ui, pos2(rect.left(), middle));
    Caption::new(&option.percent, text::strong(), theme.text).right(ui, pos2(rect.right(), middle));
    let bar = Rect::from_min_max(
        pos2(rect.left() + width * NAME, middle - BAR_HALF),
        pos2(rect.right() - PERCENT, middle + BAR_HALF),
    );
    ui.painter().rect_filled(bar, BAR_CORNER, theme.bg3);
    if option.share > 0.0 {
        let filled = bar.with_max_x(bar.left() + (bar.width() * option.share).max(LEAST_BAR));
        let color = if option.is_first {
            theme.heart
        } else {
            theme.heart_quiet
        };
        ui.painter().rect_filled(filled, BAR_CORNER, color);
    }
}
