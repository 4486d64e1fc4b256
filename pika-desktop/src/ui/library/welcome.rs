//! The last step of the first run: the library itself, and what is good to know.

use eframe::egui::{Frame, Margin, Ui};
use pika_engine::{app::AppState, nowplaying::SourceStatus};

use super::state::LibraryScreen;
use crate::ui::{
    icons,
    widgets::{Banner, Tone},
};

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen) {
    if !screen.welcome {
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
                screen.welcome = false;
            }
        });
}

/// What goes on, and what the DJ program should be told.
fn words(app: &AppState) -> String {
    let is_done = app.analysis.is_none()
        && app.overview.as_ref().is_some_and(|overview| {
            let readable = (overview.tracks as usize).saturating_sub(overview.unreadable.len());
            readable > 0 && overview.analyzed as usize >= readable
        });
    let words = if is_done {
        "All your tracks are analysed."
    } else {
        "Your tracks are analysed while you look around."
    };
    let mut words = words.to_owned();
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

#[cfg(test)]
mod tests {
    use pika_engine::library::Overview;

    use super::*;

    #[test]
    fn it_says_whether_tracks_are_analysed_still() {
        let told = |analyzed| {
            words(&AppState {
                overview: Some(Box::new(Overview {
                    tracks: 200,
                    analyzed,
                    ..Overview::default()
                })),
                ..AppState::default()
            })
        };
        assert_eq!(told(180), "Your tracks are analysed while you look around.");
        assert_eq!(told(200), "All your tracks are analysed.");
        let nothing = words(&AppState::default());
        assert_eq!(nothing, "Your tracks are analysed while you look around.");
    }
}
