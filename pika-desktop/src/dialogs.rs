//! The system's own dialogs for folders and files, on a thread of their own: they wait for a person.
//! The only module that names `rfd`.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use rfd::FileDialog;

use crate::{
    command::ChooseFor,
    event::{Emitter, Event},
};

/// Only one dialog at a time; a second press does nothing.
static OPEN: AtomicBool = AtomicBool::new(false);

/// A dialog that is gone sooner than this was never there.
const NEVER_OPENED: Duration = Duration::from_millis(300);

/// Opens the dialog; what was chosen comes as [`Event::Chosen`], nothing when it was closed.
/// Returns false when the system gives no thread.
pub(crate) fn choose(purpose: ChooseFor, events: Emitter) -> bool {
    if OPEN.swap(true, Ordering::AcqRel) {
        return true;
    }
    let started = thread::Builder::new().name("dialog".into()).spawn(move || {
        let opened = Instant::now();
        let dialog = FileDialog::new();
        let chosen = match purpose {
            ChooseFor::MusicFolder => dialog.set_title("Choose a music folder").pick_folder(),
            ChooseFor::VirtualDjFolder => dialog.set_title("Choose VirtualDJ's folder").pick_folder(),
            ChooseFor::NowPlayingFile => dialog
                .set_title("Choose the file that says what plays")
                .add_filter("Text or playlist", &["txt", "m3u", "m3u8"])
                .pick_file(),
            ChooseFor::ExportTable => dialog
                .set_title("Export a table")
                .set_file_name("Pika library.csv")
                .add_filter("Table (CSV)", &["csv"])
                .save_file()
                .map(|path| with_suffix(path, "csv")),
            ChooseFor::ExportNightCsv => dialog
                .set_title("Export the night")
                .set_file_name("Pika night.csv")
                .add_filter("Table (CSV)", &["csv"])
                .save_file()
                .map(|path| with_suffix(path, "csv")),
            ChooseFor::ExportNightJson => dialog
                .set_title("Export the night")
                .set_file_name("Pika night.json")
                .add_filter("All that is known (JSON)", &["json"])
                .save_file()
                .map(|path| with_suffix(path, "json")),
            ChooseFor::ExportPlaylist => dialog
                .set_title("Export a playlist")
                .set_file_name("Pika library.m3u8")
                .add_filter("Playlist (M3U8)", &["m3u8"])
                .save_file()
                .map(|path| with_suffix(path, "m3u8")),
        };
        OPEN.store(false, Ordering::Release);
        match chosen {
            Some(path) => events.send(Event::Chosen { purpose, path }),
            // Nobody closes a dialog that fast: it never opened.
            None if opened.elapsed() < NEVER_OPENED => events.send(Event::Failed {
                what: "open the system's file dialog",
                error: "the desktop offers none; folders can be dropped on the window".to_owned(),
            }),
            None => {}
        }
    });
    if started.is_err() {
        OPEN.store(false, Ordering::Release);
    }
    started.is_ok()
}

/// The path with its suffix, where the dialog or the DJ left it out.
fn with_suffix(path: PathBuf, suffix: &str) -> PathBuf {
    match path.extension() {
        Some(_) => path,
        None => path.with_extension(suffix),
    }
}
