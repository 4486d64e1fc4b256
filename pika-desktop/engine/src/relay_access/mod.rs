//! A relay and the right to publish on it. Its address and the token are read in one way, once; who holds a
//! [`RelayAccess`] need not check it again.

mod address;
mod page;
mod token;

use std::{fmt, net::SocketAddr};

pub use address::{AddressError, RelayAddress};
pub(crate) use page::{Page, page_address};
use sha2::{Digest, Sha256};
pub use token::{Token, TokenError};

/// A relay and the right to publish on it: of an account, or of the relay inside this program.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayAccess {
    url: String,
    secret: String,
    is_local: bool,
}

/// The token would travel in the open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "This relay address is not encrypted. Your token would travel in the open. Use the address that begins with https://."
)]
pub struct NotEncrypted;

impl RelayAccess {
    /// To publish as an account.
    ///
    /// Errors: the token must not be sent to this address.
    pub fn of_account(address: &RelayAddress, token: &Token) -> Result<Self, NotEncrypted> {
        if !address.takes_secrets() {
            return Err(NotEncrypted);
        }
        Ok(Self {
            url: address.to_string(),
            secret: token.reveal().to_owned(),
            is_local: false,
        })
    }

    /// To publish on the relay inside this program, which made `key` at its start and listens at `at`. What is sent
    /// to this computer's own address never leaves it, so that need not be encrypted.
    pub fn of_this_program(at: SocketAddr, key: impl Into<String>) -> Self {
        Self {
            url: format!("http://{at}"),
            secret: key.into(),
            is_local: true,
        }
    }

    /// The relay's address without a slash at the end: `https://pika.example`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The account's token, or the key of the relay inside this program: for that relay and nobody else.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What tells accounts of a relay apart where nothing secret may be kept; `None` for the relay inside this program,
    /// which has none. A token is far too long for anybody to find it by trying.
    pub fn digest(&self) -> Option<String> {
        if self.is_local {
            return None;
        }
        let mut hash = Sha256::new();
        hash.update(self.url.as_bytes());
        hash.update([0]);
        hash.update(self.secret.as_bytes());
        let half = hash.finalize();
        Some(half.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Whether it is the relay inside this program: its port and key may change, its sessions stay.
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// What stays the same from one start to the next: which relay a session lives on.
    pub fn place(&self) -> &str {
        if self.is_local { "local" } else { &self.url }
    }
}

impl fmt::Debug for RelayAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secret never stands in a log.
        f.debug_struct("RelayAccess")
            .field("url", &self.url)
            .field("is_local", &self.is_local)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "pk_dj_abcdefghijklmnopqrstuvwxyz234567";

    fn access(address: &str) -> Result<RelayAccess, NotEncrypted> {
        let address = RelayAddress::parse(address).unwrap();
        RelayAccess::of_account(&address, &Token::parse(TOKEN).unwrap())
    }

    #[test]
    fn a_token_is_shown_over_https_or_to_this_computer_only() {
        for right in [
            "https://pika.example",
            "http://127.0.0.1:3001",
            "http://localhost:1",
            "http://pi.localhost:3001",
            "http://[::1]:3001",
        ] {
            let access = access(right).unwrap();
            assert_eq!(
                (access.url(), access.secret(), access.place()),
                (right, TOKEN, right)
            );
        }
        for wrong in [
            "http://pika.example",
            "http://192.168.1.5:3001",
            "http://localhost.evil.example",
        ] {
            assert_eq!(access(wrong), Err(NotEncrypted), "{wrong}");
        }
        for none in ["http://127.0.0.1@evil.example", "ftp://127.0.0.1", ""] {
            assert!(RelayAddress::parse(none).is_err(), "{none}");
        }
        // Without a protocol it is encrypted, not refused.
        assert_eq!(access("pika.example").unwrap().url(), "https://pika.example");
    }

    #[test]
    fn the_relay_inside_this_program_has_a_key_and_one_place_wherever_it_listens() {
        for at in ["127.0.0.1:3001", "192.168.1.5:40001"] {
            let access = RelayAccess::of_this_program(at.parse().unwrap(), "6b6579");
            assert_eq!(access.url(), format!("http://{at}"));
            assert_eq!((access.secret(), access.place()), ("6b6579", "local"));
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        assert!(!format!("{:?}", access("https://pika.example")).contains("pk_dj_abc"));
        let local = RelayAccess::of_this_program(([127, 0, 0, 1], 1).into(), "6b6579");
        assert!(!format!("{local:?}").contains("6b6579"));
        assert_eq!(local.digest(), None);
        let digests =
            ["https://pika.example", "https://other.example"].map(|at| access(at).unwrap().digest());
        assert_ne!(digests[0], digests[1]);
        assert!(!digests[0].as_ref().unwrap().contains("abc"));
    }
}
