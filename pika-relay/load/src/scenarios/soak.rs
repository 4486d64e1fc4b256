//! A long time with people coming and going: memory and open files must stay where they are.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;

use super::{PATIENCE, Server, Setting, megabytes};
use crate::{
    crowd::Crowd,
    process::Sample,
    report::Report,
    stats::quantile,
    venue::{Room, Venue},
};

const SONG: Duration = Duration::from_secs(15);
const SAMPLE: Duration = Duration::from_secs(10);
/// Files of the relay beside its connections: database, log, runtime.
const OWN_FILES: f64 = 48.0;

/// How long, and with whom.
#[derive(Clone, Copy, Debug)]
pub struct Soak {
    /// Dancers.
    pub n_dancers: usize,
    /// How long.
    pub time: Duration,
}

/// Lets a night pass in which a third of the room comes back anew with each song.
pub fn soak(setting: &Setting, what: &Soak) -> anyhow::Result<Report> {
    let server = setting.server(what.n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    let room = Room {
        flapping: 0.5,
        ..Venue::Ballroom.room().of(what.n_dancers)
    };
    room.invite(&mut crowd);
    ensure!(
        crowd.gather(PATIENCE + room.ramp)?,
        "only {} came in",
        crowd.n_here
    );
    crowd.play();
    crowd.open_poll();
    crowd.rates = room.rates(SONG);
    let samples = pass(&mut crowd, &server, what.time)?;
    let mut report = Report::new(format!(
        "Soak: {} dancers, {} s",
        what.n_dancers,
        what.time.as_secs()
    ));
    report.samples = samples
        .iter()
        .map(|(at, sample, here)| json!({"at_s": at.as_secs(), "rss": sample.rss, "files": sample.files, "here": here}))
        .collect();
    let (n, ended) = (samples.len(), crowd.stats.ended.values().sum::<u64>());
    let (early, late) = (rss(&samples[n / 4..n / 2]), rss(&samples[n * 3 / 4..]));
    let cpu = samples.last().map_or(0, |(_, last, _)| last.cpu_ns)
        - samples.first().map_or(0, |(_, first, _)| first.cpu_ns);
    report.add("dancers", "dancers", what.n_dancers as f64, "");
    report.add("time_s", "time", what.time.as_secs_f64(), "s");
    report.add("comings", "connections lost and come back", ended as f64, "");
    report.add("rss_early_mb", "memory, second quarter (median)", early, "MB");
    report.add("rss_late_mb", "memory, last quarter (median)", late, "MB");
    report.add(
        "rss_peak_mb",
        "memory at most",
        megabytes(server.sample().peak),
        "MB",
    );
    report.add(
        "cpu_part",
        "CPU",
        cpu as f64 / 1e7 / what.time.as_secs_f64(),
        "% of a core",
    );
    super::finish(&mut crowd, &mut report)?;
    crowd.pass(Duration::from_secs(5))?;
    let files = server.sample().files as f64;
    report.add("files", "open files in the end", files, "");
    let sockets = crowd.n_here as f64 + 1.0;
    if files > sockets + OWN_FILES {
        report
            .failures
            .push(format!("{files} open files for {sockets} connections"));
    }
    if late > early * 1.2 + 2.0 {
        report
            .failures
            .push(format!("memory grew from {early:.1} to {late:.1} MB"));
    }
    Ok(report)
}

/// When, what the relay takes, how many are here.
type Sampled = (Duration, Sample, usize);

/// Lets the time pass with a song after the other.
fn pass(crowd: &mut Crowd, server: &Server, time: Duration) -> anyhow::Result<Vec<Sampled>> {
    let began = Instant::now();
    let (mut next_song, mut next_sample) = (began + SONG, began);
    let mut samples: Vec<Sampled> = Vec::new();
    while began.elapsed() < time {
        let next = next_song.min(next_sample).min(began + time);
        crowd.run(next, |_| false)?;
        let now = Instant::now();
        if now >= next_song {
            crowd.play();
            // Their times are not needed, and they would fill our own memory.
            let n_plays = crowd.stats.plays.len();
            for play in &mut crowd.stats.plays[..n_plays.saturating_sub(8)] {
                play.latencies = Vec::new();
            }
            next_song += SONG;
        }
        if now >= next_sample {
            samples.push((began.elapsed(), server.sample(), crowd.n_here));
            next_sample += SAMPLE;
        }
    }
    Ok(samples)
}

/// The median of the memory, in megabytes.
fn rss(part: &[Sampled]) -> f64 {
    let mut all: Vec<u32> = part
        .iter()
        .map(|(_, sample, _)| (sample.rss / 1024) as u32)
        .collect();
    f64::from(quantile(&mut all, 0.5)) * 1024.0 / 1e6
}
