//! Everything the DJ can ask. Reading this file and `event.rs` tells all the program can do.

use std::path::PathBuf;

use pika_protocol::{SessionId, feedback::PollCloses};

use crate::{
    account::AccountCommand,
    library::{Correction, FolderId, PlayUuid, TrackId, browse::BrowseQuery},
    live::{LiveAnswer, NewSession, RelayAccess},
    settings::Settings,
    suggest::Wish,
};

/// What the DJ asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Add a music folder and look through it.
    AddFolder(PathBuf),
    /// Forget a music folder; what is known of its tracks stays.
    RemoveFolder(FolderId),
    /// Look through all music folders.
    Rescan,
    /// Hold the analysis, or let it go on.
    PauseAnalysis(bool),
    /// Try failed files again.
    RetryFailures,
    /// Correct tracks, as one step.
    Correct {
        /// Which.
        tracks: Vec<TrackId>,
        /// How.
        correction: Correction,
    },
    /// Take back the last correction.
    UndoCorrection,
    /// Look how full the battery is; the answer is [`crate::event::Event::Battery`].
    LookAtBattery,
    /// Look for the music folder and VirtualDJ; the answer is [`crate::event::Event::Surroundings`].
    LookAround,
    /// Count the tracks of a folder; the answer is [`crate::event::Event::FolderCounted`].
    CountFolder(PathBuf),
    /// Replace a track's notes.
    SetNotes {
        /// Which.
        track: TrackId,
        /// The notes, whole.
        notes: String,
    },
    /// Give tracks a tag.
    AddLabel {
        /// Which.
        tracks: Vec<TrackId>,
        /// The tag.
        label: String,
    },
    /// Take a tag from tracks.
    RemoveLabel {
        /// Which.
        tracks: Vec<TrackId>,
        /// The tag.
        label: String,
    },
    /// Show this track, whole; an [`crate::event::Event::Detail`] answers.
    ShowTrack(TrackId),
    /// Show a file or folder in the system's file manager.
    ShowFile(PathBuf),
    /// Listen to tracks before they are played.
    Audition(Audition),
    /// Steer the account.
    Account(AccountCommand),
    /// Use these settings from now on, and keep them.
    ChangeSettings(Box<Settings>),
    /// Analyse tracks again, whatever is known of them.
    AnalyzeAgain(Vec<TrackId>),
    /// Put the last good copy in the place of the library.
    GoBackToGoodCopy,
    /// Show this in the library's list from now on.
    Browse(Box<BrowseQuery>),
    /// Write tracks, in this order, to a file; the suffix says how (`csv`, `m3u8`, `txt`).
    Export {
        /// Which tracks.
        tracks: Vec<TrackId>,
        /// Where to.
        path: PathBuf,
    },
    /// This track plays now, whatever the DJ program says.
    PlayNow(TrackId),
    /// It is still the last song: the newest play did not happen.
    StillLastSong,
    /// This plays now; the library need not know it.
    PlayText {
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
    /// A play did not happen.
    RemovePlay(PlayUuid),
    /// A play was this track instead; its likes stay.
    ReplacePlay {
        /// Which play.
        play: PlayUuid,
        /// What it really was.
        track: TrackId,
    },
    /// A play was a song that the library does not know; its likes stay.
    RenamePlay {
        /// Which play.
        play: PlayUuid,
        /// Title.
        title: String,
        /// Artist; may be empty.
        artist: String,
    },
    /// Find a few tracks for a word; an [`crate::event::Event::Found`] answers.
    FindTracks(String),
    /// Read the nights of before.
    ListNights,
    /// Show one night, whole.
    ShowNight(SessionId),
    /// Write one night to a file; the suffix says how (`csv`, `json`).
    ExportNight {
        /// Which.
        session: SessionId,
        /// Where to.
        path: PathBuf,
    },
    /// Look for what would go well after the song that plays.
    Suggest(Wish),
    /// Serve the dancers from this computer, without internet and without an account; or no longer.
    LocalRelay(bool),
    /// Publish on this relay from now on.
    UseRelay(RelayAccess),
    /// Start a live session.
    GoLive(NewSession),
    /// Try the way to a phone: a session in no list and in no history.
    StartTest {
        /// Over the relay inside this program; else over the account's.
        local: bool,
    },
    /// That was the test: what it left is taken back.
    EndTest,
    /// End the live session.
    EndSession,
    /// Decide about an interrupted session, or one on another computer.
    AnswerLive(LiveAnswer),
    /// Try to reach the relay now.
    ReconnectNow,
    /// Ask the floor something.
    StartPoll {
        /// The question, up to 200 characters.
        question: String,
        /// 2 to 10 options of up to 100 characters.
        options: Vec<String>,
        /// When it closes.
        closes: PollCloses,
    },
    /// Give the open poll so many seconds more.
    ExtendPoll {
        /// Seconds more.
        seconds: u32,
    },
    /// Close the open poll; its result stands.
    EndPoll,
    /// Take the open poll back.
    CancelPoll,
    /// Tell the floor something.
    Announce {
        /// Up to 140 characters.
        text: String,
        /// How long it stands, 15 to 3600 seconds; `None`: until removed.
        seconds: Option<u32>,
    },
    /// Remove the announcement.
    CancelAnnouncement,
    /// Ask newcomers for this PIN of 4 to 8 digits, or for none.
    SetPin(Option<String>),
    /// Show the session in the relay's public list, or not.
    SetListed(bool),
}

/// Listening before playing.
#[derive(Debug, Clone, PartialEq)]
pub enum Audition {
    /// Play a track, or let it go on. While live it is asked for once.
    Play {
        /// Which.
        track: TrackId,
        /// Its file.
        path: PathBuf,
        /// From this second; `None`: from where it was.
        from_s: Option<f64>,
    },
    /// Hold.
    Pause,
    /// Jump to this second.
    Seek(f64),
    /// Loudness, 0 to 1, for as long as the hand moves; where it rests is a setting.
    Volume(f32),
    /// The answer to the question that is asked while live.
    WhileLive(bool),
    /// Look which sound outputs there are.
    ListOutputs,
    /// Forget the track.
    Stop,
}
