//! What every request shares: settings, store, hub, keys and limits; and who is asking.

use std::sync::Arc;

use anyhow::Context;
use pika_protocol::{ActionId, ErrorCode, PROTOCOL_VERSION, SessionCode, ToDj, rest::ScreenAnswer};

use crate::{
    auth::{AddressKey, DancerKey, DancerPass, Passwords, SigningKey},
    base::{Moment, Refusal},
    config::Config,
    events::Events,
    hub::{Hub, cell::Cell, check_version},
    metrics::Metrics,
    publisher::{Dj, dj_of_token},
    rate_limit::{Action, RateLimiter, RetryAfter},
    releases::Releases,
    store::{self, RunningLock, StoreHandle},
    telemetry::spawn_blocking,
};

/// One relay.
#[derive(Debug)]
pub struct Relay {
    /// Its settings.
    pub config: Config,
    /// Its data.
    pub store: StoreHandle,
    /// Its live sessions.
    pub hub: Hub,
    /// Signs passes and tickets.
    pub key: SigningKey,
    /// Counts tries.
    pub limiter: RateLimiter,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// What it has counted.
    pub metrics: Metrics,
    /// Whether there is a newer version of this program.
    pub releases: Arc<Releases>,
    /// Where connections report what happened to them.
    pub events: Events,
    /// No other relay may run on the same file.
    _running: RunningLock,
}

/// How a dancer asks to come in. Has no `Debug`: PIN and pass are secrets.
#[derive(Clone)]
pub struct Entry<'a> {
    /// From where.
    pub address: AddressKey,
    /// Version of the protocol.
    pub protocol_version: u32,
    /// Which session.
    pub code: &'a SessionCode,
    /// The PIN, if one is shown.
    pub pin: Option<&'a str>,
    /// The pass, if there is one.
    pub pass: Option<&'a str>,
}

/// A dancer who is in.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Where.
    pub cell: Arc<Cell>,
    /// The pass, for tickets.
    pub pass: DancerPass,
    /// Who, in this session.
    pub dancer: DancerKey,
}

impl Relay {
    /// Opens the store and rebuilds what was live.
    pub async fn start(config: Config) -> anyhow::Result<Arc<Self>> {
        let database = config.database.clone();
        let open =
            move || Ok::<_, store::StoreError>((RunningLock::take(&database)?, store::open(&database)?));
        let (running, store) = spawn_blocking(open)
            .await
            .context("the database could not be opened")?;
        let store = StoreHandle::start(store);
        let candidate = SigningKey::generate().to_bytes();
        let key = store
            .run(move |store| store.secret("pass signing key", &candidate))
            .await?;
        let key = key
            .try_into()
            .ok()
            .context("the signing key in the database is damaged")?;
        let hub = Hub::start(store.clone(), Arc::new(config.limits.clone())).await?;
        let key = SigningKey::from_bytes(key);
        Ok(Arc::new(Self {
            config,
            events: Events::start(store.clone()),
            metrics: Metrics::default(),
            releases: Arc::default(),
            store,
            hub,
            key,
            limiter: RateLimiter::default(),
            passwords: spawn_blocking(Passwords::new).await,
            _running: running,
        }))
    }

    /// The DJ behind a token or the publisher key.
    pub async fn dj(&self, token: &str, address: AddressKey) -> Result<Dj, Refusal> {
        let key = self.config.publisher_key.as_ref();
        dj_of_token(
            &self.store,
            key,
            &self.limiter,
            &self.config.limits,
            address,
            token,
        )
        .await
    }

    /// Lets a dancer in.
    pub async fn enter(&self, entry: Entry<'_>) -> Result<Guest, Refusal> {
        check_version(entry.protocol_version)?;
        let cell = self.find(entry.code, entry.address).await?;
        let known = entry.pass.and_then(|pass| self.key.check_pass(pass));
        let is_new = known.is_none();
        let pass = known.unwrap_or_else(|| self.key.issue_pass());
        let dancer = self.key.dancer_key(cell.id.0, &pass);
        self.check_pin(&cell, dancer, is_new, &entry)?;
        if is_new {
            let limits = &self.config.limits;
            self.limiter
                .take(
                    Action::NewPass,
                    entry.address,
                    limits.new_passes,
                    Moment::now().steady,
                )
                .map_err(too_fast)?;
            if !cell.count_pass(entry.address, limits.passes_per_session) {
                return Err(Refusal::new(
                    ErrorCode::Full,
                    "too many dancers from this address",
                ));
            }
        }
        cell.admit(dancer, entry.pin)?;
        Ok(Guest { cell, pass, dancer })
    }

    /// A session to be read by somebody who shows a PIN and takes no pass: nobody is let in or counted as a dancer,
    /// wrong tries count as everywhere.
    pub async fn look(
        &self,
        code: &SessionCode,
        address: AddressKey,
        pin: &str,
    ) -> Result<Arc<Cell>, Refusal> {
        let cell = self.find(code, address).await?;
        let nobody = self.key.dancer_key(cell.id.0, &self.key.issue_pass());
        let entry = Entry {
            address,
            protocol_version: PROTOCOL_VERSION,
            code,
            pin: Some(pin),
            pass: None,
        };
        self.check_pin(&cell, nobody, true, &entry)?;
        Ok(cell)
    }

