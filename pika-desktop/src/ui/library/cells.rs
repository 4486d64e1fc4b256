//! The cells of a row.

use std::borrow::Cow;

use eframe::egui::{Color32, FontId, Pos2, Rect, Ui, Vec2, pos2, vec2};
use pika_analysis::MusicalKey;
use pika_engine::{
    library::browse::{RowStatus, TrackRow},
    settings::Column,
};
use pika_protocol::{Day, UnixMs};

use super::columns::ColumnPlace;
use crate::ui::{
    icons,
    theme::{Theme, text},
    widgets::{PillSize, elided, paint_key_pill},
    words,
};

/// Points between a cell's content and the next cell.
const GAP: f32 = 10.0;
/// From a cell's left to the middle of a key.
const KEY_AT: f32 = 19.0;
/// A value's bar, its corner, the least it shows, and the room between it and its number.
const BAR: Vec2 = vec2(40.0, 6.0);
const BAR_CORNER: f32 = 3.0;
const LEAST_BAR: f32 = 6.0;
const BAR_GAP: f32 = 8.0;
/// What is not known.
const UNKNOWN: &str = "–";

/// How words of a row are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ink {
    /// What a row is known by. In a heavier font.
    Strong,
    /// What else is known. Goes grey with its drive, as the strong ones do.
    Soft,
    /// What happens now.
    Note,
    /// What is not known.
    Quiet,
    /// What went wrong.
    Trouble,
}

impl Ink {
    fn font(self) -> FontId {
        match self {
            Self::Strong => text::strong(),
            Self::Soft | Self::Note | Self::Quiet | Self::Trouble => text::body(),
        }
    }

