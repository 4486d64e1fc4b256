//! Password hashes: argon2id, off the async threads, a few at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use pika_protocol::ErrorCode;
use tokio::sync::Semaphore;

use crate::base::{Refusal, Secret};

/// Shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in bytes: more would only cost time.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Hashes at the same time. Each takes 19 MiB and some 30 ms.
const AT_ONCE: usize = 2;
/// Requests that may wait for their turn.
const WAITING: usize = 32;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    turns: Semaphore,
    waiting: AtomicUsize,
    /// Hash operations since the start.
    operations: AtomicU64,
    /// Of no password: checked against when there is no account, so that this takes as long.
    decoy: Secret,
}

impl Passwords {
    /// Takes one hash operation's time.
    pub fn new() -> Self {
        let decoy = hash(Secret::random().expose()).unwrap_or_else(|_| Secret::new(""));
        Self(Arc::new(Inner {
            turns: Semaphore::new(AT_ONCE),
            waiting: AtomicUsize::new(0),
            operations: AtomicU64::new(0),
            decoy,
        }))
    }

    /// What is stored of a password.
    pub async fn hash(&self, password: Secret) -> Result<Secret, Refusal> {
        self.run(move || hash(password.expose())).await?.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            Refusal::internal()
        })
    }

    /// Whether `password` is the one behind `hash`. Costs the same without a hash.
    pub async fn verify(&self, password: Secret, hash: Option<Secret>) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.0.decoy.clone());
        let fits = self.run(move || verify(password.expose(), hash.expose())).await?;
        Ok(fits && known)
    }

    /// Hash operations since the start.
    pub fn operations(&self) -> u64 {
        self.0.operations.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let _waiting = Waiting::enter(&self.0)?;
        let turn = self.0.turns.acquire().await.map_err(|_| Refusal::internal())?;
        self.0.operations.fetch_add(1, Ordering::Relaxed);
        let result = crate::telemetry::spawn_blocking(work).await;
        drop(turn);
        Ok(result)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// One place in the queue.
struct Waiting<'a>(&'a Inner);

impl<'a> Waiting<'a> {
    fn enter(inner: &'a Inner) -> Result<Self, Refusal> {
        let waiting = Self(inner);
        if inner.waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
            return Ok(waiting);
        }
        Err(Refusal {
            retry_after_secs: Some(2),
            ..Refusal::new(
                ErrorCode::Full,
                "many people at once, please try again in a moment",
            )
        })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why a password is refused at registration.
pub fn check_password(password: &str) -> Result<(), Refusal> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Refusal::invalid(
            "10 characters or more, please. A short sentence works well.",
        ));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Refusal::invalid("this password is too long"));
    }
    Ok(())
}

/// Hashes on the calling thread, for the commands.
pub fn hash(password: &str) -> Result<Secret, argon2::password_hash::Error> {
    let hash = hasher().hash_password(password.as_bytes())?;
    Ok(Secret::new(hash.to_string()))
}

fn verify(password: &str, hash: &str) -> bool {
    // Longer ones were never accepted, and hashing them would be work for nothing.
    let password = password
        .as_bytes()
        .get(..PASSWORD_BYTES_MAX + 1)
        .unwrap_or(password.as_bytes());
    PasswordHash::new(hash).is_ok_and(|hash| hasher().verify_password(password, &hash).is_ok())
}

fn hasher() -> Argon2<'static> {
    // OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, None).expect("within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn knows_the_right_password_and_costs_the_same_without_an_account() {
        let passwords = Passwords::new();
        let hash = passwords
            .hash(Secret::new("a short sentence"))
            .await
            .expect("a hash");
        assert!(
            hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            hash.expose()
        );
        let before = passwords.operations();
        assert!(
            passwords
                .verify(Secret::new("a short sentence"), Some(hash.clone()))
                .await
                .expect("an answer")
        );
        assert!(
            !passwords
                .verify(Secret::new("another sentence"), Some(hash))
                .await
                .expect("an answer")
        );
        assert!(
            !passwords
                .verify(Secret::new("another sentence"), None)
                .await
                .expect("an answer")
        );
        assert_eq!(passwords.operations() - before, 3);
    }

    #[tokio::test]
    async fn a_flood_of_passwords_is_turned_away_and_nothing_stays_behind() {
        let passwords = Passwords::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut try_one = || {
            let mut hashing = Box::pin(passwords.verify(Secret::new("a short sentence"), None));
            (hashing.as_mut().poll(&mut context), hashing)
        };
        let waiting: Vec<_> = (0..WAITING).map(|_| try_one()).collect();
        assert!(waiting.iter().all(|(answer, _)| answer.is_pending()));
        let (Poll::Ready(Err(refusal)), _) = try_one() else {
            panic!("it should be refused at once")
        };
        assert_eq!(
            (refusal.code, refusal.retry_after_secs),
            (ErrorCode::Full, Some(2))
        );
        assert_eq!(passwords.operations(), AT_ONCE as u64, "not more at a time");
        drop(waiting);
        assert!(
            passwords
                .verify(Secret::new("a short sentence"), None)
                .await
                .is_ok()
        );
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check_password("123456789").is_err());
        assert!(check_password("żółta łódź").is_ok());
        assert!(check_password(&"x".repeat(PASSWORD_BYTES_MAX)).is_ok());
        assert!(check_password(&"x".repeat(PASSWORD_BYTES_MAX + 1)).is_err());
    }
}
