//! Backup and restore through the database's own tools.

use std::{path::Path, process::Command, time::Duration};

use r2d2_postgres::postgres::{Config, config::Host};

use super::{PostgresStore, connection::Connection, tls, unusable};
use crate::{
    base::Secret,
    store::{Cause, LiveStore, StoreError},
};

impl PostgresStore {
    /// Writes the database to the new file `target` with `pg_dump`; the relay may run meanwhile.
    pub fn backup(url: &Secret, target: &Path) -> Result<(), StoreError> {
        if target.exists() {
            return Err(StoreError::Other(
                format!("there is a file already: {}", target.display()).into(),
            ));
        }
        let mut part = target.as_os_str().to_owned();
        part.push(".part");
        let mut command = tool("pg_dump", url)?;
        command
            .args(["--format=custom", "--no-owner", "--no-privileges", "--file"])
            .arg(&part);
        let done = run(command).and_then(|()| std::fs::rename(&part, target).map_err(Cause::of));
        done.map_err(|cause| {
            drop(std::fs::remove_file(&part));
            StoreError::Other(cause)
        })
    }

    /// Puts a backup in the place of the database's tables with `pg_restore`, all or nothing.
    /// Refuses while a relay is connected. Clients that go on with a live session of the backup
    /// start from a snapshot, since the backup does not know what they have seen.
    pub fn restore(url: &Secret, source: &Path) -> Result<(), StoreError> {
        if Self::connect(url, "pika-relay command")?.run(relay_is_connected)? {
            return Err(StoreError::Other(
                "a relay is connected to this database: stop it first".into(),
            ));
        }
        let mut list = tool("pg_restore", url)?;
        list.arg("--list").arg(source);
        let listing = output(list).map_err(StoreError::Other)?;
        if !listing.contains("schema_migrations") {
            return Err(StoreError::Other(
                format!("{} holds no tables of Pika!", source.display()).into(),
            ));
        }
        let mut command = tool("pg_restore", url)?;
        // The name comes from the environment; the flag says that a database is written, not a script.
        command
            .args([
                "--clean",
                "--if-exists",
                "--no-owner",
                "--no-privileges",
                "--single-transaction",
            ])
            .args(["--exit-on-error", "--dbname", ""])
            .arg(source);
        run(command).map_err(StoreError::Other)?;
        Self::open(url)?.renew_epochs()
    }
}

/// Whether a relay is connected, and still is after the time that a busy server takes to notice
/// that one has gone: ten seconds.
fn relay_is_connected(db: &mut Connection) -> Result<bool, StoreError> {
    for _ in 0..200 {
        let row = db.query_one(
            "SELECT COUNT(*) > 0 FROM pg_stat_activity \
             WHERE application_name = 'pika-relay' AND datname = current_database()",
            &[],
        )?;
        if !row.get::<_, bool>(0) {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(true)
}

/// One of Postgres' programs, told by its environment where to connect: arguments are seen by
/// everyone on the computer.
fn tool(program: &str, url: &Secret) -> Result<Command, StoreError> {
    let (config, _) = tls::settings(url, "pika-relay command").map_err(unusable)?;
    let (mode, root_certificates) = tls::tool_settings(url).map_err(unusable)?;
    let mut command = Command::new(program);
    command
        .env("PGAPPNAME", "pika-relay command")
        .env("PGSSLMODE", mode)
        .env("PGHOST", hosts(&config));
    let ports: Vec<String> = config.get_ports().iter().map(ToString::to_string).collect();
    let variables = [
        ("PGPORT", (!ports.is_empty()).then(|| ports.join(","))),
        ("PGUSER", config.get_user().map(str::to_owned)),
        (
            "PGPASSWORD",
            config
                .get_password()
                .map(|password| String::from_utf8_lossy(password).into_owned()),
        ),
        (
            "PGDATABASE",
            config.get_dbname().or(config.get_user()).map(str::to_owned),
        ),
        (
            "PGSSLROOTCERT",
            root_certificates.or_else(|| (mode == "verify-full").then(|| "system".to_owned())),
        ),
    ];
    for (name, value) in variables {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    Ok(command)
}

fn hosts(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    });
    hosts.collect::<Vec<_>>().join(",")
}

fn run(command: Command) -> Result<(), Cause> {
    output(command).map(drop)
}

fn output(mut command: Command) -> Result<String, Cause> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        let words = match error.kind() {
            std::io::ErrorKind::NotFound => {
                format!("{program} is missing: install the client programs of Postgres (postgresql-client)")
            }
            _ => format!("{program}: {error}"),
        };
        Cause::worded(words, error)
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().next().unwrap_or("failed").trim();
    Err(format!("{program}: {first}").into())
}
