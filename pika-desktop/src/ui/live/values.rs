//! Tempo, key and character of the playing song, and whether the floor wants another tempo.

use eframe::egui::{Align2, Rect, Ui, pos2, vec2};
use pika_engine::{live::LivePlay, nowplaying::NowPlaying};

use crate::ui::{
    fonts::Weight,
    icons,
    theme::{Theme, font, text},
    widgets::{PillSize, name_at, paint_key_pill, say, say_within},
};

/// Votes before the floor's wish for another tempo is shown.
const MIN_VOTES: u32 = 3;

/// Tempo with the floor's wish, key, energy, danceability; or why they are not known.
pub(super) fn show(
    ui: &Ui,
    at: eframe::egui::Pos2,
    width: f32,
    playing: &NowPlaying,
    answers: Option<&LivePlay>,
    small: bool,
) {
    let theme = Theme::of(ui);
    let values = &playing.values;
    let Some(bpm) = values.bpm else {
        let (first, then) = match (playing.track, playing.needs_analysis) {
            (Some(_), true) => ("Not analysed yet.", "Listening to it now"),
            (Some(_), false) => ("This file could not be analysed.", ""),
            (None, _) => ("Not in your library yet.", "Dancers see artist and title"),
        };
        icons::WAVEFORM.paint(ui.painter(), at + vec2(8.0, 0.0), 20.0, theme.info);
        let first = say_within(
            ui,
            at + vec2(30.0, 0.0),
            Align2::LEFT_CENTER,
            first,
            text::large(),
            theme.text2,
            width - 30.0,
        );
        say_within(
            ui,
            pos2(first.right() + 6.0, at.y),
            Align2::LEFT_CENTER,
            then,
            font(16.0, Weight::SemiBold),
            theme.text,
            at.x + width - first.right() - 6.0,
        );
        return;
    };
    let points = if small { 36.0 } else { 44.0 };
    let number = say(
        ui,
        at,
        Align2::LEFT_CENTER,
        &format!("{bpm:.0}"),
        font(points, Weight::ExtraBold),
        theme.text,
    );
    let unit = say(
        ui,
        pos2(number.right() + 7.0, number.bottom() - points * 0.24),
        Align2::LEFT_BOTTOM,
        "BPM",
        text::section(),
        theme.text3,
    );
    if let Some((icon, count, word)) = answers.and_then(wish) {
        let place = pos2(unit.left() + 7.0, number.top() + points * 0.32);
        icon.paint_filled(ui.painter(), place, 15.0, theme.heart);
        let shown = say(
            ui,
            place + vec2(11.0, 0.0),
            Align2::LEFT_CENTER,
            &count.to_string(),
            font(15.0, Weight::Bold),
            theme.heart_text,
        );
        name_at(ui, shown.expand(2.0), &format!("{count} want it {word}"));
    }
    let mut x = unit.right() + 27.0;
    if let Some(key) = values.key {
        paint_key_pill(ui.painter(), pos2(x + 25.0, at.y), key, PillSize::Medium);
        let pill = Rect::from_center_size(pos2(x + 25.0, at.y), vec2(50.0, 30.0));
        name_at(ui, pill, &format!("{} {}", key.camelot(), key.short_name()));
        x += 76.0;
    }
    let features = [
        ("Energy", values.energy),
        ("Danceability", values.danceability),
        ("Brightness", values.brightness),
    ];
    for (name, value) in features {
        let Some(value) = value else { continue };
        let room = ui
            .painter()
            .layout_no_wrap(name.to_owned(), text::body(), theme.text3)
            .size()
            .x;
        if x + room > at.x + width {
            break;
        }
        say(
            ui,
            pos2(x, at.y - 10.0),
            Align2::LEFT_CENTER,
            name,
            text::body(),
            theme.text3,
        );
        say(
            ui,
            pos2(x, at.y + 11.0),
            Align2::LEFT_CENTER,
            &format!("{value:.0}"),
            font(17.0, Weight::Bold),
            theme.text,
        );
        x += room.max(56.0) + 28.0;
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
