//! The relay inside this program: dancers are served by the DJ's laptop, without internet and without an
//! account. The only module that names `pika_relay`.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use pika_relay::{
    auth::Secret,
    config::Config,
    listen,
    shutdown::{EndRequest, Shutdown, ShutdownTrigger},
};
use tokio::{net::TcpListener, runtime::Runtime, sync::Notify, task::JoinHandle};
use tracing::{error, warn};
use uuid::Uuid;

use crate::{
    networks::{self, NetworkAddress},
    own_files, plain_words,
    relay_access::RelayAccess,
    report::Reporter,
};

/// Threads of the relay: a venue's phones keep one busy at most.
const THREADS: usize = 2;
/// How long dancers are given to be told that it ends.
const GRACE: Duration = Duration::from_secs(5);
/// For the relay to answer at an address of its own.
const ASK: Duration = Duration::from_secs(1);
/// Between two looks for another address.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Calls `then`, once, when the system or the person at the keyboard asks the process to end: a relay by itself
/// hears this too, so it is listened for in the same way.
///
/// Errors: the system gives no thread, or its signals cannot be heard.
pub fn on_end_request(then: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asked = runtime.block_on(async { EndRequest::listen() })?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            runtime.block_on(asked.received());
            then();
        })?;
    Ok(())
}

/// The running relay.
#[derive(Debug)]
pub struct LocalRelay {
    access: RelayAccess,
    address: SocketAddr,
    runtime: Runtime,
    trigger: ShutdownTrigger,
    task: JoinHandle<()>,
    /// The address that the DJ chose.
    chosen: Arc<Mutex<Option<IpAddr>>>,
    look_now: Arc<Notify>,
}

impl LocalRelay {
    /// Starts a relay that keeps its data in `database` and listens at `at`; a damaged database is put aside first.
    /// When that port is taken by something else, the system chooses another. Should it end by itself, that is told.
    ///
    /// Errors: nothing can be listened to; the system gives no threads.
    pub fn start(database: PathBuf, at: SocketAddr, reporter: Reporter<LocalRelayReport>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("local-relay")
            .enable_all()
            .build()?;
        let listener = runtime
            .block_on(async { bind(at) })
            .with_context(|| format!("cannot listen at {at}"))?;
        let address = listener.local_addr()?;
        // The key lives as long as this program: whoever shows it publishes as its DJ.
        let key = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let mut config = Config::embedded(database.clone(), Secret::new(&key));
        config.host = address.ip();
        config.port = address.port();
        // No public address: it changes with the network, so pages take the one that their reader asked for, and
        // this program tells the QR code.
        config.public_url = None;
        let (trigger, shutdown) = ShutdownTrigger::new();
        let task = runtime.spawn(run(config, listener, shutdown, database, reporter));
        let access = RelayAccess::of_this_program(own_address(address), key);
        Ok(Self {
            access,
            address,
            runtime,
            trigger,
            task,
            chosen: Arc::default(),
            look_now: Arc::default(),
        })
    }

    /// How this program publishes on it.
    pub fn access(&self) -> RelayAccess {
        self.access.clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Looks every few seconds whether the network gave this computer another address, until this relay stops.
    pub fn watch_address(&self, reporter: Reporter<LocalRelayReport>) {
        let listens_at = self.address;
        let (chosen, look_now) = (self.chosen.clone(), self.look_now.clone());
        self.runtime.spawn(async move {
            let mut known = None;
            loop {
                let (chosen, reporter) = (*lock(&chosen), reporter.clone());
                let before = known.clone();
                let looked = tokio::task::spawn_blocking(move || {
                    let now = info(listens_at, chosen, answers);
                    if before.as_ref() != Some(&now) {
                        reporter.send(LocalRelayReport::Moved(now.clone()));
                    }
                    now
                });
                known = looked.await.ok();
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = look_now.notified() => {}
                }
            }
        });
    }

    /// Dancers are to find it at this address from now on, for as long as this computer has it; `None`: at the best.
    pub fn choose(&self, ip: Option<IpAddr>) {
        *lock(&self.chosen) = ip;
        self.look_now.notify_one();
    }

