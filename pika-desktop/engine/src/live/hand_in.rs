//! Hands in what a session that is over still owes its relay: by plain requests, once, on a thread of its own, beside
//! whatever is live meanwhile.

use std::time::Duration;

use pika_protocol::{
    ActionId, DeviceId, DjMessage, ErrorCode, PROTOCOL_VERSION, SessionId, ToDj, rest::DjBatch,
};

use super::{
    clock::Now,
    post_channel::{ChannelError, PostChannel},
    relay_clock::{RelayClock, TOLERANCE},
    store::SavedSession,
    wire,
};
use crate::reach::FailKind;

/// Messages of one request: within what a relay takes at once.
const AT_ONCE: usize = 8;
/// Before the next try, where the relay does not say how long.
const LATER: Duration = Duration::from_secs(1);
/// Before the next try while another session of the account is live there.
const TAKEN: Duration = Duration::from_secs(60);

/// Who publishes.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) device: DeviceId,
    pub(super) device_name: Option<String>,
}

/// What one try came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HandedIn {
    /// What need not be sent again.
    pub(super) confirmed: Vec<ActionId>,
    /// The session's id, as far as it is known now.
    pub(super) session_id: Option<SessionId>,
    pub(super) outcome: Outcome,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// The session is over at the relay, too.
    Over,
    /// The relay is there and asks for a pause.
    Later(Duration),
    /// It was not reached.
    Unreached(FailKind),
    /// The relay refuses for good.
    Refused(ErrorCode),
}

/// Registers the session once more and sends what it owes, the end last. `now` is this moment.
pub(super) fn hand_in(
    channel: &PostChannel,
    me: &Identity,
    session: &SavedSession,
    owed: &[DjMessage],
    now: impl Fn() -> Now,
) -> HandedIn {
    let mut handed = HandedIn {
        confirmed: Vec::new(),
        session_id: session.session_id,
        outcome: Outcome::Over,
    };
    if let Err(outcome) = tell(channel, me, session, owed, &now, &mut handed) {
        handed.outcome = outcome;
    }
    handed
}

fn tell(
    channel: &PostChannel,
    me: &Identity,
    session: &SavedSession,
    owed: &[DjMessage],
    now: &impl Fn() -> Now,
    handed: &mut HandedIn,
) -> Result<(), Outcome> {
    let has_songs = owed
        .iter()
        .any(|message| matches!(message, DjMessage::NowPlaying { .. }));
    let asked = now();
    let registered = match register(channel, me, session, session.session_id) {
        Err(Outcome::Refused(ErrorCode::UnknownSession)) if has_songs => register(channel, me, session, None),
        registered => registered,
    };
    let (session_id, relay_time) = match registered {
        Ok(registered) => registered,
        // Over already, ended over there, or nothing is left that anybody could be told.
        Err(Outcome::Refused(ErrorCode::SessionEnded | ErrorCode::UnknownSession)) => return Ok(()),
        Err(Outcome::Refused(ErrorCode::AlreadyLive | ErrorCode::TakenOver)) => {
            return match session.session_id {
                // It goes on at another computer, which ends it.
                Some(_) => Ok(()),
                None => Err(Outcome::Later(TAKEN)),
            };
        }
        Err(outcome) => return Err(outcome),
    };
    handed.session_id = Some(session_id);
    let mut clock = RelayClock::default();
    clock.compare(relay_time, asked, now(), TOLERANCE);
    let is_end = |message: &&DjMessage| matches!(message, DjMessage::EndSession { .. });
    let songs: Vec<_> = owed.iter().filter(|message| !is_end(message)).collect();
    // After the end nothing is taken any more: it goes when all else is there.
    let ends = owed.iter().filter(is_end).collect::<Vec<_>>();
    for messages in songs.chunks(AT_ONCE).chain(ends.chunks(1)) {
        let messages = messages.iter().map(|message| {
            let message = DjMessage::clone(message);
            wire::on_relay_clock(message, clock.ahead_ms())
        });
        let batch = DjBatch {
            device_id: me.device,
            messages: messages.collect(),
        };
        let answers = channel.send(session_id, &batch).map_err(unreached)?;
        heard(&answers, &batch, handed)?;
    }
    Ok(())
}

/// The session's id and the relay's time.
fn register(
    channel: &PostChannel,
    me: &Identity,
    session: &SavedSession,
    resume: Option<SessionId>,
) -> Result<(SessionId, pika_protocol::UnixMs), Outcome> {
    let message = registration(me, session, resume, false);
    match channel.register(&message).map_err(unreached)? {
        ToDj::SessionRegistered {
            session_id,
            relay_time,
            ..
        } => Ok((session_id, relay_time)),
        ToDj::Error {
            code,
            retry_after_secs,
            ..
        } => Err(refused(code, retry_after_secs)),
        _ => Err(Outcome::Later(LATER)),
    }
}

/// REGISTER_SESSION for a session as it is kept, without the token, which the connection adds.
pub(super) fn registration(
    me: &Identity,
    session: &SavedSession,
    resume: Option<SessionId>,
    take_over: bool,
) -> DjMessage {
    DjMessage::RegisterSession {
        // The first one keeps its id, so that a repeat finds the session that it began.
        id: match resume {
            None => session.register_id,
            Some(_) => ActionId::random(),
        },
        protocol_version: PROTOCOL_VERSION,
        client_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        token: None,
        name: session.name.clone(),
        dj_name: Some(session.dj_name.clone()).filter(|name| !name.is_empty()),
        listed: session.listed,
        pin: session.pin.clone(),
        device_id: me.device,
        device_name: me.device_name.clone(),
        resume,
        take_over,
    }
}

/// Takes the answers to a request in; `Err` when nothing more is to be sent now.
fn heard(answers: &[ToDj], batch: &DjBatch, handed: &mut HandedIn) -> Result<(), Outcome> {
    let mut pause = None;
    for answer in answers {
        match answer {
            ToDj::Ack { id } => handed.confirmed.push(*id),
            ToDj::Error {
                code: ErrorCode::SessionEnded | ErrorCode::UnknownSession,
                ..
            } => return Err(Outcome::Over),
            ToDj::Error {
                id,
                code,
                retry_after_secs,
                ..
            } => match (refused(*code, *retry_after_secs), id) {
                // Refused for good, it need not be sent again; but an end that is refused is none.
                (Outcome::Refused(_), Some(id)) if !ends(batch, *id) => handed.confirmed.push(*id),
                (outcome, _) => pause = Some(outcome),
            },
            _ => {}
        }
    }
    let mut sent = batch.messages.iter().filter_map(DjMessage::id);
    let is_answered = sent.all(|id| handed.confirmed.contains(&id));
    match pause {
        Some(outcome) => Err(outcome),
        None if is_answered => Ok(()),
        None => Err(Outcome::Later(LATER)),
    }
}

fn ends(batch: &DjBatch, id: ActionId) -> bool {
    let mut messages = batch.messages.iter();
    messages.any(|message| matches!(message, DjMessage::EndSession { id: end } if *end == id))
}

fn refused(code: ErrorCode, retry_after_secs: Option<u32>) -> Outcome {
    if code.is_temporary() {
        let seconds = retry_after_secs.unwrap_or(1).clamp(1, 600);
        Outcome::Later(Duration::from_secs(seconds.into()))
    } else {
        Outcome::Refused(code)
    }
}

fn unreached(ChannelError(kind): ChannelError) -> Outcome {
    Outcome::Unreached(kind)
}
