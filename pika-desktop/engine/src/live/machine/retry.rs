//! When the relay is tried again, and by which way.

use std::time::Duration;

use crate::{
    live::{backoff::Backoff, clock::Now, link::Way},
    reach::FailKind,
};

/// A WebSocket that is lost before this age died young.
const SHORT_LIFE: Duration = Duration::from_secs(30);
/// So many in a row mean that something in between cuts them.
const SHORT_LIVES: u32 = 3;

/// What earlier tries taught. It lives as long as the machine; each session begins with what [`Self::begin`] leaves.
#[derive(Debug)]
pub(super) struct Retry {
    backoff: Backoff,
    /// On the steady clock; `None`: nothing is to be waited for.
    at: Option<Duration>,
    way: Way,
    /// WebSockets that died young, one after another.
    short_lives: u32,
    /// Spreads reconnects; nothing secret hangs on it.
    random: u64,
}

impl Retry {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            backoff: Backoff::default(),
            at: None,
            way: Way::Socket,
            short_lives: 0,
            // Nothing comes of zero.
            random: seed | 1,
        }
    }

    /// When the next try is due, on the steady clock.
    pub(super) fn at(&self) -> Option<Duration> {
        self.at
    }

    /// Whether nothing is to be waited for any more.
    pub(super) fn is_due(&self, now: Now) -> bool {
        self.at.is_none_or(|at| now.steady >= at)
    }

    /// By which way the next try goes.
    pub(super) fn way(&self) -> Way {
        self.way
    }

    /// Tries that failed since one worked.
    #[cfg(test)]
    pub(super) fn failures(&self) -> usize {
        self.backoff.failures()
    }

    /// The next try is made now, or none is wanted.
    pub(super) fn clear(&mut self) {
        self.at = None;
    }

    /// The next try goes by WebSocket.
    pub(super) fn by_socket(&mut self) {
        self.way = Way::Socket;
    }

    /// It worked, or the DJ asks anew: waits begin small again.
    pub(super) fn worked(&mut self) {
        self.backoff.reset();
    }

    /// A new session: what the network did to the one before is forgotten.
    pub(super) fn begin(&mut self) {
        self.backoff.reset();
        self.way = Way::Socket;
        self.short_lives = 0;
    }

    /// A connection by `way` did not come about or is gone. `lived`: `None` when it was never up.
    pub(super) fn lost(&mut self, way: Way, kind: FailKind, lived: Option<Lived>) {
        if let Some(lived) = lived {
            let died_young = way == Way::Socket && !lived.was_announced && lived.time < SHORT_LIFE;
            self.short_lives = if died_young { self.short_lives + 1 } else { 0 };
        }
        let is_cut = self.short_lives >= SHORT_LIVES;
        self.way = match (way, kind) {
            (Way::Socket, FailKind::Blocked | FailKind::Captive) => Way::Post,
            (Way::Socket, _) if is_cut => Way::Post,
            _ => Way::Socket,
        };
    }

    /// Sets the next try and returns how long that is from now. `within_ms`: the relay asked to come back at a random
    /// moment within so many milliseconds.
    pub(super) fn wait(&mut self, within_ms: Option<u32>, now: Now) -> Duration {
        let random = self.random();
        let wait = match within_ms {
            Some(ms) => Duration::from_millis(ms.into()).mul_f64(random),
            // The other way is tried at once, each time: it tells whether all is blocked or only the WebSocket. When it
            // fails, too, what follows is spread.
            None if self.way == Way::Post => {
                self.backoff.failed(random);
                Duration::ZERO
            }
            None => self.backoff.failed(random),
        };
        self.at = Some(now.steady + wait);
        wait
    }

    /// The next try waits at least until then, on the steady clock.
    pub(super) fn not_before(&mut self, at: Duration) {
        self.at = Some(self.at.map_or(at, |usual| usual.max(at)));
    }

    /// 0 to 1.
    pub(super) fn random(&mut self) -> f64 {
        // xorshift64
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How a connection that was up ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lived {
    /// How long it was up.
    pub(super) time: Duration,
    /// The relay said that it would close it.
    pub(super) was_announced: bool,
}
