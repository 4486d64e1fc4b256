//! What is said to a cell: judged under the lock, stored, answered once it is stored.

use std::{sync::Arc, time::Instant};

use pika_protocol::{ActionId, DancerMessage, DjMessage, ToDancer, ToDj};

use super::Cell;
use crate::{
    auth::DancerKey,
    base::{Moment, Refusal},
    figures,
    hub::{
        room::Tell,
        session::{Effects, Judged, LiveSession},
    },
    store::{Write, handle::Committed},
};

impl Cell {
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
                let relay_time = live.moment(now).at;
                drop(live);
                reply(ToDancer::Pong { relay_time });
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
                let relay_time = live.moment(now).at;
                let stored = self.stored(&live, effects, move |stored| {
                    reply(match (stored, id) {
                        (Err(refusal), id) => refusal.to_dj(id),
                        (Ok(()), Some(id)) => ToDj::Ack { id },
                        (Ok(()), None) => ToDj::Pong { relay_time },
                    });
                });
                slot.commit(stored.0, stored.1);
            }
        }
    }

    /// Lets the session change by itself or by a connection, and stores what follows.
    /// Nothing happens when the store has no room.
    pub(super) fn change(self: &Arc<Self>, change: impl FnOnce(&mut LiveSession) -> Effects) {
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
    ) -> (Vec<Write>, impl FnOnce(Committed) + Send + 'static) {
        let since = Instant::now();
        let view = effects.view_changed.then(|| Box::new(live.snapshot()));
        let Effects {
            writes,
            publications,
            to_dj,
            ..
        } = effects;
        let cell = self.clone();
        (writes, move |committed: Committed| {
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
}

fn answer(id: Option<ActionId>, settled: Result<(), Refusal>) -> ToDancer {
    match (settled, id) {
        (Ok(()), Some(id)) => ToDancer::Ack { id },
        (Ok(()), None) => Refusal::internal().to_dancer(None),
        (Err(refusal), id) => refusal.to_dancer(id),
    }
}
