//! The relay as a process of its own, and an account on its database.

use std::{
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use pika_protocol::UnixMs;
use pika_relay::{
    auth::DjToken,
    base::Secret,
    config::DatabaseUrl,
    store,
    store::{
        accounts::{DjRow, TokenRow},
        models::OwnerId,
    },
};
use uuid::Uuid;

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

/// Adds an account; its token.
pub(crate) fn add_dj(database: &DatabaseUrl) -> String {
    let store = store::open(database).unwrap();
    let (token, id) = (DjToken::generate(), OwnerId(Uuid::new_v4()));
    let dj = DjRow {
        id,
        slug: "ada".to_owned(),
        name: "Ada".to_owned(),
        email: Secret::new("ada@example.org"),
        password_hash: Secret::new("none"),
        public_profile: false,
        created_at: UnixMs(1),
    };
    store.add_dj(&dj).unwrap().unwrap();
    // A token that was not used for long is deleted.
    let now = pika_relay::base::Moment::now().at;
    let name = "Laptop".to_owned();
    let row = TokenRow {
        id: Uuid::new_v4(),
        dj: id,
        name,
        created_at: UnixMs(1),
        last_used_at: now,
    };
    store.add_token(&row, &token.hash()).unwrap();
    token.expose().to_owned()
}
