//! What strangers see of a DJ: nothing unless the DJ says so, and then what is public only.

use pika_protocol::{ActionId, DjMessage};
use pika_relay::store::{AccountStore, SqliteStore};
use serde_json::Value;

use crate::{
    accounts::{registered, with_accounts},
    helpers::{
        browser::Browser,
        dancer::{Dancer, OverSocket, Ticket},
        dj::{Dj, Wish},
        http::{Response, request},
        relay::{TestRelay, at_once},
    },
};

/// A night with one song that one dancer liked.
fn a_night(relay: &TestRelay, token: &str, wish: Wish, song: &str) -> Dj {
    let pin = wish.pin.clone();
    let wish = Wish {
        token: token.to_owned(),
        ..wish
    };
    let mut dj = Dj::register(relay, wish).unwrap();
    let play_id = dj.play(song);
    let ticket = Ticket {
        pin,
        ..Ticket::default()
    };
    let mut dancer = Dancer::<OverSocket>::try_enter(relay, &dj.code, &ticket).unwrap();
    dancer.like(play_id).unwrap();
    dj.wait_for_likes(play_id, 1);
    dj
}

fn named(name: &str) -> Wish {
    Wish {
        name: name.to_owned(),
        ..Wish::default()
    }
}

fn publish(browser: &mut Browser, public_profile: bool) {
    let body = format!("{{\"public_profile\":{public_profile}}}");
    assert_eq!(browser.api("PATCH", "/api/account", Some(&body)).status, 200);
}

#[test]
fn a_profile_is_shown_when_its_dj_says_so() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    let mut stranger = Browser::new(&relay);
    a_night(&relay, &token, named("Open night"), "Crazy in Love").end();
    a_night(&relay, &token, named("Second night"), "CRAZY  in love!").end();
    let unlisted = Wish {
        listed: false,
        ..named("Private party")
    };
    a_night(&relay, &token, unlisted, "Quiet song").end();
    let behind_pin = Wish {
        pin: Some("4711".to_owned()),
        ..named("Closed doors")
    };
    a_night(&relay, &token, behind_pin, "Sesame").end();

    // Not asked for: as if there were none, but for its owner.
    let none = stranger.get("/dj/nobody-at-all");
    let hidden = stranger.get("/dj/dj-nadia-k");
    assert_eq!((none.status, hidden.status), (404, 404));
    assert_eq!(none.body, hidden.body);
    assert!(
        nadia
            .get("/dj/dj-nadia-k")
            .body
            .contains("Only you see this page")
    );

    publish(&mut nadia, true);
    let page = stranger.get("/dj/DJ-Nadia-K");
    assert_eq!(page.status, 200);
    for shown in ["DJ Nadia K", "Open night", "Second night"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    for kept in [
        "Private party",
        "Quiet song",
        "Closed doors",
        "Sesame",
        "4711",
        "nadia@example.org",
    ] {
        assert!(!page.body.contains(kept), "{kept}");
    }
    // Two spellings, one song, two hearts.
    let loved = page.body.split("Loved at their nights").nth(1).unwrap();
    assert_eq!(loved.matches("<li").count(), 1, "{loved}");
    assert!(loved.contains(">2<"), "{loved}");
    // What is in the owner's page only is in nobody else's.
    assert!(!page.body.contains("Only you see"));
    publish(&mut nadia, false);
    assert_eq!(stranger.get("/dj/dj-nadia-k").status, 404);
}

#[test]
fn one_printed_code_leads_to_every_night() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    let mut stranger = Browser::new(&relay);
    // Not live, not public: nothing tells whether there is such a DJ.
    let hidden = stranger.get("/dj/dj-nadia-k/live");
    let none = stranger.get("/dj/no-such-dj/live");
    assert_eq!((hidden.status, none.status), (404, 404));
    assert_eq!(
        hidden.body.replace("dj-nadia-k", "DJ"),
        none.body.replace("no-such-dj", "DJ")
    );
    for wish in [
        named("Open night"),
        Wish {
            listed: false,
            pin: Some("4711".to_owned()),
            ..named("Closed doors")
        },
    ] {
        let mut dj = a_night(&relay, &token, wish, "Sesame");
        let led = stranger.get("/dj/dj-nadia-k/live");
        assert_eq!(led.status, 303);
        assert_eq!(led.header("location"), Some(&*format!("/live/{}", dj.code)));
        assert_eq!(led.header("cache-control"), Some("no-store"));
        dj.end();
        eventually_over(&mut stranger);
    }
    publish(&mut nadia, true);
    let waiting = stranger.get("/dj/dj-nadia-k/live");
    assert_eq!(waiting.status, 200);
    assert!(waiting.body.contains("DJ Nadia K is not live right now"));
    assert!(waiting.body.contains("Open night"));
    assert!(!waiting.body.contains("Closed doors"));
}

fn eventually_over(stranger: &mut Browser) {
    crate::helpers::eventually("the session is over", || {
        (stranger.get("/dj/dj-nadia-k/live").status != 303).then_some(())
    });
}

