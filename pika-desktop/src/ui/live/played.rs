//! What was just played and how it was liked, in one line.

use std::sync::Arc;

use eframe::egui::{Galley, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use pika_engine::{app::AppState, library::Values, live::LivePlay};

use super::state::{Dialog, LiveScreen};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, CoverTraits, elided, focus_ring, label, row_from_right, row_in},
    words,
};

/// Widest chip in points.
const MAX_CHIP: f32 = 230.0;
/// A title that would be narrower is left out, in points.
const MIN_TITLE: f32 = 50.0;
/// What a chip has round title and number, in points.
const AROUND: f32 = 42.0;

/// Draws the line into `area`.
pub(super) fn show(ui: &mut Ui, area: Rect, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let plays = &app.live.plays;
    if plays.is_empty() {
        return;
    }
    let mut right = row_from_right(ui, area);
    all_ui(&mut right, app, screen);
    let end = right.min_rect().left() - 10.0;
    let mut line = row_in(ui, area.with_max_x(end));
    line.spacing_mut().item_spacing.x = 10.0;
    label(&mut line, "Just played", text::micro(), theme.text3);
    let playing = app.playing.as_ref().map(|play| play.play_id);
    let earlier = plays
        .iter()
        .rev()
        .filter(|play| Some(play.play_id) != playing)
        .take(6);
    for play in earlier {
        let room = (end - line.cursor().left()).min(MAX_CHIP);
        let Some(chip) = Played::of(&line, app, screen, play, room) else {
            break;
        };
        if chip.show(&mut line, out) {
            screen.dialog = Some(Dialog::Plays);
        }
    }
}

/// The way to all songs of the night.
pub(super) fn all_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen) {
    let all = format!("All {}", words::thousands(app.live.plays.len()));
    let button = Button::new(&all).ghost().name("All songs of tonight");
    if button.show(ui).clicked() {
        screen.dialog = Some(Dialog::Plays);
    }
}

/// One song that was played, as it fits into the line.
struct Played<'a> {
    play: &'a LivePlay,
    /// What its cover is drawn from, when that is known.
    values: Option<Values>,
    title: Arc<Galley>,
    likes: Arc<Galley>,
    /// When it began, artist and title in full.
    tip: String,
}

impl<'a> Played<'a> {
    /// `None` where `room` points are too few.
    fn of(ui: &Ui, app: &AppState, screen: &LiveScreen, play: &'a LivePlay, room: f32) -> Option<Self> {
        let theme = Theme::of(ui);
        let likes = ui
            .painter()
            .layout_no_wrap(play.likes.to_string(), text::strong(), theme.heart_text);
        let values = screen.seen.get(&play.play_id).copied();
        let room = room - (lead(values.is_some()) + likes.size().x + AROUND);
        let time = words::clock(play.started_at_ms, app.utc_offset_s);
        (room >= MIN_TITLE).then(|| Self {
            play,
            values,
            title: elided(ui.painter(), &play.title, text::strong(), theme.text2, room),
            likes,
            tip: format!("{time}  {}\n{}", play.title, play.artist),
        })
    }

    /// Draws it at the end of the line; returns whether it was pressed.
    fn show(self, ui: &mut Ui, out: &mut Requests) -> bool {
        let theme = Theme::of(ui);
        let play = self.play;
        let lead = lead(self.values.is_some());
        let width = lead + self.likes.size().x + AROUND + self.title.size().x;
        let (rect, _) = ui.allocate_exact_size(vec2(width, 34.0), Sense::hover());
        let response = ui.interact(rect, ui.scope_id().with(play.play_id), Sense::click());
        let corner = rect.height() / 2.0;
        ui.painter().rect_filled(rect, corner, theme.bg2);
        let middle = rect.center().y;
        if let Some(values) = self.values {
            let cover = Rect::from_center_size(pos2(rect.left() + 18.0, middle), Vec2::splat(24.0));
            out.cover(ui, cover, &CoverTraits::song(&values, &play.title, &play.artist));
        }
        let painter = ui.painter();
        let left = rect.left() + lead + 6.0;
        let after = left + self.title.size().x;
        let at = pos2(left, middle - self.title.size().y / 2.0);
        painter.galley(at, self.title, theme.text2);
        icons::HEART.paint_filled(painter, pos2(after + 16.0, middle), 14.0, theme.heart);
        let at = pos2(after + 26.0, middle - self.likes.size().y / 2.0);
        painter.galley(at, self.likes, theme.heart_text);
        response.widget_info(|| {
            let name = format!("{}, {}", play.title, words::likes(play.likes));
            WidgetInfo::labeled(Role::Button, true, name)
        });
        focus_ring(ui, &response, corner);
        response.on_hover_text(self.tip).clicked()
    }
}

/// What stands before the title: a cover, or nothing, in points.
fn lead(has_cover: bool) -> f32 {
    if has_cover { 32.0 } else { 8.0 }
}
