//! `pika-desktop`: the DJ's program.

// Windows opens no console beside the window; what is written still arrives in a file or a pipe.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pika_desktop::{
    headless::{self, HeadlessOptions},
    self_test, ui,
};
use pika_engine::{
    app::{LISTEN, StartOptions},
    crash, demo, door, logging,
    paths::DataPaths,
    relay_access::{RelayAccess, RelayAddress, Token, TokenError},
    settings::Settings,
};

/// Shows dancers what is playing and the DJ how the floor answers.
#[derive(Parser)]
#[command(name = "pika-desktop", version)]
struct Args {
    /// Work without a window: serve the dancers and say in plain lines what happens.
    #[arg(long)]
    headless: bool,
    /// Try every part of the program once in a folder of its own, say how it went, and end.
    #[arg(long)]
    self_test: bool,
    /// The music folder; without it six short songs are made by code.
    #[arg(long, value_name = "DIR")]
    music: Option<PathBuf>,
    /// The VirtualDJ history to follow, or VirtualDJ's folder; without it the folder is found by itself.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// A text file or .m3u that another program writes what plays to.
    #[arg(long, value_name = "FILE")]
    now_playing_file: Option<PathBuf>,
    /// Where library, settings and logs are kept.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A whole night by itself: music made by code, the relay inside, a simulated DJ program, dancers.
    #[arg(long, conflicts_with_all = ["music", "history", "now_playing_file"])]
    demo: bool,
    /// Where the relay inside the program listens; 0.0.0.0:3001 serves the phones on the same network.
    /// Without a window, and for the demonstration, 127.0.0.1:3001.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Publish on this relay instead of the one inside the program. Without a window the token comes from the
    /// environment, PIKA_TOKEN.
    #[arg(long, value_name = "URL", conflicts_with = "demo")]
    relay: Option<String>,
    /// Name of the session, as dancers see it.
    #[arg(long, value_name = "NAME", default_value = "Tonight")]
    session_name: String,
    /// The DJ's name, as dancers see it.
    #[arg(long, value_name = "NAME", default_value = "DJ")]
    dj_name: String,
    /// Without a window: go on here with a session of the same account that is live on another computer.
    #[arg(long, requires = "headless")]
    take_over: bool,
}

fn main() -> ExitCode {
    pika_engine::clock::since_start();
    let args = Args::parse();
    if args.self_test {
        return if self_test::run(&mut std::io::stdout()) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    if !args.headless && !has_display() {
        eprintln!(
            "There is no display here. `pika-desktop --demo --headless` shows the whole night without a window."
        );
        return ExitCode::from(2);
    }
    let has_window = !args.headless;
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let why = format!("{error:#}");
            eprintln!("Pika! cannot start: {why}");
            // Who starts it from a menu reads no console.
            if has_window {
                let _ = ui::refuse(why);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<()> {
    let paths = match (args.demo, args.data_dir) {
        // The DJ's own library is not touched.
        (true, None) => DataPaths::open(Some(DataPaths::open(None)?.demo()))?,
        (_, folder) => DataPaths::open(folder)?,
    };
    if let Err(error) = logging::start(&paths.logs()) {
        eprintln!("No log is written: {error}");
    }
    crash::install(&paths.logs());
    let (mut settings, note) = Settings::load_anyway(&paths.settings());
    settings.now_playing_file = args.now_playing_file.or(settings.now_playing_file);
    let relay = args.relay.map(|url| url.trim_end_matches('/').to_owned());
    if let Some(url) = &relay {
        settings.relay_address = Some(url.clone());
    }
    let mut history = args.history;
    if args.demo {
        history = Some(demo::virtualdj_folder(&paths));
        settings.is_set_up = true;
    }
    let listen = match args.listen {
        Some(listen) => listen,
        None if args.headless || args.demo => ([127, 0, 0, 1], LISTEN.port()).into(),
        None => LISTEN,
    };
    let lock = paths.lock();
    let start = StartOptions {
        history,
        listen,
        demo: args.demo,
        notes: note.into_iter().collect(),
        ..StartOptions::new(paths, settings)
    };
    if !args.headless {
        if door::ring(&lock) {
            // The one that runs has come to the front.
            return Ok(());
        }
        return ui::run(start).map_err(|error| anyhow::anyhow!("no window could be opened: {error}"));
    }
    let options = HeadlessOptions {
        start,
        music: args.music,
        relay: relay.map(|url| access(&url, &std::env::var("PIKA_TOKEN").unwrap_or_default())),
        session_name: args.session_name,
        dj_name: args.dj_name,
        take_over: args.take_over,
    };
    headless::run(&options, &mut std::io::stdout())
}

/// The way to publish on a relay that was named when the program was started.
///
/// Errors: what the DJ is told.
fn access(url: &str, token: &str) -> Result<RelayAccess, String> {
    let address = RelayAddress::parse(url).map_err(|error| error.to_string())?;
    let token = Token::parse(token).map_err(|error| match error {
        TokenError::Empty => "No token yet. Copy it from your account page into PIKA_TOKEN.".to_owned(),
        error => error.to_string(),
    })?;
    RelayAccess::of_account(&address, &token).map_err(|error| error.to_string())
}

/// Whether a window can be shown. Only Linux can be without.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
