//! What dancers do: come in, like, vote, thank; and the numbers that follow.

use pika_protocol::{
    DancerMessage, ErrorCode, PollId, ToDancer, ToDj,
    feedback::{PlayCounts, PlayLikes},
};
use subtle::ConstantTimeEq;

use super::{
    plays,
    polls::poll_closed,
    state::{Ballot, Feedback, LiveSession},
};
use crate::{
    auth::DancerKey,
    base::{Moment, Refusal},
    store::{Answer, Outcome, Said, TempoWish, Write},
};

/// COUNTS keep naming a play so long after its last change: longer than any peer may lag behind.
const RECENT_MS: i64 = 30_000;
/// Dancers' buckets are looked through for full ones beyond so many.
const BUCKETS_KEPT: usize = 4_096;

/// Numbers to be sent: absolute ones, so that the latest wins.
#[derive(Debug, Default, PartialEq)]
pub struct Counts {
    /// To every dancer.
    pub to_dancers: Vec<ToDancer>,
    /// To the DJ.
    pub to_dj: Vec<ToDj>,
}

/// What is to be done with a dancer's action.
#[derive(Debug, PartialEq)]
pub enum Judged {
    /// Let the database decide.
    Store(Answer),
    /// A repeat of what is known: ACK after what was queued before.
    Repeat,
    /// Answer PONG.
    Pong,
}

impl LiveSession {
    /// Whether a dancer may come in with this PIN. A dancer who was let in once stays in.
    pub fn admits(&self, dancer: DancerKey, pin: Option<&str>) -> Result<(), Refusal> {
        let Some(wanted) = self
            .row
            .pin
            .as_deref()
            .filter(|_| !self.admitted.contains(&dancer))
        else {
            return Ok(());
        };
        match pin {
            None => Err(Refusal::new(
                ErrorCode::PinRequired,
                "this session asks for a PIN",
            )),
            Some(pin) if bool::from(pin.as_bytes().ct_eq(wanted.as_bytes())) => Ok(()),
            Some(_) => Err(Refusal::new(ErrorCode::PinWrong, "the PIN is wrong")),
        }
    }

    /// Whether this dancer was let in before.
    pub fn is_admitted(&self, dancer: DancerKey) -> bool {
        self.admitted.contains(&dancer)
    }

    /// Remembers a dancer who was let in.
    pub fn admit(&mut self, dancer: DancerKey, now: Moment) -> Option<Write> {
        let now = self.moment(now);
        let is_new = self.admitted.insert(dancer);
        is_new.then_some(Write::Admit {
            session_id: self.row.id,
            dancer,
            at: now.at,
        })
    }

    /// One action of a dancer. Votes change the count at once, all else when [`Self::settle`] says so.
    pub fn judge(
        &mut self,
        dancer: DancerKey,
        message: &DancerMessage,
        now: Moment,
    ) -> Result<Judged, Refusal> {
        let now = self.moment(now);
        if let DancerMessage::Ping {} = message {
            return Ok(Judged::Pong);
        }
        let Some((said, counter)) = said_in(message) else {
            return Err(Refusal::invalid("you are in already"));
        };
        // The database holds counters as signed numbers.
        if i64::try_from(counter).is_err() {
            return Err(Refusal::invalid("the counter is too great"));
        }
        let rate = self.limits.dancer_actions;
        self.bucket(dancer, now)
            .take(rate, now.steady)
            .map_err(|wait| Refusal::wait(ErrorCode::RateLimited, "too many at once, wait a moment", wait))?;
        let open = match said {
            Said::Like { play_id, .. } | Said::Tempo { play_id, .. } => {
                let play = self.play(play_id).ok_or_else(plays::unknown_play)?;
                !play.row.removed && !self.is_ended()
            }
            Said::Vote { poll_id, option } => match self.count_vote(poll_id, dancer, option, counter)? {
                Voted::Repeat => return Ok(Judged::Repeat),
                Voted::Counted => true,
                Voted::Closed => false,
            },
            Said::Thank { .. } => !self.is_ended(),
        };
        Ok(Judged::Store(Answer {
            session_id: self.row.id,
            said,
            dancer,
            counter,
            at: now.at,
            open,
        }))
    }

