//! Bodies of plain HTTP requests and answers: the channels without WebSocket, lists, history, recap.

use serde::{Deserialize, Serialize};

use crate::{
    ErrorCode, PlayId, PollId, SessionId, Track, UnixMs,
    dancer::{DancerMessage, ToDancer},
    dj::{DjMessage, ToDj},
    feedback::{PlayCounts, PollCloses},
    session::{Play, Position, SessionHead, Snapshot},
};

/// `POST /api/sessions/{code}/join`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct JoinRequest {
    /// Version of the protocol that the client speaks.
    pub protocol_version: u32,
    /// Version of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_version: Option<String>,
    /// The PIN, where one is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// The pass from an earlier answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<String>,
}

/// Answer to a join: all that `events`, `state` and `messages` need, so that neither PIN nor pass stands in an
/// address.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct JoinAnswer {
    /// Version of the protocol that the relay speaks.
    pub protocol_version: u32,
    /// Version of the relay.
    pub server_version: String,
    /// The dancer's pass: keep it.
    pub pass: String,
    /// For `events`, `state` and `messages` of this session.
    pub ticket: String,
    /// When the ticket ends: join again (with the pass) before.
    pub ticket_ends_at: UnixMs,
    /// The relay's clock.
    pub relay_time: UnixMs,
    /// The state.
    pub snapshot: Snapshot,
}

/// `POST /api/sessions/{code}/screen`: the big screen shows that the session's DJ opened it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ScreenRequest {
    /// From SESSION_REGISTERED, by the fragment of the screen's address.
    pub screen_key: String,
}

/// What the big screen may show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct ScreenAnswer {
    /// The PIN, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
}

/// `POST /api/sessions/{code}/messages`: actions of a dancer without WebSocket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DancerBatch {
    /// From the join.
    pub ticket: String,
    /// Up to 100 actions, oldest first.
    pub messages: Vec<DancerMessage>,
}

/// The answers to a [`DancerBatch`], in its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DancerAnswers {
    /// ACK, ERROR or PONG for each message.
    pub messages: Vec<ToDancer>,
}

/// `GET /api/sessions/{code}/state`: what is new after a position, for short polling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PolledState {
    /// The position after these messages, for the next request.
    pub position: Position,
    /// The relay's clock.
    pub relay_time: UnixMs,
    /// Milliseconds to wait before the next request.
    pub poll_again_ms: u32,
    /// The state messages that were missed or a SNAPSHOT, then the latest COUNTS and POLL_RESULTS.
    pub messages: Vec<ToDancer>,
}

/// `POST /api/dj/sessions/{id}/messages`: the DJ's channel without WebSocket. An empty batch asks for news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DjBatch {
    /// Which installation speaks: one that was taken over from is told so.
    pub device_id: crate::DeviceId,
    /// Up to 100 messages, oldest first.
    pub messages: Vec<DjMessage>,
}

/// The answers to a [`DjBatch`]: one for each message in its order, then COUNTS, FEEDBACK and POLL_RESULTS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DjAnswers {
    /// The answers and the news.
    pub messages: Vec<ToDj>,
}

/// The body of an HTTP error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct ErrorBody {
    /// Why, for programs.
    pub code: ErrorCode,
    /// Why, for people.
    pub message: String,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
}

/// A line in a list of sessions. Behind a PIN only `session` and `live` are filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct SessionSummary {
    /// Name, DJ, code.
    pub session: SessionHead,
    /// Whether it goes on.
    pub live: bool,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<UnixMs>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UnixMs>,
    /// Dancers connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listeners: Option<u32>,
    /// What plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playing: Option<Track>,
}

/// A list of sessions, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionList {
    /// The sessions.
    pub sessions: Vec<SessionSummary>,
}

/// Plays of a session, newest first, a page at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct History {
    /// The plays.
    pub plays: Vec<Play>,
    /// Ask for what is older with `before` set to this; absent at the beginning of the night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_before: Option<PlayId>,
}

/// A session summed up, for everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Recap {
    /// Name, DJ, code.
    pub session: SessionHead,
    /// When it began.
    pub started_at: UnixMs,
    /// When it ended; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UnixMs>,
    /// Milliseconds from start to end (or now).
    #[cfg_attr(test, ts(type = "number"))]
    pub duration_ms: u64,
    /// Every play, oldest first.
    pub plays: Vec<Play>,
    /// Likes in all.
    pub likes: u32,
}

/// A session summed up, for its DJ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnerRecap {
    /// Its id.
    pub session_id: SessionId,
    /// What everybody sees.
    #[serde(flatten)]
    pub recap: Recap,
    /// Answers per play, in the order of `plays`.
    pub counts: Vec<PlayCounts>,
    /// Every poll that was not cancelled, oldest first.
    pub polls: Vec<PollRecap>,
    /// Dancers who thanked the DJ.
    pub thanks: u32,
    /// Different dancers who were there.
    pub dancers: u32,
    /// Different dancers who liked, voted or thanked.
    pub active_dancers: u32,
    /// Most dancers connected at once.
    pub peak_listeners: u32,
    /// Dancers connected, minute by minute where it changed.
    pub listeners: Vec<ListenerSample>,
}

/// A poll and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct PollRecap {
    /// Which poll.
    pub poll_id: PollId,
    /// The question.
    pub question: String,
    /// The options.
    pub options: Vec<String>,
    /// How it was to close.
    pub closes: PollCloses,
    /// When it opened.
    pub opened_at: UnixMs,
    /// When it closed; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<UnixMs>,
    /// Votes per option.
    pub votes: Vec<u32>,
}

/// How many dancers were connected at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListenerSample {
    /// When.
    pub at: UnixMs,
    /// How many.
    pub listeners: u32,
}

/// `GET /api/version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionInfo {
    /// Version of the relay.
    pub version: String,
    /// Version of the protocol.
    pub protocol_version: u32,
}

/// Data of the server-sent event `close`, and the JSON reason of close code 1012.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Closing {
    /// The close code's number.
    pub code: u16,
    /// Its name.
    pub reason: String,
    /// Come back at a random moment within so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_within_ms: Option<u32>,
}

crate::redact::hides_secrets!(JoinRequest, JoinAnswer, DancerBatch, ScreenRequest, ScreenAnswer);
