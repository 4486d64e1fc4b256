//! The library without music, and a search without a result.

use eframe::egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use pika_analysis::Mode;
use pika_engine::{app::AppState, library::browse::Filters};

use super::state::LibraryScreen;
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::{Theme, text},
        widgets::{Button, Empty, EmptyAction, SampleCover, label, sample_traits},
    },
};

/// The covers of the empty library.
const COVERS: [(SampleCover, f32); 3] = [
    (("Moving Slow", (5, Mode::Minor), [84.0, 38.0, 74.0, 33.0]), 84.0),
    (("Low Tide", (9, Mode::Minor), [96.0, 64.0, 91.0, 47.0]), 116.0),
    (("Wait For Me", (7, Mode::Minor), [89.0, 44.0, 81.0, 40.0]), 84.0),
];

/// No folder yet: three covers, what to do, the way there.
pub(super) fn no_folder_ui(ui: &mut Ui, out: &mut Requests) {
    let theme = Theme::of(ui);
    let area = ui.available_rect_before_wrap();
    let block = Rect::from_center_size(area.center(), vec2(600.0_f32.min(area.width()), 350.0));
    let mut ui = ui.new_child(
        UiBuilder::new()
            .max_rect(block)
            .layout(Layout::top_down(Align::Center)),
    );
    let (row, _) = ui.allocate_exact_size(vec2(312.0, 116.0), Sense::hover());
    let mut x = row.left();
    for (cover, side) in COVERS {
        let rect = Rect::from_min_size(pos2(x, row.top()), vec2(side, side));
        out.cover(&ui, rect, &sample_traits(cover));
        x += side + 14.0;
    }
    ui.add_space(22.0);
    label(&mut ui, "Show Pika! your music", text::hero(), theme.text);
    label(
        &mut ui,
        "Choose the folder you play from. Each track gets its tempo, key and feel, and a cover drawn from them. Files stay where they are.",
        text::large(),
        theme.text2,
    );
    ui.add_space(18.0);
    if Button::new("Choose a folder")
        .primary()
        .large()
        .icon(icons::FOLDER_OPEN)
        .show(&mut ui)
        .clicked()
    {
        out.choose(ChooseFor::MusicFolder);
    }
    ui.add_space(10.0);
    label(
        &mut ui,
        "You can also drop a folder anywhere on this window.",
        text::body(),
        theme.text3,
    );
}

/// Nothing in the list: still looking, nothing there, or nothing that fits.
pub(super) fn nothing_ui(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen) {
    ui.add_space(48.0);
    let table_is_empty = app
        .listing
        .as_ref()
        .is_none_or(|listing| listing.table.is_empty());
    if table_is_empty {
        let (title, text) = if app.scanning.is_empty() {
            (
                "No music in your folders",
                "MP3, M4A, FLAC, WAV, AIFF and OGG files show up here by themselves.",
            )
        } else {
            (
                "Looking through your music",
                "The first tracks show up here in a moment.",
            )
        };
        Empty {
            icon: icons::MUSIC_NOTES,
            title,
            text,
            action: None,
        }
        .show(ui, 380.0);
        return;
    }
    let words = screen.text.trim().to_owned();
    let filtered = !screen.filters.is_empty();
    let title = if words.is_empty() {
        "Nothing fits these filters".to_owned()
    } else {
        format!("Nothing matches “{words}”")
    };
    let text = match (words.is_empty(), filtered) {
        (false, true) => "Check the spelling or clear the filters.",
        (false, false) => "Check the spelling.",
        (true, _) => "Clear one of them to see more.",
    };
    let action = if filtered { "Clear filters" } else { "Clear search" };
    let empty = Empty {
        icon: icons::MAGNIFYING_GLASS,
        title: &title,
        text,
        action: Some(action),
    };
    if empty.show(ui, 380.0) == EmptyAction::Pressed {
        if filtered {
            screen.filters = Filters::default();
        } else {
            screen.text.clear();
        }
    }
}
