//! A relay on a free port with a database of its own.

use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pika_relay::{
    base::Secret,
    config::{Config, DatabaseUrl},
    rate_limit::Rate,
    store::SqliteStore,
};

use crate::{account, running::Running};

/// The publisher key of every test relay.
pub(crate) const KEY: &str = "test publisher key";

/// So many at once and, while a test lasts, never one more: a slow machine must not earn itself another.
pub(crate) fn at_once(burst: u32) -> Rate {
    Rate::new(burst, 1, Duration::from_secs(86_400))
}

/// The process counts readers that were cut: one test at a time may look at that.
pub(crate) fn one_slow_reader_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) struct TestRelay {
    pub(crate) address: SocketAddr,
    running: Option<Running>,
    config: Config,
    /// Deleted with the relay.
    folder: Option<tempfile::TempDir>,
}

impl TestRelay {
    /// A relay with the usual limits.
    pub(crate) fn start() -> Self {
        Self::with(|_| ())
    }

    /// A relay with some settings changed.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::embedded(folder.path().join("relay.db"), Secret::new(KEY));
        // Clients that do not read their close must not hold a test up; what is about them reading it sets more.
        config.limits.shutdown_grace = Duration::from_millis(300);
        change(&mut config);
        let mut relay = Self::on(config);
        relay.folder = Some(folder);
        relay
    }

    /// A relay on a database that is there.
    pub(crate) fn on(config: Config) -> Self {
        let running = Running::start(config.clone(), SocketAddr::from(([127, 0, 0, 1], 0)));
        Self {
            address: running.address,
            running: Some(running),
            config,
            folder: None,
        }
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop(super::PATIENCE);
        }
    }

    /// Ends it and starts another one on the same database, at another port.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let mut again = Self::on(self.config.clone());
        self.address = again.address;
        self.running = again.running.take();
    }
}

impl TestRelay {
    /// The file of its database.
    pub(crate) fn database_file(&self) -> &Path {
        match &self.config.database {
            DatabaseUrl::Sqlite(path) => path,
            DatabaseUrl::Postgres(_) => panic!("a file"),
        }
    }

    /// Adds an account as the command does; its token.
    pub(crate) fn add_dj(&self, name: &str) -> String {
        let path = self.database_file();
        // The relay itself makes the file.
        super::eventually("the relay should be up", || {
            TcpStream::connect(self.address).ok().filter(|_| path.exists())
        });
        account::add_dj(&SqliteStore::open(path).unwrap(), name)
    }
}
