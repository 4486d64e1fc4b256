//! Dancers who come back whatever happens and send again what was not acknowledged; a DJ who does the same.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, DancerMessage, DeviceId, DjMessage, PROTOCOL_VERSION, PlayId, PollId, SessionCode, SessionId,
    ToDancer, ToDj, Track, UnixMs, dj::DjState, feedback::PollCloses, session::Position,
};
use uuid::Uuid;

use crate::{PATIENCE, socket::Socket};

const ACTIONS: usize = 8;
const THREADS: usize = 8;

pub(crate) struct Crowd {
    dancers: Vec<Dancer>,
}

struct Dancer {
    /// Not acknowledged yet, oldest first.
    actions: Vec<DancerMessage>,
    /// How many of them are on their way.
    n_sent: usize,
    /// Told to wait: when all that is not acknowledged is sent again.
    again_at: Option<Instant>,
    socket: Option<Socket>,
    pass: Option<String>,
    position: Option<Position>,
    /// What is heard of songs, by play.
    songs: BTreeMap<PlayId, String>,
    /// What this dancer wants in the end.
    likes: BTreeMap<PlayId, bool>,
    vote: Option<u8>,
}

/// What one dancer knows in the end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    position: Position,
    songs: BTreeMap<PlayId, String>,
}

impl Crowd {
    pub(crate) fn new(size: usize, seed: u64, plays: &[PlayId], poll: PollId) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let dancers = (0..size).map(|_| Dancer::new(&mut random, plays, poll)).collect();
        Self { dancers }
    }

    pub(crate) fn n_actions(&self) -> usize {
        self.dancers.iter().map(|dancer| dancer.actions.len()).sum()
    }

    /// Everybody acts until everything is acknowledged.
    pub(crate) fn dance(mut self, address: SocketAddr, code: &SessionCode, n_acked: &AtomicUsize) -> Self {
        let size = self.dancers.len().div_ceil(THREADS);
        std::thread::scope(|scope| {
            for group in self.dancers.chunks_mut(size) {
                scope.spawn(move || {
                    let deadline = Instant::now() + PATIENCE;
                    while group.iter().any(|dancer| !dancer.actions.is_empty()) {
                        assert!(Instant::now() < deadline, "not everything was acknowledged");
                        for dancer in group.iter_mut() {
                            dancer.step(address, code, n_acked);
                        }
                    }
                });
            }
        });
        self
    }

    /// Everybody listens until they know so many songs; what each knows.
    pub(crate) fn hear_to_the_end(
        &mut self,
        address: SocketAddr,
        code: &SessionCode,
        songs: usize,
    ) -> Vec<Heard> {
        let deadline = Instant::now() + PATIENCE;
        let nothing = AtomicUsize::new(0);
        while self.dancers.iter().any(|dancer| dancer.songs.len() < songs) {
            assert!(Instant::now() < deadline, "not everybody heard everything");
            for dancer in &mut self.dancers {
                dancer.step(address, code, &nothing);
            }
        }
        let heard = |dancer: &Dancer| Heard {
            position: dancer.position.unwrap(),
            songs: dancer.songs.clone(),
        };
        self.dancers.iter().map(heard).collect()
    }

    pub(crate) fn likes(&self, play_id: PlayId) -> u32 {
        self.dancers
            .iter()
            .filter(|dancer| dancer.likes.get(&play_id) == Some(&true))
            .count() as u32
    }

    pub(crate) fn votes(&self) -> Vec<u32> {
        [0, 1]
            .map(|option| self.dancers.iter().filter(|d| d.vote == Some(option)).count() as u32)
            .to_vec()
    }
}

