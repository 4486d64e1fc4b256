//! Accounts for programs: registering, logging in by cookie, the dashboard's data, tokens; and whose a token is.

use std::sync::Arc;

use bytes::Bytes;
use pika_protocol::{ErrorCode, UnixMs};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use warp::{
    Filter, Rejection,
    filters::BoxedFilter,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    address, body,
    reply::{self, Reply},
    visitor::{Cookie, Visitor, refuse, visitor},
    with,
};
use crate::{
    accounts::{rejected::Rejected, sign_in::Wish, tokens::NewToken},
    auth::AddressKey,
    base::{Moment, Refusal, Secret},
    error::ApiError,
    relay::Relay,
    store::accounts::{DjRow, NightRow, TokenRow},
};

/// Whose token it is, and how it is.
#[derive(Debug, Serialize)]
struct Me {
    /// As dancers see it.
    name: String,
    /// Stands in the account's public addresses.
    slug: String,
    /// What the owner calls this token.
    token_name: String,
    /// When the token was made.
    token_created_at: UnixMs,
    /// When it will be deleted unless it is used before.
    token_ends_at: UnixMs,
    /// Whether that is so near that its owner should know.
    token_ends_soon: bool,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize)]
struct Account {
    name: String,
    slug: String,
    email: String,
    public_profile: bool,
    created_at: UnixMs,
}

/// The dashboard: account, tokens, latest nights.
#[derive(Debug, Serialize)]
struct Dashboard {
    account: Account,
    tokens: Vec<Token>,
    nights: Vec<OwnNight>,
}

/// A token, never the token itself.
#[derive(Debug, Serialize)]
struct Token {
    id: Uuid,
    name: String,
    created_at: UnixMs,
    /// Left out while it was not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<UnixMs>,
    /// When it will be deleted unless it is used before.
    ends_at: UnixMs,
    ends_soon: bool,
    /// Whether a DJ publishes with it at the moment.
    live: bool,
}

/// A session of the owner.
#[derive(Debug, Serialize)]
struct OwnNight {
    session_id: Uuid,
    code: String,
    name: String,
    listed: bool,
    has_pin: bool,
    started_at: UnixMs,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<UnixMs>,
    songs: u32,
    likes: u32,
    peak_listeners: u32,
}

/// A token at the one time it is shown.
#[derive(Serialize)]
struct ShownToken {
    id: Uuid,
    name: String,
    token: String,
}

#[derive(Deserialize)]
struct Registering {
    name: String,
    email: String,
    password: String,
    invite: Option<String>,
}

#[derive(Deserialize)]
struct LoggingIn {
    email: String,
    password: String,
}

#[derive(Deserialize)]
struct SigningIn {
    email: String,
    password: String,
    token_name: Option<String>,
}

#[derive(Deserialize)]
struct ProfileChange {
    name: Option<String>,
    slug: Option<String>,
    public_profile: Option<bool>,
}

#[derive(Deserialize)]
struct PasswordChange {
    current: String,
    new: String,
}

#[derive(Deserialize)]
struct TokenWish {
    name: Option<String>,
}

/// `GET /api/auth/me`: for every relay.
pub(super) fn me_route(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    warp::path!("api" / "auth" / "me")
        .and(warp::get().or(warp::head()).unify())
        .and(with(relay))
        .and(address(relay))
        .and(warp::header::optional::<String>("authorization"))
        .then(async |relay: Arc<Relay>, address, header: Option<String>| {
            let token = header.as_deref().and_then(|value| value.strip_prefix("Bearer "));
            match me(&relay, address, token.unwrap_or_default()).await {
                Ok(me) => reply::json(StatusCode::OK, &me),
                Err(refusal) => reply::refused(&refusal),
            }
        })
        .boxed()
}

/// `/api/auth/token` and everything below `/api/account`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    entrance(relay)
        .or(own_account(relay))
        .unify()
        .or(own_tokens(relay))
        .unify()
        .boxed()
}

/// Getting in and out.
fn entrance(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let register = warp::path!("api" / "account" / "register")
        .and(warp::post())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(register(&visitor, &body).await));
    let login = warp::path!("api" / "account" / "login")
        .and(warp::post())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(log_in(&visitor, &body).await));
    let logout = warp::path!("api" / "account" / "logout")
        .and(warp::post())
        .and(visitor(relay))
        .then(async |visitor: Visitor| answer(log_out(&visitor).await));
    let sign_in = warp::path!("api" / "auth" / "token")
        .and(warp::post())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(sign_in(&visitor, &body).await));
    register
        .or(login)
        .unify()
        .or(logout)
        .unify()
        .or(sign_in)
        .unify()
        .boxed()
}

