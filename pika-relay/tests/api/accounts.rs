//! Accounts as DJs use them: with a browser without script, and as programs do.

use std::collections::BTreeSet;

use pika_protocol::{CloseCode, ErrorCode, rest::ErrorBody};
use pika_relay::{base::Secret, config::Registration};
use serde_json::{Value, json};

use crate::helpers::{
    browser::{Browser, between},
    dj::{Dj, Wish},
    eventually,
    http::{Response, request},
    relay::{TestRelay, at_once},
};

const EMAIL: &str = "nadia@example.org";
const PASSWORD: &str = "the floor is full";

pub(crate) fn with_accounts() -> TestRelay {
    TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
    })
}

/// A DJ who has just registered, and the token that was shown.
pub(crate) fn registered(relay: &TestRelay) -> (Browser, String) {
    let mut browser = Browser::new(relay);
    let shown = browser.register("DJ Nadia K", EMAIL, PASSWORD);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let token = token_in(&shown).expect("a token is shown");
    (browser, token)
}

pub(crate) fn token_in(page: &Response) -> Option<String> {
    between(&page.body, "pk_dj_", "<").map(|rest| format!("pk_dj_{rest}"))
}

fn me(relay: &TestRelay, token: &str) -> Response {
    let bearer = format!("Bearer {token}");
    request(
        relay.address,
        "GET",
        "/api/auth/me",
        &[("authorization", &bearer)],
        None,
    )
}

fn hashes(relay: &TestRelay) -> u64 {
    let figures = request(relay.address, "GET", "/metrics", &[], None).body;
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("pika_password_hashes_total "));
    line.unwrap().parse().unwrap()
}

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

#[test]
fn registering_tells_what_is_wrong_where_it_is_wrong() {
    let relay = with_accounts();
    let mut browser = Browser::new(&relay);
    for (name, email, password, status, text) in [
        ("", EMAIL, PASSWORD, 400, "Please choose a name"),
        ("Nadia", "nadia", PASSWORD, 400, "Please check the email address"),
        ("Nadia", EMAIL, "k9!x", 400, "10 characters or more"),
        ("Nadia", EMAIL, "qwertyuiop", 400, "among the first"),
    ] {
        let page = browser.register(name, email, password);
        assert_eq!(page.status, status, "{text}");
        assert!(page.body.contains(text), "{text}");
        assert!(page.body.contains("role=\"alert\""), "{text}");
        assert!(!page.body.contains(password), "a password is never shown again");
    }
    assert!(
        browser
            .register("<b>Nadia", "x", PASSWORD)
            .body
            .contains("&lt;b&gt;Nadia")
    );
    registered(&relay);
    let taken = browser.register("Nadia", "NADIA@example.org", PASSWORD);
    assert_eq!(taken.status, 409);
    assert!(taken.body.contains("already has an account"));
    // Sent again by a reload: the account is there.
    let mut dj = Browser::new(&relay);
    assert_eq!(dj.register("Zoë", "zoe@example.org", PASSWORD).status, 200);
    let again = dj.submit("/dj/register", &[("name", "Zoë")]);
    assert_eq!((again.status, again.header("location")), (303, Some("/dj")));
}

#[test]
fn slugs_are_made_of_names_and_reserved_ones_are_not() {
    let relay = with_accounts();
    let slug = |name: &str, email: &str| {
        let body = json!({"name": name, "email": email, "password": PASSWORD}).to_string();
        let made = Browser::new(&relay).api("POST", "/api/account/register", Some(&body));
        assert_eq!(made.status, 201, "{}", made.body);
        made.json::<Value>()["slug"].as_str().unwrap().to_owned()
    };
    assert_eq!(slug("DJ Łukasz & Zoë", "a@example.org"), "dj-lukasz-and-zoe");
    assert_eq!(slug("DJ Lukasz and Zoe", "b@example.org"), "dj-lukasz-and-zoe-2");
    assert_eq!(slug("Login", "c@example.org"), "login-2");
}

