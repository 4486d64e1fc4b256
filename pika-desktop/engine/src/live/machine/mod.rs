//! The rules of a live session on the DJ's side: what happened goes in, what is to be done comes out. No clock,
//! no disk, no network of its own.
//!
//! `actions` takes what the DJ's program asks, `aside` keeps what a session that is over owes its relay, `plays` which songs the dancers are told of, `connection` what
//! happens to the connection, `answers` what the relay says, `floor` how the dancers answer.

mod actions;
mod answers;
mod aside;
mod connection;
mod floor;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod pace;
mod plays;
mod restore;
mod retry;
mod set_clock;
mod shelf;
#[cfg(test)]
mod tests;
mod times;
mod timings;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use pika_protocol::{ActionId, DjMessage, SessionId, Track, session::LiveElsewhere};
use uuid::Uuid;

pub use self::timings::Timings;
use self::{
    pace::Pace,
    retry::Retry,
    shelf::Shelf,
    times::{Told, minute},
};
use super::{
    PlayAnswers,
    clock::Now,
    command::{AccountName, LiveCommand},
    hand_in::{HandedIn, Identity, registration},
    link::{LinkEvent, Way},
    outbox::Outbox,
    relay_clock::RelayClock,
    state::{EndedSession, LinkKind, LiveState, Notice, SessionInfo},
    store::{Keep, Saved, SavedAside, SavedSession},
    words::Words,
};
use crate::{library::PlayUuid, nowplaying::NowPlaying, relay_access::RelayAccess};

/// A session is resumed without a question when the program was away for no longer.
const SILENT_RESUME_MS: i64 = 5 * 60_000;
/// Between two notes that the program is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
/// A connection that is lost for longer is called offline.
const OFFLINE_AFTER_MS: i64 = 10_000;
/// Answers of the floor are written to the logbook this often.
const ANSWERS_EVERY: Duration = Duration::from_secs(5);
/// Plays that are kept: more than any relay takes.
const MAX_PLAYS: usize = 5_000;

/// What happened.
#[derive(Debug)]
pub(super) enum Input {
    Command(LiveCommand),
    Link(u64, LinkEvent),
    /// What was put aside under this number was handed in with this access, as far as that went.
    HandedIn(i64, Box<RelayAccess>, Box<HandedIn>),
    /// What was kept could be read after all.
    ReadLate(Box<Saved>),
    Tick,
}

/// What is to be done, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Write this down before anything that follows.
    Keep(Keep),
    /// Open a connection; the one before is closed.
    Open {
        number: u64,
        way: Way,
        access: RelayAccess,
    },
    /// Send on the connection.
    Say(DjMessage),
    /// Close the connection.
    Hang,
    /// A session of this mark begins.
    Began(Uuid),
    /// How the floor of this session answered: for the logbook.
    Answers(SessionId, Vec<PlayAnswers>),
    /// A session is over: its recap can be fetched.
    Ended(Box<EndedSession>),
    /// Hand in what a session that was put aside owes.
    HandIn {
        access: RelayAccess,
        saved: Box<SavedAside>,
    },
}

/// What the machine is up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No session.
    Off,
    /// A session is wanted; it may wait for the relay's address or for the next try.
    Running,
    /// The DJ must decide or do something.
    Waiting,
}

/// The connection.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Conn {
    None,
    Opening {
        number: u64,
        way: Way,
        deadline: Duration,
    },
    Registering {
        number: u64,
        way: Way,
        sent: Now,
        deadline: Duration,
    },
    Up {
        number: u64,
        way: Way,
        since: Duration,
        next_ping: Duration,
        pinged: Option<Now>,
    },
}

impl Conn {
    fn number(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Opening { number, .. } | Self::Registering { number, .. } | Self::Up { number, .. } => {
                Some(number)
            }
        }
    }

    fn way(self) -> Way {
        match self {
            Self::None => Way::Socket,
            Self::Opening { way, .. } | Self::Registering { way, .. } | Self::Up { way, .. } => way,
        }
    }
}

