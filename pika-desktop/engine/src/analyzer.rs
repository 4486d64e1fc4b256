//! The analysis queue: tracks of the library through the engine and back, on several threads.
//!
//! What is done is stored at once, so a crash loses the files in work and no more; the queue is
//! read from the library again at the next start. The song that plays now goes first.
//!
//! `queue` decides what is next; this file has the threads.

mod queue;

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use pika_analysis::{AnalysisConfig, AnalysisError, CancelFlag, Profile, analyze_file_until};
use tracing::{debug, warn};

pub use self::queue::AnalysisProgress;
use self::queue::{NextWork, State};
use crate::{
    library::{LibraryHandle, PendingTrack, TrackId},
    report::Reporter,
};

/// What is reported of the analysis.
#[derive(Debug, Clone, PartialEq)]
pub enum AnalysisReport {
    /// How far it is; at most twenty a second, and once when it is done.
    Progress(AnalysisProgress),
    /// A track has an analysis now.
    Analyzed(TrackId),
    /// A file could not be analysed.
    Failed {
        /// Its track.
        track: TrackId,
        /// Which file.
        path: PathBuf,
        /// Why, in one sentence.
        reason: String,
    },
}

/// How the analysis is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnalyzerConfig {
    /// The dance floor that settles tempo octaves.
    pub profile: Profile,
    /// Threads; `None` for all cores.
    pub threads: Option<usize>,
}

/// Steers the analysis; stops and joins its threads when dropped.
#[derive(Debug)]
pub struct Analyzer {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the threads. They read the queue from the library by themselves.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: &LibraryHandle,
    reporter: &Reporter<AnalysisReport>,
    config: AnalyzerConfig,
) -> std::io::Result<Analyzer> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let shared = Arc::new(Shared {
        state: Mutex::new(State::new(config.profile, config.threads.unwrap_or(cores))),
        changed: Condvar::new(),
        cancel: CancelFlag::new(),
        cores,
    });
    let mut analyzer = Analyzer {
        shared,
        threads: Vec::new(),
    };
    // As many as may be wanted later; those beyond the limit rest.
    for number in 0..config.threads.unwrap_or(1).max(cores).clamp(1, 64) {
        let worker = Worker {
            shared: Arc::clone(&analyzer.shared),
            library: library.clone(),
            reporter: reporter.clone(),
        };
        let thread = thread::Builder::new()
            .name(format!("analysis-{number}"))
            .spawn(move || worker.run())?;
        analyzer.threads.push(thread);
    }
    Ok(analyzer)
}

impl Analyzer {
    /// Reads the queue from the library again: tracks were added or changed.
    pub fn refresh(&self) {
        self.change(|state| state.refresh = true);
    }

    /// Analyses this track before all others, even while paused: it plays now.
    pub fn analyze_first(&self, track: TrackId) {
        self.change(|state| state.ask_first(track));
    }

    /// Holds the queue after the files in work, or lets it go on.
    pub fn set_paused(&self, paused: bool) {
        self.change(|state| state.paused = paused);
    }

    /// Another dance floor, another number of threads (at most the cores, or what it was started with).
    /// What was analysed for another floor is analysed again.
    pub fn configure(&self, config: AnalyzerConfig) {
        let cores = self.shared.cores;
        self.change(|state| {
            state.refresh |= state.profile != config.profile;
            state.profile = config.profile;
            state.limit = config.threads.unwrap_or(cores).max(1);
        });
    }

    /// While live, one thread works and the others rest: the DJ's program needs the machine.
    pub fn set_live(&self, live: bool) {
        self.change(|state| state.live = live);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.lock());
        self.shared.changed.notify_all();
    }
}

