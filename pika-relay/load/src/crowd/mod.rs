//! A crowd: thousands of dancers and their DJ in one thread.
//!
//! One edge-triggered poll and one list of timers. `io` reads and writes, `hear` understands, `act` says, `dj` plays.

mod act;
mod booth;
mod dj;
mod hear;
mod io;
mod rates;

pub use rates::Rates;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    time::{Duration, Instant},
};

use anyhow::Context;
use mio::{Events, Poll, Token};
use pika_protocol::PollId;

use crate::{
    dancer::{Dancer, Habits, Presence, Transport},
    link::Link,
    random::Random,
    stats::Stats,
    target::Target,
};
use booth::Dj;

const DJ: Token = Token(usize::MAX - 1);
/// Between two looks at what is to be said.
const TICK: Duration = Duration::from_millis(5);
/// The longest wait between two tries to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What happens later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A dancer comes (back).
    Come(u32),
    /// A dancer's words reach the network.
    Send(u32),
    /// What has come reaches the dancer.
    Read(u32),
    /// A dancer asks what is new.
    Ask(u32),
    /// A dancer likes what plays.
    Like(u32),
    /// The DJ comes back.
    DjComes,
    /// The DJ says again what the relay could not take.
    DjRepeats,
}

/// See the module.
#[derive(Debug)]
pub struct Crowd {
    /// Whom it talks to.
    pub target: Target,
    /// Everybody.
    pub dancers: Vec<Dancer>,
    /// What they have seen.
    pub stats: Stats,
    /// What they say by themselves.
    pub rates: Rates,
    /// The first so many send every action twice.
    pub n_stutter: usize,
    /// How many are in.
    pub n_here: usize,
    /// How many actions are not acknowledged.
    pub n_waiting: usize,
    /// Polls, oldest first.
    pub polls: Vec<PollId>,
    /// The highest number in the log that anybody has heard.
    pub newest_offset: u64,
    /// How many come in at the same time at most.
    pub at_once: usize,
    poll: Poll,
    events: Events,
    dj: Dj,
    timers: BinaryHeap<Reverse<(Instant, Timer)>>,
    queue: VecDeque<u32>,
    n_coming: usize,
    random: Random,
    buffer: Vec<u8>,
    last_tick: Instant,
    n_connected: usize,
    n_vanished: usize,
}

impl Crowd {
    /// A crowd of nobody. `seed` gives the same crowd again.
    pub fn new(target: Target, seed: u64) -> anyhow::Result<Self> {
        Ok(Self {
            target,
            dancers: Vec::new(),
            stats: Stats::default(),
            rates: Rates::default(),
            n_stutter: 0,
            n_here: 0,
            n_waiting: 0,
            polls: Vec::new(),
            newest_offset: 0,
            at_once: 256,
            poll: Poll::new().context("the system's poll")?,
            events: Events::with_capacity(1024),
            dj: Dj::default(),
            timers: BinaryHeap::new(),
            queue: VecDeque::new(),
            n_coming: 0,
            random: Random::new(seed),
            buffer: vec![0; 64 << 10],
            last_tick: Instant::now(),
            n_connected: 0,
            n_vanished: 0,
        })
    }

    /// More dancers, who come evenly spread over a time.
    pub fn invite(
        &mut self,
        n: usize,
        transport: Transport,
        over: Duration,
        mut habits: impl FnMut(&mut Random) -> Habits,
    ) {
        let now = Instant::now();
        for nth in 0..n {
            let index = self.dancers.len() as u32;
            let habits = habits(&mut self.random);
            self.dancers.push(Dancer::new(transport, habits));
            self.after(now, over.mul_f64(nth as f64 / n as f64), Timer::Come(index));
        }
    }

    /// Everybody likes what plays, once, at a random moment within a time.
    pub fn like_within(&mut self, time: Duration) {
        let now = Instant::now();
        for index in 0..self.dancers.len() as u32 {
            let when = time.mul_f64(self.random.fraction());
            self.after(now, when, Timer::Like(index));
        }
    }

