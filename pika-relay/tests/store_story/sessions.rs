//! Sessions: begun, changed, listed, and what happened in them.

use pika_protocol::{SessionId, UnixMs};
use pika_relay::store::{
    Conflict, Outcome, Store, Write,
    models::{EndReason, OwnerId, SessionEvent, SessionRow},
};
use uuid::Uuid;

use crate::rows::{code, commit, play_id, session};

pub(crate) fn sessions(store: &dyn Store) -> SessionRow {
    let row = session(1, "ABCD", 1);
    assert_eq!(
        commit(store, &[Write::CreateSession(row.clone().into())]),
        [Outcome::Done]
    );
    // A conflict leaves the rest of its transaction alone.
    let outcomes = commit(
        store,
        &[
            Write::CreateSession(session(2, "ABCD", 2).into()),
            Write::CreateSession(session(3, "EFGH", 1).into()),
            Write::CreateSession(session(4, "WXYZ2345", 2).into()),
        ],
    );
    assert_eq!(
        outcomes,
        [
            Outcome::Conflict(Conflict::Code),
            Outcome::Conflict(Conflict::OwnerLive),
            Outcome::Done
        ]
    );
    let mut live = store.live_sessions().expect("it answers");
    live.sort();
    assert_eq!(
        live,
        [SessionId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(4))]
    );

    let mut changed = row;
    changed.name = "Nacht – 夜 🎶".to_owned();
    changed.pin = Some("1234".to_owned());
    changed.listed = false;
    changed.playing = Some(play_id(2));
    changed.peak_listeners = 321;
    changed.last_offset = 10;
    commit(store, &[Write::SaveSession(changed.clone().into())]);
    assert_eq!(
        store.session_by_id(changed.id).expect("it answers"),
        Some(changed.clone())
    );
    assert_eq!(
        store.session_by_code(&code("ABCD")).expect("it answers"),
        Some(changed.clone())
    );
    assert_eq!(store.session_by_code(&code("ZZZZ")).expect("it answers"), None);
    assert_eq!(
        store.load_session(SessionId(Uuid::nil())).expect("it answers"),
        None
    );
    changed
}

pub(crate) fn lists(store: &dyn Store, first: &SessionRow) {
    for (number, ended, listed) in [
        (10, 1_000, true),
        (11, 3_000, true),
        (12, 2_000, false),
        (13, 4_000, true),
    ] {
        let mut row = session(number, "AAAA", 60 + number);
        row.code = code(&format!("AAA{}", char::from(b'A' + (number - 10) as u8)));
        row.started_at = UnixMs(ended - 500);
        row.listed = listed;
        commit(store, &[Write::CreateSession(row.clone().into())]);
        row.ended_at = Some(UnixMs(ended));
        row.end_reason = Some(EndReason::Idle);
        commit(store, &[Write::SaveSession(row.into())]);
    }
    let ids = |rows: Vec<SessionRow>| rows.into_iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(
        ids(store.recent_sessions(None, 10).expect("it answers")),
        [13, 11, 10]
    );
    assert_eq!(
        ids(store.recent_sessions(Some(UnixMs(4_000)), 1).expect("it answers")),
        [11]
    );

    // An owner may go live again after the end.
    let mut second = session(20, "BBBB", 40);
    second.started_at = UnixMs(50);
    commit(store, &[Write::CreateSession(second.clone().into())]);
    second.ended_at = Some(UnixMs(60));
    second.end_reason = Some(EndReason::Dj);
    commit(store, &[Write::SaveSession(second.into())]);
    let mut third = session(21, "CCCC", 40);
    third.started_at = UnixMs(70);
    assert_eq!(
        commit(store, &[Write::CreateSession(third.into())]),
        [Outcome::Done]
    );
    let owner = OwnerId(Uuid::from_u128(40));
    assert_eq!(
        ids(store.sessions_of(owner, None, 10).expect("it answers")),
        [21, 20]
    );
    assert_eq!(
        ids(store
            .sessions_of(owner, Some(UnixMs(70)), 10)
            .expect("it answers")),
        [20]
    );
    assert_eq!(
        ids(store.sessions_of(first.owner, None, 10).expect("it answers")),
        [1]
    );
}

pub(crate) fn events(store: &dyn Store, session_id: SessionId) {
    let event = |at| SessionEvent {
        session_id,
        at: UnixMs(at),
        kind: "disconnect",
        role: "dancer",
        transport: "ws",
        duration_ms: Some(1234),
        close_code: Some(4008),
        client_version: Some("0.1.0".to_owned()),
    };
    store
        .record_events(&[event(1), event(2), event(3)])
        .expect("it writes");
    store.record_events(&[]).expect("it writes");
    assert_eq!(store.prune_events(UnixMs(3)).expect("it writes"), 2);
    assert_eq!(store.prune_events(UnixMs(4)).expect("it writes"), 1);
}
