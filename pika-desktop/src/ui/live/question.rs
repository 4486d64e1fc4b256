//! What only the DJ can decide: an interrupted session, one on another computer.

use eframe::egui::{CornerRadius, Frame, Margin, Role, Ui};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveAnswer, LiveCommand, LiveQuestion},
};

use super::link;
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, radius, text},
    widgets::{Button, label},
    words,
};

/// The question as it is asked.
struct Question {
    icon: Icon,
    is_serious: bool,
    title: String,
    words: String,
    answers: [(&'static str, LiveAnswer); 2],
}

impl Question {
    fn of(app: &AppState) -> Option<Self> {
        match app.live.question.as_ref()? {
            LiveQuestion::Resume {
                name, last_seen_ms, ..
            } => {
                let title = match (app.now_ms - last_seen_ms).max(0) / 60_000 {
                    0 => "Last session stopped a moment ago".to_owned(),
                    minutes @ ..120 => format!("Last session stopped {minutes} min ago"),
                    minutes => format!("Last session stopped {} h ago", minutes / 60),
                };
                Some(Self {
                    icon: icons::ARROW_COUNTER_CLOCKWISE,
                    is_serious: false,
                    title,
                    words: name.clone(),
                    answers: [("Resume it", LiveAnswer::GoOn), ("End it", LiveAnswer::End)],
                })
            }
            LiveQuestion::TakeOver {
                name,
                device_name,
                started_at_ms,
                ..
            } => Some(Self {
                icon: icons::USERS,
                is_serious: true,
                title: "You are live on another computer".to_owned(),
                words: format!(
                    "{} has {name} since {}.",
                    link::place(device_name),
                    words::clock(*started_at_ms, app.utc_offset_s)
                ),
                answers: [
                    ("Take over", LiveAnswer::GoOn),
                    ("Leave it there", LiveAnswer::Leave),
                ],
            }),
        }
    }
}

/// Asks it, while there is one.
pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    if let Some(question) = Question::of(app)
        && let Some(answer) = question_ui(ui, &question)
    {
        out.push(Command::Live(LiveCommand::Answer(answer)));
    }
}

/// Draws it; returns the answer that was pressed.
fn question_ui(ui: &mut Ui, question: &Question) -> Option<LiveAnswer> {
    let theme = Theme::of(ui);
    let color = if question.is_serious {
        theme.err
    } else {
        theme.info
    };
    let mut pressed = None;
    let shown = Frame::new()
        .fill(theme.bg2)
        .corner_radius(CornerRadius::same(radius::CONTROL_LARGE))
        .inner_margin(Margin::symmetric(14, 14))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                ui.label(question.icon.rich(22.0).color(color));
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    label(ui, &question.title, text::strong(), theme.text);
                    label(ui, &question.words, text::body(), theme.text2);
                    ui.add_space(4.0);
                    ui.horizontal_wrapped(|ui| {
                        ui.spacing_mut().item_spacing.x = 8.0;
                        for (name, answer) in question.answers {
                            if Button::new(name).small().show(ui).clicked() {
                                pressed = Some(answer);
                            }
                        }
                    });
                });
            });
        });
    ui.ctx().accesskit_node_builder(shown.response.id, |node| {
        node.set_role(Role::Alert);
        node.set_label(format!("{}. {}", question.title, question.words));
    });
    pressed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::LiveState;

    use super::*;

    fn asked(question: LiveQuestion) -> String {
        let app = AppState {
            now_ms: 7_500_000,
            live: Arc::new(LiveState {
                question: Some(question),
                ..LiveState::default()
            }),
            ..AppState::default()
        };
        let Some(question) = Question::of(&app) else {
            return String::new();
        };
        let answers = question.answers.map(|(name, _)| format!("[{name}]"));
        format!("{} / {} / {}", question.title, question.words, answers.join(" "))
    }

    #[test]
    fn what_only_the_dj_can_decide_is_asked_in_words() {
        let resume = |last_seen_ms| {
            asked(LiveQuestion::Resume {
                name: "Friday Social".into(),
                code: String::new(),
                last_seen_ms,
            })
        };
        assert_eq!(
            resume(7_490_000),
            "Last session stopped a moment ago / Friday Social / [Resume it] [End it]"
        );
        assert!(resume(7_500_000 - 90 * 60_000).starts_with("Last session stopped 90 min ago / "));
        assert!(resume(0).starts_with("Last session stopped 2 h ago / "));
        let elsewhere = asked(LiveQuestion::TakeOver {
            name: "Main Room".into(),
            code: "K7QF".into(),
            device_name: "booth".into(),
            started_at_ms: 3_600_000,
            online: true,
        });
        assert_eq!(
            elsewhere,
            "You are live on another computer / “booth” has Main Room since 01:00. / [Take over] [Leave it there]"
        );
    }
}
