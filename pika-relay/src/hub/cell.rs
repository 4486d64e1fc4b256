//! One live session at work: its rules behind a lock, its writes on the way to the store, its room.
//!
//! The lock is held for one message; nothing awaits inside. Writes are queued while it is held, so that they
//! are committed in the order in which the rules saw them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, CloseCode, DancerMessage, DeviceId, DjMessage, ErrorCode, SessionCode, SessionId, ToDancer,
    ToDj, UnixMs, session::Position,
};
use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};
use uuid::Uuid;

use super::{
    conn::Conn,
    encoded::Encoded,
    passes::Passes,
    room::{Ask, News, Room, Tell},
    session::{Effects, Judged, LiveSession, Publication},
};
use crate::{
    auth::{AddressKey, DancerKey},
    base::{Moment, Refusal},
    config::Limits,
    figures,
    store::{
        StoreHandle, Write,
        models::{EndReason, OwnerId, SessionEvent},
    },
};

/// Connections and requests that may wait for a room.
const ASKS: usize = 1024;
/// Committed messages that may wait for a room.
const TELLS: usize = 1024;
/// One who polls counts as present so long after the last request.
const POLLER_PRESENT: Duration = Duration::from_secs(15);
/// An ended session stays so long, so that repeats are answered and pages can read its end.
const LINGER: Duration = Duration::from_secs(600);
/// Connections of an ended session are closed after this.
const CLOSE_AFTER_END: Duration = Duration::from_secs(60);

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

/// The DJ's connection.
#[derive(Debug, Default)]
struct DjSide {
    /// Grows with each connection; an older one may not publish any more.
    generation: u64,
    conn: Option<Arc<Conn>>,
    /// The token it showed.
    token: Option<Uuid>,
    /// What a DJ without WebSocket has not fetched yet: at most the last few.
    waiting: Vec<ToDj>,
}

