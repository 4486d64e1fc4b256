//! The rules, with a clock turned by hand and a relay that says what the test wants.

use pika_protocol::{
    ErrorCode, PlayId, PollId, SessionCode, SessionId, ToDj, UnixMs,
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
        failure::FailKind,
    },
    nowplaying::SourceKind,
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
        self.ask(LiveCommand::Relay(access("secret")));
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

#[test]
fn a_session_begins_with_the_song_that_plays() {
    let mut desk = Desk::new();
    desk.play("before");
    desk.go_live();
    assert_eq!(desk.view().phase, LivePhase::Starting);
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(
        message,
        DjMessage::RegisterSession {
            resume: None,
            take_over: false,
            ..
        }
    ));
    assert_eq!(titles(&desk.acknowledge()), ["before"]);
    desk.play("next");
    assert_eq!(titles(&desk.acknowledge()), ["next"]);
    assert_eq!(desk.view().phase, LivePhase::OnAir);
    assert_eq!(desk.kind(), LinkKind::Connected);
    let session = desk.view().session.as_ref().unwrap();
    assert_eq!(session.address, "https://pika.example/live/K7QX");
    assert_eq!(desk.view().plays.len(), 2);
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn a_song_is_on_disk_before_it_is_sent() {
    let mut desk = Desk::live();
    desk.effects.clear();
    desk.play("song");
    let place = |wanted: fn(&Effect) -> bool| desk.effects.iter().position(wanted).unwrap();
    let kept = place(|effect| matches!(effect, Effect::Keep(Keep::Push(..))));
    let sent = place(|effect| matches!(effect, Effect::Say(_)));
    assert!(kept < sent);
}

#[test]
fn what_was_not_acknowledged_goes_out_again_in_order_on_the_same_session() {
    let mut desk = Desk::live();
    let a = desk.play("a");
    desk.acknowledge();
    desk.play("b");
    desk.lose();
    assert_eq!(desk.kind(), LinkKind::Reconnecting);
    let before = desk.said();
    desk.play("c");
    assert!(desk.said().is_empty(), "nothing is said to nobody");
    assert_eq!(desk.machine.outbox.waiting(), 2);
    desk.wait(Duration::from_secs(2));
    let message = desk.registered(state(vec![on_relay(a, "a")]));
    let DjMessage::RegisterSession { resume, .. } = message else {
        panic!()
    };
    assert_eq!(resume, Some(desk.session_id));
    let again = desk.acknowledge();
    assert_eq!(titles(&again), ["b", "c"]);
    assert_eq!(
        again[0].id(),
        before[0].id(),
        "the same id, so that it counts once"
    );
    assert_eq!(desk.view().plays.len(), 3);
}

#[test]
fn waits_grow_and_are_spread() {
    let mut desk = Desk::live();
    desk.lose();
    let mut waits = Vec::new();
    for _ in 0..6 {
        let began = desk.now.steady;
        while desk.opened().is_none() {
            desk.wait(Duration::from_millis(500));
        }
        waits.push((desk.now.steady - began).as_secs_f64());
        desk.link(LinkEvent::gone(FailKind::Unreachable));
    }
    for (wait, usual) in waits.iter().zip([1.0, 2.0, 4.0, 8.0, 15.0, 30.0]) {
        assert!((usual * 0.8..=usual * 1.2 + 0.5).contains(wait), "{waits:?}");
    }
    assert_eq!(desk.kind(), LinkKind::Offline);
}

#[test]
fn offline_songs_wait_with_their_times_and_polls_are_refused() {
    let mut desk = Desk::live();
    desk.lose();
    desk.wait(Duration::from_secs(60));
    desk.play("offline");
    let at = desk.now.wall_ms;
    desk.ask(LiveCommand::StartPoll {
        question: "More?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::Manual,
    });
    let notice = desk.view().notice.clone().unwrap();
    assert!(
        notice.is_trouble && notice.words.title.contains("no poll"),
        "{notice:?}"
    );
    desk.wait(Duration::from_secs(60));
    desk.registered(state(Vec::new()));
    let said = desk.acknowledge();
    let [DjMessage::NowPlaying { started_at, .. }] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(started_at.0, at);
    let notice = desk.view().notice.clone().unwrap();
    assert_eq!(notice.words, Words::new("Back online.", "1 track caught up."));
}

