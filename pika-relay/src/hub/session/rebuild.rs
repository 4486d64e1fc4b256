//! Where a live session comes from: a registration, or the database after a restart.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use pika_protocol::{ActionId, DeviceId, Epoch, SessionCode, SessionId, UnixMs, feedback::PlayCounts};

use super::{
    clock::SessionClock,
    state::{Ballot, DjPresence, Floor, LiveSession, PlayState, PollState, Publication},
};
use crate::{
    base::Moment,
    config::Limits,
    rate_limit::Bucket,
    store::{
        Write,
        models::{LoadedSession, OptionVotes, OwnerId, PlayRow, PollRow, SessionRow, StoredVote},
    },
};

/// What a new session is made of; the texts are checked already. Has no `Debug`: a PIN is a secret.
#[derive(Clone)]
pub struct NewSession {
    /// Id of the REGISTER_SESSION.
    pub action: ActionId,
    /// The account.
    pub owner: OwnerId,
    /// The DJ's name.
    pub dj_name: String,
    /// The session's name.
    pub name: String,
    /// Whether it is listed.
    pub listed: bool,
    /// Its PIN.
    pub pin: Option<String>,
    /// The installation that publishes.
    pub device_id: DeviceId,
    /// Its computer's name.
    pub device_name: Option<String>,
}

impl NewSession {
    /// The first row of the session.
    pub fn row(&self, code: SessionCode, now: Moment) -> SessionRow {
        SessionRow {
            id: SessionId::random(),
            code,
            owner: self.owner,
            dj_name: self.dj_name.clone(),
            name: self.name.clone(),
            listed: self.listed,
            pin: self.pin.clone(),
            device_id: self.device_id,
            device_name: self.device_name.clone(),
            register_action: self.action,
            started_at: now.at,
            ended_at: None,
            end_reason: None,
            epoch: Epoch::random(),
            last_offset: 0,
            dj_online: true,
            last_activity_at: now.at,
            playing: None,
            peak_listeners: 0,
        }
    }
}

impl LiveSession {
    /// A session that begins now.
    pub fn new(row: SessionRow, limits: Arc<Limits>, now: Moment) -> Self {
        Self {
            row,
            clock: SessionClock::start(now),
            limits,
            plays: Vec::new(),
            polls: Vec::new(),
            announcement: None,
            announcement_ids: HashSet::new(),
            thanks: 0,
            admitted: HashSet::new(),
            dj_actions: HashSet::new(),
            dj: DjPresence {
                connected: false,
                seen_at: now,
            },
            dj_bucket: Bucket::default(),
            announcement_bucket: Bucket::default(),
            dancer_buckets: HashMap::new(),
            floor: Floor::default(),
            sampled: None,
        }
    }

    /// A session from the database, the log that is kept of it, and what is to be written first: when the last
    /// offset cannot be proven by the log, a new epoch begins.
    pub fn rebuild(
        loaded: LoadedSession,
        limits: Arc<Limits>,
        now: Moment,
    ) -> (Self, Vec<Publication>, Vec<Write>) {
        let mut counts: HashMap<_, _> = loaded.counts.into_iter().map(|c| (c.play_id, c)).collect();
        let mut session = Self::new(loaded.row, limits, now);
        let with_counts = |row: PlayRow| PlayState {
            counts: counts.remove(&row.id).unwrap_or(PlayCounts {
                play_id: row.id,
                likes: 0,
                faster: 0,
                perfect: 0,
                slower: 0,
            }),
            row,
            changed_at: UnixMs(0),
        };
        session.plays = loaded.plays.into_iter().map(with_counts).collect();
        session.plays.sort_by_key(|play| play.row.started_at);
        session.polls = polls(loaded.polls, &loaded.votes, &loaded.open_poll_votes);
        session.announcement = loaded.announcement;
        session.clock = SessionClock::go_on(
            session.row.started_at,
            session.latest(),
            session.limits.session_idle,
            now,
        );
        let now = session.moment(now);
        session.dj.seen_at = now;
        session.announcement = session
            .announcement
            .filter(|a| a.ends_at.is_none_or(|at| at > now.at));
        session.announcement_ids = loaded.announcement_ids.into_iter().collect();
        session.thanks = loaded.thanks;
        session.admitted = loaded.admitted.into_iter().collect();
        session.dj_actions = loaded.dj_actions.into_iter().collect();

        let log: Vec<Publication> = loaded.log.into_iter().map(Publication::from).collect();
        if is_proven(&log, session.row.last_offset) {
            return (session, log, Vec::new());
        }
        session.row.epoch = Epoch::random();
        session.row.last_offset = 0;
        let session_id = session.row.id;
        let writes = vec![
            Write::ClearLog { session_id },
            Write::SaveSession(Box::new(session.row.clone())),
        ];
        (session, Vec::new(), writes)
    }
}

impl LiveSession {
    /// The latest moment that is known of a session.
    fn latest(&self) -> UnixMs {
        let plays = self
            .plays
            .iter()
            .map(|play| play.row.stopped_at.unwrap_or(play.row.started_at));
        let polls = self
            .polls
            .iter()
            .map(|poll| poll.row.closed_at.unwrap_or(poll.row.opened_at));
        let announced = self.announcement.iter().map(|announcement| announcement.at);
        let activity = self.row.last_activity_at.max(self.row.started_at);
        plays.chain(polls).chain(announced).fold(activity, UnixMs::max)
    }
}

/// Polls with their votes, by opening, the open one last; of the open one every ballot.
fn polls(rows: Vec<PollRow>, votes: &[OptionVotes], ballots: &[StoredVote]) -> Vec<PollState> {
    let mut polls: Vec<_> = rows
        .into_iter()
        .map(|row| PollState {
            votes: vec![0; row.options.len()],
            row,
            ballots: HashMap::new(),
        })
        .collect();
    polls.sort_by_key(|poll| (poll.row.closed_at.is_none(), poll.row.opened_at));
    for stored in votes {
        let poll = polls.iter_mut().find(|poll| poll.row.id == stored.poll_id);
        if let Some(votes) = poll.and_then(|poll| poll.votes.get_mut(usize::from(stored.option))) {
            *votes = stored.votes;
        }
    }
    if let Some(poll) = polls.last_mut().filter(|poll| poll.is_open()) {
        let ballot = |vote: &StoredVote| Ballot {
            choice: vote.choice,
            counter: vote.counter,
        };
        poll.ballots = ballots.iter().map(|vote| (vote.dancer, ballot(vote))).collect();
    }
    polls
}

/// Whether the log ends where the session says, without gaps.
fn is_proven(log: &[Publication], last_offset: u64) -> bool {
    let ends_right = log.last().map_or(0, |last| last.offset) == last_offset;
    ends_right && log.windows(2).all(|pair| pair[0].offset + 1 == pair[1].offset)
}