static GENERATION: AtomicU64 = AtomicU64::new(1);

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

    /// One action of a dancer; `reply` gets the answer once it is stored.
    pub fn dancer_message(
        self: &Arc<Self>,
        dancer: DancerKey,
        message: &DancerMessage,
        reply: impl FnOnce(ToDancer) + Send + 'static,
    ) {
        let id = message.id();
        let now = Moment::now();
        // Room first: what cannot be stored must not be counted.
        let Some(slot) = self.store.try_slot() else {
            return reply(Refusal::unavailable().to_dancer(id));
        };
        let mut live = self.live();
        match live.judge(dancer, message, now) {
            Err(refusal) => {
                drop(live);
                reply(refusal.to_dancer(id));
            }
            Ok(Judged::Pong) => {
                drop(live);
                reply(ToDancer::Pong { relay_time: now.at });
            }
            Ok(Judged::Repeat) => slot.commit(Vec::new(), move |_| reply(answer(id, Ok(())))),
            Ok(Judged::Store(action)) => {
                let cell = self.clone();
                slot.commit(vec![Write::Answer(action)], move |committed| {
                    let settled = match committed.as_deref() {
                        Ok([outcome]) => cell.live().settle(&action, *outcome, Moment::now()),
                        _ => Err(cell.break_down()),
                    };
                    reply(answer(id, settled));
                    figures::ACK.observe(now.steady.elapsed());
                });
            }
        }
    }

    /// One message of the DJ; `reply` gets the answer once it is stored.
    pub fn dj_message(self: &Arc<Self>, message: DjMessage, reply: impl FnOnce(ToDj) + Send + 'static) {
        let id = message.id();
        let now = Moment::now();
        let Some(slot) = self.store.try_slot() else {
            return reply(Refusal::unavailable().to_dj(id));
        };
        let mut live = self.live();
        match live.apply_dj(message, now) {
            Err(refusal) => {
                drop(live);
                reply(refusal.to_dj(id));
            }
            Ok(effects) => {
                let stored = self.stored(&live, effects, move |stored| {
                    reply(match (stored, id) {
                        (Err(refusal), id) => refusal.to_dj(id),
                        (Ok(()), Some(id)) => ToDj::Ack { id },
                        (Ok(()), None) => ToDj::Pong { relay_time: now.at },
                    });
                });
                slot.commit(stored.0, stored.1);
            }
        }
    }

    /// Lets the session change by itself or by a connection, and stores what follows.
    /// Nothing happens when the store has no room.
    fn change(self: &Arc<Self>, change: impl FnOnce(&mut LiveSession) -> Effects) {
        let Some(slot) = self.store.try_slot() else { return };
        let mut live = self.live();
        let effects = change(&mut live);
        if effects != Effects::default() {
            let stored = self.stored(&live, effects, |_| ());
            slot.commit(stored.0, stored.1);
        }
    }

    /// The writes of `effects`, and what to do once they are committed.
    fn stored(
        self: &Arc<Self>,
        live: &LiveSession,
        effects: Effects,
        done: impl FnOnce(Result<(), Refusal>) + Send + 'static,
    ) -> (
        Vec<Write>,
        impl FnOnce(crate::store::handle::Committed) + Send + 'static,
    ) {
        let since = Instant::now();
        let view = effects.view_changed.then(|| Box::new(live.snapshot()));
        let Effects {
            writes,
            publications,
            to_dj,
            ..
        } = effects;
        let cell = self.clone();
        (writes, move |committed: crate::store::handle::Committed| {
            if committed.is_err() {
                return done(Err(cell.break_down()));
            }
            if view.is_some() || !publications.is_empty() {
                cell.tell(Tell::Published {
                    publications,
                    view,
                    since,
                });
            }
            done(Ok(()));
            cell.tell_dj(to_dj);
        })
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

    /// Makes a connection the one that publishes; the one before is closed. Returns its generation.
    pub fn connect_dj(self: &Arc<Self>, conn: Option<Arc<Conn>>, token: Option<Uuid>) -> u64 {
        let generation = GENERATION.fetch_add(1, Ordering::Relaxed);
        let is_connected = conn.is_some();
        let before = {
            let mut dj = lock(&self.dj);
            dj.generation = generation;
            dj.waiting.clear();
            dj.token = token;
            std::mem::replace(&mut dj.conn, conn)
        };
        if let Some(before) = before {
            before.close(CloseCode::Error(ErrorCode::TakenOver));
        }
        self.live().dj_connected(is_connected, Moment::now());
        generation
    }

    /// The installation that publishes from now on.
    pub fn publish_from(self: &Arc<Self>, device: DeviceId, name: Option<String>) {
        self.change(|live| live.publish_from(device, name, Moment::now()));
    }

    /// The DJ's connection of this generation is gone.
    pub fn disconnect_dj(&self, generation: u64) {
        let mut dj = lock(&self.dj);
        if dj.generation == generation {
            dj.conn = None;
            self.live().dj_connected(false, Moment::now());
        }
    }

    /// Whether a connection of this generation still publishes.
    pub fn is_publishing(&self, generation: u64) -> bool {
        lock(&self.dj).generation == generation
    }

    /// A DJ without WebSocket asks: what has come up for them.
    pub fn dj_news(self: &Arc<Self>) -> Vec<ToDj> {
        let now = Moment::now();
        self.change(|live| live.dj_seen(now));
        let mut news = std::mem::take(&mut lock(&self.dj).waiting);
        let mut live = self.live();
        news.retain(|message| !matches!(message, ToDj::Counts { .. }));
        news.push(live.counts(now).1);
        news.extend(live.take_feedback());
        news
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

    /// The token that the connected DJ showed.
    pub fn dj_token(&self) -> Option<Uuid> {
        let dj = lock(&self.dj);
        dj.conn.as_ref().and(dj.token)
    }

    /// The token with which the DJ published last, over a socket or by POST.
    pub fn publisher_token(&self) -> Option<Uuid> {
        lock(&self.dj).token
    }

    /// Closes the DJ's connection if it showed this token.
    pub fn revoke_token(&self, token: Uuid) {
        if lock(&self.dj).token == Some(token) {
            self.close_dj(ErrorCode::Unauthorized);
        }
    }

    /// Counts a new pass of an address in this session; whether there may be so many.
    pub fn count_pass(&self, address: AddressKey, most: u32) -> bool {
        lock(&self.passes).count(address, most)
    }

    /// Closes the DJ's connection.
    pub fn close_dj(&self, code: ErrorCode) {
        if let Some(conn) = lock(&self.dj).conn.take() {
            conn.close(CloseCode::Error(code));
            self.live().dj_connected(false, Moment::now());
        }
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

    fn tell_dj(&self, messages: Vec<ToDj>) {
        if messages.is_empty() {
            return;
        }
        let mut dj = lock(&self.dj);
        if let Some(conn) = &dj.conn {
            for message in &messages {
                conn.send(&Encoded::message(message));
            }
            return;
        }
        // Absolute numbers: of each poll the last word is enough, and there are few.
        dj.waiting.retain(|old| {
            !messages
                .iter()
                .any(|new| std::mem::discriminant(old) == std::mem::discriminant(new))
        });
        dj.waiting.extend(
            messages
                .into_iter()
                .filter(|m| !matches!(m, ToDj::Feedback { .. })),
        );
    }

    async fn run(
        self: &Arc<Self>,
        mut room: Room,
        mut asks: mpsc::Receiver<Ask>,
        mut tells: mpsc::Receiver<Tell>,
    ) {
        let mut second = 0;
        let mut last_second = Instant::now();
        let mut ended_at: Option<Instant> = None;
        let mut next_tick = tokio::time::Instant::now() + tick_length(0);
        while !self.is_broken() {
            tokio::select! {
                biased;
                Some(tell) = tells.recv() => match tell {
                    Tell::Published { publications, view, since } => {
                        let is_heard = !publications.is_empty();
                        room.publish(publications, view).await;
                        if is_heard {
                            figures::PUBLISH.observe(since.elapsed());
                        }
                    }
                    Tell::CloseAll { code, reconnect_within_ms } => {
                        room.close_all(code, reconnect_within_ms).await;
                    }
                },
                () = tokio::time::sleep_until(next_tick) => {
                    next_tick = tokio::time::Instant::now() + tick_length(room.listeners());
                    if last_second.elapsed() >= Duration::from_secs(1) {
                        last_second = Instant::now();
                        second += 1;
                        self.pass_time(&room, second);
                    }
                    let counts = {
                        let mut live = self.live();
                        live.set_listeners(room.listeners().saturating_add(self.pollers_present()));
                        live.take_counts(Moment::now())
                    };
                    for message in &counts.to_dancers {
                        room.send_latest(message).await;
                    }
                    self.tell_dj(counts.to_dj);
                    if self.live().is_ended() {
                        if ended_at.is_none() {
                            self.note_end();
                        }
                        let since = *ended_at.get_or_insert_with(Instant::now);
                        if since.elapsed() >= CLOSE_AFTER_END {
                            room.close_all(CloseCode::Error(ErrorCode::SessionEnded), None).await;
                        }
                        if since.elapsed() >= LINGER {
                            info!(session_id = %self.id, "session put away");
                            return;
                        }
                    }
                },
                Some(ask) = asks.recv() => room.answer(ask, now()),
            }
        }
        room.close_all(CloseCode::Error(ErrorCode::Internal), None).await;
        self.close_dj(ErrorCode::Internal);
    }

    /// Telemetry: fire and forget.
    fn note_end(&self) {
        let event = {
            let live = self.live();
            let row = live.row();
            let at = row.ended_at.unwrap_or(row.started_at);
            SessionEvent {
                session_id: self.id,
                at,
                kind: "end",
                role: "dj",
                transport: row.end_reason.map_or("", EndReason::as_str),
                duration_ms: u64::try_from(at.since_ms(row.started_at)).ok(),
                close_code: None,
                client_version: None,
            }
        };
        let store = self.store.clone();
        tokio::spawn(async move { store.run(move |store| store.record_events(&[event])).await });
    }

    fn pass_time(self: &Arc<Self>, room: &Room, second: usize) {
        room.heartbeat(second);
        if second.is_multiple_of(25)
            && let Some(conn) = &lock(&self.dj).conn
        {
            conn.heartbeat();
        }
        self.change(|live| live.tick(Moment::now()));
    }

    fn pollers_present(&self) -> u32 {
        let mut pollers = lock(&self.pollers);
        if pollers.is_empty() {
            return 0;
        }
        let now = Instant::now();
        pollers.retain(|_, seen| now.saturating_duration_since(*seen) < POLLER_PRESENT);
        u32::try_from(pollers.len()).unwrap_or(u32::MAX)
    }
}

/// Between two COUNTS: at most 15 % of a core at 8 µs a delivery, and 250 ms to 2 s.
fn tick_length(dancers: u32) -> Duration {
    Duration::from_micros(u64::from(dancers) * 8 * 100 / 15)
        .clamp(Duration::from_millis(250), Duration::from_secs(2))
}

fn answer(id: Option<ActionId>, settled: Result<(), Refusal>) -> ToDancer {
    match (settled, id) {
        (Ok(()), Some(id)) => ToDancer::Ack { id },
        (Ok(()), None) => Refusal::internal().to_dancer(None),
        (Err(refusal), id) => refusal.to_dancer(id),
    }
}

fn now() -> UnixMs {
    Moment::now().at
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Plain values, changed in one step each.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tick_grows_with_the_floor() {
        assert_eq!(tick_length(0), Duration::from_millis(250));
        assert_eq!(tick_length(4_000), Duration::from_millis(250));
        assert_eq!(tick_length(20_000).as_millis(), 1066);
        assert_eq!(tick_length(1_000_000), Duration::from_secs(2));
    }
}