#[test]
fn a_poll_that_was_on_its_way_is_not_sent_later() {
    let mut desk = Desk::live();
    desk.ask(LiveCommand::Announce {
        text: "Workshop in ten minutes".into(),
        seconds: Some(60),
    });
    assert_eq!(desk.said().len(), 1);
    desk.lose();
    assert!(
        desk.view()
            .notice
            .as_ref()
            .unwrap()
            .words
            .title
            .contains("announcement")
    );
    desk.wait(Duration::from_secs(3));
    desk.registered(state(Vec::new()));
    assert!(desk.said().is_empty());
    assert!(desk.view().announcement.is_none());
}

#[test]
fn a_restart_goes_on_silently_within_five_minutes_and_asks_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut desk = Desk::new();
    desk.go_live();
    let kept = desk.kept();
    desk.registered(state(Vec::new()));
    let mut all = kept;
    all.extend(desk.kept());
    desk.effects.clear();
    desk.lose();
    let play = desk.play("kept");
    all.extend(desk.kept());
    let (session_id, alive) = (desk.session_id, desk.now.wall_ms);
    all.push(Keep::Alive(alive));
    let saved = desk.saved(&path, &all);
    assert!(saved.told.contains(&play));

    let mut soon = Desk::with(desk.saved(&path, &[Keep::Alive(EVENING - 4 * 60_000)]));
    soon.session_id = session_id;
    assert_eq!(soon.view().question, None);
    soon.ask(LiveCommand::Relay(access("secret")));
    let DjMessage::RegisterSession { resume, .. } = soon.registered(state(Vec::new())) else {
        panic!()
    };
    assert_eq!(resume, Some(session_id));
    assert_eq!(titles(&soon.acknowledge()), ["kept"]);

    let late = || Desk::with(desk.saved(&path, &[Keep::Alive(EVENING - 6 * 60_000)]));
    let mut asked = late();
    asked.ask(LiveCommand::Relay(access("secret")));
    assert!(matches!(&asked.view().question, Some(LiveQuestion::Resume { code, .. }) if code == "K7QX"));
    asked.wait(Duration::from_secs(60));
    assert!(asked.opened().is_none(), "nothing happens before the answer");
    asked.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    asked.registered(state(Vec::new()));
    assert_eq!(asked.view().phase, LivePhase::OnAir);

    let mut ended = late();
    ended.ask(LiveCommand::Relay(access("secret")));
    ended.ask(LiveCommand::Answer(LiveAnswer::End));
    ended.registered(state(Vec::new()));
    assert_eq!(titles(&ended.acknowledge()), ["kept", "end"]);
    assert_eq!(ended.view().phase, LivePhase::Ended);
}

#[test]
fn another_relay_than_the_sessions_own_is_left_alone() {
    let mut first = Desk::new();
    first.go_live();
    let folder = tempfile::tempdir().unwrap();
    let saved = first.saved(&folder.path().join("live.db"), &first.kept());
    let mut desk = Desk::with(saved);
    let elsewhere = RelayAddress::parse("https://elsewhere.example").unwrap();
    let token = Token::parse(&format!("pk_dj_{}", "a".repeat(32))).unwrap();
    desk.ask(LiveCommand::Relay(
        RelayAccess::of_account(&elsewhere, &token).unwrap(),
    ));
    desk.wait(Duration::from_secs(5));
    assert!(desk.opened().is_none());
}

