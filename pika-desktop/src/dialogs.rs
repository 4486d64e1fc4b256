//! The system's own dialogs for folders and files, on a thread of their own: they wait for a person.
//! The only module that names `rfd`.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rfd::FileDialog;

use crate::{
    command::ChooseFor,
    event::{Emitter, Event},
};

/// Only one dialog at a time; a second press does nothing.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Opens the dialog; what was chosen comes as [`Event::Chosen`], nothing when it was closed.
/// Returns false when the system gives no thread.
pub(crate) fn choose(purpose: ChooseFor, events: Emitter) -> bool {
    if OPEN.swap(true, Ordering::AcqRel) {
        return true;
    }
    let started = thread::Builder::new().name("dialog".into()).spawn(move || {
        let dialog = FileDialog::new();
        let chosen = match purpose {
            ChooseFor::MusicFolder => dialog.set_title("Choose a music folder").pick_folder(),
            ChooseFor::VirtualDjFolder => dialog.set_title("Choose VirtualDJ's folder").pick_folder(),
            ChooseFor::NowPlayingFile => dialog
                .set_title("Choose the file that says what plays")
                .add_filter("Text or playlist", &["txt", "m3u", "m3u8"])
                .pick_file(),
            ChooseFor::Export => dialog
                .set_title("Export")
                .set_file_name("Pika library.csv")
                .add_filter("Table (CSV)", &["csv"])
                .add_filter("Playlist (M3U8)", &["m3u8"])
                .add_filter("Text", &["txt"])
                .save_file(),
        };
        OPEN.store(false, Ordering::Release);
        if let Some(path) = chosen {
            events.send(Event::Chosen { purpose, path });
        }
    });
    if started.is_err() {
        OPEN.store(false, Ordering::Release);
    }
    started.is_ok()
}
