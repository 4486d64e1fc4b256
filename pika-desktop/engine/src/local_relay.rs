//! The relay inside this program: dancers are served by the DJ's laptop, without internet and without an
//! account. The only module that names `pika_relay`.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use pika_relay::{
    auth::Secret,
    config::Config,
    listen,
    shutdown::{EndRequest, Shutdown, ShutdownTrigger},
};
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};
use tracing::{error, warn};
use uuid::Uuid;

use crate::{own_files, relay_access::RelayAccess, report::Reporter};

/// Threads of the relay: a venue's phones keep one busy at most.
const THREADS: usize = 2;
/// How long dancers are given to be told that it ends.
const GRACE: Duration = Duration::from_secs(5);
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
        let own = SocketAddr::new(
            if address.ip().is_unspecified() {
                Ipv4Addr::LOCALHOST.into()
            } else {
                address.ip()
            },
            address.port(),
        );
        let access = RelayAccess::of_this_program(own, key);
        Ok(Self {
            access,
            address,
            runtime,
            trigger,
            task,
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
        if !listens_at.ip().is_unspecified() {
            return; // One address only: it is this one.
        }
        let mut known = info(listens_at);
        self.runtime.spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let now = info(listens_at);
                if now != known {
                    known = now.clone();
                    reporter.send(LocalRelayReport::Moved(now));
                }
            }
        });
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalRelayInfo {
    /// Where phones of the venue's network find it; on this computer only, this computer's own address.
    pub address: String,
    /// The port it listens on.
    pub port: u16,
    /// Whether phones can reach it, or only this computer.
    pub in_network: bool,
    /// What to do where phones do not get through, in one sentence.
    pub firewall_hint: String,
}

impl LocalRelay {
    /// What the DJ must know.
    pub fn info(&self) -> LocalRelayInfo {
        info(self.address)
    }
}

fn info(listens_at: SocketAddr) -> LocalRelayInfo {
    let address = public_url(listens_at);
    let port = listens_at.port();
    LocalRelayInfo {
        in_network: !listens_at.ip().is_loopback() && !address.contains("0.0.0.0"),
        firewall_hint: firewall_hint(port),
        address,
        port,
    }
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
        let why = format!("{error:#}");
        error!(error = why, "the local relay ended");
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

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    match listen(address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => listen(SocketAddr::new(address.ip(), 0)),
        bound => bound,
    }
}

/// The address for dancers: this computer's own in the network when it listens everywhere.
fn public_url(address: SocketAddr) -> String {
    let ip = if address.ip().is_unspecified() {
        network_address().unwrap_or(address.ip())
    } else {
        address.ip()
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// The address that others in the network see. Nothing is sent: connecting a UDP socket only asks
/// which way packets would go (192.0.2.1 is reserved for documentation).
fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_unspecified())
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
}
