//! Live: the form before the night, and everything on air.

mod announce;
mod announcement_draft;
mod banner;
mod checks;
mod correct;
mod crowd;
mod dialogs;
mod keys;
mod link;
mod motion;
mod next;
mod now;
mod played;
mod poll;
mod poll_draft;
mod poll_result;
mod question;
mod ready;
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
    theme::{Theme, size},
    widgets::{central, part},
};
use state::SuggestedFor;

pub(super) use keys::anywhere as keys_anywhere;
pub use state::LiveScreen;
pub(super) use strip::strip_ui;

/// Tracks analysed before another look at what goes well next.
const FRESH_TRACKS: u32 = 50;

/// A left column that is lower has its parts closer together, in points.
const TALL: f32 = 720.0;
/// One that is lower still has no room for what was just played, in points.
const LOW: f32 = 490.0;

/// Without a hand for so long the light goes down, in seconds.
const IDLE_S: f64 = 120.0;

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    screen.fill(&app.settings);
    keys::handle(ui, app, screen, out);
    match app.live.phase {
        LivePhase::Off | LivePhase::Ended => ready::show(ui, app, screen, out),
        LivePhase::Starting | LivePhase::OnAir | LivePhase::Ending => on_air(ui, app, screen, out),
    }
    dialogs::show(ui, app, screen, out);
}

fn on_air(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    ask_for_suggestions(app, screen, out);
    top::show(ui, app, screen, out);
    let wide = ui.available_width() >= 1100.0;
    let side = if wide { size::SIDE_LIVE } else { 320.0 };
    Panel::right("live-room")
        .exact_size(side)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg1))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.left() + 0.5, area.y_range(), (1.0, theme.line));
            room::show(ui, app, screen, out);
        });
    let card = central(ui, "songs", |ui| main_ui(ui, app, screen, out));
    let idles = app.settings.dim_when_idle && idles(ui, screen);
    let is_dim = (screen.dimmed || idles) && screen.dialog.is_none();
    let seconds = if app.settings.less_motion { 0.0 } else { 0.22 };
    let id = eframe::egui::Id::unique("live-dim-way");
    let way = ui.ctx().animate_bool_with_time(id, is_dim, seconds);
    if way > 0.0 {
        dim(ui, card, way);
    }
    // The clock: once a second, on the second.
    let to_next = 1000 - app.now_ms.rem_euclid(1000);
    ui.ctx().request_repaint_after(Duration::from_millis(
        u64::try_from(to_next).unwrap_or(1000).max(20),
    ));
}

/// The left column; returns where the playing song is.
fn main_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) -> Rect {
    let whole = ui.max_rect();
    // Under a banner everything moves together, so that four songs still fit.
    let tight = whole.height() < TALL;
    let (edge, gap) = if tight { (12.0, 10.0) } else { (18.0, 16.0) };
    let area = whole.shrink2(vec2(20.0, edge));
    let card = area.with_max_y(area.top() + 280.0);
    now::show(&mut part(ui, "now", area), card, app, screen, out);
    // In a low window the next song is worth more than the last ones.
    let foot_height = if whole.height() < LOW { 0.0 } else { 40.0 };
    let foot = Rect::from_min_max(
        pos2(area.left(), area.bottom() - foot_height),
        area.right_bottom(),
    );
    let middle = Rect::from_min_max(
        pos2(area.left(), card.bottom() + gap),
        pos2(area.right(), foot.top() - gap / 2.0),
    );
    next::show(&mut part(ui, "next", area), middle, app, screen, out);
    if foot_height > 0.0 {
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
            tempo_window: if screen.wide { 8.0 } else { 4.0 },
            from_before,
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

/// Lays darkness over everything but `card`; `way` from 0 to 1.
fn dim(ui: &Ui, card: Rect, way: f32) {
    let theme = Theme::of(ui);
    let all = ui.ctx().content_rect();
    let card = card.expand(2.0);
    let painter = ui.ctx().layer_painter(LayerId::new(
        Order::Foreground,
        eframe::egui::Id::unique("live-dim"),
    ));
    let shade = theme.bg0.gamma_multiply(0.65 * way);
    for part in [
        Rect::from_min_max(all.min, pos2(all.right(), card.top())),
        Rect::from_min_max(pos2(all.left(), card.bottom()), all.max),
        Rect::from_min_max(pos2(all.left(), card.top()), pos2(card.left(), card.bottom())),
        Rect::from_min_max(pos2(card.right(), card.top()), pos2(all.right(), card.bottom())),
    ] {
        painter.rect_filled(part, 0.0, shade);
    }
}
