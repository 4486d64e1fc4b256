//! The DJ's account on a relay: its address, the token that proves who publishes, where that is kept.
//!
//! The token is kept by the system's keychain, or where there is none for this run only; it is sent to the
//! relay it belongs to and to no other, and never over an open connection except to this computer.

mod check;
mod secrets;
mod worker;

pub use secrets::{MemorySecrets, SecretStore, system_secrets};
pub use worker::{AccountHandle, spawn};

use crate::relay_access::{RelayAccess, RelayAddress, Token};

/// What the account can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountCommand {
    /// This relay from now on; another one than before forgets the token. `None`: none.
    SetRelay(Option<RelayAddress>),
    /// Keep this token and ask the relay whose it is.
    Connect(Token),
    /// Ask the relay again.
    Check,
    /// Forget the token.
    Disconnect,
    /// Look how long the relay takes to answer. Needs no token and changes nothing else.
    Measure,
}

/// How the relay answered last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// It was not asked yet.
    #[default]
    Unknown,
    /// There and back in so many milliseconds, on a connection that was open.
    Answers(u32),
    /// It did not.
    Silent,
}

/// Where the token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the system's keychain.
    Keychain,
    /// In memory, since there is no keychain: gone when the program ends.
    ThisRun,
}

/// What is known of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccountStatus {
    /// No token.
    #[default]
    NoToken,
    /// The relay is being asked.
    Checking,
    /// The relay knows the token.
    Valid(AccountProfile),
    /// The relay does not accept the token: replaced or revoked.
    Refused,
    /// The relay was not reached; the token is kept. Holds why, in one sentence.
    Unreachable(String),
    /// The address is not encrypted, so the token is not sent there.
    Insecure,
}

/// Whose token it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct AccountProfile {
    /// As dancers see it.
    pub name: String,
    /// Stands in the account's public addresses.
    #[serde(default)]
    pub slug: String,
    /// What the owner calls this token.
    #[serde(default)]
    pub token_name: String,
    /// Whether the token ends soon unless it is used.
    #[serde(default)]
    pub token_ends_soon: bool,
}

/// The account as screens show it. Holds no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountState {
    /// The relay.
    pub relay: Option<RelayAddress>,
    /// The last four characters of the token, to tell it from others.
    pub token_tail: Option<String>,
    /// Where the token is kept, or would be.
    pub place: Option<TokenPlace>,
    /// What is known.
    pub status: AccountStatus,
    /// How the relay answered last.
    pub reach: Reach,
    /// Why the keychain did not do as it was asked, in one sentence.
    pub problem: Option<String>,
    /// Whether there is a token that may be sent, and so a way to publish there.
    pub can_publish: bool,
}

/// What is reported of the account: what screens may show, and apart from it the secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountReport {
    /// For the screens.
    pub state: AccountState,
    /// How to publish on the account's relay; it is there when [`AccountState::can_publish`].
    pub access: Option<RelayAccess>,
}

#[cfg(test)]
mod tests;
