//! Polls: timed, until the song ends or until closed; extended, closed early, cancelled. One at a time.

use std::{collections::HashMap, time::Duration};

use pika_protocol::{
    ErrorCode, PollId, ToDancer, ToDj, UnixMs,
    feedback::{Poll, PollCloses},
    limits,
};

use super::state::{Effects, LiveSession, POLLS_MAX, PollState};
use crate::{
    base::{Moment, Refusal},
    store::{Write, models::PollRow},
};

impl PollState {
    pub(super) fn is_open(&self) -> bool {
        self.row.closed_at.is_none()
    }

    pub(super) fn on_the_wire(&self) -> Poll {
        Poll {
            poll_id: self.row.id,
            question: self.row.question.clone(),
            options: self.row.options.clone(),
            closes: self.row.closes,
            opened_at: self.row.opened_at,
            closes_at: self.row.closes_at,
            votes: self.votes.clone(),
        }
    }

    pub(super) fn results_for_dj(&self) -> ToDj {
        ToDj::PollResults {
            poll_id: self.row.id,
            votes: self.votes.clone(),
            open: self.is_open(),
            closes_at: self.row.closes_at,
        }
    }
}

impl LiveSession {
    pub(super) fn open_poll(&self) -> Option<&PollState> {
        self.polls.last().filter(|poll| poll.is_open())
    }

    /// When a poll that begins now is to close; none where no time is set.
    fn poll_end(&self, closes: PollCloses, now: Moment) -> Result<Option<UnixMs>, Refusal> {
        match closes {
            PollCloses::After { seconds } => {
                self.check_poll_time(seconds)?;
                Ok(Some(now.at.plus_secs(seconds)))
            }
            PollCloses::SongEnd if self.row.playing.is_none() => Err(Refusal::invalid(
                "nothing is playing, so no song can end this poll",
            )),
            PollCloses::Manual | PollCloses::SongEnd => Ok(None),
        }
    }

    pub(super) fn start_poll(
        &mut self,
        id: PollId,
        question: &str,
        options: &[String],
        closes: PollCloses,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        if self.polls.iter().any(|poll| poll.row.id == id) {
            return Err(Refusal::invalid("this poll id was used before"));
        }
        if self.open_poll().is_some() {
            return Err(Refusal::new(
                ErrorCode::PollOpen,
                "another poll is open: close or cancel it first",
            ));
        }
        if self.polls.len() >= POLLS_MAX {
            return Err(Refusal::new(
                ErrorCode::Full,
                "this session has had too many polls",
            ));
        }
        let question = text(question, self.limits.poll_question_chars, "question")?;
        let most = usize::try_from(self.limits.poll_options).unwrap_or(usize::MAX);
        if !(*limits::POLL_OPTIONS.start()..=most).contains(&options.len()) {
            return Err(Refusal::invalid(format!("a poll has 2 to {most} options")));
        }
        let options: Vec<String> = options
            .iter()
            .map(|option| text(option, self.limits.poll_option_chars, "option"))
            .collect::<Result<_, _>>()?;
        let closes_at = self.poll_end(closes, now)?;
        let votes = vec![0; options.len()];
        let row = PollRow {
            id,
            question,
            options,
            closes,
            opened_at: now.at,
            closes_at,
            closed_at: None,
            cancelled: false,
        };
        self.polls.push(PollState {
            row,
            votes,
            ballots: HashMap::new(),
        });
        let mut effects = Effects::default();
        self.publish_poll(&mut effects);
        Ok(effects)
    }

    pub(super) fn extend_poll(&mut self, id: PollId, seconds: u32, now: Moment) -> Result<Effects, Refusal> {
        let longest = self.limits.poll_longest;
        self.check_poll_id(id)?;
        if seconds == 0 || Duration::from_secs(u64::from(seconds)) > longest {
            return Err(Refusal::invalid(format!(
                "a poll lasts at most {} s",
                longest.as_secs()
            )));
        }
        let Some(poll) = self
            .polls
            .last_mut()
            .filter(|poll| poll.row.id == id && poll.is_open())
        else {
            return Err(poll_closed());
        };
        let latest = now
            .at
            .plus_ms(i64::try_from(longest.as_millis()).unwrap_or(i64::MAX));
        let closes_at = poll
            .row
            .closes_at
            .unwrap_or(now.at)
            .max(now.at)
            .plus_secs(seconds)
            .min(latest);
        poll.row.closes_at = Some(closes_at);
        let total = closes_at.since_ms(poll.row.opened_at) / 1000;
        poll.row.closes = PollCloses::After {
            seconds: u32::try_from(total).unwrap_or(u32::MAX),
        };
        let mut effects = Effects::default();
        self.publish_poll(&mut effects);
        Ok(effects)
    }

