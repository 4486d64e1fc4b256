//! A restart under load, as an operator does it for an update.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{PATIENCE, Setting, all_came};
use crate::{dancer::Presence, report::Report, venue::Venue};

const SONG: Duration = Duration::from_secs(10);

/// Restarts the relay while `n_dancers` like and vote and the DJ plays on.
pub fn drain(setting: &Setting, n_dancers: usize) -> anyhow::Result<Report> {
    let mut server = setting.server(n_dancers)?;
    let mut crowd = setting.crowd(&server)?;
    let room = Venue::Ballroom.room().of(n_dancers);
    room.invite(&mut crowd);
    all_came(&mut crowd, n_dancers, PATIENCE + room.ramp)?;
    crowd.play();
    crowd.open_poll();
    crowd.rates = room.rates(SONG);
    crowd.rates.flaps = 0.0;
    crowd.pass(Duration::from_secs(4))?;

    let relay = server.own()?;
    let n_before = crowd.stats.n_acked;
    let began = Instant::now();
    relay.ask_to_end()?;
    let mut ended = None;
    crowd.run(began + PATIENCE, |_| {
        if relay.has_ended().unwrap_or(true) {
            ended = Some(began.elapsed());
        }
        ended.is_some()
    })?;
    let ended = ended.unwrap_or_default();
    relay.start_again()?;
    let n_all = crowd.n_expected();
    // Played while most are away.
    crowd.play();
    let mut waits = [None; 3];
    crowd.run(began + PATIENCE, |crowd| {
        for (wait, part) in waits.iter_mut().zip([0.5, 0.95, 1.0]) {
            if wait.is_none() && crowd.n_here as f64 >= n_all as f64 * part {
                *wait = Some(began.elapsed());
            }
        }
        waits[2].is_some()
    })?;
    let n_away = crowd
        .dancers
        .iter()
        .filter(|dancer| dancer.presence != Presence::Here)
        .count();
    ensure!(n_away == 0, "{n_away} of {n_all} did not come back");
    crowd.play();
    crowd.pass(Duration::from_secs(4))?;
    let [half, most, all] = waits.map(|wait| wait.unwrap_or_default().as_secs_f64());
    let mut report = Report::new(format!("Drain: restart with {n_dancers} dancers"));
    report.add("dancers", "dancers", n_dancers as f64, "");
    report.add("ended_s", "asked to end, ended after", ended.as_secs_f64(), "s");
    report.add("half_s", "half are back after", half, "s");
    report.add("most_s", "95 % are back after", most, "s");
    report.add("all_s", "all are back after", all, "s");
    let n_acked = crowd.stats.n_acked - n_before;
    report.add(
        "acked_over",
        "actions acknowledged from then on",
        n_acked as f64,
        "",
    );
    super::finish(&mut crowd, &mut report)?;
    Ok(report)
}
