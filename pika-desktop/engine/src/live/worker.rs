//! The live thread: feeds the machine and does what it says.

use std::{path::PathBuf, sync::Arc, thread, time::Duration};

use tracing::{error, info, warn};

use super::{
    clock::{Clock, SystemClock},
    command::LiveCommand,
    link::{Link, LinkEvent},
    machine::{Effect, Identity, Input, Machine, Timings},
    post_channel::PostChannel,
    report::LiveReport,
    state::EndedSession,
    store::{Keep, LiveStore, Saved},
};
use crate::{
    report::{Failure, Reporter},
    worker::{self, Handle, Inbox, Next, QueueSender},
};

/// Commands and reports of connections that wait.
const QUEUE: usize = 1024;
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

struct Worker {
    reporter: Reporter<LiveReport>,
    sender: QueueSender<Message>,
    clock: Box<dyn Clock>,
    machine: Machine,
    store: Option<LiveStore>,
    link: Option<Link>,
    device: pika_protocol::DeviceId,
    store_failed: bool,
}

impl Worker {
    fn start(reporter: Reporter<LiveReport>, sender: QueueSender<Message>, options: LiveOptions) -> Self {
        let opened =
            LiveStore::open(&options.store).and_then(|store| Ok((store.device()?, store.load()?, store)));
        let (device, saved, store) = match opened {
            Ok((device, saved, store)) => (device, saved, Some(store)),
            Err(error) => {
                // The evening goes on; only a crash would lose something now.
                error!(%error, "what is sent cannot be kept on disk");
                reporter.try_fail(not_kept(&error));
                (pika_protocol::DeviceId::random(), Saved::default(), None)
            }
        };
        let me = Identity {
            device,
            device_name: options.device_name,
        };
        let machine = Machine::new(me, options.timings, saved, options.clock.now());
        Self {
            reporter,
            sender,
            clock: options.clock,
            machine,
            store,
            link: None,
            device,
            store_failed: false,
        }
    }

    fn run(mut self, inbox: &Inbox<Message>) {
        let mut next_tick = self.clock.now().steady;
        loop {
            let now = self.clock.now();
            if now.steady >= next_tick {
                self.take(Input::Tick);
                next_tick = now.steady + self.machine.next_tick(now);
            }
            let wait = self.clock.real(next_tick.saturating_sub(now.steady));
            let input = match inbox.next(wait) {
                Next::End => return,
                Next::Message(Message::Link(number, event)) => Input::Link(number, event),
                Next::Message(Message::Command(LiveCommand::FetchRecaps(nights))) => {
                    self.fetch_recaps(nights);
                    continue;
                }
                Next::Message(Message::Command(command)) => Input::Command(command),
                Next::Nothing => continue,
            };
            self.take(input);
            let now = self.clock.now();
            next_tick = next_tick.min(now.steady + self.machine.next_tick(now));
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
            Effect::Keep(change) => self.keep(&change),
            Effect::Open { number, way, access } => {
                info!(number, ?way, ?access, "reaching the relay");
                self.link = None;
                let sender = self.sender.clone();
                let report = move |number, event| sender.send(Message::Link(number, event));
                match Link::open(number, way, access, self.device, report) {
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
            Effect::Answers(answers) => self.reporter.send(LiveReport::Answers(answers)),
            Effect::Ended(ended) => self.fetch_recap(*ended),
        }
    }

    fn keep(&mut self, change: &Keep) {
        let Some(store) = &mut self.store else { return };
        match store.keep(change) {
            Ok(()) => self.store_failed = false,
            Err(error) => {
                warn!(%error, "what is sent was not kept on disk");
                if !std::mem::replace(&mut self.store_failed, true) {
                    self.reporter.try_fail(not_kept(&error));
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
        let begun = worker::once("recap", move || {
            let channel = PostChannel::new(&ended.access);
            let mut recap = None;
            for attempt in 0..RECAP_TRIES {
                if attempt > 0 {
                    thread::sleep(RECAP_WAIT);
                }
                recap = channel.recap(ended.session_id).ok();
                if recap.is_some() {
                    break;
                }
            }
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

/// The failure of keeping what is sent: the evening goes on.
fn not_kept(error: &impl std::fmt::Display) -> Failure {
    Failure {
        what: "keep the live session on disk",
        error: error.to_string(),
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
