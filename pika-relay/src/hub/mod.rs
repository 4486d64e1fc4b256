//! Live sessions on this process, and who listens to them.
//!
//! `session` holds the rules, `cell` puts one session to work, `room` sends to its listeners, `conn` is one of
//! them; the hub finds, starts and rebuilds sessions.

pub mod cell;
pub mod conn;
pub mod encoded;
mod passes;
pub mod peer;
pub mod room;
pub mod session;
pub mod websocket;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use pika_protocol::{
    DjMessage, ErrorCode, OLDEST_PROTOCOL_VERSION, SessionCode, SessionId, limits, rest::SessionSummary,
};
use tracing::{error, info};
use uuid::Uuid;

use crate::{
    base::{Moment, Refusal, random},
    config::Limits,
    publisher::{Dj, LOCAL_OWNER},
    rate_limit::{Action, RateLimiter},
    store::{
        Conflict, Outcome, StoreError, StoreHandle, Write,
        models::{OwnerId, SessionRow},
    },
};
use cell::Cell;
use session::{LiveSession, NewSession};

/// Codes that are tried for a new session; after half of them long ones.
const CODE_TRIES: usize = 16;

/// The live sessions of this process.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: StoreHandle,
    limits: Arc<Limits>,
    /// New sessions by account.
    limiter: RateLimiter,
    // Locked for one look-up; nothing awaits inside.
    registry: Mutex<Registry>,
}

#[derive(Debug, Default)]
struct Registry {
    by_id: HashMap<SessionId, Arc<Cell>>,
    by_code: HashMap<SessionCode, SessionId>,
}

impl Hub {
    /// A hub with every session that is live in the database.
    pub async fn start(store: StoreHandle, limits: Arc<Limits>) -> Result<Self, StoreError> {
        let hub = Self(Arc::new(Inner {
            store,
            limits,
            limiter: RateLimiter::default(),
            registry: Mutex::default(),
        }));
        for session_id in hub.0.store.run(|store| store.live_sessions()).await? {
            hub.load(session_id).await?;
        }
        Ok(hub)
    }

    /// The session with this code, if it is on this process.
    pub fn by_code(&self, code: &SessionCode) -> Option<Arc<Cell>> {
        let registry = self.registry();
        registry
            .by_code
            .get(code)
            .and_then(|id| registry.by_id.get(id))
            .cloned()
    }

    /// The session with this id, if it is on this process.
    pub fn by_id(&self, id: SessionId) -> Option<Arc<Cell>> {
        self.registry().by_id.get(&id).cloned()
    }

    /// The live session of an account.
    pub fn of_owner(&self, owner: OwnerId) -> Option<Arc<Cell>> {
        let cells = self.cells();
        cells
            .into_iter()
            .find(|cell| cell.owner == owner && !cell.live().is_ended())
    }

    /// Every session on this process.
    pub fn cells(&self) -> Vec<Arc<Cell>> {
        self.registry().by_id.values().cloned().collect()
    }

    /// The sessions of the public list, latest first; those behind a PIN with their name only.
    pub fn listed(&self) -> Vec<SessionSummary> {
        let mut listed: Vec<_> = self
            .cells()
            .iter()
            .filter_map(|cell| {
                let live = cell.live();
                (live.row().listed && !live.is_ended()).then(|| (live.row().started_at, live.summary()))
            })
            .collect();
        listed.sort_by_key(|(started_at, _)| std::cmp::Reverse(*started_at));
        listed.into_iter().map(|(_, summary)| summary).collect()
    }

    /// A session by code for dancers, or why there is none.
    pub async fn find(&self, code: &SessionCode) -> Result<Arc<Cell>, Refusal> {
        if let Some(cell) = self.by_code(code) {
            return Ok(cell);
        }
        let wanted = code.clone();
        match self
            .0
            .store
            .run(move |store| store.session_by_code(&wanted))
            .await
        {
            Ok(None) => Err(Refusal::new(
                ErrorCode::UnknownSession,
                "no session with this code",
            )),
            Ok(Some(row)) if row.ended_at.is_some() => {
                Err(Refusal::new(ErrorCode::SessionEnded, "the session is over"))
            }
            // Live, but being loaded anew at this moment.
            Ok(Some(_)) => Err(Refusal::unavailable()),
            Err(error) => Err(refuse(&error)),
        }
    }

