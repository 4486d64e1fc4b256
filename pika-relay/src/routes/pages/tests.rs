//! The pages over warp, with a relay that knows one open session, one behind a PIN and one that has ended.

use pika_protocol::{
    Epoch, PlayId, Track, UnixMs,
    rest::SessionSummary,
    session::{Play, SessionHead, Snapshot},
};

use super::*;
use crate::{
    pages::live::{Seen, TypedPin},
    routes::page_data::PageData,
};

#[derive(Clone)]
struct OneNight;

fn head(code: &str, has_pin: bool) -> SessionHead {
    SessionHead {
        code: SessionCode::parse(code).expect("a code"),
        name: "Friday Social, Main Room".into(),
        dj_name: "DJ Nadia K".into(),
        has_pin,
    }
}

fn play(n: i64) -> Play {
    let track = Track {
        title: format!("Low Tide {n}"),
        artist: "The Velvet Hours".into(),
        bpm: Some(96.0),
        ..Track::default()
    };
    Play {
        play_id: PlayId::random(),
        track,
        started_at: UnixMs(n * 200_000),
        stopped_at: None,
        likes: 41,
    }
}

fn snapshot(code: &str, ended: bool) -> Snapshot {
    let plays: Vec<Play> = (0..3).rev().map(play).collect();
    Snapshot {
        epoch: Epoch(uuid::Uuid::nil()),
        offset: 3,
        session: head(code, false),
        started_at: UnixMs(0),
        ended_at: ended.then_some(UnixMs(1_000_000)),
        dj_online: true,
        playing: (!ended).then_some(plays[0].play_id),
        plays_total: 3,
        plays,
        poll: None,
        announcement: None,
        listeners: 64,
    }
}

impl PageData for OneNight {
    async fn live_sessions(&self) -> Result<Vec<SessionSummary>, Problem> {
        let open = SessionSummary {
            session: head("K7QF", false),
            live: true,
            started_at: Some(UnixMs(0)),
            ended_at: None,
            listeners: Some(64),
            playing: Some(play(1).track),
        };
        let pin = SessionSummary {
            session: head("PPPPPPPP", true),
            live: true,
            started_at: None,
            ended_at: None,
            listeners: None,
            playing: None,
        };
        Ok(vec![open, pin])
    }

    async fn session(&self, code: SessionCode) -> Result<Seen, Problem> {
        match code.as_str() {
            "K7QF" => Ok(Seen {
                head: head("K7QF", false),
                snapshot: Some(snapshot("K7QF", false)),
                ended: false,
                typed_pin: None,
            }),
            "EEEE" => Ok(Seen {
                head: head("EEEE", false),
                snapshot: Some(snapshot("EEEE", true)),
                ended: true,
                typed_pin: None,
            }),
            "PPPPPPPP" => Ok(Seen {
                head: head("PPPPPPPP", true),
                snapshot: None,
                ended: false,
                typed_pin: None,
            }),
            "BUSY" => Err(Problem::TooMany(7)),
            _ => Err(Problem::NoSession),
        }
    }

    async fn session_with_pin(&self, code: SessionCode, pin: String) -> Result<Seen, Problem> {
        let seen = self.session(code).await?;
        Ok(match pin.as_str() {
            "4821" => Seen {
                snapshot: Some(snapshot("PPPPPPPP", false)),
                typed_pin: Some(TypedPin::Right(pin)),
                ..seen
            },
            "0000" => Seen {
                typed_pin: Some(TypedPin::Locked(52)),
                ..seen
            },
            _ => Seen {
                typed_pin: Some(TypedPin::Wrong),
                ..seen
            },
        })
    }

    async fn recap(&self, code: SessionCode) -> Result<Recap, Problem> {
        if code.as_str() != "EEEE" {
            return Err(Problem::NoSession);
        }
        let plays: Vec<Play> = (0..3).map(play).collect();
        Ok(Recap {
            session: head("EEEE", false),
            started_at: UnixMs(0),
            ended_at: Some(UnixMs(8_040_000)),
            duration_ms: 8_040_000,
            plays,
            likes: 123,
        })
    }

    fn origin(&self, _: &HeaderMap) -> String {
        "https://pika.example".into()
    }
}

fn one_night() -> BoxedFilter<(Response<Bytes>,)> {
    pages(warp::any().and_then(|| async { Ok::<_, Rejection>(OneNight) }))
}

async fn get(path: &str) -> Response<Bytes> {
    warp::test::request().path(path).reply(&one_night()).await
}

async fn html(path: &str) -> String {
    let reply = get(path).await;
    assert_eq!(reply.status(), 200, "{path}");
    String::from_utf8(reply.body().to_vec()).expect("pages are UTF-8")
}

#[tokio::test]
async fn every_page_has_what_browsers_and_previews_need() {
    for path in [
        "/",
        "/live",
        "/live/K7QF",
        "/live/EEEE",
        "/live/PPPPPPPP",
        "/live/K7QF/screen",
        "/recap/EEEE",
        "/privacy",
        "/dj",
        "/organisers",
        "/songs",
    ] {
        let html = html(path).await;
        for part in [
            "<html lang=\"en\"",
            "<title>",
            "name=\"description\"",
            "property=\"og:title\"",
            "theme-color",
            "rel=\"icon\"",
            "<h1",
        ] {
            assert!(html.contains(part), "{path}: {part}");
        }
        assert!(
            !html.contains(" style=") && !html.contains("onclick"),
            "{path}: inline code would be blocked"
        );
        for script in html.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"application/json\"") || script.contains(" src=\"/assets/"),
                "{path}: an inline script"
            );
        }
    }
}