    /// Counts what the database decided about an answer.
    pub fn settle(&mut self, answer: &Answer, outcome: Outcome, now: Moment) -> Result<(), Refusal> {
        let now = self.moment(now);
        match outcome {
            Outcome::Changed { before, after } if before != after => {
                self.count(before, after, now);
                Ok(())
            }
            Outcome::Refused => Err(match answer.said {
                Said::Vote { .. } => poll_closed(),
                _ if self.is_ended() => Refusal::new(ErrorCode::SessionEnded, "the session is over"),
                _ => plays::unknown_play(),
            }),
            Outcome::Done | Outcome::Changed { .. } | Outcome::Unchanged => Ok(()),
            Outcome::Conflict(_) => Err(Refusal::internal()),
        }
    }

    /// Numbers that changed since they were last asked for.
    pub fn take_counts(&mut self, now: Moment) -> Counts {
        let mut counts = Counts::default();
        if std::mem::take(&mut self.floor.counts_changed) {
            let (to_dancers, to_dj) = self.counts(now);
            counts.to_dancers.push(to_dancers);
            counts.to_dj.push(to_dj);
        }
        if std::mem::take(&mut self.floor.poll_changed)
            && let Some(poll) = self.open_poll()
        {
            let (poll_id, votes) = (poll.row.id, poll.votes.clone());
            counts.to_dj.push(poll.results_for_dj());
            counts.to_dancers.push(ToDancer::PollResults { poll_id, votes });
        }
        // A DJ without WebSocket fetches it.
        if self.dj.connected {
            counts.to_dj.extend(self.take_feedback());
        }
        counts
    }

    /// The numbers as they are, changed or not: for one who asks.
    pub fn counts(&self, now: Moment) -> (ToDancer, ToDj) {
        let now = self.moment(now);
        let recent: Vec<PlayCounts> = self
            .plays
            .iter()
            .filter(|play| !play.row.removed)
            .filter(|play| {
                self.row.playing == Some(play.row.id) || now.at.since_ms(play.changed_at) < RECENT_MS
            })
            .map(|play| play.counts)
            .collect();
        let plays = recent
            .iter()
            .map(|c| PlayLikes {
                play_id: c.play_id,
                likes: c.likes,
            })
            .collect();
        let listeners = self.floor.listeners;
        (
            ToDancer::Counts { listeners, plays },
            ToDj::Counts {
                listeners,
                thanks: self.thanks,
                plays: recent,
            },
        )
    }

    /// What came in since the last call.
    pub(crate) fn take_feedback(&mut self) -> Option<ToDj> {
        let Feedback {
            likes,
            faster,
            perfect,
            slower,
            thanks,
        } = std::mem::take(&mut self.floor.feedback);
        let play_id = self.row.playing;
        (likes + faster + perfect + slower + thanks > 0).then_some(ToDj::Feedback {
            play_id,
            likes,
            faster,
            perfect,
            slower,
            thanks,
        })
    }

    /// How many dancers are connected.
    pub fn set_listeners(&mut self, listeners: u32) {
        if self.floor.listeners != listeners {
            self.floor.listeners = listeners;
            self.floor.counts_changed = true;
            // Saved with the row's next change, at the latest with the end.
            self.row.peak_listeners = self.row.peak_listeners.max(listeners);
        }
    }

    fn count(&mut self, before: Said, after: Said, now: Moment) {
        self.floor.counts_changed = true;
        let feedback = &mut self.floor.feedback;
        let play_id = match after {
            Said::Thank { .. } => {
                self.thanks = self.thanks.saturating_add(1);
                feedback.thanks += 1;
                return;
            }
            // Counted when it was judged.
            Said::Vote { .. } => return,
            Said::Like { play_id, .. } | Said::Tempo { play_id, .. } => play_id,
        };
        let Some(play) = self.plays.iter_mut().rev().find(|play| play.row.id == play_id) else {
            return;
        };
        play.changed_at = now.at;
        let counts = &mut play.counts;
        if let Some((number, _)) = numbers_of(before, counts, feedback) {
            *number = number.saturating_sub(1);
        }
        if let Some((number, new)) = numbers_of(after, counts, feedback) {
            *number = number.saturating_add(1);
            *new += 1;
        }
    }

