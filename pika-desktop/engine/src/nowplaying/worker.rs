//! The now-playing thread: polls the sources, has what they notice noted, reports.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tracing::{debug, info, warn};

use super::{
    NowPlayingCommand, NowPlayingConfig, NowPlayingReport, Replacement, hand,
    note::{self, Memory, Noted, Outside},
    play::NowPlaying,
    playlist_file::{PlaylistFile, is_playlist},
    source::{NowPlayingSource, PlayEvent, SourceNews},
    text_file::TextFile,
    virtualdj::VirtualDj,
};
use crate::{
    audio_files::{ns_of, read_facts},
    clock::now_ms,
    folder_watch::{Depth, FolderWatch},
    library::{FileFacts, Library, LibraryHandle, PlayUuid, TrackId},
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Events get lost on network drives and sticks, so files are looked at this often anyway.
const POLL: Duration = Duration::from_secs(1);
/// A file is written in pieces: after an event the rest is waited for this long.
const SETTLE: Duration = Duration::from_millis(100);
/// Commands waiting; who finds no room is told.
const QUEUE: usize = 64;
/// Plays of one evening that are told again.
const MAX_TOLD: u32 = 2_000;

/// Asks the worker; ends and joins it when dropped.
pub type NowPlayingHandle = Handle<NowPlayingCommand>;

/// What wakes the worker.
enum Message {
    Command(NowPlayingCommand),
    FilesChanged,
}

impl From<NowPlayingCommand> for Message {
    fn from(command: NowPlayingCommand) -> Self {
        Self::Command(command)
    }
}

/// Starts following.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: LibraryHandle,
    reporter: Reporter<NowPlayingReport>,
    config: NowPlayingConfig,
) -> std::io::Result<NowPlayingHandle> {
    worker::spawn("now-playing", QUEUE, move |inbox, sender| {
        let worker = Worker {
            library,
            reporter,
            sources: sources_of(config),
            memory: Memory::default(),
            watch: FolderWatch::new(Depth::Files, move |_| sender.wake(Message::FilesChanged)),
        };
        worker.run(&inbox);
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

struct Worker {
    library: LibraryHandle,
    reporter: Reporter<NowPlayingReport>,
    sources: Vec<Box<dyn NowPlayingSource>>,
    memory: Memory,
    watch: FolderWatch,
}

impl Worker {
    fn run(mut self, inbox: &Inbox<Message>) {
        let mut next_poll = Instant::now();
        let mut changed = false;
        loop {
            match inbox.next(next_poll.saturating_duration_since(Instant::now())) {
                Next::End => return,
                Next::Message(Message::FilesChanged) => {
                    changed = true;
                    next_poll = next_poll.min(Instant::now() + SETTLE);
                }
                Next::Message(Message::Command(command)) => self.obey(command),
                Next::Nothing => {
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
                    self.memory.resolver.stop();
                    self.reporter.send(NowPlayingReport::Stopped);
                }
                SourceNews::Status(status) => {
                    info!(?status, "source");
                    self.reporter.send(NowPlayingReport::Source(status));
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
                if let Some(id) = self.memory.plays.newest_of_several().map(|play| play.play_id) {
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
            NowPlayingCommand::TracksChanged(tracks) => {
                self.try_to("update the playing song", |worker| worker.tracks_changed(&tracks));
            }
            NowPlayingCommand::Follow(config) => self.sources = sources_of(config),
        }
    }

    fn try_to(&mut self, what: &'static str, work: impl FnOnce(&mut Self) -> Result<()>) {
        if let Err(error) = work(self) {
            warn!(error = %format!("{error:#}"), what, "failed");
            self.reporter.fail(what, &error);
        }
    }

    /// Runs one job on the library's thread with what is remembered, and remembers what it left.
    fn remembering<T: Send + 'static>(
        &mut self,
        job: impl FnOnce(&mut Library, &mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut memory = self.memory.clone();
        let (memory, done) = self.library.call(move |library| {
            let done = job(library, &mut memory)?;
            Ok((memory, done))
        })?;
        self.memory = memory;
        Ok(done)
    }

    /// A song was noticed: decide, look up, note, tell.
    fn played(&mut self, event: PlayEvent, by_hand: bool) -> Result<()> {
        let before = self.memory.clone();
        let again = event.clone();
        let source = event.source;
        let mut noted = self.remembering(move |library, memory| {
            note::playing(library, memory, event, by_hand, Outside::NotRead)
        })?;
        if let Noted::Unknown(path) = noted {
            self.memory = before;
            let outside = Outside::Read(facts_of(&path).map(Box::new));
            noted = self.remembering(move |library, memory| {
                note::playing(library, memory, again, by_hand, outside)
            })?;
        }
        match noted {
            Noted::Playing(play) => self.reporter.send(NowPlayingReport::Playing(play)),
            Noted::Before(play) => self.reporter.send(NowPlayingReport::PlayedBefore(play)),
            Noted::Nothing | Noted::Unknown(_) => debug!(?source, "not news"),
        }
        Ok(())
    }

    /// A song that was played, but plays no more.
    fn played_before(&mut self, event: PlayEvent) -> Result<()> {
        let noted = self.remembering(move |library, memory| note::before(library, memory, event))?;
        if let Noted::Before(play) = noted {
            self.reporter.send(NowPlayingReport::PlayedBefore(play));
        }
        Ok(())
    }

    /// The DJ says what a play really was: its id, and with it its likes, stays.
    fn replace(&mut self, id: PlayUuid, with: Replacement) -> Result<()> {
        let better = self.remembering(move |library, memory| note::replace(library, memory, id, with))?;
        self.tell(better);
        Ok(())
    }

    /// Tells of a play: as the one that plays, or as one of before.
    fn tell(&self, play: NowPlaying) {
        let is_current = self.memory.resolver.current() == Some(play.play_id);
        let play = Box::new(play);
        self.reporter.send(if is_current {
            NowPlayingReport::Playing(play)
        } else {
            NowPlayingReport::PlayedBefore(play)
        });
    }

    fn tell_since(&mut self, since_ms: i64) -> Result<()> {
        let plays = self
            .library
            .call(move |library| note::since(library, since_ms, MAX_TOLD))?;
        self.reporter.send(NowPlayingReport::PlayedSince(Arc::new(plays)));
        Ok(())
    }

    fn remove(&mut self, id: PlayUuid) -> Result<()> {
        let (was_current, current) = self.memory.resolver.remove(id);
        self.memory.plays.remove(id);
        self.library.call(move |library| library.remove_play(id))?;
        self.reporter.send(NowPlayingReport::Removed(id));
        if was_current && let Some(play) = current.and_then(|id| self.memory.plays.get(id)) {
            self.reporter
                .send(NowPlayingReport::Playing(Box::new(play.clone())));
        }
        Ok(())
    }

    /// Analyses are done, or corrections were made: tell what is known now of what plays. However many tracks are
    /// named, only those that play are looked up.
    fn tracks_changed(&mut self, changed: &BTreeSet<TrackId>) -> Result<()> {
        let tracks = self.memory.plays.tracks_of(changed);
        if tracks.is_empty() {
            return Ok(());
        }
        let better =
            self.remembering(move |library, memory| note::tracks_changed(library, memory, &tracks))?;
        for play in better {
            self.tell(play);
        }
        Ok(())
    }
}

/// What a file outside the music folders says of itself; `None` when it cannot be read.
fn facts_of(path: &Path) -> Option<FileFacts> {
    let meta = std::fs::metadata(path).ok()?;
    let modified_ns = meta.modified().map_or(0, ns_of);
    read_facts(path, meta.len(), modified_ns).ok()
}
