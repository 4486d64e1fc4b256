//! One live session at work: its rules behind a lock, its writes on the way to the store, its room.
//!
//! The lock is held for one message; nothing awaits inside. Writes are queued while it is held, so that they
//! are committed in the order in which the rules saw them.
//!
//! `messages` judges what is said and stores it, `dj` is the way to the one who publishes, `task` lets time pass.

mod dj;
mod dj_side;
mod messages;
mod task;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use pika_protocol::{CloseCode, SessionCode, SessionId, session::Position};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use super::{
    conn::Conn,
    passes::Passes,
    room::{Ask, News, Room, Tell},
    session::{LiveSession, Publication},
};
use crate::{
    auth::{AddressKey, DancerKey},
    base::{Moment, Refusal},
    config::Limits,
    store::{
        StoreHandle, Write,
        models::{EndReason, OwnerId},
    },
};
use dj_side::DjSide;

/// Connections and requests that may wait for a room.
const ASKS: usize = 1024;
/// Committed messages that may wait for a room.
const TELLS: usize = 1024;

/// A live session; shared by its connections, its room and the registry.
#[derive(Debug)]
pub struct Cell {
    /// Its id.
    pub id: SessionId,
    /// Its code.
    pub code: SessionCode,
    /// Whose it is.
    pub owner: OwnerId,
    live: Mutex<LiveSession>,
    dj: Mutex<DjSide>,
    /// Dancers who poll, and when they last did.
    pollers: Mutex<HashMap<DancerKey, Instant>>,
    passes: Mutex<Passes>,
    store: StoreHandle,
    asks: mpsc::Sender<Ask>,
    tells: mpsc::Sender<Tell>,
    /// Memory and database may differ: the session is to be loaded anew.
    is_broken: AtomicBool,
}

impl Cell {
    /// Starts a session's room. `writes` are committed first.
    pub fn start(
        session: LiveSession,
        log: Vec<Publication>,
        writes: Vec<Write>,
        store: StoreHandle,
        limits: &Limits,
        ended: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) -> Arc<Self> {
        let (asks, ask_queue) = mpsc::channel(ASKS);
        let (tells, tell_queue) = mpsc::channel(TELLS);
        let room = Room::new(session.snapshot(), log, limits.resume_messages);
        let row = session.row();
        let cell = Arc::new(Self {
            id: row.id,
            code: row.code.clone(),
            owner: row.owner,
            live: Mutex::new(session),
            dj: Mutex::default(),
            pollers: Mutex::default(),
            passes: Mutex::default(),
            store,
            asks,
            tells,
            is_broken: AtomicBool::new(false),
        });
        if !writes.is_empty()
            && let Some(slot) = cell.store.try_slot()
        {
            slot.commit(writes, |_| ());
        }
        let task = cell.clone();
        tokio::spawn(async move {
            task.run(room, ask_queue, tell_queue).await;
            ended(&task);
        });
        cell
    }

    /// Looks at the session, or changes it without effects.
    pub fn live(&self) -> MutexGuard<'_, LiveSession> {
        // A panic in a rule ends one connection; the next commit or reload finds the rest consistent.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This moment on the session's clock.
    pub fn now(&self) -> Moment {
        self.live().moment(Moment::now())
    }

    /// Lets a dancer in; whether the PIN was needed and right, or why not.
    pub fn admit(&self, dancer: DancerKey, pin: Option<&str>) -> Result<(), Refusal> {
        let mut live = self.live();
        live.admits(dancer, pin)?;
        if let Some(write) = live.admit(dancer, Moment::now())
            && let Some(slot) = self.store.try_slot()
        {
            slot.commit(vec![write], |_| ());
        }
        Ok(())
    }

    /// A connection comes in; its WELCOME and what it missed are on their way when this returns.
    pub async fn join(&self, conn: Arc<Conn>, pass: String, since: Option<Position>) -> Result<(), Refusal> {
        let join = Ask::Join { conn, pass, since };
        self.asks.send(join).await.map_err(|_| Refusal::unavailable())
    }

    /// A connection is gone.
    pub async fn leave(&self, conn: Arc<Conn>) {
        // The room may be gone first.
        let _ = self.asks.send(Ask::Leave(conn)).await;
    }

    /// What is new after a position, for one who polls and counts as present from now on.
    pub async fn read(&self, dancer: Option<DancerKey>, since: Option<Position>) -> Result<News, Refusal> {
        if let Some(dancer) = dancer {
            lock(&self.pollers).insert(dancer, Instant::now());
        }
        let (answer, news) = oneshot::channel();
        self.asks
            .send(Ask::Read { since, answer })
            .await
            .map_err(|_| Refusal::unavailable())?;
        news.await.map_err(|_| Refusal::unavailable())
    }

    /// Closes every connection because the relay restarts.
    pub fn drain(&self, reconnect_within_ms: u32) {
        if let Some(conn) = lock(&self.dj).conn.take() {
            conn.close_for_restart(reconnect_within_ms);
        }
        self.tell(Tell::CloseAll {
            code: CloseCode::Restart,
            reconnect_within_ms: Some(reconnect_within_ms),
        });
    }

    /// Counts a new pass of an address in this session; whether there may be so many.
    pub fn count_pass(&self, address: AddressKey, most: u32) -> bool {
        lock(&self.passes).count(address, most)
    }

    /// Ends the session from outside.
    pub fn end(self: &Arc<Self>, reason: EndReason) {
        self.change(|live| live.end(reason, Moment::now()));
    }

    /// Whether it must be loaded anew.
    pub fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }

    fn tell(&self, tell: Tell) {
        if self.tells.try_send(tell).is_err() {
            self.break_down();
        }
    }

    /// Memory and database may differ from now on: the room's task ends and the session is loaded anew.
    fn break_down(&self) -> Refusal {
        if !self.is_broken.swap(true, Ordering::Relaxed) {
            error!(session_id = %self.id, "a session is loaded anew");
        }
        Refusal::internal()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Plain values, changed in one step each.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
