//! The real program without a window, as a process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    time::Instant,
};

use pika_engine::relay_access::RelayAccess;

use super::nights::PATIENCE;

/// The real program without a window, publishing on a relay.
pub(super) struct Program {
    pub(super) process: Child,
    lines: Receiver<String>,
}

impl Program {
    pub(super) fn start(folder: &Path, history: &Path, access: &RelayAccess) -> Self {
        Self::start_with(folder, history, access, &["--session-name", "Friday"])
    }

    pub(super) fn start_with(folder: &Path, history: &Path, access: &RelayAccess, more: &[&str]) -> Self {
        let relay = ["--relay", access.url()];
        Self::launch(folder, history, access.secret(), &[&relay, more].concat())
    }

    pub(super) fn launch(folder: &Path, history: &Path, token: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pika-desktop"))
            .arg("--headless")
            .args(arguments)
            .arg("--data-dir")
            .arg(folder.join("data"))
            .arg("--music")
            .arg(folder.join("music"))
            .arg("--history")
            .arg(history)
            .env("PIKA_TOKEN", token)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // What it says is read, so that it never waits for a reader.
        let out = BufReader::new(process.stdout.take().unwrap());
        let (send, lines) = sync_channel(10_000);
        let read = move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = send.try_send(line);
            }
        };
        std::thread::Builder::new()
            .name("output".into())
            .spawn(read)
            .unwrap();
        Self { process, lines }
    }

    /// Waits for a line that begins with `what`; returns the rest of it.
    #[track_caller]
    pub(super) fn says(&self, what: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("never said {what}: {seen:#?}");
            };
            if let Some(rest) = line.strip_prefix(what) {
                return rest.trim().to_owned();
            }
            seen.push(line);
        }
    }

    pub(super) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(super) fn interrupt(mut self) {
        self.ask_to_end();
        assert!(self.process.wait().unwrap().success());
    }

    pub(super) fn ask_to_end(&self) {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only after a failed test is it still there.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
