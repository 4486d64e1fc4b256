//! What follows from each event. Draws nothing; runs while the window is hidden too.

use std::time::{Duration, Instant};

use super::App;
use crate::{
    clock::now_ms,
    event::Event,
    live::{LiveCommand, LiveState},
    nowplaying::{NowPlayingCommand, SourceStatus},
};

/// While a scan runs, the analysis is told of new files this often.
const REFRESH_EVERY: Duration = Duration::from_secs(5);

impl App {
    /// Takes one event into the state and passes on what others must know.
    pub(super) fn take_in(&mut self, event: &Event) {
        match event {
            Event::ScanProgress { folder, counts } => {
                self.state.scans.insert(folder.0, *counts);
                if self.analysis_refreshed.elapsed() >= REFRESH_EVERY {
                    self.refresh_analysis();
                }
            }
            Event::ScanFinished { folder, counts, .. } => {
                self.state.scans.insert(folder.0, *counts);
                self.refresh_analysis();
            }
            Event::AnalysisProgress(progress) => {
                self.state.analysis = Some(*progress).filter(|progress| !progress.is_done());
            }
            Event::TrackAnalyzed(track) => {
                self.nowplaying.ask(NowPlayingCommand::TrackChanged(*track));
            }
            Event::TracksCorrected(tracks) => {
                for track in tracks {
                    self.nowplaying.ask(NowPlayingCommand::TrackChanged(*track));
                }
            }
            Event::Source(status) => {
                self.state.sources.insert(source_name(status), status.clone());
            }
            Event::NowPlaying(play) => {
                if let (true, Some(track)) = (play.needs_analysis, play.track) {
                    self.analyzer.analyze_first(track);
                }
                self.publish(LiveCommand::NowPlaying(play.clone()));
                self.state.playing = Some((**play).clone());
            }
            Event::PlayRemoved(id) => {
                self.publish(LiveCommand::Remove(*id));
                self.state.playing = self.state.playing.take().filter(|play| play.play_id != *id);
            }
            Event::Stopped => {
                self.publish(LiveCommand::Stopped { at_ms: now_ms() });
                self.state.playing = None;
            }
            Event::Live(LiveState::Answers { listeners, .. }) => self.state.listeners = *listeners,
            Event::Live(state) => {
                self.analyzer.set_live(matches!(
                    state,
                    LiveState::Live { .. } | LiveState::Connecting { .. }
                ));
                self.state.live = Some(state.clone());
            }
            Event::AnalysisFailed { .. }
            | Event::Exported { .. }
            | Event::OpinionsImported { .. }
            | Event::Quit
            | Event::Failed { .. } => {}
        }
    }

    fn refresh_analysis(&mut self) {
        self.analysis_refreshed = Instant::now();
        self.analyzer.refresh();
    }

    fn publish(&self, command: LiveCommand) {
        if !self.live.ask(command) {
            tracing::error!("the live thread is too far behind: a song was not passed on");
        }
    }
}

fn source_name(status: &SourceStatus) -> &'static str {
    match status {
        SourceStatus::Missing { source, .. }
        | SourceStatus::Following { source, .. }
        | SourceStatus::Unreadable { source, .. } => source.name(),
    }
}
