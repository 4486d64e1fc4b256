//! Music folders, and the library's own file.

use std::path::Path;

use eframe::egui::Ui;
use pika_engine::{
    app::{AppState, Command},
    library::Folder,
    scanner::{ScanCounts, ScanNotice},
};

use super::{
    parts::{LineTone, Row},
    state::{Confirmation, SettingsScreen},
};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::size,
        widgets::{Button, icon_button},
        words,
    },
};

/// A music folder: how it stands.
fn folder_row<'a>(app: &AppState, folder: &Folder) -> Row<'a> {
    let seen = |counts: &ScanCounts| words::tracks(counts.seen as usize);
    let number = folder.id.0;
    let (words, tone) = if folder.away_since.is_some() {
        let words = "This drive is not connected. Its tracks stay in the list";
        (words.to_owned(), LineTone::Warn)
    } else if let Some(counts) = app.scanning.get(&number) {
        let words = format!("Looking through it: {} so far", seen(counts));
        (words, LineTone::Plain)
    } else if let Some(counts) = app.scans.get(&number) {
        let mut words = format!("{} · watched for new files", seen(counts));
        if counts.unreadable > 0 {
            words += &format!(" · {} could not be read", counts.unreadable);
        }
        (words, LineTone::Plain)
    } else {
        ("Watched for new files".to_owned(), LineTone::Plain)
    };
    Row::new(icons::FOLDER, short(&folder.path), words).tone(tone)
}

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let folders = app
        .overview
        .as_ref()
        .map_or(&[][..], |overview| &overview.folders);
    for folder in folders {
        folder_row(app, folder).show(ui, |ui| {
            let name = short(&folder.path);
            let button = icon_button(ui, icons::X, &format!("Take {name} out"), size::CONTROL_SMALL);
            if button.clicked() {
                screen.question = Some(Confirmation::RemoveFolder(folder.id, name));
            }
        });
    }
    for notice in &screen.notices {
        let (icon, title) = match notice {
            ScanNotice::NotWatched { folder, .. } => {
                if !folders.iter().any(|known| known.path == *folder) {
                    continue; // It was taken out meanwhile.
                }
                (icons::CLOCK, short(folder))
            }
            ScanNotice::DamagedSongs { .. } | ScanNotice::DamagedDatabase { .. } => {
                (icons::WARNING, "VirtualDJ's database".to_owned())
            }
        };
        let row = Row::new(icon, title, notice.text()).tone(LineTone::Warn);
        row.show(ui, |_| {});
    }
    Row::new(icons::PLUS, "Add a folder", "or drop one on this window").show(ui, |ui| {
        if Button::new("Add…").name("Add a music folder").show(ui).clicked() {
            out.choose(ChooseFor::MusicFolder);
        }
    });
    if !folders.is_empty() {
        Row::new(
            icons::ARROWS_CLOCKWISE,
            "Look again",
            "New files are found by themselves; on some network drives it takes a while",
        )
        .show(ui, |ui| {
            if Button::new("Look now")
                .name("Look through all folders now")
                .show(ui)
                .clicked()
            {
                out.push(Command::Rescan);
            }
        });
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
    Row::new(icons::ARROW_COUNTER_CLOCKWISE, "Last good copy", &words).show(ui, |ui| {
        let button = Button::new("Go back…").enabled(kept.is_some());
        let pressed = button.name("Go back to the last good copy").show(ui).clicked();
        if pressed && kept.is_some() {
            screen.question = Some(Confirmation::GoBack);
        }
    });
    Row::new(
        icons::DATABASE,
        "Data folder",
        "Library, settings and logs; copy it to keep everything",
    )
    .show(ui, |ui| {
        if Button::new("Open")
            .name("Open the data folder")
            .show(ui)
            .clicked()
        {
            out.push(Command::ShowFile(app.data_folder.clone()));
        }
    });
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
    use pika_engine::library::FolderId;

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

    #[test]
    fn a_folder_says_how_it_stands() {
        let mut folder = Folder {
            id: FolderId(7),
            path: "/home/nadia/Music/Blues".into(),
            away_since: None,
        };
        let mut app = AppState::default();
        let told = |app: &AppState, folder: &Folder| folder_row(app, folder).read_out();
        assert_eq!(told(&app, &folder), "Music/Blues: Watched for new files");
        let mut counts = ScanCounts {
            seen: 1_204,
            ..ScanCounts::default()
        };
        app.scans.insert(7, counts);
        assert_eq!(
            told(&app, &folder),
            "Music/Blues: 1,204 tracks · watched for new files"
        );
        counts.unreadable = 2;
        app.scans.insert(7, counts);
        assert_eq!(
            told(&app, &folder),
            "Music/Blues: 1,204 tracks · watched for new files · 2 could not be read"
        );
        app.scanning.insert(7, counts);
        assert_eq!(
            told(&app, &folder),
            "Music/Blues: Looking through it: 1,204 tracks so far"
        );
        folder.away_since = Some(0);
        assert_eq!(
            told(&app, &folder),
            "Music/Blues: This drive is not connected. Its tracks stay in the list [Warn]"
        );
    }
}
