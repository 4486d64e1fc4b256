//! The scanner's own thread: scans when asked, when folders change, when drives come back, and now and then.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::Result;
use tracing::{info, warn};

use super::{ScanCounts, opinions::SecondOpinions, scan_folder, watch::FolderWatch};
use crate::{
    event::{Emitter, Event},
    library::{Folder, FolderId, LibraryHandle},
};

/// Changes are waited out for this long: copying an album is one change.
const QUIET: Duration = Duration::from_secs(2);
/// But not longer than this.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// How often vanished drives are looked for.
const DRIVE_POLL: Duration = Duration::from_secs(5);
/// How often everything is looked through, for systems that do not report changes.
const SLOW_POLL: Duration = Duration::from_secs(15 * 60);

/// What the scanner can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanCommand {
    /// Look through all folders.
    All,
    /// Look through one folder.
    Folder(FolderId),
    /// Something changed on disk; nothing to do but look which folder.
    #[doc(hidden)]
    Changed,
    #[doc(hidden)]
    Stop,
}

/// Asks the scanner for work; stops and joins it when dropped.
#[derive(Debug)]
pub struct ScannerHandle {
    commands: SyncSender<ScanCommand>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the scanner; it scans all folders once by itself, then reads VirtualDJ's databases:
/// those below `virtualdj_folder` (found by itself without one) and on the drives of the music folders.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: LibraryHandle,
    events: Emitter,
    virtualdj_folder: Option<PathBuf>,
) -> std::io::Result<ScannerHandle> {
    let (commands, queue) = sync_channel(32);
    let stop = Arc::new(AtomicBool::new(false));
    let wake = commands.clone();
    // When the queue is full the scanner is awake anyway.
    let watch = FolderWatch::new(move || drop(wake.try_send(ScanCommand::Changed)));
    let scanner = Scanner {
        library,
        events,
        watch,
        opinions: SecondOpinions::new(virtualdj_folder),
        stop: Arc::clone(&stop),
    };
    let thread = thread::Builder::new()
        .name("scanner".into())
        .spawn(move || scanner.run(&queue))?;
    Ok(ScannerHandle {
        commands,
        stop,
        thread: Some(thread),
    })
}

impl ScannerHandle {
    /// Asks for a scan. Returns false when it is too busy; it will look through everything anyway.
    pub fn ask(&self, command: ScanCommand) -> bool {
        !matches!(self.commands.try_send(command), Err(TrySendError::Full(_)))
    }
}

impl Drop for ScannerHandle {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.commands.try_send(ScanCommand::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Scanner {
    library: LibraryHandle,
    events: Emitter,
    watch: FolderWatch,
    opinions: SecondOpinions,
    stop: Arc<AtomicBool>,
}

impl Scanner {
    fn run(mut self, queue: &Receiver<ScanCommand>) {
        self.scan(None);
        let mut last_full = Instant::now();
        // Since when changes are being waited out, and when the last one came.
        let mut pending: Option<(Instant, Instant)> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let wait = if pending.is_some() { QUIET } else { DRIVE_POLL };
            match queue.recv_timeout(wait) {
                Ok(ScanCommand::All) => {
                    self.scan(None);
                    last_full = Instant::now();
                }
                Ok(ScanCommand::Folder(id)) => self.scan(Some(&[id])),
                Ok(ScanCommand::Changed) => {
                    let now = Instant::now();
                    pending = Some((pending.map_or(now, |(first, _)| first), now));
                }
                Ok(ScanCommand::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if pending.is_some_and(|(first, last)| last.elapsed() >= QUIET || first.elapsed() >= MAX_WAIT) {
                pending = None;
                let changed = self.watch.take_changed();
                if !changed.is_empty() {
                    self.scan(Some(&changed));
                }
            }
            if pending.is_none() {
                self.look_for_drives();
            }
            if last_full.elapsed() >= SLOW_POLL {
                self.scan(None);
                last_full = Instant::now();
            }
        }
    }

    /// Scans the folders of a drive that came back, and notes the ones that went.
    fn look_for_drives(&mut self) {
        let Ok(folders) = self.library.call(|library| library.folders()) else {
            return;
        };
        let turned: Vec<FolderId> = folders
            .iter()
            .filter(|folder| is_there(folder) == folder.away_since.is_some())
            .map(|folder| folder.id)
            .collect();
        if !turned.is_empty() {
            self.scan(Some(&turned));
        }
    }

    /// Scans all folders, or those named. Reports each.
    fn scan(&mut self, only: Option<&[FolderId]>) {
        let folders = match self.library.call(|library| library.folders()) {
            Ok(folders) => folders,
            Err(error) => {
                return self
                    .events
                    .send(Event::failed("look through the music folders", &error));
            }
        };
        self.watch.set_folders(&folders);
        let mut new_files = false;
        for folder in folders
            .iter()
            .filter(|folder| only.is_none_or(|only| only.contains(&folder.id)))
        {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match self.scan_one(folder) {
                Ok(counts) => new_files |= counts.new > 0,
                Err(error) => {
                    warn!(error = %format!("{error:#}"), "scan failed");
                    self.events
                        .send(Event::failed("look through a music folder", &error));
                }
            }
        }
        if new_files {
            self.opinions.forget();
        }
        self.opinions
            .refresh(&self.library, &self.events, &folders, &self.stop);
    }

    fn scan_one(&self, folder: &Folder) -> Result<ScanCounts> {
        let counts = scan_folder(&self.library, folder, &self.stop, |counts| {
            self.events.progress(Event::ScanProgress {
                folder: folder.id,
                counts,
            });
        })?;
        info!(?counts, "scan finished");
        self.events.send(Event::ScanFinished {
            folder: folder.id,
            path: folder.path.clone(),
            counts,
        });
        Ok(counts)
    }
}

/// Whether a folder can be looked through. One that was away must hold something: an empty mount point
/// is still there when its drive is not.
fn is_there(folder: &Folder) -> bool {
    match fs::read_dir(&folder.path) {
        Ok(mut entries) => folder.away_since.is_none() || entries.next().is_some(),
        // One that may not be read is there: the scan says so.
        Err(_) => folder.away_since.is_none() && folder.path.is_dir(),
    }
}