#[test]
fn guessing_names_is_slowed_down() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.limits.unknown_codes = at_once(30);
    });
    let mut stranger = Browser::new(&relay);
    let statuses: Vec<_> = (0..31)
        .map(|number| stranger.get(&format!("/dj/dj-{number}")).status)
        .collect();
    assert_eq!(statuses[..30], [404; 30]);
    assert_eq!(statuses[30], 429);
}

/// Rule 11 on the pages that have a DJ's name in their address, and on those that are the owner's.
#[test]
fn a_pin_hides_the_night_on_djs_pages_too() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    publish(&mut nadia, true);
    let wish = Wish {
        pin: Some("4711".to_owned()),
        ..named("Closed doors")
    };
    let mut dj = a_night(&relay, &token, wish, "Sesame");
    let mut ben = Browser::new(&relay);
    ben.register("Ben", "ben@example.org", "the floor is full");
    for ended in [false, true] {
        if ended {
            dj.end();
        }
        let id = dj.session_id;
        for path in [
            "/dj/dj-nadia-k".to_owned(),
            "/dj/dj-nadia-k/live".to_owned(),
            format!("/dj/sessions/{id}"),
            format!("/api/dj/sessions/{id}/recap"),
            format!("/api/dj/sessions/{id}/export.csv"),
            format!("/api/dj/sessions/{id}/export.json"),
            format!("/api/sessions/{}/recap", dj.code),
            format!("/live/{}", dj.code),
            format!("/live/{}/screen", dj.code),
            format!("/recap/{}", dj.code),
        ] {
            for who in [&mut Browser::new(&relay), &mut ben] {
                let answer = who.get(&path);
                for secret in ["Sesame", "4711"] {
                    assert!(
                        !answer.body.contains(secret),
                        "{path} shows {secret}: {}",
                        answer.body
                    );
                }
            }
        }
        assert!(nadia.get(&format!("/dj/sessions/{id}")).body.contains("Sesame"));
    }
}

#[test]
fn only_the_screen_key_opens_the_pin() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    let wish = Wish {
        pin: Some("4711".to_owned()),
        ..named("Closed doors")
    };
    let mut dj = a_night(&relay, &token, wish, "Sesame");
    let ask = |code: &str, key: &str| {
        let body = format!("{{\"screen_key\":\"{key}\"}}");
        let path = format!("/api/sessions/{code}/screen");
        request(relay.address, "POST", &path, &[], Some(&body))
    };
    let pin_of = |response: &Response| response.json::<Value>()["pin"].as_str().map(str::to_owned);
    let code = dj.code.to_string();
    assert_eq!(pin_of(&ask(&code, &dj.screen_key)).as_deref(), Some("4711"));
    let nearly = format!(
        "{}{}",
        &dj.screen_key[..21],
        if dj.screen_key.ends_with('A') { 'Q' } else { 'A' }
    );
    for wrong in ["", "x", &nearly, &"A".repeat(22), &"x".repeat(5000)] {
        let refused = ask(&code, wrong);
        assert_eq!(refused.status, 403, "{wrong}");
        assert!(!refused.body.contains("4711"), "{wrong}");
    }
    // Of another session, and the owner's dashboard, which offers the same key.
    let other = Dj::live(&relay);
    assert_eq!(ask(&code, &other.screen_key).status, 403);
    // Templates write a slash as a character reference.
    let page = nadia.get("/dj").body.replace("&#x2f;", "/");
    assert!(page.contains(&format!("/live/{code}/screen#key={}", dj.screen_key)));
    // The PIN is changed and taken away; the key goes on.
    dj.say(DjMessage::SetPin {
        id: ActionId::random(),
        pin: Some("88224466".to_owned()),
    })
    .unwrap();
    assert_eq!(pin_of(&ask(&code, &dj.screen_key)).as_deref(), Some("88224466"));
    dj.say(DjMessage::SetPin {
        id: ActionId::random(),
        pin: None,
    })
    .unwrap();
    assert_eq!(pin_of(&ask(&code, &dj.screen_key)), None);
    dj.end();
    crate::helpers::eventually("the session is over", || {
        [404, 410]
            .contains(&ask(&code, &dj.screen_key).status)
            .then_some(())
    });
}

#[test]
fn a_deleted_account_takes_its_running_session_along() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    let mut dj = a_night(&relay, &token, named("Open night"), "Sesame");
    let store = SqliteStore::open(relay.database_file()).unwrap();
    let account = store.dj_by_slug("dj-nadia-k").unwrap().unwrap();
    assert!(store.delete_dj(account.id).unwrap());
    assert_eq!(dj.close_code(), 4401);
    crate::helpers::eventually("the session is gone", || {
        let found = request(
            relay.address,
            "GET",
            &format!("/api/sessions/{}", dj.code),
            &[],
            None,
        );
        (found.status == 404).then_some(())
    });
    assert_eq!(nadia.api("GET", "/api/account", None).status, 401);
    let again = Wish {
        token,
        ..named("Again")
    };
    assert!(Dj::register(&relay, again).is_err());
}
