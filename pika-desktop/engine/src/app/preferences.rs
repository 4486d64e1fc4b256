//! What follows from the settings, at start and when they change.

use std::path::{Path, PathBuf};

use super::{App, AppState, debts::Owed};
use crate::{
    account::AccountCommand,
    analyzer::AnalyzerConfig,
    audition::AuditionCommand,
    nowplaying::{NowPlayingCommand, NowPlayingConfig, virtualdj::VirtualDjFolder},
    paths::DataPaths,
    relay_access::RelayAddress,
    settings::{Settings, SettingsChange},
    worker::Busy,
};

impl App {
    /// Keeps a changed setting and applies what differs.
    ///
    /// Errors: a worker was too busy to take its part.
    pub(super) fn change_settings(&mut self, change: SettingsChange) -> Result<(), Busy> {
        let mut new = self.state.settings.clone();
        new.apply(change);
        if new == self.state.settings {
            return Ok(());
        }
        self.must(Owed::Settings(Box::new(new.clone())));
        let mut taken = Ok(());
        let old = std::mem::replace(&mut self.state.settings, new);
        let new = &self.state.settings;
        if analyzer(new) != analyzer(&old) {
            self.analyzer.configure(analyzer(new));
        }
        let history = self.history.as_deref();
        let now = sources(history, new);
        if now != sources(history, &old) {
            taken = taken.and(self.nowplaying.ask(NowPlayingCommand::Follow(now)));
            self.state.sources.clear();
        }
        if new.audition_volume.to_bits() != old.audition_volume.to_bits() {
            taken = taken.and(self.audition.ask(AuditionCommand::Volume(new.audition_volume)));
        }
        if new.audio_output != old.audio_output {
            taken = taken.and(
                self.audition
                    .ask(AuditionCommand::Output(new.audio_output.clone())),
            );
        }
        if new.relay_address != old.relay_address {
            let relay = relay_address(new);
            taken = taken.and(self.account.ask(AccountCommand::SetRelay(relay)));
        }
        if new.check_for_updates != old.check_for_updates {
            taken = taken.and(self.updates.set_wanted(new.check_for_updates));
            if !new.check_for_updates {
                self.state.newer_version = None;
            }
        }
        taken
    }
}

/// What is on screen before any worker has reported.
pub(super) fn first_state(paths: &DataPaths, settings: &Settings) -> AppState {
    let mut state = AppState {
        settings: settings.clone(),
        data_folder: paths.root().to_owned(),
        logs_folder: paths.logs(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        ..AppState::default()
    };
    state.audition.volume = settings.audition_volume;
    state.audition.chosen_output.clone_from(&settings.audio_output);
    state
}

/// The relay that sessions go to; one that cannot be understood is none.
pub(super) fn relay_address(settings: &Settings) -> Option<RelayAddress> {
    RelayAddress::parse(settings.relay_address.as_deref()?).ok()
}

pub(super) fn analyzer(settings: &Settings) -> AnalyzerConfig {
    AnalyzerConfig {
        profile: settings.profile,
        threads: settings.analysis_threads,
    }
}

/// What to follow; `history` is what was named when the program was started.
pub(super) fn sources(history: Option<&Path>, settings: &Settings) -> NowPlayingConfig {
    let virtualdj = match (history, &settings.virtualdj_folder) {
        (Some(path), _) if is_history_file(path) => VirtualDjFolder::HistoryFile(path.to_owned()),
        (Some(path), _) => VirtualDjFolder::Program(path.to_owned()),
        (None, Some(folder)) => VirtualDjFolder::Program(folder.clone()),
        (None, None) => VirtualDjFolder::Find,
    };
    NowPlayingConfig {
        virtualdj: settings.follow_virtualdj.then_some(virtualdj),
        file: settings.now_playing_file.clone(),
    }
}

/// VirtualDJ's own folder, where it is known: what is named for following lies in it.
pub(super) fn virtualdj_folder(history: Option<&Path>, settings: &Settings) -> Option<PathBuf> {
    match history {
        Some(path) if is_history_file(path) => path.parent()?.parent().map(PathBuf::from),
        Some(path) if path.ends_with("History") => path.parent().map(PathBuf::from),
        Some(path) => Some(path.to_owned()),
        None => settings.virtualdj_folder.clone(),
    }
}

/// By its name alone: what was named may come later, on a stick or a share, and asking a share may take long.
fn is_history_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|suffix| suffix.eq_ignore_ascii_case("m3u"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_named_by_its_name_though_nothing_is_there_yet() {
        let settings = Settings::default();
        let followed = |path: &str| sources(Some(Path::new(path)), &settings).virtualdj.unwrap();
        let folder = |path: &str| virtualdj_folder(Some(Path::new(path)), &settings).unwrap();
        assert_eq!(
            followed("/gone/VirtualDJ"),
            VirtualDjFolder::Program("/gone/VirtualDJ".into())
        );
        assert_eq!(
            followed("/gone/History/a.M3U"),
            VirtualDjFolder::HistoryFile("/gone/History/a.M3U".into())
        );
        for path in ["/gone", "/gone/History", "/gone/History/2026-12-01.m3u"] {
            assert_eq!(folder(path), Path::new("/gone"), "{path}");
        }
    }
}
