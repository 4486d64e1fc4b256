//! While on air, every other screen carries one line: the song, the dancers, the way back.

use eframe::egui::{Frame, Panel, Rect, Ui, Vec2, pos2};
use pika_engine::app::AppState;

use super::link;
use crate::ui::{
    icons,
    requests::Requests,
    screen::Screen,
    theme::{Theme, is_narrow, text},
    widgets::{Button, Caption, name_at, row_from_right},
    words,
};

/// With less room the song is left out, in points.
const LEAST_SONG: f32 = 80.0;

/// Draws the line at the foot, so that nothing moves when the night begins. `beside` adds to its right part, from right
/// to left, what else goes on.
pub(in crate::ui) fn strip_ui(
    ui: &mut Ui,
    app: &AppState,
    out: &mut Requests,
    beside: impl FnOnce(&mut Ui, &mut Requests),
) {
    let theme = Theme::of(ui);
    Panel::bottom("live-strip")
        .exact_size(44.0)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg2))
        .show(ui, |ui| {
            let area = ui.max_rect();
            let middle = area.center().y;
            icons::BROADCAST.paint_filled(ui.painter(), pos2(area.left() + 28.0, middle), 18.0, theme.heart);
            let mut right = row_from_right(ui, area.with_max_x(area.right() - 12.0));
            if Button::new("Back to Live").small().show(&mut right).clicked() {
                out.go(Screen::Live);
            }
            let end = right.min_rect().left() - 12.0;
            let (icon, color, word) = link::shown(&app.live, theme, app.now_ms);
            icon.paint_filled(ui.painter(), pos2(end - 8.0, middle), 16.0, color);
            // Where it is tight only what is wrong is said in words.
            let link = if is_narrow(ui.ctx()) && color == theme.ok {
                let icon = Rect::from_center_size(pos2(end - 8.0, middle), Vec2::splat(16.0));
                name_at(ui, icon, &word);
                icon
            } else {
                Caption::new(&word, text::small(), theme.text2).right(ui, pos2(end - 22.0, middle))
            };
            let crowd = Caption::new(
                &words::dancers(app.live.crowd.listeners),
                text::small(),
                theme.heart_text,
            )
            .right(ui, pos2(link.left() - 18.0, middle));
            let mut more = row_from_right(ui, area.with_max_x(crowd.left() - 18.0));
            beside(&mut more, out);
            let end = more.min_rect().left().min(crowd.left());
            let song = match &app.playing {
                Some(play) if play.artist.is_empty() => play.title.clone(),
                Some(play) => format!("{} · {}", play.title, play.artist),
                None => "Waiting for the first track".to_owned(),
            };
            let room = end - area.left() - 66.0;
            if room >= LEAST_SONG {
                Caption::new(&song, text::strong(), theme.text)
                    .within(room)
                    .left(ui, pos2(area.left() + 48.0, middle));
            }
        });
}
