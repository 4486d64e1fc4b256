//! Live: the form before the night, and everything on air.

mod announce;
mod announcement_draft;
mod banner;
mod checks;
mod correct;
mod crowd;
mod dialogs;
mod keys;
mod large_button;
mod link;
mod look;
mod motion;
mod narrow;
mod next;
mod now;
mod played;
mod poll;
mod poll_draft;
mod poll_result;
mod question;
mod ready;
mod replace;
mod replacing;
mod room;
mod state;
mod strip;
mod summary;
mod tabs;
mod top;
mod values;
mod way_in;

use std::time::Duration;

use eframe::egui::{Frame, LayerId, Order, Panel, Rect, Ui, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::LivePhase,
    nowplaying::NowPlaying,
    suggest::Wish,
};

use crate::ui::{
    requests::Requests,
    theme::Theme,
    widgets::{central, part, row_in},
};
use look::{LiveLook, SongsColumn};
use state::SuggestedFor;

pub(super) use keys::obey;
pub use state::LiveScreen;
pub(super) use strip::strip_ui;

/// Tracks analysed before another look at what goes well next.
const FRESH_TRACKS: u32 = 50;

/// A left column that is lower has its parts closer together, in points.
const TALL: f32 = 720.0;
/// One that is lower still stands nearer to its edges, in points.
const LOW: f32 = 600.0;
/// Between the heading of what goes well next and its first row, in points.
const HEAD_GAP: f32 = 10.0;

/// Without a hand for so long the light goes down, in seconds.
const IDLE_S: f64 = 120.0;

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    screen.fill(&app.settings);
    if app.live.phase != LivePhase::OnAir && app.live.phase != LivePhase::Starting {
        screen.sheet = false;
    }
    screen.toast_lane = None;
    match app.live.phase {
        LivePhase::Off | LivePhase::Ended => ready::show(ui, app, screen, out),
        LivePhase::Starting | LivePhase::OnAir | LivePhase::Ending => on_air(ui, app, screen, out),
    }
    dialogs::show(ui, app, screen, out);
}

fn on_air(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let content = ui.available_size();
    let look = LiveLook::of(ui.ctx(), content, app.settings.scale);
    screen.is_single = look.is_narrow();
    ask_for_suggestions(app, screen, out);
    wake_on_news(app, screen);
    // What warns stays bright: the pills and the banner, and the connection at the foot of the rail.
    let mut bright = top::show(ui, app, look, screen, out);
    let rail = ui.ctx().content_rect().with_max_x(ui.max_rect().left());
    bright.push(rail.with_min_y(ui.max_rect().bottom() - 50.0));
    let card = if look.is_narrow() {
        narrow::show(ui, app, look, screen, out)
    } else {
        columns_ui(ui, app, look, screen, out)
    };
    let idles = app.settings.dim_when_idle && idles(ui, screen);
    let is_dim = (screen.dimmed || idles) && screen.dialog.is_none() && !screen.sheet;
    let seconds = if app.settings.less_motion { 0.0 } else { 0.22 };
    let id = eframe::egui::Id::unique("live-dim-way");
    let way = ui.ctx().animate_bool_with_time(id, is_dim, seconds);
    if way > 0.0 {
        bright.push(card.expand(2.0));
        dim(ui, &bright, way);
    }
    // The clock: once a second, on the second.
    let to_next = 1000 - app.now_ms.rem_euclid(1000);
    ui.ctx().request_repaint_after(Duration::from_millis(
        u64::try_from(to_next).unwrap_or(1000).max(20),
    ));
}

/// Songs at the left, dancers at the right; returns where the playing song is.
fn columns_ui(
    ui: &mut Ui,
    app: &AppState,
    look: LiveLook,
    screen: &mut LiveScreen,
    out: &mut Requests,
) -> Rect {
    // Here the composers have a place of their own.
    screen.sheet = false;
    let theme = Theme::of(ui);
    Panel::right("live-room")
        .exact_size(look.side(ui.available_width()))
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg1))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.left() + 0.5, area.y_range(), (1.0, theme.line));
            room::show(ui, app, screen, out);
        });
    central(ui, "songs", |ui| main_ui(ui, app, look, screen, out))
}

