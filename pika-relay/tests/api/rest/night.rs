//! A night as it is read, by whom.

use pika_protocol::{
    ErrorCode, PlayId, SessionId,
    rest::{ErrorBody, History, OwnerRecap, Recap, SessionList, SessionSummary},
};

use super::{a_night, bearer, get};
use crate::helpers::{
    dj::{Dj, now},
    eventually,
    relay::{KEY, TestRelay},
};

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
