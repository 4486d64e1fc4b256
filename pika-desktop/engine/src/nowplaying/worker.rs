//! The now-playing thread: polls the sources, decides, looks up, writes the logbook, reports.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::{
    hand, matcher,
    playlist_file::{PlaylistFile, is_playlist},
    resolver::{Candidate, Decision, Resolver},
    source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews},
    text_file::TextFile,
    virtualdj::{VirtualDj, VirtualDjFolder},
};
use crate::{
    clock::now_ms,
    event::{Emitter, Event},
    library::{LibraryHandle, MatchedBy, Play, PlayUuid, Track, TrackId, Values},
    scanner::{is_audio, read_facts},
};

/// Events get lost on network drives and sticks, so files are looked at this often anyway.
const POLL: Duration = Duration::from_secs(1);
/// A file is written in pieces: after an event the rest is waited for this long.
const SETTLE: Duration = Duration::from_millis(100);

/// What to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowPlayingConfig {
    /// VirtualDJ; `None`: not followed.
    pub virtualdj: Option<VirtualDjFolder>,
    /// A text file or playlist that another program writes.
    pub file: Option<PathBuf>,
}

/// What the worker can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NowPlayingCommand {
    /// Follow these sources from now on.
    Follow(NowPlayingConfig),
    /// This track plays now.
    PlayNow(TrackId),
    /// The newest play did not happen: it is still the one before.
    StillLastSong,
    /// This plays now; the library need not know it.
    PlayText {
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
    /// A play did not happen.
    Remove(PlayUuid),
    /// A play was something else.
    Replace {
        /// Which play.
        play: PlayUuid,
        /// What it really was.
        with: Replacement,
    },
    /// Tell of everything that was played since then (milliseconds since 1970).
    TellSince(i64),
    /// More is known of a track now; if it plays, tell so.
    TrackChanged(TrackId),
    #[doc(hidden)]
    FilesChanged,
    #[doc(hidden)]
    Stop,
}

/// What a play really was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// A track of the library.
    Track(TrackId),
    /// A song that the library does not know.
    Text {
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
}

/// What plays now, as everybody is told.
#[derive(Debug, Clone, PartialEq)]
pub struct NowPlaying {
    /// The play; the same id means the same play, better known.
    pub play_id: PlayUuid,
    /// The track, when the library knows it.
    pub track: Option<TrackId>,
    /// Title; never empty.
    pub title: String,
    /// Artist; may be empty.
    pub artist: String,
    /// What the library knows; all `None` for an unknown song.
    pub values: Values,
    /// When it began, as well as that is known, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it was written down, in milliseconds since 1970.
    pub logged_at_ms: i64,
    /// Who noticed.
    pub source: SourceKind,
    /// How it was found in the library.
    pub matched_by: Option<MatchedBy>,
    /// The track waits for its analysis: more comes.
    pub needs_analysis: bool,
}

/// Asks the worker; stops and joins it when dropped.
#[derive(Debug)]
pub struct NowPlayingHandle {
    commands: SyncSender<NowPlayingCommand>,
    thread: Option<JoinHandle<()>>,
}

/// Starts following.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: LibraryHandle,
    events: Emitter,
    config: NowPlayingConfig,
) -> std::io::Result<NowPlayingHandle> {
    let (commands, queue) = sync_channel(64);
    let worker = Worker {
        library,
        events,
        sources: sources_of(config),
        resolver: Resolver::default(),
        plays: Vec::new(),
        watch: Watch::new(commands.clone()),
    };
    let thread = thread::Builder::new()
        .name("now-playing".into())
        .spawn(move || worker.run(&queue))?;
    Ok(NowPlayingHandle {
        commands,
        thread: Some(thread),
    })
}

fn sources_of(config: NowPlayingConfig) -> Vec<Box<dyn NowPlayingSource>> {
    let mut sources: Vec<Box<dyn NowPlayingSource>> = Vec::new();
    if let Some(folder) = config.virtualdj {
        sources.push(Box::new(VirtualDj::new(folder)));
    }
    if let Some(path) = config.file {
        if is_playlist(&path) {
            sources.push(Box::new(PlaylistFile::new(path)));
        } else {
            sources.push(Box::new(TextFile::new(path)));
        }
    }
    sources
}

