//! Rows to tell of, and a transaction that works.

use pika_protocol::{ActionId, DeviceId, Epoch, PlayId, PollId, SessionCode, SessionId, Track, UnixMs};
use pika_relay::{
    auth::DancerKey,
    base::Secret,
    store::{
        Answer, Outcome, Said, Store, Write,
        accounts::DjRow,
        models::{OwnerId, PlayRow, SessionRow},
    },
};
use uuid::Uuid;

pub(crate) fn commit(store: &dyn Store, writes: &[Write]) -> Vec<Outcome> {
    store.commit(writes).expect("the database is there")
}

pub(crate) fn code(text: &str) -> SessionCode {
    SessionCode::parse(text).expect("a code")
}

pub(crate) fn play_id(number: u128) -> PlayId {
    PlayId(Uuid::from_u128(number))
}

pub(crate) fn poll_id(number: u128) -> PollId {
    PollId(Uuid::from_u128(number))
}

pub(crate) fn session(number: u128, text: &str, owner: u128) -> SessionRow {
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

pub(crate) fn play(number: u128, removed: bool) -> PlayRow {
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

pub(crate) fn answer(session_id: SessionId, said: Said, dancer: u8, counter: u64, open: bool) -> Answer {
    Answer {
        session_id,
        said,
        dancer: DancerKey([dancer; 16]),
        counter,
        at: UnixMs(5),
        open,
    }
}

pub(crate) fn dj(number: u128, slug: &str, email: &str) -> DjRow {
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
