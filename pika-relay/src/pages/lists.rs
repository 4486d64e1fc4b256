//! Landing page and picker: who is live.

use minijinja::{Error, context};
use pika_protocol::rest::SessionSummary;
use serde::Serialize;

use super::{
    music::{self},
    render::Page,
    texts::Texts,
};

/// A session's card.
#[derive(Serialize)]
struct Card {
    code: String,
    name: String,
    dj: String,
    pin: bool,
    listeners: Option<u32>,
    song: Option<String>,
    artist: Option<String>,
    bpm: Option<i64>,
    cover: String,
}

impl From<&SessionSummary> for Card {
    fn from(summary: &SessionSummary) -> Self {
        let head = &summary.session;
        let track = summary.playing.as_ref();
        // Without a song the session's own name gives the picture.
        let own = pika_protocol::Track {
            title: head.name.clone(),
            artist: head.dj_name.clone(),
            ..Default::default()
        };
        Self {
            code: head.code.as_str().to_owned(),
            name: head.name.clone(),
            dj: head.dj_name.clone(),
            pin: head.has_pin,
            listeners: summary.listeners,
            song: track.map(|t| t.title.clone()),
            artist: track.map(|t| t.artist.clone()).filter(|a| !a.is_empty()),
            bpm: track.and_then(|t| t.bpm).map(|bpm| bpm.round() as i64),
            cover: music::cover(track.unwrap_or(&own)),
        }
    }
}

/// `/`: the promise, who is live, the code field.
pub(crate) fn home_page(
    texts: &'static Texts,
    origin: &str,
    live: &[SessionSummary],
) -> Result<String, Error> {
    let page = Page {
        template: "home.html",
        texts,
        origin,
        path: "/",
        title: texts.text("home.page_title", None, &[]),
        description: texts.text("home.lead", None, &[]),
        noindex: false,
        theme: None,
    };
    page.html(context! { cards => live.iter().map(Card::from).collect::<Vec<_>>() })
}

/// `/live`: which room are you in? `wrong`: a code that was typed and cannot be one.
pub(crate) fn picker_page(
    texts: &'static Texts,
    origin: &str,
    live: &[SessionSummary],
    wrong: Option<&str>,
) -> Result<String, Error> {
    let page = Page {
        template: "picker.html",
        texts,
        origin,
        path: "/live",
        title: texts.text("picker.page_title", None, &[]),
        description: texts.text("home.lead", None, &[]),
        noindex: false,
        theme: None,
    };
    page.html(context! { cards => live.iter().map(Card::from).collect::<Vec<_>>(), wrong })
}
