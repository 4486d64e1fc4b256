//! The cells of a row.

use eframe::egui::{Color32, FontId, Pos2, Rect, Ui, pos2, vec2};
use pika_engine::{
    library::browse::{RowStatus, TrackRow},
    settings::Column,
};
use pika_protocol::{Day, UnixMs};

use super::columns::Place;
use crate::ui::{
    icons,
    theme::{Theme, text},
    widgets::{PillSize, elided, paint_key_pill},
    words,
};

/// Points between a cell's content and the next cell.
const GAP: f32 = 10.0;

/// Paints the cells of a row. `in_work`: it is being analysed now.
pub(super) fn row_ui(ui: &Ui, row: &TrackRow, in_work: bool, rect: Rect, places: &[Place]) {
    let theme = Theme::of(ui);
    let (strong, soft) = if row.is_away {
        (theme.text3, theme.text3)
    } else {
        (theme.text, theme.text2)
    };
    let waiting = row.bpm.is_none() && !matches!(row.status, RowStatus::Analyzed | RowStatus::Corrected);
    let mut note_done = false;
    for place in places {
        let cell = Rect::from_min_size(
            pos2(rect.left() + place.left, rect.top()),
            vec2(place.width, rect.height()),
        );
        match place.column {
            Column::Title => left(ui, cell, &row.title, text::strong(), strong),
            Column::Artist => left(ui, cell, &row.artist, text::body(), soft),
            Column::Album => left(ui, cell, &row.album, text::body(), soft),
            Column::Genre => left(ui, cell, &row.genre, text::body(), soft),
            Column::Year => {
                let year = row.year.map(|year| year.to_string()).unwrap_or_default();
                right(ui, cell, &year, text::body(), soft);
            }
            Column::Bpm => match row.bpm {
                Some(bpm) => right(ui, cell, &format!("{bpm:.1}"), text::strong(), strong),
                None => right(ui, cell, "–", text::body(), theme.text3),
            },
            Column::Key => match row.key {
                Some(key) => {
                    let center = pos2(cell.left() + 19.0, cell.center().y);
                    paint_key_pill(ui.painter(), center, key, PillSize::Small);
                }
                None => left(ui, cell, "–", text::body(), theme.text3),
            },
            Column::Energy | Column::Danceability | Column::Brightness if waiting => {
                if !note_done {
                    note_done = true;
                    note(ui, cell, rect, places, (row, in_work));
                }
            }
            Column::Energy => feature(ui, cell, row.energy, soft),
            Column::Danceability => feature(ui, cell, row.danceability, soft),
            Column::Brightness => feature(ui, cell, row.brightness, soft),
            Column::Loudness => {
                let loudness = row
                    .loudness_lufs
                    .map(|lufs| format!("{lufs:.1}"))
                    .unwrap_or_default();
                right(ui, cell, &loudness, text::body(), soft);
            }
            Column::Duration => {
                let length = row
                    .duration_s
                    .map(|s| words::duration(s.into()))
                    .unwrap_or_default();
                right(ui, cell, &length, text::body(), soft);
            }
            Column::Added => left(ui, cell, &day(row.added_at_ms), text::body(), soft),
            Column::Status => status(ui, cell.center(), row, in_work),
        }
    }
}

/// Where there are no values: why, across their columns.
fn note(ui: &Ui, cell: Rect, rect: Rect, places: &[Place], (row, in_work): (&TrackRow, bool)) {
    let theme = Theme::of(ui);
    let end = places
        .iter()
        .rev()
        .find(|place| {
            matches!(
                place.column,
                Column::Energy | Column::Danceability | Column::Brightness
            )
        })
        .map_or(cell.right(), |place| rect.left() + place.left + place.width);
    let wide = cell.with_max_x(end);
    match &row.status {
        _ if in_work => left(ui, wide, "Analysing…", text::body(), theme.text2),
        RowStatus::Failed(why) => left(ui, wide, &words::sentence(why), text::body(), theme.err),
        _ => left(ui, wide, "Waiting", text::body(), theme.text3),
    }
}

fn left(ui: &Ui, cell: Rect, words: &str, font: FontId, ink: Color32) {
    if words.is_empty() {
        return;
    }
    let galley = elided(ui.painter(), words, font, ink, cell.width() - GAP);
    let top = cell.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(cell.left(), top), galley, ink);
}

