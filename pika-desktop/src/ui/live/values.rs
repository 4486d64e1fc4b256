//! Tempo, key and character of the playing song, and whether the floor wants another tempo.

use eframe::egui::{Align2, Color32, FontId, Pos2, Rect, Ui, pos2, vec2};
use pika_engine::{library::Values, live::LivePlay, nowplaying::NowPlaying};

use super::look::Features;
use crate::ui::{
    icons,
    theme::{Theme, text},
    widgets::{Caption, PillSize, name_at, paint_key_pill},
};

/// Votes before the floor's wish for another tempo is shown.
const MIN_VOTES: u32 = 3;

/// Where the values stand.
#[derive(Debug, Clone)]
pub(super) struct ValuesPlace {
    /// Their left edge and middle.
    pub(super) at: Pos2,
    /// How wide they may be, in points.
    pub(super) width: f32,
    /// The tempo's font.
    pub(super) bpm: FontId,
    /// How what stands beside tempo and key is told.
    pub(super) features: Features,
}

/// Tempo with the floor's wish, key, energy, danceability; or why they are not known.
pub(super) fn show(ui: &Ui, place: &ValuesPlace, playing: &NowPlaying, answers: Option<&LivePlay>) {
    let Some(bpm) = playing.values.bpm else {
        unknown_ui(ui, place, &unknown(playing));
        return;
    };
    let after = tempo_ui(ui, place, bpm, answers.and_then(wish));
    features_ui(ui, place, after + 27.0, &playing.values);
}

/// Why nothing is known, and what goes on meanwhile; the news of the two is bold.
struct Unknown {
    why: &'static str,
    meanwhile: &'static str,
    is_in_work: bool,
}

fn unknown(playing: &NowPlaying) -> Unknown {
    let (why, meanwhile, is_in_work) = match (playing.track, playing.needs_analysis) {
        (Some(_), true) => ("Not analysed yet.", "Listening to it now", true),
        (Some(_), false) => ("This file could not be analysed.", "", false),
        (None, _) => ("Not in your library yet.", "Dancers see artist and title.", false),
    };
    Unknown {
        why,
        meanwhile,
        is_in_work,
    }
}

fn unknown_ui(ui: &Ui, place: &ValuesPlace, unknown: &Unknown) {
    let theme = Theme::of(ui);
    let at = place.at;
    icons::WAVEFORM.paint(ui.painter(), at + vec2(8.0, 0.0), 20.0, theme.info);
    let (quiet, news) = ((text::large(), theme.text2), (text::time(), theme.text));
    let (first, then) = if unknown.is_in_work {
        (quiet, news)
    } else {
        (news, quiet)
    };
    let why = Caption::new(unknown.why, first.0, first.1)
        .within(place.width - 30.0)
        .left(ui, at + vec2(30.0, 0.0));
    let room = at.x + place.width - why.right() - 6.0;
    let words = unknown.meanwhile.to_owned();
    let needed = ui
        .painter()
        .layout_no_wrap(words, then.0.clone(), then.1)
        .size()
        .x;
    // In full or not at all.
    if needed <= room {
        Caption::new(unknown.meanwhile, then.0, then.1).left(ui, pos2(why.right() + 6.0, at.y));
    }
}

/// The tempo, and which other one the floor wants; returns its right edge.
fn tempo_ui(ui: &Ui, place: &ValuesPlace, bpm: f64, wish: Option<(icons::Icon, u32, &str)>) -> f32 {
    let theme = Theme::of(ui);
    let font = place.bpm.clone();
    let points = font.size;
    let number = Caption::new(&format!("{bpm:.0}"), font, theme.text).left(ui, place.at);
    let unit = Caption::new("BPM", text::section(), theme.text3).at(
        ui,
        pos2(number.right() + 7.0, number.bottom() - points * 0.24),
        Align2::LEFT_BOTTOM,
    );
    if let Some((icon, count, word)) = wish {
        let place = pos2(unit.left() + 7.0, number.top() + points * 0.32);
        icon.paint_filled(ui.painter(), place, 15.0, theme.heart);
        let shown = Caption::new(&count.to_string(), text::count(), theme.heart_text)
            .left(ui, place + vec2(11.0, 0.0));
        name_at(ui, shown.expand(2.0), &format!("{count} want it {word}"));
    }
    unit.right()
}

