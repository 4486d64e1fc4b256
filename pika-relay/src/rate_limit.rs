//! Token buckets: so many at once, then so many in a time, per key and action.
//!
//! A bucket is one instant, the generic cell rate algorithm (ITU-T I.371): the time at which
//! it will be full again. The clock is passed in. Memory is bounded: when the table is full,
//! the half of the keys that owe least is forgotten, so nobody can wash a debt away.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Most keys remembered at the same time: about 3 MB.
const CAPACITY: usize = 65_536;

/// A token bucket's measure: so many at once, then so many in a time.
/// Written `10,30/min`: ten at once, then thirty a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many at once, at least 1.
    pub burst: u32,
    /// Time for one more, above zero.
    pub every: Duration,
}

impl Rate {
    /// `burst` at once, then `count` in each `period`; both counts are at least 1.
    pub const fn new(burst: u32, count: u32, period: Duration) -> Self {
        let nanos = period.as_nanos() / if count == 0 { 1 } else { count as u128 };
        let every = if nanos == 0 { 1 } else { nanos };
        Self {
            burst: if burst == 0 { 1 } else { burst },
            every: Duration::from_nanos(every as u64),
        }
    }
}

/// What is limited; each action has buckets of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A like, vote or thanks of a dancer.
    DancerAction,
    /// A message of a DJ.
    DjMessage,
    /// A new session of an account.
    NewSession,
    /// An announcement in a session.
    Announcement,
    /// A new dancer pass for an address.
    NewPass,
    /// A wrong PIN of a dancer.
    PinTry,
    /// A wrong PIN of a newcomer, by address.
    PinAddress,
    /// A wrong PIN in a session, of anyone.
    PinSession,
    /// A code that no session has.
    UnknownCode,
    /// A failed login of an account from an address.
    Login,
    /// A failed login of an account from anywhere.
    LoginAccount,
    /// A failed login of any account from an address.
    LoginAddress,
    /// A registration from an address.
    Registration,
    /// A wrong token from an address.
    TokenFailure,
}

/// How long to wait before the next try, above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds, rounded up: what `Retry-After` and `rate_limited` carry.
    pub fn secs(self) -> u64 {
        (self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)).max(1)
    }
}

/// One bucket, for who keeps it beside its own data.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket {
    /// When it will be full again; `None` is full.
    full_at: Option<Instant>,
}

impl Bucket {
    /// Takes one, or says how long to wait.
    pub fn take(&mut self, rate: Rate, now: Instant) -> Result<(), RetryAfter> {
        let wait = self.wait(rate, now);
        if wait > Duration::ZERO {
            return Err(RetryAfter(wait));
        }
        let from = self.full_at.map_or(now, |full_at| full_at.max(now));
        self.full_at = Some(from + rate.every);
        Ok(())
    }

    /// Puts one back, for a try that turned out to be right.
    pub fn give_back(&mut self, rate: Rate) {
        self.full_at = self.full_at.and_then(|full_at| full_at.checked_sub(rate.every));
    }

    /// Whether it need not be remembered.
    pub fn is_full(&self, now: Instant) -> bool {
        self.full_at.is_none_or(|full_at| full_at <= now)
    }

    /// How many can be taken now.
    pub fn left(&self, rate: Rate, now: Instant) -> u32 {
        let owed = self
            .full_at
            .map_or(Duration::ZERO, |full_at| full_at.saturating_duration_since(now));
        let owed = owed.as_nanos().div_ceil(rate.every.as_nanos().max(1));
        rate.burst.saturating_sub(u32::try_from(owed).unwrap_or(u32::MAX))
    }

    /// How long until one can be taken; zero when now.
    pub fn wait(&self, rate: Rate, now: Instant) -> Duration {
        let room = rate.every.saturating_mul(rate.burst - 1);
        self.full_at.map_or(Duration::ZERO, |full_at| {
            full_at.saturating_duration_since(now).saturating_sub(room)
        })
    }
}

