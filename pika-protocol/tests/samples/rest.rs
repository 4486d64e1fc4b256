//! Bodies of plain requests and their answers.

use pika_protocol::{
    DancerMessage, DeviceId, DjMessage, ErrorCode, PROTOCOL_VERSION, SessionCode, SessionId, ToDancer,
    feedback::PollCloses,
    rest::{
        Closing, DancerBatch, DjBatch, ErrorBody, JoinAnswer, JoinRequest, ListenerSample, OwnerRecap,
        PollRecap, PolledState, Recap, SessionList, SessionSummary,
    },
    session::SessionHead,
};

use super::{NOW, action, counts, full_track, head, play, play_id, poll_id, position, snapshot, uuid};

pub(crate) fn join_request() -> JoinRequest {
    JoinRequest {
        protocol_version: PROTOCOL_VERSION,
        client_version: Some("0.1.0".to_owned()),
        pin: Some("4711".to_owned()),
        pass: Some("p1.pass".to_owned()),
    }
}

pub(crate) fn join_answer() -> JoinAnswer {
    JoinAnswer {
        protocol_version: PROTOCOL_VERSION,
        server_version: "0.1.0".to_owned(),
        pass: "p1.pass".to_owned(),
        ticket: "t1.ticket".to_owned(),
        ticket_ends_at: NOW.plus_secs(900),
        relay_time: NOW,
        snapshot: snapshot(),
    }
}

pub(crate) fn dancer_batch() -> DancerBatch {
    DancerBatch {
        ticket: "t1.ticket".to_owned(),
        messages: vec![DancerMessage::Like {
            id: action(),
            counter: 42,
            play_id: play_id(),
        }],
    }
}

pub(crate) fn dj_batch() -> DjBatch {
    DjBatch {
        device_id: DeviceId(uuid(0xf1)),
        messages: vec![DjMessage::RemovePlay {
            id: action(),
            play_id: play_id(),
        }],
    }
}

pub(crate) fn polled_state() -> PolledState {
    PolledState {
        position: position(),
        relay_time: NOW,
        poll_again_ms: 3000,
        messages: vec![ToDancer::DjOnline { offset: 17, at: NOW }],
    }
}

pub(crate) fn error_body() -> ErrorBody {
    ErrorBody {
        code: ErrorCode::PinLocked,
        message: "too many wrong PINs, wait a moment".to_owned(),
        retry_after_secs: Some(300),
    }
}

pub(crate) fn session_list() -> SessionList {
    SessionList {
        sessions: vec![
            SessionSummary {
                session: head(),
                live: true,
                started_at: Some(NOW),
                ended_at: None,
                listeners: Some(120),
                playing: Some(full_track()),
            },
            SessionSummary {
                session: SessionHead {
                    code: SessionCode::parse("ABCDEFGH").unwrap(),
                    has_pin: true,
                    ..head()
                },
                live: true,
                started_at: None,
                ended_at: None,
                listeners: None,
                playing: None,
            },
        ],
    }
}

pub(crate) fn owner_recap() -> OwnerRecap {
    OwnerRecap {
        session_id: SessionId(uuid(0x51)),
        recap: Recap {
            session: head(),
            started_at: NOW,
            ended_at: Some(NOW.plus_secs(3600)),
            duration_ms: 3_600_000,
            plays: vec![play()],
            likes: 3,
        },
        counts: vec![counts()],
        polls: vec![PollRecap {
            poll_id: poll_id(),
            question: "Faster or slower?".to_owned(),
            options: vec!["Faster".to_owned(), "Slower".to_owned()],
            closes: PollCloses::Manual,
            opened_at: NOW,
            closed_at: Some(NOW.plus_secs(60)),
            votes: vec![4, 1],
        }],
        thanks: 5,
        dancers: 130,
        active_dancers: 44,
        peak_listeners: 121,
        listeners: vec![ListenerSample {
            at: NOW,
            listeners: 120,
        }],
    }
}

pub(crate) fn closing() -> Closing {
    Closing {
        code: 1012,
        reason: "restart".to_owned(),
        reconnect_within_ms: Some(14_000),
    }
}

pub(crate) fn screen_request() -> pika_protocol::rest::ScreenRequest {
    pika_protocol::rest::ScreenRequest {
        screen_key: "c2NyZWVuIGtleSBoZXJlIQ".to_owned(),
    }
}

pub(crate) fn screen_answer() -> pika_protocol::rest::ScreenAnswer {
    pika_protocol::rest::ScreenAnswer {
        pin: Some("4821".to_owned()),
    }
}
