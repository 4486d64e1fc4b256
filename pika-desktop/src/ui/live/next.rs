//! What goes well next: advice, the DJ loads it in the DJ program.

use eframe::egui::{CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::AppState,
    library::PlayUuid,
    nowplaying::NowPlaying,
    suggest::{Mood, Suggestion},
};

use super::state::LiveScreen;
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, radius, text},
    widgets::{
        Button, Caption, Chip, CoverTraits, PillSize, Toast, centered_in, elided, focus_ring, label,
        paint_dashed, paint_key_pill, row_from_right,
    },
};

/// Between two rows, in points.
pub(super) const GAP: f32 = 8.0;
/// More songs than this are no advice.
const MAX_SONGS: usize = 12;
/// A narrower row has its reason under the title, in points.
const REASON_FROM: f32 = 540.0;
/// Where the reason begins in a row, as a part of its width: in a wide one, and in one of two columns.
const REASON_AT: [f32; 2] = [0.557, 0.4];
const WIDE: f32 = 740.0;
/// Two columns need this much room, and this much lies between them, in points.
const TWO_COLUMNS: f32 = 1090.0;
const BETWEEN: f32 = 10.0;
/// Tempo, its distance and key at the right end of a row.
const NUMBERS: f32 = 150.0;
/// An artist that would have less room beside the title is left out, in points.
const LEAST_ARTIST: f32 = 70.0;
/// The heading with its room, and a field that says why there is none, in points.
pub(super) const HEAD: f32 = 30.0;
const EMPTY: f32 = 140.0;

/// Height of heading and all rows in one column.
pub(super) fn height(app: &AppState, row: f32, screen: &LiveScreen) -> f32 {
    let rows = match SuggestionList::of(app, screen).body {
        Body::Songs(songs) => songs.len() as f32 * (row + GAP),
        Body::Empty(_) | Body::Awaited => EMPTY,
    };
    HEAD + 10.0 + rows
}

/// What stands under the heading.
#[derive(Debug, Clone, PartialEq)]
enum Body<'a> {
    /// A dashed field with words.
    Empty(WhyEmpty),
    /// The answer is on its way.
    Awaited,
    /// What goes well, best first.
    Songs(&'a [Suggestion]),
}

/// Why no song stands here.
#[derive(Debug, Clone, PartialEq)]
struct WhyEmpty {
    icon: Icon,
    title: &'static str,
    words: String,
    way_out: Option<WayOut>,
}

/// What can be pressed where no song stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayOut {
    /// From the song before, whose tempo is known.
    FromBefore(PlayUuid),
}

impl WayOut {
    fn word(self) -> &'static str {
        match self {
            Self::FromBefore(_) => "Suggest from the song before",
        }
    }

    fn obey(self, screen: &mut LiveScreen) {
        match self {
            Self::FromBefore(play) => screen.from_before = Some(play),
        }
    }
}

/// The list as it stands now.
struct SuggestionList<'a> {
    /// What it goes by, beside the heading.
    by: &'static str,
    /// Whether a mood can be chosen.
    has_moods: bool,
    body: Body<'a>,
}

impl<'a> SuggestionList<'a> {
    fn of(app: &'a AppState, screen: &LiveScreen) -> Self {
        let Some(playing) = &app.playing else {
            return Self {
                by: "appears with the first song",
                has_moods: false,
                body: Body::Empty(WhyEmpty {
                    icon: icons::LIST_PLUS,
                    title: "Nothing plays yet",
                    words: "Four songs that fit stand here while one plays.".to_owned(),
                    way_out: None,
                }),
            };
        };
        let from_before = screen.asks_from_before(app);
        let has_moods = from_before || playing.values.bpm.is_some();
        let by = match (has_moods, from_before) {
            (false, _) => "appears when tempo and key are known",
            (true, true) => "after the song before: this one is not known yet",
            (true, false) => "by key, tempo and what the room likes",
        };
        let body = if !has_moods {
            Body::Empty(unknown(app, playing))
        } else if !screen.is_answered {
            Body::Awaited
        } else if app.suggestions.is_empty() {
            Body::Empty(nothing_left())
        } else {
            Body::Songs(&app.suggestions)
        };
        Self { by, has_moods, body }
    }
}

/// Tempo and key of the playing song are not known.
fn unknown(app: &AppState, playing: &NowPlaying) -> WhyEmpty {
    let (title, words) = if playing.needs_analysis {
        (
            "Listening to this file first",
            "Dancers already see artist and title.",
        )
    } else {
        (
            "Tempo and key of this song are not known",
            "Dancers see artist and title.",
        )
    };
    let before = app.playing_before.as_ref();
    let is_before_known = before.is_some_and(|before| before.values.bpm.is_some());
    WhyEmpty {
        icon: icons::HOURGLASS,
        title,
        words: words.to_owned(),
        way_out: is_before_known.then_some(WayOut::FromBefore(playing.play_id)),
    }
}

fn nothing_left() -> WhyEmpty {
    WhyEmpty {
        icon: icons::LIST_PLUS,
        title: "Nothing fits well",
        words: "No other analysed track of your library is left tonight.".to_owned(),
        way_out: None,
    }
}