    fn color(self, theme: &Theme, is_away: bool) -> Color32 {
        match self {
            Self::Strong | Self::Soft if is_away => theme.text3,
            Self::Strong => theme.text,
            Self::Soft | Self::Note => theme.text2,
            Self::Quiet => theme.text3,
            Self::Trouble => theme.err,
        }
    }
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
enum Cell<'a> {
    /// Words, from the left.
    Words(Cow<'a, str>, Ink),
    /// Words that end at the right: figures stand under each other.
    Figure(String, Ink),
    Key(MusicalKey),
    /// A value of 0 to 100 as bar and number; `None`: nothing.
    Feature(Option<f32>),
    /// Why there are no values: once in a row, across all columns of them.
    Note(Cow<'a, str>, Ink),
    Status,
}

impl<'a> Cell<'a> {
    /// What stands in a column of a row. `in_work`: it is being analysed now.
    fn of(row: &'a TrackRow, in_work: bool, column: Column) -> Self {
        let words = |words: &'a str| Self::Words(words.into(), Ink::Soft);
        let figure = |figure: Option<String>| Self::Figure(figure.unwrap_or_default(), Ink::Soft);
        match column {
            Column::Title => Self::Words((&*row.title).into(), Ink::Strong),
            Column::Artist => words(&row.artist),
            Column::Album => words(&row.album),
            Column::Genre => words(&row.genre),
            Column::Year => figure(row.year.map(|year| year.to_string())),
            Column::Bpm => match row.bpm {
                Some(bpm) => Self::Figure(format!("{bpm:.1}"), Ink::Strong),
                None => Self::Figure(UNKNOWN.to_owned(), Ink::Quiet),
            },
            Column::Key => match row.key {
                Some(key) => Self::Key(key),
                None => Self::Words(UNKNOWN.into(), Ink::Quiet),
            },
            Column::Energy | Column::Danceability | Column::Brightness if is_waiting(row) => {
                Self::note(row, in_work)
            }
            Column::Energy => Self::Feature(row.energy),
            Column::Danceability => Self::Feature(row.danceability),
            Column::Brightness => Self::Feature(row.brightness),
            Column::Loudness => figure(row.loudness_lufs.map(|lufs| format!("{lufs:.1}"))),
            Column::Duration => figure(row.duration_s.map(|s| words::duration(s.into()))),
            Column::Added => Self::Words(day(row.added_at_ms).into(), Ink::Soft),
            Column::Status => Self::Status,
        }
    }

    fn note(row: &TrackRow, in_work: bool) -> Self {
        match &row.status {
            _ if in_work => Self::Note("Analysing…".into(), Ink::Note),
            RowStatus::Failed(why) => Self::Note(words::unreadable(why).into(), Ink::Trouble),
            _ => Self::Note("Waiting".into(), Ink::Quiet),
        }
    }
}

/// Whether its values are still to come.
fn is_waiting(row: &TrackRow) -> bool {
    row.bpm.is_none() && !matches!(row.status, RowStatus::Analyzed | RowStatus::Corrected)
}

/// Paints the cells of a row. `in_work`: it is being analysed now.
pub(super) fn row_ui(ui: &Ui, row: &TrackRow, in_work: bool, rect: Rect, places: &[ColumnPlace]) {
    let theme = Theme::of(ui);
    let soft = Ink::Soft.color(theme, row.is_away);
    let mut note_done = false;
    for place in places {
        let cell = place.cell(rect);
        match Cell::of(row, in_work, place.column) {
            Cell::Words(words, ink) => left(ui, cell, &words, ink.font(), ink.color(theme, row.is_away)),
            Cell::Figure(words, ink) => right(ui, cell, &words, ink.font(), ink.color(theme, row.is_away)),
            Cell::Key(key) => {
                let center = pos2(cell.left() + KEY_AT, cell.center().y);
                paint_key_pill(ui.painter(), center, key, PillSize::Small);
            }
            Cell::Feature(value) => feature(ui, cell, value, soft),
            Cell::Note(..) if note_done => {}
            Cell::Note(words, ink) => {
                note_done = true;
                let wide = cell.with_max_x(end_of_features(rect, places));
                left(ui, wide, &words, ink.font(), ink.color(theme, row.is_away));
            }
            Cell::Status => status(ui, cell.center(), row, in_work),
        }
    }
}

/// Where the last column of values ends.
fn end_of_features(row: Rect, places: &[ColumnPlace]) -> f32 {
    let is_feature = |place: &&ColumnPlace| {
        matches!(
            place.column,
            Column::Energy | Column::Danceability | Column::Brightness
        )
    };
    places
        .iter()
        .rev()
        .find(is_feature)
        .map_or(row.right(), |place| row.left() + place.left + place.width)
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
    let bar = Rect::from_min_size(pos2(cell.left(), cell.center().y - BAR.y / 2.0), BAR);
    ui.painter()
        .rect_filled(bar, BAR_CORNER, theme.bg3.lerp_to_gamma(theme.line, 0.35));
    let share = (value / 100.0).clamp(0.0, 1.0);
    if share > 0.0 {
        let filled = bar.with_max_x(bar.left() + (bar.width() * share).max(LEAST_BAR));
        ui.painter().rect_filled(filled, BAR_CORNER, ink);
    }
    let number = format!("{value:.0}");
    let galley = ui.painter().layout_no_wrap(number, text::body(), ink);
    let at = pos2(bar.right() + BAR_GAP, cell.center().y - galley.size().y / 2.0);
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
        RowStatus::Failed(why) => words::unreadable(why),
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
    use pika_analysis::Mode;
    use pika_engine::{library::TrackId, settings::Appearance};

    use super::*;
    use crate::ui::theme::DARK;

    #[test]
    fn days_are_right_across_leap_years() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400_000), "2000-02-29");
        assert_eq!(day(1_795_219_199_000), "2026-11-20");
        assert_eq!(day(-1), "1969-12-31");
    }

    fn row() -> TrackRow {
        TrackRow {
            id: TrackId(1),
            title: "Low Tide".into(),
            artist: "The Velvet Hours".into(),
            album: "".into(),
            genre: "Blues".into(),
            year: Some(2019),
            bpm: Some(96.0),
            key: Some(MusicalKey::new(9, Mode::Minor)),
            energy: Some(64.0),
            danceability: None,
            brightness: Some(47.4),
            loudness_lufs: Some(-9.25),
            duration_s: Some(242.4),
            added_at_ms: 1_795_219_199_000,
            plays: 0,
            status: RowStatus::Analyzed,
            is_away: false,
            is_gone: false,
        }
    }

    /// The row as it stands in the table, column after column.
    fn read_out(row: &TrackRow, in_work: bool) -> String {
        let cells = Column::ALL.map(|column| match Cell::of(row, in_work, column) {
            Cell::Words(words, _) => words.into_owned(),
            Cell::Figure(words, _) => format!("{words}>"),
            Cell::Key(key) => format!("({})", key.camelot()),
            Cell::Feature(value) => format!("bar {value:?}"),
            Cell::Note(words, ink) => format!("{ink:?} {words}"),
            Cell::Status => status_words(row, in_work),
        });
        cells.join(" | ")
    }

    #[test]
    fn a_row_reads_as_its_columns() {
        assert_eq!(
            read_out(&row(), false),
            "Low Tide | The Velvet Hours |  | Blues | 2019> | 96.0> | (8A) | bar Some(64.0) | bar None \
             | bar Some(47.4) | -9.2> | 4:02> | 2026-11-20 | Analysed"
        );
    }

    #[test]
    fn where_there_are_no_values_the_row_says_why() {
        let mut row = row();
        (row.bpm, row.key, row.status) = (None, None, RowStatus::Waiting);
        assert!(read_out(&row, false).contains("–> | – | Quiet Waiting"));
        assert!(read_out(&row, true).contains("Note Analysing…"));
        row.status = RowStatus::Failed("not a sound file".into());
        assert!(read_out(&row, false).contains("Trouble Not a sound file"));
        row.is_away = true;
        let gone = "Its drive is not connected; everything known of it stays";
        assert!(read_out(&row, false).ends_with(gone));
        assert_eq!(
            Ink::Strong.color(Theme::for_appearance(Appearance::Dark), true),
            DARK.text3
        );
    }
}
