//! What can be done with several tracks at once; takes the place of the filters.

use eframe::egui::{Align, Frame, Layout, Margin, Ui};
use pika_engine::{
    app::{AppState, Command},
    library::{Correction, TrackId},
};

use super::state::LibraryScreen;
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::{Theme, text},
        widgets::{Button, Toast, ToastAction, kbd, label},
        words,
    },
};
use pika_engine::library::LibraryCommand;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let Some(listing) = &app.listing else { return };
    let count = screen.selection.len();
    Frame::new()
        .fill(theme.bg3)
        .inner_margin(Margin::symmetric(20, 10))
        .show(ui, |ui| {
            ui.set_min_size(eframe::egui::vec2(ui.available_width(), 30.0));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                label(
                    ui,
                    format!("{} selected", words::thousands(count)),
                    text::strong(),
                    theme.text,
                );
                if Button::new("÷2")
                    .small()
                    .name("Halve the tempo of the selected")
                    .show(ui)
                    .clicked()
                {
                    scale(screen.selection.in_order(listing), 0.5, out);
                }
                if Button::new("×2")
                    .small()
                    .name("Double the tempo of the selected")
                    .show(ui)
                    .clicked()
                {
                    scale(screen.selection.in_order(listing), 2.0, out);
                }
                if Button::new("Analyse again")
                    .small()
                    .icon(icons::ARROWS_CLOCKWISE)
                    .show(ui)
                    .clicked()
                {
                    let tracks = screen.selection.in_order(listing);
                    let toast = format!("{} will be analysed again", words::tracks(tracks.len()));
                    out.toast(Toast::done(toast));
                    out.push(Command::Library(LibraryCommand::AnalyzeAgain(tracks)));
                }
                let export = format!("Export {}", words::thousands(count));
                if Button::new(&export)
                    .small()
                    .icon(icons::EXPORT)
                    .name("Export the selected")
                    .show(ui)
                    .clicked()
                {
                    screen.exporting = screen.selection.in_order(listing);
                    out.choose(ChooseFor::ExportTable);
                }
                if Button::new("As measured")
                    .small()
                    .icon(icons::ARROW_COUNTER_CLOCKWISE)
                    .name("Take all corrections of the selected back")
                    .show(ui)
                    .clicked()
                {
                    let tracks = screen.selection.in_order(listing);
                    correct(tracks, Correction::Reset, "Back to what was measured", out);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    kbd(ui, "Esc");
                    if Button::new("Clear")
                        .small()
                        .ghost()
                        .name("Clear the selection")
                        .show(ui)
                        .clicked()
                    {
                        screen.selection.clear();
                    }
                });
            });
        });
}

/// Multiplies the tempo of tracks, and says so with a way back.
pub(super) fn scale(tracks: Vec<TrackId>, factor: f64, out: &mut Requests) {
    let words = match factor {
        0.5 => "Tempo halved".to_owned(),
        2.0 => "Tempo doubled".to_owned(),
        ..1.0 => format!("Tempo ÷{:.0}", 1.0 / factor),
        _ => format!("Tempo ×{factor:.0}"),
    };
    correct(tracks, Correction::ScaleBpm(factor), &words, out);
}

/// Corrects tracks, and says so with a way back.
pub(super) fn correct(tracks: Vec<TrackId>, correction: Correction, words: &str, out: &mut Requests) {
    if tracks.is_empty() {
        return;
    }
    let text = match tracks.len() {
        1 => words.to_owned(),
        count => format!("{words}: {}", words::tracks(count)),
    };
    out.toast(Toast::done(text).action(ToastAction::Undo));
    out.push(Command::Library(LibraryCommand::Correct { tracks, correction }));
}