    fn count_vote(
        &mut self,
        poll_id: PollId,
        dancer: DancerKey,
        choice: Option<u8>,
        counter: u64,
    ) -> Result<Voted, Refusal> {
        let Some(poll) = self.polls.iter_mut().rev().find(|poll| poll.row.id == poll_id) else {
            return Err(Refusal::new(
                ErrorCode::UnknownPoll,
                "no such poll in this session",
            ));
        };
        if choice.is_some_and(|choice| usize::from(choice) >= poll.votes.len()) {
            return Err(Refusal::invalid("the poll has no such option"));
        }
        if !poll.is_open() {
            return Ok(Voted::Closed);
        }
        let before = poll.ballots.get(&dancer).copied();
        if before.is_some_and(|ballot| counter <= ballot.counter) {
            return Ok(Voted::Repeat);
        }
        poll.ballots.insert(dancer, Ballot { choice, counter });
        if let Some(votes) = before
            .and_then(|b| b.choice)
            .and_then(|c| poll.votes.get_mut(usize::from(c)))
        {
            *votes = votes.saturating_sub(1);
        }
        if let Some(votes) = choice.and_then(|c| poll.votes.get_mut(usize::from(c))) {
            *votes = votes.saturating_add(1);
        }
        self.floor.poll_changed = true;
        Ok(Voted::Counted)
    }

    fn bucket(&mut self, dancer: DancerKey, now: Moment) -> &mut crate::rate_limit::Bucket {
        if self.dancer_buckets.len() >= BUCKETS_KEPT && !self.dancer_buckets.contains_key(&dancer) {
            // A bucket that is full again need not be remembered.
            self.dancer_buckets
                .retain(|_, bucket| !bucket.is_full(now.steady));
        }
        self.dancer_buckets.entry(dancer).or_default()
    }
}

enum Voted {
    Counted,
    Repeat,
    Closed,
}

/// What an action says, and its counter; none of what is no answer.
fn said_in(message: &DancerMessage) -> Option<(Said, u64)> {
    Some(match *message {
        DancerMessage::Subscribe { .. } | DancerMessage::Ping {} => return None,
        DancerMessage::Like { counter, play_id, .. } => (
            Said::Like {
                play_id,
                is_given: true,
            },
            counter,
        ),
        DancerMessage::Unlike { counter, play_id, .. } => (
            Said::Like {
                play_id,
                is_given: false,
            },
            counter,
        ),
        DancerMessage::TempoVote {
            counter,
            play_id,
            vote,
            ..
        } => (
            Said::Tempo {
                play_id,
                wish: TempoWish::of(vote),
            },
            counter,
        ),
        DancerMessage::Vote {
            counter,
            poll_id,
            option,
            ..
        } => (
            Said::Vote {
                poll_id,
                option: Some(option),
            },
            counter,
        ),
        DancerMessage::Thank { counter, .. } => (Said::Thank { is_given: true }, counter),
    })
}

/// What an answer to a play counts in: the play's own number and that of the next FEEDBACK. None: it counts nothing.
fn numbers_of<'a>(
    said: Said,
    counts: &'a mut PlayCounts,
    feedback: &'a mut Feedback,
) -> Option<(&'a mut u32, &'a mut u32)> {
    match said {
        Said::Like { is_given: true, .. } => Some((&mut counts.likes, &mut feedback.likes)),
        Said::Tempo { wish, .. } => Some(match wish? {
            TempoWish::Faster => (&mut counts.faster, &mut feedback.faster),
            TempoWish::Perfect => (&mut counts.perfect, &mut feedback.perfect),
            TempoWish::Slower => (&mut counts.slower, &mut feedback.slower),
        }),
        Said::Like { is_given: false, .. } | Said::Vote { .. } | Said::Thank { .. } => None,
    }
}