/// The left column; returns where the playing song is.
fn main_ui(ui: &mut Ui, app: &AppState, look: LiveLook, screen: &mut LiveScreen, out: &mut Requests) -> Rect {
    let whole = ui.max_rect();
    // Under a banner everything moves together, so that four songs still fit.
    let (edge, gap) = match whole.height() {
        height if height < LOW => (8.0, 10.0),
        height if height < TALL => (12.0, 10.0),
        _ => (18.0, 16.0),
    };
    let area = whole.shrink2(vec2(20.0, edge));
    let between = 2.0 * edge + gap + HEAD_GAP + gap / 2.0;
    let column = SongsColumn::of(look, whole.height(), between);
    let card = area.with_max_y(area.top() + column.card.height);
    now::show(&mut part(ui, "now", area), card, column.card, app, screen, out);
    let foot = Rect::from_min_max(
        pos2(area.left(), area.bottom() - column.foot),
        area.right_bottom(),
    );
    let middle = Rect::from_min_max(
        pos2(area.left(), card.bottom() + gap),
        pos2(area.right(), foot.top() - gap / 2.0),
    );
    let mut songs = part(ui, "next", area);
    next::show(&mut songs, middle, column.row, app, screen, out);
    if column.foot == 0.0 {
        // Without the line at the foot this is the way to all of them.
        let place = middle.with_max_y(middle.top() + next::HEAD);
        played::all_ui(
            &mut row_in(&mut songs, place.with_min_x(middle.center().x - 60.0)),
            app,
            screen,
        );
    }
    // A message takes the place of what was just played, so that it lies on nothing that is pressed.
    screen.toast_lane = (column.foot > 0.0).then_some(foot);
    if column.foot > 0.0 && !screen.yields_foot {
        played::show(&mut part(ui, "played", area), foot, app, screen, out);
    }
    card
}

/// Asks for what goes well next when song, wish, night or library changed.
fn ask_for_suggestions(app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let is_known = |playing: &&NowPlaying| playing.values.bpm.is_some();
    let from_before = screen.asks_from_before(app);
    let from = if from_before {
        app.playing_before.as_ref()
    } else {
        app.playing.as_ref()
    };
    let Some(from) = from.filter(is_known) else {
        screen.asked = None;
        return;
    };
    let asked = SuggestedFor {
        play: from.play_id,
        values: from.values,
        wish: Wish {
            mood: screen.mood,
            from_before,
            count: screen.room_for.max(Wish::default().count),
            ..Wish::default()
        },
        plays: app.live.plays.len(),
        analyzed: app
            .overview
            .as_ref()
            .map_or(0, |overview| overview.analyzed / FRESH_TRACKS),
    };
    if screen.asked != Some(asked) {
        // Another song: what fitted the last one is no answer.
        if screen.asked.is_none_or(|before| before.play != asked.play) {
            screen.is_answered = false;
        }
        screen.asked = Some(asked);
        out.push(Command::Suggest(asked.wish));
    }
}

/// Whether nobody has touched anything for so long that the light goes down.
fn idles(ui: &Ui, live: &mut LiveScreen) -> bool {
    let (now, touched) = ui.input(|input| (input.time, !input.raw.events.is_empty()));
    let since = live.touched_at.get_or_insert(now);
    if touched {
        *since = now;
    }
    now - *since >= IDLE_S
}

/// A change of the connection is seen: the light goes on.
fn wake_on_news(app: &AppState, screen: &mut LiveScreen) {
    if screen.link_seen.replace(app.live.link.kind) != Some(app.live.link.kind) {
        screen.touched_at = None;
        screen.dimmed = false;
    }
}

/// Lays darkness over everything but what is `bright`; `way` from 0 to 1. Toasts and dialogs lie above it.
fn dim(ui: &Ui, bright: &[Rect], way: f32) {
    let theme = Theme::of(ui);
    let layer = LayerId::new(Order::Middle, eframe::egui::Id::unique("live-dim"));
    let painter = ui.ctx().layer_painter(layer);
    let shade = theme.bg0.gamma_multiply(0.65 * way);
    let all = vec![ui.ctx().content_rect()];
    for part in bright.iter().fold(all, |parts, hole| without(&parts, *hole)) {
        painter.rect_filled(part, 0.0, shade);
    }
}

/// What is left of these rectangles where a hole is cut.
fn without(parts: &[Rect], hole: Rect) -> Vec<Rect> {
    let cut = |part: &Rect| {
        let inner = part.intersect(hole);
        if !inner.is_positive() {
            return vec![*part];
        }
        vec![
            part.with_max_y(inner.top()),
            part.with_min_y(inner.bottom()),
            Rect::from_min_max(pos2(part.left(), inner.top()), inner.left_bottom()),
            Rect::from_min_max(inner.right_top(), pos2(part.right(), inner.bottom())),
        ]
    };
    let left = parts.iter().flat_map(cut);
    left.filter(Rect::is_positive).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_takes_its_own_area_and_no_more() {
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 80.0));
        let area = |parts: &[Rect]| parts.iter().map(Rect::area).sum::<f32>();
        let first = without(&[all], Rect::from_min_max(pos2(10.0, 10.0), pos2(40.0, 30.0)));
        assert_eq!(area(&first), 8_000.0 - 600.0);
        // Half of it outside, half of it in the first hole.
        let second = without(&first, Rect::from_min_max(pos2(30.0, -10.0), pos2(50.0, 20.0)));
        assert_eq!(area(&second), 7_400.0 - 20.0 * 20.0 + 10.0 * 10.0);
        assert_eq!(area(&without(&[all], all)), 0.0);
    }
}
