//! The scanner's own thread: scans when asked, when folders change, when drives come back, and now and then.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::Result;
use tracing::{info, warn};

use super::{
    ScanCounts, ScanReport, ScanTime, again::Again, changing::Changing, opinions::SecondOpinions,
    scan_folder, watch::MusicWatch,
};
use crate::{
    foreign::file,
    library::{Folder, FolderId, LibraryHandle},
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Changes are waited out for this long: copying an album is one change.
const QUIET: Duration = Duration::from_secs(2);
/// But not longer than this.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// How often vanished drives are looked for.
const DRIVE_POLL: Duration = Duration::from_secs(5);
/// How often everything is looked through, since reports of changes get lost.
const SLOW_POLL: Duration = Duration::from_secs(15 * 60);
/// The same where the system refuses to report changes of a folder.
const BLIND_POLL: Duration = Duration::from_secs(60);
/// A look through everything takes no more than this share of the time, however large the folders are.
const POLL_SHARE: u32 = 20;

/// How long a look through a folder may say nothing before its drive counts as silent.
const LONGEST_LOOK: Duration = Duration::from_secs(300);

/// Commands and changes waiting; with more it looks through everything anyway.
const QUEUE: usize = 32;

/// What the scanner can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanCommand {
    /// Look through all folders.
    All,
    /// Look through one folder.
    Folder(FolderId),
}

/// Asks the scanner for work; ends and joins it when dropped.
pub type ScannerHandle = Handle<ScanCommand>;

/// What wakes the scanner.
enum Message {
    Command(ScanCommand),
    /// Something changed on disk; the watch knows in which folder.
    Changed,
}

impl From<ScanCommand> for Message {
    fn from(command: ScanCommand) -> Self {
        Self::Command(command)
    }
}

/// Starts the scanner; it scans all folders once by itself, then reads VirtualDJ's databases:
/// those below `virtualdj_folder` (found by itself without one) and on the drives of the music folders.
///
/// Errors: the system gives no thread.
pub fn spawn(
    library: LibraryHandle,
    reporter: Reporter<ScanReport>,
    virtualdj_folder: Option<PathBuf>,
) -> std::io::Result<ScannerHandle> {
    worker::spawn("scanner", QUEUE, move |inbox, sender| {
        let scanner = Scanner {
            library,
            reporter,
            watch: MusicWatch::new(move || sender.wake(Message::Changed)),
            opinions: SecondOpinions::new(virtualdj_folder),
            changing: Changing::default(),
            again: Again::default(),
            stop: inbox.ends(),
        };
        scanner.run(&inbox);
    })
}

struct Scanner {
    library: LibraryHandle,
    reporter: Reporter<ScanReport>,
    watch: MusicWatch,
    opinions: SecondOpinions,
    /// Files that were being written.
    changing: Changing,
    /// Folders whose scan could not be stored, or found a file that was being written.
    again: Again,
    stop: Arc<AtomicBool>,
}

