//! The program without a window, as a process that can be killed.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::chown,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// Far more than anything here takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(240);
/// The user that owns nothing.
const NOBODY: u32 = 65_534;

pub(crate) struct Program {
    process: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    pub(crate) fn start(data: &Path, music: &Path) -> Self {
        let command = Command::new(env!("CARGO_BIN_EXE_pika-desktop"));
        Self::spawn(command, data, music)
    }

    /// No file may grow beyond `bytes`: writes fail as on a full disk.
    pub(crate) fn start_with_file_limit(data: &Path, music: &Path, bytes: u64) -> Self {
        let mut command = Command::new("sh");
        // The signal is ignored, so that the write fails instead. POSIX counts in blocks of 512 bytes.
        command
            .args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#])
            .arg((bytes / 512).to_string())
            .arg(env!("CARGO_BIN_EXE_pika-desktop"));
        Self::spawn(command, data, music)
    }

    /// As a user who may write the data folder only; root may write everywhere, so it steps down.
    pub(crate) fn start_as_nobody(data: &Path, music: &Path) -> Self {
        let program = env!("CARGO_BIN_EXE_pika-desktop");
        let steps_down = Command::new("setpriv")
            .args([
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                program,
                "--version",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let command = if steps_down && chown(data, Some(NOBODY), Some(NOBODY)).is_ok() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=65534", "--regid=65534", "--clear-groups", program])
                .env("HOME", data);
            command
        } else {
            Command::new(program)
        };
        Self::spawn(command, data, music)
    }

    /// With a history, and a text file that another program writes.
    pub(crate) fn start_following(data: &Path, music: &Path, history: &Path, text_file: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pika-desktop"));
        command.arg("--now-playing-file").arg(text_file);
        Self::spawn_following(command, data, music, history)
    }

    fn spawn(command: Command, data: &Path, music: &Path) -> Self {
        Self::spawn_following(command, data, music, &data.join("none.m3u"))
    }

    fn spawn_following(mut command: Command, data: &Path, music: &Path, history: &Path) -> Self {
        let mut process = command
            .args(["--headless", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .arg("--music")
            .arg(music)
            .arg("--history")
            .arg(history)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let (send, lines) = sync_channel(100_000);
        let read = move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { break };
                if send.send(line).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new().name("lines".into()).spawn(read).unwrap();
        Self {
            process,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that begins with `what`; returns the rest of it.
    #[track_caller]
    pub(crate) fn says(&mut self, what: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                let last = self.seen.len().saturating_sub(30);
                panic!("never said {what}: {:#?}", &self.seen[last..]);
            };
            let found = line.strip_prefix(what).map(|rest| rest.trim().to_owned());
            self.seen.push(line);
            if let Some(rest) = found {
                return rest;
            }
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Ends it as Ctrl-C does.
    #[track_caller]
    pub(crate) fn interrupt(mut self) {
        let pid = self.process.id().to_string();
        let status = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(status.success());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only after a failed test is it still there.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
