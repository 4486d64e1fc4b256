//! Everything that the documentation shows, in one run, as its tables.

use std::{fmt::Write, net::SocketAddr, time::Duration};

use crate::{
    dancer::Transport,
    report::{Report, number, table},
    scenarios::{self, FanOut, Setting},
    server::OwnFloor,
};

/// Another server to be measured in the same run, that speaks like the floor.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its name in the tables.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub pid: u32,
}

/// What is to be proved.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Sizes of the floor.
    pub sizes: Vec<usize>,
    /// Sizes of the floor that listens by events.
    pub event_sizes: Vec<usize>,
    /// Rounds of each fan-out; the median of them counts.
    pub rounds: usize,
    /// Songs in each.
    pub n_songs: usize,
    /// The core the floor is pinned to.
    pub core: Option<usize>,
    /// Others to compare with.
    pub peers: Vec<Peer>,
    /// Dancers of the likes, storm, drain and slow scenarios; 0 leaves one out.
    pub others: [usize; 4],
}

/// All reports, and the tables.
#[derive(Debug, Default)]
pub struct Proved {
    /// In the order in which they were made.
    pub reports: Vec<Report>,
    /// In Markdown.
    pub tables: String,
}

/// Measures everything; `told` hears of each report as it is ready.
pub fn prove(setting: &Setting, proof: &Proof, mut told: impl FnMut(&Report)) -> anyhow::Result<Proved> {
    let mut proved = Proved::default();
    let mut rows = Vec::new();
    for n_dancers in &proof.sizes {
        rows.extend(compare(
            setting,
            proof,
            *n_dancers,
            Transport::Socket,
            &mut proved,
            &mut told,
        )?);
    }
    let head = [
        "dancers",
        "server",
        "bytes per idle connection",
        "CPU s per million (ratio)",
        "p99 ms (ratio)",
        "last ms (ratio)",
        "lost, doubled",
    ];
    if !rows.is_empty() {
        let _ = writeln!(proved.tables, "Fan-out over WebSocket\n\n{}", table(&head, &rows));
    }
    rows.clear();
    for n_dancers in &proof.event_sizes {
        rows.extend(compare(
            setting,
            proof,
            *n_dancers,
            Transport::Events,
            &mut proved,
            &mut told,
        )?);
    }
    if !rows.is_empty() {
        let _ = writeln!(proved.tables, "Server-sent events\n\n{}", table(&head, &rows));
    }
    let [likes, storm, drain, slow] = proof.others;
    type Scenario = fn(&Setting, usize) -> anyhow::Result<Report>;
    let all: [(usize, Scenario); 4] = [
        (likes, scenarios::likes),
        (storm, scenarios::storm),
        (drain, scenarios::drain),
        (slow, scenarios::slow),
    ];
    for (n_dancers, scenario) in all.into_iter().filter(|(n_dancers, _)| *n_dancers > 0) {
        let report = scenario(setting, n_dancers)?;
        told(&report);
        let rows: Vec<Vec<String>> = report
            .figures
            .iter()
            .map(|figure| {
                vec![
                    figure.label.to_owned(),
                    format!("{} {}", number(figure.value), figure.unit)
                        .trim()
                        .to_owned(),
                ]
            })
            .collect();
        let _ = writeln!(proved.tables, "{}\n\n{}", report.title, table(&["", ""], &rows));
        proved.reports.push(report);
    }
    Ok(proved)
}

/// The row of one server beside the floor's figures.
fn row(n_dancers: usize, (name, reports): &(String, Vec<Report>), floor: &[Report]) -> Vec<String> {
    let ratio = |key: &str| {
        let value = median(reports, key);
        if name == "floor" {
            number(value)
        } else {
            format!(
                "{} (**{:.2}**)",
                number(value),
                value / median(floor, key).max(f64::MIN_POSITIVE)
            )
        }
    };
    vec![
        number(n_dancers as f64),
        name.clone(),
        number(median(reports, "bytes_per_idle")),
        ratio("cpu_s_per_million"),
        ratio("p99_ms"),
        ratio("last_ms"),
        format!("{}, {}", sum(reports, "lost"), sum(reports, "doubled")),
    ]
}

/// The rows of one size: the relay, the floor and the peers, in turns.
fn compare(
    setting: &Setting,
    proof: &Proof,
    n_dancers: usize,
    transport: Transport,
    proved: &mut Proved,
    told: &mut impl FnMut(&Report),
) -> anyhow::Result<Vec<Vec<String>>> {
    let what = FanOut {
        n_dancers,
        transport,
        n_songs: proof.n_songs,
        interval: Duration::from_millis(700),
    };
    // The floor speaks WebSocket only; what the kernel does is the same.
    let bare = FanOut {
        transport: Transport::Socket,
        ..what
    };
    let mut runs: Vec<(String, Vec<Report>)> =
        vec![("relay".to_owned(), Vec::new()), ("floor".to_owned(), Vec::new())];
    runs.extend(proof.peers.iter().map(|peer| (peer.name.clone(), Vec::new())));
    for _ in 0..proof.rounds.max(1) {
        for (nth, (_, reports)) in runs.iter_mut().enumerate() {
            let report = match nth {
                0 => scenarios::fan_out(setting, &what)?,
                1 => {
                    let floor = OwnFloor::start(proof.core)?;
                    bare.beside("floor", floor.address, floor.pid(), setting.sources, setting.seed)?
                }
                nth => {
                    let peer = &proof.peers[nth - 2];
                    bare.beside(&peer.name, peer.address, peer.pid, setting.sources, setting.seed)?
                }
            };
            told(&report);
            reports.push(report);
        }
    }
    let rows = runs.iter().map(|run| row(n_dancers, run, &runs[1].1)).collect();
    proved
        .reports
        .extend(runs.into_iter().flat_map(|(_, reports)| reports));
    Ok(rows)
}

fn sum(reports: &[Report], key: &str) -> String {
    number(reports.iter().map(|report| report.value(key)).sum())
}

fn median(reports: &[Report], key: &str) -> f64 {
    let mut values: Vec<f64> = reports.iter().map(|report| report.value(key)).collect();
    values.sort_by(f64::total_cmp);
    // Of an even number the better one: noise only ever makes it worse.
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_two_is_the_lower_one() {
        let reports: Vec<Report> = [3.0, 1.0, 2.0, 9.0]
            .into_iter()
            .map(|value| {
                let mut report = Report::new("x");
                report.add("a", "a", value, "");
                report
            })
            .collect();
        assert_eq!(median(&reports[..1], "a"), 3.0);
        assert_eq!(median(&reports[..2], "a"), 1.0);
        assert_eq!(median(&reports[..3], "a"), 2.0);
        assert_eq!(median(&reports, "a"), 2.0);
        assert_eq!(sum(&reports, "a"), "15");
    }
}
