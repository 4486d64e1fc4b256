//! Music folders, and the library's own file.

use std::path::Path;

use eframe::egui::Ui;
use pika_engine::app::{AppState, Command};

use super::{
    parts::{colored_row, row},
    state::{Question, SettingsScreen},
};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::Theme,
        widgets::{Button, icon_button},
        words,
    },
};

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let folders = app
        .overview
        .as_ref()
        .map_or(&[][..], |overview| &overview.folders);
    for folder in folders {
        let name = short(&folder.path);
        let scan = app.scans.get(&folder.id.0);
        let (words, color) = if folder.away_since.is_some() {
            (
                "This drive is not connected. Its tracks stay in the list".to_owned(),
                theme.warn,
            )
        } else if let Some(counts) = app.scanning.get(&folder.id.0) {
            (
                format!(
                    "Looking through it: {} so far",
                    words::tracks(counts.seen as usize)
                ),
                theme.text2,
            )
        } else if let Some(counts) = scan {
            let mut words = format!("{} · watched for new files", words::tracks(counts.seen as usize));
            if counts.unreadable > 0 {
                words += &format!(" · {} could not be read", counts.unreadable);
            }
            (words, theme.text2)
        } else {
            ("Watched for new files".to_owned(), theme.text2)
        };
        colored_row(ui, icons::FOLDER, &name, &words, color, |ui| {
            let button = icon_button(ui, icons::X, &format!("Take {name} out"), 30.0);
            if button.clicked() {
                screen.question = Some(Question::RemoveFolder(folder.id, name.clone()));
            }
        });
    }
    row(
        ui,
        icons::PLUS,
        "Add a folder",
        "or drop one on this window",
        |ui| {
            if Button::new("Add…").name("Add a music folder").show(ui).clicked() {
                out.choose(ChooseFor::MusicFolder);
            }
        },
    );
    if !folders.is_empty() {
        row(
            ui,
            icons::ARROWS_CLOCKWISE,
            "Look again",
            "New files are found by themselves; on some network drives it takes a while",
            |ui| {
                if Button::new("Look now")
                    .name("Look through all folders now")
                    .show(ui)
                    .clicked()
                {
                    out.push(Command::Rescan);
                }
            },
        );
    }
}

/// The library's own file: the way back.
pub(super) fn library_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let kept = app
        .overview
        .as_ref()
        .and_then(|overview| overview.good_copy_age_ms);
    let words = match kept {
        Some(age) => format!(
            "Made {}. One is kept each day, and takes over by itself when the file is damaged",
            words::ago(age)
        ),
        None => "None yet: the first is kept when Pika! is closed".to_owned(),
    };
    row(
        ui,
        icons::ARROW_COUNTER_CLOCKWISE,
        "Last good copy",
        &words,
        |ui| {
            let button = Button::new("Go back…").enabled(kept.is_some());
            let pressed = button.name("Go back to the last good copy").show(ui).clicked();
            if pressed && kept.is_some() {
                screen.question = Some(Question::GoBack);
            }
        },
    );
    row(
        ui,
        icons::DATABASE,
        "Data folder",
        "Library, settings and logs; copy it to keep everything",
        |ui| {
            if Button::new("Open")
                .name("Open the data folder")
                .show(ui)
                .clicked()
            {
                out.push(Command::ShowFile(app.data_folder.clone()));
            }
        },
    );
}

/// The last two parts of a path: `Music/West Coast`.
fn short(path: &Path) -> String {
    let mut parts: Vec<String> = path
        .components()
        .rev()
        .take(2)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.reverse();
    parts.retain(|part| part != "/" && part != "\\");
    if parts.is_empty() {
        path.display().to_string()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_by_their_last_two_parts() {
        assert_eq!(
            short(Path::new("/home/nadia/Music/West Coast")),
            "Music/West Coast"
        );
        assert_eq!(short(Path::new("/Music")), "Music");
        assert_eq!(short(Path::new("/")), "/");
    }
}
