//! Logins in browsers: tried, kept, stolen, ended.

use pika_relay::config::Registration;
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, me, registered, token_in, with_accounts};
use crate::helpers::{
    browser::Browser,
    dj::{Dj, Wish},
    eventually,
    http::request,
    relay::{TestRelay, at_once},
};

fn hashes(relay: &TestRelay) -> u64 {
    let figures = request(relay.address, "GET", "/metrics", &[], None).body;
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("pika_password_hashes_total "));
    line.unwrap().parse().unwrap()
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
