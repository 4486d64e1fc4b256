//! What follows from each event. Draws nothing; runs while the window is hidden too.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use super::App;
use crate::{
    clock::now_ms,
    command::{ChooseFor, Command},
    event::{Event, Overview},
    live::{LiveCommand, LiveState},
    nowplaying::{NowPlayingCommand, SourceStatus},
    settings::Settings,
};

/// While a scan runs, the analysis is told of new files this often.
const REFRESH_EVERY: Duration = Duration::from_secs(5);
/// While files come and are analysed, the figures of the whole library are read this often.
const OVERVIEW_EVERY: Duration = Duration::from_secs(2);

impl App {
    /// Takes one event into the state and passes on what others must know.
    pub(super) fn take_in(&mut self, event: &Event) {
        match event {
            Event::ScanProgress { folder, counts } => {
                self.state.scanning.insert(folder.0, *counts);
                if self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                }
                if self.analysis_refreshed.elapsed() >= REFRESH_EVERY {
                    self.refresh_analysis();
                }
            }
            Event::ScanFinished { folder, counts, .. } => {
                self.state.scanning.remove(&folder.0);
                self.state.scans.insert(folder.0, *counts);
                self.refresh_analysis();
                self.ask_overview();
            }
            Event::AnalysisProgress(progress) => {
                if progress.is_done() || self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                }
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
            Event::Overview(overview) => self.state.overview = Some(overview.clone()),
            Event::Chosen { purpose, path } => self.chosen(*purpose, path),
            Event::AnalysisFailed { .. }
            | Event::Exported { .. }
            | Event::OpinionsImported { .. }
            | Event::Quit
            | Event::Failed { .. } => {}
        }
    }

    /// Has the figures of the whole library read again.
    pub(super) fn ask_overview(&mut self) {
        self.overview_asked = Instant::now();
        self.in_library("read the library", |library| {
            let (tracks, analyzed) = library.counts()?;
            Ok(Some(Event::Overview(Box::new(Overview {
                folders: library.folders()?,
                tracks,
                analyzed,
                unreadable: library.unreadable()?,
            }))))
        });
    }

    /// A folder or file was chosen: settings and music folders take it at once, a screen may do more.
    fn chosen(&mut self, purpose: ChooseFor, path: &Path) {
        match purpose {
            // The first run collects folders before it adds them.
            ChooseFor::MusicFolder if !self.state.settings.is_set_up => {}
            ChooseFor::MusicFolder => self.run(Command::AddFolder(path.to_owned())),
            ChooseFor::VirtualDjFolder => {
                let settings = Settings {
                    virtualdj_folder: Some(path.to_owned()),
                    ..self.state.settings.clone()
                };
                self.run(Command::ChangeSettings(Box::new(settings)));
            }
            ChooseFor::NowPlayingFile => {
                let settings = Settings {
                    now_playing_file: Some(path.to_owned()),
                    ..self.state.settings.clone()
                };
                self.run(Command::ChangeSettings(Box::new(settings)));
            }
            // The screen knows what is to be written.
            ChooseFor::Export => {}
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
