//! What has to hold whatever a relay says, and whenever.

use pika_protocol::{DeviceId, Message, ToDj};
use uuid::Uuid;

use super::{
    ActionId, DjMessage, Duration, Effect, HandedIn, Identity, Input, Keep, LinkEvent, LiveCommand, Machine,
    Now, NowPlaying, RelayAccess, Saved, SavedAside, SavedSession, Timings,
};
use crate::{
    library::Values,
    live::{
        command::{LiveAnswer, NewSession},
        hand_in::Outcome,
        store::SavedCrowd,
    },
    nowplaying::SourceKind,
    reach::FailKind,
    relay_access::{RelayAddress, Token},
};

/// Lines of a story that are looked at.
const MOST_LINES: usize = 300;

/// Plays a story: each line is something that the DJ does, that happens to the connection or that the relay says (a
/// message, in which `@1` is the id of the last thing said, `@2` of the one before, …). What is owed to the dancers
/// stays on disk and in memory alike, until the relay has it or refuses it or the session is over; the program can be
/// started anew at any moment.
///
/// | Line | Means |
/// |---|---|
/// | `live`, `test`, `end` | a session begins, a trial begins, either ends |
/// | `song N`, `was N`, `remove N`, `stop` | the N-th song plays, was played, was none; nothing plays |
/// | `open`, `lost`, `close N`, `wait N` | the connection; its close code; N milliseconds pass |
/// | `yes`, `no`, `leave` | the DJ's answer to a question |
/// | `say TEXT`, `poll TEXT` | an announcement, a poll |
/// | `elsewhere`, `here` | another relay is chosen, or the first one again |
/// | `another` | at that other relay another account is connected |
/// | `handed N` | so much of a session that was put aside is confirmed; all of it: it is over there, too |
/// | `restart`, `saved JSON` | the program is started anew, with what was kept or with this session |
///
/// # Panics
///
/// When that does not hold.
pub fn relay(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut story = Story::new();
    for line in text.lines().take(MOST_LINES) {
        story.play(line.trim());
    }
    story.play("restart");
}

struct Story {
    machine: Machine,
    now: Now,
    /// What a disk would hold.
    session: Option<SavedSession>,
    owed: Vec<(ActionId, DjMessage)>,
    told: Vec<Uuid>,
    aside: Vec<SavedAside>,
    crowd: Option<SavedCrowd>,
    /// What is being handed in.
    handing_in: Option<SavedAside>,
    /// Ids of what was said, newest last.
    said: Vec<ActionId>,
}

impl Story {
    fn new() -> Self {
        let now = Now {
            wall_ms: 1_790_000_000_000,
            steady: Duration::from_secs(100),
        };
        let mut story = Self {
            machine: machine(Saved::default(), now),
            now,
            session: None,
            owed: Vec::new(),
            told: Vec::new(),
            aside: Vec::new(),
            crowd: None,
            handing_in: None,
            said: Vec::new(),
        };
        story.take(Input::Command(LiveCommand::Relay(access())));
        story
    }

    fn play(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let number = rest.parse::<u32>().unwrap_or(0);
        match word {
            "restart" => self.restart(),
            "saved" => {
                if let Ok(session) = serde_json::from_str(rest) {
                    self.session = Some(session);
                }
                self.restart();
            }
            "wait" => {
                let time = Duration::from_millis(number.into());
                self.now.steady += time;
                self.now.wall_ms += i64::from(number);
                self.take(Input::Tick);
            }
            "handed" => {
                if let Some(saved) = self.handing_in.take() {
                    let all = saved.owed.iter().filter_map(DjMessage::id);
                    let handed = HandedIn {
                        confirmed: all.take(number as usize).collect(),
                        session_id: saved.session.session_id,
                        outcome: outcome(number, saved.owed.len()),
                    };
                    let access = Box::new(
                        self.machine
                            .access_for(&saved.session)
                            .cloned()
                            .unwrap_or_else(access),
                    );
                    self.take(Input::HandedIn(saved.number, access, Box::new(handed)));
                }
            }
            "elsewhere" => self.take(Input::Command(LiveCommand::Relay(access_elsewhere('a')))),
            "another" => self.take(Input::Command(LiveCommand::Relay(access_elsewhere('b')))),
            "here" => self.take(Input::Command(LiveCommand::Relay(access()))),
            _ if word.starts_with('{') => {
                if let Ok(message) = ToDj::parse(&self.named(line)) {
                    self.link(LinkEvent::Heard(Box::new(message)));
                }
            }
            _ => {
                if let Some(event) = link_event(word, number) {
                    self.link(event);
                } else if let Some(command) = command(word, rest, self.now) {
                    self.take(Input::Command(command));
                }
            }
        }
    }

