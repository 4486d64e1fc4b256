//! The account's thread: keychains ask for passwords and relays take their time, so nobody else waits.

use std::time::Duration;

use super::{
    AccountCommand, AccountReport, AccountState, AccountStatus, MemorySecrets, Reach, RelayAddress,
    SecretStore, Token, TokenPlace, check,
};
use crate::{
    relay_access::RelayAccess,
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Commands waiting; a hand is never faster.
const QUEUE: usize = 16;

/// Between two questions to a relay that was not reached, at first and at most.
const FIRST_WAIT: Duration = Duration::from_secs(15);
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Asks the account's thread; it ends when this is dropped, without being waited for:
/// a keychain's question may stand on the screen for ever.
pub type AccountHandle = Handle<AccountCommand>;

/// Starts the thread: reads the token that is kept for `relay` and asks the relay whose it is.
/// `secrets` is called on the thread, since finding out takes time, and only when there is a relay:
/// who needs no account is not asked to unlock a keychain.
///
/// Errors: the system gives no thread.
pub fn spawn(
    reporter: Reporter<Box<AccountReport>>,
    relay: Option<RelayAddress>,
    secrets: impl FnOnce() -> Box<dyn SecretStore> + Send + 'static,
) -> std::io::Result<AccountHandle> {
    let handle = worker::spawn("account", QUEUE, move |inbox, _| {
        let mut worker = Worker::new(secrets);
        let mut show = |report| reporter.send(Box::new(report));
        worker.open(relay, &mut show);
        worker.run(&inbox, &mut show);
    })?;
    Ok(handle.not_waited_for())
}

type FindSecrets = Box<dyn FnOnce() -> Box<dyn SecretStore>>;

pub(super) struct Worker {
    /// How to find the store, until it is needed for the first time.
    find: Option<FindSecrets>,
    secrets: Option<Box<dyn SecretStore>>,
    token: Option<Token>,
    pub(super) state: AccountState,
    pub(super) access: Option<RelayAccess>,
}

impl Worker {
    pub(super) fn new(find: impl FnOnce() -> Box<dyn SecretStore> + 'static) -> Self {
        Self {
            find: Some(Box::new(find)),
            secrets: None,
            state: AccountState::default(),
            access: None,
            token: None,
        }
    }

    fn report(&self) -> AccountReport {
        AccountReport {
            state: self.state.clone(),
            access: self.access.clone(),
        }
    }

    fn secrets(&mut self) -> &mut dyn SecretStore {
        let find = self.find.take();
        self.secrets
            .get_or_insert_with(|| {
                find.map_or_else(|| Box::new(MemorySecrets::default()) as _, |find| find())
            })
            .as_mut()
    }

    fn run(&mut self, inbox: &Inbox<AccountCommand>, show: &mut dyn FnMut(AccountReport)) {
        let mut wait = FIRST_WAIT;
        loop {
            let is_awaited = matches!(self.state.status, AccountStatus::Unreachable(_));
            let next = match is_awaited {
                true => inbox.next(wait),
                false => inbox.wait().map_or(Next::End, Next::Message),
            };
            match next {
                Next::End => return,
                Next::Nothing => {
                    wait = (wait * 2).min(LONGEST_WAIT);
                    self.check_again(show);
                }
                Next::Message(command) => {
                    wait = FIRST_WAIT;
                    self.obey(command, show);
                }
            }
        }
    }

    /// The relay was not reached: it is asked once more, without a word where that is still so. A session may wait to
    /// hear whose a token is.
    pub(super) fn check_again(&mut self, show: &mut dyn FnMut(AccountReport)) {
        if let (Some(relay), Some(token)) = (&self.state.relay, &self.token) {
            let status = check::ask(relay, token);
            if status != self.state.status {
                self.settle(status);
                show(self.report());
            }
        }
    }

    pub(super) fn obey(&mut self, command: AccountCommand, show: &mut dyn FnMut(AccountReport)) {
        if command != AccountCommand::Measure {
            self.state.problem = None;
        }
        match command {
            AccountCommand::Measure => {
                let Some(relay) = &self.state.relay else { return };
                self.state.reach = check::reach(relay);
            }
            AccountCommand::SetRelay(relay) => {
                if self.state.relay != relay {
                    // A token belongs to one relay; another one must never see it.
                    self.forget();
                    if relay.is_some() {
                        self.state.place = Some(self.secrets().place());
                    }
                    self.state.relay = relay;
                    self.state.reach = Reach::Unknown;
                    self.settle(AccountStatus::NoToken);
                }
            }
            AccountCommand::Connect(token) => {
                if let Some(relay) = self.state.relay.clone() {
                    if let Err(problem) = self.secrets().set(relay.as_str(), token.reveal()) {
                        self.state.problem = Some(format!("{problem}. The token is kept for this run only"));
                        self.state.place = Some(TokenPlace::ThisRun);
                    } else {
                        self.state.place = Some(self.secrets().place());
                    }
                    self.token = Some(token);
                    self.check(show);
                }
            }
            AccountCommand::Check => self.check(show),
            AccountCommand::Disconnect => {
                self.forget();
                self.settle(AccountStatus::NoToken);
            }
        }
        show(self.report());
    }

    /// The first look: what is kept for this relay.
    pub(super) fn open(&mut self, relay: Option<RelayAddress>, show: &mut dyn FnMut(AccountReport)) {
        if let Some(relay) = &relay {
            let secrets = self.secrets();
            let (place, kept) = (secrets.place(), secrets.get(relay.as_str()));
            self.state.place = Some(place);
            match kept {
                Ok(kept) => self.token = kept.and_then(|text| Token::parse(&text).ok()),
                Err(problem) => self.state.problem = Some(problem),
            }
        }
        self.state.relay = relay;
        self.check(show);
        show(self.report());
    }

    fn check(&mut self, show: &mut dyn FnMut(AccountReport)) {
        let (Some(relay), Some(token)) = (self.state.relay.clone(), self.token.clone()) else {
            return self.settle(AccountStatus::NoToken);
        };
        self.settle(AccountStatus::Checking);
        show(self.report());
        let status = check::ask(&relay, &token);
        self.settle(status);
    }

    fn forget(&mut self) {
        self.token = None;
        if let Some(relay) = self.state.relay.clone()
            && let Err(problem) = self.secrets().forget(relay.as_str())
        {
            self.state.problem = Some(problem);
        }
    }

    fn settle(&mut self, status: AccountStatus) {
        let access = match (&self.state.relay, &self.token) {
            (Some(relay), Some(token)) => RelayAccess::of_account(relay, token).ok(),
            _ => None,
        };
        let is_usable = match &status {
            // A relay that is away now may be there in the evening.
            AccountStatus::Valid(_) | AccountStatus::Unreachable(_) => true,
            // What was good before the question is good until the answer.
            AccountStatus::Checking => self.access == access,
            AccountStatus::NoToken | AccountStatus::Refused | AccountStatus::Insecure => false,
        };
        self.access = access.filter(|_| is_usable);
        self.state.can_publish = self.access.is_some();
        self.state.token_tail = self.token.as_ref().map(|token| token.tail().to_owned());
        self.state.status = status;
    }
}
