//! The library: all tracks.

use eframe::egui::{Align, Frame, Layout, Panel, Ui, UiBuilder, vec2};

use super::{
    UiState, icons, shell,
    theme::{Theme, size, text},
    widgets::{Button, CoverTraits, label},
};
use crate::{
    app::AppState,
    command::{ChooseFor, Command},
    library::Values,
};
use pika_analysis::{Mode, MusicalKey};

/// What the hand is doing in the library.
#[derive(Debug, Default)]
pub struct LibraryScreen {}

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let tracks = app.overview.as_ref().map(|overview| overview.tracks as usize);
    Panel::top("library-top")
        .exact_size(size::TOP)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(eframe::egui::Margin::symmetric(20, 0)))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter().hline(
                area.expand2(vec2(20.0, 0.0)).x_range(),
                area.bottom() - 0.5,
                (1.0, theme.line),
            );
            ui.horizontal_centered(|ui| {
                label(ui, "Library", text::page(), theme.text);
                let count = match tracks {
                    None => String::new(),
                    Some(0) => "no tracks yet".to_owned(),
                    Some(count) => shell::tracks(count),
                };
                label(ui, count, text::body(), theme.text2);
            });
        });
    if app
        .overview
        .as_ref()
        .is_some_and(|overview| overview.folders.is_empty())
    {
        empty_ui(ui, state, out);
    }
}

/// No folder yet: three covers, what to do, two ways.
fn empty_ui(ui: &mut Ui, state: &mut UiState, out: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let area = ui.available_rect_before_wrap();
    let block = eframe::egui::Rect::from_center_size(area.center(), vec2(620.0, 360.0));
    let mut ui = ui.new_child(
        UiBuilder::new()
            .max_rect(block)
            .layout(Layout::top_down(Align::Center)),
    );
    let covers = [
        (
            "Moving Slow",
            MusicalKey::new(5, Mode::Minor),
            84.0,
            38.0,
            74.0,
            33.0,
            84.0,
        ),
        (
            "Low Tide",
            MusicalKey::new(9, Mode::Minor),
            96.0,
            64.0,
            91.0,
            47.0,
            116.0,
        ),
        (
            "Wait For Me",
            MusicalKey::new(7, Mode::Minor),
            89.0,
            44.0,
            81.0,
            40.0,
            84.0,
        ),
    ];
    let (row, _) = ui.allocate_exact_size(vec2(312.0, 116.0), eframe::egui::Sense::hover());
    let mut x = row.left();
    for (name, key, bpm, energy, dance, bright, side) in covers {
        let rect = eframe::egui::Rect::from_min_size(eframe::egui::pos2(x, row.top()), vec2(side, side));
        let values = Values {
            bpm: Some(bpm),
            key: Some(key),
            energy: Some(energy),
            danceability: Some(dance),
            brightness: Some(bright),
            ..Values::default()
        };
        state.covers.paint(&ui, rect, &CoverTraits::new(&values, name));
        x += side + 14.0;
    }
    ui.add_space(24.0);
    label(&mut ui, "Show Pika! your music", text::hero(), theme.text);
    label(
        &mut ui,
        "Choose the folder you play from. Each track gets its tempo, key and feel, and a cover drawn from them. Files stay where they are.",
        text::large(),
        theme.text2,
    );
    ui.add_space(16.0);
    if Button::new("Choose a folder")
        .primary()
        .large()
        .icon(icons::FOLDER_OPEN)
        .show(&mut ui)
        .clicked()
    {
        out.push(Command::Choose(ChooseFor::MusicFolder));
    }
    ui.add_space(10.0);
    label(
        &mut ui,
        "You can also drop a folder anywhere on this window.",
        text::body(),
        theme.text3,
    );
}