    /// A line with ids in place of `@1` to `@9`.
    fn named(&self, line: &str) -> String {
        let newest = self.said.iter().rev().take(9);
        newest.zip('1'..='9').fold(line.to_owned(), |line, (id, digit)| {
            line.replace(&format!("@{digit}"), &id.to_string())
        })
    }

    fn link(&mut self, event: LinkEvent) {
        self.take(Input::Link(self.machine.last_number, event));
    }

    fn restart(&mut self) {
        // As the store keeps it.
        let kept = serde_json::to_string(&self.session).expect("plain data");
        let saved = Saved {
            session: serde_json::from_str(&kept).expect("what was just written"),
            alive_at_ms: self.now.wall_ms,
            outbox: self.owed.iter().map(|(_, message)| message.clone()).collect(),
            told: self.told.iter().copied().collect(),
            aside: self.aside.clone(),
            crowd: self.crowd.clone(),
        };
        self.handing_in = None;
        self.machine = machine(saved, self.now);
        self.take(Input::Command(LiveCommand::Relay(access())));
    }

    /// Takes something in, and keeps what is to be kept.
    fn take(&mut self, input: Input) {
        let may_be_done = may_be_done(&input);
        let acknowledged = acknowledged(&input);
        for effect in self.machine.take(input, self.now) {
            match effect {
                Effect::Keep(Keep::Push(id, message)) => self.owed.push((id, *message)),
                Effect::Keep(Keep::Done(id)) => {
                    assert!(may_be_done, "{id} is given up for nothing");
                    assert!(acknowledged.is_none_or(|acknowledged| acknowledged == id));
                    self.owed.retain(|(owed, _)| *owed != id);
                }
                Effect::Keep(Keep::Session(session)) => self.session = Some(*session),
                Effect::Keep(Keep::Nothing) => {
                    self.session = None;
                    self.crowd = None;
                    self.owed.clear();
                    self.told.clear();
                }
                Effect::Keep(Keep::Told(play)) => self.told.push(play),
                Effect::Keep(Keep::Alive(_)) => {}
                Effect::Keep(Keep::Crowd(crowd)) => self.crowd = Some(*crowd),
                Effect::Keep(Keep::Aside(number, session)) => {
                    let owed = self.owed.drain(..).map(|(_, message)| message).collect();
                    self.aside.push(SavedAside {
                        number,
                        session: *session,
                        owed,
                    });
                    self.session = None;
                    self.crowd = None;
                    self.told.clear();
                }
                Effect::Keep(Keep::AsideSession(number, session)) => {
                    let kept = self.aside.iter_mut().find(|aside| aside.number == number);
                    kept.expect("it is on disk").session = *session;
                }
                Effect::Keep(Keep::AsideDone(done)) => {
                    for aside in &mut self.aside {
                        aside.owed.retain(|message| message.id() != Some(done));
                    }
                }
                Effect::Keep(Keep::AsideGone(number)) => self.aside.retain(|aside| aside.number != number),
                Effect::HandIn { saved, access } => {
                    assert!(self.aside.contains(&saved), "only what is on disk is handed in");
                    assert!(
                        self.machine.may_publish(&access, &saved.session),
                        "as its own account"
                    );
                    self.handing_in = Some(*saved);
                }
                Effect::Say(message) => self.said.extend(message.id()),
                Effect::Open { .. }
                | Effect::Hang
                | Effect::Began(_)
                | Effect::Answers(..)
                | Effect::Ended(_) => {}
            }
        }
        let owed: Vec<ActionId> = self.owed.iter().map(|(id, _)| *id).collect();
        assert_eq!(self.machine.outbox.owed(), owed, "in memory and on disk");
        assert_eq!(self.machine.shelf.kept(), self.aside, "in memory and on disk");
        if self.session.as_ref().is_some_and(|session| session.ending) {
            let is_end = |message: &DjMessage| matches!(message, DjMessage::EndSession { .. });
            assert!(
                self.owed.iter().any(|(_, message)| is_end(message)),
                "it never ends"
            );
        }
        self.machine.view(self.now);
        assert!(self.machine.next_tick(self.now) <= Duration::from_secs(3600));
    }
}