/// Key, and as many of the other values as there is room for, from `x` on.
fn features_ui(ui: &Ui, place: &ValuesPlace, mut x: f32, values: &Values) {
    let theme = Theme::of(ui);
    let y = place.at.y;
    if let Some(key) = values.key {
        let center = pos2(x + 25.0, y);
        paint_key_pill(ui.painter(), center, key, PillSize::Medium);
        let pill = Rect::from_center_size(center, vec2(50.0, 30.0));
        name_at(ui, pill, &format!("{} {}", key.camelot(), key.short_name()));
        x += 76.0;
    }
    let features = [
        ("Energy", values.energy, theme.energy),
        ("Danceability", values.danceability, theme.dance),
        ("Brightness", values.brightness, theme.bright),
    ];
    for (name, value, color) in features {
        let Some(value) = value else { continue };
        let room = feature_width(ui, place.features, name);
        if x + room > place.at.x + place.width {
            break;
        }
        feature_ui(ui, pos2(x, y), place.features, name, value, color);
        x += room + 28.0;
    }
}

/// Width of the number beside or under its name, in points.
const NUMBER: f32 = 26.0;
/// Least width of a name over its number, and of a bar, in points.
const LEAST_NAME: f32 = 56.0;
const LEAST_BAR: f32 = 96.0;

fn feature_width(ui: &Ui, features: Features, name: &str) -> f32 {
    let font = text::body();
    let name = ui
        .painter()
        .layout_no_wrap(name.to_owned(), font, Color32::WHITE)
        .size()
        .x;
    match features {
        Features::Stacked => name.max(LEAST_NAME),
        Features::Inline => name + NUMBER,
        Features::Bars => (name + NUMBER + 8.0).max(LEAST_BAR),
    }
}

/// One value, its left edge and middle at `at`.
fn feature_ui(ui: &Ui, at: Pos2, features: Features, name: &str, value: f64, color: Color32) {
    let theme = Theme::of(ui);
    let width = feature_width(ui, features, name);
    let number = format!("{value:.0}");
    let name = Caption::new(name, text::body(), theme.text3);
    let number = Caption::new(&number, text::value_live(), theme.text);
    match features {
        Features::Stacked => {
            name.left(ui, at - vec2(0.0, 10.0));
            number.left(ui, at + vec2(0.0, 11.0));
        }
        Features::Inline => {
            let shown = name.left(ui, at);
            number.left(ui, pos2(shown.right() + 6.0, at.y));
        }
        Features::Bars => {
            name.left(ui, at - vec2(0.0, 8.0));
            number.right(ui, at + vec2(width, -8.0));
            let bar = Rect::from_min_size(at + vec2(0.0, 9.0), vec2(width, 6.0));
            ui.painter().rect_filled(bar, 3.0, theme.bg3);
            let share = (value as f32 / 100.0).clamp(0.0, 1.0);
            let filled = bar.with_max_x(bar.left() + (width * share).max(6.0));
            ui.painter().rect_filled(filled, 3.0, color);
        }
    }
}

/// Which other tempo most voters want, when enough of them do.
fn wish(play: &LivePlay) -> Option<(icons::Icon, u32, &'static str)> {
    let all = play.faster + play.perfect + play.slower;
    if all < MIN_VOTES {
        return None;
    }
    if play.faster * 2 > all {
        Some((icons::ARROW_FAT_UP, play.faster, "faster"))
    } else if play.slower * 2 > all {
        Some((icons::ARROW_FAT_DOWN, play.slower, "slower"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_wants_another_tempo_only_when_most_voters_say_so() {
        let wish = |faster, perfect, slower| {
            let play = LivePlay {
                play_id: uuid::Uuid::nil(),
                title: String::new(),
                artist: String::new(),
                started_at_ms: 0,
                likes: 0,
                faster,
                perfect,
                slower,
            };
            wish(&play).map(|(_, count, word)| (count, word))
        };
        assert_eq!(wish(2, 0, 0), None, "two are no floor");
        assert_eq!(wish(3, 1, 0), Some((3, "faster")));
        assert_eq!(wish(0, 2, 3), Some((3, "slower")));
        assert_eq!(wish(2, 2, 0), None);
    }
}
