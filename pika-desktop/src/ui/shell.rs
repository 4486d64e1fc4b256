//! Everything on screen: the first run, or the rail with a screen beside it, and what lies over them.

use eframe::egui::Ui;

use super::{
    Screen, UiState, detail, first_run, history, library, live, path_dialog, rail, settings,
    shortcuts::{self, Action},
    widgets::{ToastAction, central, section},
};
use crate::ui::Requests;
use pika_engine::{app::AppState, command::Command};

/// Draws the window's content; what the DJ asks for goes to `out`.
pub fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    anywhere(ui, state);
    if state.first_run.is_some() {
        first_run::show(ui, app, state, out);
    } else {
        rail::show(ui, app, state);
        central(ui, "screen", |ui| {
            live::strip_ui(ui, app, state);
            section(ui, state.screen, |ui| match state.screen {
                Screen::Library => library::show(ui, app, state, out),
                Screen::Live => live::show(ui, app, state, out),
                Screen::History => history::show(ui, app, state, out),
                Screen::Settings => settings::show(ui, app, state, out),
            });
        });
    }
    detail::question_ui(ui.ctx(), app, out);
    if state.shortcuts_open {
        shortcuts::sheet_ui(ui.ctx(), state);
    }
    path_dialog::show(ui.ctx(), state, out);
    match state.toasts.show(ui.ctx()) {
        Some(ToastAction::Undo) => out.push(Command::UndoCorrection),
        Some(ToastAction::ShowFailed) => {
            state.screen = Screen::Library;
            state.library.show_failed();
        }
        None => {}
    }
}

/// Shortcuts that work on every screen.
fn anywhere(ui: &Ui, state: &mut UiState) {
    let ctx = ui.ctx();
    if shortcuts::pressed(ctx, Action::ShowShortcuts) {
        state.shortcuts_open = !state.shortcuts_open;
    }
    if state.first_run.is_some() || state.shortcuts_open || state.typing.is_some() {
        return;
    }
    live::keys_anywhere(ui, state);
    for (place, screen) in Screen::ALL.iter().enumerate() {
        if shortcuts::pressed(ctx, Action::Go(place)) {
            state.screen = *screen;
        }
    }
}

/// An error with a capital, as the beginning of a sentence.
pub fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    first + letters.as_str()
}

/// "1 track", "4,812 tracks".
pub fn tracks(count: usize) -> String {
    if count == 1 {
        "1 track".to_owned()
    } else {
        format!("{} tracks", thousands(count))
    }
}

/// A number with commas.
pub fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Seconds as `4:02` or `1:02:03`.
pub fn duration(seconds: f64) -> String {
    let total = seconds.round().clamp(0.0, 360_000.0) as u64;
    let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_people_write_them() {
        assert_eq!(sentence("damaged: ä"), "Damaged: ä");
        assert_eq!(sentence(""), "");
        assert_eq!(tracks(1), "1 track");
        assert_eq!(tracks(0), "0 tracks");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(4812), "4,812");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(duration(242.4), "4:02");
        assert_eq!(duration(3723.0), "1:02:03");
        assert_eq!(duration(f64::NAN), "0:00");
    }
}
