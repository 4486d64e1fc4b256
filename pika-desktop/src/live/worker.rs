//! The live thread: one session at a time, everything sent in order, tried again until acknowledged.

use std::{
    collections::HashSet,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, DeviceId, DjMessage, ErrorCode, PROTOCOL_VERSION, PlayId, SessionId, ToDj, UnixMs,
    feedback::PlayCounts, limits, rest::DjBatch,
};
use tracing::{info, warn};

use super::{
    LiveState, PlayAnswers, RelayAccess,
    backoff::Backoff,
    outbox::Outbox,
    post_channel::{ChannelError, PostChannel},
    wire,
};
use crate::{
    event::{Emitter, Event},
    library::PlayUuid,
    nowplaying::NowPlaying,
};

/// How often news is asked for while nothing is to be sent.
const NEWS_EVERY: Duration = Duration::from_secs(2);
/// How long the end of a session may take when the program closes.
const FAREWELL: Duration = Duration::from_secs(3);

/// What the live thread can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveCommand {
    /// Start a session.
    GoLive {
        /// Where, and with which right.
        relay: RelayAccess,
        /// Name of the session.
        name: String,
        /// The DJ's name, where the relay has no account for it.
        dj_name: String,
    },
    /// This plays now, or is better known now.
    NowPlaying(Box<NowPlaying>),
    /// A play did not happen.
    Remove(PlayUuid),
    /// Nothing plays any more.
    Stopped {
        /// Since when, in milliseconds since 1970.
        at_ms: i64,
    },
    /// End the session.
    End,
    #[doc(hidden)]
    Stop,
}

