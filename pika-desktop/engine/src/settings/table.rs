//! What the DJ chose for the library's table, as data: how it is drawn is the window's matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::library::SortColumn;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Title.
    Title,
    /// Artist.
    Artist,
    /// Album.
    Album,
    /// Genre.
    Genre,
    /// Year of release.
    Year,
    /// Tempo.
    Bpm,
    /// Key.
    Key,
    /// Energy.
    Energy,
    /// Danceability.
    Danceability,
    /// Brightness.
    Brightness,
    /// Loudness.
    Loudness,
    /// Length.
    Duration,
    /// When it came into the library.
    Added,
    /// How it stands.
    Status,
}

/// What the DJ chose for the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableSettings {
    /// Columns beside the title, in the order of [`Column::ALL`].
    pub shown: Vec<Column>,
    /// Widths that were dragged, in points.
    pub widths: BTreeMap<Column, f32>,
    /// The column that orders.
    pub sort: SortColumn,
    /// Largest first.
    pub descending: bool,
}

impl Default for TableSettings {
    fn default() -> Self {
        use Column::{Artist, Bpm, Brightness, Danceability, Duration, Energy, Key, Status};
        Self {
            shown: vec![
                Artist,
                Bpm,
                Key,
                Energy,
                Danceability,
                Brightness,
                Duration,
                Status,
            ],
            widths: BTreeMap::new(),
            sort: SortColumn::Added,
            descending: true,
        }
    }
}

impl Column {
    /// All, as they stand from left to right.
    pub const ALL: [Self; 14] = [
        Self::Title,
        Self::Artist,
        Self::Album,
        Self::Genre,
        Self::Year,
        Self::Bpm,
        Self::Key,
        Self::Energy,
        Self::Danceability,
        Self::Brightness,
        Self::Loudness,
        Self::Duration,
        Self::Added,
        Self::Status,
    ];

    /// Its full name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Artist => "Artist",
            Self::Album => "Album",
            Self::Genre => "Genre",
            Self::Year => "Year",
            Self::Bpm => "BPM",
            Self::Key => "Key",
            Self::Energy => "Energy",
            Self::Danceability => "Danceability",
            Self::Brightness => "Brightness",
            Self::Loudness => "Loudness",
            Self::Duration => "Time",
            Self::Added => "Added",
            Self::Status => "Status",
        }
    }

    /// What it sorts by.
    pub fn sort(self) -> SortColumn {
        match self {
            Self::Title => SortColumn::Title,
            Self::Artist => SortColumn::Artist,
            Self::Album => SortColumn::Album,
            Self::Genre => SortColumn::Genre,
            Self::Year => SortColumn::Year,
            Self::Bpm => SortColumn::Bpm,
            Self::Key => SortColumn::Key,
            Self::Energy => SortColumn::Energy,
            Self::Danceability => SortColumn::Danceability,
            Self::Brightness => SortColumn::Brightness,
            Self::Loudness => SortColumn::Loudness,
            Self::Duration => SortColumn::Duration,
            Self::Added => SortColumn::Added,
            Self::Status => SortColumn::Status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_with_columns_survive_their_file() {
        let mut settings = TableSettings::default();
        settings.widths.insert(Column::Album, 123.0);
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<TableSettings>(&text).unwrap(), settings);
    }
}
