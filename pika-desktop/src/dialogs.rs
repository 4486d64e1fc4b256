//! The system's own dialogs for folders and files, on a thread of their own: they wait for a person.
//! The only module that names `rfd`.

use std::{
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::Receiver,
    },
    time::{Duration, Instant},
};

use pika_engine::{
    report::{self, Failure, Reporter},
    worker::{self, Busy},
};
use rfd::FileDialog;

/// Only one dialog at a time; a second press does nothing.
static OPEN: AtomicBool = AtomicBool::new(false);

/// A dialog that is gone sooner than this was never there.
const NEVER_OPENED: Duration = Duration::from_millis(700);

/// What a folder or file is chosen for, with the system's own dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChooseFor {
    /// A music folder to add.
    MusicFolder,
    /// VirtualDJ's folder.
    VirtualDjFolder,
    /// The text file or `.m3u` that another program writes.
    NowPlayingFile,
    /// Where a table of tracks is written to.
    ExportTable,
    /// Where a playlist is written to.
    ExportPlaylist,
    /// Where a night is written to, as a table.
    ExportNightCsv,
    /// Where a night is written to, whole.
    ExportNightJson,
}

/// What the window asks its dialogs for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogWish {
    /// Let the DJ choose a folder or a file.
    Choose(ChooseFor),
    /// Take a path that was typed instead.
    Typed {
        /// What for.
        purpose: ChooseFor,
        /// What was typed.
        path: String,
    },
}

/// What came of it; a dialog that was closed says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogReport {
    /// The DJ chose a folder or a file.
    Chosen {
        /// What for.
        purpose: ChooseFor,
        /// Which.
        path: PathBuf,
    },
    /// The desktop has no dialog for folders and files: the path must be typed.
    NoFileDialog(ChooseFor),
    /// A typed path will not do. Holds why, in one sentence.
    PathRefused(String),
    /// Nothing could be asked.
    Failed(Failure),
}

impl From<Failure> for DialogReport {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The window's dialogs. Dropped, an answer that is still on its way goes nowhere.
pub struct Dialogs {
    reports: Receiver<DialogReport>,
    reporter: Reporter<DialogReport>,
}

impl Dialogs {
    /// `wake` is called whenever there is an answer to take.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (reporter, reports) = report::channel(wake);
        Self { reports, reporter }
    }

    /// Begins what is asked for, on a thread.
    pub fn ask(&self, wish: DialogWish) {
        let reporter = self.reporter.clone();
        let begun = match wish {
            DialogWish::Choose(purpose) => choose(purpose, reporter),
            DialogWish::Typed { purpose, path } => typed(purpose, path, reporter),
        };
        if let Err(busy) = begun {
            self.reporter.try_fail(Failure {
                what: "open a dialog",
                error: busy.to_string(),
            });
        }
    }

    /// The next answer that is there already. Never waits.
    pub fn poll(&self) -> Option<DialogReport> {
        self.reports.try_recv().ok()
    }
}

/// What the dialog asks for.
pub(crate) fn title(purpose: ChooseFor) -> &'static str {
    match purpose {
        ChooseFor::MusicFolder => "Choose a music folder",
        ChooseFor::VirtualDjFolder => "Choose VirtualDJ's folder",
        ChooseFor::NowPlayingFile => "Choose the file that says what plays",
        ChooseFor::ExportTable => "Export a table",
        ChooseFor::ExportNightCsv | ChooseFor::ExportNightJson => "Export the night",
        ChooseFor::ExportPlaylist => "Export a playlist",
    }
}

/// A path as it may be typed.
pub(crate) fn example(purpose: ChooseFor) -> &'static str {
    match purpose {
        ChooseFor::MusicFolder => "~/Music",
        ChooseFor::VirtualDjFolder => "~/Documents/VirtualDJ",
        ChooseFor::NowPlayingFile => "~/now playing.txt",
        ChooseFor::ExportTable => "~/Pika library.csv",
        ChooseFor::ExportNightCsv => "~/Pika night.csv",
        ChooseFor::ExportNightJson => "~/Pika night.json",
        ChooseFor::ExportPlaylist => "~/Pika library.m3u8",
    }
}

/// The suffix of a file that is written.
fn suffix(purpose: ChooseFor) -> Option<&'static str> {
    match purpose {
        ChooseFor::MusicFolder | ChooseFor::VirtualDjFolder | ChooseFor::NowPlayingFile => None,
        ChooseFor::ExportTable | ChooseFor::ExportNightCsv => Some("csv"),
        ChooseFor::ExportNightJson => Some("json"),
        ChooseFor::ExportPlaylist => Some("m3u8"),
    }
}

/// Looks whether a typed path will do, on a thread: disks may be slow. The answer is [`DialogReport::Chosen`] or
/// [`DialogReport::PathRefused`].
///
/// Errors: the system gives no thread.
fn typed(purpose: ChooseFor, text: String, reporter: Reporter<DialogReport>) -> Result<(), Busy> {
    worker::once("typed path", move || {
        reporter.send(match resolve(purpose, &text, dirs::home_dir()) {
            Ok(path) => DialogReport::Chosen { purpose, path },
            Err(why) => DialogReport::PathRefused(why.to_owned()),
        });
    })
}

