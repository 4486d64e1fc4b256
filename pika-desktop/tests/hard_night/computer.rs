//! The DJ's computer: the real program without a window, VirtualDJ's history, a disk that can be filled, a clock that
//! can be set, and a share that never answers.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use pika_engine::relay_access::RelayAccess;

use super::share::{self, SilentShare};

/// Room on the disk: the program's files and some songs.
const DISK: &str = "size=24m";

pub(crate) struct Computer {
    folder: PathBuf,
    relay: String,
    token: String,
    program: Option<Child>,
    /// The library that makes a process see another time; `None` where it is not installed.
    fake_time: Option<PathBuf>,
    behind: Duration,
    has_small_disk: bool,
    share: Option<SilentShare>,
}

impl Computer {
    pub(crate) fn new(folder: &Path, access: &RelayAccess) -> Self {
        for name in ["data", "music", "share", "VirtualDJ", "VirtualDJ/History"] {
            fs::create_dir(folder.join(name)).unwrap();
        }
        // Songs are logged at once here.
        let settings = "<settings><historyDelay>0</historyDelay></settings>";
        fs::write(folder.join("VirtualDJ/settings.xml"), settings).unwrap();
        fs::write(folder.join("clock"), "+0").unwrap();
        let small_disk = Command::new("mount")
            .args(["-t", "tmpfs", "-o", DISK, "tmpfs"])
            .arg(folder.join("data"))
            .stderr(Stdio::null())
            .status();
        let computer = Self {
            folder: folder.to_owned(),
            relay: access.url().to_owned(),
            token: access.secret().to_owned(),
            program: None,
            fake_time: find_fake_time(),
            behind: Duration::ZERO,
            has_small_disk: small_disk.is_ok_and(|status| status.success()),
            share: SilentShare::mount(&folder.join("share")),
        };
        for (is_there, what) in [
            (
                computer.fake_time.is_some(),
                "a clock that is set: libfaketime is not installed",
            ),
            (computer.has_small_disk, "a full disk: none can be mounted here"),
            (
                computer.share.is_some(),
                "a share that hangs: none can be mounted here",
            ),
        ] {
            if !is_there {
                eprintln!("skipped: {what}");
            }
        }
        computer
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.folder.join("data/library.db")
    }

    pub(crate) fn start(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pika-desktop"));
        if let Some(library) = &self.fake_time {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME_TIMESTAMP_FILE", self.folder.join("clock"))
                .env("FAKETIME_NO_CACHE", "1")
                .env("NO_FAKE_STAT", "1")
                .env("DONT_FAKE_MONOTONIC", "1");
        }
        let program = command
            .args(["--headless", "--session-name", "Friday", "--relay", &self.relay])
            .arg("--data-dir")
            .arg(self.folder.join("data"))
            .arg("--music")
            .arg(self.folder.join("music"))
            .arg("--history")
            .arg(self.folder.join("VirtualDJ"))
            .arg("--now-playing-file")
            .arg(self.folder.join("share/now.txt"))
            .env("PIKA_TOKEN", &self.token)
            .stdout(log(&self.folder.join("said.txt")))
            .stderr(log(&self.folder.join("logged.txt")))
            .spawn();
        self.program = Some(program.unwrap());
    }

    pub(crate) fn is_running(&self) -> bool {
        self.program.is_some()
    }

    pub(crate) fn kill(&mut self) {
        let mut program = self.program.take().unwrap();
        program.kill().unwrap();
        program.wait().unwrap();
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn end(&mut self) {
        let mut program = self.program.take().unwrap();
        let asked = Command::new("kill")
            .args(["-INT", &program.id().to_string()])
            .status();
        assert!(asked.unwrap().success());
        assert!(program.wait().unwrap().success(), "{}", self.said());
    }

    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.folder.join("said.txt")).unwrap_or_default()
    }

    /// VirtualDJ logs a song.
    pub(crate) fn play(&self, title: &str) {
        let history = self.folder.join("VirtualDJ/History/2026-11-21.m3u");
        let now = SystemTime::now() - self.behind;
        let seconds = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(history)
            .unwrap();
        let pair = format!(
            "#EXTVDJ:<time>22:14</time><lastplaytime>{seconds}</lastplaytime><artist>Ada</artist><title>{title}</title>\r\n\
             netsearch://{title}\r\n"
        );
        file.write_all(pair.as_bytes()).unwrap();
        file.set_modified(now).unwrap();
    }

    pub(crate) fn fill_disk(&self) {
        if !self.has_small_disk {
            return;
        }
        let mut filler = File::create(self.folder.join("data/filler")).unwrap();
        let piece = vec![0x55; 4096];
        while filler.write_all(&piece).is_ok() {}
        while filler.write_all(&piece[..1]).is_ok() {}
    }

    pub(crate) fn free_disk(&self) {
        if self.has_small_disk {
            fs::remove_file(self.folder.join("data/filler")).unwrap();
        }
    }

    pub(crate) fn set_clock_back(&mut self, by: Duration) {
        if self.fake_time.is_none() {
            return;
        }
        self.behind = by;
        // Replaced in one step: a process that reads half a number would be elsewhere.
        let new = self.folder.join("clock.new");
        fs::write(&new, format!("-{}", by.as_secs())).unwrap();
        fs::rename(new, self.folder.join("clock")).unwrap();
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        if let Some(mut program) = self.program.take() {
            // Only after a failed test is it still there.
            let _ = program.kill();
            let _ = program.wait();
            eprintln!("{}", self.said());
        }
        self.share = None;
        for name in ["share", "data"] {
            share::unmount(&self.folder.join(name));
        }
    }
}

fn log(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap()
}

fn find_fake_time() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").ok()?.flatten();
    libraries
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
}