#[test]
fn a_refused_token_waits_for_a_new_one() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.opened();
    desk.link(LinkEvent::Open);
    let id = desk.said()[0].id();
    desk.hear(refusal(id, ErrorCode::Unauthorized, None));
    assert_eq!(desk.kind(), LinkKind::Refused);
    assert_eq!(
        desk.view().link.problem.as_ref().unwrap().title,
        "Token not accepted."
    );
    desk.wait(Duration::from_secs(120));
    assert!(desk.opened().is_none(), "the same token is not tried again");
    desk.ask(LiveCommand::Relay(access("new secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(desk.kind(), LinkKind::Connected);
    // Revoked in the middle of the night: songs are kept.
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(ErrorCode::Unauthorized.number()),
        within_ms: None,
    });
    assert_eq!(desk.kind(), LinkKind::Refused);
    desk.play("kept");
    desk.ask(LiveCommand::Relay(access("third secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["kept"]);
}

#[test]
fn a_session_on_another_computer_is_taken_over_only_after_a_question() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.opened();
    desk.link(LinkEvent::Open);
    let there = SessionId::random();
    let already_live = |desk: &mut Desk| {
        let said = desk.said();
        desk.hear(ToDj::Error {
            id: said[0].id(),
            code: ErrorCode::AlreadyLive,
            message: "live already".into(),
            retry_after_secs: None,
            live: Some(elsewhere(there)),
        });
        said[0].clone()
    };
    already_live(&mut desk);
    // Is it this installation's own? Only then the relay lets it resume without taking over.
    assert_eq!(desk.view().question, None);
    desk.opened().expect("it is asked");
    desk.link(LinkEvent::Open);
    let proof = already_live(&mut desk);
    assert!(
        matches!(proof, DjMessage::RegisterSession { resume, take_over: false, .. } if resume == Some(there)),
        "{proof:?}"
    );
    let Some(LiveQuestion::TakeOver {
        device_name, online, ..
    }) = &desk.view().question
    else {
        panic!()
    };
    assert_eq!((device_name.as_str(), *online), ("Booth laptop", true));
    desk.wait(Duration::from_secs(30));
    assert!(desk.opened().is_none());
    desk.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    let DjMessage::RegisterSession {
        resume, take_over, ..
    } = desk.registered(state(Vec::new()))
    else {
        panic!()
    };
    assert_eq!((resume, take_over), (Some(there), true));
    // Later that computer takes it back: no fight over it.
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(ErrorCode::TakenOver.number()),
        within_ms: None,
    });
    assert!(matches!(
        desk.view().question,
        Some(LiveQuestion::TakeOver { .. })
    ));
    desk.wait(Duration::from_secs(60));
    assert!(desk.opened().is_none());
    desk.ask(LiveCommand::Answer(LiveAnswer::Leave));
    assert_eq!(desk.view().phase, LivePhase::Off);
}

fn elsewhere(session_id: SessionId) -> LiveElsewhere {
    LiveElsewhere {
        session_id,
        code: SessionCode::parse("AB2Z").unwrap(),
        name: "Main room".into(),
        device_name: Some("Booth laptop".into()),
        started_at: UnixMs(EVENING - 60_000),
        online: true,
    }
}

#[test]
fn a_session_whose_note_was_lost_goes_on_at_the_same_computer_without_a_question() {
    let mut desk = Desk::new();
    desk.go_live();
    for is_over in [false, true] {
        desk.opened();
        desk.link(LinkEvent::Open);
        let id = desk.said()[0].id();
        desk.hear(ToDj::Error {
            id,
            code: ErrorCode::AlreadyLive,
            message: "live already".into(),
            retry_after_secs: None,
            live: Some(elsewhere(desk.session_id)),
        });
        if !is_over {
            // It ended while it was asked about: the new one begins.
            desk.opened();
            desk.link(LinkEvent::Open);
            let id = desk.said()[0].id();
            desk.hear(ToDj::Error {
                id,
                code: ErrorCode::SessionEnded,
                message: "over".into(),
                retry_after_secs: None,
                live: None,
            });
        }
    }
    let message = desk.registered(state(vec![on_relay(Uuid::from_u128(1), "before")]));
    let DjMessage::RegisterSession {
        resume, take_over, ..
    } = message
    else {
        panic!()
    };
    assert_eq!((resume, take_over), (Some(desk.session_id), false));
    assert_eq!(desk.view().question, None);
    assert_eq!(desk.view().phase, LivePhase::OnAir);
    assert_eq!(desk.view().plays.len(), 1);
}

