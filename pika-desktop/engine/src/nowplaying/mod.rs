//! What is playing now: sources that notice songs, the resolver that decides, the matcher that looks
//! them up in the library.

mod announcement;
mod growing_file;
mod hand;
mod matcher;
mod playlist;
mod playlist_file;
mod resolver;
mod source;
mod text_file;
pub mod virtualdj;
mod worker;

pub use source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus};
pub use worker::{NowPlaying, NowPlayingCommand, NowPlayingConfig, NowPlayingHandle, Replacement, spawn};

/// Splits `Artist - Title` at the first ` - `; without one the whole text is the title. `None` for nothing.
fn split_artist_title(text: &str) -> (Option<String>, Option<String>) {
    let filled = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    match text.split_once(" - ") {
        Some((artist, title)) => (filled(artist), filled(title)),
        None => (None, filled(text)),
    }
}
