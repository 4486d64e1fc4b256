//! What follows from each event. Draws nothing; runs while the window is hidden too.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{App, Event, debts::Owed, library_jobs::reported};
use crate::{
    account::{AccountReport, AccountStatus},
    analyzer::AnalysisReport,
    clock::now_ms,
    crash,
    library::{LibraryReport, Overview, Values, browse::BrowseCommand},
    live::{AccountName, LiveCommand, LiveReport, LiveState},
    local_relay::LocalRelayReport,
    nowplaying::{NowPlaying, NowPlayingCommand, NowPlayingReport},
    scanner::ScanReport,
    surroundings::SurroundingsReport,
};

/// While a scan runs, the analysis is told of new files this often.
const REFRESH_EVERY: Duration = Duration::from_secs(5);
/// While files come and are analysed, the figures of the whole library are read this often.
const OVERVIEW_EVERY: Duration = Duration::from_secs(2);

impl App {
    /// Takes one event into the state and passes on what others must know.
    pub(super) fn take_in(&mut self, event: &Event) {
        self.pay();
        if std::mem::take(&mut self.browse_missed) {
            self.tell_list(BrowseCommand::Reload);
        }
        match event {
            Event::Scan(report) => self.scan_told(report),
            Event::Analysis(report) => self.analysis_told(report),
            Event::NowPlaying(report) => self.nowplaying_told(report),
            Event::Live(report) => self.live_told(report),
            Event::Library(report) => self.library_told(report),
            Event::Audition(state) => self.state.audition = (**state).clone(),
            Event::Account(account) => self.account_told(account),
            Event::NewerVersion(release) => {
                // It may have been switched off while the feed was asked.
                let wanted = self.state.settings.check_for_updates;
                self.state.newer_version = wanted.then(|| (**release).clone());
            }
            Event::Battery(battery) => self.state.battery = *battery,
            Event::LocalRelay(LocalRelayReport::Moved(info)) => self.local_relay_moved(info),
            Event::LocalRelay(LocalRelayReport::Ended(why)) => self.local_relay_ended(why),
            Event::LocalTime(offset_s) => self.state.utc_offset_s = *offset_s,
            Event::Suggestions(suggestions) => self.state.suggestions.clone_from(suggestions),
            Event::Listing(listing) => self.state.listing = Some(Arc::clone(listing)),
            Event::Surroundings(SurroundingsReport::Found(found)) => {
                self.state.surroundings = Some(found.clone());
            }
            Event::Surroundings(SurroundingsReport::Counted(folder)) => {
                self.state.counted.insert(folder.path.clone(), folder.tracks);
            }
            Event::Quit | Event::Failed(_) => {}
        }
    }

