//! What a DJ's program and the relay say to each other.

use pika_protocol::{
    DeviceId, DjMessage, ErrorCode, PROTOCOL_VERSION, SessionId, ToDj, dj::DjState, feedback::PollCloses,
    session::LiveElsewhere,
};

use super::{
    NOW, action, announcement, announcement_id, bare_track, code, counts, full_track, play, play_id, poll,
    poll_id, uuid,
};

pub(crate) fn from_dj() -> Vec<DjMessage> {
    let (id, play_id, poll_id) = (action(), play_id(), poll_id());
    let question = || {
        (
            "Faster or slower?".to_owned(),
            vec!["Faster".to_owned(), "Slower".to_owned()],
        )
    };
    let start = |closes| {
        let (question, options) = question();
        DjMessage::StartPoll {
            id,
            poll_id,
            question,
            options,
            closes,
        }
    };
    vec![
        DjMessage::RegisterSession {
            id,
            protocol_version: PROTOCOL_VERSION,
            client_version: Some("0.1.0".to_owned()),
            token: Some("pk_dj_00000000000000000000000000000000".to_owned()),
            name: "Friday social".to_owned(),
            dj_name: Some("Ada".to_owned()),
            listed: false,
            pin: Some("4711".to_owned()),
            device_id: DeviceId(uuid(0xf1)),
            device_name: Some("Booth laptop".to_owned()),
            resume: Some(SessionId(uuid(0x51))),
            take_over: true,
        },
        DjMessage::NowPlaying {
            id,
            play_id,
            track: full_track(),
            started_at: NOW,
        },
        DjMessage::NowPlaying {
            id,
            play_id,
            track: bare_track(),
            started_at: NOW,
        },
        DjMessage::CorrectPlay {
            id,
            play_id,
            track: Some(bare_track()),
            started_at: Some(NOW),
        },
        DjMessage::CorrectPlay {
            id,
            play_id,
            track: None,
            started_at: None,
        },
        DjMessage::RemovePlay { id, play_id },
        DjMessage::TrackStopped {
            id,
            play_id,
            stopped_at: NOW,
        },
        start(PollCloses::After { seconds: 60 }),
        start(PollCloses::Manual),
        start(PollCloses::SongEnd),
        DjMessage::ExtendPoll {
            id,
            poll_id,
            seconds: 30,
        },
        DjMessage::EndPoll { id, poll_id },
        DjMessage::CancelPoll { id, poll_id },
        DjMessage::BroadcastAnnouncement {
            id,
            announcement_id: announcement_id(),
            text: "Water is at the bar".to_owned(),
            seconds: Some(120),
        },
        DjMessage::BroadcastAnnouncement {
            id,
            announcement_id: announcement_id(),
            text: "Water is at the bar".to_owned(),
            seconds: None,
        },
        DjMessage::CancelAnnouncement {
            id,
            announcement_id: announcement_id(),
        },
        DjMessage::SetPin {
            id,
            pin: Some("4711".to_owned()),
        },
        DjMessage::SetPin { id, pin: None },
        DjMessage::SetListed { id, listed: false },
        DjMessage::EndSession { id },
        DjMessage::Ping {},
    ]
}

pub(crate) fn to_dj() -> Vec<ToDj> {
    let state = DjState {
        name: "Friday social".to_owned(),
        dj_name: "Ada".to_owned(),
        listed: true,
        pin: Some("4711".to_owned()),
        started_at: NOW,
        plays: vec![play()],
        playing: Some(play_id()),
        counts: vec![counts()],
        thanks: 5,
        listeners: 120,
        poll: Some(poll()),
        announcement: Some(announcement()),
    };
    let error = |id, code, message: &str, retry_after_secs, live| ToDj::Error {
        id,
        code,
        message: message.to_owned(),
        retry_after_secs,
        live,
    };
    vec![
        ToDj::SessionRegistered {
            id: action(),
            protocol_version: PROTOCOL_VERSION,
            server_version: "0.1.0".to_owned(),
            session_id: SessionId(uuid(0x51)),
            code: code(),
            public_url: "https://pika.example/live/K7QX".to_owned(),
            screen_key: None,
            resumed: false,
            relay_time: NOW,
            state: Box::new(state.clone()),
        },
        ToDj::SessionRegistered {
            id: action(),
            protocol_version: PROTOCOL_VERSION,
            server_version: "0.1.0".to_owned(),
            session_id: SessionId(uuid(0x51)),
            code: code(),
            public_url: "https://pika.example/live/K7QX".to_owned(),
            screen_key: Some("c2NyZWVuIGtleSBoZXJlIQ".to_owned()),
            resumed: true,
            relay_time: NOW,
            state: Box::new(state),
        },
        ToDj::Counts {
            listeners: 120,
            thanks: 5,
            plays: vec![counts()],
        },
        ToDj::Feedback {
            play_id: Some(play_id()),
            likes: 2,
            faster: 0,
            perfect: 1,
            slower: 0,
            thanks: 1,
        },
        ToDj::PollResults {
            poll_id: poll_id(),
            votes: vec![4, 0],
            open: true,
            closes_at: Some(NOW.plus_secs(60)),
        },
        ToDj::PollResults {
            poll_id: poll_id(),
            votes: vec![4, 1],
            open: false,
            closes_at: None,
        },
        ToDj::Ack { id: action() },
        error(
            Some(action()),
            ErrorCode::RateLimited,
            "wait a moment",
            Some(2),
            None,
        ),
        error(
            None,
            ErrorCode::TakenOver,
            "another computer publishes this session now",
            None,
            None,
        ),
        error(
            Some(action()),
            ErrorCode::AlreadyLive,
            "you are live on another computer",
            None,
            Some(LiveElsewhere {
                session_id: SessionId(uuid(0x51)),
                code: code(),
                name: "Friday social".to_owned(),
                device_name: Some("Booth laptop".to_owned()),
                started_at: NOW,
                online: true,
            }),
        ),
        ToDj::Pong { relay_time: NOW },
    ]
}
