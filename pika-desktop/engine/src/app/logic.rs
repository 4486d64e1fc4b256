//! What follows from each event. Draws nothing; runs while the window is hidden too.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::App;
use crate::{
    clock::now_ms,
    crash,
    event::{Event, Overview},
    library::{TrackId, Values, browse::BrowseCommand},
    live::LiveCommand,
    nowplaying::{NowPlaying, NowPlayingCommand, SourceStatus},
};

/// While a scan runs, the analysis is told of new files this often.
const REFRESH_EVERY: Duration = Duration::from_secs(5);
/// While files come and are analysed, the figures of the whole library are read this often.
const OVERVIEW_EVERY: Duration = Duration::from_secs(2);

impl App {
    /// Takes one event into the state and passes on what others must know.
    pub(super) fn take_in(&mut self, event: &Event) {
        if self.browse_missed {
            self.browse_missed = false;
            self.tell_list(BrowseCommand::Reload);
        }
        match event {
            Event::ScanProgress { folder, counts } => {
                self.state.scanning.insert(folder.0, *counts);
                if self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                    self.tell_list(BrowseCommand::Added);
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
                self.tell_list(BrowseCommand::Reload);
            }
            Event::AnalysisProgress(progress) => {
                if progress.is_done() || self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                }
                self.state.analysis = Some(progress.clone()).filter(|progress| !progress.is_done());
            }
            Event::TrackAnalyzed(track) => {
                self.tell_list(BrowseCommand::Changed(vec![*track]));
                self.nowplaying.ask(NowPlayingCommand::TrackChanged(*track));
                self.show_again(&[*track]);
            }
            Event::AnalysisFailed { track, .. } => self.tell_list(BrowseCommand::Changed(vec![*track])),
            Event::TracksChanged(tracks) => self.tell_list(BrowseCommand::Changed(tracks.clone())),
            Event::TracksCorrected(tracks) => {
                self.tell_list(BrowseCommand::Changed(tracks.clone()));
                for track in tracks {
                    self.nowplaying.ask(NowPlayingCommand::TrackChanged(*track));
                }
                self.show_again(tracks);
            }
            Event::TracksNoted(tracks) => self.show_again(tracks),
            Event::Detail { track, detail } => {
                // An answer to an older wish is of no interest any more.
                if self.shown == Some(*track) {
                    self.state.detail.clone_from(detail);
                }
            }
            Event::Audition(state) => self.state.audition = (**state).clone(),
            Event::Account(account) => {
                // The relay inside this program, once it is chosen, stays chosen.
                if self.relay_is_account {
                    self.publish(LiveCommand::Account(account.access.clone()));
                    if account.access.is_some() && self.state.account.access.is_none() {
                        self.ask_for_recaps("relay");
                    }
                }
                self.state.account = (**account).clone();
            }
            Event::WentBack(_) => {
                self.tell_list(BrowseCommand::Release);
                self.tell_list(BrowseCommand::Reload);
                self.ask_overview();
                self.refresh_analysis();
                self.ask_overview();
                self.state.detail = None;
            }
            Event::Source(status) => {
                self.state.sources.insert(source_name(status), status.clone());
            }
            Event::NowPlaying(play) => {
                if let (true, Some(track)) = (play.needs_analysis, play.track) {
                    self.analyzer.analyze_first(track);
                }
                self.tell_list(BrowseCommand::Played);
                self.publish(LiveCommand::Played {
                    play: self.for_dancers(play),
                    current: true,
                });
                self.note_test_song(play);
                let before = self.state.playing.replace((**play).clone());
                if let Some(before) = before.filter(|before| before.play_id != play.play_id) {
                    self.state.playing_before = Some(before);
                }
                self.show_again(&play.track.into_iter().collect::<Vec<_>>());
            }
            Event::PlayedBefore(play) => {
                self.tell_list(BrowseCommand::Played);
                self.publish(LiveCommand::Played {
                    play: self.for_dancers(play),
                    current: false,
                });
                self.show_again(&play.track.into_iter().collect::<Vec<_>>());
            }
            Event::PlayedSince(plays) => {
                let plays = plays.iter().map(|play| *self.for_dancers(play)).collect();
                self.publish(LiveCommand::CatchUp(plays));
            }
            Event::PlayRemoved(id) => {
                self.tell_list(BrowseCommand::Played);
                self.publish(LiveCommand::Remove(*id));
                self.show_again(&self.shown.into_iter().collect::<Vec<_>>());
                self.state.playing = self.state.playing.take().filter(|play| play.play_id != *id);
            }
            Event::Stopped => {
                self.publish(LiveCommand::Stopped { at_ms: now_ms() });
                self.state.playing = None;
            }
            Event::NewerVersion(release) => {
                // It may have been switched off while the feed was asked.
                let wanted = self.state.settings.check_for_updates;
                self.state.newer_version = wanted.then(|| (**release).clone());
            }
            Event::Live(state) => {
                let was_live = self.is_live();
                if state.is_on_air() != self.state.live.is_on_air() {
                    self.analyzer.set_live(state.is_on_air());
                }
                let before = std::mem::replace(&mut self.state.live, state.clone());
                self.audition_meets_session(was_live);
                self.serve_again(&before);
                self.follow_night(&before);
                self.follow_test();
                self.play_demo();
            }
            Event::Battery(battery) => self.state.battery = *battery,
            Event::LocalRelay(info) => self.local_relay_moved(info),
            Event::Answers(answers) => self.keep_answers(answers),
            Event::NightEnded { session, recap } => self.night_ended(session, recap.clone()),
            Event::RecapsMissing(nights) => self.publish(LiveCommand::FetchRecaps(nights.clone())),
            Event::Recap(recap) => self.keep_recap(recap),
            Event::Nights(nights) => self.state.nights.clone_from(nights),
            Event::Night(night) => self.state.night.clone_from(night),
            Event::Found(found) => self.state.found = Some(found.clone()),
            Event::LocalTime(offset_s) => self.state.utc_offset_s = *offset_s,
            Event::Suggestions(suggestions) => self.state.suggestions.clone_from(suggestions),
            Event::Overview(overview) => {
                let old = self.state.overview.replace(overview.clone());
                // A folder was forgotten, or failures were: rows come or go.
                if old.is_some_and(|old| {
                    old.folders != overview.folders || old.unreadable.len() > overview.unreadable.len()
                }) {
                    self.tell_list(BrowseCommand::Reload);
                }
            }
            Event::Listing(listing) => self.state.listing = Some(Arc::clone(listing)),
            Event::OpinionsImported { .. } => self.tell_list(BrowseCommand::Reload),
            Event::Surroundings(found) => self.state.surroundings = Some(found.clone()),
            Event::FolderCounted(folder) => {
                self.state.counted.insert(folder.path.clone(), folder.tracks);
            }
            Event::Exported { .. } | Event::Quit | Event::Failed { .. } => {}
        }
    }

    /// Has the figures of the whole library read again.
    pub(super) fn ask_overview(&mut self) {
        self.overview_asked = Instant::now();
        let logs = self.paths.logs();
        self.in_library("read the library", move |library| {
            let (tracks, analyzed) = library.counts()?;
            let copy = library.good_copy().and_then(|copy| copy.made_at.elapsed().ok());
            Ok(Some(Event::Overview(Box::new(Overview {
                folders: library.folders()?,
                tracks,
                analyzed,
                unreadable: library.unreadable()?,
                good_copy_age_ms: copy.and_then(|age| i64::try_from(age.as_millis()).ok()),
                crash_reports: crash::reports(&logs).len(),
            }))))
        });
    }

    /// Asks how far the clock on the wall is ahead of UTC.
    pub(super) fn ask_local_time(&mut self) {
        let now = self.state.now_ms;
        self.in_library("ask for the time zone", move |library| {
            Ok(Some(Event::LocalTime(library.utc_offset_s(now)?)))
        });
    }

    /// Tells the library's list; what it is too busy for it reads again later.
    pub(super) fn tell_list(&mut self, command: BrowseCommand) {
        if !self.browse.ask(command) {
            self.browse_missed = true;
        }
    }

    fn refresh_analysis(&mut self) {
        self.analysis_refreshed = Instant::now();
        self.analyzer.refresh();
    }

    /// What dancers are shown: without tempo, key and character where the DJ keeps those.
    fn for_dancers(&self, play: &NowPlaying) -> Box<NowPlaying> {
        let mut shown = play.clone();
        if !self.state.settings.show_values_to_dancers {
            shown.values = Values {
                duration_s: shown.values.duration_s,
                ..Values::default()
            };
        }
        Box::new(shown)
    }

    /// Looks the shown track up again when it is one of these.
    fn show_again(&mut self, changed: &[TrackId]) {
        if let Some(shown) = self.shown.filter(|shown| changed.contains(shown)) {
            self.show_track(shown);
        }
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