    /// Starts a session, or goes on with one. Returns it and whether it went on.
    pub async fn register(&self, dj: &Dj, message: DjMessage) -> Result<(Arc<Cell>, bool), Refusal> {
        let DjMessage::RegisterSession {
            id,
            protocol_version,
            name,
            dj_name,
            listed,
            pin,
            device_id,
            device_name,
            resume,
            take_over,
            ..
        } = message
        else {
            return Err(Refusal::new(
                ErrorCode::NotSubscribed,
                "REGISTER_SESSION comes first",
            ));
        };
        check_version(protocol_version)?;
        let device_name = short(device_name);
        if let Some(cell) = match resume {
            Some(session_id) => Some(self.owned(dj, session_id).await?),
            None => self.of_owner(dj.owner),
        } {
            let (same_device, is_repeat, elsewhere) = {
                let live = cell.live();
                let row = live.row();
                (
                    row.device_id == device_id,
                    row.register_action == id,
                    live.live_elsewhere(),
                )
            };
            // A repeat of the message that began it, or a resume by the same computer or on demand.
            if is_repeat || (resume.is_some() && (same_device || take_over)) {
                cell.publish_from(device_id, device_name);
                return Ok((cell, true));
            }
            return Err(already_live(elsewhere));
        }
        let name = session_name(&name)?;
        if pin.as_deref().is_some_and(|pin| !limits::is_pin(pin)) {
            return Err(Refusal::invalid("a PIN has 4 to 8 digits"));
        }
        let dj_name = dj.name.clone().or(short(dj_name));
        self.take_new_session(dj.owner)?;
        let new = NewSession {
            action: id,
            owner: dj.owner,
            dj_name: dj_name.unwrap_or_else(|| "DJ".to_owned()),
            name,
            listed,
            pin,
            device_id,
            device_name,
        };
        Ok((self.begin(&new).await?, false))
    }

    /// Closes what publishes with this token.
    pub fn revoke_token(&self, token: Uuid) {
        for cell in self.cells() {
            cell.revoke_token(token);
        }
    }

    /// Tells every peer that the relay restarts.
    pub fn drain(&self, reconnect_within_ms: u32) {
        for cell in self.cells() {
            cell.drain(reconnect_within_ms);
        }
    }

    /// The session with this id if it is the DJ's; others are told the same as if there were none.
    pub async fn owned(&self, dj: &Dj, id: SessionId) -> Result<Arc<Cell>, Refusal> {
        let unknown = || Refusal::new(ErrorCode::UnknownSession, "no such session of yours");
        let ended = || Refusal::new(ErrorCode::SessionEnded, "the session is over");
        if let Some(cell) = self.by_id(id) {
            if cell.owner != dj.owner {
                return Err(unknown());
            }
            return Ok(cell);
        }
        let row = self.0.store.run(move |store| store.session_by_id(id)).await;
        match row.map_err(|error| refuse(&error))? {
            Some(row) if row.owner == dj.owner && row.ended_at.is_some() => Err(ended()),
            Some(row) if row.owner == dj.owner => Err(Refusal::unavailable()),
            _ => Err(unknown()),
        }
    }

    /// Counts a new session: who begins and ends them in a loop would fill the public list and use the codes up.
    fn take_new_session(&self, owner: OwnerId) -> Result<(), Refusal> {
        if owner == LOCAL_OWNER {
            return Ok(()); // The program around this relay.
        }
        let (rate, now) = (self.0.limits.new_sessions, Moment::now().steady);
        let taken = self.0.limiter.take(Action::NewSession, owner.0, rate, now);
        taken.map_err(|wait| {
            Refusal::wait(
                ErrorCode::RateLimited,
                "too many new sessions, wait a moment",
                wait,
            )
        })
    }

