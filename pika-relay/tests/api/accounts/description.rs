//! The description of what programs do with accounts is true.

use std::collections::BTreeSet;

use pika_protocol::{ErrorCode, rest::ErrorBody};
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, registered, with_accounts};
use crate::{
    helpers::browser::Browser,
    rest::description::{account_operations, check_response, operation},
};

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
        let operation = operation(method, path);
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
                check_response(&operation, &answer, &case);
                if is_last {
                    assert!(answer.status < 300, "{case}");
                }
            }
        }
        walked.insert(operation["operationId"].as_str().unwrap().to_owned());
    }
    assert_eq!(walked, account_operations());
    let error: ErrorBody = Browser::new(&relay).api("GET", "/api/account", None).json();
    assert_eq!(error.code, ErrorCode::Unauthorized);
}
