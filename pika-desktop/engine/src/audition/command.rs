//! What the audition player can be asked.

use std::path::PathBuf;

use crate::library::TrackId;

/// What the player can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum AuditionCommand {
    /// Play a track: the one that is loaded goes on, another one begins.
    Play {
        /// Which.
        track: TrackId,
        /// Its file.
        path: PathBuf,
        /// From this second; `None`: from where it was, a new one from its start.
        from_s: Option<f64>,
    },
    /// Hold.
    Pause,
    /// Jump to this second.
    Seek(f64),
    /// Loudness, 0 to 1.
    Volume(f32),
    /// Use this output from now on; `None` for the system's own choice.
    Output(Option<String>),
    /// Look which outputs there are.
    ListOutputs,
    /// Forget the track and let go of the output.
    Stop,
}
