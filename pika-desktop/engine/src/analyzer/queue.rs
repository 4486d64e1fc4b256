//! The queue itself: what waits, what is in work, how far it is. No thread, no library of its own.

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pika_analysis::Profile;

use crate::library::{PendingTrack, TrackId};

/// Time between two progress reports.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// Tracks that were asked for out of turn; more than these wait in the queue as usual.
const MAX_URGENT: usize = 32;
/// Until a drive that does not answer is asked again; then twice as long each time.
const FIRST_SILENCE: Duration = Duration::from_secs(30);
/// The longest time between two tries.
const LONGEST_SILENCE: Duration = Duration::from_secs(10 * 60);
/// Drives that are asked again by themselves; those beyond wait for the next scan.
const MAX_SILENT: usize = 64;

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

/// What the threads share; one at a time looks at it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// As the library last listed them; no more than it has tracks.
    queue: VecDeque<PendingTrack>,
    urgent: VecDeque<TrackId>,
    in_work: Vec<TrackId>,
    /// The library is to be asked again what waits.
    pub(super) refresh: bool,
    /// The dance floor that tracks are analysed for.
    pub(super) profile: Profile,
    /// Files in work at once.
    pub(super) limit: usize,
    /// Nothing new is begun but what was asked for out of turn.
    pub(super) paused: bool,
    /// One file at a time: the DJ's program needs the machine.
    pub(super) live: bool,
    /// The threads are to end.
    pub(super) stop: bool,
    /// Drives that did not answer.
    silent: BTreeMap<PathBuf, Silence>,
    /// Results that cannot be stored at the moment.
    held: u32,
    /// Of the batch: since the queue was last empty.
    done: u32,
    failed: u32,
    began: Option<Instant>,
    /// When progress was last said.
    reported: Option<Instant>,
    /// When it was last said that a track was begun.
    told: Option<Instant>,
}

/// When a drive is asked again.
#[derive(Debug, Clone, Copy)]
struct Silence {
    until: Instant,
    wait: Duration,
    /// Its time came, and nobody has said yet whether it answers.
    is_asked: bool,
}

/// What a thread is to do next.
pub(super) enum NextWork {
    /// Ask the library what waits.
    Refresh,
    /// Look this track up and analyse it: it plays now.
    Urgent(TrackId),
    /// Analyse this one; it counts as in work already.
    Track(PendingTrack),
}

impl State {
    /// An empty queue that is to be read from the library.
    pub(super) fn new(profile: Profile, limit: usize) -> Self {
        Self {
            refresh: true,
            profile,
            limit,
            ..Self::default()
        }
    }

    /// The next thing to do; `None` to wait.
    pub(super) fn next(&mut self) -> Option<NextWork> {
        if let Some(track) = self.urgent.pop_front() {
            return Some(NextWork::Urgent(track));
        }
        if std::mem::take(&mut self.refresh) {
            return Some(NextWork::Refresh);
        }
        let limit = if self.live { 1 } else { self.limit.max(1) };
        if self.paused || self.in_work.len() >= limit {
            return None;
        }
        let track = self.queue.pop_front()?;
        self.begin(track.id);
        Some(NextWork::Track(track))
    }

    /// Puts a track before all others, while there is room.
    pub(super) fn ask_first(&mut self, track: TrackId) {
        if self.urgent.len() < MAX_URGENT && !self.urgent.contains(&track) {
            self.urgent.push_back(track);
        }
    }

    /// Begins a track out of turn. Returns false when it is in work already.
    pub(super) fn begin_now(&mut self, track: TrackId) -> bool {
        if self.in_work.contains(&track) {
            return false;
        }
        self.queue.retain(|queued| queued.id != track);
        self.begin(track);
        true
    }

    fn begin(&mut self, track: TrackId) {
        self.in_work.push(track);
        self.began.get_or_insert_with(Instant::now);
    }

    /// Takes the waiting tracks of the library for the queue.
    pub(super) fn refill(&mut self, pending: Vec<PendingTrack>) {
        self.queue = pending
            .into_iter()
            .filter(|track| !self.in_work.contains(&track.id))
            .collect();
    }

    /// A result cannot be stored. Returns whether it is the only one at the moment.
    pub(super) fn hold(&mut self) -> bool {
        self.held += 1;
        self.held == 1
    }

    /// A result that could not be stored is stored now.
    pub(super) fn let_go(&mut self) {
        self.held = self.held.saturating_sub(1);
    }

