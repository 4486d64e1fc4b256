//! How far the first run is, and what was chosen.

use std::path::{Path, PathBuf};

use pika_engine::app::AppState;

use super::phone;
use crate::dialogs::ChooseFor;

/// Where the first run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Step {
    #[default]
    Music,
    Account,
    Phone,
}

/// How far the first run is, and what was chosen.
#[derive(Debug, Default)]
pub struct FirstRun {
    pub(super) step: Step,
    /// Whether it was looked for music and VirtualDJ.
    pub(super) looked: bool,
    /// Folders that the DJ added here.
    pub(super) added: Vec<PathBuf>,
    /// What was found and is not wanted.
    pub(super) unwanted: Vec<PathBuf>,
    pub(super) without_virtualdj: bool,
    pub(super) relay: String,
    pub(super) token: String,
    /// A token was sent: a good answer leads on.
    pub(super) connecting: bool,
    pub(super) phone: phone::Test,
}

impl FirstRun {
    /// A folder was chosen with the system's dialog, or dropped.
    pub(in crate::ui) fn chosen(&mut self, purpose: ChooseFor, path: &Path) {
        if purpose == ChooseFor::MusicFolder {
            self.unwanted.retain(|folder| folder != path);
            if !self.added.iter().any(|folder| folder == path) {
                self.added.push(path.to_owned());
            }
        }
    }

    /// The folders that are wanted now.
    pub(super) fn folders(&self, app: &AppState) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        if let Some(found) = &app.surroundings {
            if let Some(virtualdj) = &found.virtualdj
                && !self.without_virtualdj
            {
                folders.extend(virtualdj.music.iter().cloned());
            }
            folders.extend(found.music.iter().map(|music| music.path.clone()));
        }
        folders.extend(self.added.iter().cloned());
        folders.retain(|folder| !self.unwanted.contains(folder));
        folders.sort();
        // What lies in another one comes with it.
        let mut top: Vec<PathBuf> = Vec::new();
        for folder in folders {
            if !top.iter().any(|other| folder.starts_with(other)) {
                top.push(folder);
            }
        }
        top
    }
}
