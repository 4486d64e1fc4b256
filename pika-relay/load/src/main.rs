//! `pika-relay-load`: a ballroom for a relay, from the command line.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use pika_relay_load::{
    dancer::Transport,
    proof::{Peer, Proof, prove},
    report::Report,
    scenarios::{self, FanOut, NightPlan, Setting, Soak, WhichRelay},
    server::RelaySettings,
    venue::Venue,
};

/// Fills a ballroom: plays thousands of dancers to a Pika! relay and checks that nothing is lost or doubled.
#[derive(Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    scenario: Scenario,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// The relay's program: it is started for each run, with a database of its own and lifted limits.
    #[arg(long, global = true, env = "PIKA_RELAY")]
    relay: Option<PathBuf>,
    /// A relay that runs already, as host:port. Nothing else is contacted.
    #[arg(long, global = true, conflicts_with = "relay")]
    address: Option<String>,
    /// The token of an account on it (`pk_dj_…`), best by the environment.
    #[arg(long, global = true, env = "PIKA_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The process of that relay, where it runs on this machine: its memory and CPU are reported.
    #[arg(long, global = true)]
    server_pid: Option<u32>,
    /// That other machine is mine, and I may load it.
    #[arg(long, global = true)]
    it_is_mine: bool,
    /// The database of the relay that is started; without it an SQLite file of its own.
    #[arg(long, global = true)]
    database: Option<String>,
    /// The core that servers are pinned to.
    #[arg(long, global = true)]
    server_core: Option<usize>,
    /// Source addresses on loopback, from 127.0.0.1 on: each has some 28,000 ports.
    #[arg(long, global = true, default_value_t = 8)]
    sources: u8,
    /// The same seed, the same crowd.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// Prints JSON instead of text.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum How {
    Ws,
    Sse,
    Polling,
}

