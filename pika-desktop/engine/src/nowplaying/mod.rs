//! What is playing now: sources that notice songs, the resolver that decides, the matcher that looks
//! them up in the library.

mod command;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod growing_file;
mod hand;
mod matcher;
mod note;
mod play;
mod playlist;
mod playlist_file;
mod public_title;
mod report;
mod resolver;
mod source;
mod text_file;
pub mod virtualdj;
mod worker;

pub use command::{NowPlayingCommand, NowPlayingConfig, Replacement};
pub use play::NowPlaying;
pub use report::NowPlayingReport;
pub use source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus};
pub use worker::{NowPlayingHandle, spawn};

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
