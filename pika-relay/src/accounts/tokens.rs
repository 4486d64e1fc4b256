//! An account's tokens: named, shown once, revoked with everything that was opened with them.

use pika_protocol::limits::clean_text;
use uuid::Uuid;

use super::{
    TOKENS_MAX,
    rejected::{Field, Rejected},
};
use crate::{
    auth::DjToken,
    base::Moment,
    relay::Relay,
    store::{StoreError, accounts::TokenRow, models::OwnerId},
};

/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS: usize = 60;
/// What a token without a name is called.
const NAMELESS: &str = "Laptop";

/// A token that was just made: the one time it can be shown.
#[derive(Debug)]
pub struct NewToken {
    /// Its row.
    pub row: TokenRow,
    /// The token itself.
    pub token: DjToken,
}

impl Relay {
    /// Makes a token. `id` is made by whoever asks, so that the same request sent twice makes one token: the second
    /// time is [`StoreError::Conflict`], told as `account.token_shown`.
    pub async fn add_token(&self, owner: OwnerId, id: Uuid, name: &str) -> Result<NewToken, Rejected> {
        let name = token_name(name)?;
        let (row, token) = made(owner, id, name);
        let (kept, hash) = (row.clone(), token.hash());
        let added = self
            .store
            .run(move |store| {
                let tokens = store.tokens_of(owner)?;
                if tokens.iter().any(|token| token.id == id) {
                    return Err(StoreError::Conflict);
                }
                if tokens.len() >= TOKENS_MAX {
                    return Ok(false);
                }
                store.add_token(&kept, &hash).map(|()| true)
            })
            .await;
        match added {
            Ok(true) => Ok(NewToken { row, token }),
            Ok(false) => Err(Rejected::taken(
                Field::TokenName,
                "account.tokens_full",
                "an account has at most 20 tokens; revoke one that is not used",
            )),
            Err(error) => Err(shown_already(error)),
        }
    }

    /// Replaces a token by a new one of the same name; what was opened with the old one is closed. `None`: there is
    /// no such token of this account.
    pub async fn regenerate_token(
        &self,
        owner: OwnerId,
        old: Uuid,
        id: Uuid,
    ) -> Result<Option<NewToken>, Rejected> {
        let find = move |tokens: Vec<TokenRow>, id| tokens.into_iter().find(|token| token.id == id);
        let made = self
            .store
            .run(move |store| {
                let tokens = store.tokens_of(owner)?;
                if find(tokens.clone(), id).is_some() {
                    return Err(StoreError::Conflict);
                }
                let Some(before) = find(tokens, old) else {
                    return Ok(None);
                };
                let (row, token) = made(owner, id, before.name);
                // The old one first: two requests at once must not leave both.
                if !store.delete_token(owner, old)? {
                    return Ok(None);
                }
                store.add_token(&row, &token.hash())?;
                Ok(Some(NewToken { row, token }))
            })
            .await
            .map_err(shown_already)?;
        if made.is_some() {
            self.hub.revoke_token(old);
        }
        Ok(made)
    }

    /// Revokes a token and closes what was opened with it; whether there was one.
    pub async fn revoke_token(&self, owner: OwnerId, id: Uuid) -> Result<bool, StoreError> {
        let revoked = self.store.run(move |store| store.delete_token(owner, id)).await?;
        if revoked {
            self.hub.revoke_token(id);
        }
        Ok(revoked)
    }

    /// Whether a DJ publishes with this token at the moment.
    pub fn is_token_live(&self, id: Uuid) -> bool {
        self.hub
            .cells()
            .iter()
            .any(|cell| cell.publisher_token() == Some(id) && cell.live().row().dj_online)
    }
}

fn made(owner: OwnerId, id: Uuid, name: String) -> (TokenRow, DjToken) {
    let now = Moment::now().at;
    let row = TokenRow {
        id,
        dj: owner,
        name,
        created_at: now,
        last_used_at: now,
    };
    (row, DjToken::generate())
}

fn token_name(name: &str) -> Result<String, Rejected> {
    let name = clean_text(name);
    match name.chars().count() {
        0 => Ok(NAMELESS.to_owned()),
        1..=TOKEN_NAME_CHARS => Ok(name),
        _ => Err(Rejected::invalid(
            Field::TokenName,
            "account.token_name_long",
            "a token's name has at most 60 characters",
        )),
    }
}

fn shown_already(error: StoreError) -> Rejected {
    match error {
        StoreError::Conflict => Rejected::taken(
            Field::Form,
            "account.token_shown",
            "this token was made and shown already",
        ),
        error => error.into(),
    }
}
