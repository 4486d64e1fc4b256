//! The analysis queue: tracks of the library through the engine and back, on several threads.
//!
//! What is done is stored at once, so a crash loses the files in work and no more; the queue is
//! read from the library again at the next start. The song that plays now goes first.
//!
//! `queue` decides what is next; this file has the threads.

mod queue;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use pika_analysis::{
    AnalysisConfig, AnalysisError, CancelFlag, Profile, TrackAnalysis, analyze_file_until, open_regular,
};
use tracing::{debug, warn};

pub use self::queue::AnalysisProgress;
use self::queue::{NextWork, State};
use crate::{
    foreign::file,
    library::{LibraryHandle, PendingTrack, TrackId},
    plain_words,
    report::Reporter,
    worker::Thread,
};

/// How long opening a file may take before its drive counts as silent.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
/// How long an analysis may take that has no deadline of its own.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How long the end is waited for where nobody says how long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time until a result that could not be stored is tried again; then twice as long each time.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest time between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

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
    threads: Vec<Thread>,
}

/// Starts the threads. They read the queue from the library by themselves.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: &LibraryHandle,
    reporter: &Reporter<AnalysisReport>,
    config: AnalyzerConfig,
) -> std::io::Result<Analyzer> {
    spawn_waiting(library, reporter, config, FIRST_WAIT)
}

fn spawn_waiting(
    library: &LibraryHandle,
    reporter: &Reporter<AnalysisReport>,
    config: AnalyzerConfig,
    first_wait: Duration,
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
            first_wait,
        };
        let thread = Thread::start(&format!("analysis-{number}"), move || worker.run())?;
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

    /// Stops, and waits until `deadline` for the threads: one that reads a file which does not answer is left to
    /// itself.
    pub fn end_by(mut self, deadline: Instant) {
        self.end(deadline);
    }

    fn end(&mut self, deadline: Instant) {
        self.shared.cancel.cancel();
        self.change(|state| state.stop = true);
        for thread in self.threads.drain(..) {
            thread.end_by(deadline);
        }
    }
}

impl Drop for Analyzer {
    fn drop(&mut self) {
        self.end(Instant::now() + PATIENCE);
    }
}

