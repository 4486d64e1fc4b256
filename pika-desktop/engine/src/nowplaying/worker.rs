//! The now-playing thread: hears what the sources notice, has it noted, reports.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{SendError, sync_channel},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use pika_analysis::open_regular;
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::{
    NowPlayingCommand, NowPlayingConfig, NowPlayingReport, Replacement,
    follower::Follower,
    hand,
    note::{self, Desk, Memory, Noted},
    play::NowPlaying,
    playlist_file::{PlaylistFile, is_playlist},
    source::{NowPlayingSource, PlayEvent, SourceNews, SourceStatus, why},
    text_file::TextFile,
    virtualdj::{VirtualDj, VirtualDjFolder},
};
use crate::{
    audio_files::{ns_of, read_facts},
    clock::Now,
    foreign::file,
    library::{FileFacts, LibraryHandle, PlayUuid, TrackId},
    plain_words,
    report::{Failure, Reporter},
    worker::{self, Handle, Inbox, Next, QueueSender},
};

/// How often the clock is looked at, and the library is asked again for what it could not take.
const LOOK: Duration = Duration::from_secs(1);
/// Messages waiting; who finds no room is told.
const QUEUE: usize = 64;
/// Plays of one evening that are told again.
const MAX_TOLD: u32 = 2_000;
/// How long a file is waited for before its song is announced without what it says.
const A_MOMENT: Duration = Duration::from_millis(300);
/// A clock that goes back by less was only set right.
const SET_BACK_MS: i64 = 2_000;

/// Asks the worker; ends it when dropped.
pub type NowPlayingHandle = Handle<NowPlayingCommand>;

/// What wakes the worker.
enum Message {
    Command(NowPlayingCommand),
    /// What the sources of this number noticed.
    News(u64, Vec<SourceNews>),
    /// What a file outside the music folders says of itself, and the play that it is.
    Looked(PlayUuid, Box<FileFacts>),
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
            sender,
            followers: Vec::new(),
            number: 0,
            memory: Memory::default(),
            is_recalled: false,
            clock: Now::read(),
            is_behind: false,
        };
        worker.run(config, &inbox);
    })
}

/// The sources, and what each of them reads.
fn sources_of(config: NowPlayingConfig) -> Vec<(Box<dyn NowPlayingSource>, PathBuf)> {
    let mut sources: Vec<(Box<dyn NowPlayingSource>, PathBuf)> = Vec::new();
    if let Some(folder) = config.virtualdj {
        let path = match &folder {
            VirtualDjFolder::Find => PathBuf::from("VirtualDJ"),
            VirtualDjFolder::Program(path) | VirtualDjFolder::HistoryFile(path) => path.clone(),
        };
        sources.push((Box::new(VirtualDj::new(folder)), path));
    }
    if let Some(path) = config.file {
        let source: Box<dyn NowPlayingSource> = if is_playlist(&path) {
            Box::new(PlaylistFile::new(path.clone()))
        } else {
            Box::new(TextFile::new(path.clone()))
        };
        sources.push((source, path));
    }
    sources
}

struct Worker {
    library: LibraryHandle,
    reporter: Reporter<NowPlayingReport>,
    sender: QueueSender<Message>,
    followers: Vec<Follower>,
    /// Which sources are followed: what those of before still say is of no interest.
    number: u64,
    memory: Memory,
    /// What was noted before the start is remembered.
    is_recalled: bool,
    /// Both clocks, as they were last looked at.
    clock: Now,
    /// Something could not be written down, and the DJ was told so.
    is_behind: bool,
}

impl Worker {
    fn run(mut self, config: NowPlayingConfig, inbox: &Inbox<Message>) {
        // Before anything is heard: what is known already is no news.
        self.try_to("read what was played", Self::recall);
        self.follow(config);
        loop {
            let next = inbox.next(LOOK);
            self.look_at_clock();
            match next {
                Next::End => {
                    // Once more: nobody will say again what the DJ said by hand.
                    if !self.memory.unstored.is_empty() {
                        let _ = self.at_desk(|desk| desk.settle());
                    }
                    return;
                }
                Next::Message(Message::Command(command)) => self.obey(command),
                Next::Message(Message::News(number, news)) if number == self.number => self.hear(news),
                Next::Message(Message::News(..)) => {}
                Next::Message(Message::Looked(id, facts)) => {
                    self.try_to("take in the playing song", |worker| worker.looked(id, *facts));
                }
                Next::Nothing => self.look_around(),
            }
        }
    }

    /// Remembers what was noted before the start, until that has worked once.
    fn recall(&mut self) -> Result<()> {
        if !self.is_recalled {
            let still_on = self.at_desk(|desk| desk.recall())??;
            self.is_recalled = true;
            if let Some(play) = still_on {
                self.reporter.send(NowPlayingReport::Playing(Box::new(play)));
            }
        }
        Ok(())
    }

