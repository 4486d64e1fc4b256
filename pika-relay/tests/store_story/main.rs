//! One long story, told to every database: what one store answers, the other answers too.

mod accounts;
mod night;
#[cfg(all(feature = "postgres", target_os = "linux"))]
#[path = "../support/postgres.rs"]
mod postgres;
mod rows;
mod sessions;

use pika_protocol::SessionId;
use pika_relay::{
    base::Secret,
    store::{SqliteStore, Store},
};

use accounts::{accounts, deleting_an_account_takes_its_nights_along};
use night::{answers, log, plays, polls_and_announcements};
use sessions::{events, lists, sessions};

#[test]
fn sqlite_tells_the_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pika.db");
    let ids = {
        let store = SqliteStore::open(&path).expect("a new file");
        story(&store)
    };
    after_restart(&SqliteStore::open(&path).expect("the same file"), &ids);
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[test]
fn postgres_tells_the_story() {
    let database = postgres::TestDatabase::create();
    let url = Secret::new(database.url.as_str());
    let ids = story(&pika_relay::store::PostgresStore::open(&url).expect("a new database"));
    after_restart(
        &pika_relay::store::PostgresStore::open(&url).expect("the same database"),
        &ids,
    );
}

/// What must be there after the program was started again.
struct Ids {
    session: SessionId,
    secret: Vec<u8>,
}

fn story(store: &dyn Store) -> Ids {
    store.ping().expect("it answers");
    let secret = secrets(store);
    let session = sessions(store);
    plays(store, session.id);
    answers(store, session.id);
    polls_and_announcements(store, session.id);
    log(store, session.id);
    lists(store, &session);
    events(store, session.id);
    accounts(store);
    deleting_an_account_takes_its_nights_along(store);
    Ids {
        session: session.id,
        secret,
    }
}

fn after_restart(store: &dyn Store, ids: &Ids) {
    assert_eq!(store.secret("key", b"another").expect("a secret"), ids.secret);
    let loaded = store
        .load_session(ids.session)
        .expect("it answers")
        .expect("it is there");
    assert_eq!(loaded.plays.len(), 3);
    assert_eq!(loaded.log.last().map(|entry| entry.offset), Some(10));
    let epoch = loaded.row.epoch;

    store.renew_epochs().expect("it writes");
    let loaded = store
        .load_session(ids.session)
        .expect("it answers")
        .expect("it is there");
    assert_eq!((loaded.row.last_offset, loaded.log.len()), (0, 0));
    assert_ne!(loaded.row.epoch, epoch);
    assert_eq!(loaded.plays.len(), 3, "only the log begins anew");
}

fn secrets(store: &dyn Store) -> Vec<u8> {
    assert_eq!(store.secret("key", b"first").expect("a secret"), b"first");
    assert_eq!(
        store.secret("key", b"second").expect("a secret"),
        b"first",
        "the first one stays"
    );
    assert_eq!(store.secret("other", b"second").expect("a secret"), b"second");
    b"first".to_vec()
}