/// Draws heading and rows, each `row` points high, into `area`.
pub(super) fn show(
    ui: &mut Ui,
    area: Rect,
    row: f32,
    app: &AppState,
    screen: &mut LiveScreen,
    out: &mut Requests,
) {
    let list = SuggestionList::of(app, screen);
    let head = area.with_max_y(area.top() + HEAD);
    head_ui(ui, head, &list, screen);
    let pitch = row + GAP;
    let gap = if area.height() < 4.0 * pitch + 44.0 {
        10.0
    } else {
        14.0
    };
    let rows = area.with_min_y(head.bottom() + gap);
    let columns = if rows.width() >= TWO_COLUMNS { 2 } else { 1 };
    let lines = ((rows.height() + GAP) / pitch).floor().max(0.0) as usize;
    // One column scrolls: it has room for what a wide one shows at least.
    screen.room_for = if screen.is_single { 6 } else { lines * columns }.min(MAX_SONGS);
    if rows.height() < 40.0 {
        return;
    }
    match list.body {
        Body::Awaited => {}
        Body::Empty(empty) => {
            if let Some(way_out) = empty_ui(ui, rows, &empty) {
                way_out.obey(screen);
            }
        }
        Body::Songs(songs) => {
            let width = (rows.width() - BETWEEN * (columns - 1) as f32) / columns as f32;
            for (at, song) in songs.iter().take(lines * columns).enumerate() {
                // Down the first column, then down the second.
                let (column, line) = (at / lines, at % lines);
                let corner = vec2(column as f32 * (width + BETWEEN), line as f32 * pitch);
                let rect = Rect::from_min_size(rows.min + corner, vec2(width, row));
                row_ui(ui, rect, song, at == 0 && song.fits, out);
            }
        }
    }
}

/// The heading, what the list goes by, and the mood.
fn head_ui(ui: &mut Ui, head: Rect, list: &SuggestionList<'_>, screen: &mut LiveScreen) {
    let theme = Theme::of(ui);
    let title = Caption::new("Goes well next", text::section(), theme.text).left(ui, head.left_center());
    let chips = if list.has_moods { 220.0 } else { 0.0 };
    let room = head.right() - chips - title.right() - 20.0;
    let words = list.by.to_owned();
    let needed = ui.painter().layout_no_wrap(words, text::body(), theme.text3);
    // In full or not at all.
    if needed.size().x <= room {
        Caption::new(list.by, text::body(), theme.text3)
            .left(ui, pos2(title.right() + 10.0, head.center().y));
    }
    if !list.has_moods {
        return;
    }
    let mut chips = row_from_right(ui, head);
    chips.spacing_mut().item_spacing.x = 10.0;
    for (mood, name) in [
        (Mood::Lift, "Lift"),
        (Mood::Same, "Same"),
        (Mood::Calmer, "Calmer"),
    ] {
        let chip = Chip::new(name).on(screen.mood == mood);
        if chip.show(&mut chips).response.clicked() {
            screen.mood = mood;
        }
    }
}

/// How far the tempo is from the playing one: `+3`, `−2`, `=`.
fn step(change: f64) -> String {
    match change.round() {
        change if change > 0.0 => format!("+{change:.0}"),
        change if change < 0.0 => format!("−{:.0}", -change),
        _ => "=".to_owned(),
    }
}

/// One song; a press copies it for the DJ program's search.
fn row_ui(ui: &Ui, rect: Rect, suggestion: &Suggestion, best: bool, out: &mut Requests) {
    let theme = Theme::of(ui);
    let track = &suggestion.track;
    let response = ui.interact(rect, ui.scope_id().with(("next", track.id.0)), Sense::click());
    response.widget_info(|| {
        let name = format!("Copy {} by {}, {}", track.title, track.artist, suggestion.reason);
        WidgetInfo::labeled(Role::Button, true, name)
    });
    let (fill, border) = match (best, response.hovered()) {
        (true, _) => (theme.bg3, theme.line_strong),
        (false, true) => (theme.bg2, theme.line_strong),
        (false, false) => (theme.bg1, theme.line),
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::PANEL),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    let cover = Rect::from_center_size(pos2(rect.left() + 37.0, rect.center().y), Vec2::splat(44.0));
    out.cover(
        ui,
        cover,
        &CoverTraits::song(&track.values, &track.title, &track.artist),
    );
    words_ui(ui, rect, cover.right() + 14.0, suggestion);
    numbers_ui(ui, rect, suggestion);
    focus_ring(ui, &response, f32::from(radius::PANEL));
    if response.clicked() {
        ui.ctx()
            .copy_text(format!("{} {}", track.artist, track.title).trim().to_owned());
        out.toast(Toast::done(format!(
            "“{}” copied for your DJ program's search",
            track.title
        )));
    }
    response.on_hover_text("Click to copy artist and title for your DJ program's search.");
}

