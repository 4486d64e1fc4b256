//! The library: all tracks, found, sorted, filtered, chosen, corrected.

mod actions;
mod batch;
mod cells;
mod columns;
mod empty;
mod failed;
mod filters;
mod keys;
mod progress;
mod selection;
mod state;
mod table;
mod top;
mod welcome;

use eframe::egui::Ui;
use pika_engine::{
    app::{AppState, Command},
    library::LibraryCommand,
};

use crate::ui::{
    detail,
    requests::Requests,
    widgets::{central, drop_hint_ui, section},
};

pub(super) use keys::obey;
pub(super) use progress::progress_ui;
pub use selection::Selection;
pub use state::LibraryScreen;

/// With less room the foot goes under the panel of a track, too, in points.
const WIDE: f32 = 900.0;
/// A list that is narrower beside the panel has titles alone, in points.
const LEAST_FILTERS: f32 = 400.0;

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    dropped(ui, out);
    top::show(ui, app, screen, out);
    let no_folder = app
        .overview
        .as_ref()
        .is_some_and(|overview| overview.folders.is_empty());
    let no_track = app
        .listing
        .as_ref()
        .is_none_or(|listing| listing.table.is_empty());
    let is_empty = no_folder && no_track;
    // Beside the panel there is too little room for what the analysis says.
    let is_wide = ui.available_width() >= WIDE;
    if !is_empty && !is_wide {
        progress::show(ui, app, screen, out);
    }
    if let Some(focused) = screen.in_panel()
        && detail::panel(ui, app, focused, &mut screen.detail, out)
    {
        screen.close_panel();
    }
    if is_empty {
        central(ui, "no-folder", |ui| empty::no_folder_ui(ui, out));
    } else {
        if is_wide {
            progress::show(ui, app, screen, out);
        }
        central(ui, "tracks", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            welcome::show(ui, app, screen);
            if screen.selection.len() > 1 {
                section(ui, "batch", |ui| batch::show(ui, app, screen, out));
            } else if ui.available_width() >= LEAST_FILTERS {
                section(ui, "filters", |ui| filters::show(ui, app, screen, out));
            }
            section(ui, "table", |ui| table::show(ui, app, screen, out));
        });
    }
    failed::show(ui.ctx(), app, screen, out);
    ask(app, screen, out);
}

/// Asks the list when the hand stands for something else than before, and writes what waits for a place.
fn ask(app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let query = screen.query(screen.table.as_ref().unwrap_or(&app.settings.table));
    if screen.asked.as_ref() != Some(&query) {
        screen.asked = Some(query.clone());
        screen.scroll_to = screen.scroll_to.or(Some(0));
        out.push(Command::Browse(Box::new(query)));
    }
    if let Some(path) = screen.export_to.take() {
        let tracks = std::mem::take(&mut screen.exporting);
        if !tracks.is_empty() {
            out.push(Command::Library(LibraryCommand::Export { tracks, path }));
        }
    }
}

/// Folders dropped on the window become music folders.
fn dropped(ui: &Ui, out: &mut Requests) {
    let (hovering, dropped) = ui.input(|input| {
        (
            !input.raw.hovered_files.is_empty(),
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect::<Vec<_>>(),
        )
    });
    out.extend(
        dropped
            .into_iter()
            .map(|folder| Command::Library(LibraryCommand::AddFolder(folder))),
    );
    if hovering {
        drop_hint_ui(ui);
    }
}
