//! One dancer: what they know, what they have said, and what they wait for.

use std::time::{Duration, Instant};

use pika_protocol::{ActionId, DancerMessage, PlayId, PollId, feedback::TempoChoice, session::Position};

use crate::link::Link;

/// How a dancer is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// WebSocket.
    Socket,
    /// Server-sent events; actions are posted.
    Events,
    /// Asks again and again; actions are posted.
    Polling,
}

/// What kind of phone a dancer has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Between a message and its arrival, each way.
    pub lag: Duration,
    /// Loses its connection now and then.
    pub flaps: bool,
    /// Takes the smallest receive buffer.
    pub narrow: bool,
}

/// Where a dancer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not connected.
    Away,
    /// On the way in.
    Coming,
    /// In, and knows everything that was said before.
    Here,
}

/// Something a dancer says. Plays and polls by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// I like it.
    Like(u32),
    /// I take it back.
    Unlike(u32),
    /// My vote.
    Vote(u32, u8),
    /// My word on the tempo.
    Tempo(u32, TempoChoice),
    /// Thank you.
    Thank,
}

/// What was said and is not acknowledged.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Its counter.
    pub counter: u64,
    /// What.
    pub say: Say,
    /// When.
    pub said_at: Instant,
    /// On its way.
    pub is_sent: bool,
    /// It was on its way before, so that its time says nothing.
    pub is_repeat: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Dancer {
    /// How connected.
    pub transport: Transport,
    /// Their phone.
    pub habits: Habits,
    /// Where.
    pub presence: Presence,
    /// What they listen on.
    pub main: Option<Link>,
    /// What posts their actions, without WebSocket.
    pub side: Option<Link>,
    /// Makes the dancer the same dancer.
    pub pass: Option<Box<str>>,
    /// For requests.
    pub ticket: Option<Box<str>>,
    /// Of the last state that was asked for.
    pub etag: Option<Box<str>>,
    /// The last state message they have heard.
    pub position: Option<Position>,
    /// While coming: here once this much is heard.
    pub awaited: u64,
    /// Tries to come back since they were here.
    pub tries: u32,
    /// Reads nothing at the moment.
    pub is_deaf: bool,
    /// A delayed read is planned.
    pub will_read: bool,
    /// One who polls: the last question is answered.
    pub is_idle: bool,
    /// One who polls: the next question is planned.
    pub will_ask: bool,
    /// Gone for good, without a word.
    pub has_vanished: bool,
    /// What they say, counted.
    pub counter: u64,
    /// Not acknowledged, oldest first.
    pub waiting: Vec<Action>,
    /// What they want in the end, by play.
    pub likes: Vec<(u32, bool)>,
    /// The same.
    pub tempo: Vec<(u32, TempoChoice)>,
    /// The same, by poll.
    pub votes: Vec<(u32, u8)>,
    /// Has thanked the DJ.
    pub thanked: bool,
}

impl Dancer {
    /// One who has not come yet.
    pub fn new(transport: Transport, habits: Habits) -> Self {
        Self {
            transport,
            habits,
            presence: Presence::Away,
            main: None,
            side: None,
            pass: None,
            ticket: None,
            etag: None,
            position: None,
            awaited: 0,
            tries: 0,
            is_deaf: false,
            will_read: false,
            is_idle: false,
            will_ask: false,
            has_vanished: false,
            counter: 0,
            waiting: Vec::new(),
            likes: Vec::new(),
            tempo: Vec::new(),
            votes: Vec::new(),
            thanked: false,
        }
    }

    /// Says something: it waits to be sent and acknowledged.
    pub fn say(&mut self, say: Say) {
        match say {
            Say::Like(play) => set(&mut self.likes, play, true),
            Say::Unlike(play) => set(&mut self.likes, play, false),
            Say::Vote(poll, option) => set(&mut self.votes, poll, option),
            Say::Tempo(play, choice) => set(&mut self.tempo, play, choice),
            Say::Thank => self.thanked = true,
        }
        self.counter += 1;
        self.waiting.push(Action {
            id: ActionId::random(),
            counter: self.counter,
            say,
            said_at: Instant::now(),
            is_sent: false,
            is_repeat: false,
        });
    }

    /// Whether they like a play, as they last said.
    pub fn likes(&self, play: u32) -> bool {
        self.likes.iter().any(|(liked, is)| *liked == play && *is)
    }

    /// What was on its way is to be sent again.
    pub fn forget_sent(&mut self) {
        for action in &mut self.waiting {
            action.is_repeat |= action.is_sent;
            action.is_sent = false;
        }
    }

    /// The action was acknowledged or refused; it, if it was waited for.
    pub fn settle(&mut self, id: ActionId) -> Option<Action> {
        let at = self.waiting.iter().position(|action| action.id == id)?;
        Some(self.waiting.remove(at))
    }
}

/// One word about each thing: the last one counts.
fn set<T>(said: &mut Vec<(u32, T)>, about: u32, value: T) {
    match said.iter_mut().rev().find(|(other, _)| *other == about) {
        Some((_, old)) => *old = value,
        None => said.push((about, value)),
    }
}

impl Action {
    /// As it is sent.
    pub fn message(&self, plays: impl Fn(u32) -> PlayId, polls: impl Fn(u32) -> PollId) -> DancerMessage {
        let (id, counter) = (self.id, self.counter);
        match self.say {
            Say::Like(play) => DancerMessage::Like {
                id,
                counter,
                play_id: plays(play),
            },
            Say::Unlike(play) => DancerMessage::Unlike {
                id,
                counter,
                play_id: plays(play),
            },
            Say::Vote(poll, option) => DancerMessage::Vote {
                id,
                counter,
                poll_id: polls(poll),
                option,
            },
            Say::Tempo(play, vote) => DancerMessage::TempoVote {
                id,
                counter,
                play_id: plays(play),
                vote,
            },
            Say::Thank => DancerMessage::Thank { id, counter },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_what_is_lost_is_said_again() {
        let mut dancer = Dancer::new(Transport::Socket, Habits::default());
        dancer.say(Say::Like(3));
        dancer.say(Say::Unlike(3));
        dancer.say(Say::Like(3));
        dancer.say(Say::Vote(0, 1));
        dancer.say(Say::Vote(0, 0));
        assert!(dancer.likes(3) && !dancer.likes(4));
        assert_eq!((dancer.likes.len(), &*dancer.votes), (1, [(0, 0)].as_slice()));
        assert_eq!(
            dancer.waiting.iter().map(|a| a.counter).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5]
        );
        dancer.waiting[0].is_sent = true;
        dancer.forget_sent();
        assert!(dancer.waiting[0].is_repeat && !dancer.waiting[0].is_sent && !dancer.waiting[1].is_repeat);
        let id = dancer.waiting[1].id;
        assert_eq!(dancer.settle(id).unwrap().counter, 2);
        assert!(dancer.settle(id).is_none(), "once only");
    }
}
