//! Accounts by command: for relays without registration, and for who lost the password.

use std::io::{IsTerminal, Write};

use anyhow::{Context, anyhow, bail};
use clap::{Arg, ArgMatches, Command};
use pika_protocol::UnixMs;
use pika_relay::{
    accounts::{self, NewAccount},
    auth::password,
    base::{Moment, Secret},
    config::Config,
    store::{self, Store, accounts::DjRow},
};

/// Accounts listed at a time.
const PAGE: u32 = 100;

pub(super) fn command() -> Command {
    let who = || {
        Arg::new("WHO")
            .required(true)
            .help("Email address or slug of the account")
    };
    Command::new("user")
        .about("Manage the accounts of DJs")
        .subcommand_required(true)
        .subcommand(
            Command::new("add")
                .about("Add an account; prints a password and a token, once")
                .arg(Arg::new("NAME").required(true).help("Name that dancers see"))
                .arg(
                    Arg::new("EMAIL")
                        .required(true)
                        .help("Email address for logging in"),
                ),
        )
        .subcommand(Command::new("list").about("List all accounts"))
        .subcommand(
            Command::new("reset-password")
                .about("Give an account a new password")
                .arg(who()),
        )
        .subcommand(
            Command::new("revoke-tokens")
                .about("Sign an account's computers out")
                .arg(who()),
        )
        .subcommand(
            Command::new("delete")
                .about("Delete an account with its sessions, for ever")
                .arg(who())
                .arg(
                    Arg::new("yes")
                        .long("yes")
                        .action(clap::ArgAction::SetTrue)
                        .help("Do not ask first"),
                ),
        )
}

pub(super) fn user(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    let store = store::open(&config.database).context("the database could not be opened")?;
    let store = &*store;
    match arguments.subcommand() {
        Some(("add", options)) => add(store, text(options, "NAME"), text(options, "EMAIL")),
        Some(("list", _)) => list(store),
        Some(("reset-password", options)) => reset_password(store, &find(store, text(options, "WHO"))?),
        Some(("revoke-tokens", options)) => revoke_tokens(store, &find(store, text(options, "WHO"))?),
        Some(("delete", options)) => delete(
            store,
            &find(store, text(options, "WHO"))?,
            options.get_flag("yes"),
        ),
        _ => bail!("unknown command"),
    }
}

fn add(store: &dyn Store, name: &str, email: &str) -> anyhow::Result<()> {
    let account = NewAccount::check(name, email).map_err(|refusal| anyhow!(refusal.message))?;
    let (password, hash) = new_password()?;
    let dj = account
        .create(store, &hash, now())?
        .context("there is an account with this email address already")?;
    let (_, token) = accounts::create_token(store, dj.id, "First token", now())?;
    println!("Added {} ({}).", dj.name, dj.slug);
    println!("Password: {}", password.expose());
    println!("Token:    {}", token.expose());
    println!("Both are shown this once only.");
    Ok(())
}

fn list(store: &dyn Store) -> anyhow::Result<()> {
    let mut after = None;
    let mut out = std::io::stdout().lock();
    loop {
        let page = store.djs(after.as_deref(), PAGE)?;
        for dj in &page {
            let tokens = store.tokens_of(dj.id)?.len();
            writeln!(
                out,
                "{}\t{}\t{}\t{tokens} tokens",
                dj.slug,
                dj.name,
                dj.email.expose()
            )?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE as usize => after = Some(last.slug.clone()),
            _ => return Ok(()),
        }
    }
}

fn reset_password(store: &dyn Store, dj: &DjRow) -> anyhow::Result<()> {
    let (password, hash) = new_password()?;
    store.save_password(dj.id, &hash)?;
    store.delete_web_sessions_of(dj.id)?;
    println!("New password of {}: {}", dj.slug, password.expose());
    println!("It is shown this once only. Browsers are logged out; tokens stay as they are.");
    Ok(())
}

fn revoke_tokens(store: &dyn Store, dj: &DjRow) -> anyhow::Result<()> {
    let revoked = store.delete_tokens_of(dj.id)?;
    println!(
        "Revoked {revoked} tokens of {}. A running relay closes their connections within seconds.",
        dj.slug
    );
    Ok(())
}

fn delete(store: &dyn Store, dj: &DjRow, is_sure: bool) -> anyhow::Result<()> {
    if !is_sure {
        if !std::io::stdin().is_terminal() {
            bail!("add --yes to delete without a question");
        }
        print!(
            "Delete {} ({}) with all sessions? Type the slug to go on: ",
            dj.name, dj.slug
        );
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if answer.trim() != dj.slug {
            bail!("nothing was deleted");
        }
    }
    store.delete_dj(dj.id)?;
    println!("Deleted {}.", dj.slug);
    Ok(())
}

fn find(store: &dyn Store, who: &str) -> anyhow::Result<DjRow> {
    let found = match who.contains('@') {
        true => store.dj_by_email(&who.trim().to_lowercase())?,
        false => store.dj_by_slug(who)?,
    };
    found.context("there is no such account")
}

fn new_password() -> anyhow::Result<(Secret, Secret)> {
    let password = Secret::random();
    let hash =
        password::hash(password.expose()).map_err(|error| anyhow!("no password could be made: {error}"))?;
    Ok((password, hash))
}

fn now() -> UnixMs {
    Moment::now().at
}

fn text<'a>(options: &'a ArgMatches, name: &str) -> &'a str {
    options.get_one::<String>(name).map_or("", String::as_str)
}
