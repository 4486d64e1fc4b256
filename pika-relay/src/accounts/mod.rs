//! Accounts of DJs: what a name, an address and a slug may be, how one is made, and who gets in.

pub mod names;
pub mod profile;
pub mod rejected;
pub mod sign_in;
pub mod tokens;
pub mod web_login;

use pika_protocol::UnixMs;
use uuid::Uuid;

use crate::{
    auth::DjToken,
    base::{Refusal, Secret, random},
    store::{
        Store, StoreError,
        accounts::{DjRow, Taken, TokenRow},
        models::OwnerId,
    },
};

/// Most tokens of an account.
pub const TOKENS_MAX: usize = 20;

/// What somebody wants an account for, checked.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// As dancers will see it.
    pub name: String,
    /// Case-folded.
    pub email: Secret,
}

impl NewAccount {
    /// Checks name and address.
    pub fn check(name: &str, email: &str) -> Result<Self, Refusal> {
        Ok(Self {
            name: names::display_name(name)?,
            email: Secret::new(names::email(email)?),
        })
    }

    /// Makes the account, finding a slug that is free. `None`: the address is taken. Blocks.
    pub fn create(
        &self,
        store: &dyn Store,
        password_hash: &Secret,
        now: UnixMs,
    ) -> Result<Option<DjRow>, StoreError> {
        let wanted = names::slug(&self.name);
        for attempt in 1..=40 {
            let slug = match attempt {
                1 if !names::is_reserved(&wanted) => wanted.clone(),
                1..=20 => format!("{wanted}-{}", attempt.max(2)),
                _ => format!("{wanted}-{}", random::base32(&random::bytes::<5>())),
            };
            let dj = DjRow {
                id: OwnerId(Uuid::new_v4()),
                slug,
                name: self.name.clone(),
                email: self.email.clone(),
                password_hash: password_hash.clone(),
                public_profile: false,
                created_at: now,
            };
            match store.add_dj(&dj)? {
                Ok(()) => return Ok(Some(dj)),
                Err(Taken::Email) => return Ok(None),
                Err(Taken::Slug) => {}
            }
        }
        Err(StoreError::Other("no slug is free".into()))
    }
}

/// Makes a token for an account; it is shown once and then only its hash is known. Blocks.
pub fn create_token(
    store: &dyn Store,
    owner: OwnerId,
    name: &str,
    now: UnixMs,
) -> Result<(TokenRow, DjToken), StoreError> {
    let token = DjToken::generate();
    let row = TokenRow {
        id: Uuid::new_v4(),
        dj: owner,
        name: name.to_owned(),
        created_at: now,
        last_used_at: now,
    };
    store.add_token(&row, &token.hash())?;
    Ok((row, token))
}
