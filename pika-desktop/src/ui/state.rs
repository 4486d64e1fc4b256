//! The state of every screen, and what an event means for them. Only the window and its shell see it.

use std::path::Path;

use pika_engine::{
    app::{Command, Event},
    library::{LibraryCommand, LibraryReport},
    live::LiveReport,
    nowplaying::NowPlayingReport,
    report::Failure,
    scanner::ScanReport,
    settings::{Settings, SettingsChange},
};

use super::{
    first_run::FirstRun,
    history::HistoryScreen,
    library::LibraryScreen,
    live::LiveScreen,
    path_dialog::PathDialog,
    requests::Requests,
    screen::Screen,
    settings::SettingsScreen,
    widgets::{Toast, Toasts},
    words::tracks,
};
use crate::dialogs::{ChooseFor, DialogReport};

/// What the hand is doing: which screen, what is typed, what is selected. Nothing that must outlive the
/// window.
#[derive(Debug, Default)]
pub struct UiState {
    /// The place of the rail.
    pub screen: Screen,
    /// The library's own.
    pub library: LibraryScreen,
    /// History's own.
    pub history: HistoryScreen,
    /// Live's own.
    pub live: LiveScreen,
    /// The settings' own.
    pub settings: SettingsScreen,
    /// The first run, while it is shown.
    pub first_run: Option<FirstRun>,
    /// Whether the list of shortcuts is open.
    pub shortcuts_open: bool,
    /// A path that is being typed, where the system has no dialog for it.
    pub typing: Option<PathDialog>,
    /// Short messages.
    pub toasts: Toasts,
}

impl UiState {
    /// As the program starts with these settings.
    pub fn new(settings: &Settings) -> Self {
        Self {
            first_run: (!settings.is_set_up).then(FirstRun::default),
            ..Self::default()
        }
    }

    /// What came of a dialog: settings and music folders take it at once, a screen may do more.
    pub fn take_in_dialog(&mut self, report: &DialogReport, settings: &Settings, out: &mut Requests) {
        match report {
            DialogReport::NoFileDialog(purpose) => self.typing = Some(PathDialog::new(*purpose)),
            DialogReport::PathRefused(why) => {
                if let Some(typing) = &mut self.typing {
                    typing.refused(why);
                }
            }
            DialogReport::Chosen { purpose, path } => {
                self.typing = None;
                self.chosen(*purpose, path, settings, out);
            }
            DialogReport::Failed(failure) => self.failed(failure),
        }
    }

    fn chosen(&mut self, purpose: ChooseFor, path: &Path, settings: &Settings, out: &mut Requests) {
        if let Some(first_run) = &mut self.first_run {
            first_run.chosen(purpose, path);
        }
        match purpose {
            // The first run collects folders before it adds them.
            ChooseFor::MusicFolder if !settings.is_set_up => {
                out.push(Command::CountFolder(path.to_owned()));
            }
            ChooseFor::MusicFolder => out.push(Command::Library(LibraryCommand::AddFolder(path.to_owned()))),
            ChooseFor::VirtualDjFolder => {
                out.change(SettingsChange::VirtualDjFolder(Some(path.to_owned())));
            }
            ChooseFor::NowPlayingFile => {
                out.change(SettingsChange::NowPlayingFile(Some(path.to_owned())));
            }
            // The screen knows what is to be written.
            ChooseFor::ExportTable | ChooseFor::ExportPlaylist => {
                self.library.export_chosen(path.to_owned());
            }
            ChooseFor::ExportNightCsv | ChooseFor::ExportNightJson => self.history.chosen_file(path),
        }
    }

    /// What an event means for the hand: a toast, a song that plays. Draws nothing.
    pub fn take_in(&mut self, event: &Event) {
        match event {
            Event::NowPlaying(NowPlayingReport::Playing(play) | NowPlayingReport::PlayedBefore(play)) => {
                self.live.song(play);
            }
            Event::Library(LibraryReport::Nights(_)) => self.history.nights_changed(),
            Event::Suggestions(_) => self.live.suggested(),
            Event::Live(LiveReport::State(live)) => {
                if let Some(toast) = self.live.session(live) {
                    self.toasts.push(toast);
                }
            }
            Event::Live(LiveReport::Ended {
                recap: Some(recap), ..
            }) => self.live.night_ended(recap),
            Event::Library(LibraryReport::Exported { path, tracks: count }) => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                self.toasts
                    .push(Toast::done(format!("{} exported to {name}", tracks(*count))));
            }
            Event::Library(LibraryReport::WentBack(_)) => {
                self.toasts.push(Toast::done(
                    "The last good copy is back. The library as it was is kept beside it.",
                ));
            }
            Event::Scan(ScanReport::Notice(notice)) => self.toasts.push(Toast::trouble(notice.text())),
            Event::Failed(failure) => self.failed(failure),
            _ => {}
        }
    }

    fn failed(&mut self, Failure { what, error }: &Failure) {
        self.toasts
            .push(Toast::trouble(format!("Pika! could not {what}: {error}")));
    }

    /// What the screens asked of the window itself: another screen, toasts.
    pub(super) fn heed(&mut self, out: &mut Requests) {
        if let Some(screen) = out.take_screen() {
            self.screen = screen;
        }
        for toast in out.take_toasts() {
            self.toasts.push(toast);
        }
    }
}
