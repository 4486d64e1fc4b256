//! The first HTML of a live session: the song is in it, so that it shows before any script, or without.

use minijinja::{Error, context};
use pika_protocol::session::{SessionHead, Snapshot};
use serde::Serialize;

use super::{
    music::TrackView,
    render::{Page, embedded_json},
    texts::Texts,
};
/// What pages may know of a session that somebody asks for by its code.
#[derive(Clone)]
pub(crate) struct Seen {
    /// Name and DJ.
    pub(crate) head: SessionHead,
    /// Everything else; absent behind a PIN.
    pub(crate) snapshot: Option<Snapshot>,
    /// Whether it is over.
    pub(crate) ended: bool,
    /// Where a PIN was typed into the form: what became of it.
    pub(crate) typed_pin: Option<TypedPin>,
}

/// A PIN that came by the form, without script. Has no `Debug`: a PIN is a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum TypedPin {
    /// It opened the door.
    Right(String),
    /// Another one is wanted.
    Wrong,
    /// Too many wrong ones: seconds to wait.
    Locked(u32),
}

/// Texts that the live page's scripts use.
const SCRIPT_TEXTS: &[&str] = &[
    "conn.",
    "count.",
    "empty.again",
    "empty.title",
    "ended.loved",
    "ended.title",
    "ended.totals",
    "error.one_heart",
    "key.",
    "like.label",
    "note.",
    "now.at",
    "now.playing",
    "pin.again",
    "pin.changed",
    "pin.join",
    "pin.locked",
    "pin.wrong",
    "poll.",
    "speed.",
    "time.",
];

/// Earlier songs in the first HTML.
const FIRST_ROWS: usize = 5;

/// What the script reads from the page.
#[derive(Serialize)]
struct Boot<'a> {
    code: &'a str,
    view: &'a str,
    head: &'a SessionHead,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<&'a Snapshot>,
    /// The PIN that was typed before the script was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'a str>,
    version: &'a str,
    texts: std::collections::BTreeMap<&'a str, &'a str>,
}

/// What was wrong with the PIN that was typed.
fn pin_problem(typed: Option<&TypedPin>, texts: &Texts) -> Option<String> {
    match typed {
        Some(TypedPin::Wrong) => Some(texts.text("pin.wrong", None, &[])),
        Some(TypedPin::Locked(seconds)) => Some(format!(
            "{} {}",
            texts.text("pin.locked", None, &[]),
            texts.text("pin.wait", Some(i64::from(*seconds)), &[])
        )),
        _ => None,
    }
}

/// The live page of a session.
///
/// The snapshot is absent where a PIN is asked for: then the page holds nothing but the session's name and DJ.
pub(crate) fn live_page(texts: &'static Texts, origin: &str, seen: &Seen) -> Result<String, Error> {
    let Seen {
        head,
        ended,
        typed_pin,
        ..
    } = seen;
    let snapshot = seen.snapshot.as_ref();
    let view = match snapshot {
        _ if *ended => "ended",
        None => "pin",
        Some(_) => "live",
    };
    let playing = snapshot.and_then(|s| s.plays.iter().find(|p| Some(p.play_id) == s.playing));
    let played = snapshot.map(|s| s.plays.iter().filter(|p| Some(p.play_id) != s.playing));
    let now = playing.map(TrackView::from);
    let code = head.code.as_str();
    let pin = match typed_pin {
        Some(TypedPin::Right(pin)) => Some(pin.as_str()),
        _ => None,
    };
    let boot = Boot {
        code,
        view,
        head,
        snapshot,
        pin,
        version: env!("CARGO_PKG_VERSION"),
        texts: texts.part(SCRIPT_TEXTS),
    };
    let page = Page {
        template: "live.html",
        texts,
        origin,
        path: &format!("/live/{code}"),
        title: title(head, now.as_ref()),
        description: texts.text(
            "live.description",
            None,
            &[("dj", head.dj_name.clone()), ("room", head.name.clone())],
        ),
        noindex: true,
        theme: Some("dark"),
    };
    page.html(context! {
        view, head, now, pin,
        pin_problem => pin_problem(typed_pin.as_ref(), texts),
        key_words => now.as_ref().and_then(|n| n.key.as_deref()).map(|key| key_words(texts, key)),
        poll => snapshot.and_then(|s| s.poll.as_ref()),
        announcement => snapshot.and_then(|s| s.announcement.as_ref()),
        // The script brings the rest: a phone on a bad network gets the page sooner.
        played => played.map(|p| p.take(FIRST_ROWS).map(TrackView::from).collect::<Vec<_>>()),
        fan => snapshot.map(|s| s.plays.iter().take(3).map(TrackView::from).collect::<Vec<_>>()),
        boot => embedded_json(&boot),
    })
}

