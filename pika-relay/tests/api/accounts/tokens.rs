//! Tokens: made, revoked, replaced, forgotten.

use pika_protocol::{CloseCode, ErrorCode};
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, me, registered, token_in, with_accounts};
use crate::helpers::{
    browser::Browser,
    dj::{Dj, Wish},
    eventually,
    http::request,
};

#[test]
fn revoking_a_token_closes_its_sockets_at_once() {
    let relay = with_accounts();
    let (mut browser, token) = registered(&relay);
    let go_live = |token: &str, resume| {
        Dj::register(
            &relay,
            Wish {
                token: token.to_owned(),
                resume,
                take_over: true,
                ..Wish::default()
            },
        )
        .unwrap()
    };
    let mut dj = go_live(&token, None);
    dj.play("Sesame");
    let dashboard: Value = browser.api("GET", "/api/account", None).json();
    assert_eq!(dashboard["tokens"][0]["live"], true);
    let id = dashboard["tokens"][0]["id"].as_str().unwrap().to_owned();
    // It is live: asked first.
    browser.get("/dj");
    let question = browser.submit(&format!("/dj/tokens/{id}/revoke"), &[]);
    assert!(question.body.contains("You are live with this token"));
    assert_eq!(me(&relay, &token).status, 200);
    let done = browser.submit(&format!("/dj/tokens/{id}/revoke"), &[("sure", "yes")]);
    assert_eq!(done.status, 303);
    assert_eq!(
        dj.close_code(),
        CloseCode::Error(ErrorCode::Unauthorized).number()
    );
    let again = Dj::register(
        &relay,
        Wish {
            token,
            ..Wish::default()
        },
    );
    assert_eq!(again.err(), Some(ErrorCode::Unauthorized));
    // A new token goes on with the session; replacing it closes as well.
    let made: Value = browser
        .api("POST", "/api/account/tokens", Some("{\"name\":\"Spare\"}"))
        .json();
    let mut dj = go_live(made["token"].as_str().unwrap(), Some(dj.session_id));
    assert!(dj.resumed);
    let path = format!("/api/account/tokens/{}/regenerate", made["id"].as_str().unwrap());
    assert_eq!(browser.api("POST", &path, None).status, 201);
    assert_eq!(
        dj.close_code(),
        CloseCode::Error(ErrorCode::Unauthorized).number()
    );
}

#[test]
fn nobody_touches_anothers_tokens_and_nights() {
    let relay = with_accounts();
    let (mut nadia, token) = registered(&relay);
    let mut dj = Dj::register(
        &relay,
        Wish {
            token: token.clone(),
            ..Wish::default()
        },
    )
    .unwrap();
    dj.play("Sesame");
    let dashboard: Value = nadia.api("GET", "/api/account", None).json();
    let id = dashboard["tokens"][0]["id"].as_str().unwrap();
    let mut ben = Browser::new(&relay);
    assert_eq!(ben.register("Ben", "ben@example.org", PASSWORD).status, 200);
    for path in [
        format!("/dj/tokens/{id}/revoke"),
        format!("/dj/tokens/{id}/regenerate"),
    ] {
        assert!(token_in(&ben.submit(&path, &[("sure", "yes")])).is_none());
    }
    assert_eq!(
        ben.api("DELETE", &format!("/api/account/tokens/{id}"), None)
            .status,
        404
    );
    let path = format!("/api/account/tokens/{id}/regenerate");
    assert_eq!(ben.api("POST", &path, None).status, 404);
    assert_eq!(me(&relay, &token).status, 200);
    // One's own night by cookie; others are told the same as if there were none.
    let night = format!("/dj/sessions/{}", dj.session_id);
    let page = nadia.get(&night);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sesame"));
    let none = ben.get(&format!("/dj/sessions/{}", pika_protocol::SessionId::random()));
    let others = ben.get(&night);
    assert_eq!((others.status, &others.body), (404, &none.body));
    let stranger = Browser::new(&relay).get(&night);
    assert_eq!(stranger.status, 303);
    assert!(
        stranger
            .header("location")
            .unwrap()
            .starts_with("/dj/login?next=")
    );
    for what in ["recap", "export.csv", "export.json"] {
        let path = format!("/api/dj/sessions/{}/{what}", dj.session_id);
        assert_eq!(nadia.get(&path).status, 200, "{what}");
        assert_eq!(ben.get(&path).status, 404, "{what}");
        assert_eq!(Browser::new(&relay).get(&path).status, 401, "{what}");
    }
    // After logging in the night is shown.
    let mut again = Browser::new(&relay);
    again.get(stranger.header("location").unwrap());
    let fields = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", &dj.session_id.to_string()),
    ];
    assert_eq!(
        again.submit("/dj/login", &fields).header("location"),
        Some(&*night)
    );
    let away = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", "https://evil.example"),
    ];
    let mut again = Browser::new(&relay);
    again.get("/dj/login");
    assert_eq!(
        again.submit("/dj/login", &away).header("location"),
        Some("/dj?welcome=1")
    );
    dj.end();
}

