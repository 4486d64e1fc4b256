//! What can be read over plain HTTP, by whom, and that the description of it is true.

use std::collections::BTreeSet;

use pika_protocol::{
    ActionId, ErrorCode, PlayId, SessionId,
    rest::{ErrorBody, History, OwnerRecap, Recap, SessionList, SessionSummary},
};
use serde_json::Value;

use crate::helpers::{
    dancer::{Dancer, OverSocket, Ticket},
    dj::{Dj, Wish, now},
    eventually,
    http::{Response, open, read_head, request},
    relay::{KEY, TestRelay},
};

fn get(relay: &TestRelay, path: &str, headers: &[(&str, &str)]) -> Response {
    request(relay.address, "GET", path, headers, None)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// A night with a secret song that was liked, and the pass of the dancer who did.
fn a_night(relay: &TestRelay, pin: Option<&str>) -> (Dj, String) {
    let wish = Wish {
        pin: pin.map(str::to_owned),
        ..Wish::default()
    };
    let mut dj = Dj::register(relay, wish).unwrap();
    let play_id = dj.play("Sesame");
    dj.start_poll(pika_protocol::feedback::PollCloses::Manual);
    let ticket = Ticket {
        pin: pin.map(str::to_owned),
        ..Ticket::default()
    };
    let mut dancer = Dancer::<OverSocket>::try_enter(relay, &dj.code, &ticket).unwrap();
    dancer.like(play_id).unwrap();
    dj.wait_for_likes(play_id, 1);
    (dj, dancer.pass)
}

#[test]
fn lists_history_and_recap_tell_the_night() {
    let relay = TestRelay::start();
    let (mut dj, _) = a_night(&relay, None);
    for number in 0..4 {
        // Two songs of one millisecond would be ordered by their random ids.
        let last = now();
        eventually("the clock goes on", || (now() > last).then_some(()));
        dj.play(&format!("Song {number}"));
    }
    let code = dj.code.clone();
    let list: SessionList = get(&relay, "/api/sessions", &[]).json();
    assert_eq!(list.sessions.len(), 1);
    assert_eq!(list.sessions[0].playing.as_ref().unwrap().title, "Song 3");
    let one: SessionSummary = get(
        &relay,
        &format!("/api/sessions/{}", code.as_str().to_lowercase()),
        &[],
    )
    .json();
    assert_eq!(one.session.code, code);
    let history: History = get(&relay, &format!("/api/sessions/{code}/history"), &[]).json();
    let titles: Vec<_> = history
        .plays
        .iter()
        .map(|play| play.track.title.as_str())
        .collect();
    assert_eq!(titles, ["Song 3", "Song 2", "Song 1", "Song 0", "Sesame"]);
    assert_eq!(history.plays[4].likes, 1);
    let older = format!("/api/sessions/{code}/history?before={}", history.plays[3].play_id);
    let older: History = get(&relay, &older, &[]).json();
    assert_eq!(older.plays, history.plays[4..]);
    let missing = get(
        &relay,
        &format!("/api/sessions/{code}/history?before={}", PlayId::random()),
        &[],
    );
    assert_eq!(missing.json::<ErrorBody>().code, ErrorCode::UnknownPlay);

    dj.end();
    let recap: Recap = get(&relay, &format!("/api/sessions/{code}/recap"), &[]).json();
    assert_eq!((recap.plays.len(), recap.likes), (5, 1));
    assert!(recap.ended_at.is_some());
    assert_eq!(
        get(&relay, "/api/sessions", &[])
            .json::<SessionList>()
            .sessions
            .len(),
        0
    );
    let recent: SessionList = get(&relay, "/api/sessions/recent", &[]).json();
    assert_eq!(recent.sessions[0].session.code, code);

    let token = bearer(KEY);
    let own: OwnerRecap = get(
        &relay,
        &format!("/api/dj/sessions/{}/recap", dj.session_id),
        &[("authorization", &token)],
    )
    .json();
    assert_eq!(own.polls[0].votes, [0, 0]);
    assert_eq!((own.dancers, own.active_dancers, own.counts[0].likes), (1, 1, 1));
    assert_eq!(own.peak_listeners, 1);
    let list: SessionList = get(&relay, "/api/dj/sessions", &[("authorization", &token)]).json();
    assert_eq!(list.sessions.len(), 1);
}

#[test]
fn the_export_is_a_file_that_spreadsheets_read() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    dj.play("=1+1");
    let token = bearer(KEY);
    let headers = [("authorization", token.as_str())];
    let csv = get(
        &relay,
        &format!("/api/dj/sessions/{}/export.csv", dj.session_id),
        &headers,
    );
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = csv.header("content-disposition").unwrap();
    assert!(
        name.starts_with("attachment; filename=\"pika-20") && name.ends_with(".csv\""),
        "{name}"
    );
    assert!(csv.body.starts_with("\u{feff}started_at,"));
    assert!(csv.body.contains("\"'=1+1\",Somebody,"), "{}", csv.body);
    let json = get(
        &relay,
        &format!("/api/dj/sessions/{}/export.json", dj.session_id),
        &headers,
    );
    assert_eq!(json.json::<OwnerRecap>().recap.plays[0].track.title, "=1+1");
}

