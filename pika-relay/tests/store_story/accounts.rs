//! Accounts, their tokens and logins, and the nights that go with them.

use pika_protocol::UnixMs;
use pika_relay::{
    auth::{DjToken, TokenHash},
    base::Secret,
    store::{
        Said, Store, StoreError, Write,
        accounts::{DjRow, LOGINS_MAX, NightRow, Nights, Profile, PublicFigures, SongLikes, Taken, TokenRow},
        models::{OwnerId, SessionRow},
    },
};
use uuid::Uuid;

use crate::rows::{answer, commit, dj, play, play_id, session};

pub(crate) fn accounts(store: &dyn Store) {
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

pub(crate) fn deleting_an_account_takes_its_nights_along(store: &dyn Store) {
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
        let said = Said::Like {
            play_id: play_id(1),
            is_given: true,
        };
        Write::Answer(answer(session_id, said, dancer, 1, true))
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
        let said = Said::Like {
            play_id: play_id(2),
            is_given: true,
        };
        let like = answer(id, said, 9, 1, true);
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
