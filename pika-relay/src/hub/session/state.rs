//! What a live session is made of, and what all its rules do: number and publish a message, keep a row.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use pika_protocol::{ActionId, AnnouncementId, PlayId, ToDancer, UnixMs, feedback::PlayCounts};

use super::clock::SessionClock;
use crate::{
    auth::DancerKey,
    base::Moment,
    config::Limits,
    rate_limit::Bucket,
    store::{
        Write,
        models::{AnnouncementRow, LogEntry, PlayRow, PollRow, SessionRow},
    },
};

/// Plays of one session at most: a day of one a minute, three times over.
pub(super) const PLAYS_MAX: usize = 5_000;
/// Polls of one session at most.
pub(super) const POLLS_MAX: usize = 1_000;

/// One session and all its rules.
#[derive(Debug)]
pub struct LiveSession {
    pub(super) row: SessionRow,
    pub(super) clock: SessionClock,
    pub(super) limits: Arc<Limits>,
    /// By start; removed ones too.
    pub(super) plays: Vec<PlayState>,
    /// By opening; at most the last one is open.
    pub(super) polls: Vec<PollState>,
    pub(super) announcement: Option<AnnouncementRow>,
    pub(super) announcement_ids: HashSet<AnnouncementId>,
    pub(super) thanks: u32,
    pub(super) admitted: HashSet<DancerKey>,
    /// Bounded by the DJ's rate limit and the session's age.
    pub(super) dj_actions: HashSet<ActionId>,
    pub(super) dj: DjPresence,
    pub(super) dj_bucket: Bucket,
    pub(super) announcement_bucket: Bucket,
    pub(super) dancer_buckets: HashMap<DancerKey, Bucket>,
    pub(super) floor: Floor,
    /// When the number of dancers was last stored.
    pub(super) sampled: Option<(UnixMs, u32)>,
}

/// A play and how the floor answered it.
#[derive(Clone, Debug)]
pub(super) struct PlayState {
    pub(super) row: PlayRow,
    pub(super) counts: PlayCounts,
    /// When its counts last changed.
    pub(super) changed_at: UnixMs,
}

/// Whether somebody publishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct DjPresence {
    /// A WebSocket is open.
    pub(super) connected: bool,
    /// When the last message came, by whichever way.
    pub(super) seen_at: Moment,
}

/// A poll and its votes.
#[derive(Clone, Debug)]
pub(super) struct PollState {
    pub(super) row: PollRow,
    /// Votes per option.
    pub(super) votes: Vec<u32>,
    /// While it is open: who chose what, and with which counter. Empty once it is closed.
    pub(super) ballots: HashMap<DancerKey, Ballot>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Ballot {
    pub(super) choice: Option<u8>,
    pub(super) counter: u64,
}

/// What has changed since the last COUNTS and FEEDBACK.
#[derive(Debug, Default)]
pub(super) struct Floor {
    pub(super) listeners: u32,
    pub(super) counts_changed: bool,
    pub(super) poll_changed: bool,
    pub(super) feedback: Feedback,
}

/// New answers since the last FEEDBACK.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(super) struct Feedback {
    pub(super) likes: u32,
    pub(super) faster: u32,
    pub(super) perfect: u32,
    pub(super) slower: u32,
    pub(super) thanks: u32,
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

    /// A moment of the process as this session counts it; messages of the session name times of this clock only.
    pub fn moment(&self, now: Moment) -> Moment {
        self.clock.moment(now)
    }

    /// Numbers a message, writes it into the log and publishes it.
    pub(super) fn publish(&mut self, effects: &mut Effects, message: impl FnOnce(u64) -> ToDancer) {
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
    pub(super) fn save(&self, effects: &mut Effects) {
        effects
            .writes
            .push(Write::SaveSession(Box::new(self.row.clone())));
    }

    pub(super) fn play(&self, id: PlayId) -> Option<&PlayState> {
        self.plays.iter().rev().find(|play| play.row.id == id)
    }

    pub(super) fn play_mut(&mut self, id: PlayId) -> Option<&mut PlayState> {
        self.plays.iter_mut().rev().find(|play| play.row.id == id)
    }

    pub(super) fn put_play(&self, effects: &mut Effects, id: PlayId) {
        if let Some(play) = self.play(id) {
            let play = Box::new(play.row.clone());
            effects.writes.push(Write::PutPlay {
                session_id: self.row.id,
                play,
            });
        }
    }

    /// A moment from outside, within the session and not in the future.
    pub(super) fn clamp(&self, at: UnixMs, now: Moment) -> UnixMs {
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
