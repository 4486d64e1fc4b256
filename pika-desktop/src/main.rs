//! `pika-desktop`: the DJ's program.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pika_desktop::{
    app::StartOptions,
    crash,
    headless::{self, HeadlessOptions},
    logging,
    paths::DataPaths,
    self_test,
    settings::Settings,
    ui,
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
    /// Where the relay listens; 0.0.0.0:3001 serves the phones on the same network.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3001")]
    listen: SocketAddr,
    /// Name of the session, as dancers see it.
    #[arg(long, value_name = "NAME", default_value = "Tonight")]
    session_name: String,
    /// The DJ's name, as dancers see it.
    #[arg(long, value_name = "NAME", default_value = "DJ")]
    dj_name: String,
}

fn main() -> ExitCode {
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
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Pika! cannot start: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<()> {
    let paths = DataPaths::open(args.data_dir)?;
    if let Err(error) = logging::start(&paths.logs()) {
        eprintln!("No log is written: {error}");
    }
    crash::install(&paths.logs());
    let mut settings = Settings::load(&paths.settings())?;
    settings.now_playing_file = args.now_playing_file.or(settings.now_playing_file);
    let start = StartOptions {
        paths,
        settings,
        history: args.history,
    };
    if !args.headless {
        return ui::run(start).map_err(|error| anyhow::anyhow!("no window could be opened: {error}"));
    }
    let options = HeadlessOptions {
        start,
        music: args.music,
        listen: args.listen,
        session_name: args.session_name,
        dj_name: args.dj_name,
    };
    headless::run(&options, &mut std::io::stdout())
}

/// Whether a window can be shown. Only Linux can be without.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
