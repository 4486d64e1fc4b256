//! What the command can do, and how its settings are gathered: flags, then the environment, then a file.

mod health;
mod serve;
mod store;
mod user;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use pika_relay::config::{Config, Limits, RawConfig, SETTINGS, SettingsFile};

/// Read from the working folder when it is there.
const SETTINGS_FILE: &str = ".env";

/// Runs the command that the arguments name.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let arguments = command().get_matches();
    let config = config(&arguments)?;
    let done = |result: anyhow::Result<()>| result.map(|()| ExitCode::SUCCESS);
    match arguments.subcommand() {
        None | Some(("serve", _)) => done(serve::serve(config)),
        Some(("migrate", options)) => store::migrate(&config, options.get_flag("check")),
        Some(("backup", options)) => done(store::backup(&config, file(options))),
        Some(("restore", options)) => done(store::restore(&config, file(options))),
        Some(("health", _)) => done(health::health(&config)),
        Some(("user", options)) => done(user::user(&config, options)),
        Some((name, _)) => bail!("unknown command {name}"),
    }
}

fn command() -> Command {
    let file = |help| {
        Arg::new("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    let mut command = Command::new("pika-relay")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Live sessions and pages for dancers")
        .after_help("Each setting is also read from the environment and from .env under its name, such as PORT or LIMIT_TEXT_CHARS.")
        .subcommand(Command::new("serve").about("Run the relay (also without a command)"))
        .subcommand(
            Command::new("migrate").about("Bring the database up to date").arg(
                Arg::new("check")
                    .long("check")
                    .action(ArgAction::SetTrue)
                    .help("Change nothing; exit with 1 when something is to be done"),
            ),
        )
        .subcommand(Command::new("backup").about("Copy the database, also while the relay runs").arg(file("A new file; - for standard output")))
        .subcommand(Command::new("restore").about("Put a backup in the place of the database").arg(file("A backup; - for standard input")))
        .subcommand(Command::new("health").about("Ask the running relay whether it is well"))
        .subcommand(user::command())
        .arg(
            Arg::new("settings")
                .long("settings")
                .value_name("FILE")
                .global(true)
                .value_parser(value_parser!(PathBuf))
                .help("Settings to read instead of .env"),
        );
    for setting in SETTINGS {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!(" [default: {}]", setting.default)
        };
        command = command.arg(flag(
            setting.key,
            format!("{}{default}", capital(setting.help)),
            "Settings",
        ));
    }
    for limit in Limits::SETTINGS {
        let help = format!("{} [default: {}]", capital(limit.help), limit.default);
        command = command.arg(flag(limit.key, help, "Limits").hide_short_help(true));
    }
    command
}

fn flag(key: &'static str, help: String, heading: &'static str) -> Arg {
    let name = key.to_ascii_lowercase().replace('_', "-");
    Arg::new(key)
        .long(name)
        .value_name("VALUE")
        .global(true)
        .help(help)
        .help_heading(heading)
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

fn config(arguments: &ArgMatches) -> anyhow::Result<Config> {
    let named: Option<&PathBuf> = arguments.get_one("settings");
    let path = named.cloned().unwrap_or_else(|| SETTINGS_FILE.into());
    let file = match std::fs::read_to_string(&path) {
        Ok(text) => {
            Some(SettingsFile::parse(&path.display().to_string(), &text).map_err(anyhow::Error::msg)?)
        }
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    let flag = |key: &str| arguments.get_one::<String>(key).cloned();
    let environment = |key: &str| std::env::var(key).ok();
    Ok(Config::from_raw(&RawConfig::collect(
        flag,
        environment,
        file.as_ref(),
    ))?)
}

fn file(options: &ArgMatches) -> &PathBuf {
    options.get_one("FILE").expect("the argument is required")
}
