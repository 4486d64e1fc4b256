//! The running poll: its answers as they come, more time, its end.

use eframe::egui::{Align, Align2, Layout, Rect, Sense, Ui, pos2, vec2};
use pika_engine::app::{AppState, Command};
use pika_protocol::feedback::PollCloses;

use super::poll::{leaders, percent};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Button, icon_button, name_at, say, say_within},
    words::{self, duration},
};
use pika_engine::live::LiveCommand;

/// The running poll: each answer with its share, the leader crowned.
pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let theme = Theme::of(ui);
    let Some(poll) = &app.live.poll else { return };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 46.0), Sense::hover());
    let left = match (poll.closes, poll.closes_at_ms) {
        (_, Some(at)) => duration(((at - app.now_ms).max(0) as f64 / 1000.0).ceil()),
        (PollCloses::SongEnd, None) => "this song".to_owned(),
        _ => format!("open {}", words::since(app.now_ms, poll.opened_at_ms)),
    };
    let time = say(
        ui,
        rect.right_top() + vec2(0.0, 12.0),
        Align2::RIGHT_CENTER,
        &left,
        text::section(),
        theme.text,
    );
    say_within(
        ui,
        rect.left_top() + vec2(0.0, 12.0),
        Align2::LEFT_CENTER,
        &poll.question,
        text::section(),
        theme.text,
        time.left() - rect.left() - 10.0,
    );
    let all: u32 = poll.votes.iter().sum();
    let there = app.live.crowd.listeners.max(all);
    say(
        ui,
        rect.left_top() + vec2(0.0, 33.0),
        Align2::LEFT_CENTER,
        &format!("{all} of {there} have voted"),
        text::body(),
        theme.text3,
    );
    ui.add_space(8.0);
    let tall = poll.options.len() <= 5;
    let (height, gap) = if tall { (46.0, 8.0) } else { (34.0, 6.0) };
    let best = leaders(&poll.votes);
    for (at, option) in poll.options.iter().enumerate() {
        let votes = poll.votes.get(at).copied().unwrap_or(0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let leads = best.contains(&at);
        option_ui(ui, rect, option, votes, all, leads, app.settings.less_motion);
        ui.add_space(gap);
    }
    ui.add_space(6.0);
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        ui.set_height(40.0);
        ui.spacing_mut().item_spacing.x = 8.0;
        if poll.closes_at_ms.is_some() && Button::new("+1 min").quiet().show(ui).clicked() {
            out.push(Command::Live(LiveCommand::ExtendPoll { seconds: 60 }));
        }
        let width = ui.available_width() - 44.0;
        let words = if ui.max_rect().width() < size::SIDE_LIVE_NARROW {
            "Show result"
        } else {
            "Close and show result"
        };
        if Button::new(words)
            .min_width(width)
            .name("Close poll and show result")
            .show(ui)
            .clicked()
        {
            out.push(Command::Live(LiveCommand::EndPoll));
        }
        if icon_button(ui, icons::TRASH, "Take the poll back", 36.0).clicked() {
            out.push(Command::Live(LiveCommand::CancelPoll));
        }
    });
}

fn option_ui(ui: &Ui, rect: Rect, option: &str, votes: u32, all: u32, leads: bool, still: bool) {
    let theme = Theme::of(ui);
    let share = votes as f32 / all.max(1) as f32;
    let seconds = if still { 0.0 } else { 0.3 };
    let way = ui
        .ctx()
        .animate_value_with_time(ui.scope_id().with(("poll-bar", option)), share, seconds);
    let painter = ui.painter();
    painter.rect_filled(rect, 10.0, theme.bg0);
    if way > 0.004 {
        let filled = rect.with_max_x(rect.left() + rect.width() * way);
        let strength = if leads { 0.95 } else { 0.6 };
        painter.rect_filled(filled, 10.0, theme.heart_quiet.gamma_multiply(strength));
        let edge = Rect::from_min_max(pos2(filled.right() - 3.0, filled.top()), filled.max);
        let color = if leads {
            theme.heart
        } else {
            theme.heart.gamma_multiply(0.6)
        };
        painter.rect_filled(edge, 1.0, color);
    }
    let middle = rect.center().y;
    let number = say(
        ui,
        pos2(rect.right() - 14.0, middle),
        Align2::RIGHT_CENTER,
        &format!("{}%", percent(votes, all)),
        text::section(),
        theme.text,
    );
    let mut right = number.left() - 10.0;
    if leads {
        icons::CROWN.paint_filled(ui.painter(), pos2(right - 8.0, middle), 17.0, theme.heart);
        right -= 24.0;
    }
    let place = say_within(
        ui,
        pos2(rect.left() + 14.0, middle),
        Align2::LEFT_CENTER,
        option,
        text::section(),
        theme.text,
        right - rect.left() - 14.0,
    );
    name_at(
        ui,
        place.expand(3.0),
        &format!(
            "{option}: {votes} {}{}",
            if votes == 1 { "vote" } else { "votes" },
            if leads { ", leads" } else { "" }
        ),
    );
}
