//! What says which song plays.

use std::path::Path;

use eframe::egui::Ui;
use pika_engine::{
    app::AppState,
    nowplaying::{SourceKind, SourceStatus},
    settings::SettingsChange,
};

use super::parts::{LineTone, Row};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::size,
        widgets::{Button, icon_button, toggle},
    },
};

pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    virtualdj_ui(ui, app, out);
    file_ui(ui, app, out);
    Row::new(
        icons::HAND_POINTING,
        "Set it by hand",
        "Always possible: press Playing now beside a track",
    )
    .show(ui, |_| {});
}

/// How VirtualDJ's history is followed.
fn virtualdj_row(app: &AppState) -> Row<'_> {
    let follows = app.settings.follow_virtualdj;
    let row = |words: String, tone| Row::new(icons::DISC, "VirtualDJ history", words).tone(tone);
    match app.sources.get(&SourceKind::VirtualDj).filter(|_| follows) {
        None if follows => row("Looking for VirtualDJ …".to_owned(), LineTone::Plain),
        None => row("Its history is not read".to_owned(), LineTone::Plain),
        Some(SourceStatus::Following {
            path,
            delay_s,
            advice,
            ..
        }) => {
            let words = match delay_s {
                Some(delay) => format!("Updates {delay} to {} s after a track becomes audible", delay + 2),
                None => format!("Follows {}", path.display()),
            };
            match advice.first() {
                // The advice names the delay itself.
                Some(advice) => row(advice.clone(), LineTone::Warn),
                None => row(words, LineTone::Plain),
            }
        }
        Some(SourceStatus::Missing { .. }) => row(
            "VirtualDJ was not found. Choose its folder, or carry on without.".to_owned(),
            LineTone::Warn,
        ),
        Some(SourceStatus::Unreadable { path, reason, .. }) => {
            row(unreadable(path, reason), LineTone::Trouble)
        }
    }
}

/// How a file that another program writes is followed.
fn file_row(app: &AppState) -> Row<'_> {
    let status = app
        .sources
        .get(&SourceKind::TextFile)
        .or_else(|| app.sources.get(&SourceKind::Playlist));
    let row = |words: String, tone| Row::new(icons::FILE_TEXT, "Watch a playlist file", words).tone(tone);
    match (&app.settings.now_playing_file, status) {
        (None, _) => row(
            "For Serato, Traktor, rekordbox exports (.m3u, .txt)".to_owned(),
            LineTone::Plain,
        ),
        (Some(_), Some(SourceStatus::Missing { what, .. })) => row(what.clone(), LineTone::Warn),
        (Some(path), Some(SourceStatus::Unreadable { reason, .. })) => {
            row(unreadable(path, reason), LineTone::Trouble)
        }
        (Some(path), _) => row(path.display().to_string(), LineTone::Plain),
    }
}

fn unreadable(path: &Path, reason: &str) -> String {
    format!("{} cannot be read: {reason}", path.display())
}

fn virtualdj_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let mut follows = app.settings.follow_virtualdj;
    virtualdj_row(app).show(ui, |ui| {
        if toggle(ui, &mut follows, "Follow VirtualDJ's history").changed() {
            out.change(SettingsChange::FollowVirtualDj(follows));
        }
        if !follows {
            return;
        }
        let button = Button::new("Choose…").small();
        if button.name("Choose VirtualDJ's folder").show(ui).clicked() {
            out.choose(ChooseFor::VirtualDjFolder);
        }
    });
    if let Some(folder) = &app.settings.virtualdj_folder {
        let words = folder.display().to_string();
        Row::new(icons::FOLDER, "VirtualDJ's folder", words).show(ui, |ui| {
            let button = Button::new("Find it again").small();
            if button
                .name("Let Pika! find VirtualDJ's folder")
                .show(ui)
                .clicked()
            {
                out.change(SettingsChange::VirtualDjFolder(None));
            }
        });
    }
}

fn file_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    file_row(app).show(ui, |ui| {
        let is_watched = app.settings.now_playing_file.is_some();
        if is_watched && icon_button(ui, icons::X, "Watch no file", size::CONTROL_SMALL).clicked() {
            out.change(SettingsChange::NowPlayingFile(None));
        }
        let button = Button::new("Choose…").name("Choose the file to watch");
        if button.show(ui).clicked() {
            out.choose(ChooseFor::NowPlayingFile);
        }
    });
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn virtualdj_says_how_it_is_followed() {
        let mut app = AppState::default();
        app.settings.follow_virtualdj = true;
        let told = |app: &AppState| virtualdj_row(app).read_out();
        assert_eq!(told(&app), "VirtualDJ history: Looking for VirtualDJ …");
        let source = SourceKind::VirtualDj;
        let following = |delay_s, advice: &[&str]| SourceStatus::Following {
            source,
            path: "/dj/History".into(),
            delay_s,
            advice: advice.iter().map(|advice| (*advice).to_owned()).collect(),
        };
        app.sources.insert(source, following(None, &[]));
        assert_eq!(told(&app), "VirtualDJ history: Follows /dj/History");
        let advice = "Set the delay to 10 s";
        app.sources
            .insert(source, following(Some(45), &[advice, "And more"]));
        assert_eq!(told(&app), "VirtualDJ history: Set the delay to 10 s [Warn]");
        let unreadable = SourceStatus::Unreadable {
            source,
            path: "/dj/History".into(),
            reason: "no permission".into(),
        };
        app.sources.insert(source, unreadable);
        assert_eq!(
            told(&app),
            "VirtualDJ history: /dj/History cannot be read: no permission [Trouble]"
        );
        app.settings.follow_virtualdj = false;
        assert_eq!(told(&app), "VirtualDJ history: Its history is not read");
    }

    #[test]
    fn a_watched_file_is_named_and_its_trouble_told() {
        let mut app = AppState::default();
        let told = |app: &AppState| file_row(app).read_out();
        assert_eq!(
            told(&app),
            "Watch a playlist file: For Serato, Traktor, rekordbox exports (.m3u, .txt)"
        );
        app.settings.now_playing_file = Some("/dj/now.txt".into());
        assert_eq!(told(&app), "Watch a playlist file: /dj/now.txt");
        let missing = SourceStatus::Missing {
            source: SourceKind::TextFile,
            what: "now.txt is not there".into(),
        };
        app.sources.insert(SourceKind::TextFile, missing);
        assert_eq!(told(&app), "Watch a playlist file: now.txt is not there [Warn]");
    }
}
