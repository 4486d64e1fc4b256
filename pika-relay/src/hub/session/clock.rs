//! The clock of one session. It begins as the wall's clock says and goes on by the steady one: whoever sets the relay's
//! clock moves no song, closes no poll and ends no session. `relay_time` of a session's connections is this clock.

use std::time::Duration;

use pika_protocol::UnixMs;

use crate::base::Moment;

/// Behind by less, a clock need not catch up: that is a measurement's noise.
const NOISE_MS: i64 = 2_000;
/// A session that was loaded lives so long whatever its times say: whoever was there can come back.
const TO_COME_BACK: Duration = Duration::from_secs(900);

/// One session's time.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionClock {
    /// Both clocks at one moment, since which only the steady one counts.
    anchor: Moment,
    /// How long the session had gone on when it was loaded, and when that was.
    age: Since,
    /// How long nothing had come from the DJ, and when that was.
    idle: Since,
}

/// A length of time that grows by the steady clock.
#[derive(Clone, Copy, Debug)]
struct Since {
    passed: Duration,
    at: Moment,
}

impl Since {
    fn new(passed: Duration, at: Moment) -> Self {
        Self { passed, at }
    }

    fn by(self, now: Moment) -> Duration {
        let more = now.steady.saturating_duration_since(self.at.steady);
        self.passed.saturating_add(more)
    }
}

impl SessionClock {
    /// Of a session that begins now.
    pub(super) fn start(now: Moment) -> Self {
        Self {
            anchor: now,
            age: Since::new(Duration::ZERO, now),
            idle: Since::new(Duration::ZERO, now),
        }
    }

    /// Of a session that is loaded now, began at `started_at` and of which something is known as late as `latest`.
    ///
    /// It never goes back behind what is known. How long the relay was away only the wall's clock can tell, which may
    /// have been set: as much of it counts as a session may be idle, for being idle a little less.
    pub(super) fn go_on(started_at: UnixMs, latest: UnixMs, most_idle: Duration, now: Moment) -> Self {
        let anchor = Moment {
            at: now.at.max(latest),
            ..now
        };
        let away = span(latest, anchor.at).min(most_idle);
        Self {
            anchor,
            age: Since::new(span(started_at, latest).saturating_add(away), now),
            idle: Since::new(away.min(most_idle.saturating_sub(TO_COME_BACK)), now),
        }
    }

    /// A moment of the process on this clock.
    pub(super) fn moment(&self, now: Moment) -> Moment {
        let passed = now.steady.saturating_duration_since(self.anchor.steady);
        let at = self
            .anchor
            .at
            .plus_ms(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        Moment { at, ..now }
    }

    /// A computer that slept counted nothing meanwhile: the clock follows the wall's, forwards only.
    pub(super) fn catch_up(&mut self, now: Moment) {
        if now.at.since_ms(self.moment(now).at) > NOISE_MS {
            self.anchor = now;
        }
    }

    /// Something came from the DJ.
    pub(super) fn active(&mut self, now: Moment) {
        self.idle = Since::new(Duration::ZERO, now);
    }

    /// How long the session goes on.
    pub(super) fn age(&self, now: Moment) -> Duration {
        self.age.by(now)
    }

    /// How long nothing has come from the DJ.
    pub(super) fn idle(&self, now: Moment) -> Duration {
        self.idle.by(now)
    }
}

fn span(from: UnixMs, to: UnixMs) -> Duration {
    Duration::from_millis(u64::try_from(to.since_ms(from)).unwrap_or(0))
}
