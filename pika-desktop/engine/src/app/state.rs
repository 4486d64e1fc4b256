//! What is on screen: plain data.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use pika_update::Release;

use crate::{
    account::AccountState,
    analyzer::AnalysisProgress,
    audition::{AuditionCommand, AuditionState},
    battery::Battery,
    library::{FoundTracks, Night, NightDetail, Overview, TrackDetail, browse::Listing},
    live::LiveState,
    local_relay::LocalRelayInfo,
    nowplaying::{NowPlaying, SourceKind, SourceStatus},
    scanner::ScanCounts,
    settings::Settings,
    suggest::Suggestion,
    surroundings::Surroundings,
};

/// Everything a screen shows that is not read from the library.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppState {
    /// The time of day when the window was last drawn, in milliseconds since 1970.
    pub now_ms: i64,
    /// How far the clock on the wall is ahead of UTC, in seconds.
    pub utc_offset_s: i32,
    /// What the DJ chose.
    pub settings: Settings,
    /// The folder of library, settings and logs.
    pub data_folder: PathBuf,
    /// The folder of logs and crash reports.
    pub logs_folder: PathBuf,
    /// Cores of this computer.
    pub cores: usize,
    /// The library as a whole; `None` until it was first read.
    pub overview: Option<Box<Overview>>,
    /// What plays.
    pub playing: Option<NowPlaying>,
    /// What played before it, as far as this program saw.
    pub playing_before: Option<NowPlaying>,
    /// What each source is doing.
    pub sources: BTreeMap<SourceKind, SourceStatus>,
    /// What was found on this computer; `None` until it was looked.
    pub surroundings: Option<Box<Surroundings>>,
    /// Tracks of folders that were counted.
    pub counted: BTreeMap<PathBuf, u32>,
    /// What the library's list shows; `None` until it was first read.
    pub listing: Option<Arc<Listing>>,
    /// Whether the DJ holds the analysis.
    pub analysis_paused: bool,
    /// Folders that are being looked through, by the folder's number.
    pub scanning: BTreeMap<i64, ScanCounts>,
    /// The last scan of each folder, by the folder's number.
    pub scans: BTreeMap<i64, ScanCounts>,
    /// The analysis, while it works.
    pub analysis: Option<AnalysisProgress>,
    /// The live session.
    pub live: Arc<LiveState>,
    /// The relay inside this program, while it runs.
    pub local_relay: Option<LocalRelayInfo>,
    /// The nights of before, newest first.
    pub nights: Arc<Vec<Night>>,
    /// The night that is looked at.
    pub night: Option<Arc<NightDetail>>,
    /// What would go well next, best first.
    pub suggestions: Arc<Vec<Suggestion>>,
    /// Tracks that were looked for by a word.
    pub found: Option<Arc<FoundTracks>>,
    /// The track that is shown whole.
    pub detail: Option<Arc<TrackDetail>>,
    /// The audition player.
    pub audition: AuditionState,
    /// What waits for the answer whether sound may be made while live.
    pub audition_question: Option<AuditionCommand>,
    /// The battery, when there is one.
    pub battery: Option<Battery>,
    /// The account.
    pub account: AccountState,
    /// A newer version of the program, when there is one.
    pub newer_version: Option<Release>,
}