/// The path that was typed, or why it will not do.
fn resolve(purpose: ChooseFor, text: &str, home: Option<PathBuf>) -> Result<PathBuf, &'static str> {
    let text = text.trim().trim_matches(['"', '\'']);
    let path = match (text.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home,
        (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => home.join(&rest[1..]),
        _ => PathBuf::from(text),
    };
    if !path.is_absolute() {
        return Err("Please type the whole path, from the top or from ~.");
    }
    let Some(suffix) = suffix(purpose) else {
        return match (purpose, path.is_dir()) {
            (ChooseFor::NowPlayingFile, true) => Err("This is a folder; please name the file in it."),
            // The other program may write it later.
            (ChooseFor::NowPlayingFile, false) if path.parent().is_some_and(Path::is_dir) => Ok(path),
            (ChooseFor::NowPlayingFile, false) => Err("There is no such folder."),
            (_, true) => Ok(path),
            (_, false) if path.exists() => Err("This is a file; please name the folder it is in."),
            (_, false) => Err("There is no folder of this name."),
        };
    };
    let path = with_suffix(path, suffix);
    if !path.parent().is_some_and(Path::is_dir) {
        Err("There is no such folder.")
    } else if path.exists() {
        Err("There is something of this name already. Please take another.")
    } else {
        Ok(path)
    }
}

/// Opens the dialog; what was chosen comes as [`DialogReport::Chosen`], nothing when it was closed, and
/// [`DialogReport::NoFileDialog`] where the desktop has none.
///
/// Errors: the system gives no thread.
fn choose(purpose: ChooseFor, reporter: Reporter<DialogReport>) -> Result<(), Busy> {
    if OPEN.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    let begun = worker::once("dialog", move || {
        let opened = Instant::now();
        let dialog = FileDialog::new().set_title(title(purpose));
        let chosen = match purpose {
            ChooseFor::MusicFolder | ChooseFor::VirtualDjFolder => dialog.pick_folder(),
            ChooseFor::NowPlayingFile => dialog
                .add_filter("Text or playlist", &["txt", "m3u", "m3u8"])
                .pick_file(),
            ChooseFor::ExportTable => dialog
                .set_file_name("Pika library.csv")
                .add_filter("Table (CSV)", &["csv"])
                .save_file(),
            ChooseFor::ExportNightCsv => dialog
                .set_file_name("Pika night.csv")
                .add_filter("Table (CSV)", &["csv"])
                .save_file(),
            ChooseFor::ExportNightJson => dialog
                .set_file_name("Pika night.json")
                .add_filter("All that is known (JSON)", &["json"])
                .save_file(),
            ChooseFor::ExportPlaylist => dialog
                .set_file_name("Pika library.m3u8")
                .add_filter("Playlist (M3U8)", &["m3u8"])
                .save_file(),
        };
        let chosen = chosen.map(|path| match suffix(purpose) {
            Some(suffix) => with_suffix(path, suffix),
            None => path,
        });
        OPEN.store(false, Ordering::Release);
        match chosen {
            Some(path) => reporter.send(DialogReport::Chosen { purpose, path }),
            // Nobody closes a dialog that fast: it never opened.
            None if opened.elapsed() < NEVER_OPENED => reporter.send(DialogReport::NoFileDialog(purpose)),
            None => {}
        }
    });
    if begun.is_err() {
        OPEN.store(false, Ordering::Release);
    }
    begun
}

/// The path with its suffix, where the dialog or the DJ left it out.
fn with_suffix(path: PathBuf, suffix: &str) -> PathBuf {
    match path.extension() {
        Some(_) => path,
        None => path.with_extension(suffix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_paths_are_looked_at_before_they_are_taken() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::create_dir(at("Music")).unwrap();
        std::fs::write(at("list.csv"), "").unwrap();
        let resolve = |purpose, text: &str| resolve(purpose, text, Some(home.path().to_owned()));
        let whole = at("Music").display().to_string();
        for text in ["~/Music", &whole, &format!("  \"{whole}\" ")] {
            assert_eq!(resolve(ChooseFor::MusicFolder, text), Ok(at("Music")), "{text}");
        }
        assert_eq!(
            resolve(ChooseFor::VirtualDjFolder, "~"),
            Ok(home.path().to_owned())
        );
        assert_eq!(
            resolve(ChooseFor::ExportTable, "~/Music/all"),
            Ok(at("Music/all.csv"))
        );
        assert_eq!(
            resolve(ChooseFor::NowPlayingFile, "~/later.txt"),
            Ok(at("later.txt"))
        );
        for (purpose, text) in [
            (ChooseFor::MusicFolder, ""),
            (ChooseFor::MusicFolder, "Music"),
            (ChooseFor::MusicFolder, "~/Musik"),
            (ChooseFor::MusicFolder, "~/list.csv"),
            (ChooseFor::NowPlayingFile, "~/Music"),
            (ChooseFor::NowPlayingFile, "~/nowhere/x.txt"),
            (ChooseFor::ExportTable, "~/list.csv"),
            (ChooseFor::ExportPlaylist, "~/nowhere/x"),
        ] {
            assert!(resolve(purpose, text).is_err(), "{purpose:?} {text}");
        }
    }
}
