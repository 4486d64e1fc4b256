//! What dancers say, by themselves or when told to, and how it reaches the relay.

use std::time::{Duration, Instant};

use mio::Token;
use pika_protocol::{feedback::TempoChoice, rest::DancerBatch};

use super::{Crowd, Timer};
use crate::{
    dancer::{Presence, Say, Transport},
    link::Link,
    wire,
};

/// The most actions in one request.
const BATCH: usize = 100;
/// Before actions that could not be posted are posted again.
const POST_AGAIN: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
enum Kind {
    Like,
    Unlike,
    Vote,
    Tempo,
    Thank,
    Flap,
}

impl Crowd {
    /// Lets the crowd say what it says in such a time.
    pub(super) fn act_for(&mut self, passed: Duration) {
        if self.rates.is_silent() || self.dancers.is_empty() {
            return;
        }
        let rates = self.rates;
        for (kind, rate) in [
            (Kind::Like, rates.likes),
            (Kind::Unlike, rates.unlikes),
            (Kind::Vote, rates.votes),
            (Kind::Tempo, rates.tempo),
            (Kind::Thank, rates.thanks),
            (Kind::Flap, rates.flaps),
        ] {
            let wanted = rate * passed.as_secs_f64();
            let mut n = wanted as usize;
            n += usize::from(self.random.fraction() < wanted.fract());
            for _ in 0..n {
                let index = self.random.below(self.dancers.len());
                self.act(index, kind);
            }
        }
    }

    fn act(&mut self, index: usize, kind: Kind) {
        let dancer = &self.dancers[index];
        // Also without a connection: what is said then is sent later. But one who was never in has no page.
        if dancer.pass.is_none() {
            return;
        }
        let (song, poll) = (self.current_play(), self.polls.len().checked_sub(1));
        match (kind, song) {
            (Kind::Flap, _) if dancer.habits.flaps && dancer.presence == Presence::Here => self.lose(index),
            (Kind::Thank, _) if !dancer.thanked => self.say(index, Say::Thank),
            (Kind::Vote, _) => {
                if let Some(poll) = poll {
                    let option = self.random.below(2) as u8;
                    self.say(index, Say::Vote(poll as u32, option));
                }
            }
            (Kind::Like, Some(song)) if !dancer.likes(song) => self.say(index, Say::Like(song)),
            (Kind::Unlike, _) => {
                if let Some((song, true)) = dancer.likes.last().copied() {
                    self.say(index, Say::Unlike(song));
                }
            }
            (Kind::Tempo, Some(song)) => {
                let choices = [
                    TempoChoice::Faster,
                    TempoChoice::Perfect,
                    TempoChoice::Slower,
                    TempoChoice::Clear,
                ];
                let choice = choices[self.random.below(choices.len())];
                self.say(index, Say::Tempo(song, choice));
            }
            _ => {}
        }
    }

    pub(super) fn like_current(&mut self, index: usize) {
        if let Some(song) = self.current_play() {
            self.say(index, Say::Like(song));
        }
    }

    /// The last song that the relay has acknowledged.
    pub fn current_play(&self) -> Option<u32> {
        self.stats
            .plays
            .iter()
            .rposition(|play| play.is_acked)
            .map(|play| play as u32)
    }

    /// A dancer says something.
    pub fn say(&mut self, index: usize, say: Say) {
        self.dancers[index].say(say);
        self.n_waiting += 1;
        let lag = self.dancers[index].habits.lag;
        if lag.is_zero() {
            self.send_actions(index);
        } else {
            self.after(Instant::now(), lag, Timer::Send(index as u32));
        }
    }

    /// Sends what waits, if the dancer is connected.
    pub(super) fn send_actions(&mut self, index: usize) {
        let dancer = &mut self.dancers[index];
        if dancer.presence != Presence::Here || dancer.waiting.iter().all(|action| action.is_sent) {
            return;
        }
        if dancer.transport != Transport::Socket {
            return self.open_side(index);
        }
        let Some(mut link) = dancer.main.take() else {
            return;
        };
        let mut texts = Vec::new();
        for action in dancer.waiting.iter_mut().filter(|action| !action.is_sent) {
            action.is_sent = true;
            let message = action.message(
                |play| self.stats.plays[play as usize].play_id,
                |poll| self.polls[poll as usize],
            );
            texts.push(serde_json::to_vec(&message).unwrap_or_default());
        }
        for text in texts {
            self.write_frame(&mut link, wire::TEXT, &text);
            if index < self.n_stutter {
                self.write_frame(&mut link, wire::TEXT, &text);
            }
        }
        self.dancers[index].main = Some(link);
    }

    /// Without WebSocket actions are posted, one request at a time.
    fn open_side(&mut self, index: usize) {
        if self.dancers[index].side.is_some() {
            return;
        }
        let source = self.target.sources.nth(index);
        match Link::open(
            self.poll.registry(),
            Token(index * 2 + 1),
            self.target.address,
            source,
            false,
        ) {
            Ok(link) => self.dancers[index].side = Some(link),
            Err(_) => self.post_later(index),
        }
    }

    /// The body of the request with what waits.
    pub(super) fn batch(&mut self, index: usize) -> Option<String> {
        let dancer = &mut self.dancers[index];
        let ticket = dancer.ticket.as_deref()?.to_owned();
        let unsent = dancer
            .waiting
            .iter_mut()
            .filter(|action| !action.is_sent)
            .take(BATCH);
        let messages = unsent
            .map(|action| {
                action.is_sent = true;
                action.message(
                    |play| self.stats.plays[play as usize].play_id,
                    |poll| self.polls[poll as usize],
                )
            })
            .collect();
        serde_json::to_string(&DancerBatch { ticket, messages }).ok()
    }

    /// What was posted may not have arrived: again, in a moment.
    pub(super) fn post_later(&mut self, index: usize) {
        let dancer = &mut self.dancers[index];
        dancer.side = None;
        dancer.forget_sent();
        let is_unknown = dancer.ticket.is_none() && dancer.presence == Presence::Here;
        if is_unknown && dancer.main.take().is_some() {
            // The ticket was too old: coming in again gives another one.
            self.gone(index, &super::io::Why::of("the ticket was too old"));
        }
        self.after(Instant::now(), POST_AGAIN, Timer::Send(index as u32));
    }
}
