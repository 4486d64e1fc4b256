//! What was asked in a night and what the floor chose; for the DJ only.

use eframe::egui::{Align, Align2, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::library::NightDetail;
use pika_protocol::rest::PollRecap;

use super::panel::panel;
use crate::ui::{
    theme::{Theme, text},
    widgets::{label, say, say_within},
    words::clock,
};

pub(super) fn show(ui: &mut Ui, rect: Rect, detail: &NightDetail) {
    let theme = Theme::of(ui);
    panel(ui, rect, "Polls");
    let list = Rect::from_min_max(rect.min + vec2(20.0, 48.0), rect.max - vec2(14.0, 12.0));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(list)
            .layout(Layout::top_down(Align::Min)),
    );
    let polls = detail.recap.as_ref().map_or(&[][..], |recap| &recap.polls);
    if polls.is_empty() {
        let words = if detail.recap.is_some() {
            "Nothing was asked in this night."
        } else {
            "Votes and the number of dancers come with the relay's recap, after the end and with a connection."
        };
        label(&mut child, words, text::body(), theme.text3);
        return;
    }
    ScrollArea::vertical()
        .id_salt("history-polls")
        .auto_shrink(false)
        .show(&mut child, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for poll in polls {
                poll_ui(ui, poll, detail.night.utc_offset_s);
                ui.add_space(14.0);
            }
        });
}

fn poll_ui(ui: &mut Ui, poll: &PollRecap, utc_offset_s: i32) {
    let theme = Theme::of(ui);
    let all: u32 = poll.votes.iter().sum();
    let width = ui.available_width() - 10.0;
    let (rect, _) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
    let votes = if all == 1 { "vote" } else { "votes" };
    let under = format!("{} · {all} {votes}", clock(poll.opened_at.0, utc_offset_s));
    let when = say(
        ui,
        rect.right_center(),
        Align2::RIGHT_CENTER,
        &under,
        text::body(),
        theme.text3,
    );
    say_within(
        ui,
        rect.left_center(),
        Align2::LEFT_CENTER,
        &poll.question,
        text::strong(),
        theme.text,
        when.left() - rect.left() - 8.0,
    );
    let most = poll.votes.iter().copied().max().unwrap_or(0);
    for (option, votes) in poll.options.iter().zip(&poll.votes) {
        let (rect, _) = ui.allocate_exact_size(vec2(width, 28.0), Sense::hover());
        let middle = rect.center().y;
        let bar_left = rect.left() + width * 0.37;
        say_within(
            ui,
            pos2(rect.left(), middle),
            Align2::LEFT_CENTER,
            option,
            text::body(),
            theme.text2,
            width * 0.37 - 10.0,
        );
        let percent = (f64::from(*votes) * 100.0 / f64::from(all.max(1))).round();
        say(
            ui,
            pos2(rect.right(), middle),
            Align2::RIGHT_CENTER,
            &format!("{percent:.0}%"),
            text::strong(),
            theme.text,
        );
        let bar = Rect::from_min_max(
            pos2(bar_left, middle - 5.0),
            pos2(rect.right() - 48.0, middle + 5.0),
        );
        ui.painter().rect_filled(bar, 4.0, theme.bg3);
        if *votes > 0 {
            let share = *votes as f32 / all.max(1) as f32;
            let filled = bar.with_max_x(bar.left() + (bar.width() * share).max(6.0));
            let color = if *votes == most {
                theme.heart
            } else {
                theme.heart_quiet
            };
            ui.painter().rect_filled(filled, 4.0, color);
        }
    }
}