    pub(super) fn end_poll(&mut self, id: PollId, now: Moment) -> Result<Effects, Refusal> {
        self.check_poll_id(id)?;
        let mut effects = Effects::default();
        // One that its time closed a moment ago is as good as closed now.
        if self.open_poll().is_some_and(|poll| poll.row.id == id) {
            self.close_poll(&mut effects, now, false);
        }
        Ok(effects)
    }

    pub(super) fn cancel_poll(&mut self, id: PollId, now: Moment) -> Result<Effects, Refusal> {
        self.check_poll_id(id)?;
        if self.open_poll().is_none_or(|poll| poll.row.id != id) {
            return Err(poll_closed());
        }
        let mut effects = Effects::default();
        self.close_poll(&mut effects, now, true);
        Ok(effects)
    }

    /// Closes the poll whose time has come.
    pub(super) fn close_due_poll(&mut self, effects: &mut Effects, now: Moment) {
        if self
            .open_poll()
            .and_then(|poll| poll.row.closes_at)
            .is_some_and(|at| at <= now.at)
        {
            self.close_poll(effects, now, false);
        }
    }

    /// Closes the poll that was to last as long as the song.
    pub(super) fn close_poll_of_song(&mut self, effects: &mut Effects, now: Moment) {
        if self
            .open_poll()
            .is_some_and(|poll| poll.row.closes == PollCloses::SongEnd)
        {
            self.close_poll(effects, now, false);
        }
    }

    /// Closes the open poll, if there is one.
    pub(super) fn close_poll(&mut self, effects: &mut Effects, now: Moment, cancelled: bool) {
        let session_id = self.row.id;
        let Some(poll) = self.polls.last_mut().filter(|poll| poll.is_open()) else {
            return;
        };
        poll.row.closed_at = Some(now.at);
        poll.row.cancelled = cancelled;
        poll.ballots = HashMap::new();
        let (poll_id, votes) = (poll.row.id, poll.votes.clone());
        effects.to_dj.push(poll.results_for_dj());
        effects.writes.push(Write::PutPoll {
            session_id,
            poll: Box::new(poll.row.clone()),
        });
        self.floor.poll_changed = false;
        self.publish(effects, |offset| ToDancer::PollEnded {
            offset,
            poll_id,
            votes,
            cancelled,
        });
    }

    fn publish_poll(&mut self, effects: &mut Effects) {
        let Some(poll) = self.polls.last() else { return };
        let on_the_wire = poll.on_the_wire();
        effects.to_dj.push(poll.results_for_dj());
        let row = Box::new(poll.row.clone());
        effects.writes.push(Write::PutPoll {
            session_id: self.row.id,
            poll: row,
        });
        self.publish(effects, |offset| ToDancer::PollStarted {
            offset,
            poll: on_the_wire,
        });
    }

    fn check_poll_id(&self, id: PollId) -> Result<(), Refusal> {
        let known = self.polls.iter().any(|poll| poll.row.id == id);
        known
            .then_some(())
            .ok_or_else(|| Refusal::new(ErrorCode::UnknownPoll, "no such poll in this session"))
    }

    fn check_poll_time(&self, seconds: u32) -> Result<(), Refusal> {
        let (shortest, longest) = (self.limits.poll_shortest, self.limits.poll_longest);
        if (shortest..=longest).contains(&Duration::from_secs(u64::from(seconds))) {
            return Ok(());
        }
        Err(Refusal::invalid(format!(
            "a poll lasts {} to {} s",
            shortest.as_secs(),
            longest.as_secs()
        )))
    }
}

pub(super) fn poll_closed() -> Refusal {
    Refusal::new(ErrorCode::PollClosed, "the poll is over")
}

/// A text of 1 to `longest` characters, cleaned.
pub(super) fn text(text: &str, longest: u32, what: &str) -> Result<String, Refusal> {
    let text = limits::clean_text(text);
    if text.is_empty() {
        return Err(Refusal::invalid(format!("{what} is empty")));
    }
    if text.chars().count() > usize::try_from(longest).unwrap_or(usize::MAX) {
        return Err(Refusal::invalid(format!(
            "{what} has more than {longest} characters"
        )));
    }
    Ok(text)
}