#[test]
fn registration_is_limited_by_address() {
    let relay = with_accounts();
    let mut browser = Browser::new(&relay);
    let mut answers = Vec::new();
    for number in 0..6 {
        browser.cookies.clear();
        answers.push(browser.register("Nadia", &format!("n{number}@example.org"), PASSWORD));
    }
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    assert!(answers[5].header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
}

#[test]
fn invited_djs_register_and_closed_doors_stay_closed() {
    let invited = TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Invite(Secret::new("west coast"));
    });
    let mut browser = Browser::new(&invited);
    assert!(browser.get("/dj/register").body.contains("name=\"invite\""));
    let fields = [("name", "Nadia"), ("email", EMAIL), ("password", PASSWORD)];
    let without = browser.submit("/dj/register", &fields);
    assert_eq!(without.status, 403);
    assert!(without.body.contains("invitation code is not right"));
    let with: Vec<_> = fields.into_iter().chain([("invite", " west coast ")]).collect();
    assert_eq!(browser.submit("/dj/register", &with).status, 200);

    let closed = TestRelay::with(|config| config.account_routes = true);
    let mut browser = Browser::new(&closed);
    let page = browser.get("/dj/register");
    assert!(page.body.contains("takes no new accounts") && !page.body.contains("<input"));
    assert_eq!(browser.submit("/dj/register", &fields).status, 403);
    let body = json!({"name": "Nadia", "email": EMAIL, "password": PASSWORD}).to_string();
    let refused = browser.api("POST", "/api/account/register", Some(&body));
    assert_eq!(refused.status, 403);
    assert!(
        browser
            .get("/dj/forgot")
            .body
            .contains("Ask whoever runs this Pika!")
    );
}

#[test]
fn the_sixth_wrong_login_waits_and_the_owners_token_works_on() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
        config.trusted_proxies = pika_relay::auth::TrustedProxies::parse("loopback").unwrap();
    });
    let (_, token) = registered(&relay);
    let from = |address: &str| {
        let mut browser = Browser::new(&relay);
        browser
            .headers
            .push(("x-forwarded-for".to_owned(), address.to_owned()));
        browser
    };
    let mut thief = from("203.0.113.7");
    for left in ["4 tries", "3 tries", "2 tries", "1 try", "0 tries"] {
        let refused = thief.log_in(EMAIL, "not this one");
        assert_eq!(refused.status, 401);
        assert!(refused.body.contains(left), "{left}");
    }
    // Not even the right password now.
    let sixth = thief.log_in(EMAIL, PASSWORD);
    assert_eq!(sixth.status, 429);
    let wait: u32 = sixth.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    assert!(sixth.body.contains("Too many tries"));
    assert_eq!(me(&relay, &token).status, 200);
    let mut dj = Dj::register(
        &relay,
        Wish {
            token,
            ..Wish::default()
        },
    )
    .unwrap();
    dj.play("Goes on");
    // What the thief writes before the proxy's word changes nothing, be it readable or not.
    for spoofed in ["198.51.100.77, 203.0.113.7", "\u{fc}\u{fc}, 203.0.113.7"] {
        assert_eq!(from(spoofed).log_in(EMAIL, PASSWORD).status, 429, "{spoofed}");
    }
    // The owner at home, and somebody else at the thief's address.
    assert_eq!(from("198.51.100.9").log_in(EMAIL, PASSWORD).status, 303);
    assert_eq!(thief.log_in("somebody@example.org", "not this one").status, 401);
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    for path in ["/api/account/login", "/api/auth/token"] {
        assert_eq!(thief.api("POST", path, Some(&body)).status, 429, "{path}");
    }
}

#[test]
fn one_address_that_tries_many_accounts_waits_too() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.limits.login_failures_address = at_once(3);
    });
    let mut thief = Browser::new(&relay);
    let statuses: Vec<_> = (0..4)
        .map(|number| {
            thief
                .log_in(&format!("dj{number}@example.org"), "summer2026!")
                .status
        })
        .collect();
    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[test]
fn a_login_that_fails_says_nothing_about_who_has_an_account() {
    let relay = with_accounts();
    registered(&relay);
    let try_with = |email: &str| {
        let mut browser = Browser::new(&relay);
        browser.get("/dj/login");
        let before = hashes(&relay);
        let page = browser.submit("/dj/login", &[("email", email), ("password", "not this one")]);
        let body = json!({"email": email, "password": "not this one"}).to_string();
        let api = browser.api("POST", "/api/account/login", Some(&body));
        let csrf = browser.csrf.clone();
        let page = page.body.replace(email, "EMAIL").replace(&csrf, "MARK");
        (page, api.status, api.body, hashes(&relay) - before)
    };
    let (known, unknown) = (try_with(EMAIL), try_with("nobody@example.org"));
    assert_eq!(known.3, 2, "one hash for each try");
    assert_eq!(known, unknown);
    // What cannot be an address costs the same as one that nobody has.
    assert_eq!(try_with("nonsense").3, 2);
}

