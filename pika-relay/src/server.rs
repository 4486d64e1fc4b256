//! The way in: our own accept loop around warp's filters, so that each socket can be set up and handed on.
//!
//! `warp::serve` sets neither no-delay nor a timer for slow request heads, and its WebSockets cost 137 KB each
//! (see docs/performance.md).

use std::{
    convert::Infallible,
    io::ErrorKind,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hyper::{
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    task::JoinSet,
};
use tracing::{info, warn};

use crate::{
    config::Config,
    hand_over::{HandOver, Pending},
    maintenance,
    places::Places,
    relay::Relay,
    releases,
    routes::{self, Client, Routes},
    shutdown::Shutdown,
};

/// What a peer that stopped reading can pin in the kernel; without it up to `tcp_wmem[2]`, 4 MB.
const SEND_BUFFER: usize = 16 * 1024;
/// A peer that acknowledges nothing for so long is gone.
const DEAD_AFTER: Duration = Duration::from_secs(20);
/// Longest head of a request.
const HEAD_BUFFER: usize = 16 * 1024;
/// An answer under way at shutdown may take so long.
const LAST_ANSWER: Duration = Duration::from_secs(3);
/// Peers come back within this time and 0.6 ms for each of them after a restart.
const RECONNECT_MS: u32 = 2000;

/// Connections that may wait to be accepted. A room that comes back at once fills it in a moment, and a phone whose
/// first packet finds it full asks again after a whole second; the system may allow fewer.
const BACKLOG: u32 = 4096;

/// Listens on an address, with room for a whole ballroom at the door.
///
/// Errors: the address is taken or not ours.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // Elsewhere it would let two programs share a port; here it only forgets the connections of the last run.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        // Everywhere is everywhere, on each system; one without IPv4 says so and serves the other.
        let _ = socket2::SockRef::from(&socket).set_only_v6(false);
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Runs a relay until the shutdown starts and everybody has been told.
pub async fn serve(config: Config, listener: TcpListener, shutdown: Shutdown) -> anyhow::Result<()> {
    let relay = Relay::start(config).await?;
    run(relay, listener, shutdown).await
}

/// Runs a relay that has been started.
pub async fn run(relay: Arc<Relay>, listener: TcpListener, mut shutdown: Shutdown) -> anyhow::Result<()> {
    let _background = start_background(&relay);
    let limits = &relay.config.limits;
    let connections = Arc::new(Semaphore::new(limits.connections as usize));
    let places = Places::new(limits.connections_per_address, &relay.config.trusted_proxies);
    let handshakes = Arc::new(Semaphore::new(limits.handshakes as usize));
    let routes = routes::all(&relay);
    if let Ok(address) = listener.local_addr() {
        info!(%address, "listening");
    }
    loop {
        let (io, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, mostly: others end in a moment.
                    warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = shutdown.started() => break,
        };
        let handshake = handshakes.clone().try_acquire_owned().ok();
        let connection = connections.clone().try_acquire_owned();
        let place = connection
            .ok()
            .and_then(|connection| places.take(connection, address.ip()));
        let (Some(place), Some(handshake)) = (place, handshake) else {
            refuse(io, handshakes.clone().try_acquire_owned().ok());
            continue;
        };
        set_up(&io);
        let client = Client {
            address,
            connection: Arc::new(place),
        };
        tokio::spawn(connect(
            io,
            client,
            handshake,
            routes.clone(),
            limits.header_timeout,
            shutdown.clone(),
        ));
    }
    drop(listener);
    drain(&relay, &connections).await;
    Ok(())
}

/// What goes on beside the requests, until the set is dropped.
fn start_background(relay: &Relay) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(maintenance::run(relay.store.clone(), relay.config.limits.clone()));
    tasks.spawn(maintenance::watch_tokens(relay.store.clone(), relay.hub.clone()));
    if let Some(feed) = relay.config.release_feed.clone() {
        let slot = releases::slot(&relay.key);
        tasks.spawn(releases::watch(relay.releases.clone(), feed, slot));
    }
    tasks
}

/// Speaks HTTP on a socket until it is handed on or ends.
async fn connect(
    io: TcpStream,
    client: Client,
    handshake: OwnedSemaphorePermit,
    routes: Routes,
    header_timeout: Duration,
    mut shutdown: Shutdown,
) {
    // Given back as soon as the first request's head is complete.
    let handshake = Mutex::new(Some(handshake));
    let (hand_over, mut handed_over) = oneshot::channel::<Pending>();
    let hand_over = Arc::new(Mutex::new(Some(hand_over)));
    let inner = TowerToHyperService::new(warp::service(routes));
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        drop(take(&handshake));
        request.extensions_mut().insert(client.clone());
        let (answer, hand_over) = (inner.call(request), hand_over.clone());
        async move {
            let mut answer = answer.await?;
            if let Some(pending) = HandOver::take(&mut answer)
                && let Some(hand_over) = take(&hand_over)
            {
                // The task below takes the socket, and ends this.
                let _ = hand_over.send(pending);
                std::future::pending::<()>().await;
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEAD_BUFFER)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    // How a single connection ends is nobody's business.
    let pending = tokio::select! {
        _ = &mut connection => return,
        pending = &mut handed_over => pending,
        () = shutdown.started() => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            tokio::select! {
                _ = &mut connection => return,
                pending = handed_over => pending,
                () = tokio::time::sleep(LAST_ANSWER) => return,
            }
        }
    };
    if let (Ok(pending), Some(parts)) = (pending, connection.into_parts()) {
        // What came after the request's head is dropped: such a peer has nothing to say.
        pending.go(parts.io.into_inner());
    }
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Tells every peer, stores what is queued, waits for peers to go.
async fn drain(relay: &Relay, connections: &Semaphore) {
    let limits = &relay.config.limits;
    let n_open = (limits.connections as usize).saturating_sub(connections.available_permits());
    info!(n_open, "stopping");
    relay
        .hub
        .drain(RECONNECT_MS.saturating_add(u32::try_from(n_open * 6 / 10).unwrap_or(u32::MAX)));
    if relay.store.flush().await.is_err() {
        warn!("not everything could be stored");
    }
    let deadline = tokio::time::Instant::now() + limits.shutdown_grace;
    while connections.available_permits() < limits.connections as usize
        && tokio::time::Instant::now() < deadline
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn set_up(io: &TcpStream) {
    let socket = socket2::SockRef::from(io);
    // Each only makes things better; a system that lacks one works without.
    let _ = io.set_nodelay(true);
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(DEAD_AFTER));
    #[cfg(not(target_os = "linux"))]
    let _ = socket.set_tcp_keepalive(&socket2::TcpKeepalive::new().with_time(DEAD_AFTER));
}

/// Too many: one line, and a moment to read it, as closing at once would reset the connection before.
fn refuse(io: TcpStream, handshake: Option<OwnedSemaphorePermit>) {
    // The peer may be gone already.
    let _ = io.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let _ = socket2::SockRef::from(&io).shutdown(std::net::Shutdown::Write);
    if let Some(handshake) = handshake {
        tokio::spawn(async move {
            let _ = tokio::time::timeout(Duration::from_millis(500), discard(&io)).await;
            drop(handshake);
        });
    }
}

/// Reads to the end.
async fn discard(io: &TcpStream) {
    while io.readable().await.is_ok() {
        match io.try_read(&mut [0; 512]) {
            Ok(0) => return,
            Err(error) if error.kind() != ErrorKind::WouldBlock => return,
            _ => {}
        }
    }
}
