//! A tenth of the room stops reading, another tenth is gone without a word: the rest must notice nothing.

use std::time::{Duration, Instant};

use super::{PATIENCE, Setting, all_came, megabytes};
use crate::{
    crowd::Crowd,
    dancer::{Habits, Transport},
    report::Report,
    stats::quantile,
};

/// Between two songs: more than a night has, so that what is kept for those who do not read overflows.
const EVERY: Duration = Duration::from_millis(100);
const N_BEFORE: usize = 20;
const N_DURING: usize = 300;

/// Plays to `n_dancers` of whom a fifth does not listen.
pub fn slow(setting: &Setting, n_dancers: usize) -> anyhow::Result<Report> {
    let server = setting.server(n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    let n_tenth = (n_dancers / 10).max(1);
    let narrow = Habits {
        narrow: true,
        ..Habits::default()
    };
    crowd.invite(2 * n_tenth, Transport::Socket, Duration::ZERO, |_| narrow);
    crowd.invite(n_dancers - 2 * n_tenth, Transport::Socket, Duration::ZERO, |_| {
        Habits::default()
    });
    all_came(&mut crowd, n_dancers, PATIENCE)?;
    let [p99, last] = play(&mut crowd, N_BEFORE)?;
    let before = server.sample();
    for index in 0..n_tenth {
        crowd.set_deaf(index, true);
    }
    // Their sockets stay, unread: no word reaches the relay.
    let vanished: Vec<_> = (n_tenth..2 * n_tenth)
        .filter_map(|index| crowd.vanish(index))
        .collect();
    let [p99_during, last_during] = play(&mut crowd, N_DURING)?;
    let during = server.sample();
    let cuts = crowd.target.figure("pika_slow_peers_closed_total");
    let n_listening = (n_dancers - 2 * n_tenth) as f64;
    let listeners = let_go(&mut crowd, n_listening)?;
    drop(vanished);
    let after = server.sample();
    for index in 0..n_tenth {
        crowd.set_deaf(index, false);
    }
    let mut report = Report::new(format!(
        "Slow and dead: {n_tenth} + {n_tenth} of {n_dancers} dancers"
    ));
    report.add("dancers", "dancers", n_dancers as f64, "");
    report.add("p99_ms", "song to the others before, p99", p99, "ms");
    report.add(
        "p99_during_ms",
        "song to the others during, p99",
        p99_during,
        "ms",
    );
    report.add("last_ms", "song to the last of the others before", last, "ms");
    report.add(
        "last_during_ms",
        "song to the last of the others during",
        last_during,
        "ms",
    );
    report.add("rss_before_mb", "memory before", megabytes(before.rss), "MB");
    report.add("rss_peak_mb", "memory at most", megabytes(during.peak), "MB");
    report.add(
        "rss_after_mb",
        "memory after they were let go",
        megabytes(after.rss),
        "MB",
    );
    if let Some(cuts) = cuts {
        report.add("cut", "closed because their queue was full", cuts, "");
    }
    if let Some(listeners) = listeners {
        add_listeners(&mut report, listeners, n_listening);
    }
    super::finish(&mut crowd, &mut report)?;
    Ok(report)
}

/// Plays `n` songs. How long they took to the dancers' 99th percentile and, in the middle, to the last of them, in ms.
fn play(crowd: &mut Crowd, n: usize) -> anyhow::Result<[f64; 2]> {
    let first = crowd.stats.plays.len();
    for _ in 0..n {
        crowd.play();
        crowd.pass(EVERY)?;
    }
    let mut lasts: Vec<u32> = crowd.stats.plays[first..]
        .iter()
        .filter_map(|play| play.latencies.iter().max().copied())
        .collect();
    Ok([
        crowd.stats.median_latency_ms(first, 0.99),
        f64::from(quantile(&mut lasts, 0.5)) / 1e3,
    ])
}

/// Waits until the relay has found out by itself who does not listen; how many it knows of then.
fn let_go(crowd: &mut Crowd, n_listening: f64) -> anyhow::Result<Option<f64>> {
    let found = Instant::now();
    let mut listeners = crowd.target.figure("pika_listeners");
    while listeners.is_some_and(|listeners| listeners > n_listening)
        && found.elapsed() < Duration::from_secs(60)
    {
        crowd.pass(Duration::from_secs(1))?;
        listeners = crowd.target.figure("pika_listeners");
    }
    Ok(listeners)
}

fn add_listeners(report: &mut Report, listeners: f64, n_listening: f64) {
    report.add(
        "listeners",
        "listeners that the relay knows of then",
        listeners,
        "",
    );
    if listeners > n_listening {
        report.failures.push(format!(
            "{} that do not listen were not let go",
            listeners - n_listening
        ));
    }
}
