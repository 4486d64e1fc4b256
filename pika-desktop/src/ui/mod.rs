//! The window. It draws [`AppState`] and returns [`Command`]s; it touches no file, socket, lock or clock.
//!
//! [`Window`] is what eframe runs: it owns the program and the hand's state, takes events in, draws.
//! [`shell::show`] draws everything and needs no running program, which is how screens are tested.

mod detail;
mod first_run;
pub mod fonts;
mod history;
pub mod icons;
mod library;
mod live;
mod path_dialog;
mod rail;
mod requests;
mod settings;
pub mod shell;
pub mod shortcuts;
mod start;
pub mod theme;
pub mod widgets;

use std::path::Path;

use eframe::egui;

pub use detail::DetailScreen;
pub use first_run::FirstRun;
pub use history::HistoryScreen;
pub use library::{LibraryScreen, Selection};
pub use live::LiveScreen;
pub use path_dialog::PathDialog;
pub use requests::Requests;
pub use settings::SettingsScreen;
pub use start::Opening;
use widgets::{CoverCache, Toast, Toasts};

use crate::dialogs::{ChooseFor, DialogReport, Dialogs};
use pika_engine::{
    app::{App, AppState, StartOptions},
    command::Command,
    event::Event,
    library::OpenNote,
    settings::{Appearance, Settings},
};

/// Events taken in before a frame is drawn; the rest waits for the next one.
const MAX_EVENTS: usize = 512;

/// The places of the rail that work, in its order; keys 1, 2, 3 … lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Screen {
    /// All tracks.
    #[default]
    Library,
    /// On air.
    Live,
    /// The nights of before.
    History,
    /// What the DJ chose.
    Settings,
}

impl Screen {
    /// All of them, in the rail's order.
    pub const ALL: &[Self] = &[Self::Library, Self::Live, Self::History, Self::Settings];

    /// Its name in the rail.
    pub fn name(self) -> &'static str {
        match self {
            Self::Library => "Library",
            Self::Live => "Live",
            Self::History => "History",
            Self::Settings => "Settings",
        }
    }

    /// Its icon in the rail.
    pub fn icon(self) -> icons::Icon {
        match self {
            Self::Library => icons::MUSIC_NOTES,
            Self::Live => icons::BROADCAST,
            Self::History => icons::CHART_LINE_UP,
            Self::Settings => icons::GEAR_SIX,
        }
    }
}

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
    /// The panel of one track.
    pub detail: DetailScreen,
    /// The first run, while it is shown.
    pub first_run: Option<FirstRun>,
    /// Whether the list of shortcuts is open.
    pub shortcuts_open: bool,
    /// A path that is being typed, where the system has no dialog for it.
    pub typing: Option<PathDialog>,
    /// Short messages.
    pub toasts: Toasts,
    /// Covers drawn so far.
    pub covers: CoverCache,
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
            ChooseFor::MusicFolder => out.push(Command::AddFolder(path.to_owned())),
            ChooseFor::VirtualDjFolder => {
                out.push(Command::ChangeSettings(Box::new(Settings {
                    virtualdj_folder: Some(path.to_owned()),
                    ..settings.clone()
                })));
            }
            ChooseFor::NowPlayingFile => {
                out.push(Command::ChangeSettings(Box::new(Settings {
                    now_playing_file: Some(path.to_owned()),
                    ..settings.clone()
                })));
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
            Event::NowPlaying(play) | Event::PlayedBefore(play) => self.live.song(play),
            Event::Nights(_) => self.history.nights_changed(),
            Event::Suggestions(_) => self.live.suggested(),
            Event::Live(live) => {
                if let Some(toast) = self.live.session(live) {
                    self.toasts.push(toast);
                }
            }
            Event::NightEnded {
                recap: Some(recap), ..
            } => self.live.night_ended(recap),
            Event::Exported { path, tracks } => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                self.toasts.push(Toast::done(format!(
                    "{} exported to {name}",
                    shell::tracks(*tracks)
                )));
            }
            Event::WentBack(_) => {
                self.toasts.push(Toast::done(
                    "The last good copy is back. The library as it was is kept beside it.",
                ));
            }
            Event::Failed { what, error } => {
                self.toasts
                    .push(Toast::trouble(format!("Pika! could not {what}: {error}")));
            }
            _ => {}
        }
    }
}

/// The program's window.
pub struct Window {
    stage: Stage,
    state: UiState,
    dialogs: Dialogs,
    requests: Requests,
    /// What was last told to egui.
    look: Option<(Appearance, f32, bool)>,
    /// Frames drawn; counted up to the second one, whose time goes to the log.
    frames: u8,
}

enum Stage {
    /// The library is being opened, on a thread of its own: the window is there at once.
    Opening(Opening),
    /// It runs.
    Running(Box<App>),
    /// It cannot. Holds why, in one sentence.
    Refused(String),
    /// It has ended.
    Ended,
}

