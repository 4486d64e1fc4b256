//! The rules, with a clock turned by hand and a relay that says what the test wants.

mod aside;
mod clocks;
mod connection;
mod floor;
mod resume;
mod session;

use pika_protocol::{
    DeviceId, ErrorCode, PlayId, PollId, SessionCode, SessionId, ToDj, UnixMs,
    dj::DjState,
    feedback::{PlayCounts, PollCloses},
    session::Play,
};
use uuid::Uuid;

use super::*;
use crate::{
    library::Values,
    live::{
        command::{LiveAnswer, NewSession},
        hand_in::Outcome,
        state::{LivePhase, LiveQuestion},
    },
    nowplaying::SourceKind,
    reach::FailKind,
    relay_access::{RelayAddress, Token},
};

const EVENING: i64 = 1_790_000_000_000;
const SCREEN_KEY: &str = "c2NyZWVuIGtleSBoZXJlIQ";

struct Desk {
    machine: Machine,
    now: Now,
    /// Everything that was to be done and not looked at yet.
    effects: Vec<Effect>,
    session_id: SessionId,
}

impl Desk {
    fn new() -> Self {
        Self::with(Saved::default())
    }

    fn with(saved: Saved) -> Self {
        let now = Now {
            wall_ms: EVENING,
            steady: Duration::from_secs(100),
        };
        let me = Identity {
            device: DeviceId::random(),
            device_name: Some("Laptop".into()),
        };
        Self {
            machine: Machine::new(me, Timings::default(), saved, now),
            now,
            effects: Vec::new(),
            session_id: SessionId::random(),
        }
    }

    fn take(&mut self, input: Input) {
        let effects = self.machine.take(input, self.now);
        self.effects.extend(effects);
    }

    fn ask(&mut self, command: LiveCommand) {
        self.take(Input::Command(command));
    }

    /// Lets time pass, half a second at a time.
    fn wait(&mut self, duration: Duration) {
        let step = Duration::from_millis(500);
        for _ in 0..duration.as_millis() / 500 {
            self.now.wall_ms += 500;
            self.now.steady += step;
            self.take(Input::Tick);
        }
    }

    /// The connection that was opened last, if that is not known yet.
    fn opened(&mut self) -> Option<(u64, Way)> {
        let at = self
            .effects
            .iter()
            .rposition(|effect| matches!(effect, Effect::Open { .. }))?;
        let Effect::Open { number, way, .. } = self.effects.drain(..=at).next_back()? else {
            return None;
        };
        Some((number, way))
    }

    fn said(&mut self) -> Vec<DjMessage> {
        let (said, rest) = self
            .effects
            .drain(..)
            .partition(|effect| matches!(effect, Effect::Say(_)));
        self.effects = rest;
        let said: Vec<Effect> = said;
        said.into_iter()
            .filter_map(|effect| match effect {
                Effect::Say(message) => Some(message),
                _ => None,
            })
            .collect()
    }

    fn link(&mut self, event: LinkEvent) {
        let number = self.machine.last_number;
        self.take(Input::Link(number, event));
    }

    fn hear(&mut self, message: ToDj) {
        self.link(LinkEvent::Heard(Box::new(message)));
    }

    fn go_live(&mut self) {
        self.go_live_on(access("secret"));
    }

    fn go_live_on(&mut self, access: RelayAccess) {
        self.ask(LiveCommand::Relay(access));
        self.ask(LiveCommand::GoLive(NewSession {
            name: "Friday".into(),
            dj_name: "Ada".into(),
            listed: true,
            pin: None,
            ..NewSession::default()
        }));
    }

    /// Opens and registers whatever connection is being made; the registration.
    fn registered(&mut self, state: DjState) -> DjMessage {
        self.opened().expect("a connection is made");
        self.link(LinkEvent::Open);
        let [message] = &self.said()[..] else {
            panic!("one message begins it")
        };
        let message = message.clone();
        let registered = ToDj::SessionRegistered {
            id: message.id().unwrap(),
            protocol_version: 1,
            server_version: "test".into(),
            session_id: self.session_id,
            code: SessionCode::parse("K7QX").unwrap(),
            public_url: "https://pika.example/live/K7QX".into(),
            screen_key: Some(SCREEN_KEY.into()),
            resumed: false,
            relay_time: UnixMs(self.now.wall_ms),
            state: Box::new(state),
        };
        self.hear(registered);
        message
    }

    fn live() -> Self {
        let mut desk = Self::new();
        desk.go_live();
        desk.registered(state(Vec::new()));
        desk.said();
        desk
    }

    /// A session that has just begun, and what is kept of it.
    fn begun() -> (Self, Vec<Keep>) {
        let mut desk = Self::new();
        desk.go_live();
        let mut kept = desk.kept();
        desk.registered(state(Vec::new()));
        kept.extend(desk.kept());
        (desk, kept)
    }