    async fn begin(&self, new: &NewSession) -> Result<Arc<Cell>, Refusal> {
        let is_open = new.listed && new.pin.is_none();
        for attempt in 0..CODE_TRIES {
            let row = new.row(new_code(is_open && attempt < CODE_TRIES / 2), Moment::now());
            let write = Write::CreateSession(Box::new(row.clone()));
            let outcomes = self
                .0
                .store
                .commit(vec![write])
                .await
                .map_err(|error| refuse(&error))?;
            match outcomes.first() {
                Some(Outcome::Done) => return Ok(self.open(row)),
                Some(Outcome::Conflict(Conflict::Code)) => {}
                // Another request of the same account was quicker.
                Some(Outcome::Conflict(Conflict::OwnerLive)) => {
                    return Err(match self.of_owner(new.owner) {
                        Some(cell) => already_live(cell.live().live_elsewhere()),
                        None => Refusal::unavailable(),
                    });
                }
                _ => break,
            }
        }
        Err(Refusal::internal())
    }

    fn open(&self, row: SessionRow) -> Arc<Cell> {
        info!(session_id = %row.id, "session began");
        let live = LiveSession::new(row, self.0.limits.clone(), Moment::now());
        self.keep(live, Vec::new(), Vec::new())
    }

    async fn load(&self, session_id: SessionId) -> Result<(), StoreError> {
        let Some(loaded) = self
            .0
            .store
            .run(move |store| store.load_session(session_id))
            .await?
        else {
            return Ok(());
        };
        let (live, log, writes) = LiveSession::rebuild(loaded, self.0.limits.clone(), Moment::now());
        info!(%session_id, n_log = log.len(), "session goes on");
        self.keep(live, log, writes);
        Ok(())
    }

    fn keep(&self, live: LiveSession, log: Vec<session::Publication>, writes: Vec<Write>) -> Arc<Cell> {
        let inner = Arc::downgrade(&self.0);
        let put_away = move |cell: &Arc<Cell>| put_away(&inner, cell);
        let cell = Cell::start(live, log, writes, self.0.store.clone(), &self.0.limits, put_away);
        let mut registry = self.registry();
        registry.by_code.insert(cell.code.clone(), cell.id);
        registry.by_id.insert(cell.id, cell.clone());
        cell
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Two maps, changed together under the lock.
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets a session whose room has ended; one that broke down is loaded anew.
fn put_away(inner: &Weak<Inner>, cell: &Arc<Cell>) {
    let Some(hub) = inner.upgrade().map(Hub) else {
        return;
    };
    {
        let mut registry = hub.registry();
        registry.by_id.remove(&cell.id);
        registry.by_code.remove(&cell.code);
    }
    if cell.is_broken() {
        let session_id = cell.id;
        tokio::spawn(async move {
            if let Err(error) = hub.0.store.flush().await.and(hub.load(session_id).await) {
                error!(%session_id, error = %error.in_one_line(), "a session could not be loaded anew");
            }
        });
    }
}

/// Whether the relay understands a client of this version.
pub fn check_version(version: u32) -> Result<(), Refusal> {
    if version >= OLDEST_PROTOCOL_VERSION {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::UnsupportedVersion,
        "this program is too old for the relay, please update it",
    ))
}

fn already_live(elsewhere: pika_protocol::session::LiveElsewhere) -> Refusal {
    Refusal {
        live: Some(Box::new(elsewhere)),
        ..Refusal::new(ErrorCode::AlreadyLive, "this account has a live session already")
    }
}

fn refuse(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(_) => Refusal::unavailable(),
        _ => {
            error!(error = %error.in_one_line(), "the store failed");
            Refusal::internal()
        }
    }
}

fn new_code(is_short: bool) -> SessionCode {
    if is_short {
        SessionCode::short(random::bytes())
    } else {
        SessionCode::long(random::bytes())
    }
}

/// A session's name, cleaned, or what is wrong with it.
fn session_name(name: &str) -> Result<String, Refusal> {
    let name = limits::clean_text(name);
    if name.is_empty() || name.chars().count() > limits::NAME_CHARS {
        return Err(Refusal::invalid("a session's name has 1 to 80 characters"));
    }
    Ok(name)
}

/// Another name, cleaned and cut to what fits; none when nothing is left.
fn short(name: Option<String>) -> Option<String> {
    let cleaned = limits::clean_text(&name?);
    let cut: String = cleaned.chars().take(limits::NAME_CHARS).collect();
    (!cut.is_empty()).then_some(cut)
}