    /// The dancer behind a ticket for this session.
    pub async fn guest(
        &self,
        code: &SessionCode,
        ticket: &str,
        address: AddressKey,
    ) -> Result<Guest, Refusal> {
        let cell = self.find(code, address).await?;
        let now = u64::try_from(Moment::now().at.0 / 1000).unwrap_or(0);
        let expired = || {
            Refusal::new(
                ErrorCode::TicketExpired,
                "the ticket is not valid any more, join again",
            )
        };
        let pass = self
            .key
            .check_ticket(ticket, cell.id.0, now)
            .ok_or_else(expired)?;
        let dancer = self.key.dancer_key(cell.id.0, &pass);
        cell.live().admits(dancer, None).map_err(|_| expired())?;
        Ok(Guest { cell, pass, dancer })
    }

    /// What the big screen of a session may show to who holds its key.
    pub async fn screen(
        &self,
        code: &SessionCode,
        screen_key: &str,
        address: AddressKey,
    ) -> Result<ScreenAnswer, Refusal> {
        let cell = self.find(code, address).await?;
        if !self.key.is_screen_key(cell.id.0, screen_key) {
            return Err(Refusal::new(
                ErrorCode::Forbidden,
                "this screen key is not of this session",
            ));
        }
        let live = cell.live();
        if live.is_ended() {
            return Err(Refusal::new(ErrorCode::SessionEnded, "the session is over"));
        }
        Ok(ScreenAnswer {
            pin: live.row().pin.clone(),
        })
    }

    /// The answer to a registration. `host`: as the client wrote it, where no public address is set.
    pub fn registered(&self, cell: &Cell, id: ActionId, resumed: bool, host: Option<&str>) -> ToDj {
        let base = match (&self.config.public_url, host) {
            (Some(url), _) => url.as_str().trim_end_matches('/').to_owned(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => format!("http://{}", self.config.socket_address()),
        };
        ToDj::SessionRegistered {
            id,
            protocol_version: PROTOCOL_VERSION,
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            session_id: cell.id,
            code: cell.code.clone(),
            public_url: format!("{base}/live/{}", cell.code),
            screen_key: Some(self.key.screen_key(cell.id.0)),
            resumed,
            relay_time: cell.now().at,
            state: Box::new(cell.live().dj_state()),
        }
    }

    /// A session by code; guessing codes is slowed down.
    pub async fn find(&self, code: &SessionCode, address: AddressKey) -> Result<Arc<Cell>, Refusal> {
        let (rate, now) = (self.config.limits.unknown_codes, Moment::now().steady);
        if let Some(cell) = self.hub.by_code(code) {
            return Ok(cell);
        }
        self.limiter
            .check(Action::UnknownCode, address, rate, now)
            .map_err(too_fast)?;
        let found = self.hub.find(code).await;
        if found
            .as_ref()
            .is_err_and(|refusal| refusal.code == ErrorCode::UnknownSession)
        {
            // Counted only.
            let _ = self.limiter.take(Action::UnknownCode, address, rate, now);
        }
        found
    }

    /// Checks the PIN; both counts are taken before the look and given back when it was right, so that tries at
    /// the same moment cannot slip past.
    fn check_pin(
        &self,
        cell: &Arc<Cell>,
        dancer: DancerKey,
        is_new: bool,
        entry: &Entry<'_>,
    ) -> Result<(), Refusal> {
        let needed = cell.live().admits(dancer, None);
        let Err(required) = needed else { return Ok(()) };
        let Some(pin) = entry.pin else {
            return Err(required);
        };
        let (limits, now) = (&self.config.limits, Moment::now().steady);
        // A new pass costs nothing, so newcomers are counted by address. A whole venue may share one: a few who
        // mistype must not keep the others out.
        let (action, mine, rate) = if is_new {
            let mine = (cell.id, None, Some(entry.address));
            (Action::PinAddress, mine, limits.pin_tries_address)
        } else {
            (Action::PinTry, (cell.id, Some(dancer), None), limits.pin_tries)
        };
        let locked = |wait| Refusal::wait(ErrorCode::PinLocked, "too many wrong PINs, wait a moment", wait);
        self.limiter.take(action, mine, rate, now).map_err(locked)?;
        let in_session = self
            .limiter
            .take(Action::PinSession, cell.id, limits.pin_session_failures, now);
        if let Err(wait) = in_session {
            self.limiter.give_back(action, mine, rate);
            return Err(locked(wait));
        }
        cell.live().admits(dancer, Some(pin))?;
        self.limiter.give_back(action, mine, rate);
        self.limiter
            .give_back(Action::PinSession, cell.id, limits.pin_session_failures);
        Ok(())
    }
}

fn too_fast(wait: RetryAfter) -> Refusal {
    Refusal::wait(ErrorCode::RateLimited, "too many at once, wait a moment", wait)
}