/// What is seen and changed of one's own account.
fn own_account(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let dashboard = warp::path!("api" / "account")
        .and(warp::get().or(warp::head()).unify())
        .and(visitor(relay))
        .then(async |visitor: Visitor| answer(dashboard(&visitor).await));
    let change = warp::path!("api" / "account")
        .and(warp::patch())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(change(&visitor, &body).await));
    let password = warp::path!("api" / "account" / "password")
        .and(warp::post())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(change_password(&visitor, &body).await));
    let log_out_others = warp::path!("api" / "account" / "logout-others")
        .and(warp::post())
        .and(visitor(relay))
        .then(async |visitor: Visitor| answer(log_out_others(&visitor).await));
    dashboard
        .or(change)
        .unify()
        .or(password)
        .unify()
        .or(log_out_others)
        .unify()
        .boxed()
}

/// One's own tokens.
fn own_tokens(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let add = warp::path!("api" / "account" / "tokens")
        .and(warp::post())
        .and(posted(relay))
        .then(async |visitor: Visitor, body: Bytes| answer(add_token(&visitor, &body).await));
    let regenerate = warp::path!("api" / "account" / "tokens" / Uuid / "regenerate")
        .and(warp::post())
        .and(visitor(relay))
        .then(async |id, visitor: Visitor| answer(regenerate(&visitor, id).await));
    let revoke = warp::path!("api" / "account" / "tokens" / Uuid)
        .and(warp::delete())
        .and(visitor(relay))
        .then(async |id, visitor: Visitor| answer(revoke(&visitor, id).await));
    add.or(regenerate).unify().or(revoke).unify().boxed()
}

/// A browser's request with a bounded body.
fn posted(relay: &Arc<Relay>) -> impl Filter<Extract = (Visitor, Bytes), Error = Rejection> + Clone + use<> {
    visitor(relay).and(body(relay))
}

fn answer(result: Result<Reply, ApiError>) -> Reply {
    result.unwrap_or_else(|error| reply::failed(&error))
}

async fn register(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let wish: Registering = read(visitor, body)?;
    let wish = Wish {
        name: &wish.name,
        email: &wish.email,
        password: Secret::new(wish.password),
        invite: wish.invite.as_deref(),
    };
    let dj = visitor.relay.register(wish, visitor.address).await?;
    logged_in(visitor, StatusCode::CREATED, &dj).await
}

async fn log_in(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let LoggingIn { email, password } = read(visitor, body)?;
    let dj = visitor
        .relay
        .log_in(&email, Secret::new(password), visitor.address)
        .await?;
    logged_in(visitor, StatusCode::OK, &dj).await
}

async fn log_out(visitor: &Visitor) -> Result<Reply, ApiError> {
    visitor.check_same_site()?;
    if let Some(cookie) = visitor.cookie(Cookie::Login) {
        visitor.relay.end_web_login(&cookie).await?;
    }
    Ok(with_cookie(no_content(), visitor.drop_cookie(Cookie::Login)?))
}

/// A token for a program that knows e-mail and password: no cookie, nothing stays in the program but the token.
async fn sign_in(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let wish: SigningIn = read(visitor, body)?;
    let dj = visitor
        .relay
        .log_in(&wish.email, Secret::new(wish.password), visitor.address)
        .await?;
    let name = wish.token_name.unwrap_or_default();
    let made = visitor.relay.add_token(dj.id, Uuid::new_v4(), &name).await?;
    Ok(shown(made))
}

async fn dashboard(visitor: &Visitor) -> Result<Reply, ApiError> {
    let (relay, dj) = (&visitor.relay, visitor.logged_in().await?);
    let owner = dj.id;
    let tokens = relay.store.run(move |store| store.tokens_of(owner)).await?;
    let nights = relay.nights(owner, None).await?;
    let dashboard = Dashboard {
        account: Account::from(&dj),
        tokens: tokens.into_iter().map(|row| token(relay, row)).collect(),
        nights: nights.into_iter().map(OwnNight::from).collect(),
    };
    Ok(reply::json(StatusCode::OK, &dashboard))
}

async fn change(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let change: ProfileChange = read(visitor, body)?;
    let mut dj = visitor.logged_in().await?;
    let name = change.name.unwrap_or_else(|| dj.name.clone());
    let slug = change.slug.unwrap_or_else(|| dj.slug.clone());
    let is_public = change.public_profile.unwrap_or(dj.public_profile);
    let profile = visitor.relay.change_profile(&dj, &name, &slug, is_public).await?;
    (dj.name, dj.slug, dj.public_profile) = (profile.name, profile.slug, profile.is_public);
    Ok(reply::json(StatusCode::OK, &Account::from(&dj)))
}

async fn change_password(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let PasswordChange { current, new } = read(visitor, body)?;
    let dj = visitor.logged_in().await?;
    visitor
        .relay
        .change_password(&dj, Secret::new(current), Secret::new(new), visitor.address)
        .await?;
    logged_in(visitor, StatusCode::OK, &dj).await
}

async fn log_out_others(visitor: &Visitor) -> Result<Reply, ApiError> {
    visitor.check_same_site()?;
    let dj = visitor.logged_in().await?;
    let owner = dj.id;
    visitor
        .relay
        .store
        .run(move |store| store.delete_web_sessions_of(owner))
        .await?;
    logged_in(visitor, StatusCode::OK, &dj).await
}

