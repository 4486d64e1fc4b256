//! The first run: music, account, ready. Each step can be skipped.

use std::path::{Path, PathBuf};

use eframe::egui::{CentralPanel, Frame, Ui};

use super::{
    UiState,
    theme::{Theme, text},
    widgets::{Button, label},
};
use crate::{
    app::AppState,
    command::{ChooseFor, Command},
    settings::Settings,
};

/// How far the first run is.
#[derive(Debug, Default)]
pub struct FirstRun {
    folders: Vec<PathBuf>,
}

impl FirstRun {
    /// A folder was chosen with the system's dialog.
    pub(super) fn chosen(&mut self, purpose: ChooseFor, path: &Path) {
        if purpose == ChooseFor::MusicFolder && !self.folders.iter().any(|folder| folder == path) {
            self.folders.push(path.to_owned());
        }
    }
}

/// Draws the step.
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let mut done = false;
    CentralPanel::default()
        .frame(Frame::new().fill(theme.bg0).inner_margin(64))
        .show(ui, |ui| {
            label(ui, "Where is your music?", text::hero(), theme.text);
            if let Some(first_run) = &state.first_run {
                for folder in &first_run.folders {
                    label(ui, folder.display().to_string(), text::body(), theme.text2);
                }
            }
            if Button::new("Add a folder…").show(ui).clicked() {
                out.push(Command::Choose(ChooseFor::MusicFolder));
            }
            done = Button::new("Skip for now").ghost().show(ui).clicked();
        });
    if done && let Some(first_run) = state.first_run.take() {
        out.push(Command::ChangeSettings(Box::new(Settings {
            is_set_up: true,
            ..app.settings.clone()
        })));
        out.extend(first_run.folders.into_iter().map(Command::AddFolder));
    }
}
