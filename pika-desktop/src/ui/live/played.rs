//! What was just played and how it was liked, in one line.

use eframe::egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use pika_engine::app::AppState;

use super::state::{Dialog, LiveScreen};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, CoverTraits, elided, focus_ring, label},
    words,
};

/// Widest chip in points.
const MAX_CHIP: f32 = 230.0;

/// Draws the line into `area`.
pub(super) fn show(ui: &mut Ui, area: Rect, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let plays = &app.live.plays;
    if plays.is_empty() {
        return;
    }
    let count = plays.len();
    let mut right = ui.new_child(
        UiBuilder::new()
            .max_rect(area)
            .layout(Layout::right_to_left(Align::Center)),
    );
    let all = format!("All {}", words::thousands(count));
    if Button::new(&all)
        .ghost()
        .name("All songs of tonight")
        .show(&mut right)
        .clicked()
    {
        screen.dialog = Some(Dialog::Plays);
    }
    let end = right.min_rect().left() - 10.0;
    let mut line = ui.new_child(
        UiBuilder::new()
            .max_rect(area.with_max_x(end))
            .layout(Layout::left_to_right(Align::Center)),
    );
    line.spacing_mut().item_spacing.x = 10.0;
    label(&mut line, "Just played", text::micro(), theme.text3);
    let playing = app.playing.as_ref().map(|play| play.play_id);
    let earlier = plays
        .iter()
        .rev()
        .filter(|play| Some(play.play_id) != playing)
        .take(6);
    for play in earlier {
        let likes = line
            .painter()
            .layout_no_wrap(play.likes.to_string(), text::strong(), theme.heart_text);
        let values = screen.seen.get(&play.play_id).copied();
        let cover = if values.is_some() { 32.0 } else { 8.0 };
        let fixed = cover + likes.size().x + 42.0;
        let room = (end - line.cursor().left()).min(MAX_CHIP) - fixed;
        if room < 50.0 {
            break;
        }
        let title = elided(line.painter(), &play.title, text::strong(), theme.text2, room);
        let (rect, _) = line.allocate_exact_size(vec2(fixed + title.size().x, 34.0), Sense::hover());
        let response = line.interact(rect, line.scope_id().with(play.play_id), Sense::click());
        line.painter().rect_filled(rect, 17.0, theme.bg2);
        let middle = rect.center().y;
        if let Some(values) = values {
            let cover = Rect::from_center_size(pos2(rect.left() + 18.0, middle), Vec2::splat(24.0));
            out.cover(
                &line,
                cover,
                &CoverTraits::song(&values, &play.title, &play.artist),
            );
        }
        let x = rect.left() + cover + 6.0;
        let title_width = title.size().x;
        line.painter()
            .galley(pos2(x, middle - title.size().y / 2.0), title, theme.text2);
        icons::HEART.paint_filled(
            line.painter(),
            pos2(x + title_width + 16.0, middle),
            14.0,
            theme.heart,
        );
        line.painter().galley(
            pos2(x + title_width + 26.0, middle - likes.size().y / 2.0),
            likes,
            theme.heart_text,
        );
        let time = words::clock(play.started_at_ms, app.utc_offset_s);
        response.widget_info(|| {
            eframe::egui::WidgetInfo::labeled(
                eframe::egui::Role::Button,
                true,
                format!("{}, {}", play.title, words::likes(play.likes)),
            )
        });
        focus_ring(&line, &response, 17.0);
        if response
            .on_hover_text(format!("{time}  {}\n{}", play.title, play.artist))
            .clicked()
        {
            screen.dialog = Some(Dialog::Plays);
        }
    }
}