    /// A track's drive does not answer: nothing below `root` is tried until the library is asked again what waits, which
    /// is after a while at the latest.
    pub(super) fn put_aside(&mut self, track: TrackId, root: &Path, now: Instant) {
        self.in_work.retain(|id| *id != track);
        self.queue.retain(|queued| !queued.path.starts_with(root));
        let wait = match self.silent.get(root) {
            // Another thread asked there at the same time.
            Some(silence) if silence.until > now => return,
            Some(silence) => (silence.wait * 2).min(LONGEST_SILENCE),
            None if self.silent.len() >= MAX_SILENT => return,
            None => FIRST_SILENCE,
        };
        let until = now + wait;
        self.silent.insert(
            root.to_owned(),
            Silence {
                until,
                wait,
                is_asked: false,
            },
        );
    }

    /// A drive answers.
    pub(super) fn answered(&mut self, root: &Path) {
        self.silent.remove(root);
    }

    /// Has the library asked again what waits once a drive's time has come. Returns how long that takes; `None`: no
    /// drive is silent.
    pub(super) fn ask_silent(&mut self, now: Instant) -> Option<Duration> {
        let waits = self.silent.values_mut().filter(|it| !it.is_asked);
        let mut next: Option<Instant> = None;
        for silence in waits {
            if silence.until <= now {
                silence.is_asked = true;
                self.refresh = true;
            } else {
                next = Some(next.map_or(silence.until, |next| next.min(silence.until)));
            }
        }
        next.map(|next| next.saturating_duration_since(now))
    }

    /// A track is done; `failed`: it could not be analysed.
    pub(super) fn finish(&mut self, track: TrackId, failed: bool) {
        self.in_work.retain(|id| *id != track);
        self.done += 1;
        self.failed += u32::from(failed);
    }

    /// How far it is now.
    pub(super) fn progress(&self) -> AnalysisProgress {
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
    pub(super) fn tell(&mut self) -> Option<AnalysisProgress> {
        if self.told.is_some_and(|told| told.elapsed() < REPORT_EVERY) {
            return None;
        }
        self.told = Some(Instant::now());
        Some(self.progress())
    }

    /// A report when one is due: at most ten a second, and always the last one.
    pub(super) fn report(&mut self) -> Option<AnalysisProgress> {
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
            Some(NextWork::Track(track)) => Some(track.id.0),
            Some(NextWork::Urgent(id)) => Some(-id.0),
            Some(NextWork::Refresh) | None => None,
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
    fn a_drive_that_does_not_answer_is_asked_again_by_itself_less_and_less_often() {
        let start = Instant::now();
        let mut state = State::default();
        let drive = Path::new("/drive");
        let song = || PendingTrack {
            path: "/drive/x.wav".into(),
            ..pending(1)
        };
        state.refill(vec![song(), pending(2)]);
        assert_eq!(next_track(&mut state), Some(1));
        assert_eq!(state.ask_silent(start), None);
        state.put_aside(TrackId(1), drive, start);
        state.put_aside(TrackId(3), drive, start);
        assert_eq!(
            state.ask_silent(start),
            Some(FIRST_SILENCE),
            "once for both threads"
        );
        assert!(!state.refresh);
        let mut now = start;
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = state.ask_silent(now).unwrap();
            now += wait;
            waits.push(wait);
            assert_eq!(state.ask_silent(now), None);
            assert!(
                std::mem::take(&mut state.refresh),
                "the library is asked what waits"
            );
            assert_eq!(state.ask_silent(now), None);
            assert!(!state.refresh, "once");
            state.put_aside(TrackId(1), drive, now);
        }
        assert_eq!(waits[..3], [1, 2, 4].map(|times| FIRST_SILENCE * times));
        assert_eq!(waits[7], LONGEST_SILENCE);
        // It is back.
        state.answered(drive);
        assert_eq!(state.ask_silent(now), None);
        for number in 0..2 * MAX_SILENT {
            state.put_aside(TrackId(1), &Path::new("/share").join(number.to_string()), now);
        }
        assert_eq!(state.silent.len(), MAX_SILENT);
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
    fn of_results_that_cannot_be_stored_the_first_is_told_and_each_stays_in_work() {
        let mut state = State::default();
        state.refill(vec![pending(1), pending(2)]);
        next_track(&mut state);
        assert!(state.hold());
        assert!(!state.hold());
        state.let_go();
        state.let_go();
        assert!(state.hold(), "a new series");
        assert_eq!(state.progress().in_work, [TrackId(1)]);
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
