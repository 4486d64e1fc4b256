//! Servers of our own: a relay or a floor as a process, in a folder that goes with it, on a core of its own.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use crate::process::Sample;

const PATIENCE: Duration = Duration::from_secs(60);
/// See [`steady_address`].
const PORTS: std::ops::Range<u16> = 15_000..30_000;
const TRIES: usize = 1_000;

/// How a relay is to be started.
#[derive(Clone, Debug)]
pub struct RelaySettings {
    /// The program.
    pub program: PathBuf,
    /// The core that servers run on, where the system can pin them (`taskset`).
    pub core: Option<usize>,
    /// Another database than an SQLite file of its own.
    pub database: Option<String>,
}

/// A relay of our own; killed when dropped.
#[derive(Debug)]
pub struct OwnRelay {
    settings: RelaySettings,
    folder: tempfile::TempDir,
    /// Where it listens, also after a restart.
    pub address: SocketAddr,
    /// The token of an account on it.
    pub token: String,
    child: Child,
}

impl OwnRelay {
    /// Starts a relay with lifted limits on a database that is empty, or the one that was told.
    pub fn start(settings: &RelaySettings) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the relay")?;
        let address = steady_address()?;
        let run = |arguments: &[&str]| {
            let output = command(settings, &folder, address).args(arguments).output();
            let output = output.with_context(|| format!("{} does not start", settings.program.display()))?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let why = String::from_utf8_lossy(&output.stderr);
            ensure!(
                output.status.success(),
                "pika-relay {}: {why}",
                arguments.join(" ")
            );
            Ok(said)
        };
        run(&["migrate"])?;
        let email = format!("load-{}@example.org", uuid::Uuid::new_v4());
        let added = run(&["user", "add", "Load test", &email])?;
        let token = added.lines().find_map(|line| line.strip_prefix("Token:"));
        let token = token
            .context("no token from “pika-relay user add”")?
            .trim()
            .to_owned();
        let child = serve(settings, &folder, address)?;
        Ok(Self {
            settings: settings.clone(),
            folder,
            address,
            token,
            child,
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it uses now.
    pub fn sample(&self) -> Sample {
        Sample::of(self.pid())
    }

    /// Asks it to end (SIGTERM); it goes on serving those who are there for a moment.
    pub fn ask_to_end(&self) -> anyhow::Result<()> {
        let status = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status();
        ensure!(
            status.context("“kill” does not start")?.success(),
            "the relay cannot be asked to end"
        );
        Ok(())
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again on the same data and address; does not wait until it answers.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        self.child = spawn(&self.settings, &self.folder, self.address)?;
        Ok(())
    }
}

impl Drop for OwnRelay {
    fn drop(&mut self) {
        // Dead already, mostly.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(settings: &RelaySettings, folder: &tempfile::TempDir, address: SocketAddr) -> Command {
    let mut command = pinned(settings.core, &settings.program.display().to_string());
    let own = format!("sqlite:{}", folder.path().join("load.db").display());
    command
        .current_dir(folder.path())
        .env("DATABASE_URL", settings.database.as_ref().unwrap_or(&own))
        .env("HOST", address.ip().to_string())
        .env("PORT", address.port().to_string())
        .env("LIMIT_PROFILE", "load-test")
        .env(
            "RUST_LOG",
            std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned()),
        )
        .stdin(Stdio::null());
    if settings.core.is_some() {
        // As many threads as cores.
        command.env("TOKIO_WORKER_THREADS", "1");
    }
    command
}

fn spawn(settings: &RelaySettings, folder: &tempfile::TempDir, address: SocketAddr) -> anyhow::Result<Child> {
    command(settings, folder, address)
        .arg("serve")
        .spawn()
        .context("the relay does not start")
}

fn serve(settings: &RelaySettings, folder: &tempfile::TempDir, address: SocketAddr) -> anyhow::Result<Child> {
    let mut child = spawn(settings, folder, address)?;
    wait_for(address, &mut child)?;
    Ok(child)
}

/// A floor of our own; killed when dropped.
#[derive(Debug)]
pub struct OwnFloor {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl OwnFloor {
    /// Starts this program as a floor.
    pub fn start(core: Option<usize>) -> anyhow::Result<Self> {
        let address = steady_address()?;
        let own = std::env::current_exe().context("this program's own path")?;
        let mut child = pinned(core, &own.display().to_string())
            .args(["floor", "--listen", &address.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .context("the floor does not start")?;
        wait_for(address, &mut child)?;
        Ok(Self { address, child })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for OwnFloor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pinned(core: Option<usize>, program: &str) -> Command {
    let Some(core) = core else {
        return Command::new(program);
    };
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), program]);
    command
}

/// An address of this machine that stays free between finding and using it, also over restarts: its port lies below
/// those that systems give to outgoing connections and to listeners that ask for any.
///
/// Errors: hardly a port is free.
pub fn steady_address() -> anyhow::Result<SocketAddr> {
    for _ in 0..TRIES {
        let port = PORTS.start + (uuid::Uuid::new_v4().as_u128() % PORTS.len() as u128) as u16;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port from {} to {} is free", PORTS.start, PORTS.end)
}

fn wait_for(address: SocketAddr, child: &mut Child) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while TcpStream::connect(address).is_err() {
        if let Some(status) = child.try_wait()? {
            bail!("the server at {address} ended: {status}");
        }
        ensure!(Instant::now() < deadline, "nothing answers at {address}");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_address_is_none_that_systems_give_to_others() {
        let address = steady_address().expect("a free port");
        assert!(
            address.ip().is_loopback() && PORTS.contains(&address.port()),
            "{address}"
        );
    }
}
