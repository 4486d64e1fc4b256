//! Commands that work on the database as a whole.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use pika_relay::config::Config;
use pika_relay::{store, telemetry};

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

/// Copies the database.
pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    store::backup(&config.database, file).context("no backup was made")?;
    println!(
        "The backup is in {}. Keep it safe: it holds addresses and password hashes.",
        file.display()
    );
    Ok(())
}

/// Puts a backup in the place of the database.
pub(super) fn restore(config: &Config, file: &Path) -> anyhow::Result<()> {
    let kept = store::restore(&config.database, file).context("nothing was restored")?;
    println!("The database is as it was in {}.", file.display());
    if let Some(kept) = kept {
        println!("What was there before is kept in {}.", kept.display());
    }
    Ok(())
}
