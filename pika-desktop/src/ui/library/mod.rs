//! The library: all tracks, found, sorted, filtered, chosen, corrected.

mod batch;
mod cells;
mod columns;
mod empty;
mod failed;
mod filters;
mod keys;
mod progress;
mod selection;
mod table;
mod top;
mod welcome;

use std::path::PathBuf;

use eframe::egui::{Id, Ui};

pub(in crate::ui) use empty::{SampleCover, sample_traits};
pub use selection::Selection;

use super::{
    UiState, detail, theme,
    widgets::{central, section},
};
use crate::ui::Requests;
use pika_engine::settings::TableSettings;
use pika_engine::{
    app::AppState,
    command::Command,
    library::{
        TrackId,
        browse::{BrowseQuery, Filters},
    },
};

/// What the hand is doing in the library.
#[derive(Debug, Default)]
pub struct LibraryScreen {
    /// What is typed into the search.
    pub text: String,
    /// The chips that are set.
    pub filters: Filters,
    /// Which tracks are chosen.
    pub selection: Selection,
    /// The table as it is being dragged; what is kept is in the settings.
    table: Option<TableSettings>,
    /// What was last asked of the list.
    asked: Option<BrowseQuery>,
    /// The row to bring into view.
    scroll_to: Option<usize>,
    /// Rows that fit on screen.
    page: usize,
    /// Tracks that wait for the place they are written to, and that place.
    exporting: Vec<TrackId>,
    export_to: Option<PathBuf>,
    failed_open: bool,
    /// The first run just ended here.
    welcome: bool,
    progress: progress::Footer,
}

impl LibraryScreen {
    /// The track that the detail panel shows.
    pub fn focused(&self) -> Option<TrackId> {
        self.selection.focus()
    }

    /// The first run ends here: says what goes on.
    pub(super) fn welcome(&mut self) {
        self.welcome = true;
    }

    /// Opens the list of files that could not be read.
    pub(super) fn show_failed(&mut self) {
        self.failed_open = true;
    }

    /// A place to write the list to was chosen.
    pub(super) fn export_chosen(&mut self, path: PathBuf) {
        self.export_to = Some(path);
    }

    /// The query that the hand stands for.
    fn query(&self, table: &TableSettings) -> BrowseQuery {
        BrowseQuery {
            text: self.text.clone(),
            filters: self.filters.clone(),
            sort: table.sort,
            descending: table.descending,
        }
    }
}

/// The search field.
fn search_id() -> Id {
    Id::unique("library-search")
}

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    dropped(ui, out);
    keys::handle(ui.ctx(), app, state, out);
    top::show(ui, app, state, out);
    // Several tracks have the whole width; one has its panel.
    if state.library.selection.len() <= 1
        && let Some(focused) = state.library.focused()
    {
        detail::panel(ui, app, focused, state, out);
    }
    let no_folder = app
        .overview
        .as_ref()
        .is_some_and(|overview| overview.folders.is_empty());
    let no_track = app
        .listing
        .as_ref()
        .is_none_or(|listing| listing.table.is_empty());
    if no_folder && no_track {
        central(ui, "no-folder", |ui| empty::no_folder_ui(ui, state, out));
    } else {
        progress::show(ui, app, state, out);
        central(ui, "tracks", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            welcome::show(ui, app, state);
            if state.library.selection.len() > 1 {
                section(ui, "batch", |ui| batch::show(ui, app, state, out));
            } else {
                section(ui, "filters", |ui| filters::show(ui, app, state, out));
            }
            section(ui, "table", |ui| table::show(ui, app, state, out));
        });
    }
    failed::show(ui.ctx(), app, state, out);
    ask(app, state, out);
}

/// Asks the list when the hand stands for something else than before, and writes what waits for a place.
fn ask(app: &AppState, state: &mut UiState, out: &mut Requests) {
    let screen = &mut state.library;
    let query = screen.query(screen.table.as_ref().unwrap_or(&app.settings.table));
    if screen.asked.as_ref() != Some(&query) {
        screen.asked = Some(query.clone());
        screen.scroll_to = screen.scroll_to.or(Some(0));
        out.push(Command::Browse(Box::new(query)));
    }
    if let Some(path) = screen.export_to.take() {
        let tracks = std::mem::take(&mut screen.exporting);
        if !tracks.is_empty() {
            out.push(Command::Export { tracks, path });
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
    out.extend(dropped.into_iter().map(Command::AddFolder));
    if hovering {
        drop_hint_ui(ui);
    }
}

/// Says that what hangs over the window may be dropped.
pub(super) fn drop_hint_ui(ui: &Ui) {
    let painter = ui.ctx().layer_painter(eframe::egui::LayerId::new(
        eframe::egui::Order::Foreground,
        Id::unique("drop"),
    ));
    let area = ui.ctx().content_rect();
    painter.rect_filled(area, 0.0, theme::SCRIM);
    let galley = painter.layout_no_wrap(
        "Drop to add this folder".to_owned(),
        theme::text::hero(),
        theme::ON_PLUM,
    );
    painter.galley(area.center() - galley.size() / 2.0, galley, theme::ON_PLUM);
}