#[test]
fn a_stolen_cookie_is_dead_after_log_out() {
    let relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    let mut thief = browser.stolen();
    assert_eq!(thief.api("GET", "/api/account", None).status, 200);
    let led = browser.submit("/dj/logout", &[]);
    assert_eq!(led.header("location"), Some("/dj/login?done=out"));
    assert!(
        browser
            .get("/dj/login?done=out")
            .body
            .contains("You are logged out")
    );
    assert_eq!(thief.api("GET", "/api/account", None).status, 401);
    assert!(!thief.get("/dj").body.contains("nadia"));
    // Nor does what was planted before the login become one.
    let mut victim = thief.stolen();
    assert_eq!(victim.log_in(EMAIL, PASSWORD).status, 303);
    assert_ne!(victim.cookies["pika-login"], thief.cookies["pika-login"]);
    assert_eq!(thief.api("GET", "/api/account", None).status, 401);
    // A new login ends the one this browser had.
    let mut before = victim.stolen();
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    assert_eq!(victim.api("POST", "/api/account/login", Some(&body)).status, 200);
    assert_eq!(before.api("GET", "/api/account", None).status, 401);
    // All others at once.
    let mut phone = Browser::new(&relay);
    phone.log_in(EMAIL, PASSWORD);
    victim.get("/dj");
    assert_eq!(victim.submit("/dj/logout-others", &[]).status, 303);
    assert_eq!(phone.api("GET", "/api/account", None).status, 401);
    assert_eq!(victim.api("GET", "/api/account", None).status, 200);
    let mut thief = victim.stolen();
    assert_eq!(victim.api("POST", "/api/account/logout", None).status, 204);
    assert_eq!(thief.api("GET", "/api/account", None).status, 401);
}

#[test]
fn a_login_ends_by_itself() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
        config.limits.web_session_age = std::time::Duration::from_millis(1);
    });
    let (mut browser, _) = registered(&relay);
    let mut thief = browser.stolen();
    eventually("the login is over", || {
        (browser.api("GET", "/api/account", None).status == 401).then_some(())
    });
    assert_eq!(thief.api("GET", "/api/account", None).status, 401);
}

#[test]
fn the_cookie_is_for_this_site_and_unseen_by_scripts() {
    let cookie_of = |relay: &TestRelay| {
        let mut browser = Browser::new(relay);
        let body = json!({"name": "Nadia", "email": EMAIL, "password": PASSWORD}).to_string();
        let made = browser.api("POST", "/api/account/register", Some(&body));
        made.header("set-cookie").unwrap().to_owned()
    };
    let here = cookie_of(&with_accounts());
    assert!(here.starts_with("pika-login="), "{here}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(here.contains(part), "{part}: {here}");
    }
    assert!(!here.contains("Secure"), "not on this computer: {here}");
    let public = TestRelay::with(|config| {
        config.account_routes = true;
        config.registration = Registration::Open;
        config.public_url = Some(pika_relay::config::PublicUrl::parse("https://pika.example").unwrap());
    });
    let there = cookie_of(&public);
    assert!(
        there.starts_with("__Host-pika-login=") && there.ends_with("; Secure"),
        "{there}"
    );
}

#[test]
fn forms_of_other_sites_do_nothing() {
    let relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    let mark = browser.csrf.clone();
    let count = |browser: &mut Browser| {
        let dashboard: Value = browser.api("GET", "/api/account", None).json();
        dashboard["tokens"].as_array().unwrap().len()
    };
    // Without the mark, with a wrong one, with the one of another browser.
    let mut other = Browser::new(&relay);
    other.get("/dj/login");
    for wrong in ["", "AAAAAAAAAAAAAAAAAAAAAA", &other.csrf] {
        browser.csrf = wrong.to_owned();
        let refused = browser.submit("/dj/tokens", &[("name", "x")]);
        assert_eq!((refused.status, token_in(&refused)), (403, None), "{wrong}");
    }
    // From another site, whatever it knows.
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        browser.headers = vec![(name.to_owned(), value.to_owned())];
        browser.csrf = mark.clone();
        for path in ["/dj/tokens", "/dj/logout", "/dj/profile", "/dj/password"] {
            let fields = [
                ("name", "x"),
                ("slug", "x1"),
                ("current", PASSWORD),
                ("new", "another sentence"),
            ];
            assert_eq!(
                browser.submit(path, &fields).status,
                403,
                "{path} {name}: {value}"
            );
        }
        for (method, path, body) in [
            ("POST", "/api/account/tokens", Some("{}")),
            ("POST", "/api/account/logout", None),
            ("POST", "/api/account/logout-others", None),
            ("PATCH", "/api/account", Some("{\"public_profile\":true}")),
            (
                "POST",
                "/api/account/login",
                Some("{\"email\":\"a\",\"password\":\"b\"}"),
            ),
        ] {
            assert_eq!(
                browser.api(method, path, body).status,
                403,
                "{path} {name}: {value}"
            );
        }
    }
    // A form that pretends to be JSON.
    browser.headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    let refused = browser.api("POST", "/api/account/tokens", None);
    assert_eq!(refused.status, 415);
    // Our own page.
    browser.headers = vec![
        ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
        ("origin".to_owned(), format!("http://{}", relay.address)),
    ];
    assert_eq!(count(&mut browser), 1);
    browser.csrf = mark;
    assert!(token_in(&browser.submit("/dj/tokens", &[("name", "x")])).is_some());
    // The form for logging in has its mark, too: nobody is logged in unasked.
    let mut victim = Browser::new(&relay);
    let unasked = victim.submit("/dj/login", &[("email", EMAIL), ("password", PASSWORD)]);
    assert_eq!(unasked.status, 403);
    assert!(!victim.cookies.contains_key("pika-login"));
    let asked = victim.submit("/dj/login", &[("email", EMAIL), ("password", PASSWORD)]);
    assert_eq!(asked.status, 303, "the page that said so can be sent again");
}

