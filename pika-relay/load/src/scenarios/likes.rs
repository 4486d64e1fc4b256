//! Everybody likes the same song within ten seconds.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{PATIENCE, Setting, all_came, milliseconds};
use crate::{
    crowd::Crowd,
    dancer::{Habits, Transport},
    report::Report,
};

const WITHIN: Duration = Duration::from_secs(10);

/// Each of `n_dancers` likes once; a tenth says everything twice, as after a lost answer.
pub fn likes(setting: &Setting, n_dancers: usize) -> anyhow::Result<Report> {
    let server = setting.server(n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    crowd.n_stutter = n_dancers / 10;
    crowd.invite(n_dancers, Transport::Socket, Duration::ZERO, |_| {
        Habits::default()
    });
    all_came(&mut crowd, n_dancers, PATIENCE)?;
    crowd.play();
    ensure!(
        crowd.run(Instant::now() + PATIENCE, |crowd| crowd.current_play().is_some())?,
        "the song is not acknowledged"
    );
    crowd.pass(Duration::from_secs(2))?;
    let figures = ["pika_store_commit_seconds_count", "pika_store_writes_total"];
    let before = figures.map(|name| crowd.target.figure(name));
    let (cpu, began) = (server.sample().cpu_ns, Instant::now());
    crowd.like_within(WITHIN);
    crowd.run(began + WITHIN + PATIENCE, |crowd| {
        crowd.stats.n_acked + crowd.stats.refused.values().sum::<u64>() >= n_dancers as u64
    })?;
    let took = crowd.stats.last_ack.unwrap_or(began).duration_since(began);
    let cpu = server.sample().cpu_ns.saturating_sub(cpu);
    let after = figures.map(|name| crowd.target.figure(name));
    let mut report = Report::new(format!("Likes: {n_dancers} dancers within ten seconds"));
    report.add("dancers", "dancers", n_dancers as f64, "");
    report.add("last_ack_s", "first like to last ACK", took.as_secs_f64(), "s");
    let late = took.saturating_sub(WITHIN);
    report.add(
        "late_ms",
        "last ACK after the ten seconds",
        milliseconds(late),
        "ms",
    );
    add_acks(&mut report, &mut crowd);
    report.add(
        "likes_per_s",
        "likes per second",
        n_dancers as f64 / took.as_secs_f64(),
        "",
    );
    if let ([Some(commits), Some(writes)], [Some(commits_after), Some(writes_after)]) = (before, after) {
        add_database(&mut report, commits_after - commits, writes_after - writes, took);
    }
    report.add(
        "cpu_part",
        "CPU while they liked",
        cpu as f64 / 1e7 / took.as_secs_f64(),
        "% of a core",
    );
    super::finish(&mut crowd, &mut report)?;
    let again = crowd.stats.n_acked_again;
    add_repeats(&mut report, again, (n_dancers / 10) as u64);
    Ok(report)
}

fn add_database(report: &mut Report, commits: f64, writes: f64, took: Duration) {
    report.add(
        "commits_per_s",
        "database transactions per second",
        commits / took.as_secs_f64(),
        "",
    );
    report.add(
        "writes_per_s",
        "database writes per second",
        writes / took.as_secs_f64(),
        "",
    );
    report.add(
        "writes_per_commit",
        "writes in a transaction",
        writes / commits.max(1.0),
        "",
    );
}

fn add_repeats(report: &mut Report, n_acked: u64, n_said: u64) {
    report.add(
        "acked_again",
        "repeats acknowledged, not counted",
        n_acked as f64,
        "",
    );
    if n_acked != n_said {
        report
            .failures
            .push(format!("{n_acked} of {n_said} repeats were acknowledged"));
    }
}

fn add_acks(report: &mut Report, crowd: &mut Crowd) {
    report.add("ack_p50_ms", "like to ACK, p50", crowd.stats.ack_ms(0.5), "ms");
    report.add("ack_p99_ms", "like to ACK, p99", crowd.stats.ack_ms(0.99), "ms");
    report.add(
        "ack_max_ms",
        "like to ACK, longest",
        crowd.stats.ack_ms(1.0),
        "ms",
    );
}
