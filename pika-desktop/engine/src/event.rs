//! Everything a worker can report. Reading this file and `command.rs` tells all the program can do.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use pika_protocol::{SessionId, rest::OwnerRecap};
use pika_update::Release;

use crate::{
    account::AccountState,
    analyzer::AnalysisProgress,
    audition::AuditionState,
    battery::Battery,
    library::{
        Folder, FolderId, Night, NightDetail, PlayUuid, Track, TrackDetail, TrackId, UnreadableFile,
        browse::Listing,
    },
    live::{EndedSession, LiveState, PlayAnswers},
    local_relay::LocalRelayInfo,
    nowplaying::{NowPlaying, SourceStatus, virtualdj::ImportCounts},
    scanner::ScanCounts,
    suggest::Suggestion,
    surroundings::{FoundFolder, Surroundings},
};

/// Reports waiting to be read; a worker with more to say waits, progress is dropped.
const QUEUE: usize = 1024;

/// The library as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// The music folders, oldest first.
    pub folders: Vec<Folder>,
    /// Tracks whose files are there.
    pub tracks: u32,
    /// How many of those are analysed.
    pub analyzed: u32,
    /// What cannot be used, with the reason.
    pub unreadable: Vec<UnreadableFile>,
    /// How old the last good copy is, in milliseconds; `None` when there is none.
    pub good_copy_age_ms: Option<i64>,
    /// Crash reports in the logs folder.
    pub crash_reports: usize,
}

/// A few tracks that fit a word.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// What was typed.
    pub text: String,
    /// The first that fit.
    pub tracks: Vec<Track>,
}

/// What a worker reports.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A scan is on its way.
    ScanProgress {
        /// Which folder.
        folder: FolderId,
        /// So far.
        counts: ScanCounts,
    },
    /// A scan is done.
    ScanFinished {
        /// Which folder.
        folder: FolderId,
        /// Where it is.
        path: PathBuf,
        /// What it found.
        counts: ScanCounts,
    },
    /// How far the analysis is; at most twenty a second, and once when it is done.
    AnalysisProgress(AnalysisProgress),
    /// A track has an analysis now.
    TrackAnalyzed(TrackId),
    /// A file could not be analysed.
    AnalysisFailed {
        /// Its track.
        track: TrackId,
        /// Which file.
        path: PathBuf,
        /// Why, in one sentence.
        reason: String,
    },
    /// What a source of now-playing data is doing.
    Source(SourceStatus),
    /// A song plays, or is better known now (same play id).
    NowPlaying(Box<NowPlaying>),
    /// A song was played before the one that plays now, or is better known now (same play id).
    PlayedBefore(Box<NowPlaying>),
    /// Everything that was played since a moment, as the logbook knows it, oldest first.
    PlayedSince(Arc<Vec<NowPlaying>>),
    /// A play did not happen after all.
    PlayRemoved(PlayUuid),
    /// Nothing plays any more.
    Stopped,
    /// A newer version of the program is out.
    NewerVersion(Box<Release>),
    /// The live session changed.
    Live(Arc<LiveState>),
    /// How full the battery is; `None` on a computer that has none.
    Battery(Option<Battery>),
    /// Dancers find the relay inside this program elsewhere now.
    LocalRelay(Box<LocalRelayInfo>),
    /// How the floor answered plays: absolute numbers.
    Answers(Vec<PlayAnswers>),
    /// A session is over.
    NightEnded {
        /// Which.
        session: Box<EndedSession>,
        /// How it went; `None` when the relay could not be asked.
        recap: Option<Arc<OwnerRecap>>,
    },
    /// A list was written.
    Exported {
        /// Where it is.
        path: PathBuf,
        /// How many tracks it holds.
        tracks: usize,
    },
    /// A DJ program's database was read as a second opinion.
    OpinionsImported {
        /// Which file.
        path: PathBuf,
        /// What it held.
        counts: ImportCounts,
    },
    /// The answer to what the library's list is to show, or that answer with what changed since.
    Listing(Arc<Listing>),
    /// Something else is known of these tracks.
    TracksChanged(Vec<TrackId>),
    /// What the library holds as a whole.
    Overview(Box<Overview>),
    /// What was found on this computer.
    Surroundings(Box<Surroundings>),
    /// A folder's tracks were counted.
    FolderCounted(FoundFolder),
    /// Corrections changed what is known of these tracks.
    TracksCorrected(Vec<TrackId>),
    /// Notes or tags of these tracks changed.
    TracksNoted(Vec<TrackId>),
    /// One track, whole, as it was asked for; `None` when it is not in the library.
    Detail {
        /// Which.
        track: TrackId,
        /// What is known of it.
        detail: Option<Arc<TrackDetail>>,
    },
    /// The audition player's state changed.
    Audition(Box<AuditionState>),
    /// The account's state changed.
    Account(Box<AccountState>),
    /// The last good copy took the library's place. Holds where the library as it was is kept.
    WentBack(PathBuf),
    /// Nights whose recap was never fetched.
    RecapsMissing(Vec<SessionId>),
    /// How a night of before went.
    Recap(Arc<OwnerRecap>),
    /// The nights of before, newest first.
    Nights(Arc<Vec<Night>>),
    /// One night, whole, as it was asked for; `None` when there is no such night.
    Night(Option<Arc<NightDetail>>),
    /// What would go well next.
    Suggestions(Arc<Vec<Suggestion>>),
    /// Tracks for a word, as they were asked for.
    Found(Arc<Found>),
    /// How far the clock on the wall is ahead of UTC, in seconds.
    LocalTime(i32),
    /// The system or the person at the keyboard asks the program to end.
    Quit,
    /// Something that was asked for did not work.
    Failed {
        /// What, as it follows "could not".
        what: &'static str,
        /// Why, in one sentence.
        error: String,
    },
}

impl Event {
    /// The report of a failure.
    pub fn failed(what: &'static str, error: &anyhow::Error) -> Self {
        Self::Failed {
            what,
            error: format!("{error:#}"),
        }
    }
}

/// Sends events and wakes whoever shows them. Cheap to clone.
#[derive(Clone)]
pub struct Emitter {
    events: SyncSender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Emitter {
    /// A sender and the receiving end; `wake` is called after each event.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> (Self, Receiver<Event>) {
        let (events, receiver) = sync_channel(QUEUE);
        (
            Self {
                events,
                wake: Arc::new(wake),
            },
            receiver,
        )
    }

    /// Sends an event that must arrive; waits while the queue is full.
    pub fn send(&self, event: Event) {
        // Nobody listening any more means the program is ending.
        let _ = self.events.send(event);
        (self.wake)();
    }

    /// Sends an event that a later one replaces; dropped when the queue is full.
    pub fn progress(&self, event: Event) {
        let _ = self.events.try_send(event);
        (self.wake)();
    }
}

impl std::fmt::Debug for Emitter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Emitter")
    }
}
