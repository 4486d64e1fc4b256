//! The program without its face: owns the workers and the state, takes events in, runs commands.
//! A window draws [`AppState`]; without one the same events are printed.

mod audition;
pub mod command;
mod debts;
pub mod event;
mod exports;
mod library_jobs;
mod local;
mod logic;
mod nights;
mod owed;
mod preferences;
mod run;
mod state;
mod trial;

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{
    account::{self, AccountHandle, system_secrets},
    analyzer::{self, Analyzer},
    audition::{self as player, AuditionHandle},
    clock::{jump_ms, now_ms, since_start},
    demo::Demo,
    instance::InstanceLock,
    library::{
        self, Library, LibraryHandle, LibraryWorker, OpenNote, TrackId,
        browse::{self, BrowseHandle},
    },
    live::{self, LiveCommand, LiveHandle, LiveOptions, LivePhase, LiveReport, OwedSession},
    local_relay::LocalRelay,
    nowplaying::{self, NowPlayingHandle},
    paths::DataPaths,
    relay_access::RelayAccess,
    report::{self, Failure, Reporter},
    scanner::{self, ScannerHandle},
    settings::{
        Settings,
        writer::{self, SettingsWriter},
    },
    updates::{self, UpdatesHandle},
    worker::Thread,
};
use debts::Owed;

pub use command::Command;
pub use event::Event;
pub use state::AppState;

/// Where the relay inside the program listens: phones on the venue's network reach it.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 3001);
/// How long closing the program may take, whatever hangs.
const FAREWELL: Duration = Duration::from_secs(5);
/// What of it is kept for the library, which is closed last.
const LAST: Duration = Duration::from_secs(1);
/// Time zones change at quarters of an hour, in milliseconds.
const QUARTER_MS: i64 = 900_000;

/// What is known before the program starts.
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// Where the program keeps its files.
    pub paths: DataPaths,
    /// What the DJ chose.
    pub settings: Settings,
    /// A VirtualDJ history to follow instead of the one that is found.
    pub history: Option<PathBuf>,
    /// Where the relay inside the program listens when it is switched on.
    pub listen: SocketAddr,
    /// Play a whole night by itself: a simulated DJ program and simulated dancers.
    pub demo: bool,
    /// What did not work before the program starts, to be told.
    pub notes: Vec<Failure>,
}

impl StartOptions {
    /// The usual way to start.
    pub fn new(paths: DataPaths, settings: Settings) -> Self {
        Self {
            paths,
            settings,
            history: None,
            listen: LISTEN,
            demo: false,
            notes: Vec::new(),
        }
    }
}

