//! What is kept of connections: that they were, never whose.

use pika_relay::store::{EventStore, SqliteStore};

use crate::helpers::{
    dancer::{Dancer, OverEvents, OverSocket, Ticket},
    dj::Dj,
    eventually,
    relay::TestRelay,
};

#[test]
fn comings_and_goings_are_counted_without_names() {
    let relay = TestRelay::start();
    let mut dj = Dj::live(&relay);
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.wait_for_snapshot();
    let pass = dancer.pass.clone();
    let since = dancer.position;
    assert!(since.is_some());
    drop(dancer);
    let db = rusqlite::Connection::open(relay.database_file()).unwrap();
    let count = |condition: &str| -> u32 {
        let sql = format!("SELECT COUNT(*) FROM session_events WHERE {condition}");
        db.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let see = |condition: &str, wanted: u32| {
        eventually(condition, || (count(condition) == wanted).then_some(()));
    };
    see(
        "kind = 'disconnect' AND role = 'dancer' AND transport = 'ws' AND duration_ms >= 0",
        1,
    );
    let ticket = Ticket {
        pass: Some(pass.clone()),
        since,
        ..Ticket::default()
    };
    drop(Dancer::<OverSocket>::try_enter(&relay, &dj.code, &ticket).unwrap());
    drop(Dancer::<OverEvents>::enter(&relay, &dj.code));
    dj.end();
    see("kind = 'connect' AND role = 'dj' AND client_version = 'test'", 1);
    see("kind = 'connect' AND role = 'dancer' AND transport = 'ws'", 1);
    see("kind = 'reconnect' AND transport = 'ws'", 1);
    see("kind = 'connect' AND role = 'dancer' AND transport = 'sse'", 1);
    see("kind = 'disconnect' AND role = 'dancer'", 3);
    see("kind = 'end' AND transport = 'dj'", 1);

    // Nothing that tells whose connection it was has a column, and the pass is nowhere.
    let columns: Vec<String> = db
        .prepare("SELECT name FROM pragma_table_info('session_events')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let known = [
        "id",
        "session_id",
        "at",
        "kind",
        "role",
        "transport",
        "duration_ms",
        "close_code",
        "client_version",
    ];
    assert_eq!(columns, known);
    let file = std::fs::read(relay.database_file()).unwrap();
    assert!(!file.windows(pass.len()).any(|window| window == pass.as_bytes()));
    let store = SqliteStore::open(relay.database_file()).unwrap();
    assert!(store.prune_events(pika_protocol::UnixMs(i64::MAX)).unwrap() >= 6);
}

/// Also when somebody else than the relay revokes it: a command, another relay.
#[test]
fn a_revoked_token_closes_its_connection() {
    use pika_relay::store::AccountStore;
    let relay = TestRelay::start();
    let token = relay.add_dj("Ben");
    let wish = crate::helpers::dj::Wish {
        token,
        ..Default::default()
    };
    let mut dj = Dj::register(&relay, wish).unwrap();
    let store = SqliteStore::open(relay.database_file()).unwrap();
    let ben = store.dj_by_slug("ben").unwrap().unwrap();
    assert_eq!(store.delete_tokens_of(ben.id).unwrap(), 1);
    assert_eq!(dj.close_code(), pika_protocol::ErrorCode::Unauthorized.number());
}
