//! One long story, told to every database: what one store answers, the other answers too.

use pika_protocol::{
    ActionId, AnnouncementId, DeviceId, Epoch, PlayId, PollId, SessionCode, SessionId, Track, UnixMs,
    feedback::{PlayCounts, PollCloses},
    rest::ListenerSample,
};
use pika_relay::{
    auth::{DancerKey, DjToken, TokenHash},
    base::Secret,
    store::{
        Answer, AnswerKind, Conflict, Outcome, SqliteStore, Store, StoreError, Write,
        accounts::{DjRow, LOGINS_MAX, NightRow, Nights, Profile, PublicFigures, SongLikes, Taken, TokenRow},
        models::{
            AnnouncementRow, EndReason, LogEntry, OptionVotes, OwnerId, PlayRow, PollRow, SessionEvent,
            SessionRow,
        },
    },
};
use uuid::Uuid;

#[cfg(all(feature = "postgres", target_os = "linux"))]
#[path = "support/postgres.rs"]
mod postgres;

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

fn sessions(store: &dyn Store) -> SessionRow {
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

fn plays(store: &dyn Store, session_id: SessionId) {
    let put = |number: u128, removed: bool| Write::PutPlay {
        session_id,
        play: play(number, removed).into(),
    };
    commit(store, &[put(1, false), put(2, false), put(3, false)]);
    commit(store, &[put(3, true), put(1, false)]);
    let loaded = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there");
    assert_eq!(loaded.plays, [play(1, false), play(2, false), play(3, true)]);

    let ids = |before, limit| -> Vec<PlayId> {
        let plays = store.plays_before(session_id, before, limit).expect("it answers");
        plays.into_iter().map(|counted| counted.play.id).collect()
    };
    assert_eq!(
        ids(None, 10),
        [play_id(2), play_id(1)],
        "newest first, without the removed one"
    );
    assert_eq!(ids(None, 1), [play_id(2)]);
    assert_eq!(ids(Some(play_id(2)), 10), [play_id(1)]);
    assert_eq!(ids(Some(play_id(1)), 10), []);
    assert!(matches!(
        store.plays_before(session_id, Some(play_id(99)), 10),
        Err(StoreError::NotFound)
    ));
}

fn answers(store: &dyn Store, session_id: SessionId) {
    let like = |dancer: u8, counter: u64, choice: Option<u8>, open: bool| {
        Write::Answer(answer(
            session_id,
            AnswerKind::Like,
            play_id(1).0,
            dancer,
            choice,
            counter,
            open,
        ))
    };
    let changed = |before, after| Outcome::Changed { before, after };
    // One transaction: a like, its repeat, an older one, taken back, given again, another dancer.
    let outcomes = commit(
        store,
        &[
            like(1, 5, Some(0), true),
            like(1, 5, Some(0), true),
            like(1, 4, None, true),
            like(1, 6, None, true),
            like(1, 7, Some(0), true),
            like(2, 1, Some(0), true),
        ],
    );
    assert_eq!(
        outcomes,
        [
            changed(None, Some(0)),
            Outcome::Unchanged,
            Outcome::Unchanged,
            changed(Some(0), None),
            changed(None, Some(0)),
            changed(None, Some(0)),
        ]
    );
    // Too late: only a repeat is known.
    let outcomes = commit(
        store,
        &[
            like(1, 7, Some(0), false),
            like(1, 8, None, false),
            like(3, 1, Some(0), false),
        ],
    );
    assert_eq!(outcomes, [Outcome::Unchanged, Outcome::Refused, Outcome::Refused]);
    // Counters beyond what a database holds change nothing else.
    assert_eq!(
        commit(store, &[like(9, u64::MAX, None, true)]),
        [changed(None, None)]
    );
    assert_eq!(
        commit(store, &[like(9, u64::MAX, Some(0), true)]),
        [Outcome::Unchanged]
    );

    let tempo = |dancer, choice| {
        Write::Answer(answer(
            session_id,
            AnswerKind::Tempo,
            play_id(1).0,
            dancer,
            choice,
            10,
            true,
        ))
    };
    let vote = |dancer, choice| {
        Write::Answer(answer(
            session_id,
            AnswerKind::Vote,
            Uuid::from_u128(70),
            dancer,
            Some(choice),
            11,
            true,
        ))
    };
    let thank = |dancer| {
        Write::Answer(answer(
            session_id,
            AnswerKind::Thank,
            session_id.0,
            dancer,
            Some(0),
            12,
            true,
        ))
    };
    commit(
        store,
        &[
            tempo(1, Some(0)),
            tempo(2, Some(2)),
            tempo(3, Some(2)),
            tempo(4, None),
            vote(1, 1),
            vote(2, 1),
            vote(3, 0),
            thank(1),
            thank(5),
        ],
    );
    let counts = PlayCounts {
        play_id: play_id(1),
        likes: 2,
        faster: 1,
        perfect: 0,
        slower: 2,
    };
    let loaded = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there");
    assert_eq!(loaded.counts, [counts]);
    assert_eq!(loaded.thanks, 2);
    let votes = |option, votes| OptionVotes {
        poll_id: poll_id(70),
        option,
        votes,
    };
    assert_eq!(loaded.votes, [votes(0, 1), votes(1, 2)]);
    let newest = store.plays_before(session_id, None, 10).expect("it answers");
    assert_eq!(newest[1].counts, counts);
    assert_eq!(newest[0].counts.likes, 0);

    let admit = |dancer| Write::Admit {
        session_id,
        dancer: DancerKey([dancer; 16]),
        at: UnixMs(7),
    };
    commit(store, &[admit(1), admit(2), admit(1)]);
    commit(store, &[admit(1)]);
    let mut admitted = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there")
        .admitted;
    admitted.sort();
    assert_eq!(admitted, [DancerKey([1; 16]), DancerKey([2; 16])]);
    assert!(
        store
            .is_admitted(session_id, DancerKey([1; 16]))
            .expect("it answers")
    );
    assert!(
        !store
            .is_admitted(session_id, DancerKey([3; 16]))
            .expect("it answers")
    );
}

fn polls_and_announcements(store: &dyn Store, session_id: SessionId) {
    let mut poll = PollRow {
        id: poll_id(70),
        question: "Faster “now”?".to_owned(),
        options: vec!["Yes".to_owned(), "No, \"never\"".to_owned()],
        closes: PollCloses::After { seconds: 60 },
        opened_at: UnixMs(100),
        closes_at: Some(UnixMs(60_100)),
        closed_at: None,
        cancelled: false,
    };
    let cancelled = PollRow {
        id: poll_id(71),
        closes: PollCloses::SongEnd,
        cancelled: true,
        ..poll.clone()
    };
    let put = |poll: &PollRow| Write::PutPoll {
        session_id,
        poll: poll.clone().into(),
    };
    commit(store, &[put(&poll), put(&cancelled)]);
    let loaded = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there");
    let mut ballots: Vec<_> = loaded
        .open_poll_votes
        .iter()
        .map(|vote| (vote.dancer.0[0], vote.choice, vote.counter))
        .collect();
    ballots.sort_unstable();
    assert_eq!(ballots, [(1, Some(1), 11), (2, Some(1), 11), (3, Some(0), 11)]);
    poll.closed_at = Some(UnixMs(50_000));
    commit(store, &[put(&poll)]);

    let announcement = |number: u128, at, cancelled_at| AnnouncementRow {
        id: AnnouncementId(Uuid::from_u128(number)),
        text: format!("Announcement {number}"),
        at: UnixMs(at),
        ends_at: (number == 2).then_some(UnixMs(900)),
        cancelled_at,
    };
    let say = |announcement: AnnouncementRow| Write::PutAnnouncement {
        session_id,
        announcement: announcement.into(),
    };
    commit(
        store,
        &[
            say(announcement(1, 10, None)),
            say(announcement(2, 20, None)),
            say(announcement(3, 30, None)),
        ],
    );
    commit(store, &[say(announcement(3, 30, Some(UnixMs(40))))]);

    let id = DjActions::ID;
    commit(
        store,
        &[
            Write::DjAction { session_id, id },
            Write::DjAction { session_id, id },
        ],
    );
    for (at, listeners) in [(60_000, 5), (120_000, 9), (60_000, 6)] {
        commit(
            store,
            &[Write::Sample {
                session_id,
                at: UnixMs(at),
                listeners,
            }],
        );
    }

    let loaded = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there");
    assert_eq!(loaded.polls, [poll.clone(), cancelled]);
    assert_eq!(loaded.announcement, Some(announcement(2, 20, None)));
    assert_eq!(loaded.announcement_ids.len(), 3);
    assert_eq!(loaded.dj_actions, [id]);

    let recap = store.recap(session_id).expect("it answers").expect("it is there");
    assert_eq!(recap.polls, [poll], "without the cancelled one");
    let played: Vec<_> = recap
        .plays
        .iter()
        .map(|counted| (counted.play.id, counted.counts.likes))
        .collect();
    assert_eq!(
        played,
        [(play_id(1), 2), (play_id(2), 0)],
        "oldest first, without the removed one"
    );
    assert_eq!((recap.thanks, recap.dancers), (2, 2));
    // Dancers 1 to 5 and 9 answered something, though 4 and 9 took it back.
    assert_eq!(recap.active_dancers, 6);
    let sample = |at, listeners| ListenerSample {
        at: UnixMs(at),
        listeners,
    };
    assert_eq!(recap.listeners, [sample(60_000, 6), sample(120_000, 9)]);
    assert!(store.recap(SessionId(Uuid::nil())).expect("it answers").is_none());
}

struct DjActions;

impl DjActions {
    const ID: ActionId = ActionId(Uuid::from_u128(500));
}

fn log(store: &dyn Store, session_id: SessionId) {
    let entry = |offset: u64| Write::Log {
        session_id,
        offset,
        body: format!("{{\"offset\":{offset}}}"),
        keep: 4,
    };
    for offset in 1..=6 {
        commit(store, &[entry(offset)]);
    }
    commit(store, &[entry(7), entry(8), entry(9), entry(10)]);
    let kept = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there")
        .log;
    assert_eq!(
        kept.iter().map(|entry| entry.offset).collect::<Vec<_>>(),
        [7, 8, 9, 10]
    );
    assert_eq!(
        kept[0],
        LogEntry {
            offset: 7,
            body: "{\"offset\":7}".to_owned()
        }
    );

    // An offset is given once; what shares the transaction is not stored either.
    let twice = [
        Write::Admit {
            session_id,
            dancer: DancerKey([77; 16]),
            at: UnixMs(1),
        },
        entry(10),
    ];
    assert!(matches!(store.commit(&twice), Err(StoreError::Other(_))));
    let loaded = store
        .load_session(session_id)
        .expect("it answers")
        .expect("it is there");
    assert!(!loaded.admitted.contains(&DancerKey([77; 16])));

    let other = SessionId(Uuid::from_u128(4));
    commit(
        store,
        &[Write::Log {
            session_id: other,
            offset: 1,
            body: "{}".to_owned(),
            keep: 4,
        }],
    );
    commit(store, &[Write::ClearLog { session_id: other }]);
    assert_eq!(
        store
            .load_session(other)
            .expect("it answers")
            .expect("it is there")
            .log,
        []
    );
}

fn lists(store: &dyn Store, first: &SessionRow) {
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

fn events(store: &dyn Store, session_id: SessionId) {
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

fn accounts(store: &dyn Store) {
    let ada = dj(100, "ada", "ada@example.org");
    assert_eq!(store.add_dj(&ada).expect("it writes"), Ok(()));
    assert_eq!(
        store.add_dj(&dj(101, "ada", "b@example.org")).expect("it writes"),
        Err(Taken::Slug)
    );
    assert_eq!(
        store
            .add_dj(&dj(102, "adb", "ada@example.org"))
            .expect("it writes"),
        Err(Taken::Email)
    );
    let mut ben = dj(103, "ben", "ben@example.org");
    assert_eq!(store.add_dj(&ben).expect("it writes"), Ok(()));
    ben.public_profile = true;
    ben.name = "Ben 🎧".to_owned();
    ben.password_hash = Secret::new("another hash");
    let profile = |name: &str, slug: &str| Profile {
        name: name.to_owned(),
        slug: slug.to_owned(),
        is_public: true,
    };
    store
        .save_password(ben.id, &ben.password_hash)
        .expect("it writes");
    assert_eq!(
        store
            .save_profile(ben.id, &profile("Ben 🎧", "ben"))
            .expect("it writes"),
        Ok(())
    );
    assert_eq!(
        store
            .save_profile(ben.id, &profile("Ben", "ada"))
            .expect("it answers"),
        Err(Taken::Slug)
    );
    let nobody = OwnerId(Uuid::from_u128(999));
    assert!(matches!(
        store.save_profile(nobody, &profile("x", "x")),
        Err(StoreError::NotFound)
    ));
    assert!(matches!(
        store.save_password(nobody, &Secret::new("x")),
        Err(StoreError::NotFound)
    ));
    assert_eq!(store.dj_by_id(ada.id).expect("it answers"), Some(ada.clone()));
    assert_eq!(
        store.dj_by_email("ben@example.org").expect("it answers"),
        Some(ben.clone())
    );
    assert_eq!(store.dj_by_slug("ben").expect("it answers"), Some(ben.clone()));
    assert_eq!(store.dj_by_slug("nobody").expect("it answers"), None);
    assert_eq!(
        store.djs(None, 1).expect("it answers"),
        std::slice::from_ref(&ada)
    );
    assert_eq!(store.djs(Some("ada"), 10).expect("it answers"), [ben.clone()]);

    let token = |number: u128, dj: &DjRow, used: i64| TokenRow {
        id: Uuid::from_u128(number),
        dj: dj.id,
        name: format!("Laptop {number}"),
        created_at: UnixMs(10),
        last_used_at: UnixMs(used),
    };
    let (first, second) = (DjToken::generate(), DjToken::generate());
    store
        .add_token(&token(1, &ada, 10), &first.hash())
        .expect("it writes");
    store
        .add_token(&token(2, &ada, 10), &second.hash())
        .expect("it writes");
    store
        .add_token(&token(3, &ben, 10), &DjToken::generate().hash())
        .expect("it writes");
    let orphan = token(4, &dj(999, "x", "x@example.org"), 10);
    assert!(matches!(
        store.add_token(&orphan, &DjToken::generate().hash()),
        Err(StoreError::NotFound)
    ));
    assert!(matches!(
        store.add_token(&token(5, &ben, 10), &first.hash()),
        Err(StoreError::Conflict)
    ));
    assert_eq!(
        store.token_owner(&first.hash()).expect("it answers"),
        Some((token(1, &ada, 10), ada.clone()))
    );
    assert_eq!(
        store
            .token_owner(&DjToken::generate().hash())
            .expect("it answers"),
        None
    );
    store
        .touch_token(Uuid::from_u128(1), UnixMs(500))
        .expect("it writes");
    store
        .touch_token(Uuid::from_u128(1), UnixMs(400))
        .expect("it writes");
    assert_eq!(
        store.tokens_of(ada.id).expect("it answers"),
        [token(1, &ada, 500), token(2, &ada, 10)]
    );
    assert!(
        !store
            .delete_token(ben.id, Uuid::from_u128(1))
            .expect("it answers"),
        "not Ben's"
    );
    assert_eq!(store.delete_unused_tokens(UnixMs(500)).expect("it writes"), 2);
    assert!(
        store
            .delete_token(ada.id, Uuid::from_u128(1))
            .expect("it answers")
    );
    assert_eq!(store.token_owner(&first.hash()).expect("it answers"), None);
    store
        .add_token(&token(6, &ada, 10), &first.hash())
        .expect("it writes");
    assert_eq!(store.delete_tokens_of(ada.id).expect("it writes"), 1);

    logins_are_bounded(store, &ada);
    let cookie = TokenHash::of("cookie");
    store
        .add_web_session(&cookie, ada.id, UnixMs(10), UnixMs(20))
        .expect("it writes");
    assert_eq!(
        store.web_session_owner(&cookie, UnixMs(19)).expect("it answers"),
        Some(ada.clone())
    );
    assert_eq!(
        store.web_session_owner(&cookie, UnixMs(20)).expect("it answers"),
        None
    );
    assert_eq!(store.delete_ended_web_sessions(UnixMs(19)).expect("it writes"), 0);
    assert_eq!(store.delete_ended_web_sessions(UnixMs(20)).expect("it writes"), 1);
    for end in [true, false] {
        store
            .add_web_session(&cookie, ada.id, UnixMs(10), UnixMs(20))
            .expect("it writes");
        if end {
            store.delete_web_session(&cookie).expect("it writes");
        } else {
            store.delete_web_sessions_of(ada.id).expect("it writes");
        }
        assert_eq!(
            store.web_session_owner(&cookie, UnixMs(11)).expect("it answers"),
            None
        );
    }
}

fn logins_are_bounded(store: &dyn Store, dj: &DjRow) {
    let cookie = |number: i64| TokenHash::of(&format!("cookie {number}"));
    for number in 0..=i64::from(LOGINS_MAX) {
        store
            .add_web_session(&cookie(number), dj.id, UnixMs(number), UnixMs(1000))
            .expect("it writes");
    }
    let owner = |number| {
        store
            .web_session_owner(&cookie(number), UnixMs(1))
            .expect("it answers")
    };
    assert_eq!(owner(0), None, "the oldest one goes");
    assert_eq!(owner(1), Some(dj.clone()));
    assert_eq!(owner(i64::from(LOGINS_MAX)), Some(dj.clone()));
    store.delete_web_sessions_of(dj.id).expect("it writes");
}

fn deleting_an_account_takes_its_nights_along(store: &dyn Store) {
    let cleo = dj(200, "cleo", "cleo@example.org");
    assert_eq!(store.add_dj(&cleo).expect("it writes"), Ok(()));
    let token = DjToken::generate();
    let row = TokenRow {
        id: Uuid::from_u128(60),
        dj: cleo.id,
        name: "Laptop".to_owned(),
        created_at: UnixMs(1),
        last_used_at: UnixMs(1),
    };
    store.add_token(&row, &token.hash()).expect("it writes");
    let night = session(50, "DDDD", 200);
    let session_id = night.id;
    let like = |dancer| {
        Write::Answer(answer(
            session_id,
            AnswerKind::Like,
            play_id(1).0,
            dancer,
            Some(0),
            1,
            true,
        ))
    };
    commit(
        store,
        &[
            Write::CreateSession(night.into()),
            Write::PutPlay {
                session_id,
                play: play(1, false).into(),
            },
            like(1),
            like(2),
        ],
    );
    let loved = SongLikes {
        title: "Song 1".to_owned(),
        artist: "Artist".to_owned(),
        likes: 2,
    };
    assert_eq!(store.loved_songs(cleo.id, 5).expect("it answers"), [loved]);

    only_open_nights_are_public(store, cleo.id);

    assert!(store.delete_dj(cleo.id).expect("it writes"));
    assert!(!store.delete_dj(cleo.id).expect("it writes"));
    assert_eq!(store.session_by_id(session_id).expect("it answers"), None);
    assert_eq!(store.token_owner(&token.hash()).expect("it answers"), None);
    assert_eq!(store.loved_songs(cleo.id, 5).expect("it answers"), []);
    // What comes late for a session that is gone does not bring it back.
    assert!(
        store
            .commit(&[Write::SaveSession(session(50, "DDDD", 200).into())])
            .is_err()
    );
}

/// Of a live night, one behind a PIN, an unlisted one and one for everybody, a profile shows the last.
fn only_open_nights_are_public(store: &dyn Store, owner: OwnerId) {
    let night = |number: u128, text: &str, change: &dyn Fn(&mut SessionRow)| {
        let mut row = session(number, text, 200);
        row.started_at = UnixMs(i64::try_from(number).expect("small"));
        row.ended_at = Some(UnixMs(5000));
        change(&mut row);
        let id = row.id;
        let mut song = play(2, false);
        song.track.bpm = Some(95.6);
        let like = answer(id, AnswerKind::Like, play_id(2).0, 9, Some(0), 1, true);
        let writes = [
            Write::CreateSession(row.clone().into()),
            Write::PutPlay {
                session_id: id,
                play: song.into(),
            },
            Write::Answer(like),
        ];
        commit(store, &writes);
        row
    };
    let open = night(61, "EEEE", &|_| ());
    night(62, "FFFFFFFF", &|row| row.pin = Some("1234".to_owned()));
    night(63, "GGGGGGGG", &|row| row.listed = false);
    let shown = store
        .nights_of(owner, Nights::Public, None, 10)
        .expect("it answers");
    assert_eq!(
        shown,
        [NightRow {
            row: open,
            songs: 1,
            likes: 1
        }]
    );
    let own = store.nights_of(owner, Nights::Own, None, 10).expect("it answers");
    assert_eq!(own.len(), 4);
    assert!(own.is_sorted_by_key(|night| std::cmp::Reverse(night.row.started_at)));
    let older = store
        .nights_of(owner, Nights::Own, Some(UnixMs(63)), 10)
        .expect("it answers");
    assert_eq!(
        older.len(),
        own.len() - own.iter().filter(|n| n.row.started_at.0 >= 63).count()
    );
    assert_eq!(
        store
            .nights_of(owner, Nights::Own, None, 1)
            .expect("it answers")
            .len(),
        1
    );
    assert_eq!(
        store.public_figures(owner).expect("it answers"),
        PublicFigures {
            nights: 1,
            likes: 1,
            tempos: vec![(96, 1)]
        }
    );
}

fn commit(store: &dyn Store, writes: &[Write]) -> Vec<Outcome> {
    store.commit(writes).expect("the database is there")
}

fn code(text: &str) -> SessionCode {
    SessionCode::parse(text).expect("a code")
}

fn play_id(number: u128) -> PlayId {
    PlayId(Uuid::from_u128(number))
}

fn poll_id(number: u128) -> PollId {
    PollId(Uuid::from_u128(number))
}

fn session(number: u128, text: &str, owner: u128) -> SessionRow {
    SessionRow {
        id: SessionId(Uuid::from_u128(number)),
        code: code(if text.len() == 8 { &text[..8] } else { &text[..4] }),
        owner: OwnerId(Uuid::from_u128(owner)),
        dj_name: "DJ Ada".to_owned(),
        name: "Friday".to_owned(),
        listed: true,
        pin: None,
        device_id: DeviceId(Uuid::from_u128(7)),
        device_name: Some("Laptop".to_owned()),
        register_action: ActionId(Uuid::from_u128(number)),
        started_at: UnixMs(100),
        ended_at: None,
        end_reason: None,
        epoch: Epoch(Uuid::from_u128(8)),
        last_offset: 0,
        dj_online: true,
        last_activity_at: UnixMs(101),
        playing: None,
        peak_listeners: 0,
    }
}

fn play(number: u128, removed: bool) -> PlayRow {
    PlayRow {
        id: play_id(number),
        track: Track {
            title: format!("Song {number}"),
            artist: "Artist".to_owned(),
            bpm: (number == 1).then_some(96.5),
            key: (number == 1).then(|| "A♭".to_owned()),
            camelot: (number == 1).then(|| "4B".to_owned()),
            energy: (number == 1).then_some(100),
            danceability: (number == 2).then_some(0),
            brightness: (number == 3).then_some(50),
            duration_ms: (number == 1).then_some(43_200_000),
        },
        // Two begin in the same millisecond: their ids decide.
        started_at: UnixMs(1_000),
        stopped_at: (number == 1).then_some(UnixMs(2_000)),
        removed,
    }
}

fn answer(
    session_id: SessionId,
    kind: AnswerKind,
    target: Uuid,
    dancer: u8,
    choice: Option<u8>,
    counter: u64,
    open: bool,
) -> Answer {
    Answer {
        session_id,
        kind,
        target,
        dancer: DancerKey([dancer; 16]),
        choice,
        counter,
        at: UnixMs(5),
        open,
    }
}

fn dj(number: u128, slug: &str, email: &str) -> DjRow {
    DjRow {
        id: OwnerId(Uuid::from_u128(number)),
        slug: slug.to_owned(),
        name: format!("DJ {slug}"),
        email: Secret::new(email),
        password_hash: Secret::new("$argon2id$…"),
        public_profile: false,
        created_at: UnixMs(1),
    }
}
