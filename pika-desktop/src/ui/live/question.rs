//! What only the DJ can decide: an interrupted session, one on another computer.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveAnswer, LiveCommand, LiveQuestion},
};

use super::{large_button::LargeButton, link};
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Button, Caption, centered_in},
    words,
};

/// What its words take above the button, in points.
pub(super) const ABOVE: f32 = 72.0;

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

/// Asks it in the place of the largest button, while there is one; returns whether there is.
pub(super) fn show(ui: &mut Ui, button: Rect, app: &AppState, out: &mut Requests) -> bool {
    let Some(question) = Question::of(app) else {
        return false;
    };
    if let Some(answer) = question_ui(ui, button, &question) {
        out.push(Command::Live(LiveCommand::Answer(answer)));
    }
    true
}

/// Draws it: what goes on with the session is the largest button, what ends it stands below. Returns the answer that
/// was pressed.
fn question_ui(ui: &mut Ui, button: Rect, question: &Question) -> Option<LiveAnswer> {
    let theme = Theme::of(ui);
    let [(go_on, goes_on), (other, ends)] = question.answers;
    let color = if question.is_serious {
        theme.err
    } else {
        theme.info
    };
    // Over the form, which begins another session.
    let above = Rect::from_min_max(button.left_top() - vec2(0.0, ABOVE), button.right_top());
    ui.painter().rect_filled(above, 0.0, theme.bg0);
    let icon = pos2(above.left() + 11.0, above.top() + 26.0);
    question.icon.paint(ui.painter(), icon, 22.0, color);
    let left = above.left() + 36.0;
    let line = |words: &str, font, ink, down: f32| {
        Caption::new(words, font, ink)
            .within(above.right() - left)
            .left(ui, pos2(left, above.top() + down));
    };
    line(&question.title, text::section(), theme.text, 26.0);
    line(&question.words, text::body(), theme.text2, 50.0);
    let main = LargeButton {
        name: go_on,
        icon: question.icon,
        enabled: true,
    };
    let mut pressed = main.show(ui, button).then_some(goes_on);
    let below = Rect::from_min_size(
        button.left_bottom() + vec2(0.0, 8.0),
        vec2(button.width(), size::CONTROL),
    );
    let mut row = centered_in(ui, below);
    if Button::new(other).ghost().show(&mut row).clicked() {
        pressed = Some(ends);
    }
    let said = ui.interact(above, ui.scope_id().with("question"), Sense::hover());
    said.widget_info(|| {
        let words = format!("{}. {}", question.title, question.words);
        WidgetInfo::labeled(Role::Alert, true, words)
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
