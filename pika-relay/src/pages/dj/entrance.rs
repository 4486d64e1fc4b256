//! The way in: what Pika! is for DJs, registering, logging in, a lost password.

use minijinja::Error;
use serde::Serialize;

use super::{FormProblem, html, readable};
use crate::pages::texts::Texts;

/// Who may register here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Door {
    /// Everybody.
    Open,
    /// Who has an invitation's code.
    Invite,
    /// Nobody.
    Closed,
}

/// `/dj` for who is not logged in.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WelcomePage {
    /// Whether accounts are served; the relay on a DJ's laptop has none.
    pub(crate) accounts: bool,
    /// Who may register.
    pub(crate) door: Door,
}

/// `/dj/register`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RegisterPage {
    /// Value of the form's field `csrf`.
    pub(crate) csrf: String,
    /// Who may register; when nobody may there is no form.
    pub(crate) door: Door,
    /// As typed before.
    pub(crate) name: String,
    /// As typed before.
    pub(crate) email: String,
    /// As typed before.
    pub(crate) invite: String,
    /// What is wrong with it.
    pub(crate) problems: Vec<FormProblem>,
    /// What stands before the slug in the profile's address: `pika.example/dj/`.
    pub(crate) profile_base: String,
    /// Logging in cannot work here, since the page is not encrypted.
    pub(crate) needs_https: bool,
}

/// `/dj/login`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LoginPage {
    /// Value of the form's field `csrf`.
    pub(crate) csrf: String,
    /// Value of the field `next`: the session to be shown after logging in, or empty.
    pub(crate) next: String,
    /// Who may register: whether there is a link to it.
    pub(crate) door: Door,
    /// As typed before.
    pub(crate) email: String,
    /// What is wrong.
    pub(crate) problems: Vec<FormProblem>,
    /// What was done before, in the reader's language.
    pub(crate) done: Option<String>,
    /// Logging in cannot work here, since the page is not encrypted.
    pub(crate) needs_https: bool,
}

/// `/dj` for who is not logged in.
pub(crate) fn welcome_page(texts: &'static Texts, origin: &str, page: &WelcomePage) -> Result<String, Error> {
    html(texts, origin, ("djs.html", "/dj", "djs"), page)
}

/// `/dj/register`.
pub(crate) fn register_page(
    texts: &'static Texts,
    origin: &str,
    page: &RegisterPage,
) -> Result<String, Error> {
    html(
        texts,
        origin,
        ("dj_register.html", "/dj/register", "register"),
        page,
    )
}

/// `/dj/login`.
pub(crate) fn login_page(texts: &'static Texts, origin: &str, page: &LoginPage) -> Result<String, Error> {
    html(texts, origin, ("dj_login.html", "/dj/login", "login"), page)
}

/// `/dj/forgot`: no mail is set up, so the operator helps.
pub(crate) fn forgot_page(texts: &'static Texts, origin: &str) -> Result<String, Error> {
    html(texts, origin, ("dj_forgot.html", "/dj/forgot", "forgot"), ())
}

/// What stands before a slug in a profile's address.
pub(crate) fn profile_base(origin: &str) -> String {
    format!("{}/dj/", readable(origin))
}
