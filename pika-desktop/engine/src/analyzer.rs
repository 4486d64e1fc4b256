//! The analysis queue: tracks of the library through the engine and back, on several threads.
//!
//! What is done is stored at once, so a crash loses the files in work and no more; the queue is
//! read from the library again at the next start. The song that plays now goes first.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use pika_analysis::{AnalysisConfig, AnalysisError, CancelFlag, Profile, analyze_file_until};
use tracing::{debug, warn};

use crate::{
    library::{LibraryHandle, PendingTrack, TrackId},
    report::Reporter,
};

/// Time between two progress reports.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// Tracks that were asked for out of turn; more than these wait in the queue as usual.
const MAX_URGENT: usize = 32;

/// How far the analysis is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnalysisProgress {
    /// Files done since the queue was last empty, failed ones included.
    pub done: u32,
    /// Files to do since the queue was last empty.
    pub total: u32,
    /// Files of those that could not be analysed.
    pub failed: u32,
    /// Files a minute; 0 until that can be said.
    pub per_minute: f64,
    /// Time left at that rate.
    pub left: Option<Duration>,
    /// Whether the DJ paused it.
    pub paused: bool,
    /// The tracks that are in work now, one a thread.
    pub in_work: Vec<TrackId>,
}

impl AnalysisProgress {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.done >= self.total
    }
}

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
        state: Mutex::new(State {
            refresh: true,
            profile: config.profile,
            limit: config.threads.unwrap_or(cores),
            ..State::default()
        }),
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
        self.change(|state| {
            if state.urgent.len() < MAX_URGENT && !state.urgent.contains(&track) {
                state.urgent.push_back(track);
            }
        });
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

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<PendingTrack>,
    urgent: VecDeque<TrackId>,
    in_work: Vec<TrackId>,
    refresh: bool,
    profile: Profile,
    /// Files in work at once.
    limit: usize,
    paused: bool,
    live: bool,
    stop: bool,
    done: u32,
    failed: u32,
    began: Option<Instant>,
    reported: Option<Instant>,
    /// When it was last said that a track was begun.
    told: Option<Instant>,
}

enum Job {
    Refresh,
    Urgent(TrackId),
    Track(PendingTrack),
}

impl State {
    /// The next thing to do; `None` to wait.
    fn next(&mut self) -> Option<Job> {
        if let Some(track) = self.urgent.pop_front() {
            return Some(Job::Urgent(track));
        }
        if std::mem::take(&mut self.refresh) {
            return Some(Job::Refresh);
        }
        let limit = if self.live { 1 } else { self.limit.max(1) };
        if self.paused || self.in_work.len() >= limit {
            return None;
        }
        let track = self.queue.pop_front()?;
        self.begin(track.id);
        Some(Job::Track(track))
    }

    fn begin(&mut self, track: TrackId) {
        self.in_work.push(track);
        self.began.get_or_insert_with(Instant::now);
    }

    /// Takes the waiting tracks of the library for the queue.
    fn refill(&mut self, pending: Vec<PendingTrack>) {
        self.queue = pending
            .into_iter()
            .filter(|track| !self.in_work.contains(&track.id))
            .collect();
    }

    /// The result could not be stored: the track waits again, and the queue is held, since the next one
    /// could not be stored either.
    fn put_back(&mut self, track: &PendingTrack) {
        self.in_work.retain(|id| *id != track.id);
        self.queue.push_front(track.clone());
        self.paused = true;
    }

    fn finish(&mut self, track: TrackId, failed: bool) {
        self.in_work.retain(|id| *id != track);
        self.done += 1;
        self.failed += u32::from(failed);
    }

    fn progress(&self) -> AnalysisProgress {
        let waiting = (self.queue.len() + self.in_work.len()) as u32;
        let minutes = self
            .began
            .map_or(0.0, |began| began.elapsed().as_secs_f64() / 60.0);
        let per_minute = if self.done > 0 && minutes > 0.0 {
            f64::from(self.done) / minutes
        } else {
            0.0
        };
        let left = (per_minute > 0.0)
            .then(|| Duration::try_from_secs_f64(f64::from(waiting) / per_minute * 60.0).ok())
            .flatten();
        AnalysisProgress {
            done: self.done,
            total: self.done + waiting,
            failed: self.failed,
            per_minute,
            left,
            paused: self.paused,
            in_work: self.in_work.clone(),
        }
    }

    /// What is in work, when that is due to be said: a track was begun.
    fn tell(&mut self) -> Option<AnalysisProgress> {
        if self.told.is_some_and(|told| told.elapsed() < REPORT_EVERY) {
            return None;
        }
        self.told = Some(Instant::now());
        Some(self.progress())
    }

