//! The live thread: feeds the machine and does what it says.

use std::{
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use pika_protocol::{DeviceId, rest::OwnerRecap};
use tracing::{error, info, warn};

use super::{
    clock::{Clock, Now, SystemClock},
    command::LiveCommand,
    hand_in::{HandedIn, Identity, Outcome, hand_in},
    link::{Link, LinkEvent},
    machine::{Effect, Input, Machine, Timings},
    post_channel::PostChannel,
    report::LiveReport,
    state::EndedSession,
    store::{Keep, LiveStore, PATIENCE, Saved, SavedAside},
    unkept::Unkept,
};
use crate::{
    plain_words,
    reach::FailKind,
    relay_access::RelayAccess,
    report::{Failure, Reporter},
    worker::{self, Handle, Inbox, Next, QueueSender},
};

/// Commands and reports of connections that wait.
const QUEUE: usize = 1024;
/// Between two tries to keep on disk what could not be kept.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How long a file that was refused is waited for each time: the song for the dancers comes first.
const BRIEFLY: Duration = Duration::from_millis(50);
/// The longest wait between two tries to open the file.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const TRIES_AGAIN: &str = "Pika! tries again";
/// Tries to fetch a recap, and the wait between them.
const RECAP_TRIES: u32 = 5;
const RECAP_WAIT: Duration = Duration::from_secs(2);

/// How the live thread runs.
pub struct LiveOptions {
    /// The file that survives a crash.
    pub store: PathBuf,
    /// Name of this computer, shown where a session is taken over.
    pub device_name: Option<String>,
    /// The clock.
    pub clock: Box<dyn Clock>,
    /// How long the relay is waited for.
    pub timings: Timings,
}

impl LiveOptions {
    /// The usual clock and times.
    pub fn new(store: PathBuf) -> Self {
        Self {
            store,
            device_name: device_name(),
            clock: Box::new(SystemClock::default()),
            timings: Timings::default(),
        }
    }
}

/// Asks the live thread; ends and joins it when dropped. The session stays and can be resumed.
pub type LiveHandle = Handle<LiveCommand>;

/// What wakes the thread.
enum Message {
    Command(LiveCommand),
    /// What the connection of this number reports.
    Link(u64, LinkEvent),
    /// What was put aside under this number was handed in.
    HandedIn(i64, Box<RelayAccess>, Box<HandedIn>),
}

impl From<LiveCommand> for Message {
    fn from(command: LiveCommand) -> Self {
        Self::Command(command)
    }
}

/// Starts the thread; it does nothing until a session is asked for, or one of before can go on.
///
/// Errors: the system gives no thread.
pub fn spawn(reporter: Reporter<LiveReport>, options: LiveOptions) -> std::io::Result<LiveHandle> {
    worker::spawn("live", QUEUE, move |inbox, sender| {
        Worker::start(reporter, sender, options).run(&inbox);
    })
}

/// A file that could not be opened at the start, and when that is tried again.
struct Opening {
    path: PathBuf,
    /// On the steady clock.
    next: Duration,
    wait: Duration,
}

struct Worker {
    reporter: Reporter<LiveReport>,
    sender: QueueSender<Message>,
    clock: Box<dyn Clock>,
    machine: Machine,
    /// `None` while the file cannot be opened.
    store: Option<LiveStore>,
    opening: Opening,
    link: Option<Link>,
    me: Identity,
    store_failed: bool,
    /// What could not be kept on disk yet.
    unkept: Unkept,
}

impl Worker {
    fn start(reporter: Reporter<LiveReport>, sender: QueueSender<Message>, options: LiveOptions) -> Self {
        let (device, saved, store) = match LiveStore::begin(&options.store, PATIENCE) {
            Ok((begun, note)) => {
                note.into_iter().for_each(|note| reporter.try_fail(note));
                (begun.device, begun.saved, Some(begun.store))
            }
            Err(error) => {
                // The evening goes on; only a crash would lose something now.
                error!(%error, "what is sent cannot be kept on disk");
                reporter.try_fail(not_kept(error, TRIES_AGAIN));
                let beside = LiveStore::device_beside(&options.store);
                (beside.unwrap_or_else(DeviceId::random), Saved::default(), None)
            }
        };
        let me = Identity {
            device,
            device_name: options.device_name,
        };
        let now = options.clock.now();
        let machine = Machine::new(me.clone(), options.timings, saved, now);
        Self {
            reporter,
            sender,
            clock: options.clock,
            machine,
            store,
            opening: Opening {
                path: options.store,
                next: now.steady + TRY_AGAIN,
                wait: TRY_AGAIN,
            },
            link: None,
            me,
            store_failed: false,
            unkept: Unkept::default(),
        }
    }

    fn run(mut self, inbox: &Inbox<Message>) {
        let mut next_tick = self.clock.now().steady;
        loop {
            let now = self.clock.now();
            if now.steady >= next_tick {
                self.open_again();
                if !self.unkept.is_empty() {
                    self.settle();
                }
                self.take(Input::Tick);
                next_tick = now.steady + self.next_tick(now);
            }
            let wait = self.clock.real(next_tick.saturating_sub(now.steady));
            let input = match inbox.next(wait) {
                Next::End => return self.end(),
                Next::Message(Message::Link(number, event)) => Input::Link(number, event),
                Next::Message(Message::HandedIn(number, access, handed)) => {
                    Input::HandedIn(number, access, handed)
                }
                Next::Message(Message::Command(LiveCommand::FetchRecaps(nights))) => {
                    self.fetch_recaps(nights);
                    continue;
                }
                Next::Message(Message::Command(command)) => Input::Command(command),
                Next::Nothing => continue,
            };
            self.take(input);
            let now = self.clock.now();
            next_tick = next_tick.min(now.steady + self.next_tick(now));
        }
    }

    fn next_tick(&self, now: Now) -> Duration {
        let next = self.machine.next_tick(now);
        let next = match self.store {
            Some(_) => next,
            None => next.min(self.opening.next.saturating_sub(now.steady)),
        };
        if self.unkept.is_empty() || self.store.is_none() {
            next
        } else {
            next.min(TRY_AGAIN)
        }
    }

    fn take(&mut self, input: Input) {
        let effects = self.machine.take(input, self.clock.now());
        for effect in effects {
            self.perform(effect);
        }
        if let Some(view) = self.machine.view(self.clock.now()) {
            self.reporter.send(LiveReport::State(view));
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Keep(change) => self.keep(change),
            Effect::Open { number, way, access } => {
                info!(number, ?way, ?access, "reaching the relay");
                self.link = None;
                let sender = self.sender.clone();
                let report = move |number, event| sender.send(Message::Link(number, event));
                match Link::open(number, way, access, self.me.device, report) {
                    Ok(link) => self.link = Some(link),
                    Err(error) => warn!(%error, "no thread for the connection"),
                }
            }
            Effect::Say(message) => {
                if let Some(link) = &self.link {
                    link.say(message);
                }
            }
            Effect::Hang => self.link = None,
            Effect::Began(mark) => self.reporter.send(LiveReport::Began(mark)),
            Effect::Answers(session, answers) => {
                self.reporter.send(LiveReport::Answers(session, answers));
            }
            Effect::Ended(ended) => self.fetch_recap(*ended),
            Effect::HandIn { access, saved } => self.hand_in(access, *saved),
        }
    }

    /// Hands in what a session of before owes, on a thread of its own: whatever is live meanwhile goes on.
    fn hand_in(&mut self, access: RelayAccess, saved: SavedAside) {
        let (sender, reporter, me) = (self.sender.clone(), self.reporter.clone(), self.me.clone());
        let (at, began) = (self.clock.now(), Instant::now());
        let now = move || Now {
            wall_ms: at
                .wall_ms
                .saturating_add(i64::try_from(began.elapsed().as_millis()).unwrap_or(0)),
            steady: at.steady + began.elapsed(),
        };
        let (number, session_id) = (saved.number, saved.session.session_id);
        let to = access.clone();
        let begun = worker::once("hand-in", move || {
            let channel = PostChannel::new(&access);
            let handed = hand_in(&channel, &me, &saved.session, &saved.owed, now);
            let over = handed.session_id.filter(|_| handed.outcome == Outcome::Over);
            sender.send(Message::HandedIn(number, Box::new(access), Box::new(handed)));
            if let Some(recap) = over.and_then(|session| recap(&channel, session)) {
                reporter.send(LiveReport::Recap(Arc::new(recap)));
            }
        });
        if begun.is_err() {
            warn!("no thread to hand in what a session of before owes");
            let handed = HandedIn {
                confirmed: Vec::new(),
                session_id,
                outcome: Outcome::Unreached(FailKind::Unreachable),
            };
            self.take(Input::HandedIn(number, Box::new(to), Box::new(handed)));
        }
    }

    /// Opens the file that could not be opened at the start. What was kept in it goes on, unless another session is on
    /// by now: then what it owes is handed in.
    fn open_again(&mut self) {
        let now = self.clock.now();
        if self.store.is_none()
            && now.steady >= self.opening.next
            && let Some(saved) = self.try_to_open(now)
        {
            self.take(Input::ReadLate(Box::new(saved)));
        }
    }

    /// What was kept in the file, where it can be opened now.
    fn try_to_open(&mut self, now: Now) -> Option<Saved> {
        let opened = LiveStore::begin(&self.opening.path, BRIEFLY).and_then(|(mut begun, note)| {
            let kept = begun.saved.session.as_ref();
            // What happened meanwhile is still to be written, and would be mixed up with it.
            let is_over = kept.is_some_and(|kept| match self.machine.has_session() {
                true => self.machine.has_other(kept),
                false => !self.unkept.is_empty(),
            });
            if is_over {
                begun.saved = begun.store.leave(self.machine.aside_number(now))?;
            }
            Ok((begun, note))
        });
        match opened {
            Ok((begun, note)) => {
                info!("what is sent is kept on disk again");
                note.into_iter().for_each(|note| self.reporter.try_fail(note));
                if !self.machine.has_session() {
                    self.me.device = begun.device;
                    self.machine.is_device(begun.device);
                }
                begun.store.wait_for_others(PATIENCE);
                self.store = Some(begun.store);
                self.settle();
                Some(begun.saved)
            }
            Err(error) => {
                warn!(%error, "what is sent cannot be kept on disk yet");
                self.opening.wait = (self.opening.wait * 2).min(LONGEST_WAIT);
                self.opening.next = now.steady + self.opening.wait;
                None
            }
        }
    }

    /// The last chance to keep what waits: whoever held the file may be gone.
    fn end(&mut self) {
        let now = self.clock.now();
        if self.store.is_none()
            && !self.unkept.is_empty()
            && let Some(saved) = self.try_to_open(now)
        {
            // Nothing is sent any more.
            for effect in self.machine.take(Input::ReadLate(Box::new(saved)), now) {
                if let Effect::Keep(change) = effect {
                    self.keep(change);
                }
            }
        }
        if let Some(store) = &self.store {
            store.wait_for_others(PATIENCE);
        }
        self.settle();
    }

    /// Writes a change down, after those that could not be written before: where there are such, at the next look, since
    /// each try may wait for whoever holds the file.
    fn keep(&mut self, change: Keep) {
        self.unkept.push(change);
        if !self.store_failed {
            self.settle();
        }
    }

    fn settle(&mut self) {
        let Some(store) = &mut self.store else { return };
        match self.unkept.settle(|change| store.keep(change)) {
            Ok(()) => {
                if std::mem::replace(&mut self.store_failed, false) {
                    store.wait_for_others(PATIENCE);
                }
            }
            Err(error) => {
                warn!(%error, "what is sent was not kept on disk");
                if !std::mem::replace(&mut self.store_failed, true) {
                    store.wait_for_others(BRIEFLY);
                    self.reporter.try_fail(not_kept(error, TRIES_AGAIN));
                }
            }
        }
    }

    /// Recaps of nights of before; what does not come now is asked for at another start.
    fn fetch_recaps(&self, nights: Vec<pika_protocol::SessionId>) {
        let Some(access) = self.machine.access() else {
            return;
        };
        let reporter = self.reporter.clone();
        let begun = worker::once("recaps", move || {
            let channel = PostChannel::new(&access);
            for night in nights {
                if let Ok(recap) = channel.recap(night) {
                    reporter.send(LiveReport::Recap(Arc::new(recap)));
                }
            }
        });
        if begun.is_err() {
            warn!("no thread for the recaps");
        }
    }

    /// The night's figures, on a thread of their own: the next session need not wait.
    fn fetch_recap(&self, ended: EndedSession) {
        let reporter = self.reporter.clone();
        let Some(access) = ended.access.clone() else {
            let session = Box::new(ended);
            return reporter.send(LiveReport::Ended { session, recap: None });
        };
        let begun = worker::once("recap", move || {
            let recap = recap(&PostChannel::new(&access), ended.session_id);
            reporter.send(LiveReport::Ended {
                session: Box::new(ended),
                recap: recap.map(Arc::new),
            });
        });
        if begun.is_err() {
            warn!("no thread for the recap");
        }
    }
}

/// A night's figures, asked for until they are there or it was asked often enough.
fn recap(channel: &PostChannel, session: pika_protocol::SessionId) -> Option<OwnerRecap> {
    for attempt in 0..RECAP_TRIES {
        if attempt > 0 {
            thread::sleep(RECAP_WAIT);
        }
        if let Ok(recap) = channel.recap(session) {
            return Some(recap);
        }
    }
    None
}

/// The failure of keeping what is sent: the evening goes on.
fn not_kept(error: impl Into<anyhow::Error>, then: &str) -> Failure {
    let error = plain_words::of(&error.into());
    Failure {
        what: "keep the live session on disk",
        error: format!("{error}. It goes on all the same; {then}"),
    }
}

/// The name of this computer, where the system tells it.
fn device_name() -> Option<String> {
    let name = std::env::var("COMPUTERNAME")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .or_else(|_| std::env::var("HOSTNAME"))
        .ok()?;
    let name: String = pika_protocol::limits::clean_text(&name)
        .chars()
        .take(pika_protocol::limits::NAME_CHARS)
        .collect();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
