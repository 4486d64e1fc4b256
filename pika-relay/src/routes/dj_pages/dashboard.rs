//! The dashboard of who is logged in.

use pika_protocol::UnixMs;
use uuid::Uuid;
use warp::http::{HeaderValue, StatusCode, header};

use super::html::{Html, broken, private, wait_after};
use crate::{
    accounts::{TOKENS_MAX, profile::NIGHTS, rejected::Rejected},
    base::Secret,
    pages::dj::{
        FormProblem,
        dashboard::{
            DashboardPage, LiveView, NewTokenView, NightView, TokenView, dashboard_page, live_address,
        },
        entrance::profile_base,
    },
    relay::Relay,
    routes::{
        account::end_of,
        page_data::origin_of,
        pages::words,
        visitor::{Cookie, Visitor, refuse},
    },
    store::accounts::{DjRow, TokenRow},
};

/// What the dashboard shows beyond the account itself.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) new_token: Option<NewTokenView>,
    /// Key of the text.
    pub(crate) done: Option<String>,
    pub(crate) before: Option<UnixMs>,
    pub(crate) rejected: Option<Rejected>,
    /// The cookie of a login that began with this answer.
    pub(crate) cookie: Option<HeaderValue>,
    /// Its value, for the marks of the forms.
    pub(crate) login: Option<Secret>,
}

/// The dashboard of who is logged in.
pub(crate) async fn dashboard(visitor: &Visitor, dj: &DjRow, status: StatusCode, shown: Shown) -> Html {
    let relay = &visitor.relay;
    let (owner, before) = (dj.id, shown.before);
    let read = async {
        let tokens = relay.store.run(move |store| store.tokens_of(owner)).await?;
        Ok((tokens, relay.nights(owner, before).await?))
    };
    let (tokens, nights) = match read.await.map_err(refuse) {
        Ok(read) => read,
        Err(refusal) => return broken(visitor, &refusal),
    };
    let (texts, origin) = (words(&visitor.headers), origin_of(relay, &visitor.headers));
    let (live_url, live_shown, live_qr) = live_address(&origin, &dj.slug);
    let login = shown.login.or_else(|| visitor.cookie(Cookie::Login));
    let data = DashboardPage {
        csrf: login.map(|cookie| relay.form_mark(&cookie)).unwrap_or_default(),
        name: dj.name.clone(),
        slug: dj.slug.clone(),
        email: dj.email.expose().to_owned(),
        is_public: dj.public_profile,
        profile_url: format!("{origin}/dj/{}", dj.slug),
        profile_base: profile_base(&origin),
        live_url,
        live_shown,
        live_qr,
        live: live_view(relay, dj, &origin),
        new_token: shown.new_token,
        next_token_id: Uuid::new_v4(),
        tokens_full: tokens.len() >= TOKENS_MAX,
        tokens: tokens.iter().map(|row| token_view(relay, row)).collect(),
        older: (nights.len() == NIGHTS as usize)
            .then(|| nights.last().map(|night| night.row.started_at.0))
            .flatten(),
        nights: nights.iter().map(NightView::from).collect(),
        release: relay.releases.newer(),
        problems: shown
            .rejected
            .iter()
            .map(|rejected| FormProblem::of(rejected, texts))
            .collect(),
        done: shown.done.map(|key| texts.text(&key, None, &[])),
    };
    let mut reply = private(visitor, status, dashboard_page(texts, &origin, &data));
    if let Some(cookie) = shown.cookie {
        reply.headers_mut().append(header::SET_COOKIE, cookie);
    }
    wait_after(reply, shown.rejected.as_ref())
}

fn token_view(relay: &Relay, row: &TokenRow) -> TokenView {
    let (ends_at, ends_soon) = end_of(relay, row);
    TokenView {
        id: row.id,
        name: row.name.clone(),
        created: row.created_at.into(),
        used: (row.last_used_at > row.created_at).then(|| row.last_used_at.into()),
        ends: ends_at.into(),
        ends_soon,
        live: relay.is_token_live(row.id),
        new_id: Uuid::new_v4(),
    }
}

fn live_view(relay: &Relay, dj: &DjRow, origin: &str) -> Option<LiveView> {
    let cell = relay.hub.of_owner(dj.id)?;
    let live = cell.live();
    let row = live.row();
    Some(LiveView {
        session_id: row.id.0,
        code: row.code.to_string(),
        name: row.name.clone(),
        has_pin: row.pin.is_some(),
        listeners: live.listeners(),
        online: row.dj_online,
        screen_url: format!(
            "{origin}/live/{}/screen#key={}",
            row.code,
            relay.key.screen_key(row.id.0)
        ),
    })
}
