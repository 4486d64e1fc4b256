//! Where the window was.

use serde::{Deserialize, Serialize};

/// Size and place of the window, in points of the system, which no scale of the window changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowPlace {
    /// Width inside its frame.
    pub width: f32,
    /// Height inside its frame.
    pub height: f32,
    /// Left and upper edge of its frame on the screen, where the system tells.
    pub at: Option<[f32; 2]>,
    /// It fills the screen between the system's bars; its size is that of before.
    pub is_maximized: bool,
}

impl WindowPlace {
    /// Whether its figures can be those of a window.
    pub fn is_possible(&self) -> bool {
        let sides = [self.width, self.height]
            .into_iter()
            .chain(self.at.into_iter().flatten());
        sides
            .into_iter()
            .all(|side| side.is_finite() && side.abs() < 32_768.0)
    }
}