/// Title over artist and beside them why it fits; in a narrow row title and artist over why it fits.
fn words_ui(ui: &Ui, rect: Rect, left: f32, suggestion: &Suggestion) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let track = &suggestion.track;
    let middle = rect.center().y;
    let right = rect.right() - NUMBERS;
    let is_wide = rect.width() >= REASON_FROM;
    let reason_x = if is_wide {
        let at = REASON_AT[usize::from(rect.width() < WIDE)];
        rect.left() + rect.width() * at
    } else {
        right
    };
    let room = reason_x - left - 16.0;
    let title = elided(painter, &track.title, text::list_live(), theme.text, room);
    let ink = if suggestion.fits { theme.text2 } else { theme.warn };
    let (below, below_ink) = if is_wide {
        (&track.artist, theme.text2)
    } else {
        (&suggestion.reason, ink)
    };
    // Alone it stands in the middle.
    let up = if below.is_empty() { 0.0 } else { 10.0 };
    let title_right = left + title.size().x;
    let at = pos2(left, middle - up - title.size().y / 2.0);
    painter.galley(at, title, theme.text);
    let below = elided(painter, below, text::body(), below_ink, room);
    let at = pos2(left, middle + 13.0 - below.size().y / 2.0);
    painter.galley(at, below, below_ink);
    if is_wide {
        let icon = if suggestion.fits {
            icons::CHECK
        } else {
            icons::CARET_UP_DOWN
        };
        icon.paint(painter, pos2(reason_x + 7.0, middle), 14.0, ink);
        let reason_x = reason_x + 20.0;
        let room = right - reason_x;
        let why = elided(painter, &suggestion.reason, text::strong(), ink, room);
        let at = pos2(reason_x, middle - why.size().y / 2.0);
        painter.galley(at, why, ink);
    } else if room + left - title_right > LEAST_ARTIST {
        let room = room + left - title_right - 8.0;
        let artist = elided(painter, &track.artist, text::large(), theme.text2, room);
        let at = pos2(title_right + 8.0, middle - up - artist.size().y / 2.0 + 1.0);
        painter.galley(at, artist, theme.text2);
    }
}

/// Tempo, its distance, and key, at the right end.
fn numbers_ui(ui: &Ui, rect: Rect, suggestion: &Suggestion) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let values = &suggestion.track.values;
    let middle = rect.center().y;
    if let Some(key) = values.key {
        paint_key_pill(painter, pos2(rect.right() - 40.0, middle), key, PillSize::Medium);
    }
    let x = rect.right() - 93.0;
    let galley = painter.layout_no_wrap(step(suggestion.tempo_step), text::body(), theme.text3);
    let at = pos2(x - 2.0, middle - galley.size().y / 2.0 + 1.0);
    painter.galley(at, galley, theme.text3);
    let bpm = format!("{:.0}", values.bpm.unwrap_or_default());
    let galley = painter.layout_no_wrap(bpm, text::list_live(), theme.text);
    let at = pos2(x - 8.0 - galley.size().x, middle - galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
}

/// A dashed field that says what will be here; returns what was pressed.
fn empty_ui(ui: &mut Ui, area: Rect, empty: &WhyEmpty) -> Option<WayOut> {
    let theme = Theme::of(ui);
    paint_dashed(ui, area.shrink(1.0), f32::from(radius::PANEL));
    let height: f32 = if empty.way_out.is_some() { 130.0 } else { 84.0 };
    let block = Rect::from_center_size(
        area.center(),
        vec2(area.width() - 32.0, height.min(area.height())),
    );
    let mut child = centered_in(ui, block);
    child.spacing_mut().item_spacing.y = 5.0;
    if area.height() >= height {
        empty.icon.show(&mut child, 28.0, theme.text3);
    }
    label(&mut child, empty.title, text::choice(), theme.text);
    label(&mut child, &empty.words, text::body(), theme.text2);
    let way_out = empty.way_out?;
    child.add_space(4.0);
    Button::new(way_out.word())
        .show(&mut child)
        .clicked()
        .then_some(way_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands there, as text.
    fn told(app: &AppState, screen: &LiveScreen) -> String {
        let list = SuggestionList::of(app, screen);
        let moods = if list.has_moods { " [moods]" } else { "" };
        let body = match list.body {
            Body::Awaited => "…".to_owned(),
            Body::Songs(songs) => format!("{} songs", songs.len()),
            Body::Empty(empty) => {
                let button = empty
                    .way_out
                    .map_or_else(String::new, |way| format!(" [{}]", way.word()));
                format!("{}: {}{button}", empty.title, empty.words)
            }
        };
        format!("{}{moods} / {body}", list.by)
    }

    #[test]
    fn without_a_song_it_says_what_will_be_here() {
        assert_eq!(
            told(&AppState::default(), &LiveScreen::default()),
            "appears with the first song / Nothing plays yet: Four songs that fit stand here while one plays."
        );
    }

    #[test]
    fn the_distance_has_a_sign() {
        assert_eq!(step(2.6), "+3");
        assert_eq!(step(-1.8), "−2");
        assert_eq!(step(0.3), "=");
    }
}
