//! What every answer carries, which other sites may ask, and what slow and long requests are told.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use pika_relay::config::{Origin, PublicUrl};

use crate::{
    accounts::with_accounts,
    helpers::{PATIENCE, http::request, relay::TestRelay},
};

const FRIEND: &str = "https://friend.example";

#[test]
fn every_answer_tells_browsers_to_be_careful() {
    let relay = with_accounts();
    for (path, is_page) in [
        ("/", true),
        ("/dj/login", true),
        ("/dj/register", true),
        ("/dj/nobody", true),
        ("/live/ZZZZ", true),
        ("/recap/ZZZZ", true),
        ("/privacy", true),
        ("/api/sessions", false),
        ("/api/nothing", false),
        ("/api/openapi.json", false),
        ("/health", false),
        ("/metrics", false),
        ("/robots.txt", false),
    ] {
        let answer = request(relay.address, "GET", path, &[], None);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        let policies = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "content-security-policy");
        assert_eq!(policies.count(), 1, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains(" * "),
            "{path}: {policy}"
        );
        assert_eq!(
            is_page,
            policy.contains("script-src 'self'; style-src 'self'"),
            "{path}"
        );
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
    let public = TestRelay::with(|config| {
        config.public_url = Some(PublicUrl::parse("https://pika.example").unwrap());
    });
    for path in ["/", "/api/sessions", "/health"] {
        let answer = request(public.address, "GET", path, &[], None);
        assert_eq!(
            answer.header("strict-transport-security"),
            Some("max-age=31536000"),
            "{path}"
        );
    }
}

/// What no browser shows as a page is taken for what it says it is, and a picture that could be opened as a page runs
/// nothing.
#[test]
fn files_are_what_they_say_they_are() {
    let relay = with_accounts();
    let page = request(relay.address, "GET", "/", &[], None).body;
    let files: Vec<_> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/") || *part == "/manifest.webmanifest")
        .collect();
    assert!(files.len() >= 4, "{files:?}");
    for path in files {
        let file = request(relay.address, "HEAD", path, &[], None);
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"), "{path}");
        if path.ends_with(".svg") {
            let policy = file.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        }
    }
}

/// A browser puts the headers of a 304 on what it kept.
#[test]
fn an_unchanged_page_keeps_its_own_policy() {
    let relay = with_accounts();
    for path in ["/", "/live", "/privacy"] {
        let page = request(relay.address, "GET", path, &[], None);
        let tag = page.header("etag").unwrap().to_owned();
        let again = request(relay.address, "GET", path, &[("if-none-match", &tag)], None);
        assert_eq!(again.status, 304, "{path}");
        assert_eq!(again.header("content-security-policy"), None, "{path}");
    }
}

#[test]
fn only_listed_origins_may_ask_and_none_with_cookies() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.allowed_origins = vec![Origin::parse(FRIEND).unwrap()];
    });
    let ask = |method: &str, path: &str, origin: &str| {
        let mut headers = vec![("origin", origin)];
        if method == "OPTIONS" {
            headers.push(("access-control-request-method", "POST"));
            headers.push(("access-control-request-headers", "content-type"));
        }
        request(relay.address, method, path, &headers, None)
    };
    for path in [
        "/api/sessions",
        "/api/sessions/ZZZZ",
        "/api/dj/sessions",
        "/api/nothing",
    ] {
        let friend = ask("GET", path, FRIEND);
        assert_eq!(
            friend.header("access-control-allow-origin"),
            Some(FRIEND),
            "{path}"
        );
        assert!(friend.header("vary").unwrap().contains("origin"), "{path}");
        for foreign in [
            "https://evil.example",
            "null",
            "https://friend.example.evil.example",
            "http://friend.example",
        ] {
            let answer = ask("GET", path, foreign);
            assert_eq!(
                answer.header("access-control-allow-origin"),
                None,
                "{path} {foreign}"
            );
            let preflight = ask("OPTIONS", path, foreign);
            assert_eq!(preflight.status, 403, "{path} {foreign}");
            assert_eq!(
                preflight.header("access-control-allow-origin"),
                None,
                "{path} {foreign}"
            );
            assert_eq!(
                preflight.header("access-control-allow-methods"),
                None,
                "{path} {foreign}"
            );
        }
        let preflight = ask("OPTIONS", path, FRIEND);
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            Some(FRIEND),
            "{path}"
        );
        let headers = preflight.header("access-control-allow-headers").unwrap();
        assert!(
            headers.contains("authorization") && headers.contains("pika-pass"),
            "{headers}"
        );
        for answer in [&friend, &preflight] {
            assert_eq!(answer.header("access-control-allow-credentials"), None, "{path}");
        }
    }
    // Pages and accounts are for our own pages, whoever is listed.
    for path in ["/", "/dj", "/dj/login", "/api/account", "/api/account/login"] {
        for method in ["GET", "OPTIONS"] {
            let answer = ask(method, path, FRIEND);
            assert_eq!(
                answer.header("access-control-allow-origin"),
                None,
                "{method} {path}"
            );
        }
    }
    // Nobody is listed: nobody is allowed.
    let alone = TestRelay::start();
    let answer = request(alone.address, "GET", "/api/sessions", &[("origin", FRIEND)], None);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn long_bodies_are_refused_on_every_route() {
    let relay = with_accounts();
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
    for path in [
        "/api/sessions/ZZZZ/join",
        "/api/sessions/ZZZZ/messages",
        "/api/dj/sessions",
        "/api/dj/sessions/00000000-0000-4000-8000-000000000000/messages",
        "/api/account/register",
        "/api/account/login",
        "/api/account/password",
        "/api/account/tokens",
        "/api/auth/token",
        "/dj/register",
        "/dj/login",
        "/dj/tokens",
        "/dj/profile",
        "/dj/password",
        "/dj/logout",
    ] {
        let answer = request(relay.address, "POST", path, &[], Some(&long));
        assert_eq!(answer.status, 413, "{path}");
    }
}

#[test]
fn a_body_that_drips_is_given_up() {
    let relay = TestRelay::with(|config| {
        config.account_routes = true;
        config.limits.body_timeout = Duration::from_millis(50);
    });
    for path in ["/dj/login", "/api/account/login", "/api/sessions/ZZZZ/join"] {
        let mut stream = TcpStream::connect(relay.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        // The connection is closed, too: what else comes on it cannot be told from the body.
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
    }
}