impl Window {
    /// Starts the program behind a window. Workers wake the window through `ctx`.
    pub fn new(ctx: &egui::Context, options: StartOptions) -> Self {
        ctx.set_fonts(fonts::definitions());
        let settings = &options.settings;
        theme::apply(ctx, settings.appearance, settings.scale, settings.less_motion);
        let wake = ctx.clone();
        let dialogs = Dialogs::new(move || wake.request_repaint());
        let mut state = UiState::new(settings);
        if options.demo {
            // The night is what it shows; nobody is asked before it ends.
            state.screen = Screen::Live;
            state.live.quit();
        }
        Self {
            state,
            stage: Stage::Opening(Opening::start(ctx.clone(), options)),
            dialogs,
            requests: Requests::default(),
            look: None,
            frames: 0,
        }
    }

    /// What is on screen; `None` before the library is open.
    pub fn app(&self) -> Option<&AppState> {
        match &self.stage {
            Stage::Running(app) => Some(app.state()),
            _ => None,
        }
    }

    /// The running program, for tests; `None` before the library is open.
    pub fn program(&mut self) -> Option<&mut App> {
        match &mut self.stage {
            Stage::Running(app) => Some(app),
            _ => None,
        }
    }

    /// What the hand is doing.
    pub fn state(&mut self) -> &mut UiState {
        &mut self.state
    }

    /// Takes in what came of a dialog.
    pub fn take_in_dialog(&mut self, report: &DialogReport) {
        let Stage::Running(app) = &mut self.stage else {
            return;
        };
        self.state
            .take_in_dialog(report, &app.state().settings, &mut self.requests);
        for command in self.requests.take_commands() {
            app.run(command);
        }
    }

    /// Why the program cannot run, if it cannot.
    pub fn refused(&self) -> Option<&str> {
        match &self.stage {
            Stage::Refused(why) => Some(why),
            _ => None,
        }
    }

    fn open(&mut self) {
        let Stage::Opening(opening) = &self.stage else {
            return;
        };
        self.stage = match opening.result() {
            None => return,
            Some(Ok((app, note))) => {
                if let Some(OpenNote::Restored { .. }) = note {
                    self.state.toasts.push(Toast::trouble(
                        "The library file was damaged. The last good copy is back; nothing in your music folder changed.",
                    ));
                }
                Stage::Running(Box::new(app))
            }
            Some(Err(why)) => Stage::Refused(why),
        };
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        self.open();
        while let Some(report) = self.dialogs.poll() {
            self.take_in_dialog(&report);
        }
        let Stage::Running(app) = &mut self.stage else {
            return;
        };
        for taken in 0.. {
            if taken == MAX_EVENTS {
                ctx.request_repaint();
                break;
            }
            let Some(event) = app.poll_event() else { break };
            self.state.take_in(&event);
            if event == Event::Quit {
                self.state.live.quit();
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
        app.look_at_clock();
        let closes = ctx.input(|input| input.viewport().close_requested());
        if closes && self.state.first_run.is_none() && self.state.live.asks_before_quit(&app.state().live) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.state.screen = Screen::Live;
        }
        let settings = &app.state().settings;
        let look = (settings.appearance, settings.scale, settings.less_motion);
        if self.look != Some(look) {
            theme::apply(ctx, look.0, look.1, look.2);
            self.look = Some(look);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if self.frames < 2 {
            self.frames += 1;
            if self.frames == 2 {
                let since_start = pika_engine::clock::since_start().as_millis();
                tracing::info!(milliseconds = since_start, "second frame");
            }
        }
        match &mut self.stage {
            Stage::Opening(_) => start::opening_ui(ui),
            Stage::Refused(why) => start::refused_ui(ui, why),
            Stage::Ended => {}
            Stage::Running(app) => {
                shell::show(ui, app.state(), &mut self.state, &mut self.requests);
                for wish in self.requests.take_dialogs() {
                    if !self.dialogs.ask(wish) {
                        self.state.toasts.push(Toast::trouble(
                            "Pika! could not open a dialog just now: please try again in a moment.",
                        ));
                    }
                }
                let commands = self.requests.take_commands();
                let had_commands = !commands.is_empty();
                for command in commands {
                    app.run(command);
                }
                if had_commands {
                    // What a command changed at once is seen at once.
                    ui.ctx().request_repaint();
                }
            }
        }
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        if let Stage::Running(app) = std::mem::replace(&mut self.stage, Stage::Ended) {
            app.stop();
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        let theme = if visuals.dark_mode {
            &theme::DARK
        } else {
            &theme::LIGHT
        };
        theme.bg0.to_normalized_gamma_f32()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Where eframe did not come to `on_exit` (tests, a failure to draw).
        if let Stage::Running(app) = std::mem::replace(&mut self.stage, Stage::Ended) {
            app.stop();
        }
    }
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Opens the window and runs until it is closed.
///
/// Errors: the system gives no window.
pub fn run(options: StartOptions) -> eframe::Result {
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Pika!")
            .with_app_id("pika")
            .with_icon(icon())
            .with_inner_size(theme::size::WINDOW)
            .with_min_inner_size(theme::size::WINDOW_MIN),
        // Named: with another renderer compiled in (tests do) the default would be that one.
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "Pika!",
        native,
        Box::new(|cc| Ok(Box::new(Window::new(&cc.egui_ctx, options)))),
    )
}

/// The icon of the window; none is no reason not to start.
fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon-256.png")).unwrap_or_default()
}
