//! The DJ of a cell: one connection publishes, and what it is told waits for one who has no WebSocket.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use pika_protocol::{CloseCode, DeviceId, ErrorCode, ToDj};
use uuid::Uuid;

use super::{Cell, lock};
use crate::{
    base::Moment,
    hub::{conn::Conn, encoded::Encoded},
};

static GENERATION: AtomicU64 = AtomicU64::new(1);

impl Cell {
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

    /// Closes the DJ's connection.
    pub fn close_dj(&self, code: ErrorCode) {
        if let Some(conn) = lock(&self.dj).conn.take() {
            conn.close(CloseCode::Error(code));
            self.live().dj_connected(false, Moment::now());
        }
    }

    /// Says something to the DJ, or keeps it until they ask.
    pub(super) fn tell_dj(&self, messages: Vec<ToDj>) {
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
}
