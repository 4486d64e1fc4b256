//! What is played and said in a night.

use pika_protocol::{
    ActionId, AnnouncementId, PlayId, SessionId, UnixMs,
    feedback::{PlayCounts, PollCloses},
    rest::ListenerSample,
};
use pika_relay::{
    auth::DancerKey,
    store::{
        Outcome, Said, Store, StoreError, TempoWish, Write,
        models::{AnnouncementRow, LogEntry, OptionVotes, PollRow},
    },
};
use uuid::Uuid;

use crate::rows::{answer, commit, play, play_id, poll_id};

pub(crate) fn plays(store: &dyn Store, session_id: SessionId) {
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

pub(crate) fn answers(store: &dyn Store, session_id: SessionId) {
    let like_of = |is_given| Said::Like {
        play_id: play_id(1),
        is_given,
    };
    let like = |dancer: u8, counter: u64, is_given: bool, open: bool| {
        Write::Answer(answer(session_id, like_of(is_given), dancer, counter, open))
    };
    let changed = |before, after| Outcome::Changed {
        before: like_of(before),
        after: like_of(after),
    };
    // One transaction: a like, its repeat, an older one, taken back, given again, another dancer.
    let outcomes = commit(
        store,
        &[
            like(1, 5, true, true),
            like(1, 5, true, true),
            like(1, 4, false, true),
            like(1, 6, false, true),
            like(1, 7, true, true),
            like(2, 1, true, true),
        ],
    );
    assert_eq!(
        outcomes,
        [
            changed(false, true),
            Outcome::Unchanged,
            Outcome::Unchanged,
            changed(true, false),
            changed(false, true),
            changed(false, true),
        ]
    );
    // Too late: only a repeat is known.
    let outcomes = commit(
        store,
        &[
            like(1, 7, true, false),
            like(1, 8, false, false),
            like(3, 1, true, false),
        ],
    );
    assert_eq!(outcomes, [Outcome::Unchanged, Outcome::Refused, Outcome::Refused]);
    // Counters beyond what a database holds change nothing else.
    assert_eq!(
        commit(store, &[like(9, u64::MAX, false, true)]),
        [changed(false, false)]
    );
    assert_eq!(
        commit(store, &[like(9, u64::MAX, true, true)]),
        [Outcome::Unchanged]
    );

    let tempo = |dancer, wish| {
        let play_id = play_id(1);
        Write::Answer(answer(
            session_id,
            Said::Tempo { play_id, wish },
            dancer,
            10,
            true,
        ))
    };
    let vote = |dancer, option| {
        let said = Said::Vote {
            poll_id: poll_id(70),
            option: Some(option),
        };
        Write::Answer(answer(session_id, said, dancer, 11, true))
    };
    let thank = |dancer| {
        let said = Said::Thank { is_given: true };
        Write::Answer(answer(session_id, said, dancer, 12, true))
    };
    commit(
        store,
        &[
            tempo(1, Some(TempoWish::Faster)),
            tempo(2, Some(TempoWish::Slower)),
            tempo(3, Some(TempoWish::Slower)),
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

pub(crate) fn polls_and_announcements(store: &dyn Store, session_id: SessionId) {
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

pub(crate) fn log(store: &dyn Store, session_id: SessionId) {
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
