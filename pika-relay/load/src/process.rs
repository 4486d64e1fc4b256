//! What a server's process uses, read from `/proc`.

use std::fs;

/// A sample; zeros where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Resident memory, bytes.
    pub rss: u64,
    /// The most there ever was, bytes.
    pub peak: u64,
    /// Nanoseconds on a CPU, in the program and in the kernel.
    pub cpu_ns: u64,
    /// Open files and sockets.
    pub files: u64,
}

impl Sample {
    /// Looks at a process now.
    pub fn of(pid: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let tasks = fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten()
            .flatten();
        let cpu_ns = tasks
            .filter_map(|task| {
                let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
                text.split_whitespace().next()?.parse::<u64>().ok()
            })
            .sum();
        Self {
            rss: kilobytes(&status, "VmRSS:"),
            peak: kilobytes(&status, "VmHWM:"),
            cpu_ns,
            files: fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, |files| files.count() as u64),
        }
    }
}

fn kilobytes(status: &str, key: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

/// How many files this process may have open, where the system tells.
pub fn file_limit() -> Option<usize> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn sees_this_process() {
        let sample = Sample::of(std::process::id());
        assert!(sample.rss > 100_000 && sample.peak >= sample.rss / 2 && sample.files > 2);
        assert!(file_limit().is_some());
        assert_eq!(Sample::of(u32::MAX).rss, 0);
    }
}
