//! The relay inside the program, switched on and off while it runs; and the demonstration, which uses it.

use std::{
    net::IpAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::{App, Command, Event};
use crate::{
    demo::Demo,
    demo_music,
    library::LibraryCommand,
    live::{LiveAnswer, LiveCommand, LivePhase, LiveQuestion, LiveState, NewSession},
    local_relay::{LocalRelay, LocalRelayInfo},
    report::Failure,
};

/// A relay that ran for so long and ended by itself is started once more while its session is on.
const WORTH_ANOTHER: Duration = Duration::from_secs(30);

impl App {
    /// Starts or stops the relay inside the program. While a session is live it stays as it is.
    pub(super) fn switch_local_relay(&mut self, on: bool) {
        if on == self.local_relay.is_some() {
            return;
        }
        // A session that this relay serves cannot go on without it.
        let session = self.state.live.session.as_ref();
        let comes_back = on && session.is_some_and(|session| session.local);
        if self.state.live.phase == LivePhase::OnAir && !comes_back {
            let error = "a session is live: end it first".to_owned();
            let what = "change the relay";
            return self.reporter.try_fail(Failure { what, error });
        }
        if on {
            if let Err(error) = self.start_local_relay() {
                self.reporter
                    .try_fail(Failure::new("serve dancers from this computer", &error));
            }
            return;
        }
        self.leave_local_relay();
    }

    /// The account's relay is the one to publish on again.
    fn leave_local_relay(&mut self) {
        if let Some(relay) = self.local_relay.take() {
            // Telling the dancers takes a moment.
            let stop = thread::Builder::new().name("local-relay-end".into());
            let _ = stop.spawn(move || relay.stop());
        }
        self.state.local_relay = None;
        self.relay_is_account = true;
        self.publish(LiveCommand::Account(self.account_access.clone()));
    }

    /// The relay inside the program ended by itself, or never began.
    pub(super) fn local_relay_ended(&mut self, why: &str) {
        if self.local_relay.is_some() {
            self.leave_local_relay();
            let what = "serve dancers from this computer";
            let error = why.to_owned();
            self.reporter.try_fail(Failure { what, error });
            // Its session goes on there: nothing else brings its dancers back. What ends at once ends again.
            let ran = self.local_relay_began.elapsed();
            let is_here = self
                .state
                .live
                .session
                .as_ref()
                .is_some_and(|session| session.local);
            if is_here
                && self.is_live()
                && ran >= WORTH_ANOTHER
                && let Err(error) = self.start_local_relay()
            {
                self.reporter.try_fail(Failure::new(what, &error));
            }
        }
    }

    /// Starts the relay inside the program and publishes there from now on.
    pub fn start_local_relay(&mut self) -> Result<()> {
        if self.local_relay.is_none() {
            let reporter = self.reporter.of(Event::LocalRelay);
            let relay = LocalRelay::start(self.paths.local_relay(), self.listen, reporter.clone())?;
            let info = relay.info();
            self.publish(LiveCommand::LocalAddress(info.address.clone()));
            self.state.local_relay = Some(info);
            self.set_relay(relay.access());
            relay.watch_address(reporter);
            self.local_relay = Some(relay);
            self.local_relay_began = Instant::now();
            self.ask_for_recaps("local");
        }
        Ok(())
    }

    /// Dancers are to find the relay inside the program at this address.
    pub(super) fn choose_local_address(&mut self, ip: Option<IpAddr>) {
        match &self.local_relay {
            Some(relay) => relay.choose(ip),
            None => self.reporter.try_fail(Failure {
                what: "choose an address for dancers",
                error: "this laptop's relay is off".to_owned(),
            }),
        }
    }

    /// The network gave this computer another address.
    pub(super) fn local_relay_moved(&mut self, info: &LocalRelayInfo) {
        if self.local_relay.is_none() {
            return;
        }
        // Without any network the last address stays: it is likely to come back.
        if info.in_network {
            self.publish(LiveCommand::LocalAddress(info.address.clone()));
        }
        self.state.local_relay = Some(info.clone());
    }

    /// A session of before that was served from this computer is served again.
    pub(super) fn serve_again(&mut self, before: &Arc<LiveState>) {
        let live = &self.state.live;
        let is_local = live.session.as_ref().is_some_and(|session| session.local);
        let asks = matches!(live.question, Some(LiveQuestion::Resume { .. }));
        let is_wanted = matches!(live.phase, LivePhase::OnAir | LivePhase::Starting) || asks;
        let was_wanted = before.session.is_some();
        let is_due = is_local && is_wanted && !was_wanted && self.local_relay.is_none();
        if is_due && let Err(error) = self.start_local_relay() {
            self.reporter
                .try_fail(Failure::new("serve dancers from this computer", &error));
        }
    }

    /// A whole night by itself: music made by code, a simulated DJ program, this computer's relay, dancers.
    pub(super) fn begin_demo(&mut self) -> Result<()> {
        let folder = self.paths.demo_music();
        demo_music::generate(&folder).context("cannot make the demo music")?;
        let demo = Demo::start(&self.paths, &folder)?;
        self.start_local_relay().context("cannot start the relay")?;
        self.run(Command::Library(LibraryCommand::AddFolder(folder)));
        self.run(Command::Live(LiveCommand::GoLive(NewSession {
            name: "Demo night".to_owned(),
            dj_name: "DJ Demo".to_owned(),
            listed: true,
            pin: None,
            ..NewSession::default()
        })));
        self.demo = Some(demo);
        Ok(())
    }

    /// The demonstration's dancers come in once there is an address; a session of an earlier one goes on.
    pub(super) fn play_demo(&mut self) {
        if self.demo.is_some() && self.state.live.question.is_some() {
            self.publish(LiveCommand::Answer(LiveAnswer::GoOn));
        }
        let (Some(demo), Some(session)) = (&mut self.demo, &self.state.live.session) else {
            return;
        };
        if let (true, Some(relay)) = (self.state.live.is_on_air(), &self.local_relay) {
            demo.invite(relay.access().url(), &session.code);
        }
    }
}
