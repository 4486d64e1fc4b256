//! What is playing now: sources that notice songs, the resolver that decides, the matcher that looks
//! them up in the library.

mod command;
mod follower;
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
mod unstored;
pub mod virtualdj;
mod worker;

pub use command::{NowPlayingCommand, NowPlayingConfig, Replacement};
pub use play::NowPlaying;
pub use report::NowPlayingReport;
pub use source::{NowPlayingSource, PlayEvent, SourceKind, SourceNews, SourceStatus};
pub use worker::{NowPlayingHandle, spawn};