fn right(ui: &Ui, cell: Rect, words: &str, font: FontId, ink: Color32) {
    if words.is_empty() {
        return;
    }
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, ink);
    let at = pos2(
        cell.right() - GAP - galley.size().x,
        cell.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, ink);
}

fn feature(ui: &Ui, cell: Rect, value: Option<f32>, ink: Color32) {
    let Some(value) = value else { return };
    let theme = Theme::of(ui);
    let bar = Rect::from_min_size(pos2(cell.left(), cell.center().y - 3.0), vec2(40.0, 6.0));
    ui.painter()
        .rect_filled(bar, 3.0, theme.bg3.lerp_to_gamma(theme.line, 0.35));
    let share = (value / 100.0).clamp(0.0, 1.0);
    if share > 0.0 {
        let filled = bar.with_max_x(bar.left() + (bar.width() * share).max(6.0));
        ui.painter().rect_filled(filled, 3.0, ink);
    }
    let number = format!("{value:.0}");
    let galley = ui.painter().layout_no_wrap(number, text::body(), ink);
    let at = pos2(bar.right() + 8.0, cell.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, ink);
}

fn status(ui: &Ui, center: Pos2, row: &TrackRow, in_work: bool) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    if in_work {
        return ring(ui, center, theme.info);
    }
    match &row.status {
        _ if row.is_away => icons::HARD_DRIVE.paint(painter, center, 15.0, theme.text3),
        RowStatus::Analyzed => icons::CHECK.paint(painter, center, 13.0, theme.text3),
        RowStatus::Waiting => icons::CLOCK.paint(painter, center, 15.0, theme.text3),
        RowStatus::NeedsLook => icons::QUESTION.paint(painter, center, 16.0, theme.warn),
        RowStatus::Corrected => icons::LOCK_SIMPLE.paint_filled(painter, center, 14.0, theme.text2),
        RowStatus::Failed(_) => icons::WARNING_CIRCLE.paint_filled(painter, center, 16.0, theme.err),
    };
}

/// A ring of eight strokes that turns whenever a frame is drawn; it asks for none. Progress brings them.
fn ring(ui: &Ui, center: Pos2, ink: Color32) {
    let ctx = ui.ctx();
    let still = ui.style().animation_time == 0.0;
    let turned = if still { 0 } else { (ctx.time() * 8.0) as usize % 8 };
    for stroke in 0..8 {
        let angle = (stroke + turned) as f32 * std::f32::consts::TAU / 8.0;
        let way = vec2(angle.cos(), angle.sin());
        let ink = ink.gamma_multiply(0.25 + 0.75 * stroke as f32 / 7.0);
        ui.painter()
            .line_segment([center + way * 3.5, center + way * 7.0], (1.6, ink));
    }
}

/// The status in a sentence.
pub(super) fn status_words(row: &TrackRow, in_work: bool) -> String {
    if in_work {
        return "Is being analysed".to_owned();
    }
    if row.is_away {
        return "Its drive is not connected; everything known of it stays".to_owned();
    }
    match &row.status {
        RowStatus::Analyzed => "Analysed".to_owned(),
        RowStatus::Waiting => "Waits for its analysis".to_owned(),
        RowStatus::NeedsLook => {
            "Needs a look: the tempo may be half or double, or your DJ program says something else".to_owned()
        }
        RowStatus::Corrected => "Corrected by you; the analysis keeps off".to_owned(),
        RowStatus::Failed(why) => format!("Could not be read: {why}"),
    }
}

/// The row as a reader says it.
pub(super) fn spoken(row: &TrackRow, in_work: bool) -> String {
    let mut words = row.title.to_string();
    if !row.artist.is_empty() {
        words += &format!(", {}", row.artist);
    }
    if let Some(bpm) = row.bpm {
        words += &format!(", {bpm:.1} BPM");
    }
    if let Some(key) = row.key {
        words += &format!(", {}", key.camelot());
    }
    match &row.status {
        _ if in_work => words += ", being analysed",
        RowStatus::Analyzed => {}
        RowStatus::Waiting => words += ", waiting",
        RowStatus::NeedsLook => words += ", needs a look",
        RowStatus::Corrected => words += ", corrected",
        RowStatus::Failed(_) => words += ", could not be read",
    }
    words
}

/// A day as `2026-11-21`, UTC.
fn day(ms: i64) -> String {
    Day::of(UnixMs(ms)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_right_across_leap_years() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400_000), "2000-02-29");
        assert_eq!(day(1_795_219_199_000), "2026-11-20");
        assert_eq!(day(-1), "1969-12-31");
    }
}
