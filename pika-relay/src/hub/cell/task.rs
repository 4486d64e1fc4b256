//! The task of a cell: what is committed goes to the room, and time passes for the session.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pika_protocol::{CloseCode, ErrorCode};
use tokio::sync::mpsc;
use tracing::info;

use super::{Cell, lock};
use crate::{
    base::Moment,
    figures,
    hub::room::{Ask, Room, Tell},
    store::models::{EndReason, SessionEvent},
};

/// One who polls counts as present so long after the last request.
const POLLER_PRESENT: Duration = Duration::from_secs(15);
/// An ended session stays so long, so that repeats are answered and pages can read its end.
const LINGER: Duration = Duration::from_secs(600);
/// Connections of an ended session are closed after this.
const CLOSE_AFTER_END: Duration = Duration::from_secs(60);

impl Cell {
    /// The task of the room: sends what is committed, lets time pass, lets people in and out.
    pub(super) async fn run(
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
                    self.tell_counts(&mut room).await;
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
                Some(ask) = asks.recv() => room.answer(ask, self.now().at),
            }
        }
        room.close_all(CloseCode::Error(ErrorCode::Internal), None).await;
        self.close_dj(ErrorCode::Internal);
    }

    /// Sends the numbers that have changed.
    async fn tell_counts(&self, room: &mut Room) {
        let counts = {
            let mut live = self.live();
            live.set_listeners(room.listeners().saturating_add(self.pollers_present()));
            live.take_counts(Moment::now())
        };
        for message in &counts.to_dancers {
            room.send_latest(message).await;
        }
        self.tell_dj(counts.to_dj);
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
