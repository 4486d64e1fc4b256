//! What a crash leaves behind: a report in the logs folder, for the DJ to read and to send if they like.
//! Nothing is sent by itself.

use std::{
    backtrace::Backtrace,
    cell::Cell,
    fs, io,
    panic::{self, PanicHookInfo},
    path::{Path, PathBuf},
    thread,
};

use tracing::error;

use crate::{
    clock::now_ms,
    private::{make_file, make_folder},
};

/// Reports kept; the oldest go.
const KEPT: usize = 10;
const PREFIX: &str = "crash-";

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// From now on every panic writes a report into `folder`, beside what the program does anyway.
pub fn install(folder: &Path) {
    let folder = folder.to_owned();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if EXPECTED.get() {
            return;
        }
        let report = report(info);
        error!(report, "panic");
        // A crash while writing about a crash must not hide the first one.
        if let Err(error) = write(&folder, now_ms(), &report) {
            error!(%error, "no crash report was written");
        }
        before(info);
    }));
}

/// Runs `work`, whose panics the caller catches and means to: they are no crashes.
pub(crate) fn expecting_panics<T>(work: impl FnOnce() -> T) -> T {
    EXPECTED.set(true);
    let done = work();
    EXPECTED.set(false);
    done
}

/// The reports in `folder`, newest first.
pub fn reports(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
        })
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let what = info.payload_as_str().unwrap_or("a panic without a message");
    format!(
        "Pika! {} on {} {}\nthread {}: {what}\nat {place}\n\n{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        thread.name().unwrap_or("without a name"),
        Backtrace::force_capture(),
    )
}

fn write(folder: &Path, at_ms: i64, report: &str) -> io::Result<()> {
    make_folder(folder)?;
    // Thirteen digits until the year 2286: names sort by time.
    let path = folder.join(format!("{PREFIX}{at_ms:013}.txt"));
    make_file(&path);
    fs::write(path, report)?;
    for old in reports(folder).into_iter().skip(KEPT) {
        fs::remove_file(old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = "PIKA_TEST_CRASH_FOLDER";

    /// Only in a process of its own, started by the test below: the hook is the whole process's.
    #[test]
    #[ignore = "crashes on purpose"]
    fn crashes() {
        let Some(folder) = std::env::var_os(FOLDER) else {
            return;
        };
        install(Path::new(&folder));
        expecting_panics(|| panic::catch_unwind(|| panic!("expected"))).unwrap_err();
        let crash = || panic!("a screw came loose");
        thread::Builder::new()
            .name("workshop".into())
            .spawn(crash)
            .unwrap()
            .join()
            .unwrap_err();
    }

    #[test]
    fn a_crash_leaves_one_report_that_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::tests::crashes", "--ignored"])
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{status:?}");
        let kept = reports(folder.path());
        assert_eq!(kept.len(), 1, "the expected panic is no crash");
        let report = fs::read_to_string(&kept[0]).unwrap();
        for expected in ["Pika! ", "thread workshop: a screw came loose", "crash.rs"] {
            assert!(report.contains(expected), "{report}");
        }
    }

    #[test]
    fn reports_are_listed_newest_first_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        assert_eq!(reports(&logs), Vec::<PathBuf>::new());
        for at in 0..KEPT as i64 + 3 {
            write(&logs, at, &format!("report {at}")).unwrap();
        }
        fs::write(logs.join("pika.log"), "").unwrap();
        let kept = reports(&logs);
        assert_eq!(kept.len(), KEPT);
        assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "report 12");
        assert_eq!(fs::read_to_string(&kept[KEPT - 1]).unwrap(), "report 3");
    }
}
