//! Everything on screen: the first run, or the rail with a screen beside it, and what lies over them.

use eframe::egui::Ui;
use pika_engine::{
    app::{AppState, Command},
    library::LibraryCommand,
};

use super::{
    detail, first_run, history, library, live, path_dialog, rail,
    requests::Requests,
    screen::Screen,
    settings,
    shortcuts::{self, Action},
    state::UiState,
    widgets::{ToastAction, central, section},
};

/// Draws the window's content; what the DJ asks for goes to `out`.
pub fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    anywhere(ui, state, out);
    if let Some(first_run) = &mut state.first_run {
        if first_run::show(ui, app, first_run, out) {
            // The last step is the library itself.
            state.first_run = None;
            state.library.welcome();
        }
    } else {
        rail::show(ui, app, &mut state.screen);
        central(ui, "screen", |ui| {
            if app.live.is_on_air() && state.screen != Screen::Live {
                live::strip_ui(ui, app, out);
                state.heed(out);
            }
            section(ui, state.screen, |ui| screen_ui(ui, app, state, out));
        });
    }
    detail::question_ui(ui.ctx(), app, out);
    shortcuts::sheet_ui(ui.ctx(), &mut state.shortcuts_open);
    path_dialog::show(ui.ctx(), &mut state.typing, out);
    state.heed(out);
    match state.toasts.show(ui.ctx()) {
        Some(ToastAction::Undo) => out.push(Command::Library(LibraryCommand::UndoCorrection)),
        Some(ToastAction::ShowFailed) => {
            state.screen = Screen::Library;
            state.library.show_failed();
        }
        None => {}
    }
}

/// The screen that is chosen, with its own state.
fn screen_ui(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    match state.screen {
        Screen::Library => {
            // What lies over the list has the keys for itself.
            if !state.shortcuts_open && state.typing.is_none() {
                library::handle_keys(ui.ctx(), app, &mut state.library, out);
            }
            library::show(ui, app, &mut state.library, out);
        }
        Screen::Live => live::show(ui, app, &mut state.live, out),
        Screen::History => history::show(ui, app, &mut state.history, out),
        Screen::Settings => settings::show(ui, app, &mut state.settings, out),
    }
}

/// Shortcuts that work on every screen.
fn anywhere(ui: &Ui, state: &mut UiState, out: &mut Requests) {
    let ctx = ui.ctx();
    if shortcuts::pressed(ctx, Action::ShowShortcuts) {
        state.shortcuts_open = !state.shortcuts_open;
    }
    if state.first_run.is_some() || state.shortcuts_open || state.typing.is_some() {
        return;
    }
    live::keys_anywhere(ui, &mut state.live, out);
    for (place, screen) in Screen::ALL.iter().enumerate() {
        if shortcuts::pressed(ctx, Action::Go(place)) {
            out.go(*screen);
        }
    }
    state.heed(out);
}
