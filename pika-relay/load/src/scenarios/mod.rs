//! What can happen in a night, each as a run with a report.

mod drain;
mod fan_out;
mod likes;
mod night;
mod slow;
mod soak;
mod storm;

use std::{net::SocketAddr, time::Duration};

use anyhow::{bail, ensure};
pub use drain::drain;
pub use fan_out::{FanOut, fan_out};
pub use likes::likes;
pub use night::{NightPlan, night};
pub use slow::slow;
pub use soak::{Soak, soak};
pub use storm::storm;

use crate::{
    crowd::Crowd,
    link::Addresses,
    process::{self, Sample},
    report::Report,
    server::{OwnRelay, RelaySettings},
    target::Target,
    verify,
};

/// No wait for everybody is longer.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Files beside the sockets.
const OTHER_FILES: usize = 64;

/// Where a scenario runs.
#[derive(Clone, Debug)]
pub enum WhichRelay {
    /// A relay of our own for each run.
    Own(RelaySettings),
    /// A relay that runs already.
    Given {
        /// Where.
        address: SocketAddr,
        /// The token of an account on it.
        token: String,
        /// Its process, if it runs on this machine.
        pid: Option<u32>,
    },
}

/// What all scenarios are told.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The relay.
    pub relay: WhichRelay,
    /// Addresses of ours that connections come from.
    pub sources: u8,
    /// The same seed, the same crowd.
    pub seed: u64,
}

/// A relay for one run.
#[derive(Debug)]
pub enum Server {
    /// Started for it.
    Own(Box<OwnRelay>),
    /// It was there.
    Given {
        /// Where.
        address: SocketAddr,
        /// The token.
        token: String,
        /// Its process.
        pid: Option<u32>,
    },
}

impl Setting {
    /// The relay for a run with so many dancers.
    pub fn server(&self, n_dancers: usize) -> anyhow::Result<Server> {
        check_files(n_dancers)?;
        Ok(match &self.relay {
            WhichRelay::Own(settings) => Server::Own(Box::new(OwnRelay::start(settings)?)),
            WhichRelay::Given { address, token, pid } => Server::Given {
                address: *address,
                token: token.clone(),
                pid: *pid,
            },
        })
    }

    /// A crowd of nobody with a DJ at a server, in a session of its own.
    pub fn crowd(&self, server: &Server) -> anyhow::Result<Crowd> {
        let (address, token) = server.address();
        let sources = Addresses::loopback(self.sources, address)?;
        let mut crowd = Crowd::new(Target::begin(address, token, sources)?, self.seed)?;
        crowd.dj_starts()?;
        Ok(crowd)
    }
}

impl Server {
    fn address(&self) -> (SocketAddr, &str) {
        match self {
            Self::Own(relay) => (relay.address, &relay.token),
            Self::Given { address, token, .. } => (*address, token),
        }
    }

    /// What it uses, where that can be seen.
    pub fn sample(&self) -> Sample {
        match self {
            Self::Own(relay) => relay.sample(),
            Self::Given { pid, .. } => pid.map(Sample::of).unwrap_or_default(),
        }
    }

    /// The relay, where it is ours to end and start.
    pub fn own(&mut self) -> anyhow::Result<&mut OwnRelay> {
        match self {
            Self::Own(relay) => Ok(relay),
            Self::Given { .. } => {
                bail!("this scenario ends and starts the relay: give its program with --relay")
            }
        }
    }
}

/// Whether this process may have so many connections.
pub fn check_files(n_dancers: usize) -> anyhow::Result<()> {
    if let Some(limit) = process::file_limit() {
        let needed = n_dancers + OTHER_FILES;
        ensure!(
            needed <= limit,
            "{n_dancers} dancers need {needed} open files and only {limit} are allowed (ulimit -n {needed})"
        );
    }
    Ok(())
}

/// Waits for everything to arrive, compares with what is stored, ends the session.
fn finish(crowd: &mut Crowd, report: &mut Report) -> anyhow::Result<()> {
    crowd.rates = crate::crowd::Rates::default();
    if !crowd.settle(PATIENCE)? {
        report
            .failures
            .push("not everything had arrived after two minutes".to_owned());
    }
    let stored = crowd.target.sums()?;
    verify::judge(crowd, Some(&stored), report);
    crowd.target.end()
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Waits until everybody who was invited is in.
fn all_came(crowd: &mut Crowd, n_dancers: usize, patience: Duration) -> anyhow::Result<()> {
    ensure!(
        crowd.gather(patience)?,
        "only {} of {n_dancers} came in",
        crowd.n_here
    );
    Ok(())
}