/// Asks the live thread; stops and joins it when dropped.
#[derive(Debug)]
pub struct LiveHandle {
    commands: SyncSender<LiveCommand>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread; it does nothing until a session is asked for.
///
/// Errors: the system gives no thread.
pub fn spawn(events: Emitter) -> std::io::Result<LiveHandle> {
    let (commands, queue) = sync_channel(256);
    let worker = Worker {
        events,
        device: DeviceId::random(),
        session: None,
        playing: None,
    };
    let thread = thread::Builder::new()
        .name("live".into())
        .spawn(move || worker.run(&queue))?;
    Ok(LiveHandle {
        commands,
        thread: Some(thread),
    })
}

impl LiveHandle {
    /// Asks for something. Returns false when the thread is too far behind to take it.
    pub fn ask(&self, command: LiveCommand) -> bool {
        self.commands.try_send(command).is_ok()
    }
}

impl Drop for LiveHandle {
    fn drop(&mut self) {
        let _ = self.commands.send(LiveCommand::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Worker {
    events: Emitter,
    device: DeviceId,
    session: Option<Session>,
    /// What plays, so that a session that begins in the middle of a song shows it at once.
    playing: Option<NowPlaying>,
}

struct Session {
    channel: PostChannel,
    register: DjMessage,
    id: Option<SessionId>,
    outbox: Outbox,
    /// Plays the relay was told of: the next word about one is a correction.
    told: HashSet<PlayUuid>,
    backoff: Backoff,
    next_try: Instant,
    ending: bool,
    gave_up: bool,
}

impl Worker {
    fn run(mut self, queue: &Receiver<LiveCommand>) {
        loop {
            let wait = match &self.session {
                Some(session) => session.next_try.saturating_duration_since(Instant::now()),
                None => Duration::from_secs(3600),
            };
            match queue.recv_timeout(wait) {
                Ok(LiveCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return self.farewell(),
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => self.exchange(),
            }
        }
    }

    fn obey(&mut self, command: LiveCommand) {
        match command {
            LiveCommand::GoLive { relay, name, dj_name } => self.go_live(relay, &name, &dj_name),
            LiveCommand::NowPlaying(play) => {
                if let Some(session) = &mut self.session {
                    session.tell(&play);
                }
                self.playing = Some(*play);
            }
            LiveCommand::Remove(id) => {
                self.playing = self.playing.take().filter(|play| play.play_id != id);
                if let Some(session) = &mut self.session
                    && session.told.remove(&id)
                {
                    session.push(wire::removal(id));
                }
            }
            LiveCommand::Stopped { at_ms } => {
                if let (Some(play), Some(session)) = (self.playing.take(), &mut self.session) {
                    session.push(DjMessage::TrackStopped {
                        id: ActionId::random(),
                        play_id: PlayId(play.play_id),
                        stopped_at: UnixMs(at_ms),
                    });
                }
            }
            LiveCommand::End => {
                if let Some(session) = &mut self.session {
                    session.end();
                }
            }
            LiveCommand::Stop => {}
        }
    }

    fn go_live(&mut self, relay: RelayAccess, name: &str, dj_name: &str) {
        let register = DjMessage::RegisterSession {
            id: ActionId::random(),
            protocol_version: PROTOCOL_VERSION,
            client_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            // It travels as bearer token.
            token: None,
            name: name.chars().take(limits::NAME_CHARS).collect(),
            dj_name: Some(dj_name.chars().take(limits::NAME_CHARS).collect()),
            listed: true,
            pin: None,
            device_id: self.device,
            device_name: None,
            resume: None,
            take_over: false,
        };
        let mut session = Session {
            channel: PostChannel::new(relay),
            register,
            id: None,
            outbox: Outbox::default(),
            told: HashSet::new(),
            backoff: Backoff::default(),
            next_try: Instant::now(),
            ending: false,
            gave_up: false,
        };
        if let Some(play) = &self.playing {
            session.tell(play);
        }
        self.session = Some(session);
        self.report(LiveState::Connecting {
            problem: None,
            waiting: 0,
        });
    }

    /// Registers if need be, sends what waits, takes answers in.
    fn exchange(&mut self) {
        let Some(session) = &mut self.session else { return };
        let mut states = Vec::new();
        match session.exchange(self.device, &mut states) {
            Ok(()) => session.backoff.reset(),
            Err(error) => {
                warn!(%error, "the relay did not answer as hoped");
                let wait = match &error {
                    ChannelError::Refused {
                        retry_after: Some(wait),
                        ..
                    } => *wait,
                    _ => session.backoff.failed(random()),
                };
                session.next_try = Instant::now() + wait;
                if let ChannelError::Refused { code, .. } = &error
                    && !code.is_temporary()
                {
                    session.gave_up = true;
                    states.push(LiveState::Ended(error.to_string()));
                } else {
                    states.push(LiveState::Connecting {
                        problem: Some(error.to_string()),
                        waiting: session.outbox.len(),
                    });
                }
            }
        }
        let over = session.gave_up || (session.ending && session.outbox.len() == 0);
        if over {
            if !session.gave_up {
                states.push(LiveState::Ended("the session has ended".to_owned()));
            }
            self.session = None;
        }
        for state in states {
            self.report(state);
        }
    }

    /// The program closes: what waits is sent and the session ended, unless the relay is gone.
    fn farewell(&mut self) {
        let deadline = Instant::now() + FAREWELL;
        if let Some(session) = &mut self.session {
            session.end();
        }
        while self.session.as_ref().is_some_and(|session| session.id.is_some()) && Instant::now() < deadline {
            self.exchange();
            if self
                .session
                .as_ref()
                .is_some_and(|session| session.next_try > deadline || session.backoff_running())
            {
                break;
            }
        }
    }

    fn report(&self, state: LiveState) {
        info!(?state, "live");
        match state {
            LiveState::Answers { .. } => self.events.progress(Event::Live(state)),
            state => self.events.send(Event::Live(state)),
        }
    }
}

impl Session {
    fn push(&mut self, message: DjMessage) {
        if let Some(dropped) = self.outbox.push(message) {
            warn!(
                ?dropped,
                "too much waits to be sent: the oldest message was given up"
            );
        }
        if !self.backoff_running() {
            self.next_try = Instant::now();
        }
    }

    /// A failure's waiting time is kept: more to say is no reason to knock earlier.
    fn backoff_running(&self) -> bool {
        self.backoff.is_running()
    }

    fn tell(&mut self, play: &NowPlaying) {
        let known = !self.told.insert(play.play_id);
        self.push(wire::message(play, known));
    }

    fn end(&mut self) {
        if !self.ending {
            self.ending = true;
            self.push(DjMessage::EndSession {
                id: ActionId::random(),
            });
            self.next_try = Instant::now();
        }
    }

    fn exchange(&mut self, device_id: DeviceId, states: &mut Vec<LiveState>) -> Result<(), ChannelError> {
        let id = match self.id {
            Some(id) => id,
            None => self.registered(states)?,
        };
        let messages = self.outbox.batch(limits::BATCH_MESSAGES);
        let answers = self.channel.send(id, &DjBatch { device_id, messages })?;
        for answer in answers.messages {
            self.take(answer, states)?;
        }
        let wait = if self.outbox.len() > 0 {
            Duration::ZERO
        } else {
            NEWS_EVERY
        };
        self.next_try = Instant::now() + wait;
        Ok(())
    }

    fn registered(&mut self, states: &mut Vec<LiveState>) -> Result<SessionId, ChannelError> {
        match self.channel.register(&self.register)? {
            ToDj::SessionRegistered {
                session_id,
                code,
                public_url,
                ..
            } => {
                self.id = Some(session_id);
                states.push(LiveState::Live {
                    code: code.to_string(),
                    address: public_url,
                });
                Ok(session_id)
            }
            ToDj::Error {
                code,
                message,
                retry_after_secs,
                ..
            } => Err(refused(code, message, retry_after_secs)),
            other => Err(ChannelError::Unreachable(format!(
                "its answer makes no sense here: {other:?}"
            ))),
        }
    }

    fn take(&mut self, answer: ToDj, states: &mut Vec<LiveState>) -> Result<(), ChannelError> {
        match answer {
            ToDj::Ack { id } => self.outbox.done(id),
            ToDj::Error {
                id: Some(id),
                code,
                message,
                retry_after_secs,
                ..
            } => {
                if code.is_temporary() {
                    return Err(refused(code, message, retry_after_secs));
                }
                // It would be refused again: the rest of the night goes on without it.
                warn!(?code, message, "the relay refused a message");
                self.outbox.done(id);
                if code == ErrorCode::SessionEnded {
                    self.outbox.clear();
                    return Err(refused(code, message, None));
                }
            }
            ToDj::Error {
                id: None,
                code,
                message,
                retry_after_secs,
                ..
            } => {
                return Err(refused(code, message, retry_after_secs));
            }
            ToDj::Counts { listeners, plays, .. } => {
                let plays = plays.iter().map(play_answers).collect();
                states.push(LiveState::Answers { listeners, plays });
            }
            ToDj::SessionRegistered { .. }
            | ToDj::Feedback { .. }
            | ToDj::PollResults { .. }
            | ToDj::Pong { .. } => {}
        }
        Ok(())
    }
}

fn refused(code: ErrorCode, message: String, retry_after_secs: Option<u32>) -> ChannelError {
    ChannelError::Refused {
        code,
        message,
        retry_after: retry_after_secs.map(|seconds| Duration::from_secs(seconds.into())),
    }
}

fn play_answers(counts: &PlayCounts) -> PlayAnswers {
    PlayAnswers {
        play_id: counts.play_id.0,
        likes: counts.likes,
        faster: counts.faster,
        perfect: counts.perfect,
        slower: counts.slower,
    }
}

/// 0 to 1. Spreads reconnects; nothing secret hangs on it.
fn random() -> f64 {
    f64::from(uuid::Uuid::new_v4().as_bytes()[0]) / 255.0
}