#[test]
fn only_the_owner_reads_what_is_the_owners() {
    let relay = TestRelay::start();
    let (dj, pass) = a_night(&relay, None);
    let another = bearer(&relay.add_dj("Ben"));
    for what in ["recap", "export.csv", "export.json"] {
        let path = format!("/api/dj/sessions/{}/{what}", dj.session_id);
        assert_eq!(get(&relay, &path, &[]).status, 401, "{what}");
        assert_eq!(get(&relay, &path, &[("pika-pass", &pass)]).status, 401, "{what}");
        assert_eq!(
            get(&relay, &path, &[("authorization", "Bearer wrong")]).status,
            401,
            "{what}"
        );
        let others = get(&relay, &path, &[("authorization", &another)]);
        let none = get(
            &relay,
            &format!("/api/dj/sessions/{}/{what}", SessionId::random()),
            &[("authorization", &another)],
        );
        // The same as if there were none.
        assert_eq!((others.status, others.body), (404, none.body), "{what}");
    }
    let own: SessionList = get(&relay, "/api/dj/sessions", &[("authorization", &another)]).json();
    assert_eq!(own.sessions, []);
}

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

#[test]
fn operators_see_health_readiness_and_figures() {
    let relay = TestRelay::start();
    let (_dj, _) = a_night(&relay, None);
    assert_eq!(get(&relay, "/health", &[]).body, "ok\n");
    assert_eq!(get(&relay, "/ready", &[]).status, 200);
    assert_eq!(get(&relay, "/api/nothing", &[]).status, 404);
    let figures = get(&relay, "/metrics", &[]);
    assert_eq!(
        figures.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        "pika_sessions_live 1",
        "pika_djs_online 1",
        "pika_database_up 1",
        "pika_http_answers_total{class=\"4xx\"} 1",
        "# TYPE pika_publish_seconds histogram",
        "# TYPE pika_ack_seconds histogram",
        "# TYPE pika_store_commit_seconds histogram",
    ] {
        assert!(
            figures.body.lines().any(|found| found == line),
            "{line} in {}",
            figures.body
        );
    }
    for line in figures.body.lines().filter(|line| !line.starts_with('#')) {
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
    }
    assert!(
        !figures.body.contains("Sesame") && !figures.body.contains("Friday"),
        "no session by name"
    );
}

fn description() -> Value {
    serde_json::from_str(include_str!("../../src/routes/openapi.json")).unwrap()
}

/// Method, path and description of each operation.
fn operations() -> Vec<(String, String, Value)> {
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

#[test]
fn every_api_path_of_the_program_is_described_and_no_other() {
    let mut written = BTreeSet::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
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