#[test]
fn the_big_screen_has_its_key_and_nobody_else() {
    let mut desk = Desk::live();
    let session = desk.view().session.clone().unwrap();
    assert_eq!(
        session.screen_address(),
        format!("https://pika.example/live/K7QX/screen#key={SCREEN_KEY}")
    );
    for shown in [
        format!("{session:?}"),
        format!("{:?}", desk.view()),
        format!("{:?}", desk.kept()),
    ] {
        assert!(!shown.contains(SCREEN_KEY), "{shown}");
    }
    // A relay without such keys: whoever opens the screen has the PIN.
    let mut old = session.clone();
    old.screen_key = None;
    assert_eq!(old.screen_address(), "https://pika.example/live/K7QX/screen");
    old.pin = Some("4711".into());
    assert_eq!(
        old.screen_address(),
        "https://pika.example/live/K7QX/screen#pin=4711"
    );
    old.address.clear();
    assert_eq!(old.screen_address(), "");
    // It stays over a lost connection.
    desk.lose();
    desk.wait(Duration::from_secs(2));
    assert_eq!(
        desk.view().session.as_ref().unwrap().screen_key,
        session.screen_key
    );
}

#[test]
fn dancers_find_this_computers_relay_by_its_address_in_the_network() {
    let mut desk = Desk::new();
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:3001".into()));
    desk.go_live();
    desk.registered(state(Vec::new()));
    let address = |desk: &Desk| desk.view().session.as_ref().unwrap().address.clone();
    assert_eq!(address(&desk), "http://192.168.1.5:3001/live/K7QX");
    let notices = |desk: &Desk| desk.view().notice.as_ref().map_or(0, |notice| notice.number);
    let before = notices(&desk);
    desk.ask(LiveCommand::LocalAddress("http://192.168.1.5:3001".into()));
    assert_eq!(notices(&desk), before, "nothing moved");
    // Another Wi-Fi in the middle of the night.
    desk.ask(LiveCommand::LocalAddress("http://10.0.0.7:3001".into()));
    assert_eq!(address(&desk), "http://10.0.0.7:3001/live/K7QX");
    assert!(
        desk.kept()
            .iter()
            .any(|kept| matches!(kept, Keep::Session(session) if session.address.contains("10.0.0.7")))
    );
    assert_eq!(notices(&desk), before + 1);
    // And it stays over a lost connection.
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.registered(state(Vec::new()));
    assert_eq!(address(&desk), "http://10.0.0.7:3001/live/K7QX");
}

#[test]
fn a_song_by_hand_is_timed_until_the_relay_has_it() {
    let mut desk = Desk::live();
    desk.play("from the DJ program");
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, None);
    let mut play = song("by hand", desk.now.wall_ms - 40);
    play.source = SourceKind::Hand;
    desk.ask(LiveCommand::Played {
        play: Box::new(play.clone()),
        current: true,
    });
    desk.now.wall_ms += 500;
    assert_eq!(desk.view().link.song_delay_ms, None, "on its way");
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, Some(540));
    // Better known later: that is no song of its own.
    play.title = "By hand".into();
    desk.now.wall_ms += 5_000;
    desk.ask(LiveCommand::Played {
        play: Box::new(play),
        current: true,
    });
    desk.acknowledge();
    assert_eq!(desk.view().link.song_delay_ms, Some(540));
}

