//! Logins in browsers: a random cookie, known to the database by its hash, and the mark that forms carry.

use crate::{
    auth::TokenHash,
    base::{Moment, Secret, random},
    relay::Relay,
    store::{StoreError, accounts::DjRow, models::OwnerId},
};

/// Length of [`Secret::random`]: another text is no cookie of ours.
const COOKIE_CHARS: usize = 32;

impl Relay {
    /// Logs a browser in and answers with the new cookie. The login it had before, if any, ends: who planted that
    /// one gains nothing.
    pub async fn begin_web_login(
        &self,
        owner: OwnerId,
        before: Option<&Secret>,
    ) -> Result<Secret, StoreError> {
        let cookie = Secret::random();
        let (hash, before) = (hash_of(&cookie), before.map(hash_of));
        let now = Moment::now().at;
        let age = i64::try_from(self.config.limits.web_session_age.as_millis()).unwrap_or(i64::MAX);
        self.store
            .run(move |store| {
                if let Some(before) = before {
                    store.delete_web_session(&before)?;
                }
                store.add_web_session(&hash, owner, now, now.plus_ms(age))
            })
            .await?;
        Ok(cookie)
    }

    /// Who is logged in with this cookie.
    pub async fn web_login(&self, cookie: &Secret) -> Result<Option<DjRow>, StoreError> {
        if cookie.expose().len() != COOKIE_CHARS {
            return Ok(None);
        }
        let hash = hash_of(cookie);
        self.store
            .run(move |store| store.web_session_owner(&hash, Moment::now().at))
            .await
    }

    /// Ends the login with this cookie.
    pub async fn end_web_login(&self, cookie: &Secret) -> Result<(), StoreError> {
        let hash = hash_of(cookie);
        self.store.run(move |store| store.delete_web_session(&hash)).await
    }

    /// The mark that the forms of the browser with this cookie carry. Another site can make a browser send its
    /// cookie, but does not know this.
    pub fn form_mark(&self, cookie: &Secret) -> String {
        random::base64url(&self.key.tag(b"pika form 1", &[cookie.expose().as_bytes()]))
    }

    /// Whether a form carries the mark of this cookie; compared in constant time.
    pub fn is_form_mark(&self, cookie: &Secret, mark: &str) -> bool {
        random::from_base64url::<16>(mark).is_some_and(|tag| {
            self.key
                .verify(b"pika form 1", &[cookie.expose().as_bytes()], &tag)
                .is_some()
        })
    }
}

fn hash_of(cookie: &Secret) -> TokenHash {
    TokenHash::of(cookie.expose())
}
