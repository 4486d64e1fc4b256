//! A DJ's program.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant, SystemTime},
};

use pika_protocol::{
    ActionId, DeviceId, DjMessage, ErrorCode, PROTOCOL_VERSION, PlayId, PollId, SessionCode, SessionId, ToDj,
    Track, UnixMs,
    dj::DjState,
    feedback::PollCloses,
    rest::{DjAnswers, DjBatch},
};

use super::{
    PATIENCE,
    http::request,
    relay::{KEY, TestRelay},
    socket::Socket,
};

/// How a DJ's program reaches the relay.
enum Channel {
    Socket(Box<Socket>),
    Post,
}

pub(crate) struct Dj {
    address: SocketAddr,
    channel: Channel,
    token: String,
    pub(crate) device_id: DeviceId,
    pub(crate) session_id: SessionId,
    pub(crate) code: SessionCode,
    pub(crate) state: DjState,
    pub(crate) resumed: bool,
    /// Opens the PIN to the big screen.
    pub(crate) screen_key: String,
    waiting: VecDeque<ToDj>,
}

/// What a registration says beside the usual.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) id: ActionId,
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) pin: Option<String>,
    pub(crate) listed: bool,
    pub(crate) device_id: DeviceId,
    pub(crate) resume: Option<SessionId>,
    pub(crate) take_over: bool,
    pub(crate) by_post: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            id: ActionId::random(),
            token: KEY.to_owned(),
            name: "Friday social".to_owned(),
            pin: None,
            listed: true,
            device_id: DeviceId::random(),
            resume: None,
            take_over: false,
            by_post: false,
        }
    }
}

impl Dj {
    /// Goes live over WebSocket.
    pub(crate) fn live(relay: &TestRelay) -> Self {
        Self::register(relay, Wish::default()).unwrap()
    }

    /// Goes live with a PIN.
    pub(crate) fn live_with_pin(relay: &TestRelay, pin: &str) -> Self {
        Self::register(
            relay,
            Wish {
                pin: Some(pin.to_owned()),
                ..Wish::default()
            },
        )
        .unwrap()
    }

    pub(crate) fn register(relay: &TestRelay, wish: Wish) -> Result<Self, ErrorCode> {
        let message = DjMessage::RegisterSession {
            id: wish.id,
            protocol_version: PROTOCOL_VERSION,
            client_version: Some("test".to_owned()),
            token: (!wish.by_post).then(|| wish.token.clone()),
            name: wish.name,
            dj_name: Some("Ada".to_owned()),
            listed: wish.listed,
            pin: wish.pin,
            device_id: wish.device_id,
            device_name: Some("Laptop".to_owned()),
            resume: wish.resume,
            take_over: wish.take_over,
        };
        let (channel, answer) = if wish.by_post {
            let bearer = format!("Bearer {}", wish.token);
            let body = serde_json::to_string(&message).unwrap();
            let headers = [("authorization", bearer.as_str())];
            let response = request(relay.address, "POST", "/api/dj/sessions", &headers, Some(&body));
            (Channel::Post, response.json())
        } else {
            let mut socket = Socket::open(relay.address, "/ws/dj");
            socket.send(&message);
            let answer = socket.next();
            (Channel::Socket(Box::new(socket)), answer)
        };
        match answer {
            ToDj::SessionRegistered {
                id,
                session_id,
                code,
                state,
                resumed,
                public_url,
                screen_key,
                ..
            } => {
                assert_eq!(id, wish.id);
                assert!(public_url.ends_with(&format!("/live/{code}")), "{public_url}");
                Ok(Self {
                    address: relay.address,
                    channel,
                    token: wish.token,
                    device_id: wish.device_id,
                    session_id,
                    code,
                    state: *state,
                    resumed,
                    screen_key: screen_key.expect("every relay gives one"),
                    waiting: VecDeque::new(),
                })
            }
            ToDj::Error { code, .. } => Err(code),
            other => panic!("{other:?}"),
        }
    }