#[test]
fn a_test_that_was_cut_short_is_ended_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::new();
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.ask(LiveCommand::GoLive(NewSession {
        name: "A test".into(),
        is_test: true,
        ..NewSession::default()
    }));
    let mut kept = desk.kept();
    let never_heard_of = desk.saved(&folder.path().join("first.db"), &kept);
    desk.registered(state(Vec::new()));
    assert!(desk.view().is_test());
    kept.extend(desk.kept());
    let saved = desk.saved(&folder.path().join("second.db"), &kept);

    let mut desk = Desk::with(saved);
    assert_eq!(desk.view().phase, LivePhase::Ending);
    desk.ask(LiveCommand::Relay(access("secret")));
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["end"]);
    assert_eq!(desk.view().phase, LivePhase::Ended);

    let desk = Desk::with(never_heard_of);
    assert_eq!((desk.view().phase, &desk.view().session), (LivePhase::Off, &None));
}

#[test]
fn the_song_that_is_on_when_a_session_begins_belongs_to_it() {
    let mut desk = Desk::new();
    desk.now.wall_ms -= 90_000;
    let on = desk.play("on already");
    desk.now.wall_ms += 90_000;
    desk.go_live();
    desk.registered(state(Vec::new()));
    desk.now.wall_ms += 60_000;
    desk.play("next");
    assert_eq!(desk.view().plays.len(), 2);
    assert_eq!(desk.view().early_plays(), [on]);
    desk.acknowledge();
    desk.ask(LiveCommand::End);
    desk.acknowledge();
    assert_eq!(desk.view().ended_at_ms, Some(desk.now.wall_ms));
}

#[test]
fn where_websockets_are_blocked_plain_requests_take_over_for_a_while() {
    let mut desk = Desk::new();
    desk.go_live();
    assert_eq!(desk.opened().unwrap().1, Way::Socket);
    desk.link(LinkEvent::gone(FailKind::Blocked));
    desk.wait(Duration::from_millis(500));
    let number = desk.machine.last_number;
    desk.effects.push(Effect::Open {
        number,
        way: desk.machine.conn.way(),
        access: access("x"),
    });
    desk.registered(state(Vec::new()));
    assert!(desk.view().link.slow_way);
    assert_eq!(desk.machine.conn.way(), Way::Post);
    desk.wait(Duration::from_secs(301));
    assert_eq!(
        desk.opened().unwrap().1,
        Way::Socket,
        "the better way is tried again"
    );
}

#[test]
fn a_draining_relay_is_come_back_to_within_its_spread() {
    let mut desk = Desk::live();
    desk.link(LinkEvent::Closed {
        kind: FailKind::Closed,
        close_code: Some(1012),
        within_ms: Some(20_000),
    });
    assert_eq!(
        desk.view().link.problem.as_ref().unwrap().title,
        "Pika! server is restarting."
    );
    let wait = desk.machine.next_try.unwrap() - desk.now.steady;
    assert!(wait <= Duration::from_secs(20));
    assert_eq!(desk.machine.backoff.failures(), 0, "a restart is no failure");
}

