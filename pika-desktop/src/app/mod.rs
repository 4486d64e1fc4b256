//! The program without its face: owns the workers and the state, takes events in, runs commands.
//! A window draws [`AppState`]; [`crate::headless`] prints what happens.

mod commands;
mod logic;
mod state;

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

pub use state::AppState;

use crate::{
    analyzer::{self, Analyzer, AnalyzerConfig},
    event::{Emitter, Event},
    instance::InstanceLock,
    library::{self, Library, LibraryHandle, LibraryWorker, OpenNote},
    live::{self, LiveHandle, RelayAccess},
    nowplaying::{self, NowPlayingConfig, NowPlayingHandle, virtualdj::VirtualDjFolder},
    paths::DataPaths,
    scanner::{self, ScannerHandle},
    settings::Settings,
};

/// What is known before the program starts.
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// Where the program keeps its files.
    pub paths: DataPaths,
    /// What the DJ chose.
    pub settings: Settings,
    /// A VirtualDJ history to follow instead of the one that is found.
    pub history: Option<PathBuf>,
}

/// The running program.
#[derive(Debug)]
pub struct App {
    state: AppState,
    // Dropped first: a worker that waits to report must not keep the others from ending.
    events: Receiver<Event>,
    emitter: Emitter,
    nowplaying: NowPlayingHandle,
    live: LiveHandle,
    scanner: ScannerHandle,
    analyzer: Analyzer,
    library: LibraryHandle,
    library_worker: LibraryWorker,
    relay: Option<RelayAccess>,
    analysis_refreshed: Instant,
    overview_asked: Instant,
    paths: DataPaths,
    _lock: InstanceLock,
}

impl App {
    /// Opens the library and starts the workers. `wake` is called whenever there is something to take in.
    /// The note says what the DJ should know about the library.
    ///
    /// Errors: the data folder is in use, the library cannot be opened, the system gives no threads.
    pub fn start(
        options: &StartOptions,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<(Self, Option<OpenNote>)> {
        let lock = InstanceLock::acquire(&options.paths.lock())?;
        let (library, note) = Library::open(&options.paths.library())?;
        let (emitter, events) = Emitter::new(wake);
        let (library, library_worker) = library::spawn(library).context("no thread for the library")?;
        let settings = &options.settings;
        let config = AnalyzerConfig {
            profile: settings.profile,
            threads: settings.analysis_threads,
        };
        let analyzer = analyzer::spawn(&library, &emitter, config).context("no threads for the analysis")?;
        let scanner = scanner::spawn(library.clone(), emitter.clone(), virtualdj_folder(options))
            .context("no thread for scanning")?;
        let live = live::spawn(emitter.clone()).context("no thread for the live session")?;
        let nowplaying = nowplaying::spawn(library.clone(), emitter.clone(), sources(options))
            .context("no thread for the playing song")?;
        let mut app = Self {
            state: AppState {
                settings: settings.clone(),
                ..AppState::default()
            },
            events,
            emitter,
            nowplaying,
            live,
            scanner,
            analyzer,
            library,
            library_worker,
            relay: None,
            analysis_refreshed: Instant::now(),
            overview_asked: Instant::now(),
            paths: options.paths.clone(),
            _lock: lock,
        };
        app.ask_overview();
        Ok((app, note))
    }

    /// What is on screen.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// The library, for looking things up. Not from the thread that draws.
    pub fn library(&self) -> &LibraryHandle {
        &self.library
    }

    /// For workers of the caller's own.
    pub fn emitter(&self) -> Emitter {
        self.emitter.clone()
    }

    /// The relay that sessions go to.
    pub fn set_relay(&mut self, relay: RelayAccess) {
        self.relay = Some(relay);
    }

    /// Waits for the next event, takes it in and returns it; `None` after `timeout`.
    pub fn next_event(&mut self, timeout: Duration) -> Option<Event> {
        match self.events.recv_timeout(timeout) {
            Ok(event) => {
                self.take_in(&event);
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Takes in the next event that is there already and returns it. Never waits.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.events.try_recv().ok()?;
        self.take_in(&event);
        Some(event)
    }

    /// The files of this program.
    pub fn paths(&self) -> &DataPaths {
        &self.paths
    }

    /// Ends the session, stops the workers, and waits until everything is stored.
    pub fn stop(self) {
        let Self {
            events,
            emitter,
            nowplaying,
            live,
            scanner,
            analyzer,
            library,
            library_worker,
            ..
        } = self;
        drop(events);
        drop(emitter);
        drop(nowplaying);
        drop(live);
        drop(scanner);
        drop(analyzer);
        drop(library);
        library_worker.join();
    }
}

/// VirtualDJ's own folder, where it is known: what is named for following lies in it.
fn virtualdj_folder(options: &StartOptions) -> Option<PathBuf> {
    match &options.history {
        Some(path) if path.is_dir() && !path.ends_with("History") => Some(path.clone()),
        Some(path) if path.is_dir() => path.parent().map(PathBuf::from),
        Some(path) => path.parent()?.parent().map(PathBuf::from),
        None => options.settings.virtualdj_folder.clone(),
    }
}

fn sources(options: &StartOptions) -> NowPlayingConfig {
    let virtualdj = match (&options.history, &options.settings.virtualdj_folder) {
        (Some(path), _) if path.is_dir() => VirtualDjFolder::Program(path.clone()),
        (Some(path), _) => VirtualDjFolder::HistoryFile(path.clone()),
        (None, Some(folder)) => VirtualDjFolder::Program(folder.clone()),
        (None, None) => VirtualDjFolder::Find,
    };
    NowPlayingConfig {
        virtualdj,
        file: options.settings.now_playing_file.clone(),
    }
}