/// The running program.
#[derive(Debug)]
pub struct App {
    state: AppState,
    // Dropped first: a worker that waits to report must not keep the others from ending.
    events: Receiver<Event>,
    reporter: Reporter<Event>,
    nowplaying: NowPlayingHandle,
    live: LiveHandle,
    scanner: ScannerHandle,
    analyzer: Analyzer,
    browse: BrowseHandle,
    /// The list was too busy to be told of a change: it is to read everything.
    browse_missed: bool,
    library: LibraryHandle,
    library_worker: LibraryWorker,
    audition: AuditionHandle,
    account: AccountHandle,
    updates: UpdatesHandle,
    settings_writer: SettingsWriter,
    exports: exports::Exports,
    /// What workers were too busy for and must not lose.
    debts: debts::Debts,
    paths: DataPaths,
    history: Option<PathBuf>,
    /// The relay inside this program, while it runs.
    local_relay: Option<LocalRelay>,
    /// When it was last started.
    local_relay_began: Instant,
    /// Where that relay listens.
    listen: SocketAddr,
    demo: Option<Demo>,
    /// What a test left in the logbook so far, and whether the relay inside this program stops after it.
    trial: trial::Trial,
    /// Sessions go to the account's relay, not to one that was chosen.
    relay_is_account: bool,
    /// How to publish on the account's relay, as the account last said; kept from what screens read.
    account_access: Option<RelayAccess>,
    /// The DJ allowed sound for this session.
    audition_while_live: bool,
    /// The track that is looked at.
    shown: Option<TrackId>,
    analysis_refreshed: Instant,
    overview_asked: Instant,
    /// The quarter of an hour since 1970 in which the system was asked for its time zone.
    time_zone_asked: i64,
    /// When the clocks were looked at last.
    looked: Option<(i64, Duration)>,
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
        if options.demo {
            // Before it is looked for.
            std::fs::create_dir_all(crate::demo::virtualdj_folder(&options.paths))?;
        }
        let (library, note) = Library::open(&options.paths.library())?;
        let (reporter, events) = report::channel(wake);
        options
            .notes
            .iter()
            .for_each(|note| reporter.try_fail(note.clone()));
        let library_path = library.path().to_owned();
        let (library, library_worker) = library::spawn(library).context("no thread for the library")?;
        let browse = browse::spawn(library_path, reporter.of(Event::Listing))
            .context("no thread for the library's list")?;
        let settings = &options.settings;
        let history = options.history.as_deref();
        let analyzer = analyzer::spawn(
            &library,
            &reporter.of(Event::Analysis),
            preferences::analyzer(settings),
        )
        .context("no threads for the analysis")?;
        let virtualdj = preferences::virtualdj_folder(history, settings);
        let scanner = scanner::spawn(library.clone(), reporter.of(Event::Scan), virtualdj)
            .context("no thread for scanning")?;
        let live = live::spawn(
            reporter.of(Event::Live),
            LiveOptions::new(options.paths.live_session()),
        )
        .context("no thread for the live session")?;
        let sources = preferences::sources(history, settings);
        let nowplaying = nowplaying::spawn(library.clone(), reporter.of(Event::NowPlaying), sources)
            .context("no thread for the playing song")?;
        let audition = player::spawn(
            reporter.of(Event::Audition),
            settings.audition_volume,
            settings.audio_output.clone(),
        )
        .context("no thread for the preview")?;
        let relay = preferences::relay_address(settings);
        let account = account::spawn(reporter.of(Event::Account), relay, system_secrets)
            .context("no thread for the account")?;
        let updates = updates::spawn(
            reporter.of(Event::NewerVersion),
            options.paths.updates(),
            settings.check_for_updates,
        )
        .context("no thread for looking for a newer version")?;
        let settings_writer = writer::spawn(
            options.paths.settings(),
            reporter.of(|never: Infallible| match never {}),
        )
        .context("no thread for the settings")?;
        let mut app = Self {
            state: preferences::first_state(&options.paths, settings),
            events,
            reporter,
            nowplaying,
            live,
            scanner,
            analyzer,
            browse,
            browse_missed: false,
            library,
            library_worker,
            audition,
            account,
            updates,
            settings_writer,
            exports: exports::Exports::default(),
            debts: debts::Debts::default(),
            paths: options.paths.clone(),
            history: options.history.clone(),
            local_relay: None,
            local_relay_began: Instant::now(),
            listen: options.listen,
            demo: None,
            trial: trial::Trial::default(),
            relay_is_account: true,
            account_access: None,
            audition_while_live: false,
            shown: None,
            analysis_refreshed: Instant::now(),
            overview_asked: Instant::now(),
            time_zone_asked: i64::MIN,
            looked: None,
            _lock: lock,
        };
        app.ask_overview();
        app.look_at_clock();
        if options.demo {
            app.begin_demo()?;
        }
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
    pub fn reporter(&self) -> Reporter<Event> {
        self.reporter.clone()
    }

    /// The relay that sessions go to. One that was interrupted there goes on by itself.
    pub fn set_relay(&mut self, relay: RelayAccess) {
        self.relay_is_account = false;
        self.must(Owed::Live(LiveCommand::Relay(relay)));
    }

