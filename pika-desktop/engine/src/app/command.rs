//! Everything the DJ can ask, an area a variant: with `event.rs` beside it this tells all the program can do.

use std::{net::IpAddr, path::PathBuf};

use crate::{
    account::AccountCommand,
    audition::AuditionCommand,
    library::{LibraryCommand, browse::BrowseQuery},
    live::LiveCommand,
    nowplaying::NowPlayingCommand,
    relay_access::RelayAccess,
    settings::SettingsChange,
    suggest::Wish,
};

/// What the DJ asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Look after the library.
    Library(LibraryCommand),
    /// Show this in the library's list from now on.
    Browse(Box<BrowseQuery>),
    /// Look through all music folders.
    Rescan,
    /// Hold the analysis, or let it go on.
    PauseAnalysis(bool),
    /// Say what plays, or that it did not.
    NowPlaying(NowPlayingCommand),
    /// Steer the live session.
    Live(LiveCommand),
    /// Look for what would go well after the song that plays.
    Suggest(Wish),
    /// Listen to tracks before they are played. While live it is asked once whether sound may be made.
    Audition(AuditionCommand),
    /// The answer to the question that is asked while live.
    AuditionWhileLive(bool),
    /// Steer the account.
    Account(AccountCommand),
    /// Change a setting, and keep that.
    ChangeSettings(SettingsChange),
    /// Serve the dancers from this computer, without internet and without an account; or no longer.
    LocalRelay(bool),
    /// Dancers are to find the relay inside the program at this address of this computer; `None`: at the best.
    LocalAddress(Option<IpAddr>),
    /// Publish on this relay from now on.
    UseRelay(RelayAccess),
    /// Try the way to a phone: a session in no list and in no history.
    StartTest {
        /// Over the relay inside this program; else over the account's.
        local: bool,
    },
    /// That was the test: what it left is taken back.
    EndTest,
    /// Look how full the battery is; the answer is [`super::Event::Battery`].
    LookAtBattery,
    /// Look for the music folder and VirtualDJ; [`crate::surroundings::SurroundingsReport::Found`] answers.
    LookAround,
    /// Count the tracks of a folder; [`crate::surroundings::SurroundingsReport::Counted`] answers.
    CountFolder(PathBuf),
    /// Show a file or folder in the system's file manager.
    ShowFile(PathBuf),
}
