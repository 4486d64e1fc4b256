//! Listening to a track before it is played: decoded by our own engine, on the clock of its analysis,
//! through a sound output of the DJ's choice. Never to the room: the output is asked for by name.
//!
//! `decoder` fills a `store`, a `Voice` reads from it at the output's pace, `player` is the thread that
//! steers them, `output` is the only module that names rodio.

mod command;
mod decoder;
mod output;
mod player;
mod store;
mod voice;

#[cfg(test)]
mod tests;

pub use command::AuditionCommand;
pub use output::SystemOutput;
pub use player::{AuditionHandle, spawn};
pub use voice::Voice;

use crate::library::TrackId;

/// What the player is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditionPhase {
    /// No track.
    #[default]
    Empty,
    /// The sound at this place is still being decoded.
    Loading,
    /// It sounds.
    Playing,
    /// It is held.
    Paused,
    /// The track's end was reached.
    Ended,
}

/// The player as screens show it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditionState {
    /// The track that is loaded.
    pub track: Option<TrackId>,
    /// What it is doing.
    pub phase: AuditionPhase,
    /// Where it is, in seconds on the clock of the analysis.
    pub position_s: f64,
    /// Loudness, 0 to 1.
    pub volume: f32,
    /// The output chosen by name; `None` for the system's own choice.
    pub chosen_output: Option<String>,
    /// The output that is open.
    pub open_output: Option<String>,
    /// Outputs that were there when it was last looked; empty before.
    pub outputs: Vec<String>,
    /// Why there is no sound, in one sentence.
    pub problem: Option<String>,
}

impl AuditionState {
    /// Whether the sound goes on by itself.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, AuditionPhase::Playing | AuditionPhase::Loading)
    }
}

/// Where sound can go. One thread owns it.
pub trait SoundOutput {
    /// Names of the outputs that are there.
    ///
    /// Errors: why none can be told, in one sentence.
    fn outputs(&mut self) -> Result<Vec<String>, String>;

    /// Opens an output by name; `None` for the system's own choice.
    ///
    /// Errors: why it cannot be opened, in one sentence.
    fn open(&mut self, name: Option<&str>) -> Result<Box<dyn OpenOutput>, String>;
}

/// An open output; closed when dropped.
pub trait OpenOutput {
    /// Its name.
    fn name(&self) -> &str;

    /// Plays a voice until it ends, beside what plays already.
    fn play(&self, voice: Voice);

    /// Why it stopped working, in one sentence.
    fn problem(&self) -> Option<String>;
}
