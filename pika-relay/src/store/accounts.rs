//! DJs, their tokens and their logins in browsers: rows and what is asked of them.

use pika_protocol::UnixMs;
use uuid::Uuid;

use super::{
    error::StoreError,
    models::{OwnerId, SessionRow},
};
use crate::{auth::TokenHash, base::Secret};

/// Browsers in which an account may be logged in.
pub const LOGINS_MAX: u32 = 50;

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

/// What others see of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// As dancers see it.
    pub name: String,
    /// Stands in public addresses.
    pub slug: String,
    /// Whether `/dj/{slug}` shows anything.
    pub is_public: bool,
}

/// A session in a DJ's list of nights.
#[derive(Clone, Debug, PartialEq)]
pub struct NightRow {
    /// The session.
    pub row: SessionRow,
    /// Plays that were not removed.
    pub songs: u32,
    /// Likes of those plays.
    pub likes: u32,
}

/// Which of a DJ's sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nights {
    /// All.
    Own,
    /// Those a profile may show: listed, over, and without a PIN.
    Public,
}

/// A profile's sums over all public nights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicFigures {
    /// How many there were.
    pub nights: u32,
    /// Likes over all of them.
    pub likes: u64,
    /// How many plays had which tempo in whole beats a minute, slowest first.
    pub tempos: Vec<(u32, u32)>,
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

    /// Changes what others see of an account, and nothing else, so that a password changed meanwhile stays changed.
    /// Errors: [`StoreError::NotFound`].
    fn save_profile(&self, id: OwnerId, profile: &Profile) -> Result<Result<(), Taken>, StoreError>;

    /// Changes an account's password. Errors: [`StoreError::NotFound`].
    fn save_password(&self, id: OwnerId, password_hash: &Secret) -> Result<(), StoreError>;

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

    /// Notes a login in a browser; of an account's logins the latest [`LOGINS_MAX`] stay.
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

    /// Nights of an account, latest first, begun before `before`.
    fn nights_of(
        &self,
        owner: OwnerId,
        which: Nights,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<NightRow>, StoreError>;

    /// Sums over an account's public nights.
    fn public_figures(&self, owner: OwnerId) -> Result<PublicFigures, StoreError>;

    /// Likes per title and artist, as written, over an account's listed sessions without PIN;
    /// most liked first, at most `limit`.
    fn loved_songs(&self, owner: OwnerId, limit: u32) -> Result<Vec<SongLikes>, StoreError>;
}