    /// Tells the dancers, and waits until all is stored.
    pub fn stop(self) {
        let Self {
            runtime,
            trigger,
            task,
            ..
        } = self;
        let in_time = runtime.block_on(async {
            let in_time = trigger.finish(GRACE).await;
            in_time && tokio::time::timeout(GRACE, task).await.is_ok()
        });
        if !in_time {
            warn!("the local relay did not end in time");
        }
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// What is told of the relay inside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalRelayReport {
    /// Dancers find it elsewhere now.
    Moved(LocalRelayInfo),
    /// It ended by itself, or never began. Holds why.
    Ended(String),
}

/// What the DJ must know about the relay inside the program while it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalRelayInfo {
    /// Where phones of the venue's network find it; on this computer only, this computer's own address.
    pub address: String,
    /// The port it listens on.
    pub port: u16,
    /// Whether phones can reach it, or only this computer.
    pub in_network: bool,
    /// What to do where phones do not get through, in one sentence.
    pub firewall_hint: String,
    /// Every address that phones may find it at, the best first; the one in `address` among them.
    pub candidates: Vec<LocalAddress>,
}

/// One way in for phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAddress {
    /// As it stands in the link: `http://192.168.1.5:3001`.
    pub address: String,
    /// This computer's address in the network.
    pub network: NetworkAddress,
    /// Whether the relay answered when it was asked there.
    pub answers: bool,
}

impl LocalRelay {
    /// What the DJ must know.
    pub fn info(&self) -> LocalRelayInfo {
        // Asked there it is only once it runs.
        info(self.address, *lock(&self.chosen), |_| true)
    }
}

/// `asked` says whether the relay answers at an address.
fn info(
    listens_at: SocketAddr,
    chosen: Option<IpAddr>,
    asked: impl Fn(SocketAddr) -> bool,
) -> LocalRelayInfo {
    let port = listens_at.port();
    let found = match listens_at.ip() {
        ip if !ip.is_unspecified() => Vec::new(),
        // Without IPv6 the long addresses lead nowhere.
        ip => networks::addresses()
            .into_iter()
            .filter(|it| ip.is_ipv6() || it.ip.is_ipv4())
            .collect(),
    };
    let mut candidates: Vec<LocalAddress> = found
        .into_iter()
        .map(|network: NetworkAddress| {
            let at = SocketAddr::new(network.ip, port);
            LocalAddress {
                address: format!("http://{at}"),
                answers: asked(at),
                network,
            }
        })
        .collect();
    candidates.sort_by_key(|it| !it.answers);
    let best = candidates
        .iter()
        .find(|it| Some(it.network.ip) == chosen)
        .or_else(|| candidates.first().filter(|it| it.answers));
    let address = match best {
        Some(best) => best.address.clone(),
        None => format!("http://{}", own_address(listens_at)),
    };
    LocalRelayInfo {
        in_network: best.is_some() || !(listens_at.ip().is_unspecified() || listens_at.ip().is_loopback()),
        firewall_hint: firewall_hint(port),
        candidates,
        address,
        port,
    }
}

/// Where this program itself finds it.
fn own_address(listens_at: SocketAddr) -> SocketAddr {
    if listens_at.ip().is_unspecified() {
        SocketAddr::new(Ipv4Addr::LOCALHOST.into(), listens_at.port())
    } else {
        listens_at
    }
}

