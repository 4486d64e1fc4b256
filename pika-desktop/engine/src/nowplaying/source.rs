//! What every source of now-playing data offers.

use std::{io, path::PathBuf};

use crate::{clock::Now, plain_words};

/// Which program or way a song was noticed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// VirtualDJ's history files.
    VirtualDj,
    /// A text file that another program writes.
    TextFile,
    /// An `.m3u` that another program writes.
    Playlist,
    /// The DJ, by hand.
    Hand,
}

impl SourceKind {
    const ALL: [Self; 4] = [Self::VirtualDj, Self::TextFile, Self::Playlist, Self::Hand];

    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::VirtualDj => "VirtualDJ",
            Self::TextFile => "text file",
            Self::Playlist => "playlist file",
            Self::Hand => "by hand",
        }
    }

    /// The source of that name; by hand where there is none.
    pub(super) fn named(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|source| source.name() == name)
            .unwrap_or(Self::Hand)
    }

    /// Whether it keeps a record of the whole night: what stands in it before the newest song was played, too.
    pub(super) fn keeps_history(self) -> bool {
        match self {
            Self::VirtualDj => true,
            Self::TextFile | Self::Playlist | Self::Hand => false,
        }
    }
}

/// A song that a source noticed. Texts are as written; `None` where it says nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayEvent {
    /// Who noticed.
    pub source: SourceKind,
    /// Path, address or streaming id.
    pub path: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Name of the version.
    pub remix: Option<String>,
    /// Length of the file in bytes.
    pub file_size: Option<u64>,
    /// Length of the song in seconds.
    pub duration_s: Option<f64>,
    /// When the program wrote it down, in milliseconds since 1970.
    pub logged_at_ms: i64,
    /// When it began, as well as that is known, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// The time that its line bears, in milliseconds since 1970: another line with the same song and time is the same
    /// line, wherever and whenever it is read.
    pub line_at_ms: Option<i64>,
    /// It stood there already when following began: it may be yesterday's last song.
    pub at_start: bool,
    /// It stands for the last one reported, which had been read while half written.
    pub replaces_last: bool,
}

/// What a look at a source brought.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceNews {
    /// A song plays.
    Played(Box<PlayEvent>),
    /// A song was played before the newest one: several came at one look. Oldest first.
    Earlier(Box<PlayEvent>),
    /// Nothing plays any more.
    Stopped,
    /// What the source is doing changed.
    Status(SourceStatus),
}

/// What a source is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceStatus {
    /// Nothing to follow was found yet; it keeps looking.
    Missing {
        /// Which source.
        source: SourceKind,
        /// What is missing, in one sentence.
        what: String,
    },
    /// It follows a file or folder.
    Following {
        /// Which source.
        source: SourceKind,
        /// What it follows.
        path: PathBuf,
        /// How long the program waits before it writes a song down, in seconds.
        delay_s: Option<u32>,
        /// What the DJ should change in the program, each in one sentence.
        advice: Vec<String>,
    },
    /// What it follows cannot be read at the moment; it keeps trying.
    Unreadable {
        /// Which source.
        source: SourceKind,
        /// What.
        path: PathBuf,
        /// Why, as it follows "cannot be read:".
        reason: String,
    },
}

impl SourceStatus {
    /// Which source does so.
    pub fn source(&self) -> SourceKind {
        match self {
            Self::Missing { source, .. }
            | Self::Following { source, .. }
            | Self::Unreadable { source, .. } => *source,
        }
    }
}

/// Why something of a source cannot be read, as it follows "cannot be read:".
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "its drive or share does not answer".to_owned(),
        io::ErrorKind::PermissionDenied => "Pika! may not read it".to_owned(),
        _ => plain_words::of_io(error),
    }
}

/// A program or file that says what plays.
pub trait NowPlayingSource: Send {
    /// Which one it is.
    fn kind(&self) -> SourceKind;

    /// Looks for news. Called each second, and soon after something in [`Self::folders`] changed
    /// (`changed`), on a thread of its own: a file may take its time. Never fails: trouble is a status.
    fn poll(&mut self, now: Now, changed: bool) -> Vec<SourceNews>;

    /// The folders in which changes are worth a look at once.
    fn folders(&self) -> Vec<PathBuf>;
}