    fn scan_told(&mut self, report: &ScanReport) {
        match report {
            ScanReport::Progress { folder, counts } => {
                self.state.scanning.insert(folder.0, *counts);
                if self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                    self.tell_list(BrowseCommand::Added);
                }
                if self.analysis_refreshed.elapsed() >= REFRESH_EVERY {
                    self.refresh_analysis();
                }
            }
            ScanReport::Finished { folder, counts, .. } => {
                self.state.scanning.remove(&folder.0);
                self.state.scans.insert(folder.0, *counts);
                self.refresh_analysis();
                self.ask_overview();
                self.tell_list(BrowseCommand::Reload);
            }
            ScanReport::OpinionsImported { .. } => self.tell_list(BrowseCommand::Reload),
            ScanReport::Notice(_) | ScanReport::Over(_) => {}
        }
    }

    fn analysis_told(&mut self, report: &AnalysisReport) {
        match report {
            AnalysisReport::Progress(progress) => {
                if progress.is_done() || self.overview_asked.elapsed() >= OVERVIEW_EVERY {
                    self.ask_overview();
                }
                self.state.analysis = Some(progress.clone()).filter(|progress| !progress.is_done());
            }
            AnalysisReport::Analyzed(track) => {
                self.tell_list(BrowseCommand::Changed(vec![*track]));
                self.must(Owed::NowPlaying(NowPlayingCommand::TracksChanged(Arc::new(
                    [*track].into(),
                ))));
                self.show_again(&[*track]);
            }
            AnalysisReport::Failed { track, .. } => self.tell_list(BrowseCommand::Changed(vec![*track])),
        }
    }

    fn library_told(&mut self, report: &LibraryReport) {
        match report {
            LibraryReport::Changed(tracks) => self.tell_list(BrowseCommand::Changed(tracks.clone())),
            LibraryReport::Corrected(tracks) => {
                self.tell_list(BrowseCommand::Changed(tracks.clone()));
                // All of them in one message: a queue full of single tracks would lose the one that plays.
                self.must(Owed::NowPlaying(NowPlayingCommand::TracksChanged(Arc::new(
                    tracks.iter().copied().collect(),
                ))));
                self.show_again(tracks);
            }
            LibraryReport::Noted(tracks) => self.show_again(tracks),
            LibraryReport::Detail { track, detail } => {
                // An answer to an older wish is of no interest any more.
                if self.shown == Some(*track) {
                    self.state.detail.clone_from(detail);
                }
            }
            LibraryReport::WentBack(_) => {
                self.must(Owed::NowPlaying(NowPlayingCommand::WentBack));
                self.tell_list(BrowseCommand::Release);
                self.tell_list(BrowseCommand::Reload);
                self.refresh_analysis();
                self.ask_overview();
                self.state.detail = None;
                // The copy need not know the night that is on.
                self.follow_night(&LiveState::default());
            }
            LibraryReport::RecapsMissing(nights) => self.publish(LiveCommand::FetchRecaps(nights.clone())),
            LibraryReport::Nights(nights) => self.state.nights.clone_from(nights),
            LibraryReport::Night(night) => self.state.night.clone_from(night),
            LibraryReport::Found(found) => self.state.found = Some(found.clone()),
            LibraryReport::Overview(overview) => {
                let old = self.state.overview.replace(overview.clone());
                // A folder was forgotten, or failures were: rows come or go.
                if old.is_some_and(|old| {
                    old.folders != overview.folders || old.unreadable.len() > overview.unreadable.len()
                }) {
                    self.tell_list(BrowseCommand::Reload);
                }
            }
            LibraryReport::Exported { .. } => {}
        }
    }

    fn account_told(&mut self, account: &AccountReport) {
        // Whatever is chosen: a session of before may still owe the account's relay something.
        let name = match &account.state.status {
            AccountStatus::Valid(profile) => Some(AccountName {
                slug: profile.slug.clone(),
                name: profile.name.clone(),
            }),
            _ => None,
        };
        let access = account.access.clone();
        self.publish(LiveCommand::KnownAccount { access, name });
        // The relay inside this program, once it is chosen, stays chosen.
        if self.relay_is_account {
            self.publish(LiveCommand::Account(account.access.clone()));
            if account.state.can_publish && !self.state.account.can_publish {
                self.ask_for_recaps("relay");
            }
        }
        self.account_access.clone_from(&account.access);
        self.state.account = account.state.clone();
    }

    fn nowplaying_told(&mut self, report: &NowPlayingReport) {
        match report {
            NowPlayingReport::Source(status) => {
                self.state.sources.insert(status.source(), status.clone());
            }
            NowPlayingReport::Playing(play) => {
                if let (true, Some(track)) = (play.needs_analysis, play.track) {
                    self.analyzer.analyze_first(track);
                }
                self.note_test_song(play);
                self.publish_play(play, true);
                let before = self.state.playing.replace((**play).clone());
                if let Some(before) = before.filter(|before| before.play_id != play.play_id) {
                    self.state.playing_before = Some(before);
                }
            }
            NowPlayingReport::PlayedBefore(play) => self.publish_play(play, false),
            NowPlayingReport::PlayedSince(plays) => {
                let plays = plays.iter().map(|play| *self.for_dancers(play)).collect();
                self.publish(LiveCommand::CatchUp(plays));
            }
            NowPlayingReport::Removed(id) => {
                self.tell_list(BrowseCommand::Played);
                self.publish(LiveCommand::Remove(*id));
                self.show_again(&self.shown.into_iter().collect::<Vec<_>>());
                self.state.playing = self.state.playing.take().filter(|play| play.play_id != *id);
            }
            NowPlayingReport::Stopped => {
                self.publish(LiveCommand::Stopped { at_ms: now_ms() });
                self.state.playing = None;
            }
        }
    }

    /// A song is played, or is better known now: the dancers are told, and the list counts it.
    fn publish_play(&mut self, play: &NowPlaying, current: bool) {
        self.tell_list(BrowseCommand::Played);
        let play_for_dancers = self.for_dancers(play);
        self.publish(LiveCommand::Played {
            play: play_for_dancers,
            current,
        });
        self.show_again(&play.track.into_iter().collect::<Vec<_>>());
    }

    fn live_told(&mut self, report: &LiveReport) {
        match report {
            LiveReport::State(state) => {
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
            LiveReport::Began(mark) => self.night_begins(*mark),
            LiveReport::Answers(session, answers) => self.keep_answers(*session, answers),
            LiveReport::Ended { session, recap } => self.night_ended(session, recap.clone()),
            LiveReport::Recap(recap) => self.keep_recap(recap),
        }
    }

    /// Has the figures of the whole library read again.
    pub(super) fn ask_overview(&mut self) {
        self.overview_asked = Instant::now();
        let logs = self.paths.logs();
        self.must_in_library("read the library", move |library| {
            let (tracks, analyzed) = library.counts()?;
            let copy = library.good_copy().and_then(|copy| copy.made_at.elapsed().ok());
            Ok(Some(LibraryReport::Overview(Box::new(Overview {
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
        let reporter = self.reporter.of(Event::LocalTime);
        self.must_job(reported(reporter, "ask for the time zone", move |library| {
            library.utc_offset_s(now).map(Some)
        }));
    }

    /// Tells the library's list; what it is too busy for it reads again later.
    pub(super) fn tell_list(&mut self, command: BrowseCommand) {
        self.browse_missed |= self.browse.ask(command).is_err();
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

    pub(super) fn publish(&mut self, command: LiveCommand) {
        self.must(Owed::Live(command));
    }
}