#[test]
fn a_pause_is_kept_and_nothing_overtakes() {
    let mut desk = Desk::live();
    let play = desk.play("a");
    let mut better = song("a, better known", desk.now.wall_ms);
    better.play_id = play;
    desk.ask(LiveCommand::Played {
        play: Box::new(better),
        current: true,
    });
    let said = desk.said();
    assert_eq!(titles(&said), ["a", "=a, better known"]);
    desk.hear(refusal(said[0].id(), ErrorCode::RateLimited, Some(3)));
    // The correction came through first: there was no such play yet. It is not lost.
    desk.hear(refusal(said[1].id(), ErrorCode::UnknownPlay, None));
    desk.wait(Duration::from_millis(500));
    assert!(desk.said().is_empty());
    desk.wait(Duration::from_secs(3));
    assert_eq!(titles(&desk.acknowledge()), ["a", "=a, better known"]);
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn what_is_refused_for_good_is_said_and_the_rest_goes_on() {
    let mut desk = Desk::live();
    desk.play("a");
    desk.play("b");
    let said = desk.said();
    desk.hear(refusal(said[0].id(), ErrorCode::Invalid, None));
    assert!(desk.view().notice.as_ref().unwrap().is_trouble);
    desk.hear(ToDj::Ack {
        id: said[1].id().unwrap(),
    });
    assert!(desk.machine.outbox.is_empty());
}

#[test]
fn times_are_put_on_the_relays_clock() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.opened();
    desk.link(LinkEvent::Open);
    let message = desk.said().remove(0);
    let mut there = state(Vec::new());
    there.started_at = UnixMs(EVENING + 840_000);
    desk.hear(ToDj::SessionRegistered {
        id: message.id().unwrap(),
        protocol_version: 1,
        server_version: "test".into(),
        session_id: desk.session_id,
        code: SessionCode::parse("K7QX").unwrap(),
        public_url: "x".into(),
        screen_key: None,
        resumed: false,
        relay_time: UnixMs(desk.now.wall_ms + 840_000),
        state: Box::new(there),
    });
    assert_eq!(desk.view().clock_ahead_ms, -840_000);
    assert!(
        desk.view()
            .notice
            .as_ref()
            .unwrap()
            .words
            .title
            .contains("14 min off")
    );
    desk.play("a");
    let at = desk.now.wall_ms;
    let said = desk.said();
    let [DjMessage::NowPlaying { started_at, .. }] = &said[..] else {
        panic!()
    };
    assert_eq!(started_at.0, at + 840_000);
    // A second more or less is the way of the message, not of the clock.
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms + 841_000),
    });
    assert_eq!(desk.view().clock_ahead_ms, -840_000);
}

#[test]
fn a_relay_that_says_nothing_is_asked_and_then_left() {
    let mut desk = Desk::live();
    desk.wait(Duration::from_secs(16));
    assert_eq!(desk.said(), [DjMessage::Ping {}]);
    desk.wait(Duration::from_secs(2));
    assert_eq!(desk.kind(), LinkKind::Slow);
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms),
    });
    assert_eq!(desk.kind(), LinkKind::Slow, "it took too long");
    desk.wait(Duration::from_secs(15));
    desk.hear(ToDj::Pong {
        relay_time: UnixMs(desk.now.wall_ms),
    });
    assert_eq!(desk.kind(), LinkKind::Connected);
    desk.said();
    desk.wait(Duration::from_secs(30));
    assert!(matches!(
        desk.kind(),
        LinkKind::Reconnecting | LinkKind::Offline | LinkKind::Connecting
    ));
}

#[test]
fn after_a_long_sleep_the_dj_is_asked_and_a_clock_that_is_set_is_nothing() {
    let mut set = Desk::live();
    set.now.wall_ms += 3_600_000;
    set.wait(Duration::from_secs(1));
    assert_eq!(
        set.said(),
        [DjMessage::Ping {}],
        "asking tells one from the other"
    );
    set.hear(ToDj::Pong {
        relay_time: UnixMs(set.now.wall_ms),
    });
    set.lose();
    assert_eq!(set.view().question, None);

    let mut slept = Desk::live();
    slept.now.wall_ms += 3_600_000;
    slept.wait(Duration::from_secs(1));
    slept.lose();
    assert!(matches!(slept.view().question, Some(LiveQuestion::Resume { .. })));
    slept.ask(LiveCommand::Answer(LiveAnswer::GoOn));
    slept.registered(state(Vec::new()));
    assert_eq!(slept.view().phase, LivePhase::OnAir);

    let mut dozed = Desk::live();
    dozed.now.wall_ms += 120_000;
    dozed.wait(Duration::from_secs(1));
    dozed.lose();
    assert_eq!(dozed.view().question, None, "two minutes go on silently");
}

