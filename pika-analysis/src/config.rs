//! What the caller may choose: the dance profile that settles tempo octaves, and limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Options of one analysis. Plain data: any combination is valid.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisConfig {
    /// The kind of dance floor the tempo is meant for; it settles half and double tempo.
    pub profile: Profile,
    /// Wall-clock time after which a file is given up with [`crate::AnalysisError::Deadline`].
    /// It is checked between packets and between stages.
    pub deadline: Option<Duration>,
    /// Audio beyond this length, in seconds, is not read: [`crate::AnalysisError::Limit`].
    pub max_duration_s: f64,
}

impl Default for AnalysisConfig {
    /// West Coast Swing, ten minutes of work and twelve hours of audio at most.
    fn default() -> Self {
        Self {
            profile: Profile::Wcs,
            deadline: Some(Duration::from_secs(600)),
            max_duration_s: 12.0 * 3600.0,
        }
    }
}

/// The dance floor that the tempo is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// West Coast Swing and other social dances: around 98 BPM.
    #[default]
    Wcs,
    /// No particular dance: around 110 BPM.
    General,
    /// House, techno, drum and bass: 88 to 176 BPM.
    Electronic,
}

/// Log-normal preference among the octaves of one tempo. It never moves a tempo to another ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TempoPrior {
    /// Preferred tempo in BPM.
    pub centre_bpm: f64,
    /// Standard deviation in octaves (log2).
    pub width_octaves: f64,
}

impl Profile {
    /// The octave prior of this profile.
    ///
    /// Source: GTZAN's and GiantSteps' best one-octave windows (tempo_eval), centred for the dance.
    pub fn tempo_prior(self) -> TempoPrior {
        match self {
            Self::Wcs => TempoPrior {
                centre_bpm: 98.0,
                width_octaves: 0.40,
            },
            Self::General => TempoPrior {
                centre_bpm: 110.0,
                width_octaves: 0.50,
            },
            Self::Electronic => TempoPrior {
                centre_bpm: 124.5,
                width_octaves: 0.30,
            },
        }
    }
}
