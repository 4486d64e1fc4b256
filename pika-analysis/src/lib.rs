//! Sound in, musical facts out.
//!
//! This crate decodes an audio file in one pass and measures what a dance DJ needs to know of it:
//! tempo and beat grid, key, loudness, energy, danceability, brightness, a waveform overview and an
//! acoustic fingerprint. It knows no database, network, window or DJ program.
//!
//! The same bytes, the same [`AnalysisConfig`] and the same [`ANALYSIS_VERSION`] give the same
//! [`TrackAnalysis`], on any number of threads.

mod audio;
mod batch;
mod character;
mod config;
mod control;
mod decode;
mod dsp;
mod error;
mod features;
mod fingerprint;
mod frontend;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod internals;
mod key;
mod loudness;
mod mix;
mod pipeline;
mod place;
mod read_tags;
mod regular_file;
mod result;
mod rhythm;
mod tags;
mod waveform;

pub use batch::{BatchItem, analyze_batch};
pub use config::{AnalysisConfig, Profile, TempoPrior};
pub use control::CancelFlag;
pub use decode::{SoundBlock, SoundSink};
pub use error::{AnalysisError, ErrorKind};
pub use fingerprint::FingerprintMatch;
pub use pipeline::{analyze_file, analyze_file_until, analyze_reader, decode_file, play_file};
pub use place::read_at;
pub use read_tags::read_tags;
pub use regular_file::open_regular;
pub use result::{
    Beat, BeatGrid, Character, Fingerprint, KeyEstimate, Loudness, Meter, Mode, MusicalKey, Silence, Tempo,
    TempoKind, TempoRegion, TrackAnalysis, WaveformBin, WaveformOverview,
};
pub use tags::Tags;

/// Rises whenever a result changes for the same file and configuration.
///
/// It is stored with each record; records of two versions are never compared with each other.
pub const ANALYSIS_VERSION: u32 = 1;