    /// The same program on the same session, after a break.
    pub(crate) fn again(&self, relay: &TestRelay) -> Result<Self, ErrorCode> {
        let by_post = matches!(self.channel, Channel::Post);
        let (token, device_id, resume) = (self.token.clone(), self.device_id, Some(self.session_id));
        Self::register(
            relay,
            Wish {
                token,
                device_id,
                resume,
                by_post,
                ..Wish::default()
            },
        )
    }

    /// Sends and waits for the ACK.
    pub(crate) fn say(&mut self, message: DjMessage) -> Result<(), ErrorCode> {
        let id = message.id();
        self.send(message);
        let answered = |answer: &ToDj| match answer {
            ToDj::Ack { id: acked } => Some(*acked) == id,
            ToDj::Error { id: refused, .. } => *refused == id,
            _ => false,
        };
        match self.expect("an answer", answered) {
            ToDj::Error { code, .. } => Err(code),
            _ => Ok(()),
        }
    }

    pub(crate) fn send(&mut self, message: DjMessage) {
        match &mut self.channel {
            Channel::Socket(socket) => socket.send(&message),
            Channel::Post => self.post(vec![message]),
        }
    }

    fn post(&mut self, messages: Vec<DjMessage>) {
        let body = serde_json::to_string(&DjBatch {
            device_id: self.device_id,
            messages,
        })
        .unwrap();
        let path = format!("/api/dj/sessions/{}/messages", self.session_id);
        let bearer = format!("Bearer {}", self.token);
        let response = request(
            self.address,
            "POST",
            &path,
            &[("authorization", bearer.as_str())],
            Some(&body),
        );
        if response.status == 200 {
            self.waiting.extend(response.json::<DjAnswers>().messages);
        } else {
            self.waiting.push_back(response.json());
        }
    }

    /// Skips messages until one fits.
    pub(crate) fn expect(&mut self, what: &str, fits: impl Fn(&ToDj) -> bool) -> ToDj {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(message) = self.waiting.pop_front() {
                if fits(&message) {
                    return message;
                }
                continue;
            }
            match &mut self.channel {
                Channel::Socket(socket) => {
                    self.waiting
                        .extend(socket.next_within(Duration::from_millis(100)));
                    assert!(
                        socket.closed.is_none() || !self.waiting.is_empty(),
                        "{what}: {:?}",
                        socket.closed
                    );
                }
                Channel::Post => self.post(Vec::new()),
            }
        }
        panic!("{what} never came");
    }

    pub(crate) fn close_code(&mut self) -> u16 {
        match &mut self.channel {
            Channel::Socket(socket) => socket.close_code(),
            Channel::Post => panic!("no socket"),
        }
    }

    /// Plays a song that began now.
    pub(crate) fn play(&mut self, title: &str) -> PlayId {
        let play_id = PlayId::random();
        self.say(now_playing(play_id, title)).unwrap();
        play_id
    }

    pub(crate) fn start_poll(&mut self, closes: PollCloses) -> PollId {
        let poll_id = PollId::random();
        let options = vec!["Yes".to_owned(), "No".to_owned()];
        let question = "More blues?".to_owned();
        self.say(DjMessage::StartPoll {
            id: ActionId::random(),
            poll_id,
            question,
            options,
            closes,
        })
        .unwrap();
        poll_id
    }

    pub(crate) fn end(&mut self) {
        self.say(DjMessage::EndSession {
            id: ActionId::random(),
        })
        .unwrap();
    }

    /// Waits until so many dancers like a play.
    pub(crate) fn wait_for_likes(&mut self, play_id: PlayId, wanted: u32) {
        self.expect("the likes", |message| match message {
            ToDj::Counts { plays, .. } => plays.iter().any(|c| c.play_id == play_id && c.likes == wanted),
            _ => false,
        });
    }
}

pub(crate) fn now_playing(play_id: PlayId, title: &str) -> DjMessage {
    let track = Track {
        title: title.to_owned(),
        artist: "Somebody".to_owned(),
        ..Track::default()
    };
    DjMessage::NowPlaying {
        id: ActionId::random(),
        play_id,
        track,
        started_at: now(),
    }
}

pub(crate) fn now() -> UnixMs {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    UnixMs(i64::try_from(since.as_millis()).unwrap())
}
