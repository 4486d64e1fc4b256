//! What a PIN hides.

use pika_protocol::rest::{Recap, SessionSummary};

use super::{a_night, bearer, description::operations, get};
use crate::helpers::{
    dancer::{Dancer, OverSocket},
    dj::{Dj, Wish},
    http::{open, read_head},
    relay::{KEY, TestRelay},
};

/// Rule 11: behind a PIN nothing but the session's name and DJ is shown, on every address there is.
#[test]
fn a_pin_hides_the_night_on_every_address() {
    let relay = TestRelay::start();
    let (mut dj, pass) = a_night(&relay, Some("4711"));
    let stranger = {
        let other = Dj::register(
            &relay,
            Wish {
                token: relay.add_dj("Ben"),
                ..Wish::default()
            },
        )
        .unwrap();
        Dancer::<OverSocket>::enter(&relay, &other.code).pass
    };
    let another = bearer(&relay.add_dj("Cleo"));
    let nobody: [&[(&str, &str)]; 3] = [
        &[],
        &[("pika-pass", &stranger)],
        &[("authorization", &another), ("pika-pass", "forged")],
    ];
    for ended in [false, true] {
        if ended {
            dj.end();
        }
        let mut walked = 0;
        for path in get_paths() {
            let path = path
                .replace("{code}", dj.code.as_str())
                .replace("{id}", &dj.session_id.to_string());
            for headers in nobody {
                for query in ["", "?ticket=x", "?before=9999999999999", "?pin=4711"] {
                    let body = read_all(&relay, &format!("{path}{query}"), headers);
                    for secret in ["Sesame", "4711", "More blues", "Somebody"] {
                        assert!(!body.contains(secret), "{path}{query} shows {secret}: {body}");
                    }
                    walked += 1;
                }
            }
        }
        assert!(walked >= 100, "{walked}");
        let one: SessionSummary = get(&relay, &format!("/api/sessions/{}", dj.code), &[]).json();
        assert_eq!(
            (one.session.name.as_str(), one.session.dj_name.as_str()),
            ("Friday social", "Ada")
        );
        assert!(one.playing.is_none() && one.started_at.is_none() && one.listeners.is_none());
        // Who was let in, and the DJ, still see it.
        let token = bearer(KEY);
        for headers in [
            [("pika-pass", pass.as_str())],
            [("authorization", token.as_str())],
        ] {
            let recap: Recap = get(&relay, &format!("/api/sessions/{}/recap", dj.code), &headers).json();
            assert_eq!(recap.plays[0].track.title, "Sesame");
        }
    }
}

/// Addresses that are read: those of the description, and the pages.
fn get_paths() -> Vec<String> {
    let pages = [
        "/",
        "/live",
        "/live/{code}",
        "/live/{code}/screen",
        "/recap/{code}",
    ];
    let described = operations()
        .into_iter()
        .filter(|(method, _, _)| method == "get")
        .map(|(_, path, _)| path);
    described.chain(pages.map(str::to_owned)).collect()
}

/// A whole answer; of an event stream what is there at once.
fn read_all(relay: &TestRelay, path: &str, headers: &[(&str, &str)]) -> String {
    use std::io::Read;
    let mut stream = open(relay.address, "GET", path, headers, None);
    let (_, headers) = read_head(&mut stream);
    let is_stream = headers
        .iter()
        .any(|(_, value)| value.starts_with("text/event-stream"));
    let mut body = Vec::new();
    if !is_stream {
        stream.read_to_end(&mut body).unwrap();
    }
    format!("{headers:?} {}", String::from_utf8_lossy(&body))
}
