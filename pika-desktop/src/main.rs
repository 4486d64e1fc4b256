//! `pika-desktop`: the DJ's program.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pika_desktop::{
    app::StartOptions,
    headless::{self, HeadlessOptions},
    logging,
    paths::DataPaths,
    settings::Settings,
};

/// Shows dancers what is playing and the DJ how the floor answers.
#[derive(Parser)]
#[command(name = "pika-desktop", version)]
struct Args {
    /// Work without a window: serve the dancers and say in plain lines what happens.
    #[arg(long)]
    headless: bool,
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
    if !args.headless {
        eprintln!("The window is not built yet: please start with --headless.");
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
    let mut settings = Settings::load(&paths.settings())?;
    settings.now_playing_file = args.now_playing_file.or(settings.now_playing_file);
    let options = HeadlessOptions {
        start: StartOptions {
            paths,
            settings,
            history: args.history,
        },
        music: args.music,
        listen: args.listen,
        session_name: args.session_name,
        dj_name: args.dj_name,
    };
    headless::run(&options, &mut std::io::stdout())
}