#[tokio::test]
async fn codes_lead_to_their_one_address() {
    for (typed, right) in [
        ("/live/k7qf", "/live/K7QF"),
        ("/live/k7-qf/screen", "/live/K7QF/screen"),
        ("/live?code=k7%20qf", "/live/K7QF"),
        ("/recap/eeee", "/recap/EEEE"),
    ] {
        let reply = get(typed).await;
        assert!(reply.status().is_redirection(), "{typed}");
        assert_eq!(reply.headers()["location"], right);
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_kindly_and_with_its_status() {
    for path in [
        "/live/ZZZZ",
        "/live/O0I1",
        "/recap/ZZZZ",
        "/live/%3Cscript%3E",
        "/recap/PPPPPPPP",
    ] {
        let reply = get(path).await;
        assert_eq!(reply.status(), 404, "{path}");
        assert!(
            String::from_utf8_lossy(reply.body()).contains("No session at"),
            "{path}"
        );
    }
    let busy = get("/live/BUSY").await;
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (429, &"7".parse().expect("a value"))
    );
}

#[tokio::test]
async fn a_wrong_code_is_explained_where_it_was_typed() {
    let html = html("/live?code=O0%3Cb%3E").await;
    assert!(html.contains("That is not a code."));
    assert!(!html.contains("<b>\""));
}

#[tokio::test]
async fn behind_a_pin_no_page_says_more_than_name_and_dj() {
    for path in ["/live/PPPPPPPP", "/live/PPPPPPPP/screen"] {
        let html = html(path).await;
        assert!(html.contains("DJ Nadia K"), "{path}");
        assert!(!html.contains("Low Tide"), "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_compressed() {
    let path = assets::address("css/pika.css");
    let reply = warp::test::request()
        .path(&path)
        .header("accept-encoding", "br, gzip")
        .reply(&one_night())
        .await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-encoding"], "br");
    assert!(
        reply.headers()["cache-control"]
            .to_str()
            .expect("ASCII")
            .contains("immutable")
    );
    let tag = reply.headers()["etag"].clone();
    let again = warp::test::request()
        .path(&path)
        .header("if-none-match", tag)
        .reply(&one_night())
        .await;
    assert_eq!(again.status(), 304);
    assert_eq!(get("/assets/0123456789abcdef/css/pika.css").await.status(), 404);
}

#[tokio::test]
async fn every_asset_a_page_names_is_there() {
    for path in [
        "/",
        "/live",
        "/live/K7QF",
        "/live/K7QF/screen",
        "/recap/EEEE",
        "/songs",
    ] {
        let html = html(path).await;
        for address in html
            .split(['"', '\''])
            .filter(|part| part.starts_with("/assets/") || *part == "/manifest.webmanifest")
        {
            assert_eq!(get(address).await.status(), 200, "{path}: {address}");
        }
    }
}

#[tokio::test]
async fn head_is_answered_like_get() {
    let reply = warp::test::request()
        .method("HEAD")
        .path("/live/K7QF")
        .reply(&one_night())
        .await;
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn an_address_that_is_none_is_a_page_for_people_only() {
    let ask = |path: &'static str, accept: &'static str| {
        let request = warp::test::request().path(path).header("accept", accept);
        async move { request.reply(&one_night()).await }
    };
    let page = ask("/nothing", "text/html,*/*").await;
    assert_eq!(page.status(), 404);
    assert!(String::from_utf8_lossy(page.body()).contains("Nothing at this address"));
    for (path, accept) in [("/nothing", "application/json"), ("/api/nothing", "text/html")] {
        assert!(
            !String::from_utf8_lossy(ask(path, accept).await.body()).contains("<html"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_pin_form_works_without_script() {
    let send = |body: &'static str| {
        let request = warp::test::request()
            .method("POST")
            .path("/live/PPPPPPPP")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        async move { request.reply(&one_night()).await }
    };
    let page = |reply: &Response<Bytes>| String::from_utf8_lossy(reply.body()).into_owned();

    let right = send("pin=4821").await;
    assert_eq!(right.status(), 200);
    assert_eq!(right.headers()["cache-control"], "no-store");
    assert!(page(&right).contains("<h1 id=\"title\" dir=\"auto\">Low Tide"));
    assert!(
        page(&right).contains("name=\"pin\" value=\"4821\""),
        "it can be reloaded"
    );

    let wrong = send("pin=1111").await;
    assert_eq!(wrong.status(), 403);
    assert!(page(&wrong).contains("That was not the PIN"));
    assert!(!page(&wrong).contains("Low Tide"));

    let locked = send("pin=0000").await;
    assert_eq!(
        (locked.status().as_u16(), &locked.headers()["retry-after"]),
        (429, &"52".parse().expect("a value"))
    );
    assert!(page(&locked).contains("You can try again in 52 seconds."));
}
