//! One sample of each message, as full as it can be; a second one, as empty as it can be, where that differs.

mod dj;
mod rest;

pub(crate) use dj::{from_dj, to_dj};
pub(crate) use rest::*;

use pika_protocol::{
    ActionId, AnnouncementId, DancerMessage, Epoch, ErrorCode, PROTOCOL_VERSION, PlayId, PollId, SessionCode,
    ToDancer, Track, UnixMs,
    feedback::{Announcement, PlayCounts, PlayLikes, Poll, PollCloses, TempoChoice},
    session::{Play, Position, SessionHead, Snapshot},
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
