//! Databases as a whole: migrations, backup and restore, and a server that goes away.

use std::{path::Path, thread};

use pika_protocol::{ActionId, DeviceId, Epoch, PlayId, SessionCode, SessionId, UnixMs};
use pika_relay::{
    auth::DancerKey,
    config::DatabaseUrl,
    store::{
        self, Answer, Outcome, RunningLock, Said, Write,
        models::{OwnerId, SessionRow},
    },
};
use uuid::Uuid;

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[path = "support/postgres.rs"]
mod postgres;

const SESSION: SessionId = SessionId(Uuid::from_u128(1));

#[test]
fn sqlite_is_migrated_by_many_at_once_and_from_any_version() {
    let folder = tempfile::tempdir().expect("a folder");
    many_at_once(&DatabaseUrl::Sqlite(folder.path().join("new.db")));

    let old = folder.path().join("old.db");
    let db = rusqlite::Connection::open(&old).expect("a file");
    db.execute_batch(include_str!("../migrations/sqlite/0001_sessions.sql"))
        .expect("tables");
    db.execute_batch(
        "CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
         applied_at INTEGER NOT NULL) STRICT; INSERT INTO schema_migrations VALUES (1, '0001_sessions', 0); \
         INSERT INTO secrets VALUES ('key', x'01')",
    )
    .expect("as version 1 left it");
    let old = DatabaseUrl::Sqlite(old);
    let state = store::migration_state(&old).expect("it answers");
    assert_eq!(state.applied, [1]);
    assert_eq!(state.pending[0], "0002_accounts");
    let opened = store::open(&old).expect("it is brought up to date");
    assert_eq!(
        opened.secret("key", b"new").expect("it answers"),
        [1],
        "what was there stays"
    );

    db.execute_batch("INSERT INTO schema_migrations VALUES (999, '0999_later', 0)")
        .expect("a row");
    let error = store::open(&old).err().expect("refused").in_one_line();
    assert!(error.contains("newer program"), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Ada, this is not a database at all. ".repeat(100)).expect("a file");
    let before = std::fs::read(&path).expect("the file");
    assert!(store::open(&DatabaseUrl::Sqlite(path.clone())).is_err());
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[test]
fn sqlite_comes_back_from_its_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = DatabaseUrl::Sqlite(folder.path().join("pika.db"));
    let kept = backup_and_restore(&database, folder.path()).expect("the old one is kept");
    let kept = store::open(&DatabaseUrl::Sqlite(kept)).expect("a database");
    assert_eq!(likes(&*kept), 2, "with all that was there before restoring");
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = DatabaseUrl::Sqlite(folder.path().join("pika.db"));
    let opened = store::open(&database).expect("a new file");
    begin(&*opened);
    like(&*opened, 1);
    drop(opened);
    let backup = folder.path().join("backup");
    store::backup(&database, &backup).expect("a backup");
    let mut bytes = std::fs::read(&backup).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0x55);
    std::fs::write(&backup, bytes).expect("damage");
    assert!(store::restore(&database, &backup).is_err());
    assert!(store::restore(&database, &folder.path().join("missing")).is_err());
    assert_eq!(likes(&*store::open(&database).expect("still there")), 1);
}

#[test]
fn a_file_has_one_relay_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = DatabaseUrl::Sqlite(folder.path().join("pika.db"));
    store::open(&database).expect("a new file");
    let backup = folder.path().join("backup");
    store::backup(&database, &backup).expect("a backup");
    let running = RunningLock::take(&database).expect("the first");
    assert!(RunningLock::take(&database).is_err());
    let error = store::restore(&database, &backup)
        .expect_err("a relay runs")
        .in_one_line();
    assert!(error.contains("stop it first"), "{error}");
    drop(running);
    RunningLock::take(&database).expect("free again");
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
mod on_postgres {
    use pika_relay::{base::Secret, store::StoreError};

    use super::*;

    fn url(database: &postgres::TestDatabase) -> DatabaseUrl {
        DatabaseUrl::Postgres(Secret::new(database.url.as_str()))
    }

    #[test]
    fn is_migrated_by_many_at_once() {
        let database = postgres::TestDatabase::create();
        many_at_once(&url(&database));
    }

    #[test]
    fn comes_back_from_its_backup() {
        let database = postgres::TestDatabase::create();
        let folder = tempfile::tempdir().expect("a folder");
        let opened = store::open(&url(&database)).expect("a new database");
        begin(&*opened);
        let backup = folder.path().join("backup");
        store::backup(&url(&database), &backup).expect("a backup");
        let error = store::restore(&url(&database), &backup)
            .expect_err("a relay is connected")
            .in_one_line();
        assert!(error.contains("stop it first"), "{error}");
        drop(opened);
        // The server notices a moment later that the connections are closed.
        backup_and_restore(&url(&database), folder.path());
    }

