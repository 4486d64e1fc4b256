//! The state of every screen, and what an event means for them. Only the window and its shell see it.

use std::path::Path;

use pika_engine::{
    app::{AppState, Command, Event},
    library::{LibraryCommand, LibraryReport},
    live::LiveReport,
    nowplaying::NowPlayingReport,
    report::Failure,
    scanner::ScanReport,
    settings::{Settings, SettingsChange},
};

use super::{
    deed::{Deeds, Outcome},
    first_run::FirstRun,
    history::HistoryScreen,
    library::LibraryScreen,
    live::LiveScreen,
    path_dialog::PathDialog,
    requests::Requests,
    screen::Screen,
    settings::SettingsScreen,
    widgets::{Toast, ToastAction, Toasts},
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
    /// What was lately done to the room.
    pub deeds: Deeds,
    /// The window fills the screen.
    pub full_screen: bool,
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
                self.deeds.heard(play);
            }
            Event::Library(LibraryReport::Nights(_)) => self.history.nights_changed(),
            Event::Suggestions(_) => self.live.suggested(),
            Event::NowPlaying(NowPlayingReport::PlayedSince(plays)) => {
                plays.iter().for_each(|play| self.live.song(play));
            }
            Event::Live(LiveReport::State(live)) => {
                if self.live.comes_back(live) {
                    self.screen = Screen::Live;
                }
                if self.live.is_back(live) {
                    let words = "Your session goes on: same code, same dancers.";
                    self.toasts.push(Toast::done(words));
                }
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
            Event::Scan(report) => {
                self.settings.scan_told(report);
                if let ScanReport::Notice(notice) = report {
                    self.toasts.push(Toast::trouble(notice.text()));
                }
            }
            Event::Failed(failure) => self.failed(failure),
            _ => {}
        }
    }

    fn failed(&mut self, Failure { what, error }: &Failure) {
        self.toasts
            .push(Toast::trouble(format!("Pika! could not {what}: {error}")));
    }

    /// Does what the screens want the room to see, and what has waited for that long enough.
    pub(super) fn reach(&mut self, app: &AppState, now_s: f64, out: &mut Requests) {
        for (deed, by) in out.take_deeds() {
            let outcome = self.deeds.ask(deed, by, app, now_s);
            self.follow(outcome, out);
        }
        if out.take_undo() {
            self.take_back(now_s, out);
        }
        let outcome = self.deeds.due(app, now_s);
        self.follow(outcome, out);
    }

    /// Takes back what was done last: what the room sees while that is offered, else a correction, where corrections
    /// are seen.
    fn take_back(&mut self, now_s: f64, out: &mut Requests) {
        if self.deeds.offers(now_s) {
            self.undo_deed(out);
        } else if self.screen == Screen::Library || self.toasts.offers(ToastAction::Undo) {
            out.push(Command::Library(LibraryCommand::UndoCorrection));
            self.toasts.push(Toast::done("Taken back"));
        }
    }

    /// Takes back what the room sees.
    pub(super) fn undo_deed(&mut self, out: &mut Requests) {
        self.toasts.take_offer_away();
        let outcome = self.deeds.undo();
        self.follow(outcome, out);
    }

    fn follow(&mut self, outcome: Outcome, out: &mut Requests) {
        out.extend(outcome.command);
        if let Some(toast) = outcome.toast {
            // It says what became of what was offered before.
            self.toasts.take_offer_away();
            self.toasts.push(toast);
        }
    }

    /// Asks for what reaches the room, while no frame is drawn; returns in how many seconds something is due.
    pub fn reach_unseen(&mut self, app: &AppState, now_s: f64, out: &mut Requests) -> Option<f64> {
        self.reach(app, now_s, out);
        self.deeds.wakes_in(now_s)
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
