//! What every other module may stand on: moments, secrets, random bytes, refusals. It stands on the rate limiter alone,
//! whose wait a refusal repeats.

pub mod moment;
pub(crate) mod random;
mod refusal;
mod secret;

pub use moment::Moment;
pub use refusal::Refusal;
pub use secret::Secret;

/// The items of a list with commas.
pub(crate) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
