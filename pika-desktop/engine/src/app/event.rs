//! Everything a worker can report, an area a variant: with `command.rs` beside it this tells all the program can do.

use std::sync::Arc;

use pika_update::Release;

use crate::{
    account::AccountReport,
    analyzer::AnalysisReport,
    audition::AuditionState,
    battery::Battery,
    library::{LibraryReport, browse::Listing},
    live::LiveReport,
    local_relay::LocalRelayReport,
    nowplaying::NowPlayingReport,
    report::Failure,
    scanner::ScanReport,
    suggest::Suggestion,
    surroundings::SurroundingsReport,
};

/// What a worker reports.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Of the music folders and what lies beside them.
    Scan(ScanReport),
    /// Of the analysis.
    Analysis(AnalysisReport),
    /// Of what plays.
    NowPlaying(NowPlayingReport),
    /// Of the live session.
    Live(LiveReport),
    /// Of the library.
    Library(LibraryReport),
    /// The answer to what the library's list is to show, or that answer with what changed since.
    Listing(Arc<Listing>),
    /// What would go well next.
    Suggestions(Arc<Vec<Suggestion>>),
    /// Of this computer: what was found on it.
    Surroundings(SurroundingsReport),
    /// The audition player's state changed.
    Audition(Box<AuditionState>),
    /// The account's state changed, or the way to publish with it.
    Account(Box<AccountReport>),
    /// Of the relay inside this program.
    LocalRelay(LocalRelayReport),
    /// How full the battery is; `None` on a computer that has none.
    Battery(Option<Battery>),
    /// How far the clock on the wall is ahead of UTC, in seconds.
    LocalTime(i32),
    /// A newer version of the program is out.
    NewerVersion(Box<Release>),
    /// The system or the person at the keyboard asks the program to end.
    Quit,
    /// Something that was asked for did not work.
    Failed(Failure),
}

impl From<Failure> for Event {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
