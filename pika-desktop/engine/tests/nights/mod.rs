//! What the tests of whole nights share: a relay on a port that stays the same over restarts, an account, songs,
//! and the desktop program's live side.

#[path = "../../../../pika-relay/tests/support/account.rs"]
mod account;
#[path = "../../../../pika-relay/tests/support/running.rs"]
mod running;

use std::{
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use pika_engine::{
    app::Event,
    library::Values,
    live::{self, LiveCommand, LiveHandle, LiveOptions, LiveReport, LiveState, NewSession},
    nowplaying::{NowPlaying, SourceKind},
    relay_access::{RelayAccess, RelayAddress, Token},
    report,
};
use pika_relay::{auth::Secret, config::Config, store::SqliteStore};
use uuid::Uuid;

use running::Running;

/// No wait is longer; nothing here takes nearly as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    pub(crate) database: PathBuf,
    config: Config,
    running: Option<Running>,
}

impl Relay {
    pub(crate) fn start(folder: &Path) -> Self {
        let database = folder.join("relay.db");
        let mut config = Config::embedded(database.clone(), Secret::new("unused"));
        config.limits.shutdown_grace = Duration::from_millis(300);
        let mut relay = Self {
            address: steady_address(),
            database,
            config,
            running: None,
        };
        relay.start_again();
        relay
    }

    pub(crate) fn start_again(&mut self) {
        let running = Running::start(self.config.clone(), self.address);
        self.address = running.address;
        self.running = Some(running);
        let (address, database) = (self.address, self.database.clone());
        eventually("the relay answers", || {
            TcpStream::connect(address).ok().filter(|_| database.exists())
        });
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop(PATIENCE);
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds an account; the right to publish as it.
    pub(crate) fn add_dj(&self, name: &str) -> RelayAccess {
        let store = eventually("the database opens", || SqliteStore::open(&self.database).ok());
        access_at(&self.url(), &account::add_dj(&store, name))
    }
}

/// The right to publish with this token at this address.
pub(crate) fn access_at(url: &str, token: &str) -> RelayAccess {
    let (address, token) = (RelayAddress::parse(url), Token::parse(token));
    RelayAccess::of_account(&address.unwrap(), &token.unwrap()).unwrap()
}

/// An address that stays free while the relay is away: below those that systems give to others.
fn steady_address() -> SocketAddr {
    eventually("a port is free", || {
        let port = 15_000 + (Uuid::new_v4().as_u128() % 15_000) as u16;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        std::net::TcpListener::bind(address).ok().map(|_| address)
    })
}

/// The live side of a desktop program.
pub(crate) struct Desktop {
    pub(crate) live: LiveHandle,
    events: Receiver<Event>,
    pub(crate) state: Arc<LiveState>,
}

impl Desktop {
    pub(crate) fn start(options: LiveOptions) -> Self {
        let (reporter, events) = report::channel(|| ());
        Self {
            live: live::spawn(reporter.of(Event::Live), options).unwrap(),
            events,
            state: Arc::default(),
        }
    }

    pub(crate) fn ask(&self, command: LiveCommand) {
        assert_eq!(self.live.ask(command), Ok(()), "the live thread takes it");
    }

    pub(crate) fn go_live(&self, access: RelayAccess, name: &str) {
        self.ask(LiveCommand::Relay(access));
        self.ask(LiveCommand::GoLive(NewSession {
            name: name.to_owned(),
            dj_name: String::new(),
            listed: true,
            pin: None,
            ..NewSession::default()
        }));
    }

    pub(crate) fn play(&self, play: &NowPlaying) {
        self.ask(LiveCommand::Played {
            play: Box::new(play.clone()),
            current: true,
        });
    }

    /// The next event within `wait`.
    pub(crate) fn event(&mut self, wait: Duration) -> Option<Event> {
        match self.events.recv_timeout(wait) {
            Ok(event) => {
                if let Event::Live(LiveReport::State(state)) = &event {
                    self.state = state.clone();
                }
                Some(event)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the live thread is gone"),
        }
    }

    /// Waits until the state is as wanted.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&LiveState) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.state) {
            assert!(Instant::now() < deadline, "{what}: {:#?}", self.state);
            self.event(Duration::from_millis(200));
        }
    }
}

#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: never");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn song(title: &str, started_at_ms: i64) -> NowPlaying {
    NowPlaying {
        play_id: Uuid::new_v4(),
        track: None,
        title: title.to_owned(),
        artist: "Somebody".to_owned(),
        values: Values::default(),
        started_at_ms,
        logged_at_ms: started_at_ms,
        source: SourceKind::VirtualDj,
        matched_by: None,
        needs_analysis: false,
    }
}

/// What the relay's database knows of the plays: id, title, start, whether removed; by start.
pub(crate) fn plays_on_disk(database: &Path) -> Vec<(Uuid, String, i64, bool)> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut statement = connection
        .prepare("SELECT id, title, started_at, removed FROM plays ORDER BY started_at, id")
        .unwrap();
    let rows = statement
        .query_map([], |row| {
            let id: Vec<u8> = row.get(0)?;
            Ok((
                Uuid::from_slice(&id).unwrap(),
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}