    /// Looks at the clock, for what is drawn next.
    pub fn look_at_clock(&mut self) {
        self.pay();
        self.look_at((now_ms(), since_start()));
        let quarter = self.state.now_ms.div_euclid(QUARTER_MS);
        if self.time_zone_asked != quarter {
            // Clocks are set in the middle of a Saturday's night.
            self.time_zone_asked = quarter;
            self.ask_local_time();
        }
    }

    /// A clock that was set, or a sleep, leaves the song that plays as far on as it is. A look: the wall's clock in
    /// milliseconds, and the steady one.
    fn look_at(&mut self, now: (i64, Duration)) {
        let jump_ms = self.looked.map_or(0, |before| jump_ms(before, now));
        self.looked = Some(now);
        self.state.now_ms = now.0;
        if jump_ms != 0 {
            let songs = [&mut self.state.playing, &mut self.state.playing_before];
            for song in songs.into_iter().flatten() {
                song.started_at_ms = song.started_at_ms.saturating_add(jump_ms);
                song.logged_at_ms = song.logged_at_ms.saturating_add(jump_ms);
            }
        }
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

    /// Ends the session, as far as the relay can be reached in time, and stops. Returns what relays have not
    /// confirmed: it is kept, and handed in after another start.
    pub fn end_session_and_stop(mut self) -> Vec<OwedSession> {
        let deadline = Instant::now() + FAREWELL;
        if !matches!(self.state.live.phase, LivePhase::Off | LivePhase::Ended) {
            self.must(Owed::Live(LiveCommand::End));
            let farewell = deadline - 2 * LAST;
            // What the relay tells of the night belongs into the history; it may come before the word that it is over.
            let mut is_told = false;
            while Instant::now() < farewell {
                let live = &self.state.live;
                let is_night = live
                    .session
                    .as_ref()
                    .is_some_and(|session| session.session_id.is_some());
                let is_over = live.phase == LivePhase::Ended && (is_told || !is_night);
                if is_over || live.phase == LivePhase::Off {
                    break;
                }
                let left = farewell.saturating_duration_since(Instant::now());
                is_told |= matches!(self.next_event(left), Some(Event::Live(LiveReport::Ended { .. })));
            }
        }
        let owed = self.state.live.unconfirmed();
        self.stop_by(deadline);
        owed
    }

    /// Stops the workers and waits until everything is stored, five seconds at most: a worker that hangs on a file of
    /// somebody else's is left to itself. A live session stays and goes on at the next start.
    pub fn stop(self) {
        self.stop_by(Instant::now() + FAREWELL);
    }

    fn stop_by(mut self, deadline: Instant) {
        let soon = deadline - LAST;
        self.pay_all(soon.saturating_duration_since(Instant::now()));
        let Self {
            events,
            reporter,
            nowplaying,
            live,
            scanner,
            analyzer,
            browse,
            library,
            library_worker,
            audition,
            account,
            settings_writer,
            exports,
            local_relay,
            demo,
            ..
        } = self;
        drop(demo);
        drop(events);
        drop(reporter);
        nowplaying.begin_end();
        live.begin_end();
        scanner.begin_end();
        settings_writer.begin_end();
        browse.begin_end();
        audition.end_by(soon);
        account.end_by(soon);
        settings_writer.end_by(soon);
        live.end_by(soon);
        // Its last word is said: it stops beside the others.
        let local_relay =
            local_relay.and_then(|relay| Thread::start("local-relay-end", move || relay.stop()).ok());
        browse.end_by(soon);
        nowplaying.end_by(soon);
        scanner.end_by(soon);
        analyzer.end_by(soon);
        exports.end_by(soon);
        drop(library);
        // It has its thread's ear again at the latest now.
        library_worker.end_by(deadline);
        if let Some(thread) = local_relay {
            thread.end_by(deadline);
        }
    }
}