/// Buckets by action and key. Keys are hashed with a random seed: no address stays in memory.
#[derive(Debug)]
pub struct RateLimiter {
    // Locked for one look-up, nothing awaits inside.
    buckets: Mutex<HashMap<(Action, u64), Bucket>>,
    seed: RandomState,
    capacity: usize,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl RateLimiter {
    /// Remembers at most `capacity` keys.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            buckets: Mutex::default(),
            seed: RandomState::new(),
            capacity: capacity.max(2),
        }
    }

    /// Takes one from the bucket of `action` and `key`, or says how long to wait.
    pub fn take(&self, action: Action, key: impl Hash, rate: Rate, now: Instant) -> Result<(), RetryAfter> {
        let key = self.key(action, key);
        let mut buckets = self.lock();
        if buckets.len() >= self.capacity && !buckets.contains_key(&key) {
            forget_half(&mut buckets, now);
        }
        buckets.entry(key).or_default().take(rate, now)
    }

    /// How many could be taken now.
    pub fn left(&self, action: Action, key: impl Hash, rate: Rate, now: Instant) -> u32 {
        let key = self.key(action, key);
        self.lock()
            .get(&key)
            .map_or(rate.burst, |bucket| bucket.left(rate, now))
    }

    /// Whether one could be taken, without taking it.
    pub fn check(&self, action: Action, key: impl Hash, rate: Rate, now: Instant) -> Result<(), RetryAfter> {
        let key = self.key(action, key);
        match self
            .lock()
            .get(&key)
            .map_or(Duration::ZERO, |bucket| bucket.wait(rate, now))
        {
            Duration::ZERO => Ok(()),
            wait => Err(RetryAfter(wait)),
        }
    }

    /// Puts one back. To limit failures only, take before the try (so that tries at the same
    /// moment cannot slip past) and give back when it was right.
    pub fn give_back(&self, action: Action, key: impl Hash, rate: Rate) {
        let key = self.key(action, key);
        if let Some(bucket) = self.lock().get_mut(&key) {
            bucket.give_back(rate);
        }
    }

    fn key(&self, action: Action, key: impl Hash) -> (Action, u64) {
        (action, self.seed.hash_one(key))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Action, u64), Bucket>> {
        // A bucket is a plain value: a panic elsewhere cannot leave it half written.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_half(buckets: &mut HashMap<(Action, u64), Bucket>, now: Instant) {
    let mut debts: Vec<Instant> = buckets
        .values()
        .map(|bucket| bucket.full_at.unwrap_or(now))
        .collect();
    let middle = debts.len() / 2;
    let (_, median, _) = debts.select_nth_unstable(middle);
    let median = (*median).max(now);
    buckets.retain(|_, bucket| bucket.full_at.is_some_and(|full_at| full_at > median));
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(3, 1, Duration::from_secs(10));

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn a_burst_then_one_at_a_time() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        for _ in 0..3 {
            assert!(bucket.take(RATE, start).is_ok());
        }
        assert_eq!(bucket.take(RATE, start), Err(RetryAfter(secs(10))));
        assert_eq!(bucket.take(RATE, start + secs(9)), Err(RetryAfter(secs(1))));
        assert!(bucket.take(RATE, start + secs(10)).is_ok());
        assert!(bucket.take(RATE, start + secs(10)).is_err());
        for _ in 0..3 {
            assert!(bucket.take(RATE, start + secs(1000)).is_ok(), "full again");
        }
        assert!(
            bucket.take(RATE, start + secs(1000)).is_err(),
            "and not more than full"
        );
    }

    #[test]
    fn what_is_left_is_counted() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        for left in [3, 2, 1] {
            assert_eq!(bucket.left(RATE, start), left);
            assert!(bucket.take(RATE, start).is_ok());
        }
        assert_eq!(bucket.left(RATE, start), 0);
        assert_eq!(bucket.left(RATE, start + secs(9)), 0);
        assert_eq!(bucket.left(RATE, start + secs(10)), 1);
        assert_eq!(bucket.left(RATE, start + secs(1000)), 3);
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_gives_nothing() {
        let (mut bucket, start) = (Bucket::default(), Instant::now() + secs(100));
        for _ in 0..3 {
            assert!(bucket.take(RATE, start).is_ok());
        }
        assert!(bucket.take(RATE, start - secs(50)).is_err());
    }

    #[test]
    fn what_was_right_is_given_back() {
        let (limiter, now) = (RateLimiter::default(), Instant::now());
        for _ in 0..100 {
            assert!(limiter.take(Action::Login, "a", RATE, now).is_ok());
            limiter.give_back(Action::Login, "a", RATE);
        }
        for _ in 0..3 {
            assert!(limiter.take(Action::Login, "a", RATE, now).is_ok());
        }
        assert!(limiter.check(Action::Login, "a", RATE, now).is_err());
        assert!(limiter.take(Action::Login, "a", RATE, now).is_err());
    }

    #[test]
    fn keys_and_actions_do_not_disturb_each_other() {
        let (limiter, now) = (RateLimiter::default(), Instant::now());
        for _ in 0..3 {
            assert!(limiter.take(Action::PinTry, 1, RATE, now).is_ok());
        }
        assert!(limiter.take(Action::PinTry, 1, RATE, now).is_err());
        assert!(limiter.take(Action::PinTry, 2, RATE, now).is_ok());
        assert!(limiter.take(Action::NewPass, 1, RATE, now).is_ok());
    }

    #[test]
    fn a_flood_of_keys_neither_grows_nor_washes_a_debt_away() {
        let (limiter, now) = (RateLimiter::with_capacity(100), Instant::now());
        for _ in 0..3 {
            assert!(limiter.take(Action::PinTry, "attacker", RATE, now).is_ok());
        }
        for key in 0..10_000 {
            assert!(limiter.take(Action::PinTry, key, RATE, now).is_ok());
            assert!(limiter.lock().len() <= 100);
        }
        assert!(limiter.take(Action::PinTry, "attacker", RATE, now).is_err());
    }

    #[test]
    fn waits_are_told_in_whole_seconds_rounded_up() {
        assert_eq!(RetryAfter(Duration::from_millis(1)).secs(), 1);
        assert_eq!(RetryAfter(Duration::from_millis(1001)).secs(), 2);
        assert_eq!(RetryAfter(secs(5)).secs(), 5);
    }
}