impl NowPlayingHandle {
    /// Asks for something. Returns false when the worker is too busy to take it.
    pub fn ask(&self, command: NowPlayingCommand) -> bool {
        self.commands.try_send(command).is_ok()
    }
}

impl Drop for NowPlayingHandle {
    fn drop(&mut self) {
        let _ = self.commands.send(NowPlayingCommand::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker {
    library: LibraryHandle,
    events: Emitter,
    sources: Vec<Box<dyn NowPlayingSource>>,
    resolver: Resolver,
    /// The plays that the resolver can go back to, oldest first.
    plays: Vec<(NowPlaying, PlayEvent)>,
    watch: Watch,
}

/// Plays of one evening that are told again.
const MAX_TOLD: u32 = 2_000;
/// As many as the resolver keeps.
const MAX_PLAYS: usize = 16;

impl Worker {
    fn run(mut self, queue: &Receiver<NowPlayingCommand>) {
        let mut next_poll = Instant::now();
        let mut changed = false;
        loop {
            let wait = next_poll.saturating_duration_since(Instant::now());
            match queue.recv_timeout(wait) {
                Ok(NowPlayingCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(NowPlayingCommand::FilesChanged) => {
                    changed = true;
                    next_poll = next_poll.min(Instant::now() + SETTLE);
                }
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => {
                    self.poll(std::mem::take(&mut changed));
                    next_poll = Instant::now() + POLL;
                }
            }
        }
    }

    fn poll(&mut self, changed: bool) {
        let now = now_ms();
        let mut all_news = Vec::new();
        let mut folders = BTreeSet::new();
        for source in &mut self.sources {
            all_news.extend(source.poll(now, changed));
            folders.extend(source.folders());
        }
        self.watch.set(folders);
        for news in all_news {
            match news {
                SourceNews::Played(event) => {
                    self.try_to("note the playing song", |worker| worker.played(*event, false));
                }
                SourceNews::Earlier(event) => {
                    self.try_to("note a song", |worker| worker.played_before(*event));
                }
                SourceNews::Stopped => {
                    self.resolver.stop();
                    self.events.send(Event::Stopped);
                }
                SourceNews::Status(status) => {
                    info!(?status, "source");
                    self.events.send(Event::Source(status));
                }
            }
        }
    }

    fn obey(&mut self, command: NowPlayingCommand) {
        match command {
            NowPlayingCommand::PlayNow(id) => self.try_to("play this track by hand", |worker| {
                let track = worker
                    .library
                    .call(move |library| library.track(id))?
                    .context("the track is gone")?;
                worker.played(hand::event(&track, now_ms()), true)
            }),
            NowPlayingCommand::StillLastSong => {
                // Going back needs a song to go back to.
                if let [.., _, (newest, _)] = &self.plays[..] {
                    let id = newest.play_id;
                    self.try_to("go back to the last song", |worker| worker.remove(id));
                }
            }
            NowPlayingCommand::PlayText { title, artist } => {
                self.try_to("play this song by hand", |worker| {
                    worker.played(hand::text_event(title, artist, now_ms()), true)
                });
            }
            NowPlayingCommand::Replace { play, with } => {
                self.try_to("correct the play", |worker| worker.replace(play, with));
            }
            NowPlayingCommand::TellSince(since_ms) => {
                self.try_to("read the logbook", |worker| worker.tell_since(since_ms));
            }
            NowPlayingCommand::Remove(id) => self.try_to("remove the play", |worker| worker.remove(id)),
            NowPlayingCommand::TrackChanged(id) => {
                self.try_to("update the playing song", |worker| worker.track_changed(id));
            }
            NowPlayingCommand::Follow(config) => self.sources = sources_of(config),
            NowPlayingCommand::FilesChanged | NowPlayingCommand::Stop => {}
        }
    }

    fn try_to(&mut self, what: &'static str, work: impl FnOnce(&mut Self) -> Result<()>) {
        if let Err(error) = work(self) {
            warn!(error = %format!("{error:#}"), what, "failed");
            self.events.send(Event::failed(what, &error));
        }
    }

    /// A song was noticed: decide, look up, note, tell.
    fn played(&mut self, event: PlayEvent, by_hand: bool) -> Result<()> {
        let found = self.look_up(&event)?;
        let length_s = event.duration_s.or_else(|| found.as_ref()?.0.values.duration_s);
        let candidate = Candidate {
            identity: matcher::identity(&event),
            logged_at_ms: event.logged_at_ms,
            length_ms: length_s.map(|length| (length * 1000.0) as i64),
            at_start: event.at_start,
            replaces_last: event.replaces_last,
            by_hand,
        };
        // A line that was read before this program was started anew is the same play.
        let known = if event.at_start {
            self.known_line(&event)?
        } else {
            None
        };
        if let Some((_, true)) = known {
            return Ok(()); // The DJ took it back.
        }
        let new_id = known.map_or_else(Uuid::new_v4, |(id, _)| id);
        let id = match self.resolver.decide(&candidate, new_id, now_ms()) {
            Decision::New(id) => id,
            Decision::Correct(id) => {
                self.plays.retain(|(play, _)| play.play_id != id);
                id
            }
            // Over by now: it was played all the same.
            Decision::Ignore if event.at_start => return self.played_before(event),
            Decision::Ignore => {
                debug!(?event.source, "not news");
                return Ok(());
            }
        };
        let found = match found {
            Some((track, by)) => Some((track, if by_hand { MatchedBy::Hand } else { by })),
            None => self.take_in(&event)?,
        };
        let play = describe(id, &event, found);
        if self.plays.len() == MAX_PLAYS {
            self.plays.remove(0);
        }
        self.plays.push((play.clone(), event));
        self.note(&play)?;
        self.events.send(Event::NowPlaying(Box::new(play)));
        Ok(())
    }

    /// A song that was played, but plays no more: noted and told, never announced as playing.
    fn played_before(&mut self, event: PlayEvent) -> Result<()> {
        if event.source != SourceKind::VirtualDj || self.known_line(&event)?.is_some() {
            return Ok(());
        }
        let found = self.look_up(&event)?;
        let length_s = event.duration_s.or_else(|| found.as_ref()?.0.values.duration_s);
        let id = if event.at_start {
            Uuid::new_v4()
        } else {
            let candidate = Candidate {
                identity: matcher::identity(&event),
                logged_at_ms: event.logged_at_ms,
                length_ms: length_s.map(|length| (length * 1000.0) as i64),
                at_start: false,
                replaces_last: false,
                by_hand: false,
            };
            match self.resolver.decide(&candidate, Uuid::new_v4(), now_ms()) {
                Decision::New(id) => id,
                Decision::Correct(_) | Decision::Ignore => return Ok(()),
            }
        };
        let play = describe(id, &event, found);
        if !event.at_start {
            if self.plays.len() == MAX_PLAYS {
                self.plays.remove(0);
            }
            self.plays.push((play.clone(), event.clone()));
        }
        let entry = Play {
            path_text: event.path.unwrap_or_default(),
            ..logbook_entry(&play, &[])
        };
        let matched_by = play.matched_by;
        self.library
            .call(move |library| library.record_play(&entry, matched_by))?;
        self.events.send(Event::PlayedBefore(Box::new(play)));
        Ok(())
    }

    /// The play that a line of a history was noted as, and whether it was taken back.
    fn known_line(&self, event: &PlayEvent) -> Result<Option<(PlayUuid, bool)>> {
        let Some(path) = event.path.clone() else {
            return Ok(None);
        };
        let (source, logged_at_ms) = (event.source.name(), event.logged_at_ms);
        self.library
            .call(move |library| library.play_of_line(source, &path, logged_at_ms))
    }

    /// What a play of before was, from the logbook.
    fn remembered(&self, id: PlayUuid) -> Result<NowPlaying> {
        let (play, track) = self.library.call(move |library| {
            let play = library.play(id)?.context("this play is not in the logbook")?;
            let track = play
                .track
                .map(|track| library.track(track))
                .transpose()?
                .flatten();
            Ok((play, track))
        })?;
        Ok(from_logbook(&play, track.as_ref()))
    }

    /// The DJ says what a play really was: its id, and with it its likes, stays.
    fn replace(&mut self, id: PlayUuid, with: Replacement) -> Result<()> {
        let before = match self.plays.iter().find(|(play, _)| play.play_id == id) {
            Some((play, _)) => play.clone(),
            None => self.remembered(id)?,
        };
        let better = match with {
            Replacement::Track(track) => {
                let track = self
                    .library
                    .call(move |library| library.track(track))?
                    .context("the track is gone")?;
                NowPlaying {
                    title: track.title.clone(),
                    artist: track.artist.clone(),
                    values: track.values,
                    track: Some(track.id),
                    matched_by: Some(MatchedBy::Hand),
                    needs_analysis: track.analysis_version.is_none() && track.failure.is_none(),
                    ..before
                }
            }
            Replacement::Text { title, artist } => NowPlaying {
                title,
                artist,
                values: Values::default(),
                track: None,
                matched_by: None,
                needs_analysis: false,
                ..before
            },
        };
        self.note(&better)?;
        if let Some(known) = self.plays.iter_mut().find(|(play, _)| play.play_id == id) {
            known.0 = better.clone();
        }
        self.tell(better);
        Ok(())
    }

    /// Tells of a play: as the one that plays, or as one of before.
    fn tell(&self, play: NowPlaying) {
        let is_current = self.resolver.current() == Some(play.play_id);
        let play = Box::new(play);
        self.events.send(if is_current {
            Event::NowPlaying(play)
        } else {
            Event::PlayedBefore(play)
        });
    }

    fn tell_since(&mut self, since_ms: i64) -> Result<()> {
        let plays = self.library.call(move |library| {
            let plays = library.plays_since(since_ms, MAX_TOLD)?;
            plays
                .into_iter()
                .map(|play| {
                    let track = play
                        .track
                        .map(|track| library.track(track))
                        .transpose()?
                        .flatten();
                    Ok(from_logbook(&play, track.as_ref()))
                })
                .collect::<Result<Vec<_>>>()
        })?;
        self.events.send(Event::PlayedSince(Arc::new(plays)));
        Ok(())
    }

    fn look_up(&self, event: &PlayEvent) -> Result<Option<(Track, MatchedBy)>> {
        let event = event.clone();
        self.library.call(move |library| matcher::find(library, &event))
    }

    /// A file from outside the music folders: the library takes it in, so that it can be analysed.
    fn take_in(&self, event: &PlayEvent) -> Result<Option<(Track, MatchedBy)>> {
        let Some(path) = matcher::local_path(event).filter(|path| is_audio(path)) else {
            return Ok(None);
        };
        let Ok(meta) = std::fs::metadata(&path) else {
            return Ok(None);
        };
        let modified_ns = meta.modified().map_or(0, crate::scanner::ns_of);
        let Ok(facts) = read_facts(&path, meta.len(), modified_ns) else {
            return Ok(None);
        };
        let track = self.library.call(move |library| {
            let stored = library.store_files(None, &[facts], |path| path.symlink_metadata().is_ok())?;
            match stored.first() {
                Some(placement) => library.track(placement.track()),
                None => Ok(None),
            }
        })?;
        Ok(track.map(|track| (track, MatchedBy::Path)))
    }

    fn note(&self, play: &NowPlaying) -> Result<()> {
        let (mut entry, matched_by) = (logbook_entry(play, &self.plays), play.matched_by);
        self.library.call(move |library| {
            // What the DJ program wrote stays, whatever the song turned out to be.
            if entry.path_text.is_empty()
                && let Some(before) = library.play(entry.id)?
            {
                entry.path_text = before.path_text;
            }
            library.record_play(&entry, matched_by)
        })
    }

    fn remove(&mut self, id: PlayUuid) -> Result<()> {
        let (was_current, current) = self.resolver.remove(id);
        self.plays.retain(|(play, _)| play.play_id != id);
        self.library.call(move |library| library.remove_play(id))?;
        self.events.send(Event::PlayRemoved(id));
        if was_current
            && let Some((play, _)) = self.plays.iter().find(|(play, _)| Some(play.play_id) == current)
        {
            self.events.send(Event::NowPlaying(Box::new(play.clone())));
        }
        Ok(())
    }

    /// The analysis of the playing song is done, or it was corrected: tell what is known now.
    fn track_changed(&mut self, id: TrackId) -> Result<()> {
        let Some(track) = self.library.call(move |library| library.track(id))? else {
            return Ok(());
        };
        for index in 0..self.plays.len() {
            let (play, event) = &self.plays[index];
            if play.track != Some(id) {
                continue;
            }
            let matched_by = play.matched_by.unwrap_or(MatchedBy::Path);
            let better = describe(play.play_id, event, Some((track.clone(), matched_by)));
            if better == *play {
                continue;
            }
            self.plays[index].0 = better.clone();
            self.note(&better)?;
            self.tell(better);
        }
        Ok(())
    }
}

/// A play as the logbook knows it.
fn from_logbook(play: &Play, track: Option<&Track>) -> NowPlaying {
    NowPlaying {
        play_id: play.id,
        track: play.track,
        title: play.title.clone(),
        artist: play.artist.clone(),
        values: track.map(|track| track.values).unwrap_or_default(),
        started_at_ms: play.started_at_ms,
        logged_at_ms: play.logged_at_ms,
        source: SourceKind::named(&play.source),
        matched_by: None,
        needs_analysis: false,
    }
}

fn logbook_entry(play: &NowPlaying, plays: &[(NowPlaying, PlayEvent)]) -> Play {
    let event = plays
        .iter()
        .find(|(other, _)| other.play_id == play.play_id)
        .map(|(_, event)| event);
    Play {
        id: play.play_id,
        track: play.track,
        title: play.title.clone(),
        artist: play.artist.clone(),
        path_text: event.and_then(|event| event.path.clone()).unwrap_or_default(),
        source: play.source.name().to_owned(),
        started_at_ms: play.started_at_ms,
        logged_at_ms: play.logged_at_ms,
        answers: None,
    }
}

/// What everybody is told: the library's words where it has some, else those of the DJ program.
fn describe(play_id: PlayUuid, event: &PlayEvent, found: Option<(Track, MatchedBy)>) -> NowPlaying {
    let text = super::announcement::of(event, found.as_ref().map(|(track, _)| track));
    NowPlaying {
        play_id,
        title: text.title,
        artist: text.artist,
        values: found.as_ref().map(|(track, _)| track.values).unwrap_or_default(),
        started_at_ms: event.started_at_ms,
        logged_at_ms: event.logged_at_ms,
        source: event.source,
        needs_analysis: found
            .as_ref()
            .is_some_and(|(track, _)| track.analysis_version.is_none() && track.failure.is_none()),
        matched_by: found.as_ref().map(|(_, by)| *by),
        track: found.map(|(track, _)| track.id),
    }
}

/// Watches the folders of the sources.
struct Watch {
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<PathBuf>,
}

impl Watch {
    fn new(commands: SyncSender<NowPlayingCommand>) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is no change. When the queue is full the worker is awake anyway.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = commands.try_send(NowPlayingCommand::FilesChanged);
            }
        });
        let watcher = watcher
            .inspect_err(|error| warn!(%error, "changes are not reported by this system"))
            .ok();
        Self {
            watcher,
            folders: BTreeSet::new(),
        }
    }

    /// Watches exactly these folders; those that are not there are tried again at the next poll.
    fn set(&mut self, wanted: BTreeSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in self.folders.difference(&wanted) {
            let _ = watcher.unwatch(folder);
        }
        self.folders
            .retain(|folder| wanted.contains(folder) && folder.is_dir());
        for folder in wanted {
            // The poll does the work where watching is refused.
            if !self.folders.contains(&folder) && watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok()
            {
                self.folders.insert(folder);
            }
        }
    }
}
