//! The description of the interface is true, and whole.

use std::{collections::BTreeSet, fs, path::Path};

use pika_protocol::{ActionId, SessionId};
use serde_json::Value;

use super::{a_night, bearer, get};
use crate::helpers::{
    dj::{Dj, Wish},
    http::{Response, open, read_head, request},
    relay::{KEY, TestRelay},
};

fn description() -> Value {
    serde_json::from_str(include_str!("../../../src/routes/openapi.json")).unwrap()
}

/// Method, path and description of each operation.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let description = description();
    let paths = description["paths"].as_object().unwrap().clone();
    let of_path = |(path, methods): (String, Value)| {
        let methods = methods.as_object().unwrap().clone();
        methods
            .into_iter()
            .map(move |(method, operation)| (method, path.clone(), operation))
            .collect::<Vec<_>>()
    };
    paths.into_iter().flat_map(of_path).collect()
}

/// The texts of all Rust files in a folder and in those below it.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

#[test]
fn every_api_path_of_the_program_is_described_and_no_other() {
    let mut written = BTreeSet::new();
    for source in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes"))) {
        for macro_call in source.split("warp::path!(").skip(1) {
            let pattern = macro_call.split(')').next().unwrap();
            let parts = pattern.split('/').map(|part| match part.trim() {
                text if text.starts_with('"') => text.trim_matches('"').to_owned(),
                _ => "{}".to_owned(),
            });
            let path = format!("/{}", parts.collect::<Vec<_>>().join("/"));
            if path.starts_with("/api/") || ["/health", "/ready", "/metrics"].contains(&path.as_str()) {
                written.insert(path);
            }
        }
    }
    let described: BTreeSet<_> = operations()
        .into_iter()
        .map(|(_, path, _)| path.replace("{code}", "{}").replace("{id}", "{}"))
        .collect();
    assert_eq!(written, described);
}

