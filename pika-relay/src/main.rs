//! `pika-relay`: the relay as a command.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run() {
        Ok(code) => code,
        Err(error) => {
            // One line: what was tried, then why.
            eprintln!("pika-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}
