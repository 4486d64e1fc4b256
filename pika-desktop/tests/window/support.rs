//! The whole program behind a window that nobody sees, on a data folder of its own.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use egui_kittest::Harness;
use pika_desktop::{
    app::{AppState, StartOptions},
    command::Command,
    paths::DataPaths,
    settings::Settings,
    ui::{UiState, Window, fonts, shell, theme},
};
use tempfile::TempDir;

/// How long a condition may take on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program, its window, and its folders.
pub(crate) struct Booth {
    // Dropped first: the program ends before its folder goes.
    pub(crate) window: Harness<'static, Window>,
    folder: TempDir,
}

impl Booth {
    /// Opens the window on an empty data folder, as at the very first start.
    pub(crate) fn first_start() -> Self {
        Self::start(Settings::default())
    }

    /// Opens the window on an empty library, after the first run.
    pub(crate) fn set_up() -> Self {
        Self::start(Settings {
            is_set_up: true,
            ..Settings::default()
        })
    }

    fn start(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = StartOptions {
            paths: DataPaths::open(Some(folder.path().join("data"))).expect("a data folder"),
            settings,
            // Nothing of this computer's own is followed.
            history: Some(folder.path().join("VirtualDJ/History/2026-11-21.m3u")),
        };
        let window = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_max_steps(8)
            .build_eframe(|cc| Window::new(&cc.egui_ctx, options));
        let mut booth = Self { window, folder };
        booth.until("the library is open", |window| window.app().is_some());
        booth.window.run_ok();
        booth
    }

    /// A folder for files of this test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A folder in it, made.
    pub(crate) fn new_folder(&self, name: &str) -> PathBuf {
        let folder = self.folder().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// What is on screen.
    pub(crate) fn app(&self) -> &AppState {
        self.window.state().app().expect("the program runs")
    }

    /// Asks the program for something, as a screen would.
    pub(crate) fn command(&mut self, command: Command) {
        self.window
            .state_mut()
            .program()
            .expect("the program runs")
            .run(command);
    }

    /// Draws until `done`. Workers report when they report.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, mut done: impl FnMut(&Window) -> bool) {
        let began = Instant::now();
        while !done(self.window.state()) {
            assert!(began.elapsed() < PATIENCE, "never came: {what}");
            std::thread::sleep(Duration::from_millis(5));
            self.window.step();
        }
        self.window.run_ok();
    }
}

/// The screens without a program behind them: what they show is what the test puts into the state.
pub(crate) fn drawing() -> Harness<'static, (AppState, UiState, Vec<Command>)> {
    let state = (AppState::default(), UiState::default(), Vec::new());
    Harness::builder()
        .with_size([1280.0, 800.0])
        .with_max_steps(8)
        .with_context_setup(|ctx| {
            ctx.set_fonts(fonts::definitions());
            let settings = Settings::default();
            theme::apply(ctx, settings.appearance, settings.scale, settings.less_motion);
        })
        .build_ui_state(|ui, (app, state, out)| shell::show(ui, app, state, out), state)
}
