//! Runs each command. Nothing here waits: work goes to the workers, and what comes of it is an event.

use super::{App, Command, Event, preferences};
use crate::{
    battery, library::browse::BrowseCommand, reveal, scanner::ScanCommand, surroundings, worker::Busy,
};

impl App {
    /// Does what the DJ asks. Trouble comes back as [`Event::Failed`].
    pub fn run(&mut self, command: Command) {
        if let Err(busy) = self.try_run(command) {
            // Never waits: this is the thread that takes events in.
            self.reporter.try_fail(busy.into());
        }
    }

    fn try_run(&mut self, command: Command) -> Result<(), Busy> {
        match command {
            Command::Library(command) => self.run_in_library(command),
            Command::Browse(query) => self.browse.ask(BrowseCommand::Query(query)),
            Command::Rescan => self.scanner.ask(ScanCommand::All),
            Command::PauseAnalysis(paused) => {
                self.analyzer.set_paused(paused);
                self.state.analysis_paused = paused;
                Ok(())
            }
            Command::NowPlaying(command) => self.nowplaying.ask(command),
            Command::Live(command) => self.live.ask(command),
            Command::Suggest(wish) => self.suggest(wish),
            Command::Audition(command) => self.audition(command),
            Command::AuditionWhileLive(allowed) => self.audition_while_live(allowed),
            Command::Account(command) => self.account.ask(command),
            Command::ChangeSettings(change) => self.change_settings(change),
            Command::LocalRelay(on) => {
                self.switch_local_relay(on);
                Ok(())
            }
            Command::LocalAddress(ip) => {
                self.choose_local_address(ip);
                Ok(())
            }
            Command::UseRelay(relay) => {
                self.set_relay(relay);
                Ok(())
            }
            Command::StartTest { local } => self.start_test(local),
            Command::EndTest => {
                self.end_test();
                Ok(())
            }
            Command::LookAtBattery => battery::look(self.reporter.of(Event::Battery)),
            Command::LookAround => {
                let virtualdj = preferences::virtualdj_folder(self.history.as_deref(), &self.state.settings);
                surroundings::look(virtualdj, self.reporter.of(Event::Surroundings))
            }
            Command::CountFolder(folder) => {
                surroundings::count(folder, self.reporter.of(Event::Surroundings))
            }
            Command::ShowFile(path) => reveal::show(path, self.reporter.clone()),
        }
    }
}
