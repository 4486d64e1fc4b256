//! The relay as a process of its own.

use std::{
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    database: String,
    child: Child,
}

impl Relay {
    pub(crate) fn start(database: &str) -> Self {
        let address = pika_relay_load::server::steady_address().unwrap();
        let child = spawn(address, database);
        Self {
            address,
            database: database.to_owned(),
            child,
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.address, &self.database);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Dead already, mostly.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(address: SocketAddr, database: &str) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_pika-relay"))
        .arg("serve")
        .env("HOST", address.ip().to_string())
        .env("PORT", address.port().to_string())
        .env("DATABASE_URL", database)
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < deadline, "the relay does not start");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}
