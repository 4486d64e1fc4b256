//! What is on disk, and is there again.

use super::*;

fn session() -> SavedSession {
    SavedSession {
        place: "local".into(),
        register_id: ActionId::random(),
        mark: None,
        owner: None,
        name: "Friday".into(),
        dj_name: "Ada".into(),
        listed: true,
        pin: None,
        session_id: None,
        code: String::new(),
        address: String::new(),
        began_at_ms: 5,
        ending: false,
        is_test: false,
        screen_key: None,
    }
}

#[test]
fn everything_is_there_again_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut store = LiveStore::open(&path).unwrap();
    let device = store.device().unwrap();
    let ids = [0; 3].map(|_| ActionId::random());
    let session = session();
    store.keep(&Keep::Session(Box::new(session.clone()))).unwrap();
    for id in ids {
        store
            .keep(&Keep::Push(id, Box::new(DjMessage::EndSession { id })))
            .unwrap();
    }
    store.keep(&Keep::Done(ids[1])).unwrap();
    let play = Uuid::new_v4();
    store.keep(&Keep::Told(play)).unwrap();
    store.keep(&Keep::Alive(77)).unwrap();
    drop(store);

    let mut store = LiveStore::open(&path).unwrap();
    assert_eq!(store.device().unwrap(), device);
    let saved = store.load().unwrap();
    assert_eq!(saved.session, Some(session));
    assert_eq!(saved.alive_at_ms, 77);
    let kept: Vec<_> = saved.outbox.iter().filter_map(DjMessage::id).collect();
    assert_eq!(kept, [ids[0], ids[2]]);
    assert!(saved.told.contains(&play));

    store.keep(&Keep::Nothing).unwrap();
    let saved = store.load().unwrap();
    assert!(saved.session.is_none() && saved.outbox.is_empty() && saved.told.is_empty());
    assert_eq!(store.device().unwrap(), device, "the installation stays the same");
}

#[test]
fn what_is_put_aside_stays_in_order_until_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut store = LiveStore::open(&path).unwrap();
    let mut nights = Vec::new();
    for number in [1, 2] {
        let session = session();
        let ids = [0; 3].map(|_| ActionId::random());
        store.keep(&Keep::Session(Box::new(session.clone()))).unwrap();
        for id in ids {
            let end = Box::new(DjMessage::EndSession { id });
            store.keep(&Keep::Push(id, end)).unwrap();
        }
        store
            .keep(&Keep::Aside(number, Box::new(session.clone())))
            .unwrap();
        nights.push((number, session, ids));
    }
    let (_, _, ids) = &nights[1];
    store.keep(&Keep::AsideDone(ids[0])).unwrap();
    drop(store);

    let mut store = LiveStore::open(&path).unwrap();
    let saved = store.load().unwrap();
    assert!(saved.session.is_none() && saved.outbox.is_empty() && saved.told.is_empty());
    let owed = |saved: &SavedAside| saved.owed.iter().filter_map(DjMessage::id).collect::<Vec<_>>();
    let found: Vec<_> = saved.aside.iter().map(|it| (it.number, owed(it))).collect();
    assert_eq!(found, [(1, nights[0].2.to_vec()), (2, ids[1..].to_vec())]);
    assert_eq!(saved.aside[1].session, nights[1].1);
    store.keep(&Keep::AsideGone(1)).unwrap();
    assert_eq!(store.load().unwrap().aside.len(), 1);
}

#[test]
fn without_its_file_the_installation_stays_the_same_and_no_key_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut store = LiveStore::open(&path).unwrap();
    let device = store.device().unwrap();
    let session = SavedSession {
        screen_key: Some(ScreenKey::new("c2NyZWVuIGtleSBoZXJlIQ")),
        ..session()
    };
    store.keep(&Keep::Session(Box::new(session))).unwrap();
    assert_eq!(store.load().unwrap().session.unwrap().screen_key, None);
    drop(store);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|suffix| suffix != "device") {
            std::fs::remove_file(file).unwrap();
        }
    }
    let store = LiveStore::open(&path).unwrap();
    assert!(store.load().unwrap().session.is_none());
    assert_eq!(store.device().unwrap(), device);
}

#[test]
fn a_damaged_file_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    std::fs::write(&path, vec![0x55; 9000]).unwrap();
    let (begun, note) = LiveStore::begin(&path, PATIENCE).unwrap();
    assert!(begun.saved.session.is_none());
    assert!(note.unwrap().error.contains("live.db.damaged-"));
}
