//! The dashboard: tokens, profile, password, nights.

use minijinja::Error;
use pika_update::Release;
use serde::Serialize;
use uuid::Uuid;

use super::{FormProblem, When, html, readable};
use crate::{
    pages::{music, qr::Qr, texts::Texts},
    store::accounts::NightRow,
};

/// `/dj` for who is logged in.
#[derive(Clone, Serialize)]
pub(crate) struct DashboardPage {
    /// Value of each form's field `csrf`.
    pub(crate) csrf: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) email: String,
    /// Whether the profile is public.
    pub(crate) is_public: bool,
    /// The profile's address.
    pub(crate) profile_url: String,
    /// The address that always leads to the running session, for card and poster.
    pub(crate) live_url: String,
    /// The same without its scheme, to be read.
    pub(crate) live_shown: String,
    /// The QR code of `live_url`.
    pub(crate) live_qr: Option<Qr>,
    /// What stands before the slug in the profile's address.
    pub(crate) profile_base: String,
    /// The session that goes on.
    pub(crate) live: Option<LiveView>,
    /// A token that was just made: shown this once.
    pub(crate) new_token: Option<NewTokenView>,
    /// Value of the field `id` of the form for a new token: sent twice it makes one token.
    pub(crate) next_token_id: Uuid,
    pub(crate) tokens: Vec<TokenView>,
    /// Whether there may be no more tokens.
    pub(crate) tokens_full: bool,
    /// Latest first.
    pub(crate) nights: Vec<NightView>,
    /// Value of `before` for older nights.
    pub(crate) older: Option<i64>,
    /// A newer version of the relay, when one is out.
    pub(crate) release: Option<Release>,
    /// What is wrong with a form that was sent.
    pub(crate) problems: Vec<FormProblem>,
    /// What was done, in the reader's language.
    pub(crate) done: Option<String>,
}

/// A session that goes on.
#[derive(Clone, Serialize)]
pub(crate) struct LiveView {
    pub(crate) session_id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) has_pin: bool,
    pub(crate) listeners: u32,
    /// Whether the DJ's program is connected.
    pub(crate) online: bool,
    /// The big screen's address; in its fragment the key that opens the PIN to it.
    pub(crate) screen_url: String,
}

/// A token's one appearance.
#[derive(Clone, Serialize)]
pub(crate) struct NewTokenView {
    pub(crate) name: String,
    pub(crate) token: String,
}

/// A token in the list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TokenView {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) created: When,
    /// `None`: not used yet.
    pub(crate) used: Option<When>,
    /// When it is deleted unless it is used before.
    pub(crate) ends: When,
    /// Whether its owner should be warned of that.
    pub(crate) ends_soon: bool,
    /// Whether a DJ publishes with it: revoking is asked first.
    pub(crate) live: bool,
    /// Value of the field `new_id` of the form that replaces it.
    pub(crate) new_id: Uuid,
}

/// A night in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NightView {
    pub(crate) session_id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) started: When,
    pub(crate) live: bool,
    pub(crate) listed: bool,
    pub(crate) has_pin: bool,
    pub(crate) songs: u32,
    pub(crate) likes: u32,
    pub(crate) peak: u32,
    /// What the cover is drawn from.
    pub(crate) cover: String,
}

/// What is asked before something is done that cannot be undone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ConfirmPage {
    pub(crate) csrf: String,
    /// Which question: `revoke` or `regenerate`.
    pub(crate) what: &'static str,
    /// The token's name.
    pub(crate) name: String,
    /// Where the answer goes.
    pub(crate) action: String,
    /// Value of the field `new_id`, for `regenerate`.
    pub(crate) new_id: Uuid,
}

/// `/dj`.
pub(crate) fn dashboard_page(
    texts: &'static Texts,
    origin: &str,
    page: &DashboardPage,
) -> Result<String, Error> {
    html(texts, origin, ("dj_dashboard.html", "/dj", "dash"), page)
}

/// The question before a token that is live is revoked.
pub(crate) fn confirm_page(texts: &'static Texts, origin: &str, page: &ConfirmPage) -> Result<String, Error> {
    html(texts, origin, ("dj_confirm.html", "/dj", "confirm"), page)
}

/// The address that is printed on cards, in its forms.
pub(crate) fn live_address(origin: &str, slug: &str) -> (String, String, Option<Qr>) {
    let url = format!("{origin}/dj/{slug}/live");
    (url.clone(), readable(&url), Qr::of(&url))
}

impl From<&NightRow> for NightView {
    fn from(night: &NightRow) -> Self {
        let row = &night.row;
        // A night's picture comes from its name, as a song's does.
        let own = pika_protocol::Track {
            title: row.name.clone(),
            artist: row.dj_name.clone(),
            ..Default::default()
        };
        Self {
            session_id: row.id.0,
            code: row.code.to_string(),
            name: row.name.clone(),
            started: row.started_at.into(),
            live: row.ended_at.is_none(),
            listed: row.listed,
            has_pin: row.pin.is_some(),
            songs: night.songs,
            likes: night.likes,
            peak: row.peak_listeners,
            cover: music::cover(&own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::texts::for_reader;

    #[test]
    fn tells_of_a_newer_relay_only_when_there_is_one() {
        let mut page = DashboardPage {
            csrf: "mark".to_owned(),
            name: "Ada".to_owned(),
            slug: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            is_public: false,
            profile_url: String::new(),
            live_url: String::new(),
            live_shown: String::new(),
            live_qr: None,
            profile_base: String::new(),
            live: None,
            new_token: None,
            next_token_id: Uuid::nil(),
            tokens: Vec::new(),
            tokens_full: false,
            nights: Vec::new(),
            older: None,
            release: None,
            problems: Vec::new(),
            done: None,
        };
        let html = |page: &DashboardPage| {
            dashboard_page(for_reader("en"), "https://pika.example", page).expect("a page")
        };
        assert!(!html(&page).contains("can be updated"));
        page.release = Some(Release {
            version: "0.2.0".parse().expect("a version"),
            page: "https://example.org/releases/0.2.0".to_owned(),
        });
        let told = html(&page);
        assert!(told.contains("version 0.2.0 is out"), "{told}");
        // Slashes may be written as entities.
        assert!(told.contains("0.2.0\" rel=\"noopener noreferrer\""), "{told}");
    }
}
