//! A dancer's page over each of the three transports, behind one trait: a test is written once for all.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, ErrorKind},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, DancerMessage, ErrorCode, PROTOCOL_VERSION, PlayId, PollId, SessionCode, ToDancer,
    rest::{DancerAnswers, DancerBatch, ErrorBody, JoinAnswer, JoinRequest, PolledState},
    session::{Position, Snapshot},
};

use super::{
    PATIENCE,
    http::{open, read_head, request},
    relay::TestRelay,
    socket::Socket,
};

/// How a dancer asks to come in.
#[derive(Clone, Default)]
pub(crate) struct Ticket {
    pub(crate) pin: Option<String>,
    pub(crate) pass: Option<String>,
    pub(crate) since: Option<Position>,
}

/// One way to the relay.
pub(crate) trait Transport: Sized {
    /// Comes in; the pass it got.
    fn enter(address: SocketAddr, code: &SessionCode, ticket: &Ticket) -> Result<(Self, String), ErrorCode>;
    /// Sends an action; its answer comes with the other messages.
    fn send(&mut self, message: &DancerMessage);
    /// Whatever has come within a moment.
    fn receive(&mut self) -> Vec<ToDancer>;
}

/// A dancer's page: keeps pass, position and the state as it was told.
pub(crate) struct Dancer<T> {
    pub(crate) transport: T,
    code: SessionCode,
    pub(crate) pass: String,
    pub(crate) position: Option<Position>,
    pub(crate) snapshot: Option<Snapshot>,
    /// State messages, in order.
    pub(crate) states: Vec<ToDancer>,
    waiting: VecDeque<ToDancer>,
    counter: u64,
}

impl<T: Transport> Dancer<T> {
    pub(crate) fn enter(relay: &TestRelay, code: &SessionCode) -> Self {
        Self::try_enter(relay, code, &Ticket::default()).unwrap()
    }

    pub(crate) fn try_enter(
        relay: &TestRelay,
        code: &SessionCode,
        ticket: &Ticket,
    ) -> Result<Self, ErrorCode> {
        let (transport, pass) = T::enter(relay.address, code, ticket)?;
        Ok(Self {
            transport,
            code: code.clone(),
            pass,
            position: ticket.since,
            snapshot: None,
            states: Vec::new(),
            waiting: VecDeque::new(),
            counter: 0,
        })
    }

    /// Loses the connection and comes back with pass and position.
    pub(crate) fn come_back(&mut self, relay: &TestRelay) -> Result<(), ErrorCode> {
        let ticket = Ticket {
            pin: None,
            pass: Some(self.pass.clone()),
            since: self.position,
        };
        let (transport, pass) = T::enter(relay.address, &self.code, &ticket)?;
        assert_eq!(pass, self.pass, "the pass stays");
        self.transport = transport;
        self.waiting.clear();
        Ok(())
    }

    pub(crate) fn next_counter(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub(crate) fn send(&mut self, message: &DancerMessage) {
        self.transport.send(message);
    }

    /// Sends and waits for the answer.
    pub(crate) fn say(&mut self, message: &DancerMessage) -> Result<(), ErrorCode> {
        let id = message.id();
        self.send(message);
        let answer = self.expect("an answer", |answer| match answer {
            ToDancer::Ack { id: acked } => Some(*acked) == id,
            ToDancer::Error { id: refused, .. } => *refused == id,
            _ => false,
        });
        match answer {
            ToDancer::Error { code, .. } => Err(code),
            _ => Ok(()),
        }
    }

    pub(crate) fn like(&mut self, play_id: PlayId) -> Result<(), ErrorCode> {
        let counter = self.next_counter();
        self.say(&DancerMessage::Like {
            id: ActionId::random(),
            counter,
            play_id,
        })
    }

    pub(crate) fn unlike(&mut self, play_id: PlayId) -> Result<(), ErrorCode> {
        let counter = self.next_counter();
        self.say(&DancerMessage::Unlike {
            id: ActionId::random(),
            counter,
            play_id,
        })
    }

    pub(crate) fn vote(&mut self, poll_id: PollId, option: u8) -> Result<(), ErrorCode> {
        let counter = self.next_counter();
        self.say(&DancerMessage::Vote {
            id: ActionId::random(),
            counter,
            poll_id,
            option,
        })
    }

    /// Skips messages until one fits.
    pub(crate) fn expect(&mut self, what: &str, fits: impl Fn(&ToDancer) -> bool) -> ToDancer {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            while let Some(message) = self.waiting.pop_front() {
                self.keep(&message);
                if fits(&message) {
                    return message;
                }
            }
            self.waiting.extend(self.transport.receive());
        }
        panic!("{what} never came; states: {:#?}", self.states);
    }

