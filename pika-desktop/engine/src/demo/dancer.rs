//! A simulated dancer: comes in over a real WebSocket, likes songs, says what they think of the tempo, votes in
//! polls, thanks the DJ, and comes back when the connection is lost.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, DancerMessage, Message, PROTOCOL_VERSION, PlayId, PollId, SessionCode, ToDancer,
    feedback::TempoChoice, session::Position,
};

use crate::live::socket::{Heard, Socket};

/// After a lost connection.
const COME_BACK: Duration = Duration::from_secs(2);
/// What a dancer wants to do and has not done yet; far more than a few songs bring.
const MAX_INTENTIONS: usize = 64;

/// Somebody on the floor.
#[derive(Debug)]
pub(super) struct Dancer {
    relay: String,
    code: String,
    pass: Option<String>,
    since: Option<Position>,
    counter: u64,
    /// What is to be done, and when.
    intentions: Vec<(Instant, Intention)>,
    random: u64,
}

#[derive(Debug, Clone, Copy)]
enum Intention {
    Like(PlayId),
    Tempo(PlayId, TempoChoice),
    Vote(PollId, u8),
    Thank,
}

impl Dancer {
    pub(super) fn new(relay: &str, code: &str, number: u64) -> Self {
        Self {
            relay: relay.to_owned(),
            code: code.to_owned(),
            pass: None,
            since: None,
            counter: 0,
            intentions: Vec::new(),
            random: (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        }
    }

    /// Dances until it is stopped or the session has ended.
    pub(super) fn dance(mut self, stopped: &Receiver<()>) {
        let mut wait = Duration::from_millis(500 * (self.random % 5));
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            if self.visit(stopped) {
                return;
            }
            wait = COME_BACK;
        }
    }

    /// One connection. Returns whether the night is over.
    fn visit(&mut self, stopped: &Receiver<()>) -> bool {
        let Some(code) = SessionCode::parse(&self.code) else {
            return true;
        };
        let Ok(mut socket) = Socket::connect(&self.relay, "/ws") else {
            return false;
        };
        let hello = DancerMessage::Subscribe {
            protocol_version: PROTOCOL_VERSION,
            client_version: Some("demo".to_owned()),
            code,
            pin: None,
            pass: self.pass.clone(),
            since: self.since,
        };
        if socket.send(&hello).is_err() {
            return false;
        }
        loop {
            if stopped.try_recv() != Err(std::sync::mpsc::TryRecvError::Empty) {
                socket.close();
                return true;
            }
            match socket.look() {
                Ok(Heard::Text(text)) => {
                    if let Ok(message) = ToDancer::parse(&text)
                        && self.hear(message)
                    {
                        return true;
                    }
                }
                Ok(Heard::Alive | Heard::Nothing) => {}
                Err(_) => return false,
            }
            if let Some(action) = self.due()
                && socket.send(&action).is_err()
            {
                return false;
            }
        }
    }

    /// Returns whether the night is over.
    fn hear(&mut self, message: ToDancer) -> bool {
        if let (Some(offset), Some(since)) = (message.offset(), &mut self.since) {
            since.offset = offset;
        }
        match message {
            ToDancer::Welcome { pass, .. } => self.pass = Some(pass),
            ToDancer::Snapshot { snapshot } => {
                self.since = Some(Position {
                    epoch: snapshot.epoch,
                    offset: snapshot.offset,
                });
                if let Some(play) = snapshot.playing {
                    self.feel(play);
                }
                if let Some(poll) = snapshot.poll {
                    self.consider(poll.poll_id, poll.options.len());
                }
            }
            ToDancer::NowPlaying {
                play, current: true, ..
            } => self.feel(play.play_id),
            ToDancer::PollStarted { poll, .. } => self.consider(poll.poll_id, poll.options.len()),
            ToDancer::SessionEnded { .. } => return true,
            _ => {}
        }
        false
    }

    /// A song begins: most are liked, some have a wish for the tempo.
    fn feel(&mut self, play: PlayId) {
        self.intentions
            .retain(|(_, intention)| matches!(intention, Intention::Vote(..)));
        let (like_in, tempo_in) = (self.within(3.0, 15.0), self.within(4.0, 16.0));
        if self.chance(0.65) {
            self.intend(like_in, Intention::Like(play));
        }
        if self.chance(0.5) {
            let choice = match self.next() % 4 {
                0 => TempoChoice::Faster,
                1 => TempoChoice::Slower,
                _ => TempoChoice::Perfect,
            };
            self.intend(tempo_in, Intention::Tempo(play, choice));
        }
        if self.chance(0.03) {
            self.intend(like_in, Intention::Thank);
        }
    }

    fn consider(&mut self, poll: PollId, options: usize) {
        let option = self.next() % options.max(1) as u64;
        let wait = self.within(2.0, 10.0);
        if let Ok(option) = u8::try_from(option) {
            self.intend(wait, Intention::Vote(poll, option));
        }
    }

    fn intend(&mut self, wait: Duration, intention: Intention) {
        if self.intentions.len() < MAX_INTENTIONS {
            self.intentions.push((Instant::now() + wait, intention));
        }
    }

    /// What is to be done now.
    fn due(&mut self) -> Option<DancerMessage> {
        let now = Instant::now();
        let at = self.intentions.iter().position(|(due, _)| *due <= now)?;
        let (_, intention) = self.intentions.swap_remove(at);
        self.counter += 1;
        let (id, counter) = (ActionId::random(), self.counter);
        Some(match intention {
            Intention::Like(play_id) => DancerMessage::Like { id, counter, play_id },
            Intention::Tempo(play_id, vote) => DancerMessage::TempoVote {
                id,
                counter,
                play_id,
                vote,
            },
            Intention::Vote(poll_id, option) => DancerMessage::Vote {
                id,
                counter,
                poll_id,
                option,
            },
            Intention::Thank => DancerMessage::Thank { id, counter },
        })
    }

    fn next(&mut self) -> u64 {
        // xorshift64
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 16
    }

    fn chance(&mut self, share: f64) -> bool {
        (self.next() % 10_000) as f64 / 10_000.0 < share
    }

    fn within(&mut self, from_s: f64, to_s: f64) -> Duration {
        let share = (self.next() % 10_000) as f64 / 10_000.0;
        Duration::from_millis(((from_s + (to_s - from_s) * share) * 1000.0) as u64)
    }
}
