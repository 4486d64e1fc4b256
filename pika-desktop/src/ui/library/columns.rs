//! How the columns of the table are drawn: their heads, how wide, in which order they give way.

use eframe::egui::{Rect, pos2, vec2};
use pika_engine::settings::{Column, TableSettings};

/// What gives way first where there is too little room.
const GIVES_WAY: [Column; 13] = [
    Column::Brightness,
    Column::Danceability,
    Column::Loudness,
    Column::Added,
    Column::Year,
    Column::Genre,
    Column::Album,
    Column::Energy,
    Column::Duration,
    Column::Artist,
    Column::Status,
    Column::Key,
    Column::Bpm,
];

/// Over the column.
pub(super) fn header(column: Column) -> &'static str {
    match column {
        Column::Danceability => "Dance",
        Column::Brightness => "Bright",
        Column::Loudness => "LUFS",
        Column::Duration => "Time",
        Column::Status => "",
        other => other.name(),
    }
}

/// Whether its values end at the right.
pub(super) fn is_right(column: Column) -> bool {
    matches!(
        column,
        Column::Bpm | Column::Duration | Column::Year | Column::Loudness
    )
}

/// Width in points, or a share of what is free.
fn usual_width(column: Column) -> Width {
    match column {
        Column::Title => Width::Share(1.25),
        Column::Artist | Column::Album => Width::Share(1.0),
        Column::Genre => Width::Share(0.6),
        Column::Year => Width::Points(52.0),
        Column::Bpm => Width::Points(64.0),
        Column::Key => Width::Points(58.0),
        Column::Energy | Column::Danceability | Column::Brightness => Width::Points(84.0),
        Column::Loudness => Width::Points(58.0),
        Column::Duration => Width::Points(54.0),
        Column::Added => Width::Points(92.0),
        Column::Status => Width::Points(34.0),
    }
}

/// Narrowest and widest by dragging, in points.
pub(super) const WIDTHS: std::ops::RangeInclusive<f32> = 40.0..=600.0;

enum Width {
    Points(f32),
    Share(f32),
}

/// A column where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ColumnPlace {
    pub(super) column: Column,
    /// Left edge, in points from the left of the table.
    pub(super) left: f32,
    pub(super) width: f32,
}

impl ColumnPlace {
    /// Its cell in a row.
    pub(super) fn cell(&self, row: Rect) -> Rect {
        Rect::from_min_size(
            pos2(row.left() + self.left, row.top()),
            vec2(self.width, row.height()),
        )
    }
}

/// Points before the first column: the check box and the mark of what plays.
pub(super) const LEAD: f32 = 42.0;
/// Points after the last column.
const TAIL: f32 = 12.0;
/// A title below this is no title.
const MIN_TITLE: f32 = 150.0;

/// Where each column stands in a table of `width` points.
pub(super) fn layout(settings: &TableSettings, width: f32) -> Vec<ColumnPlace> {
    let mut columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| *column == Column::Title || settings.shown.contains(column))
        .collect();
    let mut givers = GIVES_WAY.iter();
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

fn place(columns: &[Column], settings: &TableSettings, width: f32) -> Vec<ColumnPlace> {
    let points = |column: Column| match (settings.widths.get(&column), usual_width(column)) {
        (Some(dragged), _) if column != Column::Title => Some(dragged.clamp(*WIDTHS.start(), *WIDTHS.end())),
        (_, Width::Points(points)) => Some(points),
        (_, Width::Share(_)) => None,
    };
    let share = |column: Column| match usual_width(column) {
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
            let place = ColumnPlace {
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
}
