//! The big screen for the room: song, QR code, poll bars, announcement.

use minijinja::{Error, context};
use pika_protocol::session::{SessionHead, Snapshot};

use super::{
    music::TrackView,
    qr::Qr,
    render::{Page, embedded_json},
    texts::Texts,
};

/// Texts that the page's script uses.
const SCRIPT_TEXTS: &[&str] = &["screen.", "now.", "poll.", "conn."];

/// `/live/{code}/screen`. `snapshot` is absent where a PIN is asked for.
pub(crate) fn screen_page(
    texts: &'static Texts,
    origin: &str,
    head: &SessionHead,
    snapshot: Option<&Snapshot>,
) -> Result<String, Error> {
    let code = head.code.as_str();
    let address = format!("{origin}/live/{code}");
    let page = Page {
        template: "screen.html",
        texts,
        origin,
        path: &format!("/live/{code}/screen"),
        title: format!("{} · Pika!", head.name),
        description: texts.text("screen.description", None, &[("dj", head.dj_name.clone())]),
        noindex: true,
        theme: Some("dark"),
    };
    let now = snapshot
        .and_then(|s| s.plays.iter().find(|p| Some(p.play_id) == s.playing))
        .map(TrackView::from);
    let boot = serde_json::json!({
        "code": code, "head": head, "snapshot": snapshot, "version": env!("CARGO_PKG_VERSION"), "texts": texts.part(SCRIPT_TEXTS),
    });
    page.html(context! {
        head, now,
        qr => Qr::of(&address),
        // What people read and type: the scheme is left to the browser.
        shown => address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).trim_end_matches(code),
        boot => embedded_json(&boot),
    })
}
