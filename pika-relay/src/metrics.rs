//! Figures for Prometheus: about the process and the crowd, never about a person or a single session.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
};

use hyper::StatusCode;

use crate::{auth::Passwords, figures, hub::Hub, releases::Releases, store::StoreHandle};

/// What this process has counted since its start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers over HTTP by the first digit of their status, 1 to 5.
    answers: [AtomicU64; 5],
    /// Refusals for being too fast.
    limited: AtomicU64,
}

/// What is looked at when the figures are written, beside what is counted.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// For the live sessions and their listeners.
    pub hub: &'a Hub,
    /// For the commits that wait.
    pub store: &'a StoreHandle,
    /// For the hashes computed.
    pub passwords: &'a Passwords,
    /// For whether there is a newer version.
    pub releases: &'a Releases,
    /// Whether the database answered just now.
    pub database_up: bool,
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

    /// All figures in Prometheus' text format 0.0.4.
    pub fn text(&self, sources: &Sources<'_>) -> String {
        let mut page = Exposition(String::with_capacity(8192));
        for figure in sources
            .crowd()
            .into_iter()
            .chain(self.counters(sources))
            .chain(process())
        {
            page.single(&figure);
        }
        page.head(
            "pika_http_answers_total",
            "counter",
            "Answers over HTTP by class of status.",
        );
        for (class, count) in (1..).zip(&self.answers) {
            let labels = format!("{{class=\"{class}xx\"}}");
            page.value("pika_http_answers_total", &labels, load(count));
        }
        page.single(&Figure {
            name: "pika_update_available",
            kind: "gauge",
            help: "Whether a newer version of the relay is out.",
            value: u64::from(sources.releases.newer().is_some()),
        });
        page.connections();
        page.histograms();
        let labels = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
        page.head("pika_build_info", "gauge", "Version of the relay.");
        page.value("pika_build_info", &labels, 1);
        page.0
    }

    /// What was counted since the start, here and by others.
    fn counters(&self, sources: &Sources<'_>) -> [Figure; 7] {
        [
            Figure {
                name: "pika_database_up",
                kind: "gauge",
                help: "Whether the database answers.",
                value: u64::from(sources.database_up),
            },
            Figure {
                name: "pika_rate_limited_total",
                kind: "counter",
                help: "Requests refused for being too fast.",
                value: load(&self.limited),
            },
            Figure {
                name: "pika_password_hashes_total",
                kind: "counter",
                help: "Password hashes computed, for logging in or not.",
                value: sources.passwords.operations(),
            },
            Figure {
                name: "pika_peers_behind_total",
                kind: "counter",
                help: "Times a listener did not take a message at once.",
                value: figures::BEHIND.get(),
            },
            Figure {
                name: "pika_slow_peers_closed_total",
                kind: "counter",
                help: "Listeners closed because their queue was full; they come back by resume.",
                value: figures::SLOW_CLOSED.get(),
            },
            Figure {
                name: "pika_store_writes_total",
                kind: "counter",
                help: "Rows written in transactions.",
                value: figures::WRITES.get(),
            },
            Figure {
                name: "pika_store_waiting",
                kind: "gauge",
                help: "Commits that wait for the database.",
                value: sources.store.n_waiting() as u64,
            },
        ]
    }
}

impl Sources<'_> {
    /// The live sessions and who is there.
    fn crowd(&self) -> [Figure; 3] {
        let (mut live, mut online, mut listeners) = (0, 0, 0);
        for cell in self.hub.cells() {
            let session = cell.live();
            if !session.is_ended() {
                live += 1;
                online += u64::from(session.row().dj_online);
                listeners += u64::from(session.listeners());
            }
        }
        [
            ("pika_sessions_live", "Sessions that go on.", live),
            ("pika_djs_online", "Sessions whose DJ is connected.", online),
            ("pika_listeners", "Dancers connected.", listeners),
        ]
        .map(|(name, help, value)| Figure {
            name,
            kind: "gauge",
            help,
            value,
        })
    }
}

/// A figure without labels.
struct Figure {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    value: u64,
}

/// The text as it grows. Writing to a string cannot fail.
struct Exposition(String);

impl Exposition {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &str, value: u64) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn single(&mut self, figure: &Figure) {
        self.head(figure.name, figure.kind, figure.help);
        self.value(figure.name, "", figure.value);
    }

    fn connections(&mut self) {
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
            self.head(name, kind, help);
            for (count, (role, transport)) in counts.iter().zip(figures::KINDS) {
                let labels = format!("{{role=\"{role}\",transport=\"{transport}\"}}");
                self.value(name, &labels, count.get());
            }
        }
    }

    fn histograms(&mut self) {
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
            histogram.write(&mut self.0, name, help);
        }
    }
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// Memory and open files, where the system tells them.
fn process() -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |name, help, value| {
        figures.push(Figure {
            name,
            kind: "gauge",
            help,
            value,
        });
    };
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
        add(
            "process_resident_memory_bytes",
            "Memory in use.",
            kilobytes * 1024,
        );
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        add(
            "process_open_fds",
            "Open files and sockets.",
            files.count() as u64,
        );
    }
    figures
}