#[test]
fn what_the_floor_answers_is_shown_and_logged() {
    let mut desk = Desk::live();
    let play = desk.play("a");
    desk.acknowledge();
    desk.hear(ToDj::Counts {
        listeners: 12,
        thanks: 2,
        plays: vec![PlayCounts {
            play_id: PlayId(play),
            likes: 5,
            faster: 1,
            perfect: 3,
            slower: 0,
        }],
    });
    desk.hear(ToDj::Feedback {
        play_id: Some(PlayId(play)),
        likes: 5,
        faster: 1,
        perfect: 3,
        slower: 0,
        thanks: 2,
    });
    let view = desk.view();
    assert_eq!(
        (view.crowd.listeners, view.crowd.thanks, view.likes()),
        (12, 2, 5)
    );
    assert_eq!(view.crowd.likes_by_minute, [5]);
    desk.effects.clear();
    desk.wait(Duration::from_secs(61));
    assert_eq!(desk.view().crowd.likes_by_minute.last(), Some(&0));
    let logged: Vec<_> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Answers(answers) => Some(answers.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(logged.len(), 1, "once, not each time");
    assert_eq!((logged[0][0].play_id, logged[0][0].likes), (play, 5));
}

#[test]
fn hearts_given_while_the_program_was_dead_are_logged_at_its_return() {
    let mut desk = Desk::live();
    let play = Uuid::new_v4();
    let mut told = state(vec![Play {
        likes: 3,
        ..on_relay(play, "from before")
    }]);
    told.counts = vec![PlayCounts {
        play_id: PlayId(play),
        likes: 3,
        faster: 0,
        perfect: 0,
        slower: 0,
    }];
    desk.lose();
    desk.effects.clear();
    desk.wait(Duration::from_secs(3));
    desk.registered(told);
    assert_eq!(desk.view().likes(), 3);
    desk.wait(Duration::from_secs(10));
    let logged: Vec<_> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Answers(answers) => Some(answers[0]),
            _ => None,
        })
        .collect();
    assert_eq!(logged.len(), 1);
    assert_eq!((logged[0].play_id, logged[0].likes), (play, 3));
}

#[test]
fn a_poll_lives_from_its_acknowledgement_to_its_last_result() {
    let mut desk = Desk::live();
    desk.ask(LiveCommand::StartPoll {
        question: "More blues?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::After { seconds: 60 },
    });
    assert_eq!(desk.view().poll, None);
    let said = desk.acknowledge();
    let DjMessage::StartPoll { poll_id, .. } = said[0] else {
        panic!()
    };
    desk.hear(results(poll_id, vec![3, 1], true));
    assert_eq!(desk.view().poll.as_ref().unwrap().votes, [3, 1]);
    desk.ask(LiveCommand::StartPoll {
        question: "Another?".into(),
        options: vec!["Yes".into(), "No".into()],
        closes: PollCloses::Manual,
    });
    assert!(desk.said().is_empty(), "one poll at a time");
    desk.hear(results(poll_id, vec![4, 1], false));
    assert_eq!(desk.view().poll, None);
    assert_eq!(desk.view().last_poll.as_ref().unwrap().votes, [4, 1]);
}

fn results(poll_id: PollId, votes: Vec<u32>, open: bool) -> ToDj {
    ToDj::PollResults {
        poll_id,
        votes,
        open,
        closes_at: None,
    }
}

#[test]
fn a_session_that_the_relay_lost_begins_again_with_the_whole_night() {
    let mut desk = Desk::live();
    desk.play("a");
    desk.acknowledge();
    desk.play("b");
    desk.acknowledge();
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.opened().unwrap();
    desk.link(LinkEvent::Open);
    let id = desk.said()[0].id();
    desk.hear(refusal(id, ErrorCode::UnknownSession, None));
    desk.session_id = SessionId::random();
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(message, DjMessage::RegisterSession { resume: None, .. }));
    assert_eq!(titles(&desk.acknowledge()), ["a", "b"]);
}