fn title(head: &SessionHead, now: Option<&TrackView>) -> String {
    let song = now.map(|n| {
        if n.artist.is_empty() {
            n.title.clone()
        } else {
            format!("{}, {}", n.title, n.artist)
        }
    });
    format!("{} · Pika!", song.unwrap_or_else(|| head.name.clone()))
}

/// `C♯m` as "C♯ minor".
pub(crate) fn key_words(texts: &Texts, key: &str) -> String {
    match key.strip_suffix('m') {
        Some(tonic) => texts.text("key.minor", None, &[("tonic", tonic.to_owned())]),
        None => texts.text("key.major", None, &[("tonic", key.to_owned())]),
    }
}

#[cfg(test)]
mod tests {
    use pika_protocol::{
        Epoch, PlayId, Track, UnixMs,
        session::{Play, SessionCode},
    };

    use super::*;
    use crate::pages::texts;

    fn head(has_pin: bool) -> SessionHead {
        let code = SessionCode::parse("K7QF").expect("a code");
        SessionHead {
            code,
            name: "Friday Social".into(),
            dj_name: "DJ <Nadia>".into(),
            has_pin,
        }
    }

    fn playing(title: &str) -> Snapshot {
        let track = Track {
            title: title.into(),
            artist: "The Velvet Hours".into(),
            bpm: Some(95.6),
            key: Some("Am".into()),
            camelot: Some("8A".into()),
            ..Track::default()
        };
        let play = Play {
            play_id: PlayId::random(),
            track,
            started_at: UnixMs(1),
            stopped_at: None,
            likes: 41,
        };
        Snapshot {
            epoch: Epoch::random(),
            offset: 1,
            session: head(false),
            started_at: UnixMs(0),
            ended_at: None,
            dj_online: true,
            playing: Some(play.play_id),
            plays: vec![play],
            plays_total: 1,
            poll: None,
            announcement: None,
            listeners: 1,
        }
    }

    fn html(snapshot: Option<&Snapshot>) -> String {
        let seen = Seen {
            head: head(snapshot.is_none()),
            snapshot: snapshot.cloned(),
            ended: false,
            typed_pin: None,
        };
        live_page(texts::for_reader("en"), "https://pika.example", &seen).expect("the page renders")
    }

    #[test]
    fn the_song_is_in_the_first_html() {
        let html = html(Some(&playing("Low Tide")));
        for text in [
            "<h1 id=\"title\" dir=\"auto\">Low Tide</h1>",
            "The Velvet Hours",
            ">96<",
            "A minor",
            "k8A",
            "<title>Low Tide, The Velvet Hours · Pika!</title>",
        ] {
            assert!(html.contains(text), "{text}");
        }
    }

    #[test]
    fn what_a_dj_writes_is_text_and_never_markup() {
        let html = html(Some(&playing("<script>alert('x')</script>\"'&")));
        assert!(!html.contains("<script>alert"), "the title became markup");
        assert!(html.contains("DJ &lt;Nadia&gt;"));
    }

    #[test]
    fn behind_a_pin_nothing_but_name_and_dj_is_shown() {
        let html = html(None);
        assert!(html.contains("This session has a PIN"));
        assert!(html.contains("Friday Social"));
        assert!(!html.contains("snapshot"));
        assert!(!html.contains("Low Tide"));
    }

    #[test]
    fn every_icon_of_the_page_is_drawn() {
        let html = html(Some(&playing("Low Tide")));
        for name in html
            .split("href=\"#i-")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert!(html.contains(&format!("<symbol id=\"i-{name}\"")), "{name}");
        }
    }
}