impl Scanner {
    fn run(mut self, inbox: &Inbox<Message>) {
        let (mut last_full, mut took) = self.scan_all();
        // Since when changes are being waited out, and when the last one came.
        let mut pending: Option<(Instant, Instant)> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let wait = if pending.is_some() { QUIET } else { DRIVE_POLL };
            let again = self.again.wait(Instant::now()).unwrap_or(wait);
            match inbox.next(wait.min(again)) {
                Next::Message(Message::Command(ScanCommand::All)) => (last_full, took) = self.scan_all(),
                Next::Message(Message::Command(ScanCommand::Folder(id))) => self.scan(Some(&[id])),
                Next::Message(Message::Changed) => {
                    let now = Instant::now();
                    pending = Some((pending.map_or(now, |(first, _)| first), now));
                }
                Next::End => break,
                Next::Nothing => {}
            }
            if pending.is_some_and(|(first, last)| last.elapsed() >= QUIET || first.elapsed() >= MAX_WAIT) {
                pending = None;
                let changed = self.watch.take_changed();
                if !changed.is_empty() {
                    self.scan(Some(&changed));
                }
            }
            self.scan_again();
            if pending.is_none() {
                self.look_for_drives();
            }
            if last_full.elapsed() >= poll_every(self.watch.is_blind(), took) {
                (last_full, took) = self.scan_all();
            }
        }
    }

    /// Scans everything. Returns when that was done and how long it took.
    fn scan_all(&mut self) -> (Instant, Duration) {
        let begun = Instant::now();
        self.scan(None);
        let done = Instant::now();
        (done, done - begun)
    }

    /// Scans the folders whose turn it is once more.
    fn scan_again(&mut self) {
        let due = self.again.due(Instant::now());
        if due.contains(&None) {
            self.scan(None);
        } else if !due.is_empty() {
            let folders: Vec<FolderId> = due.into_iter().flatten().collect();
            self.scan(Some(&folders));
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

    /// Scans all folders, or those named. Reports each. What could not be done has its turn again.
    fn scan(&mut self, only: Option<&[FolderId]>) {
        let folders = match self.library.call(|library| library.folders()) {
            Ok(folders) => folders,
            Err(error) => return self.failed(None, "look through the music folders", &error),
        };
        self.again.done(None);
        self.again.keep(|id| folders.iter().any(|folder| folder.id == id));
        let mut answering = Vec::new();
        for folder in folders {
            match is_silent(&folder.path) {
                None => answering.push(folder),
                Some(error) if error.kind() == io::ErrorKind::TimedOut => {
                    if folder.away_since.is_none() {
                        self.leave(&folder);
                    }
                }
                // Nothing is known of it: it stays as it is, and has its turn later.
                Some(error) => warn!(%error, "a music folder is not looked at now"),
            }
        }
        let folders = answering;
        for report in self.watch.set_folders(&folders) {
            self.reporter.send(report);
        }
        let mut new_files = false;
        for folder in folders
            .iter()
            .filter(|folder| only.is_none_or(|only| only.contains(&folder.id)))
        {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match self.scan_one(folder) {
                Ok(counts) => {
                    new_files |= counts.new > 0;
                    if counts.changing == 0 {
                        self.again.done(Some(folder.id));
                    } else {
                        self.again.ask(Some(folder.id), Instant::now());
                    }
                }
                Err(error) => self.failed(Some(folder.id), "look through a music folder", &error),
            }
        }
        if new_files {
            self.opinions.forget();
        }
        self.read_opinions(folders);
    }

    /// A folder whose drive does not answer: its tracks keep everything.
    fn leave(&self, folder: &Folder) {
        let id = folder.id;
        let left = self
            .library
            .call(move |library| library.set_folder_away(id, true));
        if let Err(error) = left {
            warn!(error = %format!("{error:#}"), "not noted as away");
        }
        self.reporter.send(ScanReport::Finished {
            folder: id,
            path: folder.path.clone(),
            counts: ScanCounts {
                away: true,
                ..ScanCounts::default()
            },
        });
    }

    /// Reads VirtualDJ's databases. They lie on drives of others, too.
    fn read_opinions(&mut self, folders: Vec<Folder>) {
        let (library, reporter, stop) = (
            self.library.clone(),
            self.reporter.clone(),
            Arc::clone(&self.stop),
        );
        let mut opinions = self.opinions.clone();
        let read = file::at(Path::new("VirtualDJ"), LONGEST_LOOK, move || {
            opinions.refresh(&library, &reporter, &folders, &stop);
            Ok(opinions)
        });
        match read {
            Ok(opinions) => self.opinions = opinions,
            Err(error) => warn!(%error, "VirtualDJ's databases are not read now"),
        }
    }

    /// A scan could not be stored: it has its turn again, and of a series of failures the first is told.
    fn failed(&mut self, folder: Option<FolderId>, what: &'static str, error: &anyhow::Error) {
        warn!(error = %format!("{error:#}"), "scan failed");
        if self.again.ask(folder, Instant::now()) {
            self.reporter.fail(what, error);
        }
    }

    fn scan_one(&mut self, folder: &Folder) -> Result<ScanCounts> {
        let (library, reporter, stop) = (
            self.library.clone(),
            self.reporter.clone(),
            Arc::clone(&self.stop),
        );
        let (mut changing, its_folder) = (std::mem::take(&mut self.changing), folder.clone());
        let scanned = file::at_while(&folder.path, LONGEST_LOOK, move |pulse| {
            let time = ScanTime {
                now: &SystemTime::now,
                rest: &|wait| rest(wait, &stop),
                stop: &stop,
                beat: &|| pulse.beat(),
            };
            let counts = scan_folder(&library, &its_folder, &time, &mut changing, |counts| {
                let folder = its_folder.id;
                reporter.progress(ScanReport::Progress { folder, counts });
            });
            Ok((counts, changing))
        });
        let (counts, changing) = scanned?;
        self.changing = changing;
        let counts = counts?;
        info!(?counts, "scan finished");
        self.reporter.send(ScanReport::Finished {
            folder: folder.id,
            path: folder.path.clone(),
            counts,
        });
        Ok(counts)
    }
}

/// Waits, unless the program ends meanwhile.
fn rest(wait: Duration, stop: &AtomicBool) {
    /// How soon the end is noticed.
    const SLICE: Duration = Duration::from_millis(50);
    let until = Instant::now() + wait;
    while !stop.load(Ordering::Relaxed) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        thread::sleep(left.min(SLICE));
    }
}

