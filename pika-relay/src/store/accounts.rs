//! DJs, their tokens and their logins in browsers: rows and what is asked of them.

use pika_protocol::UnixMs;
use uuid::Uuid;

use super::StoreError;
use super::models::OwnerId;
use crate::auth::{Secret, TokenHash};

/// A DJ's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DjRow {
    /// Owns the DJ's sessions.
    pub id: OwnerId,
    /// Stands in public addresses; unique.
    pub slug: String,
    /// As dancers see it.
    pub name: String,
    /// Case-folded; unique. Never logged.
    pub email: Secret,
    /// PHC string.
    pub password_hash: Secret,
    /// Whether `/dj/{slug}` shows anything.
    pub public_profile: bool,
    /// When it was made.
    pub created_at: UnixMs,
}

/// A token's row; the token itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Names it in forms.
    pub id: Uuid,
    /// Whose.
    pub dj: OwnerId,
    /// What its owner calls it, usually a computer.
    pub name: String,
    /// When it was made.
    pub created_at: UnixMs,
    /// When it was last used, to the hour; its creation counts.
    pub last_used_at: UnixMs,
}

/// Which unique field of an account is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Another account has this e-mail address.
    Email,
    /// Another account has this slug.
    Slug,
}

/// A song and how often it was liked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SongLikes {
    /// Its title.
    pub title: String,
    /// Its artist.
    pub artist: String,
    /// Likes over all plays.
    pub likes: u32,
}

/// Accounts. Each call is a transaction of its own.
pub trait AccountStore {
    /// Adds an account, or says what is taken.
    fn add_dj(&self, dj: &DjRow) -> Result<Result<(), Taken>, StoreError>;

    /// Saves an account's row. Errors: [`StoreError::NotFound`]; [`StoreError::Conflict`].
    fn save_dj(&self, dj: &DjRow) -> Result<(), StoreError>;

    /// The account with this id.
    fn dj_by_id(&self, id: OwnerId) -> Result<Option<DjRow>, StoreError>;

    /// The account with this case-folded address.
    fn dj_by_email(&self, email: &str) -> Result<Option<DjRow>, StoreError>;

    /// The account with this slug.
    fn dj_by_slug(&self, slug: &str) -> Result<Option<DjRow>, StoreError>;

    /// Accounts by slug, those after `after`.
    fn djs(&self, after: Option<&str>, limit: u32) -> Result<Vec<DjRow>, StoreError>;

    /// Deletes an account with its tokens, logins and sessions; whether there was one.
    fn delete_dj(&self, id: OwnerId) -> Result<bool, StoreError>;

    /// Adds a token. Errors: [`StoreError::NotFound`] when there is no such account.
    fn add_token(&self, token: &TokenRow, hash: &TokenHash) -> Result<(), StoreError>;

    /// The token with this hash and its owner.
    fn token_owner(&self, hash: &TokenHash) -> Result<Option<(TokenRow, DjRow)>, StoreError>;

    /// Tokens of an account, oldest first.
    fn tokens_of(&self, dj: OwnerId) -> Result<Vec<TokenRow>, StoreError>;

    /// Notes a use.
    fn touch_token(&self, id: Uuid, at: UnixMs) -> Result<(), StoreError>;

    /// Deletes a token of this account; whether there was one.
    fn delete_token(&self, dj: OwnerId, id: Uuid) -> Result<bool, StoreError>;

    /// Deletes all tokens of an account; how many.
    fn delete_tokens_of(&self, dj: OwnerId) -> Result<u64, StoreError>;

    /// Deletes tokens not used since `before`; how many.
    fn delete_unused_tokens(&self, before: UnixMs) -> Result<u64, StoreError>;

    /// Notes a login in a browser.
    fn add_web_session(
        &self,
        hash: &TokenHash,
        dj: OwnerId,
        created_at: UnixMs,
        expires_at: UnixMs,
    ) -> Result<(), StoreError>;

    /// Who is logged in with this cookie at `now`.
    fn web_session_owner(&self, hash: &TokenHash, now: UnixMs) -> Result<Option<DjRow>, StoreError>;

    /// Ends a login.
    fn delete_web_session(&self, hash: &TokenHash) -> Result<(), StoreError>;

    /// Ends all logins of an account.
    fn delete_web_sessions_of(&self, dj: OwnerId) -> Result<(), StoreError>;

    /// Deletes logins that ended before `now`; how many.
    fn delete_ended_web_sessions(&self, now: UnixMs) -> Result<u64, StoreError>;

    /// Likes per title and artist, as written, over an account's listed sessions without PIN;
    /// most liked first, at most `limit`.
    fn loved_songs(&self, owner: OwnerId, limit: u32) -> Result<Vec<SongLikes>, StoreError>;
}
