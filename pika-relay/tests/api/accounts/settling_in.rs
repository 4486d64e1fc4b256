//! From registering to another password, on both databases.

use pika_relay::{base::Secret, config::Registration};
use serde_json::Value;

use super::{EMAIL, PASSWORD, me, registered, token_in, with_accounts};
use crate::helpers::{
    browser::{Browser, between},
    relay::TestRelay,
};

/// The whole way, told to both databases.
fn a_dj_settles_in(relay: &TestRelay) {
    let (mut browser, token) = registered(relay);
    let mine: Value = me(relay, &token).json();
    assert_eq!(
        (mine["name"].as_str(), mine["slug"].as_str()),
        (Some("DJ Nadia K"), Some("dj-nadia-k"))
    );

    // Shown once.
    let page = browser.get("/dj");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("nadia@example.org") || page.body.contains("DJ Nadia K"));
    assert!(!page.body.contains("pk_dj_"), "a token is shown once");
    assert_eq!(page.header("cache-control"), Some("no-store"));

    // A named token; the same form sent twice makes one.
    let id = between(&page.body, "name=\"id\" value=\"", "\"").unwrap();
    let fields = [("id", id.as_str()), ("name", "Booth <laptop>")];
    let shown = browser.submit("/dj/tokens", &fields);
    let booth = token_in(&shown).unwrap();
    assert!(shown.body.contains("Booth &lt;laptop&gt;"));
    let again = browser.submit("/dj/tokens", &fields);
    assert_eq!((again.status, token_in(&again)), (409, None));
    assert_eq!(me(relay, &booth).status, 200);

    // Replaced, then revoked.
    let dashboard: Value = browser.api("GET", "/api/account", None).json();
    let tokens = dashboard["tokens"].as_array().unwrap().clone();
    assert_eq!(tokens.len(), 2);
    let id = tokens[1]["id"].as_str().unwrap();
    let shown = browser.submit(&format!("/dj/tokens/{id}/regenerate"), &[]);
    let replaced = token_in(&shown).unwrap();
    assert_eq!(
        (me(relay, &booth).status, me(relay, &replaced).status),
        (401, 200)
    );
    let dashboard: Value = browser.api("GET", "/api/account", None).json();
    let id = dashboard["tokens"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(dashboard["tokens"][1]["name"], "Booth <laptop>");
    let led = browser.submit(&format!("/dj/tokens/{id}/revoke"), &[]);
    assert_eq!(
        (led.status, led.header("location")),
        (303, Some("/dj?done=revoked"))
    );
    assert_eq!(
        (me(relay, &replaced).status, me(relay, &token).status),
        (401, 200)
    );

    // Name, address, profile.
    let saved = browser.submit(
        "/dj/profile",
        &[("name", "Nadia"), ("slug", "Nadia-K"), ("public", "yes")],
    );
    assert_eq!(saved.status, 303);
    let account: Value = browser.api("GET", "/api/account", None).json();
    assert_eq!(account["account"]["slug"], "nadia-k");
    assert_eq!(account["account"]["public_profile"], true);
    for wrong in ["login", "a b", ""] {
        let refused = browser.submit("/dj/profile", &[("name", "Nadia"), ("slug", wrong)]);
        assert!([400, 409].contains(&refused.status), "{wrong}");
    }

    // Another password; the one before is worth nothing.
    browser.get("/dj");
    let wrong = browser.submit(
        "/dj/password",
        &[("current", "not this one"), ("new", "another sentence")],
    );
    assert_eq!(wrong.status, 403);
    let saved = browser.submit(
        "/dj/password",
        &[("current", PASSWORD), ("new", "another sentence")],
    );
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, Some("/dj?done=password"))
    );
    let mut other = Browser::new(relay);
    assert_eq!(other.log_in(EMAIL, PASSWORD).status, 401);
    assert_eq!(other.log_in(" Nadia@Example.ORG", "another sentence").status, 303);
    assert_eq!(other.get("/dj").status, 200);
    assert_eq!(me(relay, &token).status, 200, "tokens stay");
}

#[test]
fn a_dj_settles_in_on_sqlite() {
    let relay = with_accounts();
    a_dj_settles_in(&relay);
    // What is kept of tokens and logins are hashes.
    let database = rusqlite::Connection::open(relay.database_file()).unwrap();
    for table in ["tokens", "web_sessions"] {
        let mut rows = database
            .prepare(&format!("SELECT token_hash FROM {table}"))
            .unwrap();
        let hashes: Vec<String> = rows
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(!hashes.is_empty(), "{table}");
        for hash in hashes {
            let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_hash, "{table}: {hash}");
        }
    }
    let password: String = database
        .query_row("SELECT password_hash FROM djs", [], |row| row.get(0))
        .unwrap();
    assert!(
        password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{password}"
    );
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[test]
fn a_dj_settles_in_on_postgres() {
    let database = crate::postgres::TestDatabase::create();
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
        config.database = pika_relay::config::DatabaseUrl::Postgres(Secret::new(database.url.as_str()));
    });
    a_dj_settles_in(&relay);
}
