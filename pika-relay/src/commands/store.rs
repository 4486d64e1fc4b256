//! Commands that work on the database as a whole.

use std::{
    fs::File,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use pika_relay::{
    config::{Config, DatabaseUrl},
    store, telemetry,
};

/// Brings the tables up to date, or says (and by its exit status too) whether something is to be done.
pub(super) fn migrate(config: &Config, check_only: bool) -> anyhow::Result<ExitCode> {
    let before = store::migration_state(&config.database).context("the database could not be read")?;
    if check_only {
        return Ok(if before.pending.is_empty() {
            println!("The database is up to date.");
            ExitCode::SUCCESS
        } else {
            println!("To be done: {}", before.pending.join(", "));
            ExitCode::FAILURE
        });
    }
    telemetry::init(config.log_format);
    store::open(&config.database).context("the database could not be changed")?;
    match before.pending.as_slice() {
        [] => println!("The database was up to date."),
        pending => println!("Done: {}", pending.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies the database to a file, or to standard output for `-`.
pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    if is_stream(file) {
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            bail!("a backup is nothing to look at: name a file, or send it on (pika-relay backup - > FILE)");
        }
        let copy = Passing::new(config, "outgoing");
        store::backup(&config.database, &copy.0).context("no backup was made")?;
        let mut made = File::open(&copy.0)?;
        std::io::copy(&mut made, &mut out).context("the backup could not be passed on")?;
        return Ok(out.flush()?);
    }
    store::backup(&config.database, file).context("no backup was made")?;
    println!(
        "The backup is in {}. Keep it safe: it holds addresses and password hashes.",
        file.display()
    );
    Ok(())
}

/// Puts a backup, from a file or from standard input for `-`, in the place of the database.
pub(super) fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    let kept = if is_stream(file) {
        let copy = Passing::new(config, "incoming");
        let mut target = private(&copy.0)?;
        std::io::copy(&mut std::io::stdin().lock(), &mut target).context("the backup could not be read")?;
        target.sync_all()?;
        store::restore(&config.database, &copy.0).context("nothing was restored")?
    } else {
        store::restore(&config.database, file).context("nothing was restored")?
    };
    println!("The database is as it was in the backup.");
    if let Some(kept) = kept {
        println!("What was there before is kept in {}.", kept.display());
    }
    Ok(())
}

fn is_stream(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// A file on the way from or to another program, deleted in any case. It lies beside the database, where there is
/// room for it and nobody else looks.
struct Passing(PathBuf);

impl Passing {
    fn new(config: &Config, what: &str) -> Self {
        let name = match &config.database {
            DatabaseUrl::Sqlite(path) => path.clone(),
            DatabaseUrl::Postgres(_) => std::env::temp_dir().join("pika"),
        };
        let mut name = name.into_os_string();
        name.push(format!(".{what}-{}", std::process::id()));
        Self(name.into())
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // Not there when making it failed.
        drop(std::fs::remove_file(&self.0));
    }
}

fn private(path: &Path) -> anyhow::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| path.display().to_string())
}