#[derive(Subcommand)]
enum Scenario {
    /// A night in a room of a venue: likes, votes, slow and flapping phones, and everybody lost in the middle.
    Night {
        /// The room.
        #[arg(long, value_enum, default_value = "club")]
        venue: Venue,
        /// Another number of dancers than the room has.
        #[arg(long)]
        dancers: Option<usize>,
        /// Songs.
        #[arg(long, default_value_t = 6)]
        songs: usize,
        /// Seconds between them.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// How long a song takes to everybody, and what it costs.
    FanOut {
        #[arg(long, default_value_t = 1000)]
        dancers: usize,
        #[arg(long, value_enum, default_value = "ws")]
        transport: How,
        #[arg(long, default_value_t = 8)]
        songs: usize,
    },
    /// Everybody likes the same song within ten seconds.
    Likes {
        #[arg(long, default_value_t = 5000)]
        dancers: usize,
    },
    /// Everybody loses the relay at once and comes back.
    Storm {
        #[arg(long, default_value_t = 10_000)]
        dancers: usize,
    },
    /// The relay is restarted under load.
    Drain {
        #[arg(long, default_value_t = 5000)]
        dancers: usize,
    },
    /// A tenth of the room stops reading, another tenth vanishes.
    Slow {
        #[arg(long, default_value_t = 2000)]
        dancers: usize,
    },
    /// A long time with people coming and going.
    Soak {
        #[arg(long, default_value_t = 1000)]
        dancers: usize,
        #[arg(long, default_value_t = 30)]
        minutes: u64,
    },
    /// Everything the documentation shows, in one run, with its tables.
    Proof {
        /// Sizes of the floor.
        #[arg(long, value_delimiter = ',', default_value = "1000,5000,10000,19500")]
        sizes: Vec<usize>,
        /// Sizes of the floor that listens by server-sent events.
        #[arg(long, value_delimiter = ',', default_value = "1000,5000")]
        event_sizes: Vec<usize>,
        #[arg(long, default_value_t = 2)]
        rounds: usize,
        #[arg(long, default_value_t = 8)]
        songs: usize,
        /// Dancers of likes, storm, drain, slow; 0 leaves one out.
        #[arg(long, value_delimiter = ',', default_value = "5000,10000,5000,2000")]
        others: Vec<usize>,
        /// Another server that speaks like the floor, as name=host:port/pid.
        #[arg(long)]
        beside: Vec<String>,
    },
    /// Serves a bare fan-out, to compare with.
    Floor {
        #[arg(long, default_value = "127.0.0.1:3002")]
        listen: SocketAddr,
    },
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("pika-relay-load: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// A way to listen that can be timed.
fn timed(how: How) -> anyhow::Result<Transport> {
    match how {
        How::Ws => Ok(Transport::Socket),
        How::Sse => Ok(Transport::Events),
        How::Polling => bail!("who polls hears a song when they ask: there is nothing to be timed"),
    }
}

/// Whether nothing was lost or doubled.
fn run(options: Options) -> anyhow::Result<bool> {
    let common = options.common;
    if let Scenario::Floor { listen } = options.scenario {
        pika_relay_load::floor::serve(listen).with_context(|| format!("cannot listen on {listen}"))?;
        return Ok(true);
    }
    let setting = Setting {
        relay: which_relay(&common)?,
        sources: common.sources,
        seed: common.seed,
    };
    let tell = |report: &Report| {
        if common.json {
            println!("{}", report.json());
        } else {
            println!("{}", report.text());
        }
    };
    let report = match options.scenario {
        Scenario::Night {
            venue,
            dancers,
            songs,
            seconds,
        } => {
            let room = venue.room();
            let night = NightPlan {
                room: room.of(dancers.unwrap_or(room.n_dancers)),
                n_songs: songs,
                song: Duration::from_secs(seconds),
                has_storm: true,
            };
            scenarios::night(&setting, &night)?
        }
        Scenario::FanOut {
            dancers,
            transport,
            songs,
        } => {
            let what = FanOut {
                n_dancers: dancers,
                transport: timed(transport)?,
                n_songs: songs,
                interval: Duration::from_millis(700),
            };
            scenarios::fan_out(&setting, &what)?
        }
        Scenario::Likes { dancers } => scenarios::likes(&setting, dancers)?,
        Scenario::Storm { dancers } => scenarios::storm(&setting, dancers)?,
        Scenario::Drain { dancers } => scenarios::drain(&setting, dancers)?,
        Scenario::Slow { dancers } => scenarios::slow(&setting, dancers)?,
        Scenario::Soak { dancers, minutes } => {
            let soak = Soak {
                n_dancers: dancers,
                time: Duration::from_secs(minutes * 60),
            };
            scenarios::soak(&setting, &soak)?
        }
        Scenario::Proof {
            sizes,
            event_sizes,
            rounds,
            songs,
            others,
            beside,
        } => {
            let proof = Proof {
                sizes,
                event_sizes,
                rounds,
                n_songs: songs,
                core: common.server_core,
                peers: beside.iter().map(|text| peer(text)).collect::<Result<_, _>>()?,
                others: others.try_into().ok().context("--others takes four numbers")?,
            };
            let proved = prove(&setting, &proof, tell)?;
            if !common.json {
                println!("{}", proved.tables);
            }
            return Ok(proved.reports.iter().all(Report::is_well));
        }
        Scenario::Floor { .. } => return Ok(true),
    };
    tell(&report);
    Ok(report.is_well())
}

fn which_relay(common: &Common) -> anyhow::Result<WhichRelay> {
    let Some(address) = &common.address else {
        let program = common
            .relay
            .clone()
            .context("which relay? Give its program (--relay) or its --address")?;
        let program = program
            .canonicalize()
            .with_context(|| format!("{} is not there", program.display()))?;
        return Ok(WhichRelay::Own(RelaySettings {
            program,
            core: common.server_core,
            database: common.database.clone(),
        }));
    };
    let found = address.to_socket_addrs().ok().and_then(|mut all| all.next());
    let found = found.with_context(|| format!("{address} is not a host and port"))?;
    ensure!(
        found.ip().is_loopback() || common.it_is_mine,
        "{found} is another machine: load only what is yours, and say so with --it-is-mine"
    );
    let token = common
        .token
        .clone()
        .context("the relay at an address needs a --token")?;
    Ok(WhichRelay::Given {
        address: found,
        token,
        pid: common.server_pid,
    })
}

fn peer(text: &str) -> anyhow::Result<Peer> {
    let parts = text
        .split_once('=')
        .and_then(|(name, rest)| Some((name, rest.split_once('/')?)));
    let (name, (address, pid)) = parts.with_context(|| format!("“{text}” is not name=host:port/pid"))?;
    Ok(Peer {
        name: name.to_owned(),
        address: address
            .parse()
            .with_context(|| format!("“{address}” is not an address"))?,
        pid: pid.parse().with_context(|| format!("“{pid}” is not a process"))?,
    })
}