impl Dancer {
    fn new(random: &mut Random, plays: &[PlayId], poll_id: PollId) -> Self {
        let (mut likes, mut vote) = (BTreeMap::new(), None);
        let mut act = |counter| {
            let id = ActionId::random();
            let play_id = plays[random.below(plays.len())];
            match random.below(4) {
                0 => {
                    likes.insert(play_id, false);
                    DancerMessage::Unlike { id, counter, play_id }
                }
                1 => {
                    let option = random.below(2) as u8;
                    vote = Some(option);
                    DancerMessage::Vote {
                        id,
                        counter,
                        poll_id,
                        option,
                    }
                }
                _ => {
                    likes.insert(play_id, true);
                    DancerMessage::Like { id, counter, play_id }
                }
            }
        };
        let actions = (1..=ACTIONS as u64).map(&mut act).collect();
        let (socket, pass, position, songs) = (None, None, None, BTreeMap::new());
        Self {
            actions,
            n_sent: 0,
            again_at: None,
            socket,
            pass,
            position,
            songs,
            likes,
            vote,
        }
    }

    /// Connects if need be, sends the next action, reads what is there.
    fn step(&mut self, address: SocketAddr, code: &SessionCode, n_acked: &AtomicUsize) {
        if self.socket.as_ref().is_none_or(|socket| socket.closed.is_some()) {
            self.socket = None;
            self.n_sent = 0;
            // While the relay is away there is nobody to talk to.
            if TcpStream::connect(address).is_err() {
                std::thread::sleep(Duration::from_millis(2));
                return;
            }
            let Some(mut socket) = Socket::try_open(address, "/ws") else {
                return;
            };
            socket.send(&DancerMessage::Subscribe {
                protocol_version: PROTOCOL_VERSION,
                client_version: None,
                code: code.clone(),
                pin: None,
                pass: self.pass.clone(),
                since: self.position,
            });
            self.socket = Some(socket);
        }
        let Some(mut socket) = self.socket.take() else {
            return;
        };
        if self.again_at.is_some_and(|again| again <= Instant::now()) {
            (self.n_sent, self.again_at) = (0, None);
        }
        // Nobody acts before they are in: the pass makes the dancer.
        if self.pass.is_some()
            && let Some(action) = self.actions.get(self.n_sent)
        {
            socket.send(action);
            self.n_sent += 1;
        }
        while let Some(message) = socket.next_within::<ToDancer>(Duration::from_millis(1)) {
            self.hear(message, n_acked);
        }
        self.socket = Some(socket);
    }

    fn hear(&mut self, message: ToDancer, n_acked: &AtomicUsize) {
        let offset = message.offset();
        match message {
            ToDancer::Welcome {
                pass,
                position,
                resumed,
                ..
            } => {
                if let Some(before) = self.pass.replace(pass.clone()) {
                    assert_eq!(before, pass, "the pass stays");
                }
                if let Some(known) = self.position {
                    assert!(
                        resumed && known.epoch == position.epoch,
                        "what was missed is still there"
                    );
                }
            }
            ToDancer::Snapshot { snapshot } => {
                self.position = Some(Position {
                    epoch: snapshot.epoch,
                    offset: snapshot.offset,
                });
                self.songs = snapshot
                    .plays
                    .into_iter()
                    .map(|play| (play.play_id, play.track.title))
                    .collect();
            }
            ToDancer::Ack { id } => {
                let before = self.actions.len();
                self.actions.retain(|action| action.id() != Some(id));
                let gone = before - self.actions.len();
                self.n_sent -= gone.min(self.n_sent);
                n_acked.fetch_add(gone, Ordering::Relaxed);
            }
            ToDancer::NowPlaying { play, .. } => {
                assert!(
                    self.songs.insert(play.play_id, play.track.title).is_none(),
                    "a song twice"
                );
            }
            ToDancer::Error {
                code,
                message,
                retry_after_secs,
                ..
            } => {
                assert!(code.is_temporary(), "{code:?}: {message}");
                let wait = Duration::from_secs(u64::from(retry_after_secs.unwrap_or(1)));
                self.again_at = Some(Instant::now() + wait);
            }
            _ => {}
        }
        if let Some(offset) = offset {
            let position = self.position.as_mut().unwrap();
            assert_eq!(offset, position.offset + 1, "a gap or a repeat in the log");
            position.offset = offset;
        }
    }
}