#[test]
fn a_browser_that_keeps_no_cookie_is_told() {
    let relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    browser.cookies.clear();
    let led = browser.log_in(EMAIL, PASSWORD);
    browser.cookies.clear();
    let led = browser.get(led.header("location").unwrap());
    let page = browser.get(led.header("location").unwrap());
    assert!(page.body.contains("did not keep the login"), "{}", page.body);
}

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

#[test]
fn the_relay_on_a_laptop_has_no_accounts() {
    let relay = TestRelay::start();
    for (method, path) in [
        ("GET", "/dj/login"),
        ("GET", "/dj/register"),
        ("GET", "/api/account"),
        ("POST", "/dj/login"),
        ("POST", "/api/account/login"),
        ("POST", "/api/account/register"),
        ("POST", "/api/auth/token"),
    ] {
        let body = (method == "POST").then_some("{}");
        assert_eq!(
            request(relay.address, method, path, &[], body).status,
            404,
            "{path}"
        );
    }
    let page = request(relay.address, "GET", "/dj", &[], None);
    assert!(page.status == 200 && !page.body.contains("/dj/login"));
}

/// Each operation of the description that is about accounts, done once with success and once by a stranger: each
/// answer is one that it names, in the form it names.
#[test]
fn the_description_of_accounts_is_true() {
    let relay = with_accounts();
    let (mut browser, _) = registered(&relay);
    let credentials = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    let another = json!({"name": "Ben", "email": "ben@example.org", "password": PASSWORD}).to_string();
    let password = json!({"current": PASSWORD, "new": PASSWORD}).to_string();
    let dashboard: Value = browser.api("GET", "/api/account", None).json();
    let id = dashboard["tokens"][0]["id"].as_str().unwrap().to_owned();
    let spare: Value = browser.api("POST", "/api/account/tokens", Some("{}")).json();
    let spare = spare["id"].as_str().unwrap().to_owned();
    let mut walked = BTreeSet::new();
    for (method, path, id, body) in [
        ("get", "/api/account", "", None),
        ("patch", "/api/account", "", Some("{\"public_profile\":true}")),
        ("post", "/api/account/tokens", "", Some("{\"name\":\"x\"}")),
        ("post", "/api/account/tokens/{id}/regenerate", &*id, None),
        ("delete", "/api/account/tokens/{id}", &*spare, None),
        ("post", "/api/auth/token", "", Some(&*credentials)),
        ("post", "/api/account/password", "", Some(&*password)),
        ("post", "/api/account/logout-others", "", None),
        ("post", "/api/account/login", "", Some(&*credentials)),
        ("post", "/api/account/register", "", Some(&*another)),
        ("post", "/api/account/logout", "", None),
    ] {
        let operation = crate::rest::operation(method, path);
        let method_name = method.to_uppercase();
        for is_stranger in [true, false] {
            for body in body.map_or(vec![None], |body| {
                vec![Some("nonsense"), Some("{\"name\":1}"), Some(body)]
            }) {
                let path = path.replace("{id}", id);
                let mut stranger = Browser::new(&relay);
                let who = if is_stranger { &mut stranger } else { &mut browser };
                // A stranger who registers is none afterwards.
                let is_last =
                    !is_stranger && body.is_none_or(|body| !["nonsense", "{\"name\":1}"].contains(&body));
                if is_stranger && path.ends_with("/register") {
                    continue;
                }
                let answer = who.api(&method_name, &path, body);
                let case = format!("{method} {path} {body:?}: {} {}", answer.status, answer.body);
                crate::rest::check_response(&operation, &answer, &case);
                if is_last {
                    assert!(answer.status < 300, "{case}");
                }
            }
        }
        walked.insert(operation["operationId"].as_str().unwrap().to_owned());
    }
    assert_eq!(walked, crate::rest::account_operations());
    let error: ErrorBody = Browser::new(&relay).api("GET", "/api/account", None).json();
    assert_eq!(error.code, ErrorCode::Unauthorized);
}