/// One DJ's side of live sessions, one at a time.
#[derive(Debug)]
pub(super) struct Machine {
    me: Identity,
    timings: Timings,
    /// The relay that the next session goes to.
    access: Option<RelayAccess>,
    /// The account's relay, whichever one is chosen.
    account: Option<RelayAccess>,
    /// The relay refuses the token that it took the session with.
    needs_token: bool,
    /// Whose that is, as its relay told.
    account_name: Option<AccountName>,
    shelf: Shelf,
    stage: Stage,
    session: Option<SavedSession>,
    outbox: Outbox,
    /// Plays the relay was told of, or will be by the outbox: the next word about one is a correction.
    told: HashSet<PlayUuid>,
    /// What it was told of each since this program started.
    described: HashMap<PlayUuid, (Track, i64)>,
    /// What plays, so that a session that begins in the middle of a song shows it at once.
    playing: Option<NowPlaying>,
    /// What was played while the DJ has not decided yet whether the session goes on.
    held: Vec<(NowPlaying, bool)>,
    conn: Conn,
    /// What the connection was opened with.
    opened_with: Option<RelayAccess>,
    last_number: u64,
    retry: Retry,
    /// Nothing is sent before: the relay asked for a pause.
    paused_until: Option<Duration>,
    take_over: bool,
    /// The relay may know the session though it never said so.
    may_be_known: bool,
    elsewhere: Option<LiveElsewhere>,
    /// The session as it was wanted, while the relay is asked whether the one it has is this installation's own.
    proving: Option<Box<SavedSession>>,
    /// Where dancers find the relay inside this program.
    local_address: Option<String>,
    /// The message that tells of the last song by hand, and when that was chosen, on the steady clock.
    timed: Option<(ActionId, Duration)>,
    /// Registered once since this program started, or before.
    lost_at: Option<Now>,
    /// The computer slept for so long before the connection was lost.
    slept_ms: i64,
    clock: RelayClock,
    told_at: Told,
    /// Plays that were told as they began, not later.
    is_current: HashSet<PlayUuid>,
    /// When the clocks were looked at last.
    last_look: Now,
    /// The wall's clock went on by so much too much, and it is not known yet whether it was set.
    jumped_ms: i64,
    last_wall_ms: i64,
    next_alive: Duration,
    answers: HashMap<PlayUuid, PlayAnswers>,
    next_answers: Duration,
    like_minute: i64,
    view: LiveState,
    pace: Pace,
    effects: Vec<Effect>,
}

impl Machine {
    /// A machine that goes on with what was kept.
    pub(super) fn new(me: Identity, timings: Timings, saved: Saved, now: Now) -> Self {
        let seed = me.device.0.as_u64_pair().0 ^ now.wall_ms.unsigned_abs();
        let mut machine = Self {
            me,
            timings,
            access: None,
            account: None,
            needs_token: false,
            account_name: None,
            shelf: Shelf::default(),
            stage: Stage::Off,
            session: None,
            outbox: Outbox::default(),
            told: HashSet::new(),
            described: HashMap::new(),
            playing: None,
            held: Vec::new(),
            conn: Conn::None,
            opened_with: None,
            last_number: 0,
            retry: Retry::new(seed),
            paused_until: None,
            take_over: false,
            may_be_known: false,
            elsewhere: None,
            proving: None,
            local_address: None,
            timed: None,
            lost_at: None,
            slept_ms: 0,
            clock: RelayClock::default(),
            told_at: Told::default(),
            is_current: HashSet::new(),
            last_look: now,
            jumped_ms: 0,
            last_wall_ms: now.wall_ms,
            next_alive: now.steady,
            answers: HashMap::new(),
            next_answers: now.steady,
            like_minute: minute(now),
            view: LiveState::default(),
            pace: Pace::new(now),
            effects: Vec::new(),
        };
        machine.restore(saved, now);
        machine
    }

    /// Takes something in; what is to be done about it, in order.
    pub(super) fn take(&mut self, input: Input, now: Now) -> Vec<Effect> {
        self.look_at_clocks(now);
        match input {
            Input::Command(command) => self.obey(command, now),
            Input::Link(number, event) => self.link_event(number, event, now),
            Input::HandedIn(number, access, handed) => self.handed_in(number, &access, &handed, now),
            Input::ReadLate(saved) => self.read_late(*saved, now),
            Input::Tick => self.tick(now),
        }
        std::mem::take(&mut self.effects)
    }

    /// The view, when there is a new one to be shown now.
    pub(super) fn view(&mut self, now: Now) -> Option<Arc<LiveState>> {
        if !self.pace.show(now) {
            return None;
        }
        self.view.link.waiting = self.outbox.waiting();
        self.view.to_confirm = self.to_confirm();
        Some(Arc::new(self.view.clone()))
    }

    /// The relay that is published on.
    pub(super) fn access(&self) -> Option<RelayAccess> {
        self.access.clone()
    }