#[test]
fn a_program_signs_in_for_a_token_of_its_own() {
    let relay = with_accounts();
    registered(&relay);
    let body = json!({"email": EMAIL, "password": PASSWORD, "token_name": "Studio"}).to_string();
    let mut program = Browser::new(&relay);
    let made = program.api("POST", "/api/auth/token", Some(&body));
    assert_eq!(made.status, 201);
    assert!(program.cookies.is_empty());
    let made: Value = made.json();
    let mine: Value = me(&relay, made["token"].as_str().unwrap()).json();
    assert_eq!(mine["token_name"], "Studio");
    // Tokens are for playing: none makes or revokes tokens or changes the account.
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    for (method, path) in [
        ("GET", "/api/account"),
        ("PATCH", "/api/account"),
        ("POST", "/api/account/tokens"),
    ] {
        let body = (method != "GET").then_some("{}");
        let answer = request(relay.address, method, path, &[("authorization", &bearer)], body);
        assert_eq!(answer.status, 401, "{path}");
    }
}

#[test]
fn an_account_has_a_bounded_number_of_tokens() {
    let relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    let statuses: Vec<_> = (0..20)
        .map(|_| browser.api("POST", "/api/account/tokens", Some("{}")).status)
        .collect();
    assert_eq!(statuses, [&[201; 19][..], &[409]].concat());
    assert!(
        !browser.get("/dj").body.contains("name=\"id\""),
        "no form for one more"
    );
}

#[test]
fn tokens_that_nobody_uses_end_and_their_owner_is_warned() {
    let mut relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    let made: Vec<Value> = ["Forgotten", "Nearly forgotten", "In use"]
        .iter()
        .map(|name| {
            let body = json!({"name": name}).to_string();
            browser.api("POST", "/api/account/tokens", Some(&body)).json()
        })
        .collect();
    let token = |index: usize| made[index]["token"].as_str().unwrap();
    let now = pika_relay::base::Moment::now().at.0;
    let database = rusqlite::Connection::open(relay.database_file()).unwrap();
    for (index, days) in [(0, 401), (1, 390), (2, 380)] {
        let id: uuid::Uuid = made[index]["id"].as_str().unwrap().parse().unwrap();
        database
            .execute(
                "UPDATE tokens SET created_at = 1, last_used_at = ?2 WHERE id = ?1",
                rusqlite::params![id.as_bytes(), now - days * 86_400_000],
            )
            .unwrap();
    }
    drop(database);
    // Tidied up at every start, and each hour.
    relay.restart();
    eventually("the token is deleted", || {
        (me(&relay, token(0)).status == 401).then_some(())
    });
    let mut browser = Browser::new(&relay);
    browser.log_in(EMAIL, PASSWORD);
    let page = browser.get("/dj");
    assert_eq!(
        page.body.matches("it is deleted on").count(),
        1,
        "one is warned of"
    );
    let dashboard: Value = browser.api("GET", "/api/account", None).json();
    let soon: Vec<_> = dashboard["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|token| token["ends_soon"] == true)
        .map(|token| token["name"].as_str().unwrap())
        .collect();
    assert_eq!(soon, ["Nearly forgotten"]);
    // Using it is enough.
    assert_eq!(me(&relay, token(1)).json::<Value>()["token_ends_soon"], true);
    eventually("its use is noted", || {
        (me(&relay, token(1)).json::<Value>()["token_ends_soon"] == false).then_some(())
    });
}