    /// [`Self::recall`] after it failed, which the DJ was told.
    fn recall_again(&mut self) {
        if let Err(error) = self.recall() {
            warn!(error = %format!("{error:#}"), "what was played is not known yet");
        }
    }

    fn follow(&mut self, config: NowPlayingConfig) {
        self.followers.clear();
        self.number += 1;
        for (source, path) in sources_of(config) {
            let (number, sender) = (self.number, self.sender.clone());
            let kind = source.kind();
            let told = move |news| sender.send(Message::News(number, news));
            match Follower::start(source, path.clone(), told) {
                Ok(follower) => self.followers.push(follower),
                Err(error) => self
                    .reporter
                    .send(NowPlayingReport::Source(SourceStatus::Unreadable {
                        source: kind,
                        path,
                        reason: why(&error),
                    })),
            }
        }
    }

    /// Nothing happens: what waits is tried again, and sources that hang are told.
    fn look_around(&mut self) {
        for follower in &mut self.followers {
            if let Some(status) = follower.trouble(self.clock.steady) {
                info!(?status, "source");
                self.reporter.send(NowPlayingReport::Source(status));
            }
        }
        self.recall_again();
        if !self.memory.unstored.is_empty() {
            let settled = self.at_desk(|desk| desk.settle());
            self.tell_whether_behind(settled.and_then(|settled| settled).err());
        }
    }