#[test]
fn a_session_can_be_prepared_and_given_up_without_a_relay() {
    let mut desk = Desk::new();
    desk.go_live();
    desk.link(LinkEvent::gone(FailKind::Unreachable));
    desk.wait(Duration::from_secs(20));
    assert_eq!(desk.view().phase, LivePhase::Starting);
    assert_eq!(desk.kind(), LinkKind::Offline);
    desk.ask(LiveCommand::End);
    assert_eq!(desk.view().phase, LivePhase::Off);
}

#[test]
fn an_end_without_connection_is_sent_as_soon_as_there_is_one() {
    let mut desk = Desk::live();
    desk.lose();
    desk.play("last");
    desk.ask(LiveCommand::End);
    assert_eq!(desk.view().phase, LivePhase::Ending);
    desk.play("after the end");
    desk.registered(state(Vec::new()));
    assert_eq!(titles(&desk.acknowledge()), ["last", "end"]);
    assert_eq!(desk.view().phase, LivePhase::Ended);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ended(_)))
    );
    // The next session is a new one.
    desk.ask(LiveCommand::GoLive(NewSession {
        name: "Saturday".into(),
        dj_name: String::new(),
        listed: true,
        pin: None,
        ..NewSession::default()
    }));
    let message = desk.registered(state(Vec::new()));
    assert!(matches!(message, DjMessage::RegisterSession { resume: None, .. }));
}

#[test]
fn a_removed_play_is_gone_even_when_the_relay_still_knows_it() {
    let mut desk = Desk::live();
    let (a, b) = (desk.play("a"), desk.play("b"));
    desk.acknowledge();
    desk.lose();
    desk.ask(LiveCommand::Remove(b));
    desk.wait(Duration::from_secs(2));
    desk.registered(state(vec![on_relay(a, "a"), on_relay(b, "b")]));
    assert_eq!(
        desk.view()
            .plays
            .iter()
            .map(|play| play.play_id)
            .collect::<Vec<_>>(),
        [a]
    );
    assert_eq!(titles(&desk.acknowledge()), ["-"]);
}

#[test]
fn words_of_an_older_connection_are_not_heard() {
    let mut desk = Desk::live();
    let old = desk.machine.last_number;
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.registered(state(Vec::new()));
    desk.take(Input::Link(old, LinkEvent::gone(FailKind::Closed)));
    assert_eq!(desk.kind(), LinkKind::Connected);
}

#[test]
fn songs_of_before_are_told_with_their_times_and_never_look_as_if_they_played() {
    let mut desk = Desk::live();
    let past = |desk: &mut Desk, title: &str, at: i64| {
        let mut play = song(title, at);
        play.values.duration_s = Some(3.0);
        desk.ask(LiveCommand::Played {
            play: Box::new(play),
            current: false,
        });
    };
    past(&mut desk, "before the session", EVENING - 1);
    assert!(desk.said().is_empty());
    desk.wait(Duration::from_secs(10));
    past(&mut desk, "missed", EVENING + 1_000);
    let said = desk.acknowledge();
    assert!(matches!(
        &said[..],
        [DjMessage::NowPlaying { started_at, .. }, DjMessage::TrackStopped { stopped_at, .. }]
            if started_at.0 == EVENING + 1_000 && stopped_at.0 == EVENING + 4_000
    ));
    desk.play("now");
    desk.acknowledge();
    let known: Vec<_> = desk.machine.told.iter().copied().collect();
    let plays = known.into_iter().map(|play_id| NowPlaying {
        play_id,
        ..song("known", EVENING + 5)
    });
    let all = plays.chain([song("missed, too", EVENING + 2_000)]).collect();
    desk.ask(LiveCommand::CatchUp(all));
    assert_eq!(titles(&desk.acknowledge()), ["missed, too"]);
    assert_eq!(desk.view().plays.len(), 3);
}
