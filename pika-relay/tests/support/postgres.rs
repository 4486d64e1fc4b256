//! A real Postgres server for tests: on a free port, in a temporary folder, shared by the tests
//! of one program and stopped with the last of them.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use tempfile::TempDir;

/// A running server.
pub(crate) struct PostgresServer {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// A database of its own for one test.
pub(crate) struct TestDatabase {
    server: Arc<PostgresServer>,
    /// Its address, to be used as `DATABASE_URL`.
    pub(crate) url: String,
}

impl TestDatabase {
    #[allow(dead_code, reason = "not every test program uses it")]
    /// An empty database on the shared server, which is started when it does not run yet.
    pub(crate) fn create() -> Self {
        static SERVER: Mutex<Weak<PostgresServer>> = Mutex::new(Weak::new());
        let mut shared = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        let server = shared
            .upgrade()
            .unwrap_or_else(|| Arc::new(PostgresServer::start()));
        *shared = Arc::downgrade(&server);
        drop(shared);
        Self::on(server)
    }

    #[allow(dead_code, reason = "not every test program uses it")]
    /// An empty database on a server of its own, for tests that stop it.
    pub(crate) fn create_alone() -> Self {
        Self::on(Arc::new(PostgresServer::start()))
    }

    fn on(server: Arc<PostgresServer>) -> Self {
        let name = format!("test{}", server.databases.fetch_add(1, Ordering::Relaxed));
        server.run(
            "createdb",
            &["-h", "127.0.0.1", "-p", &server.port.to_string(), &name],
        );
        Self {
            url: format!(
                "postgres://postgres:trusted@127.0.0.1:{}/{name}?sslmode=disable",
                server.port
            ),
            server,
        }
    }

    /// Stops the server as a crash of its machine would.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn stop_server(&self) {
        self.server.pg_ctl(&["-m", "immediate", "stop"]);
    }

    /// Makes the server offer TLS, with a certificate of its own for 127.0.0.1; returns its file.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn enable_tls(&self) -> PathBuf {
        let data = self.server.data();
        let (key, certificate) = (format!("{data}/server.key"), format!("{data}/server.crt"));
        let subject = [
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ];
        let paths = ["-keyout", key.as_str(), "-out", certificate.as_str()];
        let kind = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ];
        run(Command::new("openssl").args(kind).args(subject).args(paths));
        if is_root() {
            run(Command::new("chown").args(["postgres", &key, &certificate]));
        }
        run(Command::new("chmod").args(["600", &key]));
        let conf = self.server.folder.path().join("data/postgresql.auto.conf");
        let settings = std::fs::read_to_string(&conf).expect("the settings");
        std::fs::write(&conf, format!("{settings}ssl = on\n")).expect("the settings are written");
        self.server.pg_ctl(&["-w", "restart"]);
        certificate.into()
    }

    /// Makes the server refuse what is not encrypted.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn require_tls(&self) {
        let rules = self.server.folder.path().join("data/pg_hba.conf");
        std::fs::write(rules, "hostssl all all 127.0.0.1/32 trust\n").expect("the rules are written");
        self.server.pg_ctl(&["reload"]);
    }

    /// Starts it again.
    #[allow(dead_code, reason = "not every test program uses it")]
    pub(crate) fn start_server(&self) {
        self.server.pg_ctl(&["-w", "start"]);
    }
}

impl PostgresServer {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("pika-postgres-")
            .tempdir()
            .expect("a folder");
        // Making the folder takes its time, and it stays the same while the server is away.
        let port = pika_relay_load::server::steady_address()
            .expect("a free port")
            .port();
        let server = Self {
            folder,
            programs,
            port,
            databases: AtomicU32::new(0),
        };
        if is_root() {
            // Postgres refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(server.folder.path()));
        }
        let data = server.data();
        server.run(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C",
            ],
        );
        let settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n\
             max_connections = 200\nshared_buffers = 32MB\nlog_min_messages = fatal\n"
        );
        let file = server.folder.path().join("data/postgresql.auto.conf");
        std::fs::write(file, settings).expect("the settings are written");
        server.pg_ctl(&["-w", "start"]);
        server
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn pg_ctl(&self, arguments: &[&str]) {
        let (data, log) = (self.data(), self.folder.path().join("log").display().to_string());
        self.run(
            "pg_ctl",
            &[&["-s", "-D", &data, "-l", &log, "-t", "240"], arguments].concat(),
        );
    }

    /// Runs one of Postgres' programs, as user postgres when we are root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("PGUSER", "postgres"));
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.pg_ctl(&["-m", "immediate", "stop"]);
    }
}

fn run(command: &mut Command) {
    // The server inherits what pg_ctl has: no pipe that would stay open.
    let log = tempfile::NamedTempFile::new().expect("a file");
    let file = || Stdio::from(log.reopen().expect("the same file"));
    let status = command
        .stdin(Stdio::null())
        .stdout(file())
        .stderr(file())
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(_) => panic!(
            "{command:?}: {}",
            std::fs::read_to_string(log.path()).unwrap_or_default()
        ),
        Err(error) => panic!("{command:?}: {error}"),
    }
}

/// Where Postgres' programs are: Debian keeps them out of the search path.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = match std::fs::read_dir("/usr/lib/postgresql") {
        Ok(versions) => versions
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => panic!("/usr/lib/postgresql: {error}"),
    };
    if let Some(path) = std::env::var_os("PATH") {
        found.extend(std::env::split_paths(&path));
    }
    found.retain(|folder| {
        ["initdb", "pg_ctl", "createdb"]
            .iter()
            .all(|program| folder.join(program).is_file())
    });
    found.sort();
    found
        .pop()
        .expect("Postgres is installed (Debian: apt-get install postgresql)")
}

fn is_root() -> bool {
    // What root writes belongs to root.
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(Path::new("/proc/self")).expect("Linux"))
        == 0;
    #[cfg(not(unix))]
    return false;
}
