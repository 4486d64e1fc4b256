//! Everything on screen: the first run, or the rail with a screen beside it, and what lies over them.

use eframe::egui::{Ui, ViewportCommand, accesskit_root_id};
use pika_engine::{
    app::{AppState, Command},
    library::LibraryCommand,
};

use super::{
    detail, first_run, history, key_sheet,
    keyboard::{self, Keys},
    library, live, path_dialog, rail,
    requests::Requests,
    scale,
    screen::Screen,
    settings,
    shortcuts::{Action, Group},
    state::UiState,
    widgets::{ToastAction, central, section},
};

/// Draws the window's content; what the DJ asks for goes to `out`.
pub fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    let place = state.first_run.is_none().then_some(state.screen);
    scale::follow(ui.ctx(), app.settings.scale, place);
    let keys = keyboard::take(ui.ctx(), keyboard::owner(ui.ctx()), groups(state));
    obey(ui, app, state, &keys, out);
    state.live.yields_foot = !state.toasts.is_empty();
    if let Some(first_run) = &mut state.first_run {
        if first_run::show(ui, app, first_run, &keys, out) {
            // The last step is the library itself.
            state.first_run = None;
            state.library.welcome();
        }
    } else {
        rail::show(ui, app, &mut state.screen);
        central(ui, "screen", |ui| {
            if app.live.is_on_air() && state.screen != Screen::Live {
                let analysis = &mut state.library;
                live::strip_ui(ui, app, out, |row, out| {
                    library::progress_ui(row, app, analysis, out);
                });
                state.heed(out);
            }
            section(ui, state.screen, |ui| screen_ui(ui, app, state, out));
        });
    }
    detail::question_ui(ui.ctx(), app, out);
    key_sheet::show(ui.ctx(), &mut state.shortcuts_open);
    path_dialog::show(ui.ctx(), &mut state.typing, out);
    state.heed(out);
    let now_s = ui.ctx().time();
    state.reach(app, now_s, out);
    if let Some(seconds) = state.deeds.wakes_in(now_s) {
        ui.ctx().request_repaint_after_secs(seconds as f32);
    }
    let lane = state.live.toast_lane.filter(|_| state.screen == Screen::Live);
    match state.toasts.show(ui.ctx(), lane) {
        Some(ToastAction::Undo) => out.push(Command::Library(LibraryCommand::UndoCorrection)),
        Some(ToastAction::TakeBack) => state.undo_deed(out),
        Some(ToastAction::ShowFailed) => {
            state.screen = Screen::Library;
            state.library.show_failed();
        }
        None => {}
    }
    keyboard::frame_ends(ui.ctx());
    // A screen reader says which window this is.
    ui.ctx()
        .accesskit_node_builder(accesskit_root_id(), |node| node.set_label("Pika!"));
}

/// The screen that is chosen, with its own state.
fn screen_ui(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    match state.screen {
        Screen::Library => library::show(ui, app, &mut state.library, out),
        Screen::Live => live::show(ui, app, &mut state.live, out),
        Screen::History => history::show(ui, app, &mut state.history, out),
        Screen::Settings => settings::show(ui, app, &mut state.settings, out),
    }
}

/// Which keys mean something where the hand is.
fn groups(state: &UiState) -> &'static [Group] {
    match (&state.first_run, state.screen) {
        (Some(_), _) => &[Group::Anywhere, Group::FirstRun],
        (None, Screen::Library) => &[Group::Anywhere, Group::Library],
        (None, Screen::Live) => &[Group::Anywhere, Group::Live],
        (None, Screen::History | Screen::Settings) => &[Group::Anywhere],
    }
}

/// Does what was pressed.
fn obey(ui: &Ui, app: &AppState, state: &mut UiState, keys: &Keys, out: &mut Requests) {
    for pressed in keys.iter() {
        match pressed.action {
            Action::ShowShortcuts => state.shortcuts_open = !state.shortcuts_open,
            Action::FullScreen => {
                // The system's own way out of it counts, too.
                let is_full = ui.input(|input| input.viewport().fullscreen);
                state.full_screen = !is_full.unwrap_or(state.full_screen);
                let command = ViewportCommand::Fullscreen(state.full_screen);
                ui.ctx().send_viewport_cmd(command);
            }
            _ => {}
        }
    }
    if state.first_run.is_some() {
        return;
    }
    match state.screen {
        Screen::Library => library::obey(ui.ctx(), app, &mut state.library, keys, out),
        Screen::Live => live::obey(ui, app, &mut state.live, keys, out),
        Screen::History | Screen::Settings => {}
    }
    for pressed in keys.iter() {
        match pressed.action {
            Action::Go(place) => {
                if let Some(screen) = Screen::ALL.get(place) {
                    out.go(*screen);
                }
            }
            Action::GoLive => out.go(Screen::Live),
            Action::Undo => out.undo(),
            // From elsewhere it leads to the field.
            Action::Search if state.screen != Screen::Library => out.go(Screen::Library),
            _ => {}
        }
    }
    state.heed(out);
}