/// Analyses a file on a thread that may be given up: its drive or share may not answer any more, and the song that
/// plays must not wait for it.
///
/// Errors: it does not answer; that says nothing of the file.
fn analyze(
    path: &Path,
    root: Option<&Path>,
    config: &AnalysisConfig,
    cancel: &CancelFlag,
) -> io::Result<Result<TrackAnalysis, AnalysisError>> {
    let place = root.unwrap_or(path);
    let probe = path.to_owned();
    // What cannot be opened is the analysis' to explain.
    file::at(place, ANSWERS_WITHIN, move || Ok(open_regular(&probe).map(drop)))?.ok();
    let (path, config, cancel) = (path.to_owned(), config.clone(), cancel.clone());
    let patience = config
        .deadline
        .map_or(LONGEST, |deadline| deadline + ANSWERS_WITHIN);
    file::at(place, patience, move || {
        Ok(analyze_file_until(&path, &config, &cancel))
    })
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
    /// Time until a result that could not be stored is tried again.
    first_wait: Duration,
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
            let silent_for = state.ask_silent(Instant::now());
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
            let changed = &self.shared.changed;
            state = match silent_for {
                None => changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(wait) => {
                    let waited = changed.wait_timeout(state, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
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
        let root = self.root_of(&track.path);
        let result = match analyze(&track.path, root.as_deref(), &config, &self.shared.cancel) {
            Ok(result) => result,
            Err(error) => {
                warn!(%error, "not analysed now");
                let mut state = self.shared.lock();
                state.put_aside(track.id, root.as_deref().unwrap_or(&track.path), Instant::now());
                let report = state.report();
                drop(state);
                return report
                    .into_iter()
                    .for_each(|report| self.reporter.send(AnalysisReport::Progress(report)));
            }
        };
        self.shared
            .lock()
            .answered(root.as_deref().unwrap_or(&track.path));
        let failed = result.is_err();
        // What was read of a file that is being written says nothing of it: the scan will ask again.
        let is_void = match &result {
            Err(AnalysisError::Cancelled) => true,
            Err(_) => has_changed(track),
            Ok(_) => false,
        };
        if !is_void {
            self.store(track, config.profile, result);
        }
        let mut state = self.shared.lock();
        state.finish(track.id, failed);
        let report = state.report();
        drop(state);
        self.shared.changed.notify_all();
        match report {
            Some(progress) if progress.is_done() => self.reporter.send(AnalysisReport::Progress(progress)),
            Some(progress) => self.reporter.progress(AnalysisReport::Progress(progress)),
            None => {}
        }
    }

    /// The music folder that a file lies in. Of one that the library cannot tell, the file stands for itself.
    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let folders = self.library.call(|library| library.folders()).ok()?;
        let roots = folders.into_iter().map(|folder| folder.path);
        roots.filter(|root| path.starts_with(root)).max()
    }

    /// Stores what was found, or why nothing was. While the library cannot take it, it is tried again, and this thread
    /// begins nothing else: the next result could not be stored either.
    fn store(&self, track: &PendingTrack, profile: Profile, result: Result<TrackAnalysis, AnalysisError>) {
        let result = Arc::new(result);
        let mut wait = None;
        loop {
            let error = match self.try_to_store(track, profile, &result) {
                Ok(report) => {
                    if wait.is_some() {
                        self.shared.lock().let_go();
                    }
                    return report.into_iter().for_each(|report| self.reporter.send(report));
                }
                Err(error) => error,
            };
            let next = match wait {
                Some(before) => LONGEST_WAIT.min(before * 2),
                None => {
                    warn!(error = %format!("{error:#}"), "an analysis could not be stored");
                    if self.shared.lock().hold() {
                        self.reporter
                            .fail("store an analysis yet (it is tried again)", &error);
                    }
                    self.first_wait
                }
            };
            wait = Some(next);
            if !self.rest(next) {
                return;
            }
        }
    }

    /// Waits. Returns false when the program ends meanwhile.
    fn rest(&self, wait: Duration) -> bool {
        let state = self.shared.lock();
        let rested = self
            .shared
            .changed
            .wait_timeout_while(state, wait, |state| !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        !rested.0.stop
    }

    /// Stores it once. Returns what is to be told of it.
    ///
    /// Errors: the library could not take it.
    fn try_to_store(
        &self,
        track: &PendingTrack,
        profile: Profile,
        result: &Arc<Result<TrackAnalysis, AnalysisError>>,
    ) -> anyhow::Result<Option<AnalysisReport>> {
        let (pending, found) = (track.clone(), Arc::clone(result));
        let is_stored = self.library.call(move |library| match &*found {
            Ok(analysis) => library.store_analysis(&pending, profile, analysis),
            Err(error) => library.store_failure(&pending, error).map(|()| true),
        })?;
        Ok(match &**result {
            // The file changed meanwhile; it is in the queue again.
            Ok(_) if !is_stored => None,
            Ok(_) => {
                debug!(track_id = track.id.0, "analysed");
                Some(AnalysisReport::Analyzed(track.id))
            }
            Err(error) => {
                warn!(%error, "analysis failed");
                Some(AnalysisReport::Failed {
                    track: track.id,
                    path: track.path.clone(),
                    reason: plain_words::cleaned(&error.to_string()),
                })
            }
        })
    }
}

/// Whether a file is another one than the scan has seen.
fn has_changed(track: &PendingTrack) -> bool {
    let (path, size) = (track.path.clone(), track.size);
    let looked = file::at(&track.path, ANSWERS_WITHIN, move || {
        Ok(path.metadata()?.len() != size)
    });
    looked.unwrap_or(false)
}

#[cfg(test)]
mod tests;
