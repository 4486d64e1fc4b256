//! The running poll: its answers as they come, more time, its end.

use eframe::egui::{Align, Layout, Rect, Sense, Ui, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveCommand, LivePoll},
};
use pika_protocol::feedback::PollCloses;

use super::poll::{leaders, percent};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Button, Caption, icon_button, name_at},
    words::{self, duration},
};

/// More answers than these are lower.
const MANY: usize = 5;
/// Corner of an answer, in points.
const CORNER: f32 = 10.0;

/// The running poll as it is told.
#[derive(Debug, PartialEq)]
struct Standing<'a> {
    question: &'a str,
    /// How long it stays open, or has been.
    time: String,
    turnout: String,
    answers: Vec<AnswerBar<'a>>,
}

/// One answer and how many gave it.
#[derive(Debug, PartialEq)]
struct AnswerBar<'a> {
    text: &'a str,
    votes: u32,
    /// 0 to 1.
    share: f32,
    /// In whole percent.
    percent: u32,
    leads: bool,
}

impl AnswerBar<'_> {
    /// As it is read out.
    fn spoken(&self) -> String {
        let votes = if self.votes == 1 { "vote" } else { "votes" };
        let leads = if self.leads { ", leads" } else { "" };
        format!("{}: {} {votes}{leads}", self.text, self.votes)
    }
}

impl<'a> Standing<'a> {
    fn of(app: &AppState, poll: &'a LivePoll) -> Self {
        let all: u32 = poll.votes.iter().sum();
        let there = app.live.crowd.listeners.max(all);
        let best = leaders(&poll.votes);
        let answers = poll.options.iter().enumerate().map(|(at, text)| {
            let votes = poll.votes.get(at).copied().unwrap_or(0);
            AnswerBar {
                text,
                votes,
                share: votes as f32 / all.max(1) as f32,
                percent: percent(votes, all),
                leads: best.contains(&at),
            }
        });
        Self {
            question: &poll.question,
            time: match (poll.closes, poll.closes_at_ms) {
                (_, Some(at)) => duration(((at - app.now_ms).max(0) as f64 / 1000.0).ceil()),
                (PollCloses::SongEnd, None) => "this song".to_owned(),
                _ => format!("open {}", words::since(app.now_ms, poll.opened_at_ms)),
            },
            turnout: format!("{all} of {there} have voted"),
            answers: answers.collect(),
        }
    }
}

/// The running poll: each answer with its share, the leader crowned.
pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let Some(poll) = &app.live.poll else { return };
    let standing = Standing::of(app, poll);
    head_ui(ui, &standing);
    ui.add_space(8.0);
    let (height, gap) = if standing.answers.len() <= MANY {
        (46.0, 8.0)
    } else {
        (34.0, 6.0)
    };
    for answer in &standing.answers {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        answer_ui(ui, rect, answer, app.settings.less_motion);
        ui.add_space(gap);
    }
    ui.add_space(6.0);
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        ui.set_height(40.0);
        ui.spacing_mut().item_spacing.x = 8.0;
        buttons_ui(ui, poll.closes_at_ms.is_some(), out);
    });
}

/// The question, its time, and how many have voted.
fn head_ui(ui: &mut Ui, standing: &Standing<'_>) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 46.0), Sense::hover());
    let time = Caption::new(&standing.time, text::section(), theme.text)
        .right(ui, rect.right_top() + vec2(0.0, 12.0));
    Caption::new(standing.question, text::section(), theme.text)
        .within(time.left() - rect.left() - 10.0)
        .left(ui, rect.left_top() + vec2(0.0, 12.0));
    Caption::new(&standing.turnout, text::body(), theme.text3).left(ui, rect.left_top() + vec2(0.0, 33.0));
}

/// More time, the end, and taking it back.
fn buttons_ui(ui: &mut Ui, is_timed: bool, out: &mut Requests) {
    if is_timed && Button::new("+1 min").quiet().show(ui).clicked() {
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
    if icon_button(ui, icons::TRASH, "Take the poll back", size::CONTROL).clicked() {
        out.push(Command::Live(LiveCommand::CancelPoll));
    }
}

fn answer_ui(ui: &Ui, rect: Rect, answer: &AnswerBar<'_>, still: bool) {
    let theme = Theme::of(ui);
    bar_ui(ui, rect, answer, still);
    let middle = rect.center().y;
    let percent = format!("{}%", answer.percent);
    let number =
        Caption::new(&percent, text::section(), theme.text).right(ui, pos2(rect.right() - 14.0, middle));
    let mut right = number.left() - 10.0;
    if answer.leads {
        icons::CROWN.paint_filled(ui.painter(), pos2(right - 8.0, middle), 17.0, theme.heart);
        right -= 24.0;
    }
    let place = Caption::new(answer.text, text::section(), theme.text)
        .within(right - rect.left() - 14.0)
        .left(ui, pos2(rect.left() + 14.0, middle));
    name_at(ui, place.expand(3.0), &answer.spoken());
}

/// The share as a bar that grows.
fn bar_ui(ui: &Ui, rect: Rect, answer: &AnswerBar<'_>, still: bool) {
    let theme = Theme::of(ui);
    let seconds = if still { 0.0 } else { 0.3 };
    let id = ui.scope_id().with(("poll-bar", answer.text));
    let way = ui.ctx().animate_value_with_time(id, answer.share, seconds);
    let painter = ui.painter();
    painter.rect_filled(rect, CORNER, theme.bg0);
    if way <= 0.004 {
        return;
    }
    let filled = rect.with_max_x(rect.left() + rect.width() * way);
    let (strength, edge_strength) = if answer.leads { (0.95, 1.0) } else { (0.6, 0.6) };
    painter.rect_filled(filled, CORNER, theme.heart_quiet.gamma_multiply(strength));
    let edge = filled.with_min_x(filled.right() - 3.0);
    painter.rect_filled(edge, 1.0, theme.heart.gamma_multiply(edge_strength));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::{Crowd, LiveState};

    use super::*;

    /// The running poll, as text.
    fn told(app: &AppState, poll: &LivePoll) -> String {
        let standing = Standing::of(app, poll);
        let mut text = format!("{} ({})\n{}", standing.question, standing.time, standing.turnout);
        for answer in &standing.answers {
            text += &format!("\n{} % {}", answer.percent, answer.spoken());
        }
        text
    }

    #[test]
    fn a_running_poll_is_told_answer_by_answer() {
        let app = AppState {
            now_ms: 72_001,
            live: Arc::new(LiveState {
                crowd: Crowd {
                    listeners: 64,
                    ..Crowd::default()
                },
                ..LiveState::default()
            }),
            ..AppState::default()
        };
        let mut poll = LivePoll {
            id: pika_protocol::PollId(uuid::Uuid::nil()),
            question: "What vibe next?".into(),
            options: vec!["Blues".into(), "Pop".into(), "Slow".into()],
            votes: vec![1, 3],
            closes: PollCloses::After { seconds: 120 },
            opened_at_ms: 0,
            closes_at_ms: Some(120_000),
        };
        assert_eq!(
            told(&app, &poll),
            "What vibe next? (0:48)\n4 of 64 have voted\n25 % Blues: 1 vote\n75 % Pop: 3 votes, leads\n0 % Slow: 0 votes"
        );
        poll.closes_at_ms = None;
        poll.closes = PollCloses::SongEnd;
        assert!(told(&app, &poll).starts_with("What vibe next? (this song)"));
        poll.closes = PollCloses::Manual;
        assert!(told(&app, &poll).starts_with("What vibe next? (open 1:12)"));
    }
}