    /// Waits for the song of this title; newcomers read it in the snapshot.
    pub(crate) fn wait_for_song(&mut self, title: &str) {
        self.expect("the song", |message| match message {
            ToDancer::NowPlaying { play, .. } => play.track.title == title,
            ToDancer::Snapshot { snapshot } => {
                let playing = snapshot
                    .plays
                    .iter()
                    .find(|play| Some(play.play_id) == snapshot.playing);
                playing.is_some_and(|play| play.track.title == title)
            }
            _ => false,
        });
    }

    pub(crate) fn wait_for_snapshot(&mut self) -> Snapshot {
        match self.expect("the snapshot", |message| {
            matches!(message, ToDancer::Snapshot { .. })
        }) {
            ToDancer::Snapshot { snapshot } => snapshot,
            _ => unreachable!(),
        }
    }

    /// Notes state and position as a page does; offsets must have no gap and no repeat.
    fn keep(&mut self, message: &ToDancer) {
        match message {
            ToDancer::Welcome {
                position, resumed, ..
            } => {
                if !resumed {
                    self.position = None;
                }
                let at = self.position.map_or(0, |position| position.offset);
                self.position = Some(Position {
                    epoch: position.epoch,
                    offset: at,
                });
            }
            ToDancer::Snapshot { snapshot } => {
                self.position = Some(Position {
                    epoch: snapshot.epoch,
                    offset: snapshot.offset,
                });
                self.snapshot = Some(snapshot.clone());
            }
            _ => {
                if let Some(offset) = message.offset() {
                    let position = self
                        .position
                        .as_mut()
                        .expect("a state message follows a position");
                    assert_eq!(
                        offset,
                        position.offset + 1,
                        "a gap or a repeat in the log: {message:?}"
                    );
                    position.offset = offset;
                    self.states.push(message.clone());
                }
            }
        }
    }
}

/// `/ws`.
pub(crate) struct OverSocket {
    pub(crate) socket: Socket,
    welcome: Option<ToDancer>,
}

impl Transport for OverSocket {
    fn enter(address: SocketAddr, code: &SessionCode, ticket: &Ticket) -> Result<(Self, String), ErrorCode> {
        let mut socket = Socket::open(address, "/ws");
        socket.send(&DancerMessage::Subscribe {
            protocol_version: PROTOCOL_VERSION,
            client_version: None,
            code: code.clone(),
            pin: ticket.pin.clone(),
            pass: ticket.pass.clone(),
            since: ticket.since,
        });
        match socket.next() {
            ToDancer::Error { code, .. } => Err(code),
            welcome => {
                let ToDancer::Welcome { pass, .. } = &welcome else {
                    panic!("{welcome:?}")
                };
                let pass = pass.clone();
                Ok((
                    Self {
                        socket,
                        welcome: Some(welcome),
                    },
                    pass,
                ))
            }
        }
    }

    fn send(&mut self, message: &DancerMessage) {
        self.socket.send(message);
    }

    fn receive(&mut self) -> Vec<ToDancer> {
        let welcome = self.welcome.take();
        welcome
            .or_else(|| self.socket.next_within(Duration::from_millis(100)))
            .into_iter()
            .collect()
    }
}

/// Server-sent events and POST.
pub(crate) struct OverEvents {
    posts: Posts,
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    answers: Vec<ToDancer>,
}

/// Short polling and POST.
pub(crate) struct OverPolling {
    posts: Posts,
    position: Option<Position>,
    etag: Option<String>,
    answers: Vec<ToDancer>,
}

/// What both have in common.
pub(crate) struct Posts {
    address: SocketAddr,
    code: SessionCode,
    ticket: String,
}