    #[test]
    fn says_that_it_is_away_and_goes_on_when_it_is_back() {
        let database = postgres::TestDatabase::create_alone();
        let opened = store::open(&url(&database)).expect("a new database");
        begin(&*opened);
        like(&*opened, 1);
        database.stop_server();
        assert!(matches!(opened.ping(), Err(StoreError::Unavailable(_))));
        assert!(matches!(
            opened.commit(&[like_of(2)]),
            Err(StoreError::Unavailable(_))
        ));
        database.start_server();
        like(&*opened, 2);
        assert_eq!(likes(&*opened), 2);
        assert!(matches!(
            store::open(&DatabaseUrl::Postgres(Secret::new(
                "postgres://nobody@127.0.0.1:1/none"
            ))),
            Err(StoreError::Unavailable(_))
        ));
    }
}

/// What stands between relay and database in these tests.
#[cfg(all(feature = "postgres", target_os = "linux"))]
mod lost_answers {
    use std::{
        io::{Read, Write as _},
        net::{Shutdown, SocketAddr, TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    };

    use pika_relay::{base::Secret, store::StoreError};

    use super::*;

    /// A way to the server that, when told to, lets a COMMIT through and its answer not.
    struct Proxy {
        address: SocketAddr,
        swallow: Arc<AtomicBool>,
    }

    impl Proxy {
        fn start(server: SocketAddr) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().expect("its address");
            let swallow = Arc::new(AtomicBool::new(false));
            let told = swallow.clone();
            thread::Builder::new()
                .spawn(move || {
                    for client in listener.incoming() {
                        let (Ok(client), Ok(server)) = (client, TcpStream::connect(server)) else {
                            return;
                        };
                        pass_on(client, server, told.clone());
                    }
                })
                .expect("a thread");
            Self { address, swallow }
        }
    }

    fn pass_on(client: TcpStream, server: TcpStream, swallow: Arc<AtomicBool>) {
        let copy = |stream: &TcpStream| stream.try_clone().expect("the same socket");
        let (mut from_client, mut to_server) = (copy(&client), copy(&server));
        let (mut from_server, mut to_client) = (server, client);
        let is_committed = Arc::new(AtomicBool::new(false));
        let committed = is_committed.clone();
        let mut buffer = [0; 65_536];
        let up = move || {
            while let Ok(read @ 1..) = from_client.read(&mut buffer) {
                let is_commit = buffer[..read].windows(6).any(|window| window == b"COMMIT");
                if is_commit && swallow.swap(false, Ordering::SeqCst) {
                    committed.store(true, Ordering::SeqCst);
                }
                if to_server.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            drop(to_server.shutdown(Shutdown::Both));
        };
        let down = move || {
            let mut buffer = [0; 65_536];
            while let Ok(read @ 1..) = from_server.read(&mut buffer) {
                // The server has answered, so the commit is done; nobody hears of it.
                if is_committed.load(Ordering::SeqCst) || to_client.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            drop(to_client.shutdown(Shutdown::Both));
        };
        for direction in [Box::new(up) as Box<dyn FnOnce() + Send>, Box::new(down)] {
            thread::Builder::new().spawn(direction).expect("a thread");
        }
    }

    #[test]
    fn a_commit_whose_answer_was_lost_counts_once_and_is_told_as_new() {
        let database = postgres::TestDatabase::create();
        let (_, rest) = database.url.split_once('@').expect("a host");
        let (server, rest) = rest.split_once('/').expect("a name");
        let proxy = Proxy::start(server.parse().expect("an address"));
        let url = format!("postgres://postgres:trusted@{}/{rest}", proxy.address);
        let opened = store::open(&DatabaseUrl::Postgres(Secret::new(url))).expect("a new database");
        begin(&*opened);
        proxy.swallow.store(true, Ordering::SeqCst);
        assert!(matches!(
            opened.commit(&[like_of(1)]),
            Err(StoreError::Unavailable(_))
        ));
        assert_eq!(likes(&*opened), 1, "it is stored, though nobody was told");
        // The same batch again: the outcome of the first time, not “a repeat”.
        like(&*opened, 1);
        let outcomes = opened.commit(&[like_of(1)]).expect("it writes");
        assert_eq!(outcomes, [Outcome::Unchanged], "and now it is one");
        assert_eq!(likes(&*opened), 1);
    }

    #[test]
    fn connections_are_encrypted_and_checked_as_sslmode_says() {
        let database = postgres::TestDatabase::create_alone();
        let certificate = database.enable_tls();
        let open = |sslmode: &str| {
            let url = database.url.replace("sslmode=disable", sslmode);
            store::open(&DatabaseUrl::Postgres(Secret::new(url))).map(|store| begin_once(&*store))
        };
        open("sslmode=require").expect("encrypted");
        let known = format!("sslmode=verify-full&sslrootcert={}", certificate.display());
        open(&known).expect("encrypted and known");
        let error = open("sslmode=verify-full")
            .expect_err("not known to the world")
            .in_one_line();
        assert!(error.contains("certificate"), "{error}");
        database.require_tls();
        assert!(
            open("sslmode=disable").is_err(),
            "the server takes no plain ones now"
        );
        open("sslmode=prefer").expect("encrypted where it can be");
    }

    fn begin_once(store: &dyn store::Store) {
        store.ping().expect("it answers");
    }
}

fn many_at_once(database: &DatabaseUrl) {
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let database = database.clone();
            thread::Builder::new()
                .spawn(move || store::open(&database).map(drop))
                .expect("a thread")
        })
        .collect();
    for thread in threads {
        thread
            .join()
            .expect("no panic")
            .expect("it is migrated, by whomever");
    }
    let state = store::migration_state(database).expect("it answers");
    assert_eq!(state.pending, Vec::<&str>::new());
    assert_eq!(state.applied[..2], [1, 2]);
    begin(&*store::open(database).expect("once more"));
}

