//! How the floor answers: who is there, likes, votes, polls, what stands on the screens.

use pika_protocol::{
    PollId,
    feedback::{Announcement, PlayCounts, Poll},
};

use super::{Effect, Machine, times::minute};
use crate::live::{
    PlayAnswers,
    clock::Now,
    state::{LiveAnnouncement, LivePoll},
    store::{Keep, SavedCrowd},
    wire,
};

/// Options of a poll that are shown; a relay's own limit is below.
const MOST_OPTIONS: usize = 100;
/// Minutes of likes that are shown.
const LIKE_MINUTES: usize = 20;

impl Machine {
    pub(super) fn set_crowd(&mut self, listeners: u32, thanks: u32, now: Now) {
        let crowd = &mut self.view.crowd;
        crowd.listeners = listeners;
        crowd.peak = crowd.peak.max(listeners);
        crowd.thanks = thanks;
        crowd.updated_at_ms = now.wall_ms;
        self.pass_minutes(now);
    }

    /// No relay would tell it again after a crash.
    pub(super) fn keep_crowd(&mut self, now: Now) {
        let crowd = &self.view.crowd;
        if crowd.peak > 0 || crowd.likes_by_minute.iter().any(|likes| *likes > 0) {
            let kept = SavedCrowd {
                peak: crowd.peak,
                likes_by_minute: crowd.likes_by_minute.clone(),
                at_ms: now.wall_ms,
            };
            self.keep(Keep::Crowd(Box::new(kept)));
        }
    }

    /// Goes on with what was kept, the minutes moved on to now.
    pub(super) fn restore_crowd(&mut self, kept: SavedCrowd, now: Now) {
        let crowd = &mut self.view.crowd;
        crowd.peak = kept.peak;
        let minutes = kept.likes_by_minute;
        let newest = minutes.len().saturating_sub(LIKE_MINUTES);
        crowd.likes_by_minute = minutes[newest..].to_vec();
        self.like_minute = minute(now).saturating_sub(now.wall_ms.saturating_sub(kept.at_ms).max(0) / 60_000);
        self.pass_minutes(now);
    }

    /// The same where dancers were seen before it could be read.
    pub(super) fn join_crowd(&mut self, kept: SavedCrowd, now: Now) {
        self.pass_minutes(now);
        let seen = self.view.crowd.clone();
        self.restore_crowd(kept, now);
        let crowd = &mut self.view.crowd;
        crowd.peak = crowd.peak.max(seen.peak);
        let (minutes, more) = (&mut crowd.likes_by_minute, seen.likes_by_minute);
        let missing = more.len().saturating_sub(minutes.len());
        minutes.splice(0..0, std::iter::repeat_n(0, missing));
        for (likes, more) in minutes.iter_mut().rev().zip(more.iter().rev()) {
            *likes = likes.saturating_add(*more);
        }
        self.keep_crowd(now);
    }

    pub(super) fn set_counts(&mut self, counts: &PlayCounts) {
        let answers = PlayAnswers {
            play_id: counts.play_id.0,
            likes: counts.likes,
            faster: counts.faster,
            perfect: counts.perfect,
            slower: counts.slower,
        };
        if let Some(play) = self
            .view
            .plays
            .iter_mut()
            .find(|play| play.play_id == answers.play_id)
        {
            let is_news = (play.likes, play.faster, play.perfect, play.slower)
                != (answers.likes, answers.faster, answers.perfect, answers.slower);
            (play.likes, play.faster, play.perfect, play.slower) =
                (answers.likes, answers.faster, answers.perfect, answers.slower);
            if is_news {
                self.answers.insert(answers.play_id, answers);
            }
        }
    }

    /// So many likes came since the last word.
    pub(super) fn liked(&mut self, likes: u32, now: Now) {
        self.pass_minutes(now);
        if let Some(last) = self.view.crowd.likes_by_minute.last_mut() {
            *last = last.saturating_add(likes);
        }
        self.changed();
    }

    /// The open poll has other votes, another end, or is closed. Any other poll is of before.
    pub(super) fn poll_went_on(
        &mut self,
        id: PollId,
        votes: Vec<u32>,
        open: bool,
        closes_at_ms: Option<i64>,
    ) {
        let Some(poll) = self.view.poll.as_mut().filter(|poll| poll.id == id) else {
            return;
        };
        let options = poll.options.len();
        poll.votes = votes;
        poll.votes.resize(options, 0);
        if closes_at_ms.is_some() {
            poll.closes_at_ms = closes_at_ms;
        }
        if !open {
            self.view.last_poll = self.view.poll.take();
            self.changed_now();
        }
        self.changed();
    }

    /// Hands the latest numbers to the logbook.
    pub(super) fn flush_answers(&mut self) {
        let session_id = self.session.as_ref().and_then(|session| session.session_id);
        if let Some(session_id) = session_id.filter(|_| !self.answers.is_empty()) {
            let answers = self.answers.drain().map(|(_, answers)| answers).collect();
            self.effects.push(Effect::Answers(session_id, answers));
        }
    }

    /// Moves the minutes of likes on to now.
    pub(super) fn pass_minutes(&mut self, now: Now) {
        let minute = minute(now);
        let minutes = &mut self.view.crowd.likes_by_minute;
        let passed = usize::try_from(minute.saturating_sub(self.like_minute)).unwrap_or(0);
        self.like_minute = minute;
        if minutes.is_empty() {
            minutes.push(0);
        }
        if passed == 0 {
            return;
        }
        minutes.extend(std::iter::repeat_n(0, passed.min(LIKE_MINUTES)));
        let over = minutes.len().saturating_sub(LIKE_MINUTES);
        minutes.drain(..over);
        self.changed();
    }

    pub(super) fn expire_announcement(&mut self, now: Now) {
        let ends_at_ms = self.view.announcement.as_ref().and_then(|it| it.ends_at_ms);
        if ends_at_ms.is_some_and(|at| now.wall_ms >= at) {
            self.view.announcement = None;
            self.changed_now();
        }
    }

    pub(super) fn shown_poll(&self, poll: Poll) -> LivePoll {
        let options = poll.options.iter().take(MOST_OPTIONS).map(|it| wire::shown(it));
        let options: Vec<String> = options.collect();
        let mut votes = poll.votes;
        // One for each, whatever the relay says.
        votes.resize(options.len(), 0);
        LivePoll {
            id: poll.poll_id,
            question: wire::shown(&poll.question),
            options,
            votes,
            closes: poll.closes,
            opened_at_ms: self.local(poll.opened_at),
            closes_at_ms: poll.closes_at.map(|at| self.local(at)),
        }
    }

    pub(super) fn shown_announcement(&self, it: &Announcement) -> LiveAnnouncement {
        LiveAnnouncement {
            id: it.announcement_id,
            text: wire::shown(&it.text),
            ends_at_ms: it.ends_at.map(|at| self.local(at)),
        }
    }
}