/// The DJ.
pub(crate) struct Publisher {
    token: String,
    device_id: DeviceId,
    pub(crate) session_id: SessionId,
    pub(crate) code: SessionCode,
    socket: Socket,
}

impl Publisher {
    pub(crate) fn register(address: SocketAddr, token: String) -> Self {
        let device_id = DeviceId::random();
        let (socket, session_id, code, _) = enter_at_last(address, &token, device_id, None);
        Self {
            token,
            device_id,
            session_id,
            code,
            socket,
        }
    }

    /// Plays a song; over as many connections as it takes.
    pub(crate) fn play(&mut self, address: SocketAddr, title: &str) -> PlayId {
        let play_id = PlayId::random();
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        self.say(
            address,
            &DjMessage::NowPlaying {
                id: ActionId::random(),
                play_id,
                track: Track {
                    title: title.to_owned(),
                    ..Track::default()
                },
                started_at: UnixMs(i64::try_from(since.as_millis()).unwrap()),
            },
        );
        play_id
    }

    pub(crate) fn start_poll(&mut self, address: SocketAddr) -> PollId {
        let poll_id = PollId(Uuid::new_v4());
        let options = vec!["Yes".to_owned(), "No".to_owned()];
        let question = "More blues?".to_owned();
        let id = ActionId::random();
        self.say(
            address,
            &DjMessage::StartPoll {
                id,
                poll_id,
                question,
                options,
                closes: PollCloses::Manual,
            },
        );
        poll_id
    }

    /// What the relay knows.
    pub(crate) fn state(&mut self, address: SocketAddr) -> DjState {
        enter_at_last(address, &self.token, self.device_id, Some(self.session_id)).3
    }

    fn say(&mut self, address: SocketAddr, message: &DjMessage) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(
                Instant::now() < deadline,
                "the DJ's message was never acknowledged"
            );
            self.socket.send(message);
            loop {
                match self.socket.next_within::<ToDj>(Duration::from_secs(5)) {
                    Some(ToDj::Ack { id }) if Some(id) == message.id() => return,
                    Some(ToDj::Error { code, message, .. }) => {
                        assert!(code.is_temporary(), "{code:?}: {message}");
                    }
                    Some(_) => {}
                    None => break,
                }
            }
            let back = enter(address, &self.token, self.device_id, Some(self.session_id));
            if let Some((socket, ..)) = back {
                self.socket = socket;
            }
        }
    }
}

/// Tries until the relay has taken the DJ.
fn enter_at_last(
    address: SocketAddr,
    token: &str,
    device_id: DeviceId,
    resume: Option<SessionId>,
) -> (Socket, SessionId, SessionCode, DjState) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(entered) = enter(address, token, device_id, resume) {
            return entered;
        }
        assert!(Instant::now() < deadline, "the DJ is not taken");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn enter(
    address: SocketAddr,
    token: &str,
    device_id: DeviceId,
    resume: Option<SessionId>,
) -> Option<(Socket, SessionId, SessionCode, DjState)> {
    let mut socket = Socket::try_open(address, "/ws/dj")?;
    socket.send(&DjMessage::RegisterSession {
        id: ActionId::random(),
        protocol_version: PROTOCOL_VERSION,
        client_version: None,
        token: Some(token.to_owned()),
        name: "Kill test".to_owned(),
        dj_name: None,
        listed: true,
        pin: None,
        device_id,
        device_name: None,
        resume,
        take_over: false,
    });
    match socket.next_within(PATIENCE)? {
        ToDj::SessionRegistered {
            session_id,
            code,
            state,
            ..
        } => Some((socket, session_id, code, *state)),
        // The relay is busy with its start.
        ToDj::Error { code, .. } if code.is_temporary() => None,
        other => panic!("{other:?}"),
    }
}

/// xorshift64*, Marsaglia 2003 / Vigna 2016.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}
