//! Figures for Prometheus: about the process and the crowd, never about a person or a single session.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
};

use hyper::StatusCode;

use crate::{figures, relay::Relay};

/// What this process has counted since its start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers over HTTP by the first digit of their status, 1 to 5.
    answers: [AtomicU64; 5],
    /// Refusals for being too fast.
    limited: AtomicU64,
}

impl Metrics {
    /// Counts an answer.
    pub fn count_answer(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.limited.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All figures in Prometheus' text format 0.0.4. `database_up`: whether it answered just now.
    pub fn text(&self, relay: &Relay, database_up: bool) -> String {
        let (mut live, mut online, mut listeners) = (0u64, 0u64, 0u64);
        for cell in relay.hub.cells() {
            let session = cell.live();
            if !session.is_ended() {
                live += 1;
                online += u64::from(session.row().dj_online);
                listeners += u64::from(session.listeners());
            }
        }
        let mut text = String::with_capacity(2048);
        let mut add = |name: &str, kind: &str, help: &str, value: u64| {
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
            );
        };
        add("pika_sessions_live", "gauge", "Sessions that go on.", live);
        add(
            "pika_djs_online",
            "gauge",
            "Sessions whose DJ is connected.",
            online,
        );
        add("pika_listeners", "gauge", "Dancers connected.", listeners);
        add(
            "pika_database_up",
            "gauge",
            "Whether the database answers.",
            u64::from(database_up),
        );
        add(
            "pika_rate_limited_total",
            "counter",
            "Requests refused for being too fast.",
            load(&self.limited),
        );
        add(
            "pika_password_hashes_total",
            "counter",
            "Password hashes computed, for logging in or not.",
            relay.passwords.operations(),
        );
        add(
            "pika_peers_behind_total",
            "counter",
            "Times a listener did not take a message at once.",
            figures::BEHIND.get(),
        );
        add(
            "pika_slow_peers_closed_total",
            "counter",
            "Listeners closed because their queue was full; they come back by resume.",
            figures::SLOW_CLOSED.get(),
        );
        add(
            "pika_store_writes_total",
            "counter",
            "Rows written in transactions.",
            figures::WRITES.get(),
        );
        add(
            "pika_store_waiting",
            "gauge",
            "Commits that wait for the database.",
            relay.store.n_waiting() as u64,
        );
        for (name, help, value) in process() {
            add(name, "gauge", help, value);
        }
        let _ = write!(
            text,
            "# HELP pika_http_answers_total Answers over HTTP by class of status.\n# TYPE pika_http_answers_total counter\n"
        );
        for (index, count) in self.answers.iter().enumerate() {
            let _ = writeln!(
                text,
                "pika_http_answers_total{{class=\"{}xx\"}} {}",
                index + 1,
                load(count)
            );
        }
        let newer = relay.releases.newer();
        let _ = write!(
            text,
            "# HELP pika_update_available Whether a newer version of the relay is out.\n# TYPE pika_update_available gauge\npika_update_available {}\n",
            u8::from(newer.is_some())
        );
        for (name, kind, help, counts) in [
            (
                "pika_connections",
                "gauge",
                "Open connections.",
                &figures::CONNECTIONS,
            ),
            (
                "pika_connections_total",
                "counter",
                "Connections that came in.",
                &figures::CONNECTED,
            ),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (count, (role, transport)) in counts.iter().zip(figures::KINDS) {
                let _ = writeln!(
                    text,
                    "{name}{{role=\"{role}\",transport=\"{transport}\"}} {}",
                    count.get()
                );
            }
        }
        for (histogram, name, help) in [
            (
                &figures::PUBLISH,
                "pika_publish_seconds",
                "From a DJ's message to its last listener's socket, the commit included.",
            ),
            (
                &figures::ACK,
                "pika_ack_seconds",
                "From a dancer's action to its ACK, the commit included.",
            ),
            (
                &figures::COMMIT,
                "pika_store_commit_seconds",
                "One transaction of the database.",
            ),
        ] {
            histogram.write(&mut text, name, help);
        }
        let _ = write!(
            text,
            "# HELP pika_build_info Version of the relay.\n# TYPE pika_build_info gauge\npika_build_info{{version=\"{}\"}} 1\n",
            env!("CARGO_PKG_VERSION")
        );
        text
    }
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// Memory and open files, where the system tells them.
fn process() -> Vec<(&'static str, &'static str, u64)> {
    let mut figures = Vec::new();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?
            .trim()
            .strip_suffix(" kB")?
            .trim()
            .parse::<u64>()
            .ok()
    });
    if let Some(kilobytes) = kilobytes {
        figures.push((
            "process_resident_memory_bytes",
            "Memory in use.",
            kilobytes * 1024,
        ));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        figures.push((
            "process_open_fds",
            "Open files and sockets.",
            files.count() as u64,
        ));
    }
    figures
}