impl Posts {
    fn join(
        address: SocketAddr,
        code: &SessionCode,
        ticket: &Ticket,
    ) -> Result<(Self, JoinAnswer), ErrorCode> {
        let body = serde_json::to_string(&JoinRequest {
            protocol_version: PROTOCOL_VERSION,
            client_version: None,
            pin: ticket.pin.clone(),
            pass: ticket.pass.clone(),
        })
        .unwrap();
        let response = request(
            address,
            "POST",
            &format!("/api/sessions/{code}/join"),
            &[],
            Some(&body),
        );
        if response.status != 200 {
            return Err(response.json::<ErrorBody>().code);
        }
        let answer: JoinAnswer = response.json();
        Ok((
            Self {
                address,
                code: code.clone(),
                ticket: answer.ticket.clone(),
            },
            answer,
        ))
    }

    fn send(&self, message: &DancerMessage) -> Vec<ToDancer> {
        let batch = DancerBatch {
            ticket: self.ticket.clone(),
            messages: vec![message.clone()],
        };
        let body = serde_json::to_string(&batch).unwrap();
        let path = format!("/api/sessions/{}/messages", self.code);
        let response = request(self.address, "POST", &path, &[], Some(&body));
        if response.status == 200 {
            return response.json::<DancerAnswers>().messages;
        }
        let ErrorBody {
            code,
            message: text,
            retry_after_secs,
        } = response.json();
        vec![ToDancer::Error {
            id: message.id(),
            code,
            message: text,
            retry_after_secs,
        }]
    }

    fn path(&self, what: &str, since: Option<Position>) -> String {
        let after = since
            .map(|s| format!("&after={}-{}", s.epoch, s.offset))
            .unwrap_or_default();
        format!("/api/sessions/{}/{what}?ticket={}{after}", self.code, self.ticket)
    }
}

impl Transport for OverEvents {
    fn enter(address: SocketAddr, code: &SessionCode, ticket: &Ticket) -> Result<(Self, String), ErrorCode> {
        let (posts, answer) = Posts::join(address, code, ticket)?;
        let mut stream = open(address, "GET", &posts.path("events", ticket.since), &[], None);
        let (status, headers) = read_head(&mut stream);
        assert_eq!(status, 200);
        assert!(headers.contains(&("content-type".to_owned(), "text/event-stream".to_owned())));
        stream
            .get_ref()
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        Ok((
            Self {
                posts,
                stream,
                line: Vec::new(),
                answers: Vec::new(),
            },
            answer.pass,
        ))
    }

    fn send(&mut self, message: &DancerMessage) {
        self.answers.extend(self.posts.send(message));
    }

    fn receive(&mut self) -> Vec<ToDancer> {
        if !self.answers.is_empty() {
            return std::mem::take(&mut self.answers);
        }
        // Only `data:` lines matter here.
        match self.stream.read_until(b'\n', &mut self.line) {
            Ok(_) if self.line.ends_with(b"\n") => {
                let line = String::from_utf8(std::mem::take(&mut self.line)).unwrap();
                let data = line.trim_end().strip_prefix("data: ").map(str::to_owned);
                data.and_then(|data| serde_json::from_str(&data).ok())
                    .into_iter()
                    .collect()
            }
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("{error}")
            }
            _ => Vec::new(),
        }
    }
}

impl Transport for OverPolling {
    fn enter(address: SocketAddr, code: &SessionCode, ticket: &Ticket) -> Result<(Self, String), ErrorCode> {
        let (posts, answer) = Posts::join(address, code, ticket)?;
        Ok((
            Self {
                posts,
                position: ticket.since,
                etag: None,
                answers: Vec::new(),
            },
            answer.pass,
        ))
    }

    fn send(&mut self, message: &DancerMessage) {
        self.answers.extend(self.posts.send(message));
    }

    fn receive(&mut self) -> Vec<ToDancer> {
        if !self.answers.is_empty() {
            return std::mem::take(&mut self.answers);
        }
        let path = self.posts.path("state", self.position);
        let known: Vec<(&str, &str)> = self
            .etag
            .iter()
            .map(|etag| ("if-none-match", etag.as_str()))
            .collect();
        let response = request(self.posts.address, "GET", &path, &known, None);
        match response.status {
            304 => {
                std::thread::sleep(Duration::from_millis(20));
                Vec::new()
            }
            200 => {
                self.etag = response.header("etag").map(str::to_owned);
                let state: PolledState = response.json();
                self.position = Some(state.position);
                state.messages
            }
            status => panic!("{status}: {}", response.body),
        }
    }
}
