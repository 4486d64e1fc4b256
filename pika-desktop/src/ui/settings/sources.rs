//! What says which song plays.

use eframe::egui::Ui;
use pika_engine::{app::AppState, nowplaying::SourceStatus};

use super::parts::{changed, colored_row, row};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::Theme,
        widgets::{Button, icon_button, toggle},
    },
};

pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    virtualdj_ui(ui, app, out);
    file_ui(ui, app, out);
    row(
        ui,
        icons::HAND_POINTING,
        "Set it by hand",
        "Always possible: press Playing now beside a track",
        |_| {},
    );
}

fn virtualdj_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let theme = Theme::of(ui);
    let mut follows = app.settings.follow_virtualdj;
    let mut color = theme.text2;
    let words = match app.sources.get("VirtualDJ").filter(|_| follows) {
        None if follows => "Looking for VirtualDJ …".to_owned(),
        None => "Its history is not read".to_owned(),
        Some(SourceStatus::Following {
            path,
            delay_s,
            advice,
            ..
        }) => {
            let mut words = match delay_s {
                Some(delay) => format!(
                    "Updates {} to {} s after a track becomes audible",
                    delay,
                    delay + 2
                ),
                None => format!("Follows {}", path.display()),
            };
            if let Some(advice) = advice.first() {
                color = theme.warn;
                words = format!("{words}. {advice}");
            }
            words
        }
        Some(SourceStatus::Missing { .. }) => {
            color = theme.warn;
            "VirtualDJ was not found. Choose its folder, or carry on without.".to_owned()
        }
        Some(SourceStatus::Unreadable { path, reason, .. }) => {
            color = theme.err;
            format!("{} cannot be read: {reason}", path.display())
        }
    };
    colored_row(ui, icons::DISC, "VirtualDJ history", &words, color, |ui| {
        if toggle(ui, &mut follows, "Follow VirtualDJ's history").changed() {
            out.push(changed(app, |settings| settings.follow_virtualdj = follows));
        }
        if follows
            && Button::new("Choose…")
                .small()
                .name("Choose VirtualDJ's folder")
                .show(ui)
                .clicked()
        {
            out.choose(ChooseFor::VirtualDjFolder);
        }
    });
    if let Some(folder) = &app.settings.virtualdj_folder {
        let words = folder.display().to_string();
        row(ui, icons::FOLDER, "VirtualDJ's folder", &words, |ui| {
            let button = Button::new("Find it again").small();
            if button
                .name("Let Pika! find VirtualDJ's folder")
                .show(ui)
                .clicked()
            {
                out.push(changed(app, |settings| settings.virtualdj_folder = None));
            }
        });
    }
}

fn file_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let theme = Theme::of(ui);
    let file = app.settings.now_playing_file.as_ref();
    let status = app
        .sources
        .get("text file")
        .or_else(|| app.sources.get("playlist file"));
    let mut color = theme.text2;
    let words = match (file, status) {
        (None, _) => "For Serato, Traktor, rekordbox exports (.m3u, .txt)".to_owned(),
        (Some(_), Some(SourceStatus::Missing { what, .. })) => {
            color = theme.warn;
            what.clone()
        }
        (Some(path), Some(SourceStatus::Unreadable { reason, .. })) => {
            color = theme.err;
            format!("{} cannot be read: {reason}", path.display())
        }
        (Some(path), _) => path.display().to_string(),
    };
    colored_row(
        ui,
        icons::FILE_TEXT,
        "Watch a playlist file",
        &words,
        color,
        |ui| {
            if file.is_some() && icon_button(ui, icons::X, "Watch no file", 30.0).clicked() {
                out.push(changed(app, |settings| settings.now_playing_file = None));
            }
            if Button::new("Choose…")
                .name("Choose the file to watch")
                .show(ui)
                .clicked()
            {
                out.choose(ChooseFor::NowPlayingFile);
            }
        },
    );
}
