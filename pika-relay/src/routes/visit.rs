//! One connection in the telemetry, from coming in to going: what happened, never whose it was.

use std::{sync::Arc, time::Instant};

use pika_protocol::{SessionId, limits};

use crate::{base::Moment, figures, relay::Relay, store::models::SessionEvent};

/// Who is connected, and how; in the order of [`figures::KINDS`].
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// A dancer over WebSocket.
    DancerSocket,
    /// A dancer over server-sent events.
    DancerEvents,
    /// A DJ over WebSocket.
    DjSocket,
}

/// Notes the end when it is dropped.
#[derive(Debug)]
pub(super) struct Visit {
    relay: Arc<Relay>,
    session_id: SessionId,
    by: By,
    began: Instant,
}

impl Visit {
    /// Notes the beginning; `returns` when the peer was here before.
    pub(super) fn begin(
        relay: &Arc<Relay>,
        session_id: SessionId,
        by: By,
        returns: bool,
        client_version: Option<&str>,
    ) -> Self {
        let visit = Self {
            relay: relay.clone(),
            session_id,
            by,
            began: Instant::now(),
        };
        figures::CONNECTIONS[by as usize].add(1);
        figures::CONNECTED[by as usize].add(1);
        let version = client_version
            .map(limits::clean_text)
            .filter(|version| !version.is_empty());
        let version = version.map(|version| version.chars().take(limits::VERSION_CHARS).collect());
        visit.note(if returns { "reconnect" } else { "connect" }, None, version);
        visit
    }

    fn note(&self, kind: &'static str, duration_ms: Option<u64>, client_version: Option<String>) {
        let (role, transport) = figures::KINDS[self.by as usize];
        self.relay.events.record(SessionEvent {
            session_id: self.session_id,
            at: Moment::now().at,
            kind,
            role,
            transport,
            duration_ms,
            close_code: None,
            client_version,
        });
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        figures::CONNECTIONS[self.by as usize].subtract_one();
        let lasted = self.began.elapsed().as_millis();
        self.note(
            "disconnect",
            Some(u64::try_from(lasted).unwrap_or(u64::MAX)),
            None,
        );
    }
}