async fn add_token(visitor: &Visitor, body: &[u8]) -> Result<Reply, ApiError> {
    let wish: TokenWish = read(visitor, body)?;
    let dj = visitor.logged_in().await?;
    let name = wish.name.unwrap_or_default();
    let made = visitor.relay.add_token(dj.id, Uuid::new_v4(), &name).await?;
    Ok(shown(made))
}

async fn regenerate(visitor: &Visitor, id: Uuid) -> Result<Reply, ApiError> {
    visitor.check_same_site()?;
    let dj = visitor.logged_in().await?;
    let made = visitor.relay.regenerate_token(dj.id, id, Uuid::new_v4()).await?;
    made.map(shown).ok_or_else(ApiError::not_found)
}

async fn revoke(visitor: &Visitor, id: Uuid) -> Result<Reply, ApiError> {
    visitor.check_same_site()?;
    let dj = visitor.logged_in().await?;
    if visitor.relay.revoke_token(dj.id, id).await? {
        Ok(no_content())
    } else {
        Err(ApiError::not_found())
    }
}

/// Reads a JSON body of our own page or a program. A form of another site cannot say that it is JSON without a
/// preflight, which is never granted here.
fn read<T: serde::de::DeserializeOwned>(visitor: &Visitor, body: &[u8]) -> Result<T, ApiError> {
    visitor.check_same_site()?;
    let kind = visitor.headers.get(header::CONTENT_TYPE);
    let is_json = kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("application/json")
    });
    if !is_json {
        return Err(ApiError::with_status(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is to be application/json",
        ));
    }
    // What is wrong with it may quote it, and it may hold a password.
    serde_json::from_slice(body).map_err(|_| Refusal::invalid("the body is not as it should be").into())
}

async fn logged_in(visitor: &Visitor, status: StatusCode, dj: &DjRow) -> Result<Reply, ApiError> {
    let cookie = visitor.log_in(dj).await?;
    Ok(with_cookie(reply::json(status, &Account::from(dj)), cookie))
}

fn with_cookie(mut reply: Reply, cookie: HeaderValue) -> Reply {
    reply.headers_mut().append(header::SET_COOKIE, cookie);
    reply
}

fn no_content() -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

fn shown(made: NewToken) -> Reply {
    let token = ShownToken {
        id: made.row.id,
        name: made.row.name,
        token: made.token.expose().to_owned(),
    };
    reply::json(StatusCode::CREATED, &token)
}

/// When a token is deleted unless it is used before, and whether that is soon.
pub(super) fn end_of(relay: &Relay, row: &TokenRow) -> (UnixMs, bool) {
    let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let limits = &relay.config.limits;
    let ends_at = row.last_used_at.plus_ms(millis(limits.token_unused));
    let left = ends_at.since_ms(Moment::now().at);
    (ends_at, left < millis(limits.token_warning))
}

fn token(relay: &Relay, row: TokenRow) -> Token {
    let (ends_at, ends_soon) = end_of(relay, &row);
    Token {
        live: relay.is_token_live(row.id),
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        last_used_at: (row.last_used_at > row.created_at).then_some(row.last_used_at),
        ends_at,
        ends_soon,
    }
}

impl From<&DjRow> for Account {
    fn from(dj: &DjRow) -> Self {
        Self {
            name: dj.name.clone(),
            slug: dj.slug.clone(),
            email: dj.email.expose().to_owned(),
            public_profile: dj.public_profile,
            created_at: dj.created_at,
        }
    }
}

impl From<NightRow> for OwnNight {
    fn from(night: NightRow) -> Self {
        Self {
            session_id: night.row.id.0,
            code: night.row.code.to_string(),
            name: night.row.name,
            listed: night.row.listed,
            has_pin: night.row.pin.is_some(),
            started_at: night.row.started_at,
            ended_at: night.row.ended_at,
            songs: night.songs,
            likes: night.likes,
            peak_listeners: night.row.peak_listeners,
        }
    }
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        if rejected.is_conflict {
            return Self::with_status(StatusCode::CONFLICT, rejected.refusal.message);
        }
        rejected.refusal.into()
    }
}

async fn me(relay: &Relay, address: AddressKey, token: &str) -> Result<Me, Refusal> {
    let unknown = || {
        Refusal::new(
            ErrorCode::Unauthorized,
            "this token is not valid, please sign in again",
        )
    };
    // The embedding program's own key belongs to no account.
    let shown = relay.dj(token, address).await?;
    let (owner, token_id) = (shown.owner, shown.token_id.ok_or_else(unknown)?);
    let read = relay
        .store
        .run(move |store| Ok((store.dj_by_id(owner)?, store.tokens_of(owner)?)))
        .await;
    let (dj, tokens) = read.map_err(refuse)?;
    let (Some(dj), Some(row)) = (dj, tokens.into_iter().find(|token| token.id == token_id)) else {
        return Err(unknown());
    };
    let (token_ends_at, token_ends_soon) = end_of(relay, &row);
    Ok(Me {
        name: dj.name,
        slug: dj.slug,
        token_name: row.name,
        token_created_at: row.created_at,
        token_ends_at,
        token_ends_soon,
    })
}
