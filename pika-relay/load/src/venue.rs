//! Rooms as they are: how many dance there, how they are connected, and what they say.

use std::time::Duration;

use crate::{
    crowd::{Crowd, Rates},
    dancer::{Habits, Transport},
    random::Random,
};

/// A size of room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Venue {
    /// A weekly social, 50–100 dancers.
    Social,
    /// A club's big night, 200–300 dancers.
    Club,
    /// A weekend event, 500–800 dancers.
    Weekend,
    /// A championship, 1,500 dancers.
    Championship,
    /// The largest ballrooms, 2,000 dancers and more.
    Ballroom,
}

/// What a room is like.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Dancers.
    pub n_dancers: usize,
    /// The time over which they come.
    pub ramp: Duration,
    /// Parts of them that listen by events and by polling; the others have WebSockets.
    pub events: f64,
    /// See `events`.
    pub polling: f64,
    /// Part whose network is slow: 0.5–5 s.
    pub laggards: f64,
    /// Part that loses the connection now and then.
    pub flapping: f64,
}

impl Venue {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Social,
        Self::Club,
        Self::Weekend,
        Self::Championship,
        Self::Ballroom,
    ];

    /// The upper end of its size.
    pub fn room(self) -> Room {
        let (n_dancers, ramp) = match self {
            Self::Social => (100, 10),
            Self::Club => (300, 15),
            Self::Weekend => (800, 20),
            Self::Championship => (1_500, 30),
            Self::Ballroom => (2_500, 30),
        };
        Room {
            n_dancers,
            ramp: Duration::from_secs(ramp),
            // Venue networks that block WebSockets are rare, those that block streams rarer.
            events: 0.06,
            polling: 0.04,
            laggards: 0.1,
            flapping: 0.05,
        }
    }
}

impl Room {
    /// The same room with another number of dancers.
    #[must_use]
    pub fn of(self, n_dancers: usize) -> Self {
        Self { n_dancers, ..self }
    }

    /// Invites the dancers. Of each kind of connection at least one where there are ten.
    pub fn invite(&self, crowd: &mut Crowd) {
        let part = |part: f64| {
            ((self.n_dancers as f64 * part).round() as usize)
                .max(usize::from(self.n_dancers >= 10 && part > 0.0))
        };
        let (events, polling) = (part(self.events), part(self.polling));
        let habits = |random: &mut Random| self.habits(random);
        crowd.invite(
            self.n_dancers.saturating_sub(events + polling),
            Transport::Socket,
            self.ramp,
            habits,
        );
        crowd.invite(events, Transport::Events, self.ramp, habits);
        crowd.invite(polling, Transport::Polling, self.ramp, habits);
    }

    fn habits(&self, random: &mut Random) -> Habits {
        let lag = if random.fraction() < self.laggards {
            // Each way half of it.
            Duration::from_millis(250 + random.below(2_251) as u64)
        } else {
            Duration::ZERO
        };
        Habits {
            lag,
            flaps: random.fraction() < self.flapping,
            narrow: false,
        }
    }

    /// What the room says while songs take `song` each: everybody has an opinion once in a while.
    pub fn rates(&self, song: Duration) -> Rates {
        let per_song = self.n_dancers as f64 / song.as_secs_f64();
        Rates {
            likes: per_song * 0.4,
            unlikes: per_song * 0.05,
            votes: per_song * 0.2,
            tempo: per_song * 0.2,
            thanks: per_song * 0.05,
            // Every picked one loses the connection if it is one that flaps.
            flaps: per_song * 2.0,
        }
    }
}
