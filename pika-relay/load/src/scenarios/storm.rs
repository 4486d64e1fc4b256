//! Everybody loses the relay at the same moment and comes back: once by the network, once because it was killed.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{PATIENCE, Server, Setting, all_came, megabytes};
use crate::{
    crowd::Crowd,
    dancer::{Habits, Transport},
    report::Report,
    server::OwnRelay,
};

/// Loses `n_dancers` twice.
pub fn storm(setting: &Setting, n_dancers: usize) -> anyhow::Result<Report> {
    let mut server = setting.server(n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    let mut report = Report::new(format!("Storm: {n_dancers} dancers lost at once"));
    crowd.invite(n_dancers, Transport::Socket, Duration::ZERO, |_| {
        Habits::default()
    });
    all_came(&mut crowd, n_dancers, PATIENCE)?;
    crowd.play();
    crowd.pass(Duration::from_secs(2))?;
    report.add("dancers", "dancers", n_dancers as f64, "");
    report.add(
        "rss_idle_mb",
        "memory before",
        megabytes(server.sample().rss),
        "MB",
    );
    // Nobody asks others before coming back.
    crowd.at_once = usize::MAX;

    let lost = Instant::now();
    crowd.lose_everybody();
    crowd.play();
    let back = come_back(&mut crowd, lost)?;
    report.add(
        "network_half_s",
        "network lost: half are served again after",
        back.half,
        "s",
    );
    report.add(
        "network_all_s",
        "network lost: all are served again after",
        back.all,
        "s",
    );
    report.add(
        "rss_peak_mb",
        "memory at most",
        megabytes(server.sample().peak),
        "MB",
    );
    report.add(
        "rss_after_mb",
        "memory afterwards",
        megabytes(server.sample().rss),
        "MB",
    );

    if let Server::Own(relay) = &mut server {
        kill(relay, &mut crowd, &mut report)?;
    }
    super::finish(&mut crowd, &mut report)?;
    if report.value("anew") > 0.0 {
        report
            .failures
            .push(format!("{} came back without resume", report.value("anew")));
    }
    Ok(report)
}

/// Kills the relay itself while everybody is here.
fn kill(relay: &mut OwnRelay, crowd: &mut Crowd, report: &mut Report) -> anyhow::Result<()> {
    let lost = Instant::now();
    relay.kill()?;
    relay.start_again()?;
    crowd.play();
    let back = come_back(crowd, lost)?;
    report.add(
        "killed_half_s",
        "relay killed and started: half are served after",
        back.half,
        "s",
    );
    report.add(
        "killed_all_s",
        "relay killed and started: all are served after",
        back.all,
        "s",
    );
    report.add(
        "killed_peak_mb",
        "memory at most, started anew",
        megabytes(relay.sample().peak),
        "MB",
    );
    Ok(())
}

struct Back {
    half: f64,
    all: f64,
}

/// Waits until everybody is here again and has heard what was said meanwhile.
fn come_back(crowd: &mut Crowd, lost: Instant) -> anyhow::Result<Back> {
    let n_all = crowd.dancers.len();
    // The end of the old connections is still on its way.
    crowd.run(lost + PATIENCE, |crowd| crowd.n_here < n_all / 2)?;
    crowd.run(lost + PATIENCE, |crowd| crowd.n_here >= n_all.div_ceil(2))?;
    let half = lost.elapsed().as_secs_f64();
    ensure!(
        crowd.settle(PATIENCE)?,
        "only {} of {n_all} came back",
        crowd.n_here
    );
    Ok(Back {
        half,
        all: lost.elapsed().as_secs_f64(),
    })
}