/// Walks the description: with good and bad requests each answer is one that it names, in the form it names.
#[test]
fn the_description_is_true() {
    let relay = TestRelay::start();
    let (dj, _) = a_night(&relay, None);
    let (ended, _) = {
        let token = relay.add_dj("Ben");
        let mut ended = Dj::register(
            &relay,
            Wish {
                token: token.clone(),
                ..Wish::default()
            },
        )
        .unwrap();
        ended.end();
        (ended, token)
    };
    let token = bearer(KEY);
    let joined: Value = request(
        relay.address,
        "POST",
        &format!("/api/sessions/{}/join", dj.code),
        &[],
        Some(r#"{"protocol_version":1}"#),
    )
    .json();
    let ticket = joined["ticket"].as_str().unwrap().to_owned();
    let description = description();
    let mut succeeded = BTreeSet::new();
    for (method, path, operation) in operations() {
        let bodies: Vec<Option<String>> = if operation.get("requestBody").is_none() {
            vec![None]
        } else {
            let dj_batch = format!(
                r#"{{"device_id":"{}","messages":[{{"type":"PING"}}]}}"#,
                dj.device_id
            );
            let register = format!(
                r#"{{"type":"REGISTER_SESSION","id":"{}","protocol_version":1,"name":"x","listed":true,"device_id":"{}","resume":"{}"}}"#,
                ActionId::random(),
                dj.device_id,
                dj.session_id
            );
            let dancer_batch = format!(r#"{{"ticket":"{ticket}","messages":[{{"type":"PING"}}]}}"#);
            let screen = format!(r#"{{"screen_key":"{}"}}"#, dj.screen_key);
            let good = [
                r#"{"protocol_version":1}"#.to_owned(),
                dj_batch,
                register,
                dancer_batch,
                screen,
            ];
            let bad = ["", "{}", "nonsense", r#"{"protocol_version":0}"#].map(str::to_owned);
            good.into_iter().chain(bad).map(Some).chain([None]).collect()
        };
        for code in [dj.code.as_str(), ended.code.as_str(), "ZZZZ", "not-a-code"] {
            for id in [dj.session_id, SessionId::random()] {
                for query in ["", &format!("?ticket={ticket}"), "?ticket=x", "?before=x"] {
                    for token in [None, Some(token.as_str()), Some("Bearer wrong")] {
                        let path = path.replace("{code}", code).replace("{id}", &id.to_string());
                        let headers: Vec<_> = token.iter().map(|token| ("authorization", *token)).collect();
                        for body in &bodies {
                            let path = format!("{path}{query}");
                            let (status, content_type, text) =
                                ask(&relay, &method, &path, &headers, body.as_deref());
                            let case = format!("{method} {path} {token:?} {body:?}: {status} {text}");
                            let answer = &operation["responses"][status.to_string()];
                            assert!(answer.is_object(), "not described: {case}");
                            if status == 200 {
                                succeeded.insert(operation["operationId"].as_str().unwrap().to_owned());
                            }
                            check_answer(&description, answer, &content_type, &text, &case);
                        }
                    }
                }
            }
        }
    }
    // The key of these tests belongs to no account: asked with one below, as accounts are in their own tests.
    succeeded.insert("me".to_owned());
    succeeded.extend(account_operations());
    let all: BTreeSet<_> = operations()
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(succeeded, all, "each operation worked at least once");
}

/// The description of one operation.
pub(crate) fn operation(method: &str, path: &str) -> Value {
    description()["paths"][path][method].clone()
}

/// Names of the operations about accounts, which this relay has switched off.
pub(crate) fn account_operations() -> BTreeSet<String> {
    operations()
        .into_iter()
        .filter(|(_, path, _)| path.starts_with("/api/account") || path == "/api/auth/token")
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

/// Checks that an operation names such an answer.
pub(crate) fn check_response(operation: &Value, response: &Response, case: &str) {
    let answer = &operation["responses"][response.status.to_string()];
    assert!(answer.is_object(), "not described: {case}");
    let kind = response.header("content-type").unwrap_or_default();
    check_answer(&description(), answer, kind, &response.body, case);
}

#[test]
fn a_token_tells_whose_it_is() {
    let relay = TestRelay::start();
    let token = bearer(&relay.add_dj("Ben"));
    let response = get(&relay, "/api/auth/me", &[("authorization", &token)]);
    let me: Value = response.json();
    assert_eq!(
        (me["name"].as_str(), me["slug"].as_str()),
        (Some("Ben"), Some("ben"))
    );
    assert_eq!(me["token_ends_soon"], false);
    let description = description();
    check_schema(
        &description,
        &description["components"]["schemas"]["Me"],
        &me,
        "me",
    );
    for header in [None, Some("Bearer wrong"), Some(&*bearer(KEY))] {
        let headers: Vec<_> = header.iter().map(|header| ("authorization", *header)).collect();
        assert_eq!(get(&relay, "/api/auth/me", &headers).status, 401);
    }
}

fn ask(
    relay: &TestRelay,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> (u16, String, String) {
    use std::io::Read;
    let mut stream = open(relay.address, &method.to_uppercase(), path, headers, body);
    let (status, headers) = read_head(&mut stream);
    let content_type = headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map(|(_, value)| value.clone());
    let content_type = content_type.unwrap_or_default();
    let mut text = String::new();
    if content_type != "text/event-stream" {
        stream.read_to_string(&mut text).unwrap();
    }
    (status, content_type, text)
}

fn check_answer(description: &Value, answer: &Value, content_type: &str, text: &str, case: &str) {
    let Some(contents) = answer["content"].as_object() else {
        assert_eq!(text, "", "{case}");
        return;
    };
    let kind = content_type.split(';').next().unwrap();
    let content = contents
        .get(kind)
        .unwrap_or_else(|| panic!("{kind} is not described: {case}"));
    if kind == "application/json" {
        let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {case}"));
        check_schema(description, &content["schema"], &value, case);
    }
}

/// As much of JSON Schema as the description uses; fields that it does not name are an error.
fn check_schema(description: &Value, schema: &Value, value: &Value, case: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = description.pointer(name.trim_start_matches('#')).unwrap();
        return check_schema(description, schema, value, case);
    }
    let fits = match schema["type"].as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic!("{other}"),
    };
    assert!(fits, "{value} is no {}: {case}", schema["type"]);
    for item in value.as_array().into_iter().flatten() {
        check_schema(description, &schema["items"], item, case);
    }
    let (Some(fields), Some(object)) = (schema["properties"].as_object(), value.as_object()) else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            object.contains_key(name.as_str().unwrap()),
            "{name} is missing: {case}"
        );
    }
    for (name, value) in object {
        match fields.get(name) {
            Some(schema) => check_schema(description, schema, value, case),
            // Messages of the live protocol are described elsewhere.
            None => assert!(fields.contains_key("type"), "{name} is not described: {case}"),
        }
    }
}
