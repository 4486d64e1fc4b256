//! The head of the library: how many tracks, search, export.

use eframe::egui::{Align, Id, Key, Layout, Modifiers, Ui};
use pika_engine::{
    app::AppState,
    library::{TrackId, browse::Listing},
};

use super::state::LibraryScreen;
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        shortcuts::{self, Action},
        theme::{Theme, is_narrow, size, text},
        widgets::{Button, Over, TextField, Toast, head, label, menu},
        words,
    },
};

/// Lines of text that the clipboard gets at most.
const MAX_COPIED: usize = 10_000;

/// The search field.
pub(super) fn search_id() -> Id {
    Id::unique("library-search")
}

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    head(ui, "library-top", size::TOP, |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            label(ui, "Library", text::page(), theme.text);
            counts_ui(ui, app, screen);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let some = app.listing.as_ref().filter(|listing| !listing.table.is_empty());
                if let Some(listing) = some {
                    export_ui(ui, listing, screen, out);
                }
                search_ui(ui, app, screen);
            });
        });
    });
}

fn counts_ui(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen) {
    let theme = Theme::of(ui);
    let Some(overview) = &app.overview else { return };
    let narrow = is_narrow(ui.ctx());
    let count = match overview.tracks {
        0 => "no tracks yet".to_owned(),
        count => words::tracks(count as usize),
    };
    if !narrow || overview.unreadable.is_empty() {
        label(ui, count, text::body(), theme.text2);
    }
    if !overview.unreadable.is_empty() {
        let number = words::thousands(overview.unreadable.len());
        let words = format!("{number} could not be read");
        let button = Button::new(if narrow { &number } else { &words }).name(&words);
        let button = button.small().ghost().icon(icons::WARNING_CIRCLE);
        if button.show(ui).clicked() {
            screen.show_failed();
        }
    }
}

fn search_ui(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen) {
    search_keys(ui, app, screen);
    let keys = shortcuts::key_names(ui.ctx(), Action::Search);
    let width = ui.available_width().min(340.0);
    let response = TextField::new(&mut screen.text, "Search")
        .hint("Title, artist, 8A, 96 bpm…")
        .icon(icons::MAGNIFYING_GLASS)
        .shortcut(&keys)
        .clearable()
        .width(width)
        .id(search_id())
        .show(ui);
    if response.changed() {
        screen.scroll_to = Some(0);
    }
    response.on_hover_text(
        "Words in any order, also: 8A · 96 bpm · 90-100 · energy>70 · dance>80 · tag:blues · played>30d · -live",
    );
}

/// The keys of the search itself: from it into the list, or out of it.
fn search_keys(ui: &Ui, app: &AppState, screen: &mut LibraryScreen) {
    let (had, has) = ui.memory(|memory| {
        let id = search_id();
        (memory.had_focus_last_frame(id), memory.has_focus(id))
    });
    if had && !has && ui.input(|input| input.key_pressed(Key::Escape)) {
        screen.text.clear();
    }
    if !has {
        return;
    }
    let down = ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::ArrowDown) || input.consume_key(Modifiers::NONE, Key::Enter)
    });
    if down && let Some(listing) = app.listing.as_ref().filter(|listing| !listing.is_empty()) {
        ui.memory_mut(|memory| memory.surrender_focus(search_id()));
        screen.choose_first(listing);
    }
}

fn export_ui(ui: &mut Ui, listing: &Listing, screen: &mut LibraryScreen, out: &mut Requests) {
    let button = Button::new("Export").icon(icons::EXPORT).show(ui);
    menu(Over::Export, &button, 220.0, |ui| {
        let several = screen.selection.len() > 1;
        let tracks = || -> Vec<TrackId> {
            if several {
                screen.selection.in_order(listing)
            } else {
                listing.ids().collect()
            }
        };
        let mut write = None;
        let mut copy = None;
        if ui.button("Table (CSV)…").clicked() {
            write = Some((ChooseFor::ExportTable, tracks()));
        }
        if ui.button("Playlist (M3U8)…").clicked() {
            write = Some((ChooseFor::ExportPlaylist, tracks()));
        }
        if ui.button("Copy as text").clicked() {
            copy = Some(tracks());
        }
        if let Some((purpose, tracks)) = write {
            screen.exporting = tracks;
            out.choose(purpose);
        }
        if let Some(tracks) = copy {
            let lines = as_text(listing, &tracks);
            ui.ctx().copy_text(lines);
            let count = tracks.len().min(MAX_COPIED);
            out.toast(Toast::done(format!("{} copied", words::tracks(count))));
        }
    });
}

/// One line a track.
pub(super) fn as_text(listing: &Listing, tracks: &[TrackId]) -> String {
    tracks
        .iter()
        .take(MAX_COPIED)
        .filter_map(|track| listing.table.find(*track))
        .map(|row| match row.artist.is_empty() {
            true => format!("{}\n", row.title),
            false => format!("{} – {}\n", row.artist, row.title),
        })
        .collect()
}
