//! A DJ's public profile, and the page that waits for the next session.

use minijinja::{Error, context};
use pika_protocol::rest::SessionSummary;
use serde::Serialize;

use super::{When, dashboard::NightView, html, readable};
use crate::{
    accounts::profile::{PublicProfile, usual_tempos},
    pages::{music, render::Page, texts::Texts},
    store::accounts::{DjRow, SongLikes},
};

/// `/dj/{slug}`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProfilePage {
    pub(crate) name: String,
    pub(crate) slug: String,
    /// Its address without the scheme.
    pub(crate) shown: String,
    /// Its address.
    pub(crate) url: String,
    /// Only its owner sees it: it is not public.
    pub(crate) is_preview: bool,
    /// What the picture is drawn from.
    pub(crate) cover: String,
    /// The listed session that goes on.
    pub(crate) live: Option<LiveNow>,
    /// All public nights.
    pub(crate) nights_total: u32,
    /// Likes over all of them.
    pub(crate) likes: u64,
    /// Between which tempos most songs lie.
    pub(crate) tempos: Option<(u32, u32)>,
    /// Latest first.
    pub(crate) nights: Vec<NightView>,
    /// Most loved first.
    pub(crate) loved: Vec<LovedView>,
}

/// The session that goes on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LiveNow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) has_pin: bool,
    /// Absent behind a PIN.
    pub(crate) song: Option<String>,
    /// What the cover is drawn from.
    pub(crate) cover: String,
}

/// A loved song.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LovedView {
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) likes: u32,
    /// What the cover is drawn from.
    pub(crate) cover: String,
}

/// `/dj/{slug}/live` while nothing goes on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WaitingPage {
    /// The DJ, where the profile is public.
    pub(crate) name: Option<String>,
    /// The profile's path, where it is public.
    pub(crate) profile: Option<String>,
    /// The last public night, where the profile is public.
    pub(crate) last: Option<LastNight>,
    /// This page's own path, to look again.
    pub(crate) again: String,
}

/// The last night before now.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LastNight {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) started: When,
}

/// `/dj/{slug}`.
pub(crate) fn profile_page(
    texts: &'static Texts,
    origin: &str,
    dj: &DjRow,
    profile: &PublicProfile,
    live: Option<&SessionSummary>,
) -> Result<String, Error> {
    let path = format!("/dj/{}", dj.slug);
    let url = format!("{origin}{path}");
    let data = ProfilePage {
        name: dj.name.clone(),
        slug: dj.slug.clone(),
        shown: readable(&url),
        url,
        is_preview: !dj.public_profile,
        cover: cover(&dj.name, ""),
        live: live.map(LiveNow::from),
        nights_total: profile.figures.nights,
        likes: profile.figures.likes,
        tempos: usual_tempos(&profile.figures),
        nights: profile.nights.iter().map(NightView::from).collect(),
        loved: profile.loved.iter().map(LovedView::from).collect(),
    };
    let page = Page {
        template: "dj_profile.html",
        texts,
        origin,
        path: &path,
        title: format!("{} · Pika!", dj.name),
        description: texts.text("profile.lead", None, &[("dj", dj.name.clone())]),
        noindex: !dj.public_profile,
        theme: None,
    };
    page.html(context! { page => data })
}

/// `/dj/{slug}/live` while nothing goes on.
pub(crate) fn waiting_page(texts: &'static Texts, origin: &str, page: &WaitingPage) -> Result<String, Error> {
    html(texts, origin, ("dj_waiting.html", &page.again, "waiting"), page)
}

impl From<&SessionSummary> for LiveNow {
    fn from(summary: &SessionSummary) -> Self {
        let (head, track) = (&summary.session, summary.playing.as_ref());
        Self {
            code: head.code.to_string(),
            name: head.name.clone(),
            has_pin: head.has_pin,
            song: track.map(|track| track.title.clone()),
            cover: track.map_or_else(|| cover(&head.name, &head.dj_name), music::cover),
        }
    }
}

impl From<&SongLikes> for LovedView {
    fn from(song: &SongLikes) -> Self {
        Self {
            title: song.title.clone(),
            artist: song.artist.clone(),
            likes: song.likes,
            cover: cover(&song.title, &song.artist),
        }
    }
}

fn cover(title: &str, artist: &str) -> String {
    music::cover(&pika_protocol::Track {
        title: title.to_owned(),
        artist: artist.to_owned(),
        ..Default::default()
    })
}