    fn lose(&mut self) {
        self.link(LinkEvent::gone(FailKind::Closed));
    }

    fn play(&mut self, title: &str) -> PlayUuid {
        let play = song(title, self.now.wall_ms);
        let id = play.play_id;
        self.ask(LiveCommand::Played {
            play: Box::new(play),
            current: true,
        });
        id
    }

    /// Acknowledges everything that was said; what it was.
    fn acknowledge(&mut self) -> Vec<DjMessage> {
        let mut all = Vec::new();
        loop {
            let said = self.said();
            if said.is_empty() {
                return all;
            }
            for id in said.iter().filter_map(DjMessage::id) {
                self.hear(ToDj::Ack { id });
            }
            all.extend(said);
        }
    }

    /// Lets what is being handed in come to this; what was to be handed in.
    #[track_caller]
    fn handed_in(&mut self, outcome: Outcome) -> Vec<DjMessage> {
        self.handed_in_as(outcome, outcome == Outcome::Over)
    }

    /// A hand-in is over, and nothing was taken.
    fn handed_in_without(&mut self, outcome: Outcome) {
        self.handed_in_as(outcome, false);
    }

    fn handed_in_as(&mut self, outcome: Outcome, is_taken: bool) -> Vec<DjMessage> {
        let is_hand_in = |effect: &Effect| matches!(effect, Effect::HandIn { .. });
        let at = self.effects.iter().position(is_hand_in);
        let Effect::HandIn { access, saved } = self.effects.remove(at.expect("something is handed in"))
        else {
            unreachable!()
        };
        let confirmed = match is_taken {
            true => saved.owed.iter().filter_map(DjMessage::id).collect(),
            false => Vec::new(),
        };
        let handed = HandedIn {
            confirmed,
            session_id: saved.session.session_id,
            outcome,
        };
        self.take(Input::HandedIn(saved.number, Box::new(access), Box::new(handed)));
        saved.owed
    }

    fn view(&self) -> &LiveState {
        &self.machine.view
    }

    fn kind(&self) -> LinkKind {
        self.view().link.kind
    }

    /// What is on disk after everything that happened, as another start finds it.
    fn saved(&self, path: &std::path::Path, kept: &[Keep]) -> Saved {
        let mut store = crate::live::store::LiveStore::open(path).unwrap();
        for change in kept {
            store.keep(change).unwrap();
        }
        store.load().unwrap()
    }

    fn kept(&self) -> Vec<Keep> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Keep(change) => Some(change.clone()),
                _ => None,
            })
            .collect()
    }
}

fn access(token: &str) -> RelayAccess {
    RelayAccess::of_this_program(([127, 0, 0, 1], 1).into(), token)
}

/// A relay on the internet.
fn far(host: &str) -> RelayAccess {
    let address = RelayAddress::parse(host).unwrap();
    let token = Token::parse(&format!("pk_dj_{}", "a".repeat(32))).unwrap();
    RelayAccess::of_account(&address, &token).unwrap()
}

fn state(plays: Vec<Play>) -> DjState {
    DjState {
        name: "Friday".into(),
        dj_name: "Ada".into(),
        listed: true,
        pin: None,
        started_at: UnixMs(EVENING),
        playing: None,
        counts: Vec::new(),
        thanks: 0,
        listeners: 0,
        poll: None,
        announcement: None,
        plays,
    }
}

fn on_relay(id: PlayUuid, title: &str) -> Play {
    Play {
        play_id: PlayId(id),
        track: Track {
            title: title.into(),
            ..Track::default()
        },
        started_at: UnixMs(EVENING),
        stopped_at: None,
        likes: 0,
    }
}

fn song(title: &str, started_at_ms: i64) -> NowPlaying {
    NowPlaying {
        play_id: Uuid::new_v4(),
        track: None,
        title: title.into(),
        artist: String::new(),
        values: Values::default(),
        started_at_ms,
        logged_at_ms: started_at_ms,
        source: SourceKind::VirtualDj,
        matched_by: None,
        needs_analysis: false,
    }
}

fn titles(messages: &[DjMessage]) -> Vec<String> {
    messages
        .iter()
        .map(|message| match message {
            DjMessage::NowPlaying { track, .. } => track.title.clone(),
            DjMessage::CorrectPlay {
                track: Some(track), ..
            } => format!("={}", track.title),
            DjMessage::RemovePlay { .. } => "-".into(),
            DjMessage::EndSession { .. } => "end".into(),
            other => format!("{other:?}"),
        })
        .collect()
}

fn refusal(id: Option<ActionId>, code: ErrorCode, retry_after_secs: Option<u32>) -> ToDj {
    ToDj::Error {
        id,
        code,
        message: "no".into(),
        retry_after_secs,
        live: None,
    }
}