    /// How long until the next tick is due.
    pub(super) fn next_tick(&self, now: Now) -> Duration {
        let usual = match self.stage {
            Stage::Off => Duration::from_secs(3600),
            Stage::Running | Stage::Waiting => Duration::from_millis(500),
        };
        let times = [
            self.retry.at(),
            self.paused_until,
            self.pace.next(),
            self.next_hand_in(),
        ];
        times
            .into_iter()
            .flatten()
            .map(|at| at.saturating_sub(now.steady))
            .fold(usual, Duration::min)
    }

    fn keep(&mut self, change: Keep) {
        self.effects.push(Effect::Keep(change));
    }

    fn keep_session(&mut self) {
        if let Some(session) = self.session.clone() {
            self.view.session = Some(info(&session));
            self.keep(Keep::Session(Box::new(session)));
        }
    }

    fn changed(&mut self) {
        self.pace.changed();
    }

    /// The view is to be shown at once.
    fn changed_now(&mut self) {
        self.pace.changed_now();
    }

    fn notice(&mut self, words: Words, is_trouble: bool, now: Now) {
        let number = self.view.notice.as_ref().map_or(0, |notice| notice.number) + 1;
        self.view.notice = Some(Notice {
            number,
            at_ms: now.wall_ms,
            is_trouble,
            words,
        });
        self.changed_now();
    }

    fn set_link(&mut self, kind: LinkKind, now: Now) {
        if self.view.link.kind != kind {
            self.view.link.kind = kind;
            self.view.link.since_ms = match kind {
                LinkKind::Reconnecting | LinkKind::Offline => self.lost_at.unwrap_or(now).wall_ms,
                _ => now.wall_ms,
            };
            self.changed_now();
        }
    }

    /// Puts a message in the outbox and on the disk, and sends it when that is possible.
    fn push(&mut self, message: DjMessage, only_now: bool, now: Now) {
        let Some(id) = message.id() else { return };
        if !only_now {
            self.keep(Keep::Push(id, Box::new(message.clone())));
        }
        if let Some(dropped) = self.outbox.push(id, message, only_now) {
            if let Some(id) = dropped.id() {
                self.keep(Keep::Done(id));
            }
            let words = Words::new(
                "Too much waits to be sent.",
                "The oldest song of this session will be missing for the dancers.",
            );
            self.notice(words, true, now);
        }
        self.changed();
        self.pump(now);
    }

    /// Sends what waits, as far as the relay takes it.
    fn pump(&mut self, now: Now) {
        if !matches!(self.conn, Conn::Up { .. }) {
            return;
        }
        if self.paused_until.is_some_and(|until| now.steady < until) {
            return;
        }
        self.paused_until = None;
        for message in self.outbox.take_unsent() {
            let message = self.on_relay_clock(message, now);
            self.effects.push(Effect::Say(message));
        }
    }

    /// Nothing is left of the session.
    fn forget(&mut self) {
        self.keep(Keep::Nothing);
        self.clear();
    }

    /// There is no session any more; what is on disk of it was seen to.
    fn clear(&mut self) {
        self.flush_answers();
        self.answers.clear();
        self.outbox.clear();
        self.told.clear();
        self.described.clear();
        self.held.clear();
        self.session = None;
        self.proving = None;
        self.needs_token = false;
        self.timed = None;
        self.stage = Stage::Off;
        self.elsewhere = None;
        self.take_over = false;
        self.may_be_known = false;
        self.lost_at = None;
        self.told_at.clear();
        self.is_current.clear();
        self.slept_ms = 0;
        self.hang_up();
        self.retry.clear();
    }

    /// Nothing is on its way any more; returns what made sense on this connection only.
    fn hang_up(&mut self) -> Vec<DjMessage> {
        self.opened_with = None;
        if self.conn != Conn::None {
            self.conn = Conn::None;
            self.effects.push(Effect::Hang);
        }
        self.outbox.lost()
    }

    fn registration(&self) -> Option<DjMessage> {
        let session = self.session.as_ref()?;
        Some(registration(
            &self.me,
            session,
            session.session_id,
            self.take_over,
        ))
    }
}

fn info(session: &SavedSession) -> SessionInfo {
    SessionInfo {
        session_id: session.session_id,
        mark: session.mark,
        name: session.name.clone(),
        dj_name: session.dj_name.clone(),
        code: session.code.clone(),
        address: session.address.clone(),
        listed: session.listed,
        pin: session.pin.clone(),
        started_at_ms: session.began_at_ms,
        local: session.place == "local",
        is_test: session.is_test,
        screen_key: session.screen_key.clone(),
    }
}