    /// Lets time pass until `done`, at most until `deadline`; whether it was done.
    pub fn run(
        &mut self,
        deadline: Instant,
        mut done: impl FnMut(&mut Self) -> bool,
    ) -> anyhow::Result<bool> {
        loop {
            let now = Instant::now();
            while let Some(Reverse((when, timer))) = self.timers.peek().copied()
                && when <= now
            {
                self.timers.pop();
                self.ring(timer, now);
            }
            self.let_in();
            if now.duration_since(self.last_tick) >= TICK {
                let passed = now.duration_since(self.last_tick);
                self.last_tick = now;
                self.act_for(passed);
            }
            if done(self) {
                return Ok(true);
            }
            if now >= deadline {
                return Ok(false);
            }
            let next = self
                .timers
                .peek()
                .map_or(deadline, |Reverse((when, _))| (*when).min(deadline));
            let tick = if self.rates.is_silent() { 10 * TICK } else { TICK };
            let wait = next.saturating_duration_since(Instant::now()).min(tick);
            match self.poll.poll(&mut self.events, Some(wait)) {
                Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
            let events = std::mem::replace(&mut self.events, Events::with_capacity(1));
            for event in &events {
                let closed = event.is_read_closed() || event.is_error();
                match event.token() {
                    DJ => self.dj_event(event.is_writable(), closed),
                    Token(token) if token % 2 == 0 => {
                        self.main_event(token / 2, event.is_writable(), event.is_readable(), closed);
                    }
                    Token(token) => self.side_event(token / 2, event.is_writable(), closed),
                }
            }
            self.events = events;
        }
    }

    /// Lets a time pass.
    pub fn pass(&mut self, time: Duration) -> anyhow::Result<()> {
        self.run(Instant::now() + time, |_| false).map(drop)
    }

    /// Waits until everybody who was invited is in; whether they are.
    pub fn gather(&mut self, patience: Duration) -> anyhow::Result<bool> {
        self.run(Instant::now() + patience, |crowd| {
            crowd.n_here == crowd.n_expected()
        })
    }

    /// Waits until everything said is acknowledged and everybody has heard everything; whether it is so.
    pub fn settle(&mut self, patience: Duration) -> anyhow::Result<bool> {
        let mut heard_everything = 0;
        self.run(Instant::now() + patience, |crowd| {
            if crowd.n_waiting > 0 || !crowd.dj_is_done() || crowd.n_here < crowd.n_expected() {
                return false;
            }
            // Goes on where it stopped: a look at everybody at each turn would cost more than the turn.
            while let Some(dancer) = crowd.dancers.get(heard_everything) {
                if crowd.n_behind(dancer) > 0 {
                    return false;
                }
                heard_everything += 1;
            }
            crowd.n_behind_all() == 0
        })
    }

    /// State messages that dancers have not heard at this moment.
    pub fn n_behind_all(&self) -> u64 {
        self.dancers.iter().map(|dancer| self.n_behind(dancer)).sum()
    }

    /// How many are to be here: all but those who have vanished.
    pub fn n_expected(&self) -> usize {
        self.dancers.len() - self.n_vanished
    }

    fn n_behind(&self, dancer: &Dancer) -> u64 {
        if dancer.has_vanished {
            return 0;
        }
        let offset = dancer.position.map_or(0, |position| position.offset);
        self.newest_offset.saturating_sub(offset)
    }

    /// Everybody loses the connection at once, without a word; they come back as phones do.
    pub fn lose_everybody(&mut self) {
        for index in 0..self.dancers.len() {
            self.lose(index);
        }
    }

    /// One loses the connection.
    pub fn lose(&mut self, index: usize) {
        if let Some(side) = self.dancers[index].side.take() {
            side.cut();
        }
        if let Some(main) = self.dancers[index].main.take() {
            main.cut();
            self.gone(index, &io::Why::of("lost on purpose"));
        }
    }

    /// Somebody stops reading, or goes on.
    pub fn set_deaf(&mut self, index: usize, is_deaf: bool) {
        self.dancers[index].is_deaf = is_deaf;
        if !is_deaf {
            self.read_main(index, true);
        }
    }

    /// Somebody vanishes for good: neither reads nor comes back, and is not waited for.
    /// The socket stays open as long as the returned link does.
    pub fn vanish(&mut self, index: usize) -> Option<Link> {
        let dancer = &mut self.dancers[index];
        if dancer.presence == Presence::Here {
            self.n_here -= 1;
        }
        dancer.presence = Presence::Away;
        self.n_waiting -= dancer.waiting.len();
        dancer.waiting.clear();
        if !std::mem::replace(&mut dancer.has_vanished, true) {
            self.n_vanished += 1;
        }
        dancer.main.take()
    }

    fn after(&mut self, now: Instant, wait: Duration, timer: Timer) {
        self.timers.push(Reverse((now + wait, timer)));
    }

    fn ring(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Come(index) => self.queue.push_back(index),
            Timer::Send(index) => self.send_actions(index as usize),
            Timer::Read(index) => {
                self.dancers[index as usize].will_read = false;
                self.read_main(index as usize, true);
            }
            Timer::Ask(index) => self.ask_state(index as usize),
            Timer::Like(index) => self.like_current(index as usize),
            Timer::DjComes => self.dj_comes(now),
            Timer::DjRepeats => self.dj_repeats(),
        }
    }

    /// Lets those in who wait, not too many at once.
    fn let_in(&mut self) {
        while self.n_coming < self.at_once
            && let Some(index) = self.queue.pop_front()
        {
            let index = index as usize;
            if self.dancers[index].presence != Presence::Away {
                continue;
            }
            self.dancers[index].presence = Presence::Coming;
            self.n_coming += 1;
            let source = self.target.sources.nth(self.n_connected);
            self.n_connected += 1;
            let narrow = self.dancers[index].habits.narrow;
            match Link::open(
                self.poll.registry(),
                Token(index * 2),
                self.target.address,
                source,
                narrow,
            ) {
                Ok(link) => self.dancers[index].main = Some(link),
                Err(error) => self.gone(index, &io::Why::of(&format!("connecting: {error}"))),
            }
        }
    }

    /// A dancer is not connected any more, and will come back.
    fn gone(&mut self, index: usize, why: &io::Why) {
        let dancer = &mut self.dancers[index];
        let reasons = match dancer.presence {
            Presence::Away => return,
            Presence::Coming => {
                self.n_coming -= 1;
                &mut self.stats.failed
            }
            Presence::Here => {
                self.n_here -= 1;
                &mut self.stats.ended
            }
        };
        Stats::count(reasons, &why.reason);
        dancer.presence = Presence::Away;
        dancer.will_read = false;
        dancer.forget_sent();
        let wait = match why.within {
            Some(within) => within.mul_f64(self.random.fraction()),
            None => {
                let most = Duration::from_secs(1 << dancer.tries.min(5)).min(LONGEST_WAIT);
                most.mul_f64(self.random.fraction())
            }
        };
        dancer.tries += 1;
        self.after(Instant::now(), wait, Timer::Come(index as u32));
    }
}
