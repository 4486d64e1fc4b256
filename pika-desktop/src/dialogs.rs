//! The system's own dialogs for folders and files, on a thread of their own: they wait for a person.
//! The only module that names `rfd`.

use std::{
    path::{Path, PathBuf},
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
const NEVER_OPENED: Duration = Duration::from_millis(700);

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

/// Looks whether a typed path will do, on a thread: disks may be slow. The answer is [`Event::Chosen`] or
/// [`Event::PathRefused`]. Returns false when the system gives no thread.
pub(crate) fn typed(purpose: ChooseFor, text: String, events: Emitter) -> bool {
    let look = move || {
        events.send(match resolve(purpose, &text, dirs::home_dir()) {
            Ok(path) => Event::Chosen { purpose, path },
            Err(why) => Event::PathRefused(why.to_owned()),
        });
    };
    thread::Builder::new()
        .name("typed path".into())
        .spawn(look)
        .is_ok()
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

/// Opens the dialog; what was chosen comes as [`Event::Chosen`], nothing when it was closed, and
/// [`Event::NoFileDialog`] where the desktop has none.
/// Returns false when the system gives no thread.
pub(crate) fn choose(purpose: ChooseFor, events: Emitter) -> bool {
    if OPEN.swap(true, Ordering::AcqRel) {
        return true;
    }
    let started = thread::Builder::new().name("dialog".into()).spawn(move || {
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
            Some(path) => events.send(Event::Chosen { purpose, path }),
            // Nobody closes a dialog that fast: it never opened.
            None if opened.elapsed() < NEVER_OPENED => events.send(Event::NoFileDialog(purpose)),
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