impl Drop for Analyzer {
    fn drop(&mut self) {
        self.shared.cancel.cancel();
        self.change(|state| state.stop = true);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[derive(Debug)]
struct Shared {
    // Held for a few instructions only, never while a file is analysed.
    state: Mutex<State>,
    changed: Condvar,
    cancel: CancelFlag,
    cores: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Worker {
    shared: Arc<Shared>,
    library: LibraryHandle,
    reporter: Reporter<AnalysisReport>,
}

impl Worker {
    fn run(&self) {
        while let Some(work) = self.wait() {
            match work {
                NextWork::Refresh => self.refresh(),
                NextWork::Urgent(id) => self.urgent(id),
                NextWork::Track(track) => self.track(&track),
            }
        }
    }

    fn wait(&self) -> Option<NextWork> {
        let mut state = self.shared.lock();
        loop {
            if state.stop {
                return None;
            }
            if let Some(work) = state.next() {
                let told = match work {
                    NextWork::Track(_) => state.tell(),
                    NextWork::Refresh | NextWork::Urgent(_) => None,
                };
                drop(state);
                if let Some(progress) = told {
                    self.reporter.progress(AnalysisReport::Progress(progress));
                }
                return Some(work);
            }
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn refresh(&self) {
        let profile = self.shared.lock().profile;
        match self.library.call(move |library| library.pending_tracks(profile)) {
            Ok(pending) => {
                let mut state = self.shared.lock();
                state.refill(pending);
                let report = (!state.progress().is_done()).then(|| state.report()).flatten();
                drop(state);
                self.shared.changed.notify_all();
                if let Some(progress) = report {
                    self.reporter.progress(AnalysisReport::Progress(progress));
                }
            }
            Err(error) => self.reporter.fail("read the analysis queue", &error),
        }
    }

    fn urgent(&self, id: TrackId) {
        let track = match self.library.call(move |library| library.pending_track(id)) {
            Ok(Some(track)) => track,
            Ok(None) => return,
            Err(error) => {
                return self.reporter.fail("look up the playing track", &error);
            }
        };
        // One that is in work is done in a moment.
        let is_begun = self.shared.lock().begin_now(id);
        if is_begun {
            self.track(&track);
        }
    }

    fn track(&self, track: &PendingTrack) {
        let config = AnalysisConfig {
            profile: self.shared.lock().profile,
            ..AnalysisConfig::default()
        };
        let result = analyze_file_until(&track.path, &config, &self.shared.cancel);
        let failed = result.is_err();
        let stored =
            matches!(result, Err(AnalysisError::Cancelled)) || self.store(track, config.profile, result);
        let mut state = self.shared.lock();
        let report = if stored {
            state.finish(track.id, failed);
            state.report()
        } else {
            state.put_back(track);
            Some(state.progress())
        };
        drop(state);
        self.shared.changed.notify_all();
        match report {
            Some(progress) if progress.is_done() => self.reporter.send(AnalysisReport::Progress(progress)),
            Some(progress) => self.reporter.progress(AnalysisReport::Progress(progress)),
            None => {}
        }
    }

    /// Stores what was found, or why nothing was. Returns false when the library could not take it.
    fn store(
        &self,
        track: &PendingTrack,
        profile: Profile,
        result: Result<pika_analysis::TrackAnalysis, AnalysisError>,
    ) -> bool {
        let pending = track.clone();
        let report = match result {
            Ok(analysis) => {
                debug!(track_id = track.id.0, "analysed");
                let stored = self
                    .library
                    .call(move |library| library.store_analysis(&pending, profile, &analysis));
                match stored {
                    Ok(true) => AnalysisReport::Analyzed(track.id),
                    Ok(false) => return true, // The file changed meanwhile; it is in the queue again.
                    Err(error) => return self.not_stored(&error),
                }
            }
            Err(error) => {
                warn!(%error, "analysis failed");
                let reason = error.to_string();
                match self
                    .library
                    .call(move |library| library.store_failure(&pending, &error))
                {
                    Ok(()) => AnalysisReport::Failed {
                        track: track.id,
                        path: track.path.clone(),
                        reason,
                    },
                    Err(error) => return self.not_stored(&error),
                }
            }
        };
        self.reporter.send(report);
        true
    }

    fn not_stored(&self, error: &anyhow::Error) -> bool {
        self.reporter
            .fail("store an analysis, so the analysis is held", error);
        false
    }
}