    /// A report when one is due: at most ten a second, and always the last one.
    fn report(&mut self) -> Option<AnalysisProgress> {
        let progress = self.progress();
        let due = self
            .reported
            .is_none_or(|reported| reported.elapsed() >= REPORT_EVERY);
        if !due && !progress.is_done() {
            return None;
        }
        self.reported = Some(Instant::now());
        if progress.is_done() {
            // The next batch counts from nothing.
            (self.done, self.failed, self.began) = (0, 0, None);
        }
        Some(progress)
    }
}

struct Worker {
    shared: Arc<Shared>,
    library: LibraryHandle,
    reporter: Reporter<AnalysisReport>,
}

impl Worker {
    fn run(&self) {
        while let Some(job) = self.wait() {
            match job {
                Job::Refresh => self.refresh(),
                Job::Urgent(id) => self.urgent(id),
                Job::Track(track) => self.track(&track),
            }
        }
    }

    fn wait(&self) -> Option<Job> {
        let mut state = self.shared.lock();
        loop {
            if state.stop {
                return None;
            }
            if let Some(job) = state.next() {
                let told = match job {
                    Job::Track(_) => state.tell(),
                    Job::Refresh | Job::Urgent(_) => None,
                };
                drop(state);
                if let Some(progress) = told {
                    self.reporter.progress(AnalysisReport::Progress(progress));
                }
                return Some(job);
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
        let mut state = self.shared.lock();
        if state.in_work.contains(&id) {
            return; // It will be done in a moment.
        }
        state.queue.retain(|queued| queued.id != id);
        state.begin(id);
        drop(state);
        self.track(&track);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::ContentId;

    fn pending(id: i64) -> PendingTrack {
        PendingTrack {
            id: TrackId(id),
            path: "x.wav".into(),
            size: 1,
            content_id: ContentId([0; 16]),
        }
    }

    fn next_track(state: &mut State) -> Option<i64> {
        match state.next() {
            Some(Job::Track(track)) => Some(track.id.0),
            Some(Job::Urgent(id)) => Some(-id.0),
            Some(Job::Refresh) | None => None,
        }
    }

    #[test]
    fn the_playing_song_goes_first_even_while_paused() {
        let mut state = State {
            paused: true,
            ..State::default()
        };
        state.refill(vec![pending(1), pending(2)]);
        assert_eq!(next_track(&mut state), None);
        state.urgent.push_back(TrackId(2));
        assert_eq!(next_track(&mut state), Some(-2));
    }

    #[test]
    fn one_file_at_a_time_while_live() {
        let mut state = State {
            live: true,
            limit: 8,
            ..State::default()
        };
        state.refill(vec![pending(1), pending(2)]);
        assert_eq!(next_track(&mut state), Some(1));
        assert_eq!(next_track(&mut state), None);
        state.finish(TrackId(1), false);
        assert_eq!(next_track(&mut state), Some(2));
    }

    #[test]
    fn no_more_files_at_once_than_chosen() {
        let mut state = State {
            limit: 2,
            ..State::default()
        };
        state.refill((1..=4).map(pending).collect());
        assert_eq!(
            (next_track(&mut state), next_track(&mut state)),
            (Some(1), Some(2))
        );
        assert_eq!(next_track(&mut state), None);
        state.limit = 3;
        assert_eq!(next_track(&mut state), Some(3));
    }

    #[test]
    fn what_cannot_be_stored_waits_and_holds_the_queue() {
        let mut state = State::default();
        state.refill(vec![pending(1), pending(2)]);
        next_track(&mut state);
        state.put_back(&pending(1));
        let progress = state.progress();
        assert_eq!((progress.done, progress.total, progress.paused), (0, 2, true));
        assert_eq!(progress.in_work, []);
        assert_eq!(next_track(&mut state), None);
        state.paused = false;
        assert_eq!(next_track(&mut state), Some(1));
    }

    #[test]
    fn progress_counts_a_batch_and_begins_anew() {
        let mut state = State::default();
        state.refill(vec![pending(1), pending(2)]);
        next_track(&mut state);
        assert_eq!(state.tell().unwrap().in_work, [TrackId(1)]);
        assert_eq!(state.tell(), None, "not more often than anybody can read");
        state.finish(TrackId(1), true);
        let progress = state.report().unwrap();
        assert_eq!((progress.done, progress.total, progress.failed), (1, 2, 1));
        next_track(&mut state);
        // A track in work is not taken twice.
        state.refill(vec![pending(2)]);
        state.finish(TrackId(2), false);
        let progress = state.report().unwrap();
        assert_eq!((progress.done, progress.total, progress.is_done()), (2, 2, true));
        assert_eq!(state.progress().total, 0);
    }
}
