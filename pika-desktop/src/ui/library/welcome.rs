//! The last step of the first run: the library itself, and what is good to know.

use eframe::egui::{Frame, Margin, Ui};

use crate::ui::{
    UiState, icons,
    widgets::{Banner, Tone},
};
use pika_engine::{app::AppState, nowplaying::SourceStatus};

pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState) {
    if !state.library.welcome {
        return;
    }
    let words = words(app);
    Frame::new()
        .inner_margin(Margin {
            left: 20,
            right: 20,
            top: 12,
            bottom: 2,
        })
        .show(ui, |ui| {
            let banner = Banner {
                tone: Tone::Good,
                icon: icons::CHECK_CIRCLE,
                title: "You are ready",
                text: &words,
                action: Some("Got it"),
            };
            if banner.show(ui) {
                state.library.welcome = false;
            }
        });
}

/// What goes on, and what the DJ program should be told.
fn words(app: &AppState) -> String {
    let mut words = "Your tracks are analysed while you look around.".to_owned();
    for source in app.sources.values() {
        if let SourceStatus::Following { advice, .. } = source {
            for advice in advice {
                words.push(' ');
                words += advice;
            }
        }
    }
    words
}
