//! The whole program behind a window that nobody sees, on a data folder of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{Requests, UiState, Window, fonts, shell, theme};
use pika_engine::{
    app::{AppState, Command, Event, StartOptions},
    library::LibraryCommand,
    live::{LivePhase, LiveReport, LiveState},
    paths::DataPaths,
    settings::Settings,
};
use tempfile::TempDir;

/// How long a condition may take on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A program, its window, and its folders.
pub(crate) struct Booth {
    // Dropped first: the program ends before its folder goes.
    pub(crate) window: Harness<'static, Window>,
    folder: TempDir,
}

impl Booth {
    /// Opens the window on an empty data folder, as at the very first start.
    pub(crate) fn first_start() -> Self {
        Self::first_start_in(|_| {})
    }

    /// The same, with files that are there before.
    pub(crate) fn first_start_in(prepare: impl FnOnce(&Path)) -> Self {
        Self::start(Settings::default(), prepare)
    }

    /// Opens the window on an empty library, after the first run.
    pub(crate) fn set_up() -> Self {
        Self::start(
            Settings {
                is_set_up: true,
                ..Settings::default()
            },
            |_| {},
        )
    }

    fn start(settings: Settings, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        prepare(folder.path());
        let paths = DataPaths::open(Some(folder.path().join("data"))).expect("a data folder");
        let options = StartOptions {
            // Nothing of this computer's own is followed.
            history: Some(folder.path().join("VirtualDJ/History/2026-11-21.m3u")),
            listen: ([127, 0, 0, 1], 0).into(),
            ..StartOptions::new(paths, settings)
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

    /// Draws until no further frame is asked for.
    #[track_caller]
    pub(crate) fn until_it_rests(&mut self) {
        let began = Instant::now();
        while self.window.run_ok().is_none_or(|frames| frames > 2) {
            assert!(began.elapsed() < PATIENCE, "it never rests");
            std::thread::sleep(Duration::from_millis(5));
        }
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

    /// Draws until these words are on screen.
    #[track_caller]
    pub(crate) fn until_shown(&mut self, words: &str) {
        let began = Instant::now();
        while self.window.query_by_label(words).is_none() {
            assert!(began.elapsed() < PATIENCE, "never shown: {words}");
            std::thread::sleep(Duration::from_millis(5));
            self.window.step();
        }
    }

    /// Lets the program believe that a session runs, or none.
    #[track_caller]
    pub(crate) fn on_air(&mut self, live: bool) {
        let phase = if live { LivePhase::OnAir } else { LivePhase::Off };
        let state = LiveState {
            phase,
            ..LiveState::default()
        };
        let program = self.window.state_mut().program().expect("the program runs");
        program
            .reporter()
            .send(Event::Live(LiveReport::State(Arc::new(state))));
        self.until("the session", |window| {
            window.app().is_some_and(|app| app.live.is_on_air() == live)
        });
    }

    /// Adds a song of twelve seconds at 120 BPM to the library and waits until it is analysed.
    #[track_caller]
    pub(crate) fn add_song(&mut self) {
        let music = self.new_folder("music");
        std::fs::write(music.join("Four on the floor.wav"), song()).expect("a file");
        let program = self.window.state_mut().program().expect("the program runs");
        program.run(Command::Library(LibraryCommand::AddFolder(music)));
        self.until("the song is analysed", |window| {
            window
                .app()
                .and_then(|app| app.overview.as_ref())
                .is_some_and(|overview| overview.analyzed == 1)
        });
        self.until("the list shows it", |window| {
            let listing = window.app().and_then(|app| app.listing.as_ref());
            listing.is_some_and(|listing| listing.len() == 1)
        });
    }

    /// Keeps a picture of the window where `PIKA_PICTURES` says, for eyes; does nothing without it.
    pub(crate) fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("PIKA_PICTURES") else {
            return;
        };
        let image = self.window.render().expect("a picture");
        image.save(Path::new(&folder).join(name)).expect("a file");
    }
}

/// Kicks at 120 BPM over a chord in A minor, a 16-bit WAV.
fn song() -> Vec<u8> {
    const RATE: u32 = 22_050;
    let samples: Vec<i16> = (0..12 * RATE)
        .map(|index| {
            let t = f64::from(index) / f64::from(RATE);
            let since = t % 0.5;
            let first = if ((t / 0.5) as u32).is_multiple_of(4) {
                0.8
            } else {
                0.5
            };
            let kick = first * (-since * 25.0).exp() * (377.0 * (1.0 - since * 0.4) * since).sin();
            let chord: f64 = [220.0, 261.63, 329.63]
                .iter()
                .map(|hertz| (std::f64::consts::TAU * hertz * t).sin())
                .sum();
            ((kick + 0.06 * chord) * 30_000.0) as i16
        })
        .collect();
    let length = 2 * samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((2 * RATE).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// The screens without a program behind them: what they show is what the test puts into the state.
pub(crate) fn drawing() -> Harness<'static, (AppState, UiState, Requests)> {
    let state = (AppState::default(), UiState::default(), Requests::default());
    Harness::builder()
        .with_size([1280.0, 800.0])
        .with_max_steps(8)
        .with_context_setup(|ctx| {
            ctx.set_fonts(fonts::definitions());
            let settings = Settings::default();
            theme::apply(ctx, settings.appearance, settings.less_motion);
        })
        .build_ui_state(|ui, (app, state, out)| shell::show(ui, app, state, out), state)
}