/// Whether the relay answers at an address of this computer, asked without any detour.
fn answers(at: SocketAddr) -> bool {
    let ask = || -> io::Result<bool> {
        let mut tcp = TcpStream::connect_timeout(&at, ASK)?;
        tcp.set_read_timeout(Some(ASK))?;
        tcp.set_write_timeout(Some(ASK))?;
        tcp.write_all(format!("GET /health HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut head = [0; 12];
        tcp.read_exact(&mut head)?;
        Ok(head == *b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A plain value.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn firewall_hint(port: u16) -> String {
    if cfg!(target_os = "macos") {
        "If macOS asks whether Pika! may accept connections, choose Allow.".to_owned()
    } else if cfg!(windows) {
        "If Windows asks, let Pika! through on private networks, and set this Wi-Fi to private.".to_owned()
    } else {
        format!("If phones do not get through, open port {port} in the firewall: sudo ufw allow {port}/tcp")
    }
}

async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: Shutdown,
    database: PathBuf,
    reporter: Reporter<LocalRelayReport>,
) {
    let looked = reporter.clone();
    let look = move || look_at_database(&database, &looked);
    let served = match tokio::task::spawn_blocking(look).await {
        Ok(()) => pika_relay::serve(config, listener, shutdown).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = served {
        error!(error = %format!("{error:#}"), "the local relay ended");
        let why = plain_words::of(&error);
        // Waits while nobody reads.
        let _ = tokio::task::spawn_blocking(move || reporter.send(LocalRelayReport::Ended(why))).await;
    }
}

/// A database that is damaged is put aside: the nights that it held are in the history, too.
fn look_at_database(database: &Path, reporter: &Reporter<LocalRelayReport>) {
    if !own_files::is_sound_database(database) {
        let what = "read what this laptop's relay had kept";
        let meaning = "Dancers are served all the same; pages of nights that were served from here are gone.";
        reporter.try_fail(own_files::aside_with_note(database, what, meaning));
    }
}

/// Everywhere is by both kinds of addresses, where the system has both. When the port is taken by something else, the
/// system chooses another.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if address.ip() == IpAddr::V4(Ipv4Addr::UNSPECIFIED) {
        let both = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), address.port());
        if let Ok(listener) = bind_one(both) {
            return Ok(listener);
        }
    }
    bind_one(address)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    match listen(address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => listen(SocketAddr::new(address.ip(), 0)),
        bound => bound,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Receiver;

    use super::*;
    use crate::{app::Event, http::RelayClient, own_files::damages::damages, report};

    /// On the slowest machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn start(database: PathBuf) -> (LocalRelay, Receiver<Event>) {
        let (reporter, events) = report::channel::<Event>(|| ());
        let at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let relay = LocalRelay::start(database, at, reporter.of(Event::LocalRelay)).unwrap();
        (relay, events)
    }

    #[test]
    fn a_database_in_any_state_serves_dancers_and_damage_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.db");
        let (relay, _events) = start(path.clone());
        let client = RelayClient::new(relay.access().url(), None);
        assert!(client.get("/health").is_ok());
        relay.stop();
        let whole = std::fs::read(path).unwrap();
        for (name, bytes, is_damaged) in damages(&whole) {
            let path = folder.path().join("local-relay.db");
            std::fs::write(&path, &bytes).unwrap();
            let (relay, events) = start(path.clone());
            let answer = RelayClient::new(relay.access().url(), None).get("/health");
            assert!(answer.is_ok_and(|answer| answer.status().is_success()), "{name}");
            relay.stop();
            match events.try_iter().next() {
                Some(Event::Failed(failure)) if is_damaged => {
                    assert!(failure.error.contains("put aside as"), "{name}: {failure:?}");
                }
                None if !is_damaged => {}
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_relay_that_cannot_serve_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("local-relay.db");
        std::fs::create_dir(&path).unwrap();
        let (relay, events) = start(path);
        let told = events.recv_timeout(PATIENCE).unwrap();
        assert!(
            matches!(told, Event::LocalRelay(LocalRelayReport::Ended(_))),
            "{told:?}"
        );
        relay.stop();
    }

    fn network(ip: &str) -> LocalAddress {
        let ip: IpAddr = ip.parse().unwrap();
        let network = NetworkAddress {
            ip,
            name: "test".into(),
            kind: networks::NetworkKind::Wifi,
        };
        LocalAddress {
            address: String::new(),
            network,
            answers: true,
        }
    }

    #[test]
    fn every_network_is_asked_and_the_djs_choice_holds_while_it_is_there() {
        let (reporter, events) = report::channel::<Event>(|| ());
        let folder = tempfile::tempdir().unwrap();
        let at = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
        let reporter = reporter.of(Event::LocalRelay);
        let relay = LocalRelay::start(folder.path().join("relay.db"), at, reporter.clone()).unwrap();
        assert!(answers(own_address(relay.address())));
        relay.watch_address(reporter);
        let moved = |events: &Receiver<Event>| loop {
            if let Event::LocalRelay(LocalRelayReport::Moved(info)) = events.recv_timeout(PATIENCE).unwrap() {
                return info;
            }
        };
        let info = moved(&events);
        // Whatever networks the computer of the test is in: the relay answers in all of them.
        assert_eq!(info.in_network, !info.candidates.is_empty());
        for candidate in &info.candidates {
            assert!(candidate.answers, "{candidate:?}");
        }
        if let Some(last) = info.candidates.last().filter(|last| last.address != info.address) {
            relay.choose(Some(last.network.ip));
            assert_eq!(moved(&events).address, last.address);
            relay.choose(Some(network("203.0.113.9").network.ip));
            assert_eq!(
                moved(&events).address,
                info.address,
                "an address that is gone is no choice"
            );
        }
        relay.stop();
    }

    #[test]
    fn an_address_that_does_not_answer_comes_last_and_is_not_shown() {
        let everywhere: SocketAddr = "0.0.0.0:3001".parse().unwrap();
        let silent = info(everywhere, None, |_| false);
        assert!(!silent.in_network && silent.address == "http://127.0.0.1:3001");
        let one = info("192.168.1.5:3001".parse().unwrap(), None, |_| false);
        assert!(one.in_network && one.address == "http://192.168.1.5:3001" && one.candidates.is_empty());
        let here = info("127.0.0.1:3001".parse().unwrap(), None, |_| true);
        assert!(!here.in_network && here.address == "http://127.0.0.1:3001");
    }
}
