//! Registering and logging in, as pages.

use serde::Deserialize;
use uuid::Uuid;
use warp::http::header;

use super::html::{Html, broken, private, status_of, to, wait_after};
use crate::{
    accounts::rejected::Rejected,
    base::Secret,
    config::Registration,
    pages::dj::{
        FormProblem,
        entrance::{Door, LoginPage, RegisterPage, login_page, profile_base, register_page},
    },
    relay::Relay,
    routes::{
        page_data::origin_of,
        pages::words,
        visitor::{Cookie, Visitor},
    },
};

/// The query of `/dj/login`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct LoginQuery {
    /// What was done before: `out`.
    done: Option<String>,
    /// Why the page is here: `cookies`.
    problem: Option<String>,
    /// The session to be shown afterwards.
    next: Option<Uuid>,
}

/// What somebody typed into a form that is shown again.
#[derive(Default)]
pub(crate) struct TypedForm {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) invite: String,
    pub(crate) next: Option<Uuid>,
    pub(crate) done: Option<&'static str>,
    pub(crate) problem: Option<&'static str>,
}

pub(super) async fn register(visitor: Visitor) -> Html {
    match visitor.dj().await {
        Ok(Some(_)) => to("/dj"),
        Ok(None) => show_register(&visitor, TypedForm::default(), None),
        Err(refusal) => broken(&visitor, &refusal),
    }
}

pub(super) async fn login(visitor: Visitor, asked: LoginQuery) -> Html {
    let typed = TypedForm {
        next: asked.next,
        done: (asked.done.as_deref() == Some("out")).then_some("login.done.out"),
        problem: (asked.problem.as_deref() == Some("cookies")).then_some("login.cookies"),
        ..TypedForm::default()
    };
    match visitor.dj().await {
        Ok(Some(_)) => to("/dj"),
        Ok(None) => show_login(&visitor, typed, None),
        Err(refusal) => broken(&visitor, &refusal),
    }
}

/// The form for registering, with what was wrong when it was sent before.
pub(crate) fn show_register(visitor: &Visitor, typed: TypedForm, rejected: Option<&Rejected>) -> Html {
    let (texts, origin) = (
        words(&visitor.headers),
        origin_of(&visitor.relay, &visitor.headers),
    );
    with_form_cookie(visitor, rejected, |csrf| {
        let data = RegisterPage {
            csrf,
            door: door(&visitor.relay),
            name: typed.name,
            email: typed.email,
            invite: typed.invite,
            problems: rejected
                .iter()
                .map(|rejected| FormProblem::of(rejected, texts))
                .collect(),
            profile_base: profile_base(&origin),
            needs_https: !visitor.can_log_in(),
        };
        register_page(texts, &origin, &data)
    })
}

/// The form for logging in, with what was wrong when it was sent before.
pub(crate) fn show_login(visitor: &Visitor, typed: TypedForm, rejected: Option<&Rejected>) -> Html {
    let (texts, origin) = (
        words(&visitor.headers),
        origin_of(&visitor.relay, &visitor.headers),
    );
    with_form_cookie(visitor, rejected, |csrf| {
        let of_query = typed.problem.map(|key| FormProblem::whole(texts, key));
        let of_form = rejected.map(|rejected| FormProblem::of(rejected, texts));
        let data = LoginPage {
            csrf,
            next: typed.next.map(|next| next.to_string()).unwrap_or_default(),
            door: door(&visitor.relay),
            email: typed.email,
            problems: of_query.into_iter().chain(of_form).collect(),
            done: typed.done.map(|key| texts.text(key, None, &[])),
            needs_https: !visitor.can_log_in(),
        };
        login_page(texts, &origin, &data)
    })
}

/// A page with a form for who is not logged in: its mark goes with a cookie of this browser.
fn with_form_cookie(
    visitor: &Visitor,
    rejected: Option<&Rejected>,
    html: impl FnOnce(String) -> Result<String, minijinja::Error>,
) -> Html {
    let (cookie, is_new) = match visitor.cookie(Cookie::Form) {
        Some(cookie) => (cookie, false),
        None => (Secret::random(), true),
    };
    let html = html(visitor.relay.form_mark(&cookie));
    let mut reply = private(visitor, status_of(rejected), html);
    if is_new {
        match visitor.set_cookie(Cookie::Form, &cookie, None) {
            Ok(value) => drop(reply.headers_mut().append(header::SET_COOKIE, value)),
            Err(refusal) => return broken(visitor, &refusal),
        }
    }
    wait_after(reply, rejected)
}

pub(super) fn door(relay: &Relay) -> Door {
    match relay.config.registration {
        Registration::Open => Door::Open,
        Registration::Invite(_) => Door::Invite,
        Registration::Closed => Door::Closed,
    }
}