/// One like before the backup, one after: the backup has the first only.
fn backup_and_restore(database: &DatabaseUrl, folder: &Path) -> Option<std::path::PathBuf> {
    let opened = store::open(database).expect("a database");
    begin(&*opened);
    like(&*opened, 1);
    let log = Write::Log {
        session_id: SESSION,
        offset: 1,
        body: "{}".to_owned(),
        keep: 10,
    };
    opened.commit(&[log]).expect("it writes");
    let backup = folder.join("first.backup");
    store::backup(database, &backup).expect("a backup of a running relay");
    assert!(
        store::backup(database, &backup).is_err(),
        "nothing is overwritten"
    );
    like(&*opened, 2);
    let epoch = opened
        .session_by_id(SESSION)
        .expect("it answers")
        .expect("it is there")
        .epoch;
    drop(opened);

    let kept = store::restore(database, &backup).expect("it is restored");
    let opened = store::open(database).expect("a database");
    assert_eq!(likes(&*opened), 1);
    let loaded = opened
        .load_session(SESSION)
        .expect("it answers")
        .expect("it is there");
    assert_ne!(
        loaded.row.epoch, epoch,
        "who saw more than the backup knows starts from a snapshot"
    );
    assert_eq!(loaded.log, []);
    kept
}

fn begin(store: &dyn store::Store) {
    let row = SessionRow {
        id: SESSION,
        code: SessionCode::parse("ABCD").expect("a code"),
        owner: OwnerId(Uuid::from_u128(2)),
        dj_name: "DJ Ada".to_owned(),
        name: "Friday".to_owned(),
        listed: true,
        pin: None,
        device_id: DeviceId(Uuid::from_u128(3)),
        device_name: None,
        register_action: ActionId(Uuid::from_u128(4)),
        started_at: UnixMs(1),
        ended_at: None,
        end_reason: None,
        epoch: Epoch(Uuid::from_u128(5)),
        last_offset: 0,
        dj_online: true,
        last_activity_at: UnixMs(1),
        playing: None,
        peak_listeners: 0,
    };
    assert_eq!(
        store
            .commit(&[Write::CreateSession(row.into())])
            .expect("it writes"),
        [Outcome::Done]
    );
}

const LIKE: Said = Said::Like {
    play_id: PlayId(Uuid::from_u128(9)),
    is_given: true,
};

fn like_of(dancer: u8) -> Write {
    Write::Answer(Answer {
        session_id: SESSION,
        said: LIKE,
        dancer: DancerKey([dancer; 16]),
        counter: 1,
        at: UnixMs(2),
        open: true,
    })
}

fn like(store: &dyn store::Store, dancer: u8) {
    let outcomes = store.commit(&[like_of(dancer)]).expect("it writes");
    assert_eq!(
        outcomes,
        [Outcome::Changed {
            before: LIKE.taken_back(),
            after: LIKE
        }]
    );
}

fn likes(store: &dyn store::Store) -> u32 {
    let loaded = store
        .load_session(SESSION)
        .expect("it answers")
        .expect("it is there");
    loaded.counts.iter().map(|counts| counts.likes).sum()
}