/// Whether something that was owed may be owed no more: the relay or the DJ had a word on it.
fn may_be_done(input: &Input) -> bool {
    match input {
        Input::Command(command) => matches!(command, LiveCommand::GoLive(_) | LiveCommand::Answer(_)),
        Input::Link(_, LinkEvent::Heard(message)) => {
            matches!(**message, ToDj::Ack { .. } | ToDj::Error { .. })
        }
        Input::Link(_, LinkEvent::Closed { close_code, .. }) => close_code.is_some(),
        Input::Link(_, LinkEvent::Open | LinkEvent::Alive)
        | Input::HandedIn(..)
        | Input::ReadLate(_)
        | Input::Tick => false,
    }
}

fn acknowledged(input: &Input) -> Option<ActionId> {
    match input {
        Input::Link(_, LinkEvent::Heard(message)) => match **message {
            ToDj::Ack { id } => Some(id),
            _ => None,
        },
        _ => None,
    }
}

fn link_event(word: &str, number: u32) -> Option<LinkEvent> {
    match word {
        "open" => Some(LinkEvent::Open),
        "lost" => Some(LinkEvent::gone(FailKind::Closed)),
        "close" => Some(LinkEvent::Closed {
            kind: FailKind::Closed,
            close_code: u16::try_from(number).ok(),
            within_ms: Some(number),
        }),
        _ => None,
    }
}

fn command(word: &str, rest: &str, now: Now) -> Option<LiveCommand> {
    let number = rest.parse::<u32>().unwrap_or(0);
    let session = |is_test| {
        LiveCommand::GoLive(NewSession {
            name: "Friday".to_owned(),
            dj_name: "Ada".to_owned(),
            is_test,
            ..NewSession::default()
        })
    };
    Some(match word {
        "live" => session(false),
        "test" => session(true),
        "end" => LiveCommand::End,
        "song" | "was" => LiveCommand::Played {
            play: Box::new(song(number, now)),
            current: word == "song",
        },
        "remove" => LiveCommand::Remove(play_id(number)),
        "stop" => LiveCommand::Stopped { at_ms: now.wall_ms },
        "yes" => LiveCommand::Answer(LiveAnswer::GoOn),
        "no" => LiveCommand::Answer(LiveAnswer::End),
        "leave" => LiveCommand::Answer(LiveAnswer::Leave),
        "say" => LiveCommand::Announce {
            text: rest.to_owned(),
            seconds: Some(60),
        },
        "poll" => LiveCommand::StartPoll {
            question: rest.to_owned(),
            options: vec!["Faster".to_owned(), "Slower".to_owned()],
            closes: pika_protocol::feedback::PollCloses::After { seconds: 60 },
        },
        _ => return None,
    })
}

fn play_id(number: u32) -> Uuid {
    Uuid::from_u128(number.into())
}

fn song(number: u32, now: Now) -> NowPlaying {
    NowPlaying {
        play_id: play_id(number),
        track: None,
        title: format!("Song {number}"),
        artist: String::new(),
        values: Values::default(),
        started_at_ms: now.wall_ms,
        logged_at_ms: now.wall_ms,
        source: SourceKind::VirtualDj,
        matched_by: None,
        needs_analysis: false,
    }
}

fn machine(saved: Saved, now: Now) -> Machine {
    let me = Identity {
        device: DeviceId(Uuid::from_u128(7)),
        device_name: None,
    };
    Machine::new(me, Timings::default(), saved, now)
}

fn outcome(confirmed: u32, owed: usize) -> Outcome {
    match confirmed as usize {
        confirmed if confirmed >= owed => Outcome::Over,
        0 => Outcome::Unreached(FailKind::Unreachable),
        1 => Outcome::Refused(pika_protocol::ErrorCode::Unauthorized),
        _ => Outcome::Later(Duration::from_secs(1)),
    }
}

fn access_elsewhere(letter: char) -> RelayAccess {
    let address = RelayAddress::parse("https://elsewhere.example").expect("an address");
    let token = Token::parse(&format!("pk_dj_{}", letter.to_string().repeat(32))).expect("a token");
    RelayAccess::of_account(&address, &token).expect("encrypted")
}

fn access() -> RelayAccess {
    RelayAccess::of_this_program(([127, 0, 0, 1], 1).into(), "secret")
}
