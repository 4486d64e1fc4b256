//! Telemetry of connections, fire and forget: nobody waits for it, and when the database is slow it is dropped.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::store::{StoreHandle, models::SessionEvent};

/// Events that may wait; what comes beyond is dropped.
const QUEUE: usize = 4096;
/// Events written together.
const BATCH: usize = 512;
/// How long events gather before they are written.
const GATHER: Duration = Duration::from_millis(500);

/// Where connections report what happened to them.
#[derive(Clone, Debug)]
pub struct Events(mpsc::Sender<SessionEvent>);

impl Events {
    /// Starts writing on the current runtime; ends with the last clone.
    pub fn start(store: StoreHandle) -> Self {
        let (events, mut queue) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while queue.recv_many(&mut batch, BATCH).await > 0 {
                // Half a second of a reconnecting ballroom is one transaction.
                tokio::time::sleep(GATHER).await;
                while batch.len() < BATCH {
                    let Ok(event) = queue.try_recv() else { break };
                    batch.push(event);
                }
                let events = std::mem::take(&mut batch);
                if let Err(error) = store.run(move |store| store.record_events(&events)).await {
                    tracing::debug!(error = %error.in_one_line(), "connection events were not kept");
                }
            }
        });
        Self(events)
    }

    /// Notes an event, or drops it when too many wait.
    pub fn record(&self, event: SessionEvent) {
        drop(self.0.try_send(event));
    }
}
