//! Whose session it is. A relay takes what a session owes from whoever began it, so it is handed in with the same
//! account or not at all: two DJs may share a laptop and a relay.

use serde::{Deserialize, Serialize};

use super::command::AccountName;
use crate::relay_access::RelayAccess;

/// The account that a session belongs to. Holds no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Owner {
    /// Digest of the token that it began with.
    token: String,
    /// The account, as its relay told; empty before.
    account: AccountName,
}

impl Owner {
    /// Who publishes with this access; `account`: as its relay told. The relay inside this program has no accounts.
    pub(super) fn of(access: &RelayAccess, account: Option<&AccountName>) -> Option<Self> {
        Some(Self {
            token: access.digest()?,
            account: account.cloned().unwrap_or_default(),
        })
    }

    /// Whether both are the same account: a token is replaced now and then, and a relay that is not reached does not
    /// say whose a token is.
    pub(super) fn is(&self, other: &Self) -> bool {
        let slug = &self.account.slug;
        self.token == other.token || (!slug.is_empty() && *slug == other.account.slug)
    }

    /// Whether `other` may take this one's place with another token: where it is known whose this is, it must be known
    /// of the other, too, and be the same.
    pub(super) fn gives_way_to(&self, other: &Self) -> bool {
        self.account.slug.is_empty() || self.account.slug == other.account.slug
    }

    /// The same account has another token, or more is known of it.
    pub(super) fn renew(&mut self, other: Self) {
        self.token = other.token;
        if !other.account.slug.is_empty() {
            self.account = other.account;
        }
    }

    /// Takes over what `other` knows better. Returns whether that is news.
    pub(super) fn learn(&mut self, other: &Self) -> bool {
        let is_news = self.is(other) && !other.account.slug.is_empty() && self.account != other.account;
        if is_news {
            self.account.clone_from(&other.account);
        }
        is_news
    }

    /// The DJ's name; empty where nobody told it.
    pub(super) fn name(&self) -> &str {
        &self.account.name
    }
}
