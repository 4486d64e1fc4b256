//! A night in a room: people come, like, vote, lose the network; in the middle all of them at once.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{PATIENCE, Server, Setting};
use crate::{crowd::Crowd, report::Report, venue::Room};

/// For the relay's own count to be complete.
const A_MOMENT: Duration = Duration::from_secs(10);

/// How the night goes.
#[derive(Clone, Copy, Debug)]
pub struct NightPlan {
    /// The room.
    pub room: Room,
    /// Songs.
    pub n_songs: usize,
    /// How long each is.
    pub song: Duration,
    /// Whether everybody loses the network in the middle.
    pub has_storm: bool,
}

/// Plays a night.
pub fn night(setting: &Setting, what: &NightPlan) -> anyhow::Result<Report> {
    let server = setting.server(what.room.n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    let mut report = Report::new(format!(
        "Night: {} dancers, {} songs",
        what.room.n_dancers, what.n_songs
    ));
    what.room.invite(&mut crowd);
    for song in 0..what.n_songs {
        crowd.play();
        if song == 0 {
            crowd.open_poll();
            // Who has come acts; the others come while the first songs play.
            crowd.rates = what.room.rates(what.song);
        }
        let until = Instant::now() + what.song;
        if song == what.n_songs / 2 && what.has_storm {
            crowd.run(until - what.song / 2, |_| false)?;
            // Who has not come yet cannot be lost.
            crowd.run(Instant::now() + PATIENCE + what.room.ramp, |crowd| {
                crowd.dancers.iter().all(|dancer| dancer.position.is_some())
            })?;
            crowd.lose_everybody();
        }
        crowd.run(until, |_| false)?;
    }
    ensure!(
        crowd.gather(PATIENCE + what.room.ramp)?,
        "only {} of {} were in at the end",
        crowd.n_here,
        crowd.n_expected()
    );
    let sample = server.sample();
    report.add("dancers", "dancers", what.room.n_dancers as f64, "");
    report.add(
        "p50_ms",
        "song to dancer, p50",
        crowd.stats.median_latency_ms(0, 0.5),
        "ms",
    );
    report.add(
        "p99_ms",
        "song to dancer, p99",
        crowd.stats.median_latency_ms(0, 0.99),
        "ms",
    );
    report.add("ack_p50_ms", "action to ACK, p50", crowd.stats.ack_ms(0.5), "ms");
    report.add("ack_p99_ms", "action to ACK, p99", crowd.stats.ack_ms(0.99), "ms");
    if sample.rss > 0 {
        report.add(
            "rss_mb",
            "memory of the relay",
            super::megabytes(sample.rss),
            "MB",
        );
        report.add("files", "its open files", sample.files as f64, "");
    }
    super::finish(&mut crowd, &mut report)?;
    if let (Server::Own(_), Some(acks)) = (&server, acks(&mut crowd)?) {
        report.add(
            "relay_acks",
            "actions and repeats answered, by the relay's count",
            acks,
            "",
        );
    }
    Ok(report)
}

/// Actions and repeats answered, by the relay's count. The last one may be counted a moment after its answer is there.
fn acks(crowd: &mut Crowd) -> anyhow::Result<Option<f64>> {
    let (all, mut count) = (crowd.stats.n_acked as f64, None);
    crowd.run(Instant::now() + A_MOMENT, |crowd| {
        count = crowd.target.figure("pika_ack_seconds_count");
        count.is_none_or(|count| count >= all)
    })?;
    Ok(count)
}
