//! Who may have an account, and what it is called.

use pika_relay::{base::Secret, config::Registration};
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, registered, with_accounts};
use crate::helpers::{browser::Browser, http::request, relay::TestRelay};

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