    /// A clock that is set back must not make a repeat a song of its own.
    fn look_at_clock(&mut self) {
        let now = Now::read();
        let passed = now.steady.saturating_sub(self.clock.steady);
        let expected = self
            .clock
            .wall_ms
            .saturating_add(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let back_ms = expected.saturating_sub(now.wall_ms);
        if back_ms > SET_BACK_MS {
            info!(back_ms, "the clock was set back");
            self.memory.resolver.clock_set_back(back_ms);
        }
        self.clock = now;
    }

    fn hear(&mut self, news: Vec<SourceNews>) {
        self.recall_again();
        for news in news {
            match news {
                SourceNews::Played(event) => self.played(*event),
                SourceNews::Earlier(event) => {
                    let noted = self.note("note a song", move |desk| desk.before(*event));
                    self.tell_noted(noted);
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
                worker.played(hand::event(&track, worker.clock.wall_ms));
                Ok(())
            }),
            NowPlayingCommand::StillLastSong => {
                // Going back needs a song to go back to.
                if let Some(id) = self.memory.plays.newest_of_several().map(|play| play.play_id) {
                    self.remove(id);
                }
            }
            NowPlayingCommand::PlayText { title, artist } => {
                self.played(hand::text_event(title, artist, self.clock.wall_ms));
            }
            NowPlayingCommand::Replace { play, with } => {
                self.try_to("correct the play", |worker| worker.replace(play, with));
            }
            NowPlayingCommand::TellOf { mark, since_ms } => {
                self.try_to("read the logbook", |worker| worker.tell_of(mark, since_ms));
            }
            NowPlayingCommand::WentBack => self.try_to("read what was played", |worker| {
                for play in worker.at_desk(|desk| desk.went_back())?? {
                    worker.tell(play);
                }
                Ok(())
            }),
            NowPlayingCommand::Remove(id) => self.remove(id),
            NowPlayingCommand::TracksChanged(tracks) => self.tracks_changed(&tracks),
            NowPlayingCommand::Follow(config) => self.follow(config),
        }
    }

    fn try_to(&mut self, what: &'static str, work: impl FnOnce(&mut Self) -> Result<()>) {
        if let Err(error) = work(self) {
            warn!(error = %format!("{error:#}"), what, "failed");
            self.reporter.fail(what, &error);
        }
    }

    /// Runs one job on the library's thread with what is remembered, and remembers what it left.
    ///
    /// Errors: the library does not answer; what is remembered stays as it was.
    fn at_desk<T: Send + 'static>(
        &mut self,
        job: impl FnOnce(&mut Desk<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        let mut memory = self.memory.clone();
        let now_ms = self.clock.wall_ms;
        let (memory, done) = self.library.call(move |library| {
            let done = job(&mut Desk {
                library: Some(library),
                memory: &mut memory,
                now_ms,
                is_refused: false,
            });
            Ok((memory, done))
        })?;
        self.memory = memory;
        Ok(done)
    }

    /// The same for what must not be given up: without an answer it is done with what is remembered alone.
    fn note<T: Send + 'static>(
        &mut self,
        what: &'static str,
        job: impl FnOnce(&mut Desk<'_>) -> T + Clone + Send + 'static,
    ) -> T {
        let again = job.clone();
        let done = self.at_desk(job).unwrap_or_else(|error| {
            warn!(error = %format!("{error:#}"), what, "without the library");
            again(&mut Desk {
                library: None,
                memory: &mut self.memory,
                now_ms: self.clock.wall_ms,
                is_refused: false,
            })
        });
        // Why is asked at the next try.
        self.tell_whether_behind(None);
        done
    }

    /// Tells the DJ once that something waits to be written down.
    fn tell_whether_behind(&mut self, why: Option<anyhow::Error>) {
        if self.memory.unstored.is_empty() {
            self.is_behind = false;
        } else if let Some(error) = why
            && !std::mem::replace(&mut self.is_behind, true)
        {
            let error = format!(
                "{}. Dancers are told all the same, and Pika! tries again",
                plain_words::of(&error)
            );
            let what = "write down what was played";
            self.reporter.try_fail(Failure { what, error });
        }
    }

    /// A song was noticed: decide, look up, note, tell.
    fn played(&mut self, event: PlayEvent) {
        let noted = self.note("note the playing song", move |desk| desk.playing(event));
        self.tell_noted(noted);
    }

    fn tell_noted(&mut self, noted: Noted) {
        match noted {
            Noted::Playing { play, unknown: None } => self.reporter.send(NowPlayingReport::Playing(play)),
            Noted::Playing {
                play,
                unknown: Some(path),
            } => {
                let id = play.play_id;
                // Nearly every file says at once what it is; the dancers need not read its name first.
                let facts = self.look_at(id, path);
                let better =
                    facts.and_then(|facts| self.at_desk(move |desk| desk.taken_in(id, facts)).ok()?.ok()?);
                self.reporter
                    .send(NowPlayingReport::Playing(better.map_or(play, Box::new)));
            }
            Noted::Before(play) => self.reporter.send(NowPlayingReport::PlayedBefore(play)),
            Noted::Nothing => debug!("not news"),
        }
    }

    /// Looks at a file outside the music folders, for as long as that takes. What it says in a moment is returned, what
    /// it says later is a message.
    fn look_at(&self, id: PlayUuid, path: PathBuf) -> Option<FileFacts> {
        // Without room in between: what was sent was taken.
        let (tell, told) = sync_channel(0);
        let sender = self.sender.clone();
        let begun = file::aside(move || {
            let Some(facts) = facts_of(&path) else { return };
            if let Err(SendError(facts)) = tell.send(facts) {
                sender.send(Message::Looked(id, Box::new(facts)));
            }
        });
        if let Err(error) = begun {
            warn!(%error, "the playing song's file is not looked at");
        }
        told.recv_timeout(A_MOMENT).ok()
    }

    fn looked(&mut self, id: PlayUuid, facts: FileFacts) -> Result<()> {
        if let Some(better) = self.at_desk(move |desk| desk.taken_in(id, facts))?? {
            self.tell(better);
        }
        Ok(())
    }

    /// The DJ says what a play really was: its id, and with it its likes, stays.
    fn replace(&mut self, id: PlayUuid, with: Replacement) -> Result<()> {
        let better = self.at_desk(move |desk| desk.replace(id, with))??;
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

    fn tell_of(&mut self, mark: Option<Uuid>, since_ms: i64) -> Result<()> {
        let plays = self
            .library
            .call(move |library| note::of_session(library, mark, since_ms, MAX_TOLD))?;
        self.reporter.send(NowPlayingReport::PlayedSince(Arc::new(plays)));
        Ok(())
    }

    fn remove(&mut self, id: PlayUuid) {
        let (was_current, current) = self.note("remove the play", move |desk| desk.remove(id));
        self.reporter.send(NowPlayingReport::Removed(id));
        if let Some(play) = current.filter(|_| was_current) {
            self.reporter.send(NowPlayingReport::Playing(Box::new(play)));
        }
    }

    /// Analyses are done, or corrections were made: tell what is known now of what plays. However many tracks are
    /// named, only those that play are looked up.
    fn tracks_changed(&mut self, changed: &BTreeSet<TrackId>) {
        let tracks = self.memory.plays.tracks_of(changed);
        if tracks.is_empty() {
            return;
        }
        let better = self.note("update the playing song", move |desk| {
            desk.tracks_changed(&tracks)
        });
        for play in better {
            self.tell(play);
        }
    }
}

/// What a file outside the music folders says of itself; `None` when it cannot be read.
fn facts_of(path: &Path) -> Option<FileFacts> {
    let meta = open_regular(path).and_then(|file| file.metadata()).ok()?;
    let modified_ns = meta.modified().map_or(0, ns_of);
    read_facts(path, meta.len(), modified_ns).ok()
}

#[cfg(test)]
mod tests;
