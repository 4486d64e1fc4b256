//! How long a song takes to everybody, what it costs, and what a connection costs that only listens.

use std::{net::SocketAddr, time::Duration};

use super::{PATIENCE, Setting, all_came, check_files, megabytes};
use crate::{
    crowd::Crowd,
    dancer::{Habits, Transport},
    link::Addresses,
    process::Sample,
    report::Report,
    stats::Stats,
    target::Target,
    verify,
};

/// Until buffers of the handshakes are given back and the crowd's own work is done.
const REST: Duration = Duration::from_secs(2);
/// Songs that are not timed: caches and branch predictors warm up.
const N_WARM: usize = 1;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct FanOut {
    /// Dancers.
    pub n_dancers: usize,
    /// How they listen.
    pub transport: Transport,
    /// Songs that are timed.
    pub n_songs: usize,
    /// Between two of them.
    pub interval: Duration,
}

/// Plays songs to a relay's dancers.
pub fn fan_out(setting: &Setting, what: &FanOut) -> anyhow::Result<Report> {
    let server = setting.server(what.n_dancers)?;
    let crowd = setting.crowd(&server)?;
    let (mut crowd, mut report) = measure(crowd, what, "relay", || server.sample())?;
    super::finish(&mut crowd, &mut report)?;
    Ok(report)
}

impl FanOut {
    /// Plays the same songs to the listeners of a bare fan-out: the floor, or any server that speaks like it.
    pub fn beside(
        &self,
        name: &str,
        address: SocketAddr,
        pid: u32,
        sources: u8,
        seed: u64,
    ) -> anyhow::Result<Report> {
        check_files(self.n_dancers)?;
        let target = Target::bare(address, Addresses::loopback(sources, address)?);
        let mut crowd = Crowd::new(target, seed)?;
        crowd.dj_starts()?;
        let (mut crowd, mut report) = measure(crowd, self, name, || Sample::of(pid))?;
        if !crowd.settle(PATIENCE)? {
            report
                .failures
                .push("not everything had arrived after two minutes".to_owned());
        }
        verify::judge(&crowd, None, &mut report);
        Ok(report)
    }
}

fn measure(
    mut crowd: Crowd,
    what: &FanOut,
    name: &str,
    sample: impl Fn() -> Sample,
) -> anyhow::Result<(Crowd, Report)> {
    let FanOut {
        n_dancers,
        transport,
        n_songs,
        interval,
    } = *what;
    let mut report = Report::new(format!("Fan-out: {name}, {n_dancers} dancers, {transport:?}"));
    crowd.pass(Duration::from_millis(200))?;
    let empty = sample();
    crowd.invite(n_dancers, transport, Duration::ZERO, |_| Habits::default());
    let began = std::time::Instant::now();
    all_came(&mut crowd, n_dancers, PATIENCE)?;
    let took = began.elapsed();
    crowd.pass(REST)?;
    let idle = sample();
    for _ in 0..N_WARM {
        crowd.play();
        crowd.pass(interval)?;
    }
    let (before, n_before) = (sample(), crowd.stats.n_heard);
    for _ in 0..n_songs {
        crowd.play();
        crowd.pass(interval)?;
    }
    let after = sample();
    report.add("dancers", "dancers", n_dancers as f64, "");
    report.add("came_in_s", "all came in within", took.as_secs_f64(), "s");
    add_memory(&mut report, n_dancers, [empty, idle, after]);
    add_times(&mut report, &crowd.stats);
    let n_deliveries = crowd.stats.n_heard - n_before;
    let cpu = after.cpu_ns.saturating_sub(before.cpu_ns) as f64 / 1e9;
    report.add("deliveries", "deliveries timed", n_deliveries as f64, "");
    report.add(
        "cpu_s_per_million",
        "CPU per million deliveries",
        cpu * 1e6 / n_deliveries.max(1) as f64,
        "s",
    );
    Ok((crowd, report))
}

/// Memory before anybody came, with everybody and nothing said, and in the end.
fn add_memory(report: &mut Report, n_dancers: usize, [empty, idle, after]: [Sample; 3]) {
    let per = |bytes: u64| bytes.saturating_sub(empty.rss) as f64 / n_dancers as f64;
    report.add(
        "rss_empty_mb",
        "memory before anybody came",
        megabytes(empty.rss),
        "MB",
    );
    report.add(
        "rss_idle_mb",
        "memory with everybody, nothing said",
        megabytes(idle.rss),
        "MB",
    );
    report.add(
        "bytes_per_idle",
        "memory per idle connection",
        per(idle.rss),
        "bytes",
    );
    report.add(
        "bytes_per_used",
        "memory per connection in the end",
        per(after.rss),
        "bytes",
    );
}

/// How long a song took, without the first ones.
fn add_times(report: &mut Report, stats: &Stats) {
    report.add(
        "p50_ms",
        "song to dancer, p50",
        stats.median_latency_ms(N_WARM, 0.5),
        "ms",
    );
    report.add(
        "p99_ms",
        "song to dancer, p99",
        stats.median_latency_ms(N_WARM, 0.99),
        "ms",
    );
    report.add(
        "last_ms",
        "song to the last dancer",
        stats.median_last_ms(N_WARM),
        "ms",
    );
}
