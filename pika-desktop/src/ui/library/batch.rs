//! What can be done with several tracks at once; takes the place of the filters.

use eframe::egui::{Align, Frame, Layout, Margin, Ui, vec2};
use pika_engine::app::AppState;

use super::{actions::TrackAction, state::LibraryScreen};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons::{self, Icon},
        requests::Requests,
        theme::{Theme, is_narrow, size, text},
        widgets::{Button, kbd, label},
        words,
    },
};

/// What a button does with the selected tracks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Does {
    Action(TrackAction),
    Export,
}

/// A button of the row.
#[derive(Debug, Clone, PartialEq)]
struct BatchButton {
    word: String,
    icon: Option<Icon>,
    /// For a screen reader, where the word alone says too little.
    name: Option<&'static str>,
    does: Does,
}

/// The buttons for so many tracks, from the left.
fn buttons(count: usize) -> [BatchButton; 5] {
    let button = |word: &str, icon, name, does| BatchButton {
        word: word.to_owned(),
        icon,
        name,
        does,
    };
    [
        button(
            "÷2",
            None,
            Some("Halve the tempo of the selected"),
            Does::Action(TrackAction::Scale(0.5)),
        ),
        button(
            "×2",
            None,
            Some("Double the tempo of the selected"),
            Does::Action(TrackAction::Scale(2.0)),
        ),
        button(
            "Analyse again",
            Some(icons::ARROWS_CLOCKWISE),
            None,
            Does::Action(TrackAction::AnalyzeAgain),
        ),
        button(
            &format!("Export {}", words::thousands(count)),
            Some(icons::EXPORT),
            Some("Export the selected"),
            Does::Export,
        ),
        button(
            "As measured",
            Some(icons::ARROW_COUNTER_CLOCKWISE),
            Some("Take all corrections of the selected back"),
            Does::Action(TrackAction::Reset),
        ),
    ]
}

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let Some(listing) = &app.listing else { return };
    let count = screen.selection.len();
    Frame::new()
        .fill(theme.bg3)
        .inner_margin(Margin::symmetric(20, 10))
        .show(ui, |ui| {
            ui.set_min_size(vec2(ui.available_width(), size::CONTROL_SMALL));
            ui.horizontal(|ui| {
                // Where it is tight the words stand alone.
                let narrow = is_narrow(ui.ctx());
                ui.spacing_mut().item_spacing.x = if narrow { 4.0 } else { 8.0 };
                let selected = format!("{} selected", words::thousands(count));
                label(ui, selected, text::strong(), theme.text);
                for button in buttons(count) {
                    if !button_ui(ui, &button, !narrow) {
                        continue;
                    }
                    let tracks = screen.selection.in_order(listing);
                    match button.does {
                        Does::Action(action) => action.run(tracks, out),
                        Does::Export => {
                            screen.exporting = tracks;
                            out.choose(ChooseFor::ExportTable);
                        }
                    }
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if !narrow {
                        kbd(ui, "Esc");
                    }
                    clear_ui(ui, screen);
                });
            });
        });
}

/// Returns whether it was pressed.
fn button_ui(ui: &mut Ui, button: &BatchButton, with_icon: bool) -> bool {
    let mut drawn = Button::new(&button.word).small();
    if let Some(icon) = button.icon.filter(|_| with_icon) {
        drawn = drawn.icon(icon);
    }
    if let Some(name) = button.name {
        drawn = drawn.name(name);
    }
    drawn.show(ui).clicked()
}

fn clear_ui(ui: &mut Ui, screen: &mut LibraryScreen) {
    let button = Button::new("Clear").small().ghost();
    if button.name("Clear the selection").show(ui).clicked() {
        screen.selection.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_offers_what_can_be_done_with_all_of_them() {
        let row = buttons(1_200).map(|button| match button.name {
            Some(name) => format!("{} ({name})", button.word),
            None => button.word,
        });
        assert_eq!(
            row,
            [
                "÷2 (Halve the tempo of the selected)",
                "×2 (Double the tempo of the selected)",
                "Analyse again",
                "Export 1,200 (Export the selected)",
                "As measured (Take all corrections of the selected back)",
            ]
        );
    }
}
