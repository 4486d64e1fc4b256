//! The columns of the table: which, how wide, in which order they give way.

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

    /// What gives way first where there is too little room.
    const GIVES_WAY: [Self; 10] = [
        Self::Brightness,
        Self::Danceability,
        Self::Loudness,
        Self::Added,
        Self::Year,
        Self::Genre,
        Self::Album,
        Self::Energy,
        Self::Duration,
        Self::Artist,
    ];

    /// Over the column.
    pub fn header(self) -> &'static str {
        match self {
            Self::Danceability => "Dance",
            Self::Brightness => "Bright",
            Self::Loudness => "LUFS",
            Self::Duration => "Time",
            Self::Status => "",
            other => other.name(),
        }
    }

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

    /// Whether its values end at the right.
    pub(super) fn is_right(self) -> bool {
        matches!(self, Self::Bpm | Self::Duration | Self::Year | Self::Loudness)
    }

    /// Width in points, or a share of what is free.
    fn width(self) -> Width {
        match self {
            Self::Title => Width::Share(1.25),
            Self::Artist | Self::Album => Width::Share(1.0),
            Self::Genre => Width::Share(0.6),
            Self::Year => Width::Points(52.0),
            Self::Bpm => Width::Points(64.0),
            Self::Key => Width::Points(58.0),
            Self::Energy | Self::Danceability | Self::Brightness => Width::Points(84.0),
            Self::Loudness => Width::Points(58.0),
            Self::Duration => Width::Points(54.0),
            Self::Added => Width::Points(92.0),
            Self::Status => Width::Points(34.0),
        }
    }

    /// Narrowest and widest by dragging, in points.
    pub(super) const WIDTHS: std::ops::RangeInclusive<f32> = 40.0..=600.0;
}

enum Width {
    Points(f32),
    Share(f32),
}

/// A column where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) column: Column,
    /// Left edge, in points from the left of the table.
    pub(super) left: f32,
    pub(super) width: f32,
}

/// Points before the first column: the check box and the mark of what plays.
pub(super) const LEAD: f32 = 42.0;
/// Points after the last column.
const TAIL: f32 = 12.0;
/// A title below this is no title.
const MIN_TITLE: f32 = 150.0;

/// Where each column stands in a table of `width` points.
pub(super) fn layout(settings: &TableSettings, width: f32) -> Vec<Place> {
    let mut columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| *column == Column::Title || settings.shown.contains(column))
        .collect();
    let mut givers = Column::GIVES_WAY.iter();
    loop {
        let places = place(&columns, settings, width);
        let title = places.first().map_or(0.0, |title| title.width);
        if title >= MIN_TITLE {
            return places;
        }
        // A column that is not shown cannot give way.
        match givers.find(|giver| columns.contains(giver)) {
            Some(giver) => columns.retain(|column| column != giver),
            None => return places,
        }
    }
}

fn place(columns: &[Column], settings: &TableSettings, width: f32) -> Vec<Place> {
    let points = |column: Column| match (settings.widths.get(&column), column.width()) {
        (Some(dragged), _) if column != Column::Title => {
            Some(dragged.clamp(*Column::WIDTHS.start(), *Column::WIDTHS.end()))
        }
        (_, Width::Points(points)) => Some(points),
        (_, Width::Share(_)) => None,
    };
    let share = |column: Column| match column.width() {
        Width::Share(share) => share,
        Width::Points(_) => 0.0,
    };
    let fixed: f32 = columns.iter().filter_map(|column| points(*column)).sum();
    let shares: f32 = columns
        .iter()
        .filter(|column| points(**column).is_none())
        .map(|column| share(*column))
        .sum();
    let free = (width - LEAD - TAIL - fixed).max(0.0);
    let mut left = LEAD;
    columns
        .iter()
        .map(|column| {
            let width = points(*column).unwrap_or_else(|| (free * share(*column) / shares.max(0.1)).round());
            let place = Place {
                column: *column,
                left,
                width,
            };
            left += width;
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(width: f32, settings: &TableSettings) -> Vec<&'static str> {
        layout(settings, width)
            .iter()
            .map(|place| place.column.name())
            .collect()
    }

    #[test]
    fn a_narrow_table_drops_bright_then_dance() {
        let settings = TableSettings::default();
        assert!(names(860.0, &settings).contains(&"Brightness"));
        let narrow = names(660.0, &settings);
        assert!(
            !narrow.contains(&"Brightness") && narrow.contains(&"Energy"),
            "{narrow:?}"
        );
        assert_eq!(names(40.0, &settings)[0], "Title");
    }

    #[test]
    fn a_dragged_width_stays_and_the_title_takes_the_rest() {
        let mut settings = TableSettings::default();
        settings.widths.insert(Column::Artist, 300.0);
        settings.widths.insert(Column::Bpm, 9_999.0);
        let places = layout(&settings, 2_000.0);
        let width = |column| places.iter().find(|place| place.column == column).unwrap().width;
        assert_eq!(width(Column::Artist), 300.0);
        assert_eq!(width(Column::Bpm), 600.0);
        let last = places.last().unwrap();
        assert!((last.left + last.width - (2_000.0 - TAIL)).abs() < 2.0);
    }

    #[test]
    fn settings_with_columns_survive_their_file() {
        let mut settings = TableSettings::default();
        settings.widths.insert(Column::Album, 123.0);
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<TableSettings>(&text).unwrap(), settings);
    }
}
