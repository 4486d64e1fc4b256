//! The DJ's program without a face: library, detection of the playing song, live session.

pub mod account;
pub mod analyzer;
pub mod app;
mod audio_files;
pub mod audition;
pub mod battery;
pub mod clock;
pub mod crash;
pub mod demo;
pub mod demo_music;
pub mod door;
pub mod export;
mod folder_watch;
mod foreign;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
pub mod instance;
pub mod library;
pub mod live;
pub mod local_relay;
pub mod logging;
mod musical_key;
pub mod networks;
pub mod nowplaying;
mod own_files;
pub mod paths;
pub mod plain_words;
mod private;
mod reach;
pub mod relay_access;
pub mod report;
mod reveal;
pub mod scanner;
pub mod settings;
pub mod suggest;
pub mod surroundings;
#[cfg(test)]
mod test_support;
pub mod updates;
pub mod worker;