/// How often everything is looked through when that takes so long.
fn poll_every(is_blind: bool, took: Duration) -> Duration {
    if is_blind {
        (took * POLL_SHARE).clamp(BLIND_POLL, SLOW_POLL)
    } else {
        SLOW_POLL
    }
}

/// Why a folder must not be looked into: its drive or share does not answer.
fn is_silent(folder: &Path) -> Option<io::Error> {
    let path = folder.to_owned();
    let looked = file::at(folder, file::A_LOOK, move || {
        // Whatever is found there, it was found.
        let _ = fs::read_dir(&path).map(|mut entries| entries.next());
        Ok(())
    });
    looked.err()
}

/// Whether a folder can be looked through. One that was away must hold something: an empty mount point
/// is still there when its drive is not. One that does not answer is not there.
fn is_there(folder: &Folder) -> bool {
    let (path, was_away) = (folder.path.clone(), folder.away_since.is_some());
    let looked = file::at(&folder.path, file::A_LOOK, move || {
        Ok(match fs::read_dir(&path) {
            Ok(mut entries) => !was_away || entries.next().is_some(),
            // One that may not be read is there: the scan says so.
            Err(_) => !was_away && path.is_dir(),
        })
    });
    looked.unwrap_or_else(|error| error.kind() != io::ErrorKind::TimedOut && folder.away_since.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        library::{self, Library},
        report::channel,
        scanner::tests::Told,
    };

    #[test]
    fn a_scan_that_could_not_be_stored_has_its_turn_again_and_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let music = folder.path().join("music");
        fs::create_dir(&music).unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (library, _) = library::spawn(library).unwrap();
        let path = music.clone();
        let id = library
            .call(move |library| Ok(library.add_folder(&path)?.id))
            .unwrap();
        let (reporter, told) = channel::<Told>(|| {});
        let mut scanner = Scanner {
            library: library.clone(),
            reporter: reporter.of(|report| Told(Some(report))),
            watch: MusicWatch::new(|| {}),
            opinions: SecondOpinions::new(Some(music.clone())),
            changing: Changing::default(),
            again: Again::default(),
            stop: Arc::new(AtomicBool::new(false)),
        };
        let failures = || told.try_iter().filter(|told| told.0.is_none()).count();
        library.call(|library| library.refuse_writes(true)).unwrap();
        scanner.scan(Some(&[id]));
        scanner.scan(Some(&[id]));
        assert_eq!(failures(), 1);
        let later = Instant::now() + MAX_WAIT;
        assert_eq!(scanner.again.due(later), [Some(id)]);
        library.call(|library| library.refuse_writes(false)).unwrap();
        scanner.scan(Some(&[id]));
        assert_eq!((failures(), scanner.again.due(later)), (0, vec![]));
    }

    #[test]
    fn where_no_changes_are_told_new_songs_are_looked_for_soon() {
        let second = Duration::from_secs(1);
        assert_eq!(poll_every(true, second), BLIND_POLL);
        assert_eq!(poll_every(true, 10 * second), 200 * second);
        assert_eq!(poll_every(true, 3600 * second), SLOW_POLL);
        assert_eq!(poll_every(false, second), SLOW_POLL);
    }
}
