//! One sample of each message, as full as it can be; a second one, as empty as it can be, where that differs.

use pika_protocol::{
    ActionId, AnnouncementId, DancerMessage, DeviceId, DjMessage, Epoch, ErrorCode, PROTOCOL_VERSION, PlayId,
    PollId, SessionCode, SessionId, ToDancer, ToDj, Track, UnixMs,
    dj::DjState,
    feedback::{Announcement, PlayCounts, PlayLikes, Poll, PollCloses, TempoChoice},
    rest::{
        Closing, DancerBatch, DjBatch, ErrorBody, JoinAnswer, JoinRequest, ListenerSample, OwnerRecap,
        PollRecap, PolledState, Recap, SessionList, SessionSummary,
    },
    session::{LiveElsewhere, Play, Position, SessionHead, Snapshot},
};
use uuid::Uuid;

const NOW: UnixMs = UnixMs(1_790_000_000_000);

fn uuid(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

fn action() -> ActionId {
    ActionId(uuid(0xa1))
}

fn play_id() -> PlayId {
    PlayId(uuid(0xb1))
}

fn poll_id() -> PollId {
    PollId(uuid(0xc1))
}

fn announcement_id() -> AnnouncementId {
    AnnouncementId(uuid(0xd1))
}

fn position() -> Position {
    Position {
        epoch: Epoch(uuid(0xe1)),
        offset: 17,
    }
}

fn code() -> SessionCode {
    SessionCode::parse("K7QX").unwrap()
}

fn full_track() -> Track {
    Track {
        title: "Świt".to_owned(),
        artist: "Anna & The “Quotes”".to_owned(),
        bpm: Some(96.02),
        key: Some("C♯m".to_owned()),
        camelot: Some("12A".to_owned()),
        energy: Some(64),
        danceability: Some(80),
        brightness: Some(0),
        duration_ms: Some(223_456),
    }
}

fn bare_track() -> Track {
    Track {
        title: "Untitled".to_owned(),
        ..Track::default()
    }
}

fn play() -> Play {
    Play {
        play_id: play_id(),
        track: full_track(),
        started_at: NOW,
        stopped_at: None,
        likes: 3,
    }
}

fn poll() -> Poll {
    Poll {
        poll_id: poll_id(),
        question: "Faster or slower?".to_owned(),
        options: vec!["Faster".to_owned(), "Slower".to_owned()],
        closes: PollCloses::After { seconds: 60 },
        opened_at: NOW,
        closes_at: Some(NOW.plus_secs(60)),
        votes: vec![4, 0],
    }
}

fn announcement() -> Announcement {
    Announcement {
        announcement_id: announcement_id(),
        text: "Water is at the bar".to_owned(),
        at: NOW,
        ends_at: Some(NOW.plus_secs(120)),
    }
}

fn head() -> SessionHead {
    SessionHead {
        code: code(),
        name: "Friday social".to_owned(),
        dj_name: "Ada".to_owned(),
        has_pin: false,
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        epoch: position().epoch,
        offset: position().offset,
        session: head(),
        started_at: NOW.plus_ms(-3_600_000),
        ended_at: None,
        dj_online: true,
        playing: Some(play_id()),
        plays: vec![
            play(),
            Play {
                play_id: PlayId(uuid(0xb0)),
                track: bare_track(),
                started_at: NOW.plus_ms(-200_000),
                stopped_at: Some(NOW),
                likes: 0,
            },
        ],
        plays_total: 2,
        poll: Some(poll()),
        announcement: Some(announcement()),
        listeners: 120,
    }
}

fn counts() -> PlayCounts {
    PlayCounts {
        play_id: play_id(),
        likes: 3,
        faster: 1,
        perfect: 9,
        slower: 2,
    }
}

pub(crate) fn from_dancer() -> Vec<DancerMessage> {
    let (id, counter, play_id) = (action(), 42, play_id());
    vec![
        DancerMessage::Subscribe {
            protocol_version: PROTOCOL_VERSION,
            client_version: Some("0.1.0".to_owned()),
            code: code(),
            pin: Some("4711".to_owned()),
            pass: Some("p1.pass".to_owned()),
            since: Some(position()),
        },
        DancerMessage::Subscribe {
            protocol_version: 1,
            client_version: None,
            code: code(),
            pin: None,
            pass: None,
            since: None,
        },
        DancerMessage::Like { id, counter, play_id },
        DancerMessage::Unlike { id, counter, play_id },
        DancerMessage::Vote {
            id,
            counter,
            poll_id: poll_id(),
            option: 1,
        },
        DancerMessage::TempoVote {
            id,
            counter,
            play_id,
            vote: TempoChoice::Faster,
        },
        DancerMessage::TempoVote {
            id,
            counter,
            play_id,
            vote: TempoChoice::Clear,
        },
        DancerMessage::Thank { id, counter },
        DancerMessage::Ping {},
    ]
}

pub(crate) fn to_dancer() -> Vec<ToDancer> {
    let (offset, play_id, poll_id) = (17, play_id(), poll_id());
    vec![
        ToDancer::Welcome {
            protocol_version: PROTOCOL_VERSION,
            server_version: "0.1.0".to_owned(),
            pass: "p1.pass".to_owned(),
            relay_time: NOW,
            position: position(),
            resumed: true,
        },
        ToDancer::Snapshot { snapshot: snapshot() },
        ToDancer::Snapshot {
            snapshot: Snapshot {
                ended_at: Some(NOW),
                dj_online: false,
                playing: None,
                plays: vec![],
                plays_total: 0,
                poll: None,
                announcement: None,
                listeners: 0,
                ..snapshot()
            },
        },
        ToDancer::NowPlaying {
            offset,
            play: play(),
            current: true,
        },
        ToDancer::PlayCorrected {
            offset,
            play_id,
            track: bare_track(),
            started_at: NOW,
        },
        ToDancer::PlayRemoved {
            offset,
            play_id,
            playing: Some(PlayId(uuid(0xb0))),
        },
        ToDancer::PlayRemoved {
            offset,
            play_id,
            playing: None,
        },
        ToDancer::TrackStopped {
            offset,
            play_id,
            stopped_at: NOW,
        },
        ToDancer::DjOffline { offset, at: NOW },
        ToDancer::DjOnline { offset, at: NOW },
        ToDancer::Counts {
            listeners: 120,
            plays: vec![PlayLikes { play_id, likes: 3 }],
        },
        ToDancer::PollStarted { offset, poll: poll() },
        ToDancer::PollStarted {
            offset,
            poll: Poll {
                closes: PollCloses::SongEnd,
                closes_at: None,
                ..poll()
            },
        },
        ToDancer::PollResults {
            poll_id,
            votes: vec![4, 0],
        },
        ToDancer::PollEnded {
            offset,
            poll_id,
            votes: vec![4, 1],
            cancelled: false,
        },
        ToDancer::Announcement {
            offset,
            announcement: announcement(),
        },
        ToDancer::Announcement {
            offset,
            announcement: Announcement {
                ends_at: None,
                ..announcement()
            },
        },
        ToDancer::AnnouncementCancelled {
            offset,
            announcement_id: announcement_id(),
        },
        ToDancer::SessionEnded {
            offset,
            ended_at: NOW,
        },
        ToDancer::Ack { id: action() },
        ToDancer::Error {
            id: Some(action()),
            code: ErrorCode::RateLimited,
            message: "too many at once, wait a moment".to_owned(),
            retry_after_secs: Some(2),
        },
        ToDancer::Error {
            id: None,
            code: ErrorCode::UnknownSession,
            message: "no session with this code".to_owned(),
            retry_after_secs: None,
        },
        ToDancer::Pong { relay_time: NOW },
    ]
}

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
