//! A relay that runs within a test, on threads of its own.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use pika_relay::{config::Config, shutdown::ShutdownTrigger};
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};

/// Ended with the test at the latest.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    parts: Option<(Runtime, ShutdownTrigger, JoinHandle<anyhow::Result<()>>)>,
}

impl Running {
    /// Starts it at an address; port 0 is any free one.
    pub(crate) fn start(config: Config, address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (trigger, shutdown) = ShutdownTrigger::new();
        let listener = listen(&runtime, address);
        let address = listener.local_addr().unwrap();
        let served = runtime.spawn(pika_relay::serve(config, listener, shutdown));
        Self {
            address,
            parts: Some((runtime, trigger, served)),
        }
    }

    /// Ends it as an operator would, in no more than `patience`.
    pub(crate) fn stop(mut self, patience: Duration) {
        let (runtime, trigger, served) = self.parts.take().unwrap();
        trigger.start();
        let ended = runtime.block_on(async { tokio::time::timeout(patience, served).await });
        ended.expect("it ends in time").unwrap().unwrap();
        runtime.shutdown_timeout(Duration::from_secs(10));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some((runtime, trigger, _)) = self.parts.take() {
            trigger.start();
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

/// The port of a relay that has just ended may take a moment to be free again.
fn listen(runtime: &Runtime, address: SocketAddr) -> TcpListener {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match runtime.block_on(TcpListener::bind(address)) {
            Ok(listener) => return listener,
            Err(error) => assert!(Instant::now() < deadline, "{address}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
