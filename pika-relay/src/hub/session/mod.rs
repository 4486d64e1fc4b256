//! A live session as a state machine: messages and times in, effects out. No IO, no clock, no lock.
//!
//! The DJ's messages change the state at once; what they publish is sent once their writes are committed.
//! A dancer's answer is decided by the database, which knows every answer that was ever stored; the state only
//! counts what was decided. Votes in the open poll are the exception: its final result stands in the log.

mod announcements;
mod dj;
mod floor;
mod lifecycle;
mod plays;
mod polls;
mod rebuild;
#[cfg(test)]
mod tests;
mod view;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

pub use floor::{Counts, Judged};
use pika_protocol::{ActionId, AnnouncementId, PlayId, ToDancer, UnixMs, feedback::PlayCounts};
use polls::PollState;
pub use rebuild::Registration;

use crate::{
    auth::DancerKey,
    base::Moment,
    config::Limits,
    rate_limit::Bucket,
    store::{
        Write,
        models::{AnnouncementRow, LogEntry, PlayRow, SessionRow},
    },
};

/// Plays of one session at most: a day of one a minute, three times over.
const PLAYS_MAX: usize = 5_000;
/// Polls of one session at most.
const POLLS_MAX: usize = 1_000;

/// One session and all its rules.
#[derive(Debug)]
pub struct LiveSession {
    row: SessionRow,
    limits: Arc<Limits>,
    /// By start; removed ones too.
    plays: Vec<PlayState>,
    /// By opening; at most the last one is open.
    polls: Vec<PollState>,
    announcement: Option<AnnouncementRow>,
    announcement_ids: HashSet<AnnouncementId>,
    thanks: u32,
    admitted: HashSet<DancerKey>,
    /// Bounded by the DJ's rate limit and the session's age.
    dj_actions: HashSet<ActionId>,
    dj: DjPresence,
    dj_bucket: Bucket,
    announcement_bucket: Bucket,
    dancer_buckets: HashMap<DancerKey, Bucket>,
    floor: floor::Floor,
    /// When the number of dancers was last stored.
    sampled: Option<(UnixMs, u32)>,
}

/// A play and how the floor answered it.
#[derive(Clone, Debug)]
struct PlayState {
    row: PlayRow,
    counts: PlayCounts,
    /// When its counts last changed.
    changed_at: UnixMs,
}

/// Whether somebody publishes.
#[derive(Clone, Copy, Debug)]
struct DjPresence {
    /// A WebSocket is open.
    connected: bool,
    /// When the last message came, by whichever way.
    seen_at: UnixMs,
}

/// What follows from a message: to be stored, then published.
#[derive(Debug, Default, PartialEq)]
pub struct Effects {
    /// To be committed in one transaction, in order.
    pub writes: Vec<Write>,
    /// To be sent to every dancer once they are.
    pub publications: Vec<Publication>,
    /// To be sent to the DJ once they are.
    pub to_dj: Vec<pika_protocol::ToDj>,
    /// Whether what newcomers see has changed.
    pub view_changed: bool,
}

/// A state message: its number and its JSON text, encoded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its number in the log.
    pub offset: u64,
    /// Its JSON text.
    pub json: Arc<str>,
}

impl LiveSession {
    /// The row as it stands.
    pub fn row(&self) -> &SessionRow {
        &self.row
    }

    /// Whether the session is over.
    pub fn is_ended(&self) -> bool {
        self.row.ended_at.is_some()
    }

    /// Numbers a message, writes it into the log and publishes it.
    fn publish(&mut self, effects: &mut Effects, message: impl FnOnce(u64) -> ToDancer) {
        self.row.last_offset += 1;
        let offset = self.row.last_offset;
        let body = serde_json::to_string(&message(offset)).expect("messages have string keys only");
        effects.publications.push(Publication {
            offset,
            json: body.as_str().into(),
        });
        effects.writes.push(Write::Log {
            session_id: self.row.id,
            offset,
            body,
            keep: u64::from(self.limits.resume_messages),
        });
        effects.view_changed = true;
    }

    /// Writes the row as it stands: last of the effects, so that it holds the last offset.
    fn save(&self, effects: &mut Effects) {
        effects
            .writes
            .push(Write::SaveSession(Box::new(self.row.clone())));
    }

    fn play(&self, id: PlayId) -> Option<&PlayState> {
        self.plays.iter().rev().find(|play| play.row.id == id)
    }

    fn play_mut(&mut self, id: PlayId) -> Option<&mut PlayState> {
        self.plays.iter_mut().rev().find(|play| play.row.id == id)
    }

    fn put_play(&self, effects: &mut Effects, id: PlayId) {
        if let Some(play) = self.play(id) {
            let play = Box::new(play.row.clone());
            effects.writes.push(Write::PutPlay {
                session_id: self.row.id,
                play,
            });
        }
    }

    /// A moment from outside, within the session and not in the future.
    fn clamp(&self, at: UnixMs, now: Moment) -> UnixMs {
        at.clamp(self.row.started_at, now.at.max(self.row.started_at))
    }
}

impl From<LogEntry> for Publication {
    fn from(entry: LogEntry) -> Self {
        Self {
            offset: entry.offset,
            json: entry.body.into(),
        }
    }
}
