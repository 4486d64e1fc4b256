//! The forms of DJs' pages: plain POSTs that work without script. Each carries its browser's mark (`csrf`).

use std::sync::Arc;

use bytes::Bytes;
use pika_protocol::ErrorCode;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;
use warp::{
    Filter, Rejection,
    filters::BoxedFilter,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    body,
    dj_pages::{
        dashboard::{Shown, dashboard},
        entrance::{TypedForm, show_login, show_register},
        html::{Html, broken, private, to},
    },
    page_data::origin_of,
    pages::words,
    reply::Reply,
    visitor::{Cookie, Visitor, refuse, visitor},
};
use crate::{
    accounts::{
        rejected::{Field, Rejected},
        sign_in::Wish,
        tokens::NewToken,
    },
    base::{Refusal, Secret},
    error::ApiError,
    pages::dj::dashboard::{ConfirmPage, NewTokenView, confirm_page},
    relay::Relay,
    store::accounts::DjRow,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct RegisterForm {
    csrf: String,
    name: String,
    email: String,
    password: String,
    invite: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LoginForm {
    csrf: String,
    email: String,
    password: String,
    /// Id of the session to be shown afterwards.
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BareForm {
    csrf: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenForm {
    csrf: String,
    /// Made with the form, so that sending it twice makes one token.
    id: Uuid,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenActForm {
    csrf: String,
    /// `yes`: it was asked.
    sure: String,
    new_id: Uuid,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    csrf: String,
    name: String,
    slug: String,
    /// Of a check box: there when it is ticked.
    public: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    csrf: String,
    current: String,
    new: String,
}

/// Every form.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let register = warp::path!("dj" / "register").and(sent(relay)).then(register);
    let login = warp::path!("dj" / "login").and(sent(relay)).then(log_in);
    let logout = warp::path!("dj" / "logout").and(sent(relay)).then(log_out);
    let others = warp::path!("dj" / "logout-others")
        .and(sent(relay))
        .then(log_out_others);
    let token = warp::path!("dj" / "tokens").and(sent(relay)).then(add_token);
    let revoke = warp::path!("dj" / "tokens" / Uuid / "revoke")
        .and(sent(relay))
        .then(revoke_token);
    let regenerate = warp::path!("dj" / "tokens" / Uuid / "regenerate")
        .and(sent(relay))
        .then(regenerate_token);
    let profile = warp::path!("dj" / "profile").and(sent(relay)).then(save_profile);
    let password = warp::path!("dj" / "password")
        .and(sent(relay))
        .then(save_password);
    let entrance = register.or(login).unify().or(logout).unify().or(others).unify();
    entrance
        .or(token)
        .unify()
        .or(revoke)
        .unify()
        .or(regenerate)
        .unify()
        .or(profile)
        .unify()
        .or(password)
        .unify()
        .map(warp::Reply::into_response)
        .boxed()
}

/// A form that was sent.
fn sent(relay: &Arc<Relay>) -> impl Filter<Extract = (Visitor, Bytes), Error = Rejection> + Clone + use<> {
    warp::post().and(visitor(relay)).and(body(relay))
}

async fn register(visitor: Visitor, body: Bytes) -> Html {
    let form: RegisterForm = read(&body);
    // Sent again by a reload: the account is there, and who sent it is logged in.
    if let Ok(Some(_)) = visitor.dj().await {
        return to("/dj");
    }
    let made = async {
        check(&visitor, Cookie::Form, &form.csrf)?;
        let wish = Wish {
            name: &form.name,
            email: &form.email,
            password: Secret::new(&*form.password),
            invite: Some(&form.invite),
        };
        let dj = visitor.relay.register(wish, visitor.address).await?;
        let token = visitor.relay.add_token(dj.id, Uuid::new_v4(), "").await?;
        let (cookie, login) = log_browser_in(&visitor, &dj).await?;
        Ok((dj, token, cookie, login))
    };
    match made.await {
        Ok((dj, token, cookie, login)) => {
            let shown = Shown {
                new_token: Some(view(&token)),
                cookie: Some(cookie),
                login: Some(login),
                ..Shown::default()
            };
            dashboard(&visitor, &dj, StatusCode::OK, shown).await
        }
        Err(rejected) => {
            let typed = TypedForm {
                name: form.name,
                email: form.email,
                invite: form.invite,
                ..TypedForm::default()
            };
            show_register(&visitor, typed, Some(&rejected))
        }
    }
}

async fn log_in(visitor: Visitor, body: Bytes) -> Html {
    let form: LoginForm = read(&body);
    let next = form.next.parse::<Uuid>().ok();
    let entered = async {
        check(&visitor, Cookie::Form, &form.csrf)?;
        let dj = visitor
            .relay
            .log_in(&form.email, Secret::new(&*form.password), visitor.address)
            .await?;
        log_browser_in(&visitor, &dj).await
    };
    match entered.await {
        Ok((cookie, _)) => {
            let path = next.map_or_else(
                || "/dj?welcome=1".to_owned(),
                |next| format!("/dj/sessions/{next}"),
            );
            with_cookie(to(&path), cookie)
        }
        Err(rejected) => {
            let typed = TypedForm {
                email: form.email,
                next,
                ..TypedForm::default()
            };
            show_login(&visitor, typed, Some(&rejected))
        }
    }
}

async fn log_out(visitor: Visitor, body: Bytes) -> Html {
    let form: BareForm = read(&body);
    let left = async {
        if let Some(cookie) = visitor.cookie(Cookie::Login) {
            check(&visitor, Cookie::Login, &form.csrf)?;
            visitor.relay.end_web_login(&cookie).await?;
        }
        Ok::<_, Rejected>(visitor.drop_cookie(Cookie::Login)?)
    };
    match left.await {
        Ok(cookie) => with_cookie(to("/dj/login?done=out"), cookie),
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn log_out_others(visitor: Visitor, body: Bytes) -> Html {
    let form: BareForm = read(&body);
    let done = async {
        let dj = owner(&visitor, &form.csrf).await?;
        let id = dj.id;
        visitor
            .relay
            .store
            .run(move |store| store.delete_web_sessions_of(id))
            .await?;
        log_browser_in(&visitor, &dj).await
    };
    match done.await {
        Ok((cookie, _)) => with_cookie(to("/dj?done=others"), cookie),
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn add_token(visitor: Visitor, body: Bytes) -> Html {
    let form: TokenForm = read(&body);
    let made = async {
        let dj = owner(&visitor, &form.csrf).await?;
        let id = if form.id.is_nil() { Uuid::new_v4() } else { form.id };
        let token = visitor.relay.add_token(dj.id, id, &form.name).await?;
        Ok((dj, token))
    };
    match made.await {
        Ok((dj, token)) => show_token(&visitor, &dj, &token).await,
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn revoke_token(id: Uuid, visitor: Visitor, body: Bytes) -> Html {
    let form: TokenActForm = read(&body);
    let done = async {
        let dj = owner(&visitor, &form.csrf).await?;
        if form.sure != "yes" && visitor.relay.is_token_live(id) {
            return question(&visitor, &dj, id, "revoke").await;
        }
        visitor.relay.revoke_token(dj.id, id).await?;
        Ok(to("/dj?done=revoked"))
    };
    match done.await {
        Ok(html) => html,
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn regenerate_token(id: Uuid, visitor: Visitor, body: Bytes) -> Html {
    let form: TokenActForm = read(&body);
    let done = async {
        let dj = owner(&visitor, &form.csrf).await?;
        if form.sure != "yes" && visitor.relay.is_token_live(id) {
            return question(&visitor, &dj, id, "regenerate").await;
        }
        let new_id = if form.new_id.is_nil() {
            Uuid::new_v4()
        } else {
            form.new_id
        };
        match visitor.relay.regenerate_token(dj.id, id, new_id).await? {
            Some(token) => Ok(show_token(&visitor, &dj, &token).await),
            None => Ok(to("/dj")),
        }
    };
    match done.await {
        Ok(html) => html,
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn save_profile(visitor: Visitor, body: Bytes) -> Html {
    let form: ProfileForm = read(&body);
    let saved = async {
        let dj = owner(&visitor, &form.csrf).await?;
        visitor
            .relay
            .change_profile(&dj, &form.name, &form.slug, form.public.is_some())
            .await
    };
    match saved.await {
        Ok(_) => to("/dj?done=profile"),
        Err(rejected) => again(&visitor, rejected).await,
    }
}

async fn save_password(visitor: Visitor, body: Bytes) -> Html {
    let form: PasswordForm = read(&body);
    let saved = async {
        let dj = owner(&visitor, &form.csrf).await?;
        let (current, new) = (Secret::new(&*form.current), Secret::new(&*form.new));
        visitor
            .relay
            .change_password(&dj, current, new, visitor.address)
            .await?;
        log_browser_in(&visitor, &dj).await
    };
    match saved.await {
        Ok((cookie, _)) => with_cookie(to("/dj?done=password"), cookie),
        Err(rejected) => again(&visitor, rejected).await,
    }
}

/// The dashboard with what was wrong; who is not logged in is asked to.
async fn again(visitor: &Visitor, rejected: Rejected) -> Html {
    match visitor.dj().await {
        Ok(Some(dj)) => {
            let status = ApiError::from(rejected.clone()).status();
            let shown = Shown {
                rejected: Some(rejected),
                ..Shown::default()
            };
            dashboard(visitor, &dj, status, shown).await
        }
        Ok(None) => to("/dj/login"),
        Err(refusal) => broken(visitor, &refusal),
    }
}

async fn show_token(visitor: &Visitor, dj: &DjRow, token: &NewToken) -> Html {
    let shown = Shown {
        new_token: Some(view(token)),
        ..Shown::default()
    };
    dashboard(visitor, dj, StatusCode::OK, shown).await
}

/// Asks before a token is taken from a session that goes on.
async fn question(visitor: &Visitor, dj: &DjRow, id: Uuid, what: &'static str) -> Result<Html, Rejected> {
    let owner = dj.id;
    let tokens = visitor
        .relay
        .store
        .run(move |store| store.tokens_of(owner))
        .await?;
    let Some(token) = tokens.into_iter().find(|token| token.id == id) else {
        return Ok(to("/dj"));
    };
    let cookie = visitor.cookie(Cookie::Login);
    let data = ConfirmPage {
        csrf: cookie
            .map(|cookie| visitor.relay.form_mark(&cookie))
            .unwrap_or_default(),
        what,
        name: token.name,
        action: format!("/dj/tokens/{id}/{what}"),
        new_id: Uuid::new_v4(),
    };
    let origin = origin_of(&visitor.relay, &visitor.headers);
    let html = confirm_page(words(&visitor.headers), &origin, &data);
    Ok(private(visitor, StatusCode::OK, html))
}

/// Who is logged in, by cookie and the mark of a form of that browser.
async fn owner(visitor: &Visitor, csrf: &str) -> Result<DjRow, Rejected> {
    let dj = visitor.logged_in().await?;
    check(visitor, Cookie::Login, csrf)?;
    Ok(dj)
}

/// Refuses a form that another site sent, or one of another browser or login.
fn check(visitor: &Visitor, which: Cookie, csrf: &str) -> Result<(), Rejected> {
    let stale = || {
        Rejected::new(
            Field::Form,
            "account.form_stale",
            ErrorCode::Forbidden,
            "this form is out of date, please send it again",
        )
    };
    visitor.check_same_site().map_err(|_| stale())?;
    let cookie = visitor.cookie(which).ok_or_else(stale)?;
    if visitor.relay.is_form_mark(&cookie, csrf) {
        Ok(())
    } else {
        Err(stale())
    }
}

/// Begins a login; `Set-Cookie`, and the cookie's value for the forms of this very answer.
async fn log_browser_in(visitor: &Visitor, dj: &DjRow) -> Result<(HeaderValue, Secret), Rejected> {
    let before = visitor.cookie(Cookie::Login);
    let cookie = visitor
        .relay
        .begin_web_login(dj.id, before.as_ref())
        .await
        .map_err(refuse)?;
    let age = visitor.relay.config.limits.web_session_age.as_secs();
    let header = visitor.set_cookie(Cookie::Login, &cookie, Some(age))?;
    Ok((header, cookie))
}

/// What cannot be read is an empty form: its fields say what is missing.
fn read<T: DeserializeOwned + Default>(body: &[u8]) -> T {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}

fn view(made: &NewToken) -> NewTokenView {
    NewTokenView {
        name: made.row.name.clone(),
        token: made.token.expose().to_owned(),
    }
}

fn with_cookie(mut html: Html, cookie: HeaderValue) -> Html {
    html.headers_mut().append(header::SET_COOKIE, cookie);
    html
}

impl From<ApiError> for Rejected {
    fn from(_: ApiError) -> Self {
        Refusal::internal().into()
    }
}
