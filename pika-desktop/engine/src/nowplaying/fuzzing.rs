//! What has to hold for any text that a DJ program names a song with, and for the text file with the playing song.

use std::{cell::RefCell, path::PathBuf};

use pika_analysis::Tags;

pub use super::virtualdj::fuzzing::{virtualdj_database, virtualdj_history, virtualdj_settings};
use super::{
    matcher, public_title,
    source::{PlayEvent, SourceKind},
    text_file,
};
use crate::{
    foreign::text::artist_and_title,
    library::{ContentId, FileFacts, Library, fold},
};

/// Reads the text file with the playing song: one trimmed line, or nothing.
///
/// # Panics
///
/// When that does not hold.
pub fn text_file(bytes: &[u8]) {
    let Some(line) = text_file::first_line(bytes) else {
        return;
    };
    assert!(!line.is_empty() && line == line.trim() && !line.contains('\n'));
    // Windows-1252 has letters of three bytes.
    assert!(line.len() <= 3 * bytes.len());
    let (artist, title) = artist_and_title(&line);
    for text in [artist, title].into_iter().flatten() {
        assert!(!text.is_empty() && text == text.trim());
    }
}

/// Looks a song up in a small library: the lines are path, artist, title, version, size in bytes and length in
/// seconds. The same words find the same track, and there is always something to announce.
///
/// # Panics
///
/// When that does not hold.
pub fn matcher(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n').map(str::trim);
    let mut line = || lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    let event = PlayEvent {
        source: SourceKind::VirtualDj,
        path: line(),
        artist: line(),
        title: line(),
        remix: line(),
        file_size: line().and_then(|size| size.parse().ok()),
        duration_s: line()
            .and_then(|length| length.parse().ok())
            .filter(|length: &f64| length.is_finite() && *length > 0.0),
        logged_at_ms: 0,
        started_at_ms: 0,
        line_at_ms: None,
        at_start: false,
        replaces_last: false,
    };
    SHELF.with_borrow(|shelf| {
        let found = matcher::find(&shelf.library, &event).expect("a healthy library answers");
        let again = matcher::find(&shelf.library, &event).expect("a healthy library answers");
        assert_eq!(found, again);
    });
    assert_eq!(matcher::identity(&event), matcher::identity(&event));
    assert!(matcher::local_path(&event).is_none_or(|path| path.is_absolute()));
    assert!(!public_title::of(&event, None).title.is_empty());
    if let Some(path) = &event.path {
        let key = fold::path_key(path);
        assert_eq!(fold::path_key(&key), key);
        assert_eq!(fold::file_name(&key), key.rsplit('/').next().unwrap_or_default());
    }
}

thread_local! {
    /// SQLite belongs to one thread.
    static SHELF: RefCell<Shelf> = RefCell::new(Shelf::new());
}

/// A library of a few songs, gone with its thread.
struct Shelf {
    library: Library,
    folder: PathBuf,
}

impl Shelf {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("pika-shelf-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).expect("there is room");
        let (mut library, _) = Library::open(&folder.join("library.db")).expect("an empty folder");
        let facts = |content, path: &str, size, artist: &str, title: &str| FileFacts {
            path: path.into(),
            size,
            modified_ns: 0,
            content_id: ContentId([content; 16]),
            tags: Tags {
                artist: Some(artist.to_owned()),
                title: Some(title.to_owned()),
                ..Tags::default()
            },
        };
        let files = [
            facts(1, "/music/Ada - First.mp3", 1000, "Ada", "First"),
            facts(2, "/music/b/Café (Live).flac", 2000, "Béla", "Café (Live)"),
            facts(3, "C:/music/one.mp3", 3000, "Ada", "One"),
            facts(4, "/other/one.mp3", 3000, "Somebody", "One"),
        ];
        library
            .store_files(None, &files, |_| true)
            .expect("there is room");
        Self { library, folder }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        // Left behind it would lie among the system's temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
