//! The places of the rail.

use super::icons;

/// The places of the rail that work, in its order; keys 1, 2, 3 … lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Screen {
    /// All tracks.
    #[default]
    Library,
    /// On air.
    Live,
    /// The nights of before.
    History,
    /// What the DJ chose.
    Settings,
}

impl Screen {
    /// All of them, in the rail's order.
    pub const ALL: &[Self] = &[Self::Library, Self::Live, Self::History, Self::Settings];

    /// Its name in the rail.
    pub fn name(self) -> &'static str {
        match self {
            Self::Library => "Library",
            Self::Live => "Live",
            Self::History => "History",
            Self::Settings => "Settings",
        }
    }

    /// Its icon in the rail.
    pub fn icon(self) -> icons::Icon {
        match self {
            Self::Library => icons::MUSIC_NOTES,
            Self::Live => icons::BROADCAST,
            Self::History => icons::CHART_LINE_UP,
            Self::Settings => icons::GEAR_SIX,
        }
    }
}
